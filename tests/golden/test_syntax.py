"""Small cases of every syntax: `syntax/*.md` hold a title, the Markdown and the expected storage of each, for Cloud and,
where that differs, for Data Center.

`pytest --update-golden` rewrites the expectations; read the difference before you commit it.
"""

import re
from pathlib import Path

import pytest

from publisher.markdown.dialects import DIALECTS, SYNTAXES
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.options.pages import TreeOptions
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.render.options import RenderOptions
from publisher.render.page import render_pages
from publisher.storage import CLOUD, DATACENTER, Product

FOLDER = Path(__file__).parent / "syntax"
CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n(?P<fence>`{4,})markdown\n(?P<markdown>.*?)^(?P=fence)\n"
    r"(?:\n(?P=fence)xml(?: \w+)?\n.*?^(?P=fence)\n)*",
    re.S | re.M,
)
#: What the cases may use besides syntax: people, Jira projects, variables.
NAMES = {"ada": "557058:ada"}, frozenset({"ABC"}), {"version": "1.2", "links": {"site": "https://x.y"}}


def read(path: str) -> tuple[str, str] | None:
    return (path, "one\ntwo\nthree\n") if path == "inc.md" else None


def storage_of(markdown: str, syntaxes: frozenset[str], root: Path, product: Product) -> str:
    """The body, a block a line. Every case is checked: no violation is accepted."""
    names = {"a.md": markdown, "other.md": "# Other\n\n## Part\n", "folder/index.md": "# Folder\n"}
    grammar = Grammar(syntaxes, *NAMES)
    documents = [parse_document(key, text.encode(), grammar, read) for key, text in names.items()]
    (root / "i.png").write_bytes(b"\x89PNG")
    (root / "i.svg").write_bytes(b'<svg width="40" height="20" xmlns="http://www.w3.org/2000/svg"/>')
    (root / "f.pdf").write_bytes(b"%PDF")
    assets = {name: root / name for name in ("i.png", "i.svg", "f.pdf")}
    tree = build_pagetree(
        SourceTree(root, tuple(SourceFile(key, root / key) for key in names), assets, {}),
        documents,
        TreeOptions(title="Root", site_url="https://docs.example.com/"),
    )
    rendered = render_pages(tree, options=RenderOptions(product))
    wrong = {"storage-violation", "not-well-formed", "internal-error"}
    assert [item for item in rendered.problems if item.code in wrong] == []
    blocks = r"p|h\d|ul|ol|table|blockquote|hr|dl|ac:layout|ac:task-list|ac:structured-macro ac:name=\"(?!anchor|status|jira)"
    return re.sub(rf"(?<=>)(?=<(?:{blocks})\b)", "\n", rendered.pages["a.md"].body).strip() + "\n"


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.md")))
def test_golden(name: str, update: bool, tmp_path: Path) -> None:
    path = FOLDER / f"{name}.md"
    syntaxes = DIALECTS.get(name.partition("-")[0], frozenset(SYNTAXES))

    def render(case: re.Match[str]) -> str:
        fence = case["fence"]
        cloud, datacenter = (storage_of(case["markdown"], syntaxes, tmp_path, each) for each in (CLOUD, DATACENTER))
        text = f"## {case['title']}\n\n{fence}markdown\n{case['markdown']}{fence}\n\n{fence}xml\n{cloud}{fence}\n"
        return text + (f"\n{fence}xml datacenter\n{datacenter}{fence}\n" if datacenter != cloud else "")

    text = path.read_text(encoding="utf-8")
    assert CASE.search(text), "no cases"
    wanted = CASE.sub(render, text)
    if update:
        path.write_text(wanted, encoding="utf-8")
    assert text == wanted or update
