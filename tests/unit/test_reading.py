"""Storage format becomes blocks: what people make in the editor, and what no block can hold."""

import pytest

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
    Paragraph,
    Storage,
    Table,
)
from publisher.model.inlines import Code, Image, InlineStorage, Link, Mark, Mention, Status, Text
from publisher.reading.context import PageAddress, ReadingContext
from publisher.reading.read import read_storage
from publisher.storage import DATACENTER, NotWellFormed


def page(address: PageAddress) -> str | None:
    known = {"Other page": "other.md"}
    href = known.get(address.title)
    return f"{href}#{address.anchor}" if href and address.anchor else href


CLOUD_PAGE = ReadingContext(page=page, file=lambda name: f"img/{name}", people={"5:1": "ada"}, anchor_prefix="T-")
DATACENTER_PAGE = ReadingContext(product=DATACENTER, page=page, file=lambda name: f"img/{name}", people={"u1": "ada"})


def one(body: str, context: ReadingContext = CLOUD_PAGE) -> Block:
    found = read_storage(body, context)
    assert len(found) == 1, found
    return found[0]


def text(words: str) -> Paragraph:
    return Paragraph((Text(words),), 0)


def macro(name: str, inner: str) -> str:
    return f'<ac:structured-macro ac:name="{name}" ac:macro-id="1">{inner}</ac:structured-macro>'


def parameter(name: str, value: str) -> str:
    return f'<ac:parameter ac:name="{name}">{value}</ac:parameter>'


def test_blanks_stand_outside_of_marks_and_line_ends_are_blanks() -> None:
    body = "<p>a\n  <strong>b </strong>c <em> d</em><strong></strong>e</p>"
    strong, em = Mark("strong", (Text("b"),)), Mark("em", (Text("d"),))
    assert one(body) == Paragraph((Text("a "), strong, Text(" c "), em, Text("e")), 0)


def test_marks_of_comments_and_ids_of_elements_are_no_part_of_the_text() -> None:
    body = '<p local-id="x">a <ac:inline-comment-marker ac:ref="r">b</ac:inline-comment-marker><!-- c --> d</p>'
    assert one(body) == text("a b d")


def test_links_name_documents_attachments_people_and_addresses() -> None:
    body = (
        '<p><ac:link ac:anchor="x"><ri:page ri:content-title="Other page" ri:version-at-save="3"/><ac:link-body>l</ac:link-body></ac:link>'
        '<ac:link><ri:attachment ri:filename="f.pdf"/><ac:plain-text-link-body><![CDATA[f]]></ac:plain-text-link-body></ac:link>'
        '<ac:link><ri:user ri:account-id="5:1"/></ac:link><a href="https://x.y">w</a></p>'
    )
    links = (Link("other.md#x", (Text("l"),), 0), Link("img/f.pdf", (Text("f"),), 0))
    assert one(body) == Paragraph((*links, Mention("ada", "5:1"), Link("https://x.y", (Text("w"),), 0)), 0)


@pytest.mark.parametrize(
    "element",
    [
        '<ac:link><ri:page ri:content-title="Unknown"/><ac:link-body>l</ac:link-body></ac:link>',
        '<ac:link><ri:page ri:content-title="Other page"/></ac:link>',
        '<ac:link><ri:user ri:account-id="5:2"/></ac:link>',
        '<span style="color: red;">red</span>',
        '<span style="color: rgb(191,38,999);">red</span>',
        '<a href="https://x.y" data-card-appearance="inline">x</a>',
        '<ac:emoticon ac:name="smile"/>',
        "<ac:placeholder>type here</ac:placeholder>",
    ],
)
def test_what_no_node_holds_stays_in_its_line_as_storage(element: str) -> None:
    assert one(f"<p>a {element} b</p>") == Paragraph((Text("a "), InlineStorage(element), Text(" b")), 0)


def test_panels_are_named_by_what_they_look_like_on_each_product() -> None:
    body = macro("note", "<ac:rich-text-body><p><strong>T</strong></p><p>x</p></ac:rich-text-body>")
    assert one(body) == Callout("note", (Text("T"),), (text("x"),), 0)
    purple = (
        '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
        "<ac:adf-content><p>x</p></ac:adf-content></ac:adf-node></ac:adf-extension>"
    )
    assert one(purple) == Callout("important", (), (text("x"),), 0)
    titled = macro("tip", parameter("title", "T") + "<ac:rich-text-body><p>x</p></ac:rich-text-body>")
    assert one(titled, DATACENTER_PAGE) == Callout("tip", (Text("T"),), (text("x"),), 0)
    colour = parameter("bgColor", "#EAE6FF") + parameter("panelIcon", "🚀")
    icon = parameter("panelIconId", "1f680") + parameter("panelIconText", "🚀")
    custom = macro("panel", colour + icon + "<ac:rich-text-body><p>x</p></ac:rich-text-body>")
    assert one(custom) == Callout("panel", (), (text("x"),), 0, "#EAE6FF", "🚀")


def test_macros_with_bodies() -> None:
    expand = macro("expand", parameter("title", "More") + "<ac:rich-text-body><p>x</p></ac:rich-text-body>")
    assert one(expand) == Expand("More", (text("x"),), 0)
    code = "<ac:plain-text-body><![CDATA[a ]]]]><![CDATA[> b\n]]></ac:plain-text-body>"
    assert one(macro("code", parameter("language", "python") + code)) == CodeBlock("a ]]> b\n", "python", "", 0)
    folded = parameter("collapse", "true")
    assert one(macro("code", folded + code)) == AnyMacro("code", (("collapse", "true"),), (), "a ]]> b\n")
    app = macro("gliffy", parameter("name", "d"))
    assert one(app) == AnyMacro("gliffy", (("name", "d"),))


def test_lists_tasks_and_their_nesting() -> None:
    nested = '<ul><li><p>a</p><ol start="3"><li>b</li></ol></li><li><p /><ul><li><p>c</p></li></ul></li></ul>'
    inner = ListBlock(True, 3, (ListItem((text("b"),), None, 0),), 0)
    below = ListBlock(False, 1, (ListItem((text("c"),), None, 0),), 0)
    items = (ListItem((text("a"), inner), None, 0), ListItem((below,), None, 0))
    assert one(nested) == ListBlock(False, 1, items, 0)
    task = "<ac:task><ac:task-id>{}</ac:task-id><ac:task-status>{}</ac:task-status><ac:task-body>{}</ac:task-body>{}</ac:task>"
    inside = f"<ac:task-list>{task.format(2, 'incomplete', 'u', '')}</ac:task-list>"
    tasks = f"<ac:task-list>{task.format(1, 'complete', 't', inside)}</ac:task-list>"
    under = ListBlock(False, 1, (ListItem((text("u"),), False, 0),), 0)
    assert one(tasks) == ListBlock(False, 1, (ListItem((text("t"), under), True, 0),), 0)


def test_tables_with_heads_spans_colours_and_blocks() -> None:
    body = (
        '<table data-layout="wide"><tbody><tr><th><p>h</p></th><th><p style="text-align: right;">i</p></th></tr>'
        '<tr><td colspan="2" data-highlight-colour="#deebff"><ul><li><p>x</p></li></ul></td></tr></tbody></table>'
    )
    items = ListBlock(False, 1, (ListItem((text("x"),), None, 0),), 0)
    row = (Cell((), None, False, 2, 1, "#deebff", (items,)),)
    head = (Cell((Text("h"),), None), Cell((Text("i"),), "right"))
    assert one(body) == Table(head, (row,), 0, "wide")


def test_definitions_headings_images_and_columns() -> None:
    defined = '<p><strong>t</strong></p><p style="margin-left: 30.0px;">d</p>'
    assert one(defined) == DefinitionList((Definition(((Text("t"),),), (text("d"),)),), 0)
    anchors = macro("anchor", parameter("", "s")) + macro("anchor", parameter("", "T-s"))
    assert one(f"<h2>{anchors}H <code>c</code></h2>") == Heading(2, (Text("H "), Code("c")), "s", 0)
    image = (
        '<ac:image ac:align="right" ac:layout="wrap-right" ac:width="300" ac:alt="A"><ri:attachment ri:filename="i.png"/>'
        "<ac:caption><p>C</p></ac:caption></ac:image>"
    )
    assert one(image) == Paragraph((Image("img/i.png", "A", "C", 0, "300", "", "right", True),), 0)
    cells = "<ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell><p>b</p></ac:layout-cell>"
    layout = f'<ac:layout><ac:layout-section ac:type="two_left_sidebar">{cells}</ac:layout-section></ac:layout>'
    assert one(layout) == Layout(((text("a"),), (text("b"),)), (33, 67), 0)
    status = macro("status", parameter("title", "Done") + parameter("colour", "Green"))
    assert one(f"<p>{status}</p>") == Paragraph((Status("Done", "Green"),), 0)


@pytest.mark.parametrize(
    "body",
    [
        "<p />",
        '<table data-table-width="900"><tbody><tr><td><p>x</p></td></tr></tbody></table>',
        '<ul style="list-style-type: square;"><li><p>x</p></li></ul>',
        "<p>a<table><tbody><tr><td>x</td></tr></tbody></table></p>",
        "<strange>x</strange>",
        '<ac:structured-macro ac:name="gallery"><ac:parameter ac:name="page"><ac:link><ri:page ri:content-title="X"/></ac:link></ac:parameter></ac:structured-macro>',
    ],
)
def test_what_no_block_holds_is_kept_as_storage(body: str) -> None:
    found = one(body)
    assert isinstance(found, Storage)
    assert found.body.replace("/>", " />").replace("  ", " ") == body.replace("/>", " />").replace("  ", " ")


def test_a_block_that_cannot_be_written_is_kept_as_storage_as_small_as_may_be() -> None:
    context = ReadingContext(can_write=lambda block: not isinstance(block, Table))
    table = '<table data-layout="default"><tbody><tr><td><p>x</p></td></tr></tbody></table>'
    panel = macro("info", f"<ac:rich-text-body>{table}</ac:rich-text-body>")
    assert one(panel, context) == Callout("info", (), (Storage(table, 0),), 0)


def test_storage_that_is_not_well_formed_is_refused() -> None:
    with pytest.raises(NotWellFormed):
        read_storage("<p>")


SAVED = """<ac:layout><ac:layout-section ac:type="fixed-width" ac:breakout-mode="default"><ac:layout-cell>
<p local-id="1">Hi <ac:emoticon ac:name="blue-star" ac:emoji-fallback="🚀"/> <a href="https://x.y" data-card-appearance="inline">https://x.y</a></p>
<table data-table-width="760" data-layout="default" ac:local-id="2"><colgroup><col style="width: 380.0px;"/></colgroup>
<tbody><tr><th class="confluenceTh"><p>h</p></th></tr><tr><td scope="row"><p>1</p></td></tr></tbody></table>
<ac:image ac:align="center" ac:layout="center" ac:original-width="9" ac:width="30" ac:custom-width="true"><ri:attachment ri:filename="i.png"/></ac:image>
</ac:layout-cell></ac:layout-section><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>"""


def test_what_an_editor_adds_when_it_saves_is_passed_over_where_edits_are_looked_for() -> None:
    context = ReadingContext(file=lambda name: f"img/{name}", lenient=True)
    link = Link("https://x.y", (Text("https://x.y"),), 0)
    assert read_storage(SAVED, context) == (
        Paragraph((Text("Hi 🚀 "), link), 0),
        Table((Cell((Text("h"),), None),), ((Cell((Text("1"),), None),),), 0),
        Paragraph((Image("img/i.png", "", "", 0, "30"),), 0),
        Layout(((text("a"),), (text("b"),)), (), 0),
    )
    strict = read_storage(SAVED, ReadingContext(file=lambda name: f"img/{name}"))
    assert [type(block) for block in strict] == [Storage]  # an import must give back all of it
