"""The view as files: names that stay, links that lead, and a search without a server."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from browser import AXE, NEEDS_CHROMIUM, sideways, violations

from publisher.sandbox.view.export import page_name

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle r="5" cx="5" cy="5"/></svg>'
FILES = {
    "index.md": "# Home\n\n[to the guide](guide/install.md) and [deep](guide/deep/a%20b.md#one)\n",
    "guide/index.md": "# Guide\n",
    "guide/install.md": "# Install\n\n## Way\n\nneedle words\n\n![a dot](../dot.svg)\n",
    "guide/deep/a b.md": "# Spaces & more\n\n## One\n\n[home](../../index.md)\n",
    "plain/x.md": "# In a folder without a document\n",
    "dot.svg": DOT,
}


def export(docs: Path, out: Path, files: dict[str, str]) -> set[str]:
    """Files of pages below ``out``, relative."""
    for name, text in files.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text)
    command = [sys.executable, "-m", "publisher", "preview", str(docs), "--output", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return {path.relative_to(out).as_posix() for path in out.rglob("*.html") if path.is_file()}


@contextmanager
def opened(chromium: Any, width: int = 1280) -> Iterator[Any]:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert wrong == []


def test_files_are_named_by_their_documents_and_keep_their_names(tmp_path: Path) -> None:
    first = export(tmp_path / "docs", tmp_path / "one", FILES)
    assert {"index.html", "guide/index.html", "guide/install.html", "guide/deep/a b.html", "plain/x.html"} <= first
    more = {**FILES, "a.md": "# Home of a\n", "guide/aaa.md": "# Install now\n", "guide/install/more.md": "# More\n"}
    assert first <= export(tmp_path / "docs", tmp_path / "two", more)


def test_files_that_are_gone_are_deleted_and_nothing_else(tmp_path: Path) -> None:
    """Also where somebody else wrote the list of what an earlier preview wrote."""
    docs, out = tmp_path / "docs", tmp_path / "out"
    export(docs, out, FILES)
    for name in ("guide/deep/a b.md", "guide/install.md", "dot.svg"):
        (docs / name).unlink()
    (out / "guide" / "mine.html").write_text("mine")
    (tmp_path / "precious.txt").write_text("kept")
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "x.html").write_text("kept")
    (out / "link").symlink_to(tmp_path / "far")
    listed = out / "_static" / "files.json"
    strange = ["../precious.txt", str(tmp_path / "precious.txt"), "link/x.html", "a\0b", "x" * 5000, 5, "guide", "."]
    listed.write_text(json.dumps([*json.loads(listed.read_text()), *strange]))
    left = export(docs, out, {"plain/y.md": "# Y\n"})
    assert "guide/install.html" not in left and not (out / "guide" / "deep").exists()
    assert not (out / "_files" / "guide" / "install.html").exists()
    assert {"index.html", "guide/index.html", "guide/mine.html", "plain/x.html", "plain/y.html"} <= left
    assert (tmp_path / "precious.txt").exists() and (tmp_path / "far" / "x.html").exists()
    listed.write_text("no list")
    export(docs, out, {})


def test_every_link_leads_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for name in export(tmp_path / "docs", out, FILES):
        text = (out / name).read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"#]+)[^"]*"', text):
            if not re.match("[a-z]+:", link):
                assert (out / name).parent.joinpath(unquote(link)).resolve().is_file(), (name, link)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("index.md", "index.html"),
        ("a/b c.md", "a/b c.html"),
        ("a.mdx", "a.mdx.html"),
        ("a.markdown", "a.markdown.html"),
        ("a.mdx.md", "a.mdx.md.html"),
        ("folder/", "folder/index.html"),
        ("/", "index.html"),
    ],
)
def test_a_name_depends_on_the_document_alone(path: str, name: str) -> None:
    assert page_name(path) == name


@NEEDS_CHROMIUM
def test_files_are_searched_filtered_and_read_from_disk(tmp_path: Path, chromium: Any) -> None:
    out = tmp_path / "out"
    export(tmp_path / "docs", out, FILES)
    with opened(chromium) as page:
        page.goto((out / "guide" / "deep" / "a b.html").as_uri())
        assert page.locator("h1").first.inner_text() == "Spaces & more"
        page.locator("#search").press_sequentially("needle")
        page.wait_for_selector("#hits >> text=Install")
        page.keyboard.press("Enter")
        page.wait_for_selector('h1:has-text("Install")')
        assert page.locator("img[alt='a dot']").evaluate("e => e.complete && e.naturalWidth > 0")
        page.fill("#filter", "spaces")
        assert page.locator('#tree a:text-is("Spaces & more")').is_visible()
        if AXE:
            assert violations(page) == []
    with opened(chromium, 390) as page:
        page.goto((out / "index.html").as_uri())
        page.click("#body a:text-is('deep')")
        page.wait_for_selector('h1:has-text("Spaces & more")')
        assert sideways(page) == 0
