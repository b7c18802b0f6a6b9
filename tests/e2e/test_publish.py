"""A folder's life against the sandbox, through the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

DOCS = {
    "index.md": "# Home\n\n[guide](guide/setup.md#install)\n\n![pixel](img/a.png)\n",
    "guide/setup.md": "---\nlabels: [howto]\n---\n# Setup\n\n## Install\n\none paragraph\n",
    "guide/usage.md": "# Usage\n\ntext\n",
}


class Story:
    """A docs folder and the state of its sandbox."""

    def __init__(self, root: Path) -> None:
        self.docs, self.state = root / "docs", root / "state.sqlite"
        self.write({**DOCS, "img/a.png": "\x89PNG-1"})

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.docs / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("latin-1") if name.endswith(".png") else text.encode())

    def command(self, verb: str = "publish", *more: str) -> list[str]:
        state = ["--sandbox", "--sandbox-state", str(self.state), "--format", "json"]
        return [sys.executable, "-m", "publisher", verb, str(self.docs), *state, *more]

    def run(self, verb: str = "publish", *more: str, code: int = 0) -> dict[str, Any]:
        done = subprocess.run(self.command(verb, *more), capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        result: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
        return result


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def actions(report: dict[str, Any]) -> dict[str, str]:
    return {page["title"]: page["action"] for page in report["pages"] if page["action"] != "unchanged"}


def ids(report: dict[str, Any]) -> dict[str, str]:
    return {page["title"]: page["id"] for page in report["pages"]}


def test_second_run_writes_nothing(story: Story) -> None:
    first = story.run()
    assert first["summary"]["created"] == 4 and first["summary"]["failed"] == 0
    second = story.run()
    assert (second["summary"]["unchanged"], second["summary"]["writes"]) == (4, 0)
    story.run("plan", "--exit-code", code=0)


def test_one_paragraph_is_one_update(story: Story) -> None:
    story.run()
    story.write({"guide/usage.md": "# Usage\n\nother text\n"})
    story.run("plan", "--exit-code", code=10)
    report = story.run()
    assert actions(report) == {"Usage": "updated"}
    assert report["summary"]["writes"] == 5  # the page and its stamp; the index; the lease, taken and given back
    assert report["summary"]["requests"] <= 4 + 6
    assert [page["version"] for page in report["pages"] if page["title"] == "Usage"] == [{"before": 1, "after": 2}]


def test_changed_image_is_one_upload_and_no_new_version(story: Story) -> None:
    story.run()
    story.write({"img/a.png": "\x89PNG-2"})
    report = story.run()
    assert actions(report) == {"Home": "updated"}
    assert report["summary"]["writes"] == 5  # the upload and the stamp; the index; the lease, taken and given back
    assert [page["version"] for page in report["pages"] if page["title"] == "Home"] == [{"before": 2, "after": 2}]


def test_renamed_file_and_swapped_titles_keep_their_pages(story: Story) -> None:
    before = ids(story.run())
    (story.docs / "guide/usage.md").rename(story.docs / "guide/zz.md")
    assert ids(story.run()) == before
    story.write({"guide/zz.md": "# Setup\n\ntext\n", "guide/setup.md": "# Usage\n\n## Install\n"})
    after = ids(story.run())
    assert (after["Setup"], after["Usage"]) == (before["Usage"], before["Setup"])
    assert story.run()["summary"]["writes"] == 0


def test_errors_in_documents_stop_before_anything_is_written(story: Story) -> None:
    story.write({"broken.md": "---\na: [\n---\n"})
    story.run(code=3)
    (story.docs / "broken.md").unlink()
    assert story.run()["summary"]["created"] == 4


def test_selected_file_only(story: Story) -> None:
    story.run()
    story.write({"guide/usage.md": "# Usage\n\nA\n", "guide/setup.md": "# Setup\n\n## Install\n\nB\n"})
    (story.docs / "publisher.yml").write_text("title: T\n")
    command = story.command()
    command[4] = str(story.docs / "guide/usage.md")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert actions(json.loads(done.stdout)) == {"Usage": "updated"}


@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3])
def test_killed_run_is_completed_without_duplicates(story: Story, delay: float) -> None:
    story.write({f"many/p{i}.md": f"# Page {i}\n\ntext\n" for i in range(40)})
    process = subprocess.Popen(story.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not story.state.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.4 + delay)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    report = story.run()
    assert report["summary"]["failed"] == 0
    titles = [page["title"] for page in report["pages"]]
    assert len(titles) == len(set(titles)) == 45
    assert story.run()["summary"]["writes"] == 0
    import sqlite3

    pages = sqlite3.connect(story.state).execute("SELECT count(*) FROM page").fetchone()[0]
    assert pages == 46  # and the space's home page


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "no-such-folder"], 2, "no such file or folder"),
        (["check", "empty"], 2, "no Markdown documents"),
        (["publish", "docs", "--space", "X"], 2, "CONFLUENCE_URL"),
        (["publish", "docs", "--space", "X", "--url", "http://127.0.0.1:9"], 2, "CONFLUENCE_TOKEN"),
        (["publish", "docs", "--url", "https://x.invalid"], 2, "no space"),
        (["check", "docs", "--fail-on", "nonsense"], 2, "not one of"),
    ],
)
def test_bad_input_is_one_clear_message(story: Story, arguments: list[str], code: int, words: str) -> None:
    (story.docs.parent / "empty").mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("CONFLUENCE_")}
    command = [sys.executable, "-m", "publisher", *arguments]
    done = subprocess.run(command, cwd=story.docs.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert words in done.stderr and "Traceback" not in done.stderr


def test_unknown_setting_names_file_line_and_nearest(story: Story) -> None:
    (story.docs / "publisher.yml").write_text("title: T\nspcae: DOCS\n")
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "check", str(story.docs)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "publisher.yml:2: `spcae` is not a setting; did you mean `space`?" in done.stderr


def test_the_view_shows_pages(story: Story) -> None:
    import httpx

    from publisher.sandbox.app import running

    report = story.run()
    with running(story.state) as (address, _):
        home = httpx.get(f"{address}/wiki/pages/{ids(report)['Home']}")
        assert "<h1>Home</h1>" in home.text and 'alt="pixel"' in home.text and "Setup</a>" in home.text
        assert "script-src 'self';" in home.headers["Content-Security-Policy"]
        assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 400
