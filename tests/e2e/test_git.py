"""Stories with the real Git: hooks, filters, shallow clones, submodules, and how often Git is asked."""

import json
import os
import shutil
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from publisher.sandbox.app import running
from publisher.sandbox.store import Store

NAMES = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_CONFIG_NOSYSTEM": "1",
}
_CI = ("PUBLISHER", "CONFLUENCE", "GITHUB", "CI", "GIT_", "BITBUCKET", "BUILD", "JENKINS")


class Checkout:
    """A repository with documents, and how people work in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(_CI)}
        self.env = {**clean, **NAMES, "HOME": str(folder.parent), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.folder, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, data: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, text: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", text)

    def run(self, *words: str, code: int = 0, login: Mapping[str, str] = {}, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "publisher", *words],
            cwd=self.folder,
            env={**self.env, **login, **more},
            capture_output=True,
        )
        output = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        assert done.returncode == code, output
        return output

    def plan(self, base: str = "HEAD") -> dict[str, int]:
        out = self.run("plan", "docs", "--offline", "--base", base, "--format", "json")
        return {
            name: count
            for name, count in json.JSONDecoder().raw_decode(out[out.index("{") :])[0]["summary"].items()
            if count
        }


@pytest.fixture
def repo(tmp_path: Path) -> Checkout:
    repo = Checkout(tmp_path / "repo")
    repo.git("init", "-q", "-b", "main")
    repo.write("docs/index.md", "# Home\n\n[code](../src/x.py)\n")
    repo.write("docs/a.md", "# A\n\nwords\n")
    repo.write("docs/b.md", "# B\n\nwords\n")
    repo.write("src/x.py", "pass\n")
    repo.git("remote", "add", "origin", "https://github.com/acme/harbour")
    repo.commit("first")
    return repo


@pytest.fixture
def site() -> Iterator[tuple[dict[str, str], Store]]:
    with running(":memory:") as (address, store):
        store.create_space("DOCS", "Docs")
        yield {"CONFLUENCE_URL": address, "CONFLUENCE_TOKEN": "t0ken", "CONFLUENCE_SPACE": "DOCS"}, store


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def test_an_offline_plan_leaves_the_repository_alone(repo: Checkout) -> None:
    repo.write("docs/a.md", "# A\n\nother words\n")
    repo.write("docs/new.md", "# New\n")
    before = snapshot(repo.folder)
    assert repo.plan() == {"created": 1, "updated": 1, "unchanged": 2}
    assert snapshot(repo.folder) == before  # no index refreshed, no worktree added, nothing left


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell for the hook")
def test_in_a_hook_the_commit_stays_whole(repo: Checkout) -> None:
    hook = repo.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f'#!/bin/sh\n"{sys.executable}" -m publisher plan docs --offline --base HEAD --format json > plan.out\n'
    )
    hook.chmod(0o755)
    repo.write("docs/a.md", "# A\n\nother words\n")
    repo.write("docs/c.md", "# C\n")
    repo.git("commit", "-qm", "only a", "docs/a.md")  # with a GIT_INDEX_FILE of its own
    assert repo.git("show", "--name-only", "--format=", "HEAD") == "docs/a.md"
    assert set(repo.git("ls-files").split()) == {"docs/index.md", "docs/a.md", "docs/b.md", "src/x.py"}
    out = (repo.folder / "plan.out").read_text()
    assert json.loads(out[out.index("{") :])["summary"]["updated"] == 1


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell for the filter")
def test_what_a_filter_keeps_is_unchanged(repo: Checkout) -> None:
    """As Git LFS does: Git holds a pointer, the work tree the file."""
    repo.write(".gitattributes", "*.png filter=pointer\n")
    repo.write("docs/x.png", b"\x89PNG\r\n\x1a\nlarge")
    repo.write("docs/a.md", "# A\n\n![x](x.png)\n")
    repo.git(
        "config", "filter.pointer.clean", "printf 'version https://git-lfs.github.com/spec/v1\\n'; cat > /dev/null"
    )
    repo.git("config", "filter.pointer.smudge", f"touch {repo.folder.parent}/ran; cat")
    repo.commit("with a picture")
    assert repo.git("cat-file", "-p", "HEAD:docs/x.png").startswith("version https://git-lfs")
    repo.write("docs/b.md", "# B\n\nother words\n")
    assert repo.plan() == {"updated": 1, "unchanged": 2} and not (repo.folder.parent / "ran").exists()


def test_a_base_with_links_and_files_beside_the_docs(repo: Checkout) -> None:
    repo.write("README.md", "# Read me\n")
    repo.write("mkdocs.yml", "nav:\n- Home: index.md\n- Second: b.md\n- First: a.md\n")
    (repo.folder / "docs" / "readme.md").symlink_to("../README.md")
    repo.commit("more")
    assert repo.plan() == {"unchanged": 4}
    repo.write("README.md", "# Read me\n\nnew words\n")
    assert repo.plan() == {"updated": 1, "unchanged": 3}
    repo.write("src/x.py", "other\n")
    assert repo.plan() == {"updated": 1, "unchanged": 3}


def test_a_shallow_clone(repo: Checkout, site: tuple[dict[str, str], Store], tmp_path: Path) -> None:
    repo.run("publish", "docs", "--yes", login=site[0])
    repo.write("docs/b.md", "# B\n\nother words\n")
    repo.commit("the last one")
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{repo.folder}", str(tmp_path / "shallow")],
        env=repo.env,
        check=True,
    )
    shallow = Checkout(tmp_path / "shallow")
    shallow.git("remote", "set-url", "origin", "https://github.com/acme/harbour")
    out = shallow.run("publish", "docs", "--yes", login=site[0])
    assert out.count("shallow-clone:") == 1 and "fetch-depth: 0" in out
    [message] = [row["message"] for row in site[1].pages(["current"]) if row["title"] == "B"]
    assert message.startswith("Published by Publisher")
    shallow.git("remote", "set-url", "origin", f"file://{repo.folder}")
    repo.git("checkout", "-qb", "other", "HEAD~1")
    shallow.git("remote", "set-branches", "origin", "*")
    shallow.git("fetch", "-q", "--depth", "1", "origin", "other")
    assert "shallow" in shallow.run("plan", "docs", "--offline", "--base", "origin/other", code=2)


def test_one_log_for_all_pages_and_none_for_edited_ones(
    repo: Checkout, site: tuple[dict[str, str], Store], tmp_path: Path
) -> None:
    calls, real = tmp_path / "calls", shutil.which("git")
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {calls}\nexec {real} "$@"\n')
    wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
    for number in range(20):
        repo.write(f"docs/p{number}.md", f"# P{number}\n\nwords\n")
    repo.run("publish", "docs", "--yes", login=site[0])
    for number in range(20):
        repo.write(f"docs/p{number}.md", f"# P{number}\n\nother words\n")
    repo.commit("many “pages”")
    repo.write("docs/a.md", "# A\n\nother words\n")
    repo.git("commit", "-qm", "alone", "docs/a.md")
    repo.write("docs/p1.md", "# P1\n\nedited\n")
    repo.run("publish", "docs", "--yes", PATH=f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}", login=site[0])
    assert sum(" log " in line for line in calls.read_text().splitlines()) == 1
    messages = {row["title"]: row["message"] for row in site[1].pages(["current"])}
    short = repo.git("rev-parse", "--short", "HEAD~1")
    assert messages["P0"].startswith(f"many “pages” ({short})") and messages["P1"].startswith("Published by Publisher")
    assert messages["A"].startswith("alone (")


def test_a_console_that_is_not_utf8(repo: Checkout, site: tuple[dict[str, str], Store]) -> None:
    """As on Windows: nothing that is printed ends the run, and Git is read as UTF-8 all the same."""
    repo.run("publish", "docs", "--yes", login=site[0])
    repo.write("docs/a.md", "# Ünïcode ✓ 😀 “quoted”\n\n[x](gone✓.md)\n")
    repo.commit("a curly “quote” and ✓")
    out = repo.run("publish", "docs", "--yes", PYTHONIOENCODING="cp1252", PYTHONUTF8="0", LC_ALL="C", login=site[0])
    assert "cannot" not in out and "Traceback" not in out
    messages = {row["title"]: row["message"] for row in site[1].pages(["current"])}
    assert messages["Ünïcode ✓ 😀 “quoted”"].startswith("a curly “quote” and ✓ (")
    for form in ("text", "github", "markdown", "json", "html"):
        repo.run("plan", "docs", "--format", form, PYTHONIOENCODING="cp1252", PYTHONUTF8="0", LC_ALL="C", login=site[0])


def with_submodule(repo: Checkout) -> Checkout:
    """``repo`` with the submodule ``docs/libs/part``, which has two documents and a file."""
    part = Checkout(repo.folder.parent / "part")
    part.git("init", "-q", "-b", "trunk")
    part.write("intro.md", "# Intro\n\n[code](lib.c), [above](../../../src/x.py)\n")
    part.write("more.md", "# More\n\nwords\n")
    part.write("lib.c", "int x;\n")
    part.commit("of the part")
    repo.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(part.folder), "docs/libs/part")
    inner = Checkout(repo.folder / "docs" / "libs" / "part")
    inner.git("remote", "set-url", "origin", "https://gitlab.com/other/part.git")
    repo.write("docs/a.md", "# A\n\n[code](libs/part/lib.c)\n\n[own](../src/x.py)\n")
    repo.commit("with a submodule")
    return inner


def test_files_of_a_submodule_name_their_own_repository(repo: Checkout, site: tuple[dict[str, str], Store]) -> None:
    inner = with_submodule(repo)
    repo.run("publish", "docs", "--yes", login=site[0])
    rows = {row["title"]: row for row in site[1].pages(["current"])}
    bodies = {title: row["body"] for title, row in rows.items()}
    there = "https://gitlab.com/other/part/-/blob/trunk"
    assert f'"{there}/lib.c"' in bodies["A"] and '"https://github.com/acme/harbour/blob/main/src/x.py"' in bodies["A"]
    assert f'"{there}/lib.c"' in bodies["Intro"] and f'"{there}/intro.md"' in bodies["Intro"]
    assert '"https://github.com/acme/harbour/blob/main/src/x.py"' in bodies["Intro"]
    inner.write("intro.md", "# Intro\n\nother words\n")
    inner.commit("of the part again")
    repo.run("publish", "docs", "--yes", login=site[0])
    rows = {row["title"]: row for row in site[1].pages(["current"])}
    assert rows["Intro"]["message"].startswith(f"of the part again ({inner.git('rev-parse', '--short', 'HEAD')})")


def test_an_offline_plan_knows_what_is_in_submodules(repo: Checkout) -> None:
    inner = with_submodule(repo)
    assert repo.plan() == {"unchanged": 7}
    inner.write("intro.md", "# Intro\n\nother words\n")
    assert repo.plan() == {"updated": 1, "unchanged": 6}
    inner.commit("of the part again")
    assert repo.plan() == {"updated": 1, "unchanged": 6}
    repo.commit("with it")
    assert repo.plan() == {"unchanged": 7}
    assert repo.plan("HEAD~1") == {"updated": 1, "unchanged": 6}
    repo.git("submodule", "deinit", "-q", "-f", "--all")
    assert repo.plan() == {"unchanged": 3}  # what is not checked out is neither there nor gone


@pytest.mark.parametrize("git", [True, False], ids=["with Git", "without the program"])
def test_nothing_below_a_missing_submodule_is_pruned(
    repo: Checkout, site: tuple[dict[str, str], Store], *, git: bool
) -> None:
    with_submodule(repo)
    repo.run("publish", "docs", "--yes", login=site[0])
    before = {row["title"] for row in site[1].pages(["current"])}
    repo.git("submodule", "deinit", "-q", "-f", "--all")
    assert not list((repo.folder / "docs" / "libs" / "part").iterdir())
    repo.write("docs/more.md", "# More\n\nwords\n")  # it looks like a document that was renamed
    (repo.folder / "docs" / "b.md").unlink()
    more = {} if git else {"PATH": str(repo.folder.parent)}
    out = repo.run("publish", "docs", "--prune", "trash", "--yes", login={**site[0], **more})
    assert "missing-submodule" in out and "git submodule update --init" in out
    after = {row["title"] for row in site[1].pages(["current"])}
    assert before - after == {"B"} and {"Part", "Intro", "More"} <= after


def test_links_have_the_name_that_git_has(repo: Checkout, site: tuple[dict[str, str], Store]) -> None:
    """A disk, and Git, may have letters with their marks apart; keys of pages have them in one."""
    apart, whole = unicodedata.normalize("NFD", "é"), unicodedata.normalize("NFC", "é")
    repo.write(f"docs/caf{apart}.md", f"# Café\n\n[code](../src/{whole}.py), [script]({whole}.sh)\n")
    repo.write(f"docs/{apart}.sh", "true\n")
    repo.write(f"src/{apart}.py", "pass\n")
    repo.write(f"docs/{whole}t.md", "# Été\n\nwords\n")
    repo.commit("names")
    repo.run("publish", "docs", "--yes", login=site[0])
    bodies = {row["title"]: row["body"] for row in site[1].pages(["current"])}
    base = "https://github.com/acme/harbour/blob/main"
    for path in (f"docs/caf{apart}.md", f"src/{apart}.py", f"docs/{apart}.sh"):
        assert f'"{base}/{quote(path)}"' in bodies["Café"]
    assert f'"{base}/{quote(f"docs/{whole}t.md")}"' in bodies["Été"]
