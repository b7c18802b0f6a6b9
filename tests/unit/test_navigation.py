"""Navigation files of other tools give the tree, the order and the titles of what they list."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from publisher.convert.compose import convert
from publisher.errors import UsageError
from publisher.model.settings import Settings
from publisher.source.tree import DOCUMENT_SUFFIXES

CORPORA = Path(__file__).parents[3] / "shared/corpora"
needs_corpora = pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared")


def outline(docs: Path, **settings: Any) -> list[str]:
    """Titles in tree order, indented."""
    tree = convert(Settings.of(docs, gitignore=False, **settings, banner="off")).tree
    depth: dict[str | None, int] = {None: -1}
    lines = []
    for key, page in tree.pages.items():
        depth[key] = depth[page.parent] + 1
        lines.append("  " * depth[key] + page.title)
    return lines


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


MKDOCS = """
site_name: Guide
site_url: https://docs.example.com/
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      options: !!python/object/apply:os.system ["exit 1"]
plugins:
  - x: !ENV [A, false]
exclude_docs: |
  drafts/
nav:
  - index.md
  - User guide:
    - Install: setup/install.md
    - setup/use.md
  - Reference:
    - ref/index.md
    - Deep: [ref/a.md]
  - Elsewhere: https://example.com
  - Missing: none.md
"""
DOCS = {
    "docs/index.md": "# Welcome\n", "docs/setup/install.md": "# Installation\n", "docs/setup/use.md": "# Use it\n",
    "docs/setup/extra.md": "# Not listed\n", "docs/ref/index.md": "# The reference\n", "docs/ref/a.md": "# A\n",
    "docs/drafts/d.md": "# Draft\n", "docs/other/z.md": "# Z\n",
}  # fmt: skip


def test_mkdocs(tmp_path: Path) -> None:
    write(tmp_path, {**DOCS, "mkdocs.yml": MKDOCS, ".git/HEAD": ""})
    assert outline(tmp_path / "docs") == [
        "Welcome", "  User guide", "    Install", "    Use it", "    Not listed", "  Reference", "    Deep", "      A",
        "  Other", "    Z",
    ]  # fmt: skip
    assert outline(tmp_path / "docs", nav="only") == [
        "Welcome", "  User guide", "    Install", "    Use it", "  Reference", "    Deep", "      A",
    ]  # fmt: skip
    assert "  Setup" in outline(tmp_path / "docs", nav="off") and "Draft" in "".join(
        outline(tmp_path / "docs", nav="off")
    )


def test_a_title_of_the_navigation_leaves_the_heading_of_the_document(tmp_path: Path) -> None:
    write(tmp_path, {**DOCS, "mkdocs.yml": MKDOCS, ".git/HEAD": ""})
    pages = convert(Settings.of(tmp_path / "docs", gitignore=False, banner="off")).rendered.pages
    assert "<h1>Installation</h1>" in pages["setup/install.md"].body
    assert "<h1>" not in pages["setup/use.md"].body


def test_links_to_the_published_site_become_page_links(tmp_path: Path) -> None:
    files = {**DOCS, "docs/setup/use.md": "[a](https://docs.example.com/ref/a/)\n"}
    write(tmp_path, {**files, "mkdocs.yml": MKDOCS, ".git/HEAD": ""})
    pages = convert(Settings.of(tmp_path / "docs", gitignore=False, banner="off")).rendered.pages
    assert 'ri:content-title="A"' in pages["setup/use.md"].body


def test_inherited_settings(tmp_path: Path) -> None:
    base = "nav:\n  - B: b.md\n  - A: a.md\n"
    files = {"docs/index.md": "# I\n", "docs/a.md": "x", "docs/b.md": "x", "base.yml": base}
    write(tmp_path, {**files, "mkdocs.yml": "INHERIT: base.yml\nsite_name: S\n", ".git/HEAD": ""})
    assert outline(tmp_path / "docs") == ["I", "  B", "  A"]


def test_the_navigation_of_another_folder_says_nothing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"mkdocs.yml": "docs_dir: site\nnav: [a.md]\n", "site/a.md": "x", "docs/b.md": "# B\n", ".git/HEAD": ""},
    )
    assert outline(tmp_path / "docs") == ["Docs", "  B"]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    write(tmp_path, {"mkdocs.yml": "a: b\nnav: [\n", "a.md": "x"})
    with pytest.raises(UsageError, match=r"mkdocs\.yml:\d+: not valid YAML"):
        outline(tmp_path)


SUMMARY = """# The Book

[Preface](preface.md)

- [One `x`](one.md)
  - [Below](one/below.md)
- [Draft]()
- [Group]()
    - [In it](in.md)

# Second part

- [Two](two.md)

---

[Appendix](appendix.md)
"""


def test_summary(tmp_path: Path) -> None:
    names = ["preface", "one", "one/below", "in", "two", "appendix"]
    write(tmp_path, {f"{name}.md": f"# {name}\n" for name in names} | {"SUMMARY.md": SUMMARY})
    assert outline(tmp_path) == [
        "The Book", "  Preface", "  One x", "    Below", "  Group", "    In it", "  Second part", "    Two", "  Appendix",
    ]  # fmt: skip


def test_docusaurus(tmp_path: Path) -> None:
    sidebars = """{"docs": ["intro", {"type": "category", "label": "Guides", "link": {"type": "doc", "id": "guide/home"},
      "items": ["guide/b", {"type": "doc", "id": "guide/a", "label": "First"}]}, {"Older": ["old"]}]}"""
    names = ["index", "01-intro", "guide/home", "guide/a", "guide/02-b", "old"]
    write(tmp_path, {f"docs/{name}.md": "text\n" for name in names} | {"website/sidebars.json": sidebars})
    assert outline(tmp_path / "docs") == [
        "Docs",
        "  Intro",
        "  Guides",
        "    B",
        "    First",
        "  Older",
        "    Old",
    ]


BOOK = """format: jb-book
root: intro
parts:
- caption: Tutorials
  chapters:
  - file: ch/two
    sections:
    - file: ch/one
      title: First
    - url: https://example.org
    - file: gone
- caption: Rest
  chapters:
  - glob: z*
"""
MYST = """project:
  title: Book
  toc:
    - file: intro.md
    - title: Part
      children:
        - file: ch/two.md
        - pattern: z*.md
"""


def test_contents_of_jupyter_book_and_myst(tmp_path: Path) -> None:
    names = ("intro", "ch/one", "ch/two", "z2", "z1")
    documents = {f"{name}.md": f"# {name}\n" for name in names}
    assert outline(write(tmp_path / "a", documents | {"_toc.yml": BOOK})) == [
        "A", "  intro", "  Tutorials", "    ch/two", "      First", "  Rest", "    z1", "    z2",
    ]  # fmt: skip
    assert outline(write(tmp_path / "b", documents | {"myst.yml": MYST})) == [
        "Book", "  intro", "  Part", "    ch/two", "    z1", "    z2", "    ch/one",
    ]  # fmt: skip
    assert outline(write(tmp_path / "c", documents | {"myst.yml": "site: {}\n"})) == [
        "C", "  Ch", "    ch/one", "    ch/two", "  intro", "  z1", "  z2",
    ]  # fmt: skip


def test_notes_in_folders(tmp_path: Path) -> None:
    write(tmp_path, {
        "index.md": "# R\n", "b/x.md": "# X\n", "a/y.md": "# Y\n", "a/z.md": "# Z\n", "a/w.md": "# W\n",
        "b/_category_.json": '{"label": "Bees", "position": 1}', "a/_category_.yml": "position: 2\n",
        "a/.pages": "title: Ays\nnav: [z.md, ..., w.md]\n",
    })  # fmt: skip
    assert outline(tmp_path) == ["R", "  Bees", "    X", "  Ays", "    Z", "    Y", "    W"]


def test_numbers_before_names_are_places(tmp_path: Path) -> None:
    write(tmp_path, {"10-last.md": "x", "02-second.md": "x", "1-first.md": "x", "2024-notes.md": "x"})
    assert [line.strip() for line in outline(tmp_path)[1:]] == ["First", "Second", "Last", "2024 notes"]


# Real books


def entries_of(nav: list[Any], above: str) -> list[tuple[str, str, str]]:
    """(key, parent, title) of every document, read from the YAML in the plainest way."""
    found: list[tuple[str, str, str]] = []
    for item in nav:
        title, value = next(iter(item.items())) if isinstance(item, dict) else ("", item)
        if isinstance(value, str):
            found.append((value, above, title))
            continue
        index = value[0] if isinstance(value[0], str) and value[0].endswith("index.md") else ""
        name = index or f"section {title}"
        found += [(index, above, title)] if index else []
        found += entries_of(value[1:] if index else value, name)
    return found


@needs_corpora
def test_the_tree_of_mkdocs_material() -> None:
    docs = CORPORA / "mkdocs-material"
    text = re.sub(r"!!?[\w/:.]+", "", (docs / "mkdocs.yml").read_text())
    tree = convert(Settings.of(docs, gitignore=False, dialect="mkdocs", banner="off")).tree
    keys = list(tree.pages)
    listed = [entry for entry in entries_of(yaml.safe_load(text)["nav"], "index.md") if (docs / entry[0]).is_file()]
    assert len(listed) > 70
    for key, parent, title in listed:
        page = tree.pages[key]
        if key == "index.md":
            assert page.parent is None
            continue
        above = tree.pages[page.parent or ""]
        assert above.key == parent or f"section {above.title}" == parent, key
        assert not title or page.title == title or page.title.startswith(f"{title} ("), key
    order = [keys.index(key) for key, _, _ in listed]
    assert order == sorted(order)


@needs_corpora
def test_the_tree_of_the_rust_book() -> None:
    docs = CORPORA / "rust-book"
    tree = convert(Settings.of(docs, gitignore=False, dialect="mdbook", banner="off")).tree
    above: list[tuple[int, str]] = []
    keys = list(tree.pages)
    seen = []
    for line in (docs / "SUMMARY.md").read_text().splitlines():
        match = re.match(r"^( *)(- )?\[(.*)\]\((.*)\)$", line)
        if not match or not match[4].endswith(DOCUMENT_SUFFIXES):
            continue
        indent = len(match[1])
        above = [item for item in above if item[0] < indent]
        page = tree.pages[match[4]]
        if match[4] != "title-page.md":
            assert page.parent == (above[-1][1] if above else "title-page.md"), line
        wanted = re.sub(r"[`*]", "", match[3])
        assert page.title == wanted or page.title.startswith(f"{wanted} ("), line
        seen.append(keys.index(match[4]))
        if match[2]:
            above.append((indent, match[4]))
    assert len(seen) > 100 and seen == sorted(seen) and "SUMMARY.md" not in tree.pages
