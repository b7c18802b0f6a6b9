"""``publisher watch`` with real files: what is saved is published, and nothing else is asked or written."""

import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from publisher.sandbox.app import running
from publisher.sandbox.store import Store

FILES = {
    "publisher.yml": "space: DOCS\ncollection: watched\nbanner: 'off'\n",
    "mkdocs.yml": "docs_dir: .\n",  # so that snippets are read
    "index.md": "# Home\n\nwelcome [a](a.md)\n",
    "a.md": "# A\n\nfirst words of a, enough of them to be known again later\n",
    "b/b.md": '# B\n\n--8<-- "part.md"\n',
    "part.md": "---\npublish: false\n---\nan included part\n",
}


@dataclass
class Watch:
    docs: Path
    store: Store
    process: subprocess.Popen[str]
    log: Path
    lines: "queue.Queue[str]" = field(default_factory=queue.Queue)
    seen: list[str] = field(default_factory=list)

    def read(self, output: Iterable[str]) -> None:
        """Keeps the lines of the process until its output ends."""
        for line in output:
            self.lines.put(line)

    def expect(self, pattern: str, seconds: float = 20.0) -> str:
        """The next line that matches."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} in {self.seen[-15:]}") from None
            self.seen.append(line)
            if re.search(pattern, line):
                return line

    def requests(self) -> list[str]:
        """Those of since the last call, once they have stopped."""
        text = ""
        while self.log.read_text() != text:
            text = self.log.read_text()
            time.sleep(0.3)
        self.log.write_text("")
        return text.splitlines()

    def page(self, title: str) -> dict[str, object]:
        return next(row for row in self.store.pages(["current"]) if row["title"] == title)

    def titles(self) -> set[str]:
        return {row["title"] for row in self.store.pages(["current"])} - {"Docs Home"}


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    docs = tmp_path / "docs"
    for name, text in FILES.items():
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(text)
    with running(":memory:") as (address, store):
        store.create_space("DOCS", "Docs")
        log = tmp_path / "requests.log"
        environment = {**os.environ, "CONFLUENCE_URL": address, "CONFLUENCE_TOKEN": "t", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "publisher", "watch", str(docs), "--log-file", str(log)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, cwd=tmp_path,
        )  # fmt: skip
        found = Watch(docs, store, process, log)
        assert process.stdout is not None
        reader = threading.Thread(target=found.read, args=(process.stdout,), daemon=True)
        reader.start()
        try:
            found.expect("watching")
            yield found
        finally:
            process.kill()
            process.wait()
            reader.join()
            process.stdout.close()


def test_a_saved_paragraph_costs_four_requests_and_idling_none(watch: Watch) -> None:
    watch.requests()
    time.sleep(1.0)
    assert watch.requests() == []
    (watch.docs / "a.md").write_text(FILES["a.md"] + "\nmore\n")
    line = watch.expect("updated A")
    assert re.search(r"\d\d:\d\d:\d\d updated A \(content\)  v2  http\S+  \d+ ms", line)
    sent = watch.requests()
    assert len(sent) <= 4 and not any("publisherlease" in row for row in sent), sent
    assert "more" in str(watch.page("A")["body"]) and watch.page("B")["version"] == 1
    (watch.docs / "a.md").write_text(FILES["a.md"] + "\nmore again\n")
    watch.expect("updated A")
    assert len(watch.requests()) <= 4 and watch.page("A")["version"] == 3


def test_an_editor_that_saves_by_renaming(watch: Watch) -> None:
    new = watch.docs / ".a.md.swp"
    new.write_text(FILES["a.md"] + "\nby rename\n")
    os.replace(new, watch.docs / "a.md")
    watch.expect("updated A")
    assert "by rename" in str(watch.page("A")["body"])


def test_files_and_folders_are_renamed_added_and_deleted(watch: Watch) -> None:
    number = watch.page("A")["id"]
    (watch.docs / "a.md").rename(watch.docs / "z.md")
    watch.expect(r"A \(.*renamed")
    assert watch.page("A")["id"] == number
    (watch.docs / "b").rename(watch.docs / "c")
    watch.expect("created C|updated C|updated B")
    watch.requests()
    assert "B" in watch.titles()
    (watch.docs / "new.md").write_text("# New\n")
    watch.expect("created New")
    (watch.docs / "new.md").write_text("# New\n\n![p](p.png)\n")
    watch.expect("updated New")
    (watch.docs / "p.png").write_bytes(b"\x89PNG1")
    watch.expect("updated New.*attachments")
    watch.requests()
    files = watch.store.attachments(int(str(watch.page("New")["id"])))
    assert [row["name"] for row in files] == ["p.png"]
    version = watch.page("New")["version"]
    (watch.docs / "p.png").write_bytes(b"\x89PNG2")
    watch.expect("updated New.*attachments")
    watch.requests()
    assert watch.page("New")["version"] == version  # the file has a new version, not the page
    (watch.docs / "new.md").unlink()
    time.sleep(1.5)
    assert "New" in watch.titles()  # nothing is pruned unless it is asked for


def test_an_include_and_the_settings(watch: Watch) -> None:
    (watch.docs / "part.md").write_text(FILES["part.md"].replace("included part", "included passage"))
    watch.expect("updated B")
    assert "passage" in str(watch.page("B")["body"]) and watch.page("A")["version"] == 1
    (watch.docs / "publisher.yml").write_text(FILES["publisher.yml"] + "title_suffix: ' (new)'\n")
    watch.expect(r"updated A \(new\)")
    watch.requests()
    assert {"A (new)", "B (new)", "Home (new)"} <= watch.titles()
    (watch.docs / "publisher.yml").write_text("spcae: X\n")
    watch.expect("did you mean `space`")
    (watch.docs / "publisher.yml").write_text(FILES["publisher.yml"])
    watch.expect(r"updated A \(")


def test_many_saves_are_one(watch: Watch) -> None:
    for number in range(200):
        (watch.docs / "a.md").write_text(FILES["a.md"] + f"\nsave {number}\n")
        time.sleep(0.01)
    watch.expect("updated A")
    watch.requests()
    time.sleep(1.5)
    assert "save 199" in str(watch.page("A")["body"]) and int(str(watch.page("A")["version"])) <= 8


def test_a_broken_document_and_its_repair(watch: Watch) -> None:
    (watch.docs / "a.md").write_text("---\ntitle: [\n---\n# A\n\nx\n")
    watch.expect("front-matter")
    watch.expect("nothing was written")
    assert watch.page("A")["version"] == 1
    (watch.docs / "a.md").write_text(FILES["a.md"] + "\nmended\n")
    watch.expect("updated A")
    assert "mended" in str(watch.page("A")["body"])


def test_people_in_confluence(watch: Watch) -> None:
    page = watch.page("A")
    selection = {"text": "first words", "index": 0}
    ref = watch.store.create_inline_comment(int(str(page["id"])), "<p>hm</p>", selection, "alice")["ref"]
    (watch.docs / "a.md").write_text(FILES["a.md"] + "\nmore\n")
    watch.expect("updated A")
    assert str(ref) in str(watch.page("A")["body"])  # the comment is where it was
    watch.requests()
    now = watch.page("A")
    watch.store.update_page(
        int(str(now["id"])),
        {"title": "A", "body": "<p>by hand</p>", "version": int(str(now["version"])) + 1, "author": "alice"},
    )
    (watch.docs / "a.md").write_text(FILES["a.md"] + "\nmore and more\n")
    watch.expect("hand-edit-kept|withheld")
    assert "by hand" in str(watch.page("A")["body"])
    (watch.docs / "b/b.md").write_text(FILES["b/b.md"] + "\nmore\n")
    watch.expect("updated B")  # it goes on


def test_ctrl_c_ends_it_at_once(watch: Watch) -> None:
    watch.process.send_signal(signal.SIGINT)
    assert watch.process.wait(5) == 0


def test_files_that_are_looked_at_again_and_again(tmp_path: Path) -> None:
    from publisher.source.watching import Changes, observe

    changes = Changes([tmp_path])
    observer = observe([(tmp_path, True)], changes, poll=True)
    try:
        time.sleep(0.7)
        (tmp_path / "a.md").write_text("x")
        done = threading.Event()

        def wait_for_it() -> None:
            changes.wait()
            done.set()

        threading.Thread(target=wait_for_it, daemon=True).start()
        assert done.wait(10)
    finally:
        observer.stop()
        observer.join()


@pytest.mark.parametrize(
    ("path", "noise"),
    [("a.md", False), (".git/index", True), (".a.md.swp", True), ("d/a.md~", True), ("d/.pages", False),
     ("node_modules/x.js", True), (".gitignore", False), ("img/p.png", False)],
)  # fmt: skip
def test_noise(path: str, noise: bool) -> None:
    from publisher.source.watching import is_noise

    assert is_noise(Path(path)) is noise


def test_watch_without_an_account(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PUBLISHER_SANDBOX_STATE": str(tmp_path / "state")}
    process = subprocess.Popen([sys.executable, "-m", "publisher", "watch", str(docs), "--sandbox", "--preview"],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)  # fmt: skip
    assert process.stdout is not None
    killer = threading.Timer(40, process.kill)  # lines that never come must not keep the test
    killer.start()
    try:
        lines = iter(process.stdout)
        assert any("preview at http://localhost" in line for line in lines) and any(
            "watching" in line for line in lines
        )
        shutil.copy(docs / "index.md", docs / "copy.md")
        assert any("created" in line for line in lines)
        time.sleep(1.0)  # it has read what it wrote
    finally:
        killer.cancel()
        process.send_signal(signal.SIGINT)
        assert process.wait(6) == 0
        process.stdout.close()
