"""reading/macros, images, lists, tables, inlines: which storage has a form in Markdown, and which is kept as it is."""

import pytest

from publisher.model.document import (
    AnyMacro,
    Block,
    CodeBlock,
    Definition,
    DefinitionList,
    Drawable,
    Heading,
    Include,
    ListBlock,
    ListItem,
    Macro,
    MathBlock,
    Paragraph,
    Storage,
)
from publisher.model.inlines import Anchor, Code, Coloured, Date, Image, InlineStorage, Issue, Mark, Math, Text
from publisher.reading.context import PageAddress, ReadingContext
from publisher.reading.read import read_storage
from publisher.storage import DATACENTER, canonical


def page(address: PageAddress) -> str | None:
    return "other.md" if address.title == "Other" and not address.space else None


def file(name: str) -> str | Drawable | None:
    drawn = {"flow.png": Drawable("mermaid", "graph TD\n", 0), "sum.svg": Drawable("math", "a+b", 0)}
    return drawn.get(name) or (None if name == "unknown.png" else f"img/{name}")


CLOUD = ReadingContext(page=page, file=file, people={"5:1": "ada"}, linked=frozenset({"there"}))
SERVER = ReadingContext(product=DATACENTER, page=page, file=file, people={"u1": "ada"})


def one(body: str, context: ReadingContext = CLOUD) -> Block:
    found = read_storage(body, context)
    assert len(found) == 1, found
    return found[0]


def macro(name: str, inner: str = "", extra: str = "") -> str:
    return f'<ac:structured-macro ac:name="{name}"{extra}>{inner}</ac:structured-macro>'


def parameter(name: str, value: str) -> str:
    return f'<ac:parameter ac:name="{name}">{value}</ac:parameter>'


def rich(inner: str) -> str:
    return f"<ac:rich-text-body>{inner}</ac:rich-text-body>"


def plain(text: str) -> str:
    return f"<ac:plain-text-body><![CDATA[{text}]]></ac:plain-text-body>"


def words(text: str) -> Paragraph:
    return Paragraph((Text(text),), 0)


OTHER = '<ac:link><ri:page ri:content-title="Other"/></ac:link>'


@pytest.mark.parametrize(
    ("body", "block"),
    [
        (macro("toc", parameter("maxLevel", "2")), Macro("toc", 0, (("maxLevel", "2"),))),
        (macro("children", parameter("all", "true")), Macro("children", 0)),
        (macro("anything"), AnyMacro("anything", ())),
        (macro("html", plain("<b>x</b>")), AnyMacro("html", (), (), "<b>x</b>")),
        (macro("excerpt", rich("<p>x</p>")), AnyMacro("excerpt", (), (words("x"),))),
        (macro("include", parameter("", OTHER)), Include("other.md", 0, None)),
        (
            macro("excerpt-include", parameter("", OTHER) + parameter("name", "e") + parameter("nopanel", "true")),
            Include("other.md", 0, "e"),
        ),
        (
            macro("widget", parameter("url", '<ri:url ri:value="https://v.example/1"/>')),
            Macro("video", 0, (("url", "https://v.example/1"),)),
        ),
        (
            macro("iframe", parameter("src", '<ri:url ri:value="https://v.example/1"/>') + parameter("width", "300")),
            Macro("iframe", 0, (("src", "https://v.example/1"), ("width", "300"))),
        ),
        (macro("jira", parameter("jqlQuery", "project = A")), Macro("jira", 0, (("jqlQuery", "project = A"),))),
        (macro("code", parameter("language", "sql") + plain("x")), CodeBlock("x", "sql", "", 0)),
        ('<p style="margin-left: 60.0px;">x</p>', Paragraph((Text("x"),), 0, 2)),
        ('<p style="text-align: center;">x</p>', Paragraph((Text("x"),), 0, 0, "center")),
        ('<h2 style="text-align: right;">x</h2>', Heading(2, (Text("x"),), "", 0, "right")),
        ('<p><time datetime="2026-01-31"/></p>', Paragraph((Date("2026-01-31"),), 0)),
        (
            '<p><span style="color: rgb(1,2,255);">x</span></p>',
            Paragraph((Coloured("#0102ff", (Text("x"),), background=False),), 0),
        ),
        ("<p><code>a b</code></p>", Paragraph((Code("a b"),), 0)),
        (f"<p>{macro('jira', parameter('key', 'ABC-7'))}</p>", Paragraph((Issue("ABC-7"),), 0)),
        (f"<p>{macro('anchor', parameter('', 'here'))}x</p>", Paragraph((Anchor("here", kept=True), Text("x")), 0)),
        ("<p><strong /><em><u>x</u></em></p>", Paragraph((Mark("em", (Mark("u", (Text("x"),)),)),), 0)),
        ('<ac:image><ri:url ri:value="https://e.example/a.png"/></ac:image>', Paragraph((Image("https://e.example/a.png", "", "", 0),), 0)),
        ('<ac:image><ri:attachment ri:filename="flow.png"/></ac:image>', CodeBlock("graph TD\n", "mermaid", "", 0)),
        ('<ac:image><ri:attachment ri:filename="sum.svg"/></ac:image>', MathBlock("a+b", 0)),
        (
            '<p>x <ac:image><ri:attachment ri:filename="sum.svg"/></ac:image></p>',
            Paragraph((Text("x "), Math("a+b")), 0),
        ),
    ],
)  # fmt: skip
def test_storage_that_has_a_form(body: str, block: Block) -> None:
    assert one(body) == block


@pytest.mark.parametrize(
    ("body", "block"),
    [
        (
            macro("code", parameter("title", "x.py") + parameter("linenumbers", "true") + plain("x")),
            CodeBlock("x", "", "x.py", 0, True),
        ),
        ('<p><ac:image><ri:attachment ri:filename="a.png"/></ac:image></p>', Paragraph((Image("img/a.png", "", "", 0),), 0)),
        (
            "<dl><dt>a</dt><dt>b</dt><dd><p>x</p></dd></dl>",
            DefinitionList((Definition(((Text("a"),), (Text("b"),)), (words("x"),)),), 0),
        ),
        (
            '<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>'
            '<span class="placeholder-inline-tasks">t</span></ac:task-body></ac:task></ac:task-list>',
            ListBlock(False, 1, (ListItem((words("t"),), True, 0),), 0),
        ),
    ],
)  # fmt: skip
def test_storage_of_data_center_that_has_a_form(body: str, block: Block) -> None:
    assert one(body, SERVER) == block


ROW = "<tr><td><p>x</p></td></tr>"


@pytest.mark.parametrize(
    "body",
    [
        macro(""),
        macro("expand"),
        macro("children"),
        macro("include"),
        macro("include", parameter("", '<ac:link><ri:page ri:content-title="Unknown"/></ac:link>')),
        macro("include", parameter("", OTHER) + parameter("extra", "1")),
        macro("include", parameter("", '<ac:link ac:anchor="a"><ri:page ri:content-title="Other"/></ac:link>')),
        macro("include", rich("<p>x</p>")),
        macro("widget", parameter("url", "words")),
        macro("widget", parameter("url", '<ri:url ri:value="ftp://v.example"/>')),
        macro("iframe", parameter("width", "300")),
        macro("app", parameter("a", "1") + parameter("a", "2")),
        macro("app", parameter("a", "1\n2")),
        macro("app", plain("")),
        macro("app", plain("x") + rich("<p>x</p>")),
        macro("app", "<strange/>"),
        macro("app", extra=' ac:layout="wide"'),
        macro("app", "words"),
        '<p style="margin-left: 45.0px;">x</p>',
        '<p style="text-align: justify;">x</p>',
        '<h2 style="text-align: justify;">x</h2>',
        '<h2 style="margin-left: 30.0px;">x</h2>',
        "<pre>x</pre>",
        '<ac:image ac:style="x"><ri:attachment ri:filename="a.png"/></ac:image>',
        '<ac:image><ri:attachment ri:filename="unknown.png"/></ac:image>',
        '<ac:image><ri:attachment ri:filename="a.png"><ri:page ri:content-title="Other"/></ri:attachment></ac:image>',
        '<ac:image><ri:url ri:value="javascript:x"/></ac:image>',
        '<ac:image ac:alt=" a"><ri:attachment ri:filename="a.png"/></ac:image>',
        '<ac:image ac:align="center" ac:layout="full-width"><ri:attachment ri:filename="a.png"/></ac:image>',
        '<ac:image ac:layout="wide"><ri:attachment ri:filename="a.png"/></ac:image>',
        '<ac:image><ri:attachment ri:filename="a.png"/><ac:caption><p><strong>x</strong></p><p>y</p></ac:caption></ac:image>',
        '<ac:image><ri:attachment ri:filename="a.png"/><ac:caption><p> </p></ac:caption></ac:image>',
        "<ac:image><ri:page/></ac:image>",
        "<ul/>",
        '<ol start="x"><li>x</li></ol>',
        "<ul><p>x</p></ul>",
        '<ul><li class="x">x</li></ul>',
        "<ac:task-list/>",
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id></ac:task></ac:task-list>",
        "<ac:task-list><ac:task><ac:task-status>incomplete</ac:task-status><ac:task-body><h2>x</h2></ac:task-body></ac:task></ac:task-list>",
        f'<table data-layout="odd"><tbody>{ROW}</tbody></table>',
        '<table data-layout="default"><tbody/></table>',
        f'<table data-layout="default"><thead>{ROW}</thead></table>',
        '<table data-layout="default"><tbody><p>x</p></tbody></table>',
        '<table data-layout="default"><tbody><tr><p>x</p></tr></tbody></table>',
        '<table data-layout="default"><tbody><tr><td colspan="0"><p>x</p></td></tr></tbody></table>',
        '<table data-layout="default"><tbody><tr><td data-highlight-colour="red"><p>x</p></td></tr></tbody></table>',
        '<table data-layout="default"><tbody><tr><td><p style="text-align: justify;">x</p></td></tr></tbody></table>',
        "<dl><dd><p>x</p></dd></dl>",
        "<ac:adf-extension><ac:adf-node type=\"media\"/></ac:adf-extension>",
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">odd</ac:adf-attribute></ac:adf-node></ac:adf-extension>',
    ],
)  # fmt: skip
def test_storage_that_has_no_form_is_kept_whole(body: str) -> None:
    found = one(body)
    assert isinstance(found, Storage), found
    assert canonical(found.body) == canonical(body)


@pytest.mark.parametrize(
    "element",
    [
        '<span style="font-size: 9px;">x</span>',
        '<span class="x">y</span>',
        '<strong class="x">y</strong>',
        "<code>a\nb</code>",
        '<code class="x">y</code>',
        '<time datetime="today"/>',
        '<a href="javascript:x">y</a>',
        '<a href="https://e.example"/>',
        "<ac:link><ac:link-body>x</ac:link-body></ac:link>",
        '<ac:link ac:anchor="nowhere"><ac:link-body>x</ac:link-body></ac:link>',
        '<ac:link><ri:space ri:space-key="X"/><ac:link-body>x</ac:link-body></ac:link>',
        '<ac:link><ri:page ri:space-key="X"/><ac:link-body>x</ac:link-body></ac:link>',
        '<ac:link><ri:page ri:content-title="Other"/><strange/></ac:link>',
        '<ac:link><ri:page ri:content-title="Other"/><ri:page ri:content-title="Other"/></ac:link>',
        '<ac:link ac:anchor="a"><ri:attachment ri:filename="f.pdf"/><ac:link-body>x</ac:link-body></ac:link>',
        '<ac:link><ri:user ri:userkey="u1"/></ac:link>',
        macro("status", parameter("title", "a") + parameter("colour", "Pink")),
        macro("jira", parameter("key", "no key")),
        macro("jira", parameter("key", "ABC-1") + parameter("server", "other")),
        macro("anchor", parameter("", "two words")),
        '<ac:image ac:align="center" ac:layout="center"><ri:attachment ri:filename="sum.svg"/></ac:image>',
        '<ac:image><ri:attachment ri:filename="flow.png"/></ac:image>',
    ],
)
def test_elements_that_have_no_form_stay_in_their_line(element: str) -> None:
    found = one(f"<p>a {element} b</p>")
    assert isinstance(found, Paragraph), found
    kept = [node for node in found.children if isinstance(node, InlineStorage)]
    assert len(kept) == 1 and found.children[0] == Text("a ") and found.children[-1] == Text(" b")


def test_a_jira_macro_of_the_settings_server_is_an_issue() -> None:
    context = ReadingContext(jira=("Jira", "1-2"))
    named = macro("jira", parameter("server", "Jira") + parameter("serverId", "1-2") + parameter("key", "ABC-7"))
    assert one(f"<p>{named}</p>", context) == Paragraph((Issue("ABC-7"),), 0)
    query = macro("jira", parameter("server", "Jira") + parameter("serverId", "1-2") + parameter("jqlQuery", "x"))
    assert one(query, context) == Macro("jira", 0, (("jqlQuery", "x"),))
