"""The command convert: what it writes, and how it ends."""

from pathlib import Path

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
