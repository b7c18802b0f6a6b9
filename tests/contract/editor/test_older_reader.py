"""What we write for Cloud, read by Atlassian's older reader of pages: storage format → document without a mapper of ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract.editor.editor_reader import OLDER_INSTALLED, WHY_NOT, OlderReader
from contract.editor.older_kinds import KINDS, Kind, without_unknown

from publisher.convert.compose import convert
from publisher.model.settings import Settings

ROOT = Path(__file__).parents[3]
NESTING = ROOT.parent / "shared/cases/nesting"


@pytest.fixture(scope="module")
def older() -> Iterator[OlderReader]:
    if not OLDER_INSTALLED:
        pytest.skip(WHY_NOT)
    with OlderReader() as found:
        yield found


def losses(reader: OlderReader, settings: Settings) -> dict[str, list[str]]:
    """What is lost of each page, but for the kinds that it cannot know."""
    pages = convert(settings).rendered.pages
    found = {key: reader.find_losses(without_unknown(page.body)) for key, page in pages.items()}
    return {key: lost for key, lost in found.items() if lost}


def test_the_guide_is_read_whole(older: OlderReader) -> None:
    assert losses(older, Settings.of(ROOT / "sample-docs", gitignore=False)) == {}


@pytest.mark.skipif(not NESTING.exists(), reason="needs ../shared")
def test_the_nest_cases_are_read_whole(older: OlderReader) -> None:
    settings = Settings.of(NESTING, dialect="mkdocs", syntax=("+definition-lists",), gitignore=False)
    assert losses(older, settings) == {}


TABLE = "<table><tbody><tr><td><p>x</p></td></tr></tbody></table>"
PANEL = '<ac:structured-macro ac:name="info"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
CODE = (
    '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body></ac:structured-macro>'
)
EXPAND = '<ac:structured-macro ac:name="expand"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
TASKS = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
    "<ac:task-body>x</ac:task-body></ac:task></ac:task-list>"
)
LAYOUT = (
    '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>x</p></ac:layout-cell>'
    "<ac:layout-cell><p>y</p></ac:layout-cell></ac:layout-section></ac:layout>"
)


@pytest.mark.parametrize(
    "body", [f"<ul><li>{TABLE}</li></ul>", PANEL.format(TABLE), f"<blockquote>{TABLE}</blockquote>"]
)
def test_what_it_does_not_take_is_told(body: str, older: OlderReader) -> None:
    assert older.find_losses(without_unknown(body)) != []


#: One body of each kind that it cannot know.
UNKNOWN = {
    "links and users are resolved by the server": '<p><ac:link><ri:page ri:content-title="T"/></ac:link></p>',
    "images are files of the media service by then": '<ac:image><ri:url ri:value="https://e.org/a.png"/></ac:image>',
    "layouts came with the new editor": LAYOUT,
    "expands came with the new editor": EXPAND.format("<p>x</p>"),
    "panels with a colour or picture of their own came with the new editor": (
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-content><p>x</p></ac:adf-content></ac:adf-node></ac:adf-extension>'
    ),
    "a macro without the server's `fab:display-type` is none": '<ac:structured-macro ac:name="toc"/>',
    "colours behind text came later": '<p><span style="background-color: rgb(248,230,160);">x</span></p>',
    "a rule in a panel came later": PANEL.format("<hr/>"),
    "tasks in an item or a panel came later": f"<ul><li><p>x</p>{TASKS}</li></ul>",
    "lists in a quote came later": "<blockquote><ul><li><p>x</p></li></ul></blockquote>",
    "an empty code block makes it fail": CODE.format(""),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.reason)
def test_each_kind_that_is_left_out_is_unknown_to_it_and_the_rest_is_not(kind: Kind, older: OlderReader) -> None:
    body = UNKNOWN[kind.reason]
    assert older.find_losses(body) != []
    assert older.find_losses(without_unknown(body)) == []
