"""What pull compares with: versions that Confluence has no more, documents of several collections, files without Git."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from pullhelp import change, commit, read, run
from world import World, world

from publisher.cli.main import cli

TEXT = '# Guide\n\nFirst words.\n\n--8<-- "part.txt"\n\nLast words.\n'


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        made.settings = made.settings.replace(target=request.param, dialect="mkdocs")
        yield made


def forget_versions(w: World, title: str) -> None:
    """Somebody deletes the versions before the present one."""
    w.store._db.run("DELETE FROM page_version WHERE page = ?", w.page(title)["id"])


@pytest.mark.parametrize("text", [TEXT, TEXT.replace('--8<-- "part.txt"', "Part.")])
def test_the_commit_tells_where_confluence_has_the_version_no_more(w: World, text: str) -> None:
    w.write({"index.md": "# Home\n", "guide.md": text, "part.txt": "Part.\n"})
    commit(w)
    w.publish()
    change(w, "Guide", ("Last words.", "The last words."))
    w.edit("Guide", str(w.page("Guide")["body"]))
    w.write({"guide.md": text.replace("First", "Our first")})
    commit(w)
    forget_versions(w, "Guide")
    done = run(w, "pull", "--dialect", "mkdocs")
    assert done.exit_code == 0, done.output
    assert read(w, "guide.md") == text.replace("First", "Our first").replace("Last", "The last")


def test_nothing_tells_and_that_is_said(w: World) -> None:
    w.write({"index.md": "# Home\n", "guide.md": TEXT, "part.txt": "Part.\n"})
    w.publish()
    change(w, "Guide", ("Last words.", "The last words."))
    w.edit("Guide", str(w.page("Guide")["body"]))
    w.write({"guide.md": TEXT.replace("First", "Our first")})
    forget_versions(w, "Guide")
    done = run(w, "pull", "--dialect", "mkdocs")
    assert "is gone, so nobody can tell what was changed" in done.stdout
    assert read(w, "guide.md") == TEXT.replace("First", "Our first")


def test_collections_of_one_file_with_links_between_them(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    root = w.root
    monkeypatch.chdir(root)
    files = {
        "publisher.yml": "space: DOCS\nbanner: off\ncollections:\n  - {collection: one, docs: one}\n  - {collection: two, docs: two}\n",
        "one/index.md": "# One\n\nSee [part](../two/b.md#part).\n\nText.\n",
        "two/index.md": "# Two\n",
        "two/b.md": "# B\n\n## Part\n\nMore text, see [one](../one/index.md).\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    base = w.address + ("/confluence" if w.flavor == "datacenter" else "")
    environment = {"CONFLUENCE_URL": base, "CONFLUENCE_USER": "u", "CONFLUENCE_TOKEN": "t"}

    def call(*words: str) -> str:
        done = CliRunner().invoke(cli, [*words], env=environment)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    call("publish", "--yes")
    change(w, "One", ("Text.", "Text anew."), ("See ", "Do see "))
    change(w, "B", ("More text", "Much more text"))
    shown = call("pull")
    assert "one/index.md" in shown and "two/b.md" in shown
    assert (root / "one/index.md").read_text() == files["one/index.md"].replace("See", "Do see").replace(
        "Text.", "Text anew."
    )
    assert (root / "two/b.md").read_text() == files["two/b.md"].replace("More", "Much more")
    assert "one/index.md.orig" in [path.relative_to(root).as_posix() for path in root.rglob("*.orig")]
    version = w.page("One")["version"]
    call("publish", "--yes")
    assert w.page("One")["version"] == version
    change(w, "B", ("Part</h2>", "New part</h2>"))
    assert "its links follow" in call("pull")
    assert "(../two/b.md#new-part)" in (root / "one/index.md").read_text()
    assert "## New part" in (root / "two/b.md").read_text()
    call("publish", "--yes")
    assert 'ac:anchor="new-part"' in w.page("One")["body"]


def test_paths_of_a_patch_begin_at_the_repository(w: World, tmp_path: Path) -> None:
    w.write({"index.md": "# Home\n\nText.\n"})
    w.publish()
    subprocess.run(["git", "init", "-q"], cwd=w.root, check=True)
    change(w, "Home", ("Text.", "Texts."))
    patch = tmp_path / "a.patch"
    run(w, "pull", "--patch", str(patch))
    assert "--- a/docs/index.md\n+++ b/docs/index.md\n" in patch.read_text(encoding="utf-8")
    subprocess.run(["git", "apply", str(patch)], cwd=w.root, check=True)
    assert read(w, "index.md") == "# Home\n\nTexts.\n"
