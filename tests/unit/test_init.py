"""`publisher init` writes few lines that work at once, wherever the documents are."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, list(words))
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.parametrize(
    ("files", "docs"),
    [
        ({"docs/a.md": "# A\n"}, "docs"),
        ({"mkdocs.yml": "docs_dir: handbook\nx: !!python/name:a.b\n", "handbook/a.md": "# A\n"}, "handbook"),
        ({"mkdocs.yml": "site_name: x\n", "docs/a.md": "# A\n"}, "docs"),
        ({"mkdocs.yml": "docs_dir: 5\n", "docs/a.md": "# A\n"}, "docs"),
        ({"mkdocs.yml": "docs_dir: ../..\n", "docs/a.md": "# A\n"}, "docs"),
        ({"docusaurus.config.js": "", "docs/a.md": "# A\n"}, "docs"),
        ({"a.md": "# A\n"}, "."),
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_what_it_writes_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], docs: str, full: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    run("init", *["--full"][: int(full)])
    written = (tmp_path / "publisher.yml").read_text(encoding="utf-8")
    assert f'docs: "{docs}"' in written
    assert (len(written.splitlines()) <= 25) is not full
    assert ("# jobs: " in written) is full
    assert "1 document read" in run("check")
    assert "already exists" in run("init", code=2)
