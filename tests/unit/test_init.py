"""`publisher init` writes few lines that work at once, wherever the documents are."""

import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner
from terminal import on_terminal

from publisher.cli.main import cli
from publisher.config.schema import json_schema


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
        ({"docusaurus.config.ts": "docs: { routeBasePath: '/', path: '../outside' }", "docs/a.md": "# A\n"}, "docs"),
        ({"docusaurus.config.js": 'docs: {\n path: "handbook",\n}', "handbook/a.md": "# A\n"}, "handbook"),
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
    assert written.startswith("# yaml-language-server: $schema=https://")
    assert (len(written.splitlines()) <= 25) is not full
    assert ("# jobs: " in written) is full
    assert "1 document read" in run("check")
    assert "already exists" in run("init", code=2)


def test_flags_and_the_repository_fill_it_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.md").write_text("# A\n", encoding="utf-8")
    for words in (["init", "-q"], ["remote", "add", "origin", "git@github.com:acme/docs.git"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    assert "there is no such folder" in run("init", "--docs", "nothing", code=2)
    told = run("init", "--docs", "texts", "--url", "https://example.atlassian.net", "--space", "DOCS", "--parent", "12")
    assert "Next: " in told and "check" in told
    found = yaml.safe_load((tmp_path / "publisher.yml").read_text(encoding="utf-8"))
    assert found == {
        "docs": "texts", "collection": "acme/docs/texts", "repo_url": "https://github.com/acme/docs",
        "url": "https://example.atlassian.net", "space": "DOCS", "parent": "12", "prune": False, "fail_on": "error",
    }  # fmt: skip
    jsonschema.validate({**found, "prune": "off"}, json_schema())
    assert "1 document read" in run("check")


def test_what_was_published_before_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that init writes is the one that the pages have already."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUBLISHER_SANDBOX_STATE", str(tmp_path / "state"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n", encoding="utf-8")
    run("publish", "docs", "--sandbox")
    run("init")
    assert "no changes, 2 unchanged" in run("publish", "--sandbox")


def test_a_terminal_is_asked(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n", encoding="utf-8")
    code, told = on_terminal(["init"], tmp_path, typed="\nhttps://example.atlassian.net\nDOCS\n\n")
    written = (tmp_path / "publisher.yml").read_text(encoding="utf-8")
    assert code == 0 and "Folder of the documents [docs]:" in told and "Key of the space" in told, told
    assert 'docs: "docs"' in written and 'space: "DOCS"' in written and '# parent: "123456"' in written


def test_without_a_path_nothing_that_writes_is_proposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n", encoding="utf-8")
    for command in ("check", "plan", "publish"):
        told = run(command, code=2)
        assert "Found docs/. Run: `" in told and " check docs`" in told, told
