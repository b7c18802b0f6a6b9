"""What is printed can be pasted: paths and commands work from where one stands, whatever the layout."""

import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.sandbox import Store, now

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("sys.argv", ["publisher"])
    monkeypatch.setenv("PUBLISHER_SANDBOX_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)

    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code == code, (words, done.output)
        return done.output

    return command


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def edit(state: Path, title: str, body: str) -> None:
    """Somebody edits a page in the sandbox."""
    store = Store(state, now)
    page = next(row for row in store.pages(["current"]) if row["title"] == title)
    change = {"title": title, "body": body, "version": page["version"] + 1, "author": "eve"}
    store.update_page(page["id"], change)
    store.close()


def commands(output: str) -> list[list[str]]:
    """The words behind `publisher` of every command that is printed."""
    return [shlex.split(text)[1:] for text in re.findall(r"`(publisher [^`]+)`", output)]


SETTINGS = {"publisher.yml": "docs: my docs\n"}
#: (settings, the folder to stand in, the words that publish)
PLACES = {
    "no settings": ({}, ".", ["publish", "my docs"]),
    "settings at the top": (SETTINGS, ".", ["publish"]),
    "from a folder of the docs": (SETTINGS, "my docs/guide", ["publish"]),
    "from beside the docs": (SETTINGS, "other", ["publish"]),
    "a flag": ({}, ".", ["publish", "--docs", "my docs"]),
    "a name": (SETTINGS, "other", ["publish", "--collection", "named"]),
}


@pytest.mark.parametrize("name", PLACES)
def test_commands_of_messages_run_as_they_are(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    settings, folder, publish = PLACES[name]
    write(
        tmp_path,
        {**settings, "other/x.txt": "", "my docs/index.md": "# Home\n", "my docs/guide/a b.md": "# A\n\nours\n"},
    )
    monkeypatch.chdir(tmp_path / folder)
    run(*publish, "--sandbox")
    edit(tmp_path / "state", "A", "<p>ours</p><p>by hand</p>")
    found = commands(run("status", *publish[1:], "--sandbox"))
    assert [words[0] for words in found] == ["pull", "accept"], found
    write(tmp_path, {"my docs/guide/a b.md": "# A\n\nours, and more\n"})
    told = run(*publish, "--sandbox", code=6)
    pull, accept, overwrite = commands(told)
    assert (pull[0], accept[0], overwrite[:2]) == ("pull", "accept", ["publish", "--overwrite"]), told
    assert "would pull" in run(*pull, "--diff")
    assert "accepted " in run(*accept)
    edit(tmp_path / "state", "A", "<p>again</p>")
    write(tmp_path, {"my docs/guide/a b.md": "# A\n\nours, and even more\n"})
    assert "1 updated" in run(*overwrite)
    edit(tmp_path / "state", "A", "<p>once more</p>")
    write(tmp_path, {"my docs/guide/a b.md": None})
    kept = run(*publish, "--sandbox", "--prune", "trash", "--prune-limit", "100%", code=0)
    (removing,) = commands(kept)
    assert "removed    A" in run(*removing, "--prune", "trash", "--prune-limit", "100%"), kept


def test_documents_may_be_called_as_below_the_docs_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        {"publisher.yml": "docs: docs\n", "docs/a.md": "# A\n\n[x](gone.md)\n", "docs/g/b.md": "# B\n\n[x](gone.md)\n"},
    )
    assert "docs/g/b.md:3" in run("check", "g/b.md") and "a.md" not in run("check", "g/b.md")
    monkeypatch.chdir(tmp_path / "docs" / "g")
    assert "../a.md:3" in run("check", "../a.md")
    assert "b.md:3" in run("check", "b.md") and "../a.md:3" in run("check", "a.md")
    assert "nothing.md: no such file or folder" in run("check", "nothing.md", code=2)


def test_what_matches_nothing_is_an_error(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        tmp_path, {"publisher.yml": "docs: docs\n", "docs/a.md": "# A\n", "docs/img/x.png": "", "docs/g/b.md": "# B\n"}
    )
    run("publish", "--sandbox")
    for command in ("plan", "publish"):
        for glob in ("nothing.md", "nothing/*", "docs/gone.md"):
            assert "there is no such document" in run(command, "--sandbox", "--overwrite", glob, code=2)
        for glob in ("docs/a.md", "a.md", "docs/*.md", "*.md", "g", "docs/g", str(tmp_path / "docs" / "a.md"), "docs"):
            run(command, "--sandbox", "--overwrite", glob)
    monkeypatch.chdir(tmp_path / "docs" / "g")
    run("plan", "--sandbox", "--overwrite", "b.md,../a.md")
    monkeypatch.chdir(tmp_path)
    for command in ("plan", "publish", "accept", "pull", "status"):
        assert "no document that is published" in run(command, "docs/img", "--sandbox", code=2)
    assert "no document that is published" in run("check", "docs/img", code=2)
    run("check", "--skip-outside", "docs/img")


def test_a_glob_means_the_document_where_one_stands(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not one of the same name elsewhere, whose hand edit would be lost."""
    write(tmp_path, {"publisher.yml": "docs: docs\n", "docs/a.md": "# Upper\n", "docs/g/a.md": "# Lower\n"})
    run("publish", "--sandbox")
    for title in ("Upper", "Lower"):
        edit(tmp_path / "state", title, "<p>by hand</p>")
    write(tmp_path, {"docs/a.md": "# Upper\n\nx\n", "docs/g/a.md": "# Lower\n\nx\n"})
    monkeypatch.chdir(tmp_path / "docs" / "g")
    told = run("publish", "--sandbox", "--overwrite", "a.md", code=6)
    assert re.search(r"updated +Lower", told) and re.search(r"withheld +Upper", told), told


def test_paths_in_messages_work_from_here(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"docs/a.md": "---\ntitle: X\n---\n", "docs/b.md": "---\ntitle: X\n---\n[y](a.md#none)\n"})
    told = run("check", "docs", code=3)
    assert "given here and in docs/a.md" in told and "no heading `#none` in docs/a.md" in told, told
