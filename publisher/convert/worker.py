"""What runs in a process that converts: it parses and writes what it is asked to, and keeps the documents."""

import gc
import marshal
import pickle
import signal
import socket
import struct
import sys
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from publisher.convert.bodies import pack_written, unpack_task
from publisher.convert.documents import ParsedDocument, Parser
from publisher.convert.facts import write_facts
from publisher.convert.options import render_options
from publisher.convert.store import pack_entry
from publisher.errors import PublisherError
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile
from publisher.render.options import RenderOptions
from publisher.render.page import write_tasks

#: Before each message: its length.
HEADER = struct.Struct("!I")


class WorkerLoop(Struct):
    """Answers, one after the other, until the other side closes. An empty answer: this cannot be done here."""

    connection: socket.socket
    parser: Parser
    settings: Settings
    documents: dict[bytes, ParsedDocument] = field(default_factory=dict)
    options: RenderOptions | None = None

    def serve(self) -> None:
        try:
            self._send(b"ready")
            while (message := receive(self.connection)) is not None:
                self._send(self._answer(*marshal.loads(message)))  # noqa: S302 - from the process that began this one
        except (ConnectionError, BrokenPipeError):
            return

    def _send(self, answer: bytes) -> None:
        self.connection.sendall(HEADER.pack(len(answer)) + answer)

    def _answer(
        self, identity: bytes, file: tuple[str, str, bytes] | None, task: tuple[Any, ...] | None, key: bytes
    ) -> bytes:
        """As a ``Job`` of ``publisher.convert.workers`` asks."""
        found = self._convert(identity, file, task)
        return pack_entry(key, found) if found and key else found

    def _convert(self, identity: bytes, file: tuple[str, str, bytes] | None, task: tuple[Any, ...] | None) -> bytes:
        if file is not None:
            key, path, data = file
            self.documents[identity] = self.parser.parse(SourceFile(key, Path(path), data))
        parsed = self.documents[identity]
        if task is None:
            return write_facts(parsed.document, parsed.read) or b""
        try:
            self.options = self.options or render_options(self.settings, {})
            made = unpack_task(task, parsed.document)
            written = next(iter(write_tasks([made], self.options)))
            return pack_written(written)
        except (PublisherError, OSError, UnicodeError):
            return b""


def receive(connection: socket.socket) -> bytes | None:
    """The next message; None at the end."""
    header = _read(connection, HEADER.size)
    return _read(connection, HEADER.unpack(header)[0]) if header else None


def _read(connection: socket.socket, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        part = connection.recv(min(count - len(found), 1 << 18))
        if not part:
            return None
        found += part
    return bytes(found)


def main(number: int) -> None:
    """In a new Python. ``number``: the file descriptor of the connection."""
    gc.disable()  # as in a copy of a process
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout = sys.stderr
    connection = socket.socket(fileno=number)
    about = receive(connection)
    if about is not None:
        settings, grammar, texts = pickle.loads(about)  # noqa: S301 - of the process that began this one, on a pipe of its own
        WorkerLoop(connection, Parser.of(settings, grammar, texts), settings).serve()
