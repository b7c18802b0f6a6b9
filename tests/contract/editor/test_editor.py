"""What we write for Cloud, read by Atlassian's own editor code: nothing of it is wrapped as unsupported."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from contract.editor.editor_document import to_document
from contract.editor.editor_reader import INSTALLED, WHY_NOT, Reader, read_schema
from contract.editor.nestings import BLOCKS, CONTAINERS, words
from hypothesis import given
from hypothesis import strategies as st
from pieces import PIECES

from publisher.convert.compose import convert
from publisher.markdown.dialects import SYNTAXES
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.options.pages import TreeOptions
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.render.options import RenderOptions
from publisher.render.page import render_pages
from publisher.storage import PRODUCTS, check_storage, find_editor_losses, parse_body

ROOT = Path(__file__).parents[3]
SHARED = ROOT.parent / "shared"
CORPORA = {
    "rust-book": "mdbook", "mkdocs-material": "mkdocs", "docusaurus-jest": "docusaurus", "vitepress": "vitepress",
    "obsidian-tasks": "obsidian", "hugo": "hugo",
}  # fmt: skip
EVERYTHING = Grammar(frozenset(SYNTAXES), {"ada": "5:1"}, frozenset({"ABC"}), {"version": "1"})

needs_editor = pytest.mark.skipif(not INSTALLED, reason=WHY_NOT)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    if not INSTALLED:
        pytest.skip(WHY_NOT)
    with Reader() as found:
        yield found


def bodies_of(text: str, product: str = "cloud") -> tuple[str, list[str]]:
    """(the body, violations that our own check found)."""
    document = parse_document("a.md", text.encode(), EVERYTHING)
    if not document.readable:
        return "", []
    root = Path("/nowhere")
    tree = build_pagetree(SourceTree(root, (SourceFile("a.md", root),), {}, {}), [document], TreeOptions())
    rendered = render_pages(tree, options=RenderOptions(PRODUCTS[product]))
    wrong = [str(item) for item in rendered.problems if item.code in {"storage-violation", "not-well-formed"}]
    return rendered.pages["a.md"].body, wrong


MACRO = '<ac:structured-macro ac:name="{}"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
TABLE = "<table><tbody><tr><td><p>x</p></td></tr></tbody></table>"
IMAGE = '<ac:image><ri:url ri:value="https://e.org/a.png"/></ac:image>'
ANCHOR = '<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">x</ac:parameter></ac:structured-macro>'
SECTION = '<ac:layout><ac:layout-section ac:type="single"><ac:layout-cell><p>x</p></ac:layout-cell></ac:layout-section></ac:layout>'
TASK = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>"
    "<ac:task-body>{}</ac:task-body></ac:task></ac:task-list>"
)
#: Storage that the editor does not take as it is.
LOST = [
    "<ul><li><blockquote><p>x</p></blockquote></li></ul>",
    "<ul><li><h2>x</h2></li></ul>",
    f"<ul><li>{TABLE}</li></ul>",
    f"<blockquote>{TABLE}</blockquote>",
    "<blockquote><hr/></blockquote>",
    f"<blockquote>{TASK.format('x')}</blockquote>",
    "<blockquote><blockquote><p>x</p></blockquote></blockquote>",
    MACRO.format("info", TABLE),
    MACRO.format("info", "<blockquote><p>x</p></blockquote>"),
    MACRO.format("info", '<p style="margin-left: 30.0px;">x</p>'),
    MACRO.format("info", '<p style="text-align: center;">x</p>'),
    MACRO.format("expand", MACRO.format("expand", TABLE)),
    MACRO.format("expand", MACRO.format("expand", MACRO.format("expand", "<p>x</p>"))),
    MACRO.format("excerpt", MACRO.format("expand", "<p>x</p>")),
    MACRO.format("expand", MACRO.format("excerpt", "<p>x</p>")),
    f"<table><tbody><tr><td>{TABLE}</td></tr></tbody></table>",
    '<table><tbody><tr><td><p style="margin-left: 30.0px;">x</p></td></tr></tbody></table>',
    TASK.format("<p>x</p>"),
    "<p><strong>a <code>x</code></strong></p>",
    "<p><code>a <em>x</em></code></p>",
    "<p><em>a<br/>b</em></p>",
    f"<p><sup>{ANCHOR}1</sup></p>",
    '<p><strong><time datetime="2026-01-31"/></strong></p>',
    f"<p>a {IMAGE}</p>",
    SECTION,
    "<blockquote></blockquote>",
]


@pytest.mark.parametrize("body", LOST)
def test_what_the_editor_loses_is_found_by_it_and_by_our_own_check(body: str, reader: Reader) -> None:
    assert reader.find_losses(body) != []
    assert find_editor_losses(body) != []
    assert check_storage(body) != []


def test_losses_are_named_by_their_place() -> None:
    body = f"<p>a</p><ul><li><p>b</p></li><li>{TABLE}</li></ul>"
    [loss] = find_editor_losses(body)
    element = parse_body(body)
    for number in loss.path:
        element = element[number]
    assert (element.tag, loss.reason) == ("table", "table in item")
    assert find_editor_losses("<p>open") == []


@needs_editor
def test_the_guide_opens_whole(reader: Reader) -> None:
    conversion = convert(Settings.of(ROOT / "sample-docs", gitignore=False))
    assert {
        key: lost for key, page in conversion.rendered.pages.items() if (lost := reader.find_losses(page.body))
    } == {}
    documents = [to_document(page.body) for page in conversion.rendered.pages.values()]
    smallest = sorted(documents, key=lambda document: len(json.dumps(document)))[:5]
    for document in smallest:  # the schema says the same, but takes long for large ones
        jsonschema.Draft4Validator(read_schema()).validate(document)


@needs_editor
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
@pytest.mark.parametrize("name", CORPORA)
def test_real_documents_open_whole(name: str, reader: Reader) -> None:
    conversion = convert(Settings.of(SHARED / "corpora" / name, dialect=CORPORA[name], gitignore=False))
    assert {
        key: lost for key, page in conversion.rendered.pages.items() if (lost := reader.find_losses(page.body))
    } == {}


@needs_editor
@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_the_nest_cases_open_whole(reader: Reader) -> None:
    folder = SHARED / "cases/nesting"
    conversion = convert(Settings.of(folder, dialect="mkdocs", syntax=("+definition-lists",), gitignore=False))
    assert {
        key: lost for key, page in conversion.rendered.pages.items() if (lost := reader.find_losses(page.body))
    } == {}


def _share(full: bool) -> list[tuple[str, str, str]]:
    """(outer, inner, block): all of them, or a share that has each pair of containers, and each block in each."""
    every = [(outer, inner, block) for outer in ["", *CONTAINERS] for inner in CONTAINERS for block in BLOCKS]
    return every if full else [each for number, each in enumerate(every) if not each[0] or number % 7 == 0]


def _text(outer: str, inner: str, block: str) -> str:
    word = words()
    text = CONTAINERS[inner](BLOCKS[block](word), word)
    return CONTAINERS[outer](text, word) if outer else text


def _seen(body: str) -> list[str]:
    return re.findall(r"Word\d{4}", re.sub(r"<ri:url[^>]*>|ac:alt=\"[^\"]*\"", " ", body))


def test_every_block_in_every_container_opens_whole(full: bool, reader: Reader) -> None:
    wrong = {}
    for outer, inner, block in _share(full):
        body, violations = bodies_of(_text(outer, inner, block))
        if found := [*violations, *reader.find_losses(body)]:
            wrong[f"{block} in {inner} in {outer}"] = found
    assert wrong == {}


@pytest.mark.parametrize("product", PRODUCTS)
def test_every_block_in_every_container_keeps_its_words_in_order(product: str, full: bool) -> None:
    wrong = {}
    for outer, inner, block in _share(full):
        text = _text(outer, inner, block)
        body, violations = bodies_of(text, product)
        wanted = [word for word in re.findall(r"Word\d{4}", text) if not re.search(rf"!\[{word}\]", text)]
        seen = [word for word in _seen(body) if word in wanted]
        if seen != wanted or violations:
            wrong[f"{block} in {inner} in {outer}"] = (text, body, violations)
    assert {name: text for name, (text, _, _) in list(wrong.items())[:5]} == {}


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_markdown_opens_whole(reader: Reader, text: str) -> None:
    body, violations = bodies_of(text)
    assert violations == []
    assert find_editor_losses(body) == []
    assert reader.find_losses(body) == []
