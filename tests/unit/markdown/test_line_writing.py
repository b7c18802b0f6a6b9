"""markdown/writing/inlines: nodes of a line as Markdown, as HTML where a sign may not stand, or with no form at all."""

import pytest

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.write import MarkdownWriter
from publisher.markdown.writing.inlines import LineWriter, write_address, write_code
from publisher.markdown.writing.style import Forms, NoForm, style_of
from publisher.model.document import Paragraph
from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteBack,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Math,
    Mention,
    Status,
    Text,
)


def write(*nodes: Inline, dialect: str = "gfm", broken: bool = True) -> str:
    forms = Forms(Grammar(DIALECTS[dialect]), style_of(dialect))
    return LineWriter(forms, broken=broken).write(nodes)


def picture(**values: object) -> Image:
    return Image("p.png", "a", "", 1, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("nodes", "text"),
    [
        ((Text("a"), Break(), Text("b")), "a\\\nb"),
        ((Code("a"), Code("b")), "`a`<!-- -->`b`"),
        ((Code("`a"),), "`` `a ``"),
        ((InlineStorage("<time/>"),), "`<time/>`{=confluence}"),
        ((Coloured("#0102ff", (Text("x"),), background=False),), '<span style="color: #0102ff">x</span>'),
        ((Coloured("#0102ff", (Text("x"),), background=True),), '<span style="background-color: #0102ff">x</span>'),
        ((Status("Done", "Green"), Date("2026-01-31"), Issue("ABC-1")), "{status:green|Done}{date:2026-01-31}{jira:ABC-1}"),
        ((Anchor("x"), Anchor("y", kept=True)), '<a id="x"></a>{anchor:y}'),
        ((Mark("u", (Text("x"),)),), "<u>x</u>"),
        ((Text("a"), Mark("strong", (Text("“b”"),)), Text("c")), "a<strong>“b”</strong>c"),
        ((Mark("em", (Mark("strong", (Text("x"),)),)),), "*<strong>x</strong>*"),
        ((Link("https://e.example", (Text("https://e.example"),), 1),), "<https://e.example>"),
        ((Link("mailto:a@e.example", (Text("a@e.example"),), 1),), "<a@e.example>"),
        ((Link("a(b).md", (Text("x"),), 1),), "[x](<a(b).md>)"),
        ((picture(width="30"),), "![a](p.png =30x)"),
    ],
)  # fmt: skip
def test_a_line(nodes: tuple[Inline, ...], text: str) -> None:
    assert write(*nodes) == text


def test_a_line_that_must_not_break_says_so_in_html() -> None:
    assert write(Text("a"), Break(), Text("b"), broken=False) == "a<br/>b"


def test_pictures_have_attributes_where_the_dialect_has_them() -> None:
    assert write(picture(width="30", align="right"), dialect="mkdocs") == "![a](p.png){width=30 align=right}"
    assert write(picture(align="center")) == '<img src="p.png" alt="a" align="center"/>'


@pytest.mark.parametrize(
    "node",
    [
        FootnoteBack(1, 1),
        Math("a$b"),
        Code(" "),
        Code("a\nb"),
        Link("a b.md", (Text("x"),), 1),
        Link("", (Text("x"),), 1),
        picture(align="left"),
        Image("p.png", "a", "a & b", 1),
    ],
)
def test_what_has_no_form_is_said(node: Inline) -> None:
    with pytest.raises(NoForm):
        write(node)
    writer = MarkdownWriter(Grammar(DIALECTS["gfm"]), style_of("gfm"))
    assert not writer.can_write(Paragraph((node,), 1)) or isinstance(node, Code | Image | Link)


def test_a_mention_stands_apart_from_words() -> None:
    assert write(Text("hi "), Mention("ada", "5:1"), Text(" x")) == "hi @ada x"
    for nodes in ((Text("a"), Mention("ada", "5:1")), (Mention("ada", "5:1"), Text("b"))):
        with pytest.raises(NoForm):
            write(*nodes)


def test_addresses_and_code_by_themselves() -> None:
    assert write_address("a.md") == "a.md" and write_code("a``b`c") == "```a``b`c```"
