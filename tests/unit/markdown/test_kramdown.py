"""Jekyll's kramdown: lines of attributes, boxes of classes, comments and other extensions, the front matter as `page`."""

from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.markdown.kramdown import read_kramdown
from publisher.model.settings import Settings


def page(root: Path, text: str) -> tuple[str, Conversion]:
    (root / "a.md").write_text(text)
    found = convert(Settings.of(root, banner="off", dialect="jekyll"))
    return found.rendered.pages["a.md"].body, found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("{: .note }\nText\ngoes on\n\nnot", "> [!note]\n> Text\n> goes on\n\nnot"),
        ("{: .warning }\n> Text", "> [!warning]\n> Text"),
        ("{: .tip-title }\n> Name\n>\n> Text", "\n> [!tip] Name\n>\n> Text"),
        ("- x\n\n  {: .note }\n  Text", "- x\n\n  > [!note]\n  > Text"),
        ("Text\n{: .note }", "Text\n"),
        ("{: .note }", ""),
        ("{: .lead width='3' }\nText", "\nText"),
        ("# H\n{: .no_toc }\nText", "# H\n\nText"),
        ("a|b\n-|-\n1|2\n{:.wide}", "a|b\n-|-\n1|2\n"),
        ("# H\n{: #name .x}", "# H\n{: #name .x}"),
        ("- TOC\n{:toc}", "- TOC\n{:toc}"),
        ("`{:.x}`\n\n    {:.x}\n\n```\n{:.x}\n```", "`{:.x}`\n\n    {:.x}\n\n```\n{:.x}\n```"),
        ("{::options toc_levels='1' /}\n{::nomarkdown}\nx\n{:/}", "\n\nx\n"),
    ],
)
def test_texts(text: str, read: str) -> None:
    assert read_kramdown(text) == read
    assert read.count("\n") == text.count("\n")


def test_comments_are_hidden(tmp_path: Path) -> None:
    body, found = page(
        tmp_path, "a {::comment}secret{:/comment} b\n\n{::comment}\nsecret *two*\n{:/}\n\n`{::comment}`\n"
    )
    assert body == "<p>a  b</p><p><code>{::comment}</code></p>" and not found.problems


def test_a_comment_that_is_never_closed_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("a\n\n{::comment}\nsecret\n")
    found = convert(Settings.of(tmp_path, banner="off", dialect="jekyll"))
    assert [(p.code, p.line) for p in found.problems] == [("open-region", 3)]


def test_page_is_the_front_matter(tmp_path: Path) -> None:
    body, found = page(
        tmp_path, "---\ntitle: T\nn: 3\ntags: [x]\n---\n# {{ page.title }}\n\n{{ page.n }} {{page.tags}}\n"
    )
    assert body == "<p>3 <code>{{page.tags}}</code></p>"
    assert [p.code for p in found.problems] == ["unknown-shortcode"]
