"""What HTML in a document is not, or never ends, is told once for each kind and document, and nothing of it is lost."""

import pytest

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.document import Document
from publisher.model.problem import Level


def parse(markdown: str, dialect: str = "gfm", compat: str = "none") -> Document:
    return parse_document("a.md", markdown.encode(), Grammar(DIALECTS[dialect], compat=compat))


def test_unknown_elements_are_one_notice() -> None:
    found = parse("Set <env> to\n<your-name>.\n\n- <env>\n\n| a |\n|---|\n| <key> |\n").problems
    assert [(item.code, item.line, item.level) for item in found] == [("unknown-element", 1, Level.NOTICE)]
    assert all(name in found[0].message for name in ("`<env>`", "`<your-name>`", "`<key>`", "(4 times)"))


@pytest.mark.parametrize(
    ("markdown", "tag", "line"),
    [
        ("<details>\n<summary>S</summary>\n\ntext\n", "<details>", 1),
        ("text\n\n<div class='x'>\n\ntext\n", "<div>", 3),
        ("<table>\n<tr><td>\n\ntext\n", "<table>", 1),
        ("a <b>c", "<b>", 1),
        ("- <blockquote>\n\n  x\n- b\n", "<blockquote>", 1),
    ],
)
def test_what_never_ends_is_named(markdown: str, tag: str, line: int) -> None:
    found = [item for item in parse(markdown).problems if item.code == "unclosed-html"]
    assert [(item.line, f"`{tag}` is never closed" in item.message) for item in found] == [(line, True)]


def test_end_tags_that_html_leaves_out_are_no_problem() -> None:
    text = "<ul><li>a<li>b</ul>\n\n<table><tr><td>a<td>b<tr><td>c</table>\n\n<p>one\n\n<dl><dt>t<dd>d</dl>\n"
    assert parse(text).problems == ()


def test_storage_format_without_compat_is_one_warning_that_names_the_remedy() -> None:
    found = parse('<ac:link><ri:page ri:content-title="X"/></ac:link>\n\n<ac:emoticon ac:name="x"/>\n').problems
    assert [(item.code, item.line, item.level) for item in found] == [("raw-storage", 1, Level.WARNING)]
    assert "`confluence`" in found[0].hint


@pytest.mark.parametrize("compat", ["mark", "md2conf", "text2confl", "md2cf"])
def test_storage_format_with_compat_is_taken(compat: str) -> None:
    text = 'See <ac:emoticon ac:name="x"/>.\n\n<ac:structured-macro ac:name="toc"/>\n'
    assert parse(text, compat=compat).problems == ()


def test_storage_format_that_is_not_well_formed_or_safe_stays_text() -> None:
    text = '<ac:structured-macro ac:name="html"><ac:plain-text-body>x</ac:plain-text-body></ac:structured-macro> <ac:link>\n'
    assert [item.code for item in parse(text, compat="mark").problems] == ["raw-storage"]
