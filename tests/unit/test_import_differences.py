"""importing/differences: what comes back different is named with its block and its line."""

from pathlib import Path

import pytest
from imported import import_values

from publisher.importing.differences import describe, name_difference
from publisher.importing.site import Rendered, Site
from publisher.model.document import Document


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        ("<p>One two three four five six.</p>", "the paragraph “One two three four five”"),
        ("<h2>Setup</h2>", "the heading “Setup”"),
        ("<table><tbody><tr><td>a</td></tr></tbody></table>", "the table “a”"),
        ('<p><ac:structured-macro ac:name="toc"/></p>', "the macro toc"),
        ("<p/>", "a paragraph of the text"),
        ("<x>y</x>", "the part “y”"),
    ],
)
def test_a_piece_is_named(piece: str, said: str) -> None:
    assert describe(piece) == said


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("<p>one</p><p>2</p><p>three</p>", "the paragraph “two”, line 5"),
        ("<p>one</p><p>two</p>", "the paragraph “three”, line 7"),
        ("<p>one</p><p>two</p><p>three</p><p>four</p>", "the end of the text, line 7"),
        ("<p>one</p", "the text"),
    ],
)
def test_the_first_difference_has_a_line(made: str, said: str) -> None:
    pieces = ["<p>one</p>", "<p>two</p>", "<p>three</p>"]
    text = "# T\n\n```confluence\n<p>one</p>\n<p>two</p>\n\n<p>three</p>\n"
    assert name_difference("".join(pieces), made, pieces, text) == said


def test_an_import_names_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render = Site.render

    def spoil(self: Site, document: Document, linked: frozenset[str]) -> Rendered:
        found = render(self, document, linked)
        return Rendered(found.body.replace("fragile", "broken"), found.problems, found.anchors)

    monkeypatch.setattr(Site, "render", spoil)
    body = "<p>First words.</p><p>Some fragile text.</p>"
    made = import_values(tmp_path, {"1": ("Top", None, body)})
    [loss] = made.texts.losses
    name, _, line = loss.what.rpartition(", line ")
    assert (name, loss.why) == ("the paragraph “Some fragile text.”", "it comes back different")
    [file] = made.conversion.source.documents
    assert "fragile" in (file.data or file.path.read_bytes()).decode().split("\n")[int(line) - 1]
