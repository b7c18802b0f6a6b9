"""Atlassian's own readers of pages, as processes that stay.

One is the validator that Cloud's editor runs when it opens a page; the other is older and reads storage format. They come from npm (``package.json`` beside this file). ``PUBLISHER_ATLASKIT`` names the folder ``node_modules``.
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
MODULES = Path(os.environ.get("PUBLISHER_ATLASKIT") or HERE / "node_modules")
SCHEMA = MODULES / "@atlaskit/adf-schema/dist/json-schema/v1/full.json"
OLDER_INSTALLED = bool(shutil.which("node")) and all(
    (MODULES / name).is_dir() for name in ("@atlaskit/editor-confluence-transformer", "jsdom")
)
INSTALLED = bool(shutil.which("node")) and (MODULES / "@atlaskit/adf-utils").is_dir()
WHY_NOT = "Atlassian's editor code is not here (npm install in tests/contract/editor, or PUBLISHER_ATLASKIT)"


class Process:
    """A script of Node that answers each line with one."""

    def __init__(self, script: str) -> None:
        environment = {**os.environ, "NODE_PATH": str(MODULES)}
        self._process = subprocess.Popen(
            ["node", str(HERE / script)],
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

    def ask(self, value: object) -> list[str]:
        """The answer of the script to a value."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found


class Reader(Process):
    """The validator of Cloud's editor."""

    def __init__(self) -> None:
        super().__init__("reader.js")

    def find_losses(self, body: str) -> list[str]:
        """What the editor wraps as unsupported when it opens a page with this body; empty if it takes all as it is."""
        return self.ask(to_document(body))


class OlderReader(Process):
    """The reader of the first editor of Cloud: storage format → document, by Atlassian's code alone."""

    def __init__(self) -> None:
        super().__init__("older_reader.js")

    def find_losses(self, body: str) -> list[str]:
        """The storage of what it keeps as unsupported."""
        return self.ask(body)


@cache
def read_schema() -> dict[str, object]:
    """The JSON schema of the document format."""
    schema: dict[str, object] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema
