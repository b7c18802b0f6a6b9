"""What Confluence, or what stands before it, can answer: one clear message, the right exit code, no traceback."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from publisher.sandbox.app import running


@contextmanager
def answering(status: int, body: bytes, media: str) -> Iterator[str]:
    """A server that gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def publish(docs: Path, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CONFLUENCE_TOKEN": "s3cret-token", "CONFLUENCE_USER": "me@example.com"}
    command = [sys.executable, "-m", "publisher", "publish", str(docs), "--url", url, "--space", "DOCS", *more]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text("# A\n")
    return tmp_path


SCOPE = json.dumps({"code": 401, "message": "Unauthorized; scope does not match"}).encode()
FORBIDDEN = json.dumps({"statusCode": 403, "message": "caller cannot access Confluence"}).encode()


@pytest.mark.parametrize(
    ("status", "body", "media", "words"),
    [
        (401, SCOPE, "application/json", "scope does not match"),
        (403, FORBIDDEN, "application/json", "caller cannot access Confluence"),
        (401, b"<html>Unauthorized</html>", "text/html", "refuses the login"),
        (200, b"<html>Sign in</html>", "text/html", "not Confluence's"),
        (404, b"<html>nothing here</html>", "text/html", "does not answer as Confluence does"),
    ],
)
def test_refused(docs: Path, status: int, body: bytes, media: str, words: str) -> None:
    with answering(status, body, media) as url:
        done = publish(docs, url)
    assert done.returncode == 5 and words in done.stderr
    assert "Traceback" not in done.stderr and "s3cret-token" not in done.stdout + done.stderr


def test_unknown_space_and_parent(docs: Path, tmp_path: Path) -> None:
    with running(tmp_path / "state") as (address, store):
        done = publish(docs, address)
        assert done.returncode == 5 and "no space 'DOCS'" in done.stderr
        assert (
            "check --space, CONFLUENCE_SPACE or `space` in publisher.yml" in done.stderr
            and " space list`" in done.stderr
        )
        store.create_space("DOCS", "Docs")
        done = publish(docs, address, "--parent", "Nowhere")
        assert done.returncode == 5 and "parent 'Nowhere'" in done.stderr


def test_wrong_token(docs: Path, tmp_path: Path) -> None:
    with running(tmp_path / "state", token="another") as (address, store):
        store.create_space("DOCS", "Docs")
        done = publish(docs, address)
        assert done.returncode == 5 and "caller cannot access Confluence" in done.stderr
        assert "CONFLUENCE_TOKEN" in done.stderr
    with running(tmp_path / "state", token="s3cret-token") as (address, _):
        assert publish(docs, address).returncode == 0


def test_the_server_goes_away(docs: Path) -> None:
    done = publish(docs, "http://127.0.0.1:9")
    assert done.returncode == 5 and "cannot be reached" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_with_130(docs: Path) -> None:
    with socket.socket() as server:  # it accepts and never answers
        server.bind(("127.0.0.1", 0))
        server.listen()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        environment = {**os.environ, "CONFLUENCE_TOKEN": "t", "CONFLUENCE_SPACE": "X"}
        command = [sys.executable, "-m", "publisher", "publish", str(docs), "--url", url]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        connection, _ = server.accept()
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
        connection.close()
    assert process.returncode == 130 and "interrupted" in stderr and "Traceback" not in stderr


def test_requests_are_shown_without_secrets(docs: Path, tmp_path: Path) -> None:
    with running(tmp_path / "state") as (address, store):
        store.create_space("DOCS", "Docs")
        done = publish(docs, address, "-v")
        assert "POST /wiki/api/v2/pages 200" in done.stderr and "s3cret" not in done.stderr


def test_the_collection_is_found_on_the_root_page(docs: Path, tmp_path: Path) -> None:
    """A checkout without Git, in a folder of another name, is no second identity; another repository is."""
    (docs / "index.md").write_text("# Root\n")
    with running(tmp_path / "state") as (address, store):
        store.create_space("DOCS", "Docs")
        assert publish(docs, address).returncode == 0
        moved = docs.parent / "elsewhere"
        shutil.copytree(docs, moved, ignore=lambda folder, names: [n for n in names if n.startswith("state")])
        done = publish(moved, address, "--format", "json")
        report = json.loads(done.stdout)
        assert report["summary"]["writes"] == 0 and report["where"]["collection"] == docs.name
        done = publish(moved, address, "--collection", "team/other")
        assert done.returncode == 4 and f"collection: {docs.name}" in done.stderr


def test_a_foreign_page_with_our_title_is_never_taken_over(docs: Path, tmp_path: Path) -> None:
    with running(tmp_path / "state") as (address, store):
        space = store.create_space("DOCS", "Docs")
        foreign = store.create_page(space["id"], {"title": "a", "body": "<p>theirs</p>"})
        done = publish(docs, address, "--on-title-taken", "fail")
        assert done.returncode == 4 and f"pages/{foreign['id']}" in done.stderr
        done = publish(docs, address)
        assert done.returncode == 0 and f"pages/{foreign['id']}" in done.stderr
        assert store.page(foreign["id"])["version"] == 1
        titles = [row["title"] for row in store.pages(["current"])]
        assert len([title for title in titles if title.startswith("A (")]) == 1


def test_a_hand_edit_is_kept(docs: Path, tmp_path: Path) -> None:
    with running(tmp_path / "state") as (address, store):
        store.create_space("DOCS", "Docs")
        assert publish(docs, address).returncode == 0
        page = next(row for row in store.pages(["current"]) if row["title"] == "A")
        edit = {"title": "A", "body": "<p>by hand</p>", "version": 2, "message": ""}
        store.update_page(page["id"], edit)
        assert publish(docs, address).returncode == 0
        (docs / "a.md").write_text("# A\n\nnew\n")
        assert publish(docs, address).returncode == 6
        assert "by hand" in store.page(page["id"])["body"]


def test_server_down(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from publisher.confluence.client import Client
    from publisher.confluence.credentials import Login
    from publisher.errors import Unreachable

    client = Client("http://127.0.0.1:9/wiki", Login("", "t"), sleep=lambda seconds: None)
    with pytest.raises(Unreachable, match="cannot be reached"):
        client.request("GET", "/api/v2/spaces")
    client.close()
