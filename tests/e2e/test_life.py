"""A repository's life, from its first publish to a fork's pull request; and every exit code from the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from publisher.sandbox.app import running
from publisher.sandbox.store import Store


@dataclass
class Repository:
    root: Path
    store: Store
    address: str

    def write(self, name: str, text: str | None) -> None:
        path = self.root / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if text is None else path.write_text(text)

    def git(self, *words: str) -> str:
        command = ["git", "-C", str(self.root), "-c", "user.name=a", "-c", "user.email=a@b", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def run(self, *words: str, code: int = 0, secrets: bool = True, **environment: str) -> str:
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PUBLISHER", "CONFLUENCE", "GITHUB"))
        }
        login = (
            {"CONFLUENCE_URL": self.address, "CONFLUENCE_TOKEN": "t0ken", "CONFLUENCE_SPACE": "DOCS"} if secrets else {}
        )
        done = subprocess.run([sys.executable, "-m", "publisher", *words], cwd=self.root, capture_output=True, text=True,
                              env={**clean, **login, **environment})  # fmt: skip
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def page(self, title: str) -> dict[str, Any]:
        return next(row for row in self.store.pages(["current"]) if row["title"] == title)

    def titles(self) -> set[str]:
        return {row["title"] for row in self.store.pages(["current"])} - {"Docs Home"}


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    with running(":memory:") as (address, store):
        store.create_space("DOCS", "Docs")
        found = Repository(tmp_path / "repo", store, address)
        found.root.mkdir()
        found.git("init", "-qb", "main")
        found.git("remote", "add", "origin", "https://github.com/org/repo.git")
        found.write("index.md", "# Home\n\nwelcome [a](a.md)\n")
        found.write("a.md", "# A\n\nthe first words of a\n")
        for number in range(3):
            found.write(f"old/o{number}.md", f"# Old {number}\n\nsomething old, number {number}\n")
        found.commit("first")
        yield found


def test_the_life_of_a_repository(repository: Repository) -> None:
    r = repository
    assert "6 created" in r.run("publish", "docs")

    # A pull request: checked, planned against its base without secrets, and against Confluence with them.
    r.git("checkout", "-qb", "change")
    r.write("a.md", "# A, renamed\n\nthe second words of a\n\n[new](new.md)\n")
    r.write("new.md", "# New\n\nnew words\n")
    r.commit("change")
    assert "no problems" in r.run("check", "docs", "--fail-on", "warning", "--since", "main")
    offline = r.run("plan", "docs", "--offline", "--base", "main", "--format", "markdown", secrets=False)
    assert (
        "**Retitled**: A, renamed, was “A”" in offline
        and "**New**: New" in offline
        and "+the second words of a" in offline
    )
    html = r.run("plan", "docs", "--offline", "--base", "main", "--format", "html", secrets=False)
    assert (
        "<script" not in html
        and "This page is new." in html
        and "<del><small>before</small> the first words of a</del>" in html
    )
    online = r.run("plan", "docs", "--format", "markdown", "--output", "plan.json")
    assert "**Retitled**" in online and f"{r.address}/wiki/spaces/DOCS/pages/" in online
    schema = json.loads(r.run("schema", "plan"))
    plan = json.loads((r.root / "plan.json").read_text())
    jsonschema.validate(plan, schema)
    assert "t0ken" not in (r.root / "plan.json").read_text()

    # Merged, and what was reviewed is published: until something else changes.
    r.git("checkout", "-q", "main")
    r.git("merge", "-q", "change")
    r.write("b.md", "# Smuggled in\n")
    assert "b.md: the document is new since the review" in r.run("publish", "docs", "--plan", "plan.json", code=4)
    r.write("b.md", None)
    assert "1 created, 2 updated" in r.run("publish", "docs", "--plan", "plan.json")
    assert "A, renamed" in r.titles()
    message = str(r.page("New")["message"] or r.store.versions(r.page("A, renamed")["id"])[0]["message"])
    assert "change (" in message  # the commit

    # Somebody edits in Confluence; the nightly status tells; the next change is withheld.
    page = r.page("New")
    r.store.update_page(
        page["id"], {"title": "New", "body": "<p>by hand</p>", "version": page["version"] + 1, "author": "eve"}
    )
    assert "hand-edited" in r.run("status", "docs", "--exit-code", code=10)
    r.write("new.md", "# New\n\nnewer words\n")
    r.commit("newer")
    assert "hand-edit-kept" in r.run("publish", "docs", code=6)
    assert "by hand" in str(r.page("New")["body"])
    r.run("publish", "docs", "--overwrite", "new.md")
    assert "newer words" in str(r.page("New")["body"])
    r.run("status", "docs", "--exit-code")

    # A revert; a deleted folder, with prune.
    r.git("revert", "--no-edit", "HEAD")
    r.run("publish", "docs")
    assert "new words" in str(r.page("New")["body"])
    r.git("rm", "-qr", "docs/old")
    r.commit("old things go")
    assert "Old 1" in r.titles() and "orphan" in r.run("publish", "docs")
    assert "more than the limit" in r.run("publish", "docs", "--prune", "trash", code=4)
    planned = r.run("plan", "docs", "--prune", "trash", "--prune-limit", "4")
    assert "remove     Old 1" in planned and "4 to remove" in planned and "the page stays" not in planned
    r.run("publish", "docs", "--prune", "trash", "--prune-limit", "4")
    assert r.titles() == {"Home", "A, renamed", "New"}

    # A fork's pull request: no secrets, no remote branch but the base.
    fork = Repository(r.root.parent / "fork", r.store, r.address)
    subprocess.run(["git", "clone", "-q", str(r.root), str(fork.root)], check=True)
    fork.write("a.md", "# A, renamed\n\nwords of a stranger\n")
    fork.commit("from outside")
    text = fork.run("plan", "docs", "--offline", "--base", "origin/main", "--format", "github", secrets=False)
    assert "1 page changed since" in text
    assert "no URL" in fork.run("plan", "docs", secrets=False, code=2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("label", "a.md: the document has changed"),
        ("picture", "a.md: the document has changed"),
        ("space", "space: it would go to OTHER, and was reviewed for DOCS"),
        ("prune", "Old 2: its removal was not reviewed"),
        ("not pruned", "Old 1: it was reviewed to be removed, and would stay"),
        ("orphan edited", "Old 1: it was reviewed to be removed, and would stay"),
    ],
)
def test_everything_that_was_reviewed_counts(repository: Repository, change: str, words: str) -> None:
    r = repository
    r.store.create_space("OTHER", "Other")
    (r.root / "docs" / "p.png").write_bytes(b"\x89PNG")
    r.write("a.md", "---\nlabels: [one]\n---\n# A\n\n![a picture](p.png)\n")
    if change != "space":
        r.run("publish", "docs")
    r.write("old/o1.md", None)
    pruning = ["--prune", "trash"]
    r.run("plan", "docs", "--output", "plan.json", *pruning)
    more = pruning
    match change:
        case "label":
            r.write("a.md", "---\nlabels: [two]\n---\n# A\n\n![a picture](p.png)\n")
        case "picture":
            (r.root / "docs" / "p.png").write_bytes(b"\x89PNG, another")
        case "space":
            more = [*pruning, "--space", "OTHER"]
        case "prune":
            r.write("old/o2.md", None)
        case "not pruned":
            more = []
        case _:
            page = r.page("Old 1")
            text = {"title": "Old 1", "body": "<p>by hand</p>", "version": page["version"] + 1, "author": "eve"}
            r.store.update_page(page["id"], text)
    versions = [(row["id"], row["version"]) for row in r.store.pages(["current"])]
    assert words in r.run("publish", "docs", "--plan", "plan.json", *more, code=4)
    assert versions == [(row["id"], row["version"]) for row in r.store.pages(["current"])]


def test_options_that_do_nothing_together_are_refused(repository: Repository) -> None:
    r = repository
    assert "--since, --output" in r.run("plan", "docs", "--offline", "--since", "HEAD", "--output", "p.json", code=2)
    assert "--base requires --offline" in r.run("plan", "docs", "--base", "HEAD", code=2)


def test_an_offline_plan_has_a_report_too(repository: Repository) -> None:
    r = repository
    r.write("a.md", "# A\n\nother words\n")
    r.write("new.md", "# New\n\nsomething that was not there\n")
    r.write("old/o1.md", None)
    r.run("plan", "docs", "--offline", "--base", "HEAD", "--report", "r.json", "--summary", "s.md", secrets=False)
    counts = json.loads((r.root / "r.json").read_text())["summary"]
    assert counts == {"created": 1, "updated": 1, "moved": 0, "unchanged": 4, "removed": 1}
    assert "**New**: New" in (r.root / "s.md").read_text()


def test_only_what_changed(repository: Repository) -> None:
    r = repository
    r.run("publish", "docs")
    versions = {row["title"]: row["version"] for row in r.store.pages(["current"])}
    r.write("part.md", "---\npublish: false\n---\nx\n")
    r.write("a.md", "# A\n\nnew words, and a [link](old/o1.md)\n\n## Deep\n")
    r.write("old/o2.md", None)
    r.commit("second")
    r.write("new/deep.md", "# Deep down\n\n![](x.png)\n")
    out = r.run("publish", "docs", "--since", "HEAD~1", "--prune", "trash")
    assert "2 created, 1 updated" in out, out
    assert "Old 2" in r.titles()  # nothing is pruned
    now = {row["title"]: row["version"] for row in r.store.pages(["current"])}
    assert now["A"] == 2 and all(now[title] == version for title, version in versions.items() if title != "A")
    found = r.run("check", "docs", "--since", "HEAD~1")
    assert "new/deep.md" in found and "docs/old" not in found
    assert "Git does not know the revision" in r.run("check", "docs", "--since", "nothing", code=2)
    r.commit("third")
    r.write(".pages", "title: Another\n")  # what orders the pages concerns all of them
    r.write("old/o0.md", "# Old 0\n\n[x](gone.md)\n")
    r.commit("fourth")
    r.write("old/o0.md", "# Old 0\n")
    r.git("commit", "-qam", "fifth")
    r.write(".pages", "title: A third\n")
    r.write("unlinked.md", "# Unlinked\n\n[x](gone.md)\n")
    r.git("add", "docs/unlinked.md")
    r.git("commit", "-qm", "sixth")
    assert "unlinked.md" in r.run("check", "docs", "--since", "HEAD")


def test_what_is_known_and_what_is_meant(repository: Repository) -> None:
    r = repository
    r.write(
        "a.md",
        "# A\n\n[x](gone.md)\n\n<!-- publisher:ignore broken-link -->\n[y](gone.md)\n\n[z](lost.md) <!-- publisher:ignore broken-link -->\n",
    )
    out = r.run("check", "docs", "--fail-on", "warning", code=3)
    assert out.count("broken-link:") == 1 and "a.md:3" in out
    r.run("check", "docs", "--baseline", "known.json", "--update-baseline")
    r.run("check", "docs", "--baseline", "known.json", "--fail-on", "notice")
    r.write("a.md", "# A\n\nmoved down\n\n[x](gone.md)\n\n[new](gone2.md)\n")
    assert "gone2.md" in r.run("check", "docs", "--baseline", "known.json", "--fail-on", "warning", code=3)
    assert "write it with --update-baseline" in r.run("check", "docs", "--baseline", "none.json", code=2)
    r.root.joinpath("publisher.yml").write_text("docs: docs\nlevels: {broken-link: off}\n")
    r.run("check", "docs", "--fail-on", "notice")
    r.root.joinpath("publisher.yml").write_text("docs: docs\nlevels: {broken-link: error}\n")
    r.run("check", "docs", code=3)
    for wrong, words in (
        ("brokn: off", "there is no `brokn`"),
        ("broken-link: bad", "off, notice"),
        ("not-utf8: notice", "always an error"),
    ):
        r.root.joinpath("publisher.yml").write_text(f"docs: docs\nlevels: {{{wrong}}}\n")
        assert words in r.run("check", "docs", code=2)


def test_a_pre_commit_hook_gets_files(repository: Repository) -> None:
    r = repository
    r.root.joinpath("publisher.yml").write_text("docs: docs\n")
    r.root.joinpath("README.md").write_text("# Read me\n\n[x](gone.md)\n")
    r.write("a.md", "# A\n\n[x](gone.md)\n")
    out = r.run("check", "--skip-outside", "--fail-on", "warning", "README.md", "docs/a.md", "docs/index.md", code=3)
    assert out.count("broken-link:") == 1
    r.run("check", "--skip-outside", "README.md")


def test_limits_and_formats(repository: Repository) -> None:
    r = repository
    r.write("big.md", "# Big\n\n" + "word " * 1_100_000)
    (r.root / "docs" / "film.mp4").write_bytes(b"x" * 2_500_000)
    (r.root / "docs" / "unused.png").write_bytes(b"\x89PNG")
    r.write("f.md", "# F\n\n[film](film.mp4) and <b>bold\n")
    out = r.run("check", "docs", "--max-attachment", "2", code=3)
    assert all(code in out for code in ("page-too-large", "attachment-too-large", "unused-file", "unclosed-html"))
    sarif = json.loads(r.run("check", "docs", "--format", "sarif", code=3))
    rules = [rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]]
    for result in sarif["runs"][0]["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    from lxml import etree

    suite = etree.fromstring(r.run("check", "docs", "--format", "junit", code=3).encode())
    assert suite.xpath("//testcase[@name='docs/big.md']/failure/@type") == ["page-too-large"]
    assert "::notice file=docs/f.md,line=3" in r.run(
        "check", "docs", "--max-attachment", "5", GITHUB_ACTIONS="true", code=3
    )


def test_long_plans_are_cut_at_the_end_of_a_page(repository: Repository) -> None:
    r = repository
    for number in range(120):
        r.write(f"many/m{number}.md", f"# Many {number}\n\n" + "\n\n".join(f"line {n} of {number}" for n in range(80)))
    text = r.run("plan", "docs", "--format", "markdown", "--max-length", "20000")
    assert (
        len(text) <= 20_001
        and "more pages: the rest does not fit" in text
        and text.count("<details>") == text.count("</details>")
    )


def test_links_to_other_sites(repository: Repository, tmp_path: Path) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(f"{self.command} {self.path}")
            self.send_response(
                {"/gone": 404, "/no-head": 405, "/private": 403}.get(self.path, 200)
                if self.command == "HEAD" or self.path == "/gone"
                else 200
            )
            self.end_headers()

        do_GET = do_HEAD

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("0.0.0.0", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    r = repository
    r.write(
        "a.md",
        f"# A\n\n[1]({base}/good) [2]({base}/gone) [3]({base}/no-head) [4]({base}/private)\n\n[5](http://127.0.0.1:9/)\n",
    )
    r.write("b.md", f"# B\n\n[another of this machine's addresses](http://127.0.0.2:{server.server_port}/good)\n")
    cache = str(tmp_path / "cache")
    try:
        assert (
            "dead-link" not in r.run("check", "docs", "--external", XDG_CACHE_HOME=cache) and asked == []
        )  # nobody else's loopback
        out = r.run("check", "docs", "--external", "--allow-private-hosts", XDG_CACHE_HOME=cache)
        assert (
            "dead-link: 2 places" in out and "/gone: the site answers 404" in out and "127.0.0.1:9/: no answer" in out
        )
        only = r.run("check", "docs/b.md", "--external", "--allow-private-hosts", XDG_CACHE_HOME=cache)
        assert "dead-link" not in only  # the links of a.md are not asked for
        off = r.run(
            "check", "docs", "--external", "--allow-private-hosts", "--levels", "dead-link=off", XDG_CACHE_HOME=cache
        )
        assert "dead-link" not in off
        count = len(asked)
        r.run("check", "docs", "--external", "--allow-private-hosts", XDG_CACHE_HOME=cache)
        assert not [row for row in asked[count:] if "good" in row]  # a good answer is believed for a day
    finally:
        server.shutdown()
        server.server_close()


def test_every_exit_code(repository: Repository) -> None:
    r = repository
    r.run("check", "docs")  # 0
    r.run("check", "nothing", code=2)
    r.write("bad.md", "---\ntitle: [\n---\n# Bad\n")
    r.run("check", "docs", code=3)
    r.run("publish", "docs", code=3)
    r.write("bad.md", None)
    r.run("publish", "docs")
    root = r.page("Home")
    r.store.delete_page(root["id"], purge=False)
    r.run("publish", "docs", code=4)
    r.run("publish", "docs", "--space", "NONE", code=5)
    page = r.page("A")
    r.store.update_page(
        page["id"], {"title": "A", "body": "<p>by hand</p>", "version": page["version"] + 1, "author": "eve"}
    )
    r.write("a.md", "# A\n\nother\n")
    r.run("publish", "docs", "--new-root", "--collection", "org/repo/docs", code=6)
    r.run("plan", "docs", "--exit-code", code=10)
    broken = r.run("publish", "docs", "--sandbox", code=1, PUBLISHER_SANDBOX_STATE="/dev/null/x")
    assert "Traceback" in broken or "unexpected" in broken
    process = subprocess.Popen([sys.executable, "-m", "publisher", "publish", "docs", "--wait", "60"], cwd=r.root, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env={**os.environ, "CONFLUENCE_URL": "http://127.0.0.1:9", "CONFLUENCE_TOKEN": "t", "CONFLUENCE_SPACE": "X",
                                                              "PUBLISHER_RETRY_WAIT": "5"})  # fmt: skip
    import signal
    import time

    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
    assert process.stdout is not None
    process.stdout.close()
