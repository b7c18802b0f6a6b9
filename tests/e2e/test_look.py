"""From a publish into the sandbox to the page in a browser: the line to paste, the entrance, and ports."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from publisher.cli import started
from publisher.sandbox import Service, free_port, running


def run(*words: str, cwd: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "publisher", *words]
    environment = {**os.environ, "XDG_DATA_HOME": str(cwd / "data"), **more}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=60)


@contextmanager
def served(command: list[str], cwd: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(address, everything that was said before) of a sandbox or preview that a command line starts."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd, env=environment
    )
    killer = threading.Timer(60, process.kill)
    killer.start()
    said = ""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said += line
            if found := re.search(r"https?://[^\s/]+/", line):
                yield found[0], said
                break
        else:
            raise AssertionError(said)
    finally:
        killer.cancel()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def shown(address: str) -> str:
    """The title of the page that ``/`` leads to."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as client:
        answer = client.get(address, follow_redirects=True)
    return str(re.findall("<title>(.*)</title>", answer.text)[0])


def docs_in(folder: Path, name: str) -> Path:
    docs = folder / name
    docs.mkdir()
    (docs / "index.md").write_text(f"# Guide of {name}\n")
    (docs / "more.md").write_text("# More\n")
    return docs


@pytest.mark.skipif(sys.platform == "win32", reason="the line is pasted into a POSIX shell")
def test_the_last_line_of_a_publish_opens_what_was_published(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"),
                   "PYTHONUNBUFFERED": "1", "BROWSER": "true"}  # fmt: skip
    for name in ("one", "two", "one"):  # nothing is written the last time
        folder = tmp_path / name
        done = run("publish", str(folder if folder.exists() else docs_in(tmp_path, name)), "--sandbox", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        line = done.stdout.splitlines()[-1]
        command = ["sh", "-c", f"exec {line} --port {free_port('127.0.0.1', 8500)}"]
        with served(command, tmp_path, environment) as (address, _):
            assert shown(address) == f"Guide of {name}"


def test_a_copy_of_a_folder_has_a_space_of_its_own_in_the_sandbox(tmp_path: Path) -> None:
    docs = docs_in(tmp_path, "docs")
    (docs / "publisher.yml").write_text("collection: handbook\n")
    copy = shutil.copytree(docs, tmp_path / "elsewhere" / "docs")
    for folder in (docs, copy):
        done = run("publish", str(folder), "--sandbox", "--sandbox-state", str(tmp_path / "state"), cwd=tmp_path)
        assert done.returncode == 0 and "2 created" in done.stdout, done.stdout + done.stderr


def test_a_space_that_is_named_is_one_of_the_sandbox(tmp_path: Path) -> None:
    docs, state = docs_in(tmp_path, "docs"), str(tmp_path / "state")
    (docs / "publisher.yml").write_text("space: REAL\n")
    done = run("publish", str(docs), "--sandbox", "--space", "TRY", "--sandbox-state", state, "-v", cwd=tmp_path)
    assert done.returncode == 0 and "/spaces/TRY/" in done.stdout, done.stdout + done.stderr
    home = int(re.findall(r"/spaces/TRY/pages/(\d+)", done.stdout)[0]) - 1  # made right before our root
    (docs / "publisher.yml").write_text(f"root: '{home}'\n")
    other = run("plan", str(docs), "--sandbox", "--sandbox-state", state, cwd=tmp_path)
    assert other.returncode == 4 and "set `space` to the key of its space" in other.stderr, other.stderr


def test_the_line_names_the_state_that_was_given(tmp_path: Path) -> None:
    state = str(tmp_path / "a state")
    done = run("publish", str(docs_in(tmp_path, "docs")), "--sandbox", "--sandbox-state", state, cwd=tmp_path)
    assert done.stdout.splitlines()[-1].endswith(f"sandbox --open --state '{state}'")


def test_a_command_begins_as_this_one_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "publisher"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("PATH", "/usr/bin")
    start = started._own_start
    assert start(str(program), "/x/python") == [str(program)]
    assert start(".venv/bin/publisher", "/x/python") == [".venv/bin/publisher"]
    assert start("/lib/publisher/__main__.py", "/x/python") == ["/x/python", "-m", "publisher"]
    monkeypatch.setenv("PATH", str(program.parent))
    assert start(str(program), "/x/python") == ["publisher"]
    monkeypatch.setenv("UV", "/usr/bin/uv")  # uvx: the PATH is that of the child alone
    assert start(str(program), "/x/python") == [str(program)]


def test_the_entrance_falls_back_to_the_spaces() -> None:
    with running(":memory:", service=Service()) as (address, store):
        assert shown(address + "/") == "Spaces"
        space = store.create_space("S", "Space")
        page = store.create_page(space["id"], {"title": "Entrance"})
        assert shown(address + "/") == "Space Home"
        store.set_entrance(page["id"])
        assert shown(address + "/") == "Entrance"
        store.delete_page(page["id"], purge=False)
        assert shown(address + "/") == "Space Home"


@pytest.mark.parametrize("command", ["sandbox", "preview"])
def test_a_named_port_that_is_taken_is_an_error(tmp_path: Path, command: str) -> None:
    docs_in(tmp_path, "docs")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        words = ["docs"] if command == "preview" else []
        done = run(command, *words, "--port", port, cwd=tmp_path)
    assert done.returncode == 2 and f"port {port} of 127.0.0.1 is in use" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="ends the command with SIGINT")
@pytest.mark.parametrize(("command", "default"), [("sandbox", 8090), ("preview", 8000)])
def test_a_busy_default_port_moves_on_and_says_so(tmp_path: Path, command: str, default: int) -> None:
    docs_in(tmp_path, "docs")
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", default))
            taken.listen()
        except OSError:
            pass  # somebody else has it: that does as well
        words = [sys.executable, "-m", "publisher", command, *(["docs"] if command == "preview" else [])]
        environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "data"), "PYTHONUNBUFFERED": "1"}
        with served(words, tmp_path, environment) as (address, said):
            port = int(address.rstrip("/").rpartition(":")[2])
            assert port > default and f"port {default} is in use: serving at port {port}" in said
            assert shown(address)


def test_the_other_loopback_address_counts() -> None:
    try:
        taken = socket.socket(socket.AF_INET6)
        taken.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        taken.bind(("::1", 0))
        taken.listen()
    except OSError:
        pytest.skip("needs IPv6")
    with taken:
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) > port
