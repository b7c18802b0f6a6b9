"""A real browser before a real preview, for tests of the view."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")
#: axe.min.js of axe-core, from npm.
AXE = os.environ.get("PUBLISHER_AXE", "")
NEEDS_CHROMIUM = pytest.mark.skipif(not CHROMIUM, reason="needs Debian's Chromium")
NEEDS_AXE = pytest.mark.skipif(not AXE, reason="needs axe-core from npm (PUBLISHER_AXE)")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]


@dataclass
class Site:
    """A preview in a process of its own."""

    docs: Path
    address: str
    process: "subprocess.Popen[str]"


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs Playwright (extra `browser`)")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield found
        found.close()


def serve(docs: Path, *words: str, **variables: str) -> Site:
    """Starts a preview, and does not wait for its first rendering."""
    with socket.socket() as probe:  # any port: two tests of a run ask for one at the same time
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "publisher", "preview", str(docs), "--port", str(port), *words]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **variables}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout is not None
    killer = threading.Timer(60, process.kill)
    killer.start()
    try:
        assert any("preview at" in line for line in process.stdout)
    finally:
        killer.cancel()
    return Site(docs, f"http://localhost:{port}", process)


@contextmanager
def serving(docs: Path, *words: str, **variables: str) -> Iterator[Site]:
    """A preview that is ended with Ctrl-C."""
    found = serve(docs, *words, **variables)
    drain = threading.Thread(target=lambda: [None for _ in found.process.stdout or ()], daemon=True)
    drain.start()
    try:
        yield found
        found.process.send_signal(signal.SIGINT)
        assert found.process.wait(20) == 0
    finally:
        found.process.kill()  # only if it is still there: a test failed
        found.process.wait()
        drain.join()
        assert found.process.stdout is not None
        found.process.stdout.close()


@contextmanager
def watched(chromium: Any, site: Site, width: int = 1280, theme: str = "light", allowed: str = "\0") -> Iterator[Any]:
    """A page. Fails for an error in the console, a violation of the policy, or a request beyond this machine.

    ``allowed``: words of an error that is expected.
    """
    context = chromium.new_context(color_scheme=theme, viewport={"width": width, "height": 800})
    found = context.new_page()
    wrong: list[str] = []
    found.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on(
        "request",
        lambda request: wrong.append(request.url) if not request.url.startswith((site.address, "data:")) else None,
    )
    yield found
    context.close()
    assert [text for text in wrong if allowed not in text] == []


def violations(page: Any) -> list[tuple[str, str, str]]:
    """What axe finds: rule, element, and why."""
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run({preload: false})")["violations"]
    return [
        (item["id"], node["html"][:200], node.get("failureSummary", "")[:300])
        for item in found
        for node in item["nodes"][:2]
    ]


def sideways(page: Any) -> int:
    """By how many pixels a page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
