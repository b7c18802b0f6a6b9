"""markdown/writing: blocks become Markdown that means the same in its dialect, in the dialect's own forms."""

import pytest

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.markdown.write import MarkdownWriter
from publisher.markdown.writing.style import style_of
from publisher.model.document import (
    AnyMacro,
    Block,
    Callout,
    Cell,
    CodeBlock,
    Expand,
    ListBlock,
    ListItem,
    Paragraph,
    Table,
)
from publisher.model.inlines import Inline, Link, Mark, Mention, Status, Text
from publisher.model.normal import normal_blocks


def writer(dialect: str) -> MarkdownWriter:
    return MarkdownWriter(Grammar(DIALECTS[dialect]), style_of(dialect))


def paragraph(*nodes: Inline) -> Paragraph:
    return Paragraph(nodes, 1)


def rewritten(text: str, dialect: str = "gfm") -> str:
    """The text, read and written again; it is read as the same blocks."""
    grammar = Grammar(DIALECTS[dialect])
    blocks = parse_document("a.md", text.encode(), grammar).blocks
    found = writer(dialect).write(blocks)
    again = parse_document("a.md", found.encode(), grammar).blocks
    assert normal_blocks(again) == normal_blocks(blocks)
    return found


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize(
    "text",
    ["*a* _b_ `c`", "# no heading", "1. no item", "- no item", "> no quote", "| no | table |", "<b>no tag</b>", "&amp;", "a\\b", "https://e.org", ":tada:", "{{ x }}", "[no link](x)", "=== no tab", "::: no box", "!!! no box", "$x$", "[[x]]", "~~a~~", "import a from 'b'"],
)  # fmt: skip
def test_any_text_comes_back_as_that_text(text: str, dialect: str) -> None:
    blocks: tuple[Block, ...] = (paragraph(Text(text)),)
    written = writer(dialect).write(blocks)
    read = parse_document("a.md", written.encode(), Grammar(DIALECTS[dialect])).blocks
    assert normal_blocks(read) == normal_blocks(blocks), written


@pytest.mark.parametrize(
    ("dialect", "first"),
    [("mkdocs", '!!! info "Mind"'), ("docusaurus", ":::info[Mind]"), ("vitepress", "::: info Mind")],
)
def test_a_panel_has_the_form_of_its_dialect(dialect: str, first: str) -> None:
    block = Callout("info", (Text("Mind"),), (paragraph(Text("the gap")),), 1)
    assert writer(dialect).write((block,)).splitlines()[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nA paragraph with **strong**, *soft* and `code`.\n",
        "- one\n- two\n\n    text of two\n\n1. first\n2. second\n",
        "- [ ] open\n- [x] done\n",
        "| a | b |\n| --- | --: |\n| 1 | 2 |\n",
        "> quoted\n>\n> and more\n",
        "```python\nx = 1\n```\n",
        '![text](a.png "title") and [link](b.md#c)\n',
        "A note.[^1]\n\n[^1]: What it says.\n",
        "<details><summary>More</summary>\n\nhidden\n\n</details>\n",
        "a<br>b\n\n---\n\nc\n",
    ],
)
def test_documents_are_rewritten_as_they_mean(text: str) -> None:
    assert rewritten(text)


def test_a_fence_is_longer_than_what_it_holds() -> None:
    code = CodeBlock("```\nx\n```\n", "", "", 1)
    written = writer("gfm").write((code,))
    assert written.startswith("````\n") and written.endswith("````\n")


def test_marks_around_links_and_blanks() -> None:
    nodes = (Mark("strong", (Text("a "), Link("x.md", (Text("b"),), 1))), Text("c"))
    blocks: tuple[Block, ...] = (paragraph(*nodes),)
    written = writer("gfm").write(blocks)
    read = parse_document("a.md", written.encode(), Grammar(DIALECTS["gfm"])).blocks
    assert normal_blocks(read) == normal_blocks(blocks), written


def test_an_expand_in_an_expand_keeps_its_levels() -> None:
    inner = Expand("In", (paragraph(Text("deep")),), 1)
    outer: tuple[Block, ...] = (Expand("Out", (paragraph(Text("text")), inner), 1),)
    for dialect in ("gfm", "mkdocs"):
        written = writer(dialect).write(outer)
        read = parse_document("a.md", written.encode(), Grammar(DIALECTS[dialect])).blocks
        assert normal_blocks(read) == normal_blocks(outer), written


CELLS: dict[str, tuple[Cell, ...]] = {
    "callout": (Cell((), None, blocks=(Callout("info", (), (Paragraph((Text("text"),), 0),), 0),)),),
    "tasks": (Cell((), None, blocks=(ListBlock(False, 1, (ListItem((Paragraph((Text("a"),), 0),), True, 0),), 0),)),),
    "code with empty lines": (Cell((), None, blocks=(CodeBlock("a\n\nb", "python", "", 0),)),),
    "macro and text": (Cell((), None, blocks=(AnyMacro("x", (("a", "b"),), line=0), Paragraph((Text("text"),), 0))),),
    "status and mention": (
        Cell((Text("x "), Status("DONE", "Green")), None, colspan=2),
        Cell((Mention("bob", "account"),), None),
    ),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_of_html_holds_markdown_where_html_has_no_form(dialect: str, name: str) -> None:
    grammar = Grammar(DIALECTS[dialect], people={"bob": "account"})
    table = Table((), (CELLS[name],), 0)
    text = MarkdownWriter(grammar).write((table,))
    assert "<td" in text and "```confluence" not in text
    assert normal_blocks(parse_document("a.md", text.encode(), grammar).blocks) == normal_blocks((table,))
