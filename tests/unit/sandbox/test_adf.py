"""The sandbox's mapper between storage format and the editor's document: what it knows goes there and back, the rest is refused."""

import json
from typing import Any

import pytest

from publisher.sandbox.adf import Unmappable, adf_to_storage, storage_to_adf
from publisher.storage import canonical

#: Storage format that comes back as it went.
BODIES = {
    "text": "<p>Some <strong>bold</strong>, <em>slanted</em>, <u>under</u>, <del>gone</del>, <code>code</code>, H<sub>2</sub>O, x<sup>2</sup></p>",
    "nested marks": "<p><strong><em>both</em></strong></p>",
    "headings": "<h1>One</h1><h3>Three</h3><h6>Six</h6>",
    "links": '<p><a href="https://example.invalid/?a=1&amp;b=2">out</a></p>',
    "page link": '<p><ac:link ac:anchor="part"><ri:page ri:content-title="A &amp; B" ri:space-key="X" /><ac:link-body>there</ac:link-body></ac:link></p>',
    "attachment link": '<p><ac:link><ri:attachment ri:filename="a b.pdf" /><ac:link-body>file</ac:link-body></ac:link></p>',
    "lists": "<ul><li><p>a</p><ol start=\"3\"><li><p>b</p></li></ol></li><li><p>c</p></li></ul>",
    "quote": "<blockquote><p>said</p></blockquote>",
    "rule": "<p>a</p><hr /><p>b</p>",
    "table": '<table data-layout="default"><tbody><tr><th><p>h</p></th><th colspan="2"><p>i</p></th></tr>'
    '<tr><td><p>1</p></td><td data-highlight-colour="#fff0b3"><p>2</p></td><td><p>3</p></td></tr></tbody></table>',
    "code": '<ac:structured-macro ac:name="code"><ac:parameter ac:name="language">python</ac:parameter>'
    "<ac:plain-text-body><![CDATA[if a < b and \"c\":\n    pass]]></ac:plain-text-body></ac:structured-macro>",
    "panels": "".join(
        f'<ac:structured-macro ac:name="{name}"><ac:rich-text-body><p>{name}</p></ac:rich-text-body></ac:structured-macro>'
        for name in ("info", "tip", "note", "warning")
    ),
    "custom panel": '<ac:structured-macro ac:name="panel"><ac:parameter ac:name="panelIconText">🚀</ac:parameter>'
    '<ac:parameter ac:name="bgColor">#deebff</ac:parameter><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>',
    "purple panel": '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute>'
    "<ac:adf-content><p>x</p></ac:adf-content></ac:adf-node></ac:adf-extension>",
    "expand": '<ac:structured-macro ac:name="expand"><ac:parameter ac:name="title">More</ac:parameter><ac:rich-text-body>'
    "<p>x</p></ac:rich-text-body></ac:structured-macro>",
    "status": '<p>is <ac:structured-macro ac:name="status"><ac:parameter ac:name="title">DONE</ac:parameter>'
    '<ac:parameter ac:name="colour">Green</ac:parameter></ac:structured-macro> now</p>',
    "macro": '<ac:structured-macro ac:name="toc"><ac:parameter ac:name="maxLevel">3</ac:parameter></ac:structured-macro>',
    "macro with text": '<ac:structured-macro ac:name="excerpt"><ac:parameter ac:name="name">e</ac:parameter><ac:rich-text-body>'
    "<p>x</p></ac:rich-text-body></ac:structured-macro>",
    "macro with a page": '<ac:structured-macro ac:name="include"><ac:parameter ac:name=""><ac:link><ri:page ri:content-title="P" />'
    "</ac:link></ac:parameter></ac:structured-macro>",
    "date and person": '<p><time datetime="2026-01-31" /> <ac:link><ri:user ri:account-id="abc" /></ac:link></p>',
    "picture": '<ac:image ac:align="center" ac:layout="center" ac:original-width="8" ac:alt="p"><ri:attachment ri:filename="p.png" />'
    "<ac:caption><p>seen</p></ac:caption></ac:image>",
    "outside picture": '<ac:image ac:align="center" ac:layout="center"><ri:url ri:value="https://example.invalid/p.png" /></ac:image>',
    "layout": '<ac:layout><ac:layout-section ac:type="two_left_sidebar"><ac:layout-cell><p>a</p></ac:layout-cell>'
    "<ac:layout-cell><p>b</p></ac:layout-cell></ac:layout-section></ac:layout>",
    "colours": '<p><span style="color: #ff5630;">red</span></p>',
    "comment": '<p>some <ac:inline-comment-marker ac:ref="6f1c">words</ac:inline-comment-marker></p>',
    "aligned": '<p style="text-align: center;">middle</p>',
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_storage_goes_into_a_document_and_comes_back(name: str) -> None:
    document = storage_to_adf(BODIES[name])
    assert document["type"] == "doc" and document["version"] == 1
    assert canonical(adf_to_storage(json.loads(json.dumps(document)))) == canonical(BODIES[name])


def test_panel_code_and_table_are_not_flattened() -> None:
    document = storage_to_adf(BODIES["code"] + BODIES["table"] + BODIES["panels"])
    kinds = [node["type"] for node in document["content"]]
    assert kinds == ["codeBlock", "table", "panel", "panel", "panel", "panel"]
    assert document["content"][0]["content"][0]["text"] == 'if a < b and "c":\n    pass'
    assert [node["attrs"]["panelType"] for node in document["content"][2:]] == ["info", "success", "warning", "error"]


def test_tasks_keep_their_state() -> None:
    tasks = "".join(
        f"<ac:task><ac:task-id>{n}</ac:task-id><ac:task-status>{state}</ac:task-status><ac:task-body>t{n}</ac:task-body></ac:task>"
        for n, state in ((1, "incomplete"), (2, "complete"))
    )
    items = storage_to_adf(f"<ac:task-list>{tasks}</ac:task-list>")["content"][0]["content"]
    assert [(item["attrs"]["state"], item["content"][0]["text"]) for item in items] == [("TODO", "t1"), ("DONE", "t2")]
    back = adf_to_storage({"type": "doc", "version": 1, "content": [{"type": "taskList", "content": items}]})
    assert back.count("<ac:task>") == 2 and "<ac:task-status>complete</ac:task-status>" in back


def test_a_file_is_named_by_its_id() -> None:
    document = storage_to_adf(BODIES["picture"], {"p.png": "uuid-1"})
    assert document["content"][0]["content"][0]["attrs"]["id"] == "uuid-1"
    media = {"type": "media", "attrs": {"type": "file", "id": "uuid-1", "collection": "contentId-1"}}
    single = {"type": "doc", "content": [{"type": "mediaSingle", "content": [media]}]}
    assert '<ri:attachment ri:filename="p.png" />' in adf_to_storage(single, {"uuid-1": "p.png"})


@pytest.mark.parametrize(
    "body",
    [
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<p><video /></p>",
        '<ac:adf-extension><ac:adf-node type="x" /></ac:adf-extension>',
    ],
)
def test_what_has_no_counterpart_is_refused(body: str) -> None:
    with pytest.raises(Unmappable):
        storage_to_adf(body)


def _deep(levels: int) -> dict[str, Any]:
    node: dict[str, Any] = {"type": "paragraph"}
    for _ in range(levels):
        node = {"type": "blockquote", "content": [node]}
    return {"type": "doc", "content": [node]}


@pytest.mark.parametrize(
    "document",
    [
        None, [], "doc", {}, {"type": "doc"}, {"type": "doc", "content": [5]}, {"type": "doc", "content": [{"type": 5}]},
        {"type": "doc", "content": [{"type": "nonsense"}]}, {"type": "doc", "content": [{"type": "heading", "attrs": {"level": 9}}]},
        {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text"}]}]},
        {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "x", "marks": [{"type": "odd"}]}]}]},
        {"type": "doc", "content": [{"type": "paragraph", "attrs": [], "content": [{"type": "status", "attrs": []}]}]},
        {"type": "doc", "content": [{"type": "extension", "attrs": {"extensionType": "com.other"}}]}, _deep(300),
    ],
)  # fmt: skip
def test_a_document_that_is_none_is_refused(document: object) -> None:
    with pytest.raises(Unmappable):
        adf_to_storage(document)


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("words<strong>b</strong><p>x</p> tail", ["paragraph", "paragraph", "paragraph"]),
        ("<pre>x</pre><div><p>y</p></div><hr/>", ["codeBlock", "paragraph", "rule"]),
        ('<p><ac:image ac:width="30"><ri:url ri:value="https://e.example/a.png"/></ac:image></p>', ["mediaSingle"]),
        ('<h2 style="text-align: right;">x</h2><p style="margin-left: 60.0px;">y</p>', ["heading", "paragraph"]),
        ('<ol start="3"><li><p>x</p></li></ol>', ["orderedList"]),
        ('<table data-table-width="760"><tr><th colspan="2" data-highlight-colour="#fff0b3">h</th></tr></table>', ["table"]),
        ('<ac:structured-macro ac:name="app"><ac:parameter ac:name="a">1</ac:parameter></ac:structured-macro>', ["extension"]),
        ('<ac:structured-macro ac:name="app"><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>', ["bodiedExtension"]),
        (
            '<ac:adf-extension><ac:adf-node type="decision-list"><ac:adf-node type="decision-item"><ac:adf-attribute key="state">DECIDED</ac:adf-attribute>'
            "<ac:adf-content>yes</ac:adf-content></ac:adf-node><ac:adf-node type=\"decision-item\"/></ac:adf-node></ac:adf-extension>",
            ["decisionList"],
        ),
        (
            '<ac:layout><ac:layout-section ac:type="odd"><ac:layout-cell><p>a</p></ac:layout-cell><ac:layout-cell/></ac:layout-section></ac:layout>',
            ["layoutSection"],
        ),
        ("<ac:task-list><ac:task><ac:task-status>complete</ac:task-status></ac:task><ac:task-list><ac:task><ac:task-body>x</ac:task-body></ac:task></ac:task-list></ac:task-list>", ["taskList"]),
    ],
)  # fmt: skip
def test_storage_as_people_leave_it_has_a_document(body: str, kinds: list[str]) -> None:
    assert [node["type"] for node in storage_to_adf(body)["content"]] == kinds


@pytest.mark.parametrize(
    "body",
    [
        "<strange/>",
        '<ac:structured-macro ac:name="info"/>',
        '<ac:adf-extension><ac:adf-node type="odd"/></ac:adf-extension>',
        "<ac:adf-extension/>",
    ],
)
def test_what_has_no_document_is_said(body: str) -> None:
    with pytest.raises(Unmappable):
        storage_to_adf(body)
