"""The command convert: what it writes, and how it ends."""

from pathlib import Path

import pytest
from world import run_cli


def test_a_document_with_an_error_ends_with_3(tmp_path: Path) -> None:
    """The page is written all the same, without what may have been meant to be hidden."""
    (tmp_path / "index.md").write_text("# Home\n\nseen\n")
    (tmp_path / "a.md").write_text("# A\n\nseen\n\n<!-- publisher:skp -->\n\nhidden\n")
    assert "hidden" not in run_cli("convert", str(tmp_path / "a.md"), code=3)
    assert "seen" in run_cli("convert", str(tmp_path / "index.md"))
    out = tmp_path.parent / "out"
    run_cli("convert", str(tmp_path), "--output", str(out), code=3)
    assert "seen" in (out / "a.xhtml").read_text() and "hidden" not in (out / "a.xhtml").read_text()


def test_the_page_of_a_root_without_a_document_is_written_below_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs, out = tmp_path / "docs", tmp_path / "out"
    (docs / "sub").mkdir(parents=True)
    (docs / "a.md").write_text("# A\n\ntext\n")
    (docs / "sub" / "b.md").write_text("# B\n")
    written: list[Path] = []
    monkeypatch.setattr("publisher.cli.converting._write_changed", lambda target, data: written.append(target))
    run_cli("convert", str(docs), "--output", str(out))
    assert {path.relative_to(out).as_posix() for path in written} == {
        "index.xhtml", "a.xhtml", "sub/index.xhtml", "sub/b.xhtml",
    }  # fmt: skip


@pytest.mark.parametrize("command", ["convert", "preview"])
def test_nothing_is_written_into_the_docs_folder(tmp_path: Path, command: str) -> None:
    (tmp_path / "index.md").write_text("# Home\n")
    for inside in (tmp_path / "out", tmp_path, tmp_path.parent / "x" / ".." / tmp_path.name / "out"):
        assert "lies inside the docs folder" in run_cli(command, str(tmp_path), "--output", str(inside), code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["index.md"]


def test_the_page_of_one_file_has_no_output(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# Home\n")
    assert "--output is for the pages of a folder" in run_cli(
        "convert", str(tmp_path / "index.md"), "--output", "x", code=2
    )
