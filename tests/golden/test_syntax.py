"""Small cases of every syntax: `syntax/*.md` hold a title, the Markdown and the expected storage of each.

`pytest --update-golden` rewrites the expectations; read the difference before you commit it.
"""

import re
from pathlib import Path

import pytest

from publisher.markdown.dialects import DIALECTS, SYNTAXES
from publisher.markdown.parse import parse_document
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.render.page import render_pages

FOLDER = Path(__file__).parent / "syntax"
CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n\n(?P<fence>`{4,})markdown\n(?P<markdown>.*?)^(?P=fence)\n(?:\n(?P=fence)xml\n(?P<storage>.*?)^(?P=fence)\n)?",
    re.S | re.M,
)


def storage_of(markdown: str, syntaxes: frozenset[str], root: Path) -> str:
    names = {"a.md": markdown, "other.md": "# Other\n\n## Part\n"}
    documents = [
        parse_document(key, text.encode(), syntaxes, {"inc.md": "one\ntwo\nthree\n"}.get) for key, text in names.items()
    ]
    (root / "i.png").write_bytes(b"\x89PNG")
    tree = build_pagetree(
        SourceTree(root, tuple(SourceFile(key, root / key) for key in names), {"i.png": root / "i.png"}, {}),
        documents,
        Settings(root, title="Root"),
        (None, ""),
    )
    body = render_pages(tree).pages["a.md"].body
    return (
        re.sub(
            r"(?<=>)(?=<(?:p|h\d|ul|ol|table|blockquote|hr|ac:structured-macro ac:name=\"(?!anchor|status))\b)",
            "\n",
            body,
        ).strip()
        + "\n"
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.md")))
def test_golden(name: str, update: bool, tmp_path: Path) -> None:
    path = FOLDER / f"{name}.md"
    syntaxes = DIALECTS.get(name, frozenset(SYNTAXES))

    def render(case: re.Match[str]) -> str:
        fence = case["fence"]
        storage = storage_of(case["markdown"], syntaxes, tmp_path)
        return f"## {case['title']}\n\n{fence}markdown\n{case['markdown']}{fence}\n\n{fence}xml\n{storage}{fence}\n"

    text = path.read_text(encoding="utf-8")
    assert CASE.search(text), "no cases"
    wanted = CASE.sub(render, text)
    if update:
        path.write_text(wanted, encoding="utf-8")
    assert text == wanted or update
