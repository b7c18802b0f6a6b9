"""Atlassian's own reader of pages, as a process that stays: the validator that Cloud's editor runs when it opens a page.

It comes from npm (``package.json`` beside this file). ``PUBLISHER_EDITOR`` names the folder ``node_modules``.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from contract.editor.editor_document import to_document

HERE = Path(__file__).parent
MODULES = Path(os.environ.get("PUBLISHER_EDITOR") or HERE / "node_modules")
SCHEMA = MODULES / "@atlaskit/adf-schema/dist/json-schema/v1/full.json"
INSTALLED = bool(shutil.which("node")) and (MODULES / "@atlaskit/adf-utils").is_dir()
WHY_NOT = "Atlassian's editor code is not here (npm install in tests/contract/editor, or PUBLISHER_EDITOR)"


class Reader:
    """Reads one document after the other."""

    def __init__(self) -> None:
        environment = {**os.environ, "NODE_PATH": str(MODULES)}
        self._process = subprocess.Popen(
            ["node", str(HERE / "reader.js")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def find_losses(self, body: str) -> list[str]:
        """What the editor wraps as unsupported when it opens a page with this body; empty if it takes all as it is."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(to_document(body)) + "\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found


@cache
def read_schema() -> dict[str, object]:
    """The JSON schema of the document format."""
    schema: dict[str, object] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema
