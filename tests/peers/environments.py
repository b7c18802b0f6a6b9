"""Programs of others, each in an environment of its own: where they are, how they are run, what they publish.

They want versions of libraries that we do not: `.ci/peers` makes their environments from `peers.txt`, and
`PUBLISHER_PEERS` names the folder. Without it the tests are left out, and the end of the run says so.
"""

import os
import struct
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from publisher.sandbox import Store

PEERS = Path(os.environ.get("PUBLISHER_PEERS", "/nowhere"))
PROGRAMS = Path(__file__).parent / "programs"


def needs(name: str) -> pytest.MarkDecorator:
    """Leaves a test out where the environment is not there."""
    return pytest.mark.skipif(not (PEERS / name).is_dir(), reason=f"needs the peer {name} (PUBLISHER_PEERS)")


def program(environment: str, name: str) -> Path:
    return PEERS / environment / "bin" / name


def run(*words: object, cwd: Path | None = None, environment: Mapping[str, str] = {}, seconds: int = 150) -> str:
    """What a program prints; it ends well, and no login of the machine reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CONFLUENCE", "ATLASSIAN"))}
    home = {"HOME": str(cwd)} if cwd else {}
    done = subprocess.run(
        list(map(str, words)),
        cwd=cwd,
        env={**kept, **home, **environment},
        capture_output=True,
        text=True,
        timeout=seconds,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def picture() -> bytes:
    """A small PNG."""
    rows = b"".join(b"\0" + b"\xff\0\0" * 8 for _ in range(8))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def write_docs(folder: Path, *, root: str = "index.md", below: str = "sub/index.md") -> Path:
    """Three pages, one of them with a picture, links, code and a table."""
    (folder / "sub").mkdir(parents=True)
    (folder / root).write_text("# Peer root\n\nHello **x** and [a](sub/a.md)\n\n![pic](pic.png)\n")
    (folder / below).write_text("# Peer sub\n\ntext\n")
    (folder / "sub" / "a.md").write_text("# Peer a\n\n```python\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    (folder / "pic.png").write_bytes(picture())
    return folder


def pages(store: Store) -> dict[str, dict[str, Any]]:
    """Current pages by title."""
    return {row["title"]: row for row in store.pages(["current"])}


def versions(store: Store) -> dict[str, int]:
    return {title: row["version"] for title, row in pages(store).items()}


def files(store: Store, title: str) -> dict[str, int]:
    """Attachments of a page: name → version."""
    return {row["name"]: row["version"] for row in store.attachments(pages(store)[title]["id"])}
