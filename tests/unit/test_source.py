"""What is read from a docs root: ignore rules, links, names."""

import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from publisher.config.load import load_config
from publisher.convert.compose import convert
from publisher.errors import UsageError
from publisher.markdown.parse import parse_document
from publisher.model.settings import Settings
from publisher.source.tree import read_tree


def write(root: Path, *names: str, text: str = "# T\n") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def keys(root: Path, *, gitignore: bool = True) -> list[str]:
    return [file.key for file in read_tree(root, gitignore=gitignore).documents]


def test_ignore_rules_from_the_repository_down(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, ".gitignore", text="build/\ngenerated\n*.tmp.md\n")
    docs = tmp_path / "docs"
    write(docs, "a.md", "build/b.md", "x.tmp.md", "node_modules/c.md", ".hidden/d.md", "secret/e.md", "sub/keep.md")
    write(docs, ".publisherignore", text="secret/\n")
    assert keys(docs) == ["a.md", "sub/keep.md"]
    assert keys(docs, gitignore=False) == ["a.md", "build/b.md", "sub/keep.md", "x.tmp.md"]
    hidden = read_tree(docs, gitignore=True).hidden
    assert hidden[".gitignore"] == 2 and hidden[".publisherignore"] == 1
    write(tmp_path / "generated", "api.md")
    assert keys(tmp_path / "generated") == ["api.md"]  # a root that is itself ignored is published all the same


def test_no_documents_says_which_rule_hid_them(tmp_path: Path) -> None:
    write(tmp_path, ".publisherignore", text="*.md\n")
    write(tmp_path, "a.md", "b.md")
    with pytest.raises(UsageError, match=r"2 files because of \.publisherignore"):
        convert(Settings.of(tmp_path, banner="off"))


def test_links_inside_are_followed_and_loops_end(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    write(docs, "real/a.md")
    write(tmp_path, "outside/secret.md")
    (docs / "alias").symlink_to(docs / "real")
    (docs / "real/loop").symlink_to(docs)
    (docs / "out").symlink_to(tmp_path / "outside")
    (docs / "file.md").symlink_to(tmp_path / "outside/secret.md")
    assert keys(docs) == ["alias/a.md", "real/a.md"]


def test_names_and_line_ends_give_the_same_digests(tmp_path: Path) -> None:
    plain, other = tmp_path / "1", tmp_path / "2"
    name = "über uns.md"
    write(plain, unicodedata.normalize("NFC", name), text="# Über\n\n- a\n- b\n")
    other.mkdir()
    (other / unicodedata.normalize("NFD", name)).write_bytes(b"\xef\xbb\xbf" + "# Über\r\n\r\n- a\r\n- b\r\n".encode())
    pages = [convert(Settings.of(root, title="T", banner="off")).rendered.pages for root in (plain, other)]
    assert pages[0] == pages[1] and "über uns.md" in pages[0]


def test_bytes_that_are_no_markdown() -> None:
    assert [p.code for p in parse_document("a.md", b"\x89PNG\x00\x00").problems] == ["binary-file"]
    found = parse_document("a.md", b"# ok\n\nfine\n\xff\xfe\n").problems
    assert [(p.code, p.line) for p in found] == [("not-utf8", 4)]


def test_a_path_outside_the_docs_root_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "publisher.yml", text="docs: docs\n")
    write(tmp_path, "docs/a.md", "docs/b/c.md", "other/d.md")
    assert load_config((tmp_path / "docs/b",), {}).selected == ("b",)
    assert load_config((tmp_path,), {}).selected == ()
    with pytest.raises(UsageError, match="outside the docs root"):
        load_config((tmp_path / "other",), {})


def test_a_folder_that_goes_while_it_is_read_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    (tmp_path / "a.md").write_text("# A\n")
    scandir = os.scandir

    def scan(folder: Path) -> Any:
        found = list(scandir(folder))
        if Path(folder) == tmp_path:
            (tmp_path / "gone").rmdir()
        return found

    monkeypatch.setattr("os.scandir", scan)
    assert [file.key for file in read_tree(tmp_path, gitignore=False).documents] == ["a.md"]


def test_what_cannot_be_read_ends_the_run_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page would seem to be gone. What goes at the same moment is no error."""
    (tmp_path / "a.md").write_text("# A")
    (tmp_path / "b.md").write_text("# B")
    (tmp_path / "locked").mkdir()
    read, scan = Path.read_bytes, os.scandir

    def refuse(path: Path) -> bytes:
        if path.name == "a.md":
            raise error
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    error: OSError = PermissionError(13, "Permission denied")
    with pytest.raises(UsageError, match=r"a\.md cannot be read: Permission denied; make it readable, or list it in"):
        read_tree(tmp_path, gitignore=True)
    error = FileNotFoundError(2, "No such file")
    assert [document.key for document in read_tree(tmp_path, gitignore=True).documents] == ["b.md"]

    def close(folder: Path) -> object:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr("os.scandir", close)
    with pytest.raises(UsageError, match="locked cannot be read"):
        read_tree(tmp_path, gitignore=True)
