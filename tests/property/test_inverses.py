"""Two inverses: what is written is read as the same, and what is rendered is read back. Nothing well-formed is refused."""

from hypothesis import assume, given
from hypothesis import strategies as st

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
    Definition,
    DefinitionList,
    Expand,
    Heading,
    Layout,
    ListBlock,
    ListItem,
    Macro,
    Paragraph,
    Quote,
    Rule,
    Storage,
    Table,
)
from publisher.model.inlines import (
    Break,
    Code,
    Date,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Mention,
    Status,
    Text,
)
from publisher.model.normal import normal_blocks, normal_line
from publisher.model.walk import inline_nodes
from publisher.reading.context import ReadingContext
from publisher.reading.read import read_storage
from publisher.storage import DATACENTER, NotWellFormed, canonical

NAMES = {"ada": "557058:ada"}, frozenset({"ABC"})
WRITERS = {name: MarkdownWriter(Grammar(syntaxes, *NAMES), style_of(name)) for name, syntaxes in DIALECTS.items()}
#: Text that means something in some dialect, and text that does not.
SIGNS = [
    "*", "**", "_", "__", "`", "``", "~", "~~", "=", "==", "^", "^^", "+", "++", "%", "%%", "$", "$$", "#", "# ", "- ", "1. ", "2) ",
    "> ", ">>>", "<<<", "[", "]", "(", ")", "{", "}", "{{", "}}", "{%", "%}", "{#", "{:", "{.a}", "{++", "{--", "<", ">", "<b>", "</b>",
    "<Foo>", "<!--", "-->", "&", "&amp;", "&copy", "&#1;", "\\", "\\\\", "|", "---", "===", "***", ":::", "::: note", "///", "!!! note",
    "???", "!", "![", "](", "https://e.org", "www.e.org", "a@e.org", "@ada", "@2026-01-31", "ABC-1", ":tada:", ":", "[^1]", "[^1]: x",
    "[TOC]", "{toc}", "{status:red|x}", "[[x]]", "![[y.png]]", "^[n]", "^id", "--8<-- \"x\"", "{!x!}", "{{< x >}}", "{{ x }}",
    "import a from 'b'", "export const a", "{=confluence}", "*[HTML]: x", "term\u00a0", "a", "b", "word", "Wort", "字", " ", " ", "é", "1",
    "{width=3}", "{/* x */}", "[x]: y", "<a", "a:b", "'", '"', "…", "x_y_z", "2*3*4", "~5", "C++", "% x", "+++", "{ref}", "(a)=", "\\begin{align}", "(", ")=", "{note}", "`x`", "if (a < b)", "a|b", "\u200b",
]  # fmt: skip
words = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=6).map("".join)
texts = (words | st.text(min_size=1, max_size=12)).map(lambda text: " ".join(text.split())).filter(bool)


def clean(text: str) -> bool:
    return text == text.strip() and all(
        c >= " " and c not in "\x7f\ufffe\uffff" and not "\ud800" <= c < "\ue000" for c in text
    )


plain = texts.filter(clean)
titles = st.sampled_from(["T", "A title", "a & b", "x <y> z", "tea: green", "C++"])
leaves = st.one_of(
    plain.map(Text), plain.map(Text),
    st.sampled_from(["x", "a b", "`", "a|b", "<br>", "{=x}", "\\", "*x*", "$a$"]).map(Code),
    st.just(Status("Done", "Green")), st.just(Date("2026-01-31")), st.just(Issue("ABC-1")), st.just(Mention("ada", "557058:ada")),
    st.just(InlineStorage('<span style="color: rgb(1,2,3);">x|y</span>')),
    st.just(Image("a.png", "alt", "", 0)), st.just(Image("a.png", "a [b]", "", 0, "30")),
)  # fmt: skip


def wrap(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    tags = st.sampled_from(["strong", "em", "del", "u", "sub", "sup", "mark"])
    return st.builds(Mark, tags, several)


def _leads(node: Inline) -> bool:
    """Whether a node leads somewhere by itself: links hold none."""
    return isinstance(node, Issue | Mention) or (isinstance(node, Mark) and any(map(_leads, node.children)))


marked = st.recursive(leaves, wrap, max_leaves=4)
links = st.builds(
    Link, st.sampled_from(["a.md", "a.md#x", "https://e.org/a?b=1&c=2", "#h", "a%20b.md", "f(x).md"]),
    st.lists(marked.filter(lambda node: not _leads(node)), min_size=1, max_size=2).map(tuple), st.just(0),
)  # fmt: skip
lines = st.lists(marked | links | st.just(Break()), min_size=1, max_size=5).map(lambda nodes: normal_line(tuple(nodes)))
usual = lines.filter(lambda nodes: bool(nodes) and not isinstance(nodes[0], Break) and not isinstance(nodes[-1], Break))
unbroken = usual.filter(lambda nodes: Break() not in nodes)
paragraphs = usual.map(lambda nodes: Paragraph(nodes, 0))
codes = st.sampled_from(["x = 1\n", "a", "```\nx\n```", "", "  indented\n\n\nlines  ", "~~~", "</details>", "]]>"])


def box(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    items = st.lists(st.builds(ListItem, some, st.none(), st.just(0)), min_size=1, max_size=3).map(tuple)
    tasks = st.lists(
        st.builds(ListItem, paragraphs.map(lambda p: (p,)), st.booleans(), st.just(0)), min_size=1, max_size=3
    ).map(tuple)
    kinds = st.sampled_from(["info", "tip", "note", "warning", "important"])
    return st.one_of(
        st.builds(Quote, some, st.just(0)),
        st.builds(Callout, kinds, unbroken | st.just(()), some, st.just(0)),
        st.builds(Callout, st.just("panel"), st.just(()), some, st.just(0), st.just("#eae6ff"), st.just("🚀")),
        st.builds(Expand, titles, some, st.just(0)),
        st.builds(ListBlock, st.booleans(), st.sampled_from([1, 1, 7]), items, st.just(0)),
        st.builds(ListBlock, st.just(False), st.just(1), tasks, st.just(0)),
        st.builds(lambda a, b: Layout((a, b), (), 0), some, some),
        st.builds(lambda a: AnyMacro("excerpt", (("name", "x"),), a), some),
        st.builds(lambda a: AnyMacro("ui-tab", (("title", "x: y"),), a), some),
        st.builds(
            lambda term, a: DefinitionList((Definition((term,), a),), 0), unbroken, paragraphs.map(lambda p: (p,))
        ),
    )


def table(rows: list[tuple[tuple[Inline, ...], tuple[Inline, ...]]]) -> Table:
    head, *rest = [tuple(Cell(line, None) for line in row) for row in rows]
    return Table(head, tuple(rest), 0)


simple = st.one_of(
    paragraphs, paragraphs,
    st.builds(Heading, st.integers(1, 6), unbroken, st.just(""), st.just(0)),
    st.builds(CodeBlock, codes, st.sampled_from(["", "python", "js"]), st.just(""), st.just(0)),
    st.just(Rule(0)), st.just(Storage("<p><u>x</u></p>", 0)), st.just(Macro("toc", 0, (("maxLevel", "3"),))),
    st.just(AnyMacro("gliffy", (("name", "d: e"),))), st.just(AnyMacro("plantuml", (), (), "a -> b\n---\nc")),
    st.lists(st.tuples(usual, usual), min_size=1, max_size=3).map(table),
)  # fmt: skip
trees = st.recursive(simple, box, max_leaves=6)
documents = st.lists(trees, min_size=1, max_size=4).map(tuple)


@given(st.sampled_from([*DIALECTS]), plain)
def test_any_text_comes_back_as_that_text_in_each_dialect(dialect: str, text: str) -> None:
    writer = WRITERS[dialect]
    written = writer.write((Paragraph((Text(text),), 0),))
    first = parse_document("", written.encode(), writer.grammar).blocks[0]
    assert isinstance(first, Paragraph) and first.children == (Text(text),)


@given(st.sampled_from([*DIALECTS]), usual)
def test_any_line_can_be_written_unless_a_name_stands_against_a_word(dialect: str, line: tuple[Inline, ...]) -> None:
    writer = WRITERS[dialect]
    assume(not any(isinstance(node, Mention) for node in inline_nodes((Paragraph(line, 0),))))
    written = writer.write((Paragraph(line, 0),))
    assert normal_blocks(parse_document("", written.encode(), writer.grammar).blocks) == (Paragraph(line, 0),)


@given(st.sampled_from([*DIALECTS]), documents)
def test_what_is_written_is_read_as_the_same_blocks(dialect: str, blocks: tuple[Block, ...]) -> None:
    writer = WRITERS[dialect]
    assume(all(writer.can_write(block) for block in blocks))
    text = writer.write(blocks)
    assert normal_blocks(parse_document("", text.encode(), writer.grammar).blocks) == normal_blocks(blocks)


# Storage as anybody may have stored it: elements and attributes that exist, in any nesting, and some that do not.

TAGS = [
    "p", "h2", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "blockquote", "hr", "pre", "div", "span", "strong", "em", "b", "i",
    "code", "a", "br", "time", "dl", "dt", "dd", "ac:image", "ac:link", "ac:link-body", "ac:plain-text-link-body", "ri:page", "ri:user",
    "ri:attachment", "ri:url", "ac:structured-macro", "ac:parameter", "ac:rich-text-body", "ac:plain-text-body", "ac:task-list",
    "ac:task", "ac:task-id", "ac:task-status", "ac:task-body", "ac:layout", "ac:layout-section", "ac:layout-cell", "ac:adf-extension",
    "ac:adf-node", "ac:adf-attribute", "ac:adf-content", "ac:emoticon", "ac:placeholder", "ac:inline-comment-marker", "ac:caption",
    "colgroup", "col", "thead", "strange",
]  # fmt: skip
VALUES = [
    'ac:name="code"', 'ac:name="info"', 'ac:name="expand"', 'ac:name="anchor"', 'ac:name="status"', 'ac:name="jira"', 'ac:name=""',
    'ac:name="title"', 'ac:name="include"', 'ac:name="children"', 'href="https://e.org"', 'href="x y"', 'style="margin-left: 30.0px;"',
    'style="color: red"', 'colspan="2"', 'ac:type="two_equal"', 'datetime="2026-01-31"', 'ri:content-title="T"', 'ri:filename="f.png"',
    'ri:value="https://e.org/i.png"', 'data-layout="default"', 'ac:width="30"', 'ac:anchor="fn-1"', 'start="3"', 'type="panel"', "",
]  # fmt: skip
pieces = st.recursive(
    st.sampled_from(["text ", "a\n  b", "&amp;", "&nbsp;", "<!-- c -->", "<![CDATA[<x>]]>", "\u00a0", "fn-1", "complete", " "]),
    lambda inner: st.builds(
        lambda tag, value, parts: f"<{tag} {value}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS), st.sampled_from(VALUES), st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)  # fmt: skip
CONTEXTS = [
    ReadingContext(page=lambda address: "x.md", file=lambda name: "f.png", can_write=WRITERS["gfm"].can_write),
    ReadingContext(product=DATACENTER, can_write=WRITERS["mkdocs"].can_write),
]


@given(st.lists(pieces, max_size=4).map("".join), st.sampled_from([0, 1]))
def test_reading_never_fails_on_well_formed_storage(body: str, which: int) -> None:
    try:
        canonical(body)
    except NotWellFormed:
        assume(False)
    blocks = read_storage(body, CONTEXTS[which])
    WRITERS[["gfm", "mkdocs"][which]].write(blocks)
