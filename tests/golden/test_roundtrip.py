"""Real documents there and back: what is rendered is read, written, parsed and rendered again: the same page.

Without ``--full`` a share of the documents goes the whole way; the figures of a full run are printed.
"""

from pathlib import Path

import pytest
from msgspec.structs import replace

from publisher.convert.cache import ConversionCache
from publisher.convert.compose import Conversion, build_tree, convert, make_pages
from publisher.convert.options import read_grammar
from publisher.convert.reading import reading_context, without_generated
from publisher.markdown.parse import parse_document
from publisher.markdown.write import MarkdownWriter
from publisher.markdown.writing.style import style_of
from publisher.model.document import Block, Document, Storage
from publisher.model.inlines import InlineStorage
from publisher.model.settings import Settings
from publisher.model.walk import inline_nodes, walk_blocks
from publisher.reading.read import read_storage
from publisher.render.page import render_pages
from publisher.storage import PRODUCTS, canonical

CORPORA = Path(__file__).parents[3] / "shared/corpora"
GUIDE = Path(__file__).parents[2] / "sample-docs"
DIALECTS = {
    "rust-book": "mdbook", "mkdocs-material": "mkdocs", "docusaurus-jest": "docusaurus", "vitepress": "vitepress",
    "obsidian-tasks": "obsidian", "hugo": "hugo",
}  # fmt: skip
#: One of so many documents is tried in the usual run.
SHARE = 9


def read_back(conversion: Conversion, key: str, writer: MarkdownWriter) -> tuple[Block, ...]:
    body = conversion.rendered.pages[key].body
    return without_generated(read_storage(body, reading_context(conversion, key, writer)), conversion, key)


def again(conversion: Conversion, settings: Settings, documents: dict[str, Document]) -> Conversion:
    """The pages that ``documents`` become: with the titles and headings that the first ones had."""
    texts = list(documents.values())
    tree = build_tree(settings, conversion.source, texts)
    made = make_pages(settings, conversion.source, texts, tree, ConversionCache())
    pages = {
        key: replace(page, drop_first_heading=False, title=conversion.tree.pages[key].title)
        if documents.get(key) is not conversion.tree.pages[key].document
        else page
        for key, page in made.tree.pages.items()
    }
    tree = replace(made.tree, pages=pages)
    return replace(made, tree=tree, rendered=render_pages(tree, options=conversion.options))


def go_there_and_back(settings: Settings, dialect: str, share: int) -> tuple[int, int, int]:
    """(documents, blocks, those that came back as storage). Asserts that every page is the same."""
    conversion = convert(settings)
    writer = MarkdownWriter(read_grammar(settings, conversion.source), style_of(dialect))
    documents = {key: page.document for key, page in conversion.tree.pages.items() if page.document}
    tried = list(documents)[::share]
    blocks: list[Block] = []
    for key in tried:
        found = read_back(conversion, key, writer)
        blocks += found
        front, page = documents[key].front_matter, conversion.tree.pages[key]
        front = replace(front, title=page.wanted) if page.drop_first_heading else front
        parsed = parse_document(key, writer.write(found).encode(), writer.grammar)
        documents[key] = replace(parsed, front_matter=front)
    pages = again(conversion, settings, documents).rendered.pages
    for key in tried:
        assert canonical(pages[key].body) == canonical(conversion.rendered.pages[key].body), key
    whole = list(walk_blocks(tuple(blocks)))
    kept = sum(isinstance(block, Storage) for block in whole)
    kept += sum(isinstance(node, InlineStorage) for node in inline_nodes(tuple(blocks)))
    return len(tried), len(whole), kept


@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared")
@pytest.mark.parametrize("target", PRODUCTS)
@pytest.mark.parametrize("name", DIALECTS)
def test_real_documents_come_back(name: str, target: str, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings.of(CORPORA / name, dialect=DIALECTS[name], gitignore=False, target=target, banner="off")
    documents, blocks, kept = go_there_and_back(settings, DIALECTS[name], 1 if full else SHARE)
    with capsys.disabled():
        print(f"\n{name} on {target}: {documents} documents, {blocks} blocks, {kept} as storage", end="")
    assert kept <= blocks / 100


@pytest.mark.parametrize("target", PRODUCTS)
def test_the_guide_comes_back(target: str, full: bool) -> None:
    settings = Settings.of(GUIDE, dialect="gfm", target=target, banner="off")
    go_there_and_back(settings, "gfm", 1 if full else 4)
