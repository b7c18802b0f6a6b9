"""One run at a time on a collection: a lease in a property of the root page.

It is only ever written as the next version of what was read, never deleted, so that of two runs that want it at once
one gets a conflict. Expiry is by Confluence's clock.
"""

import contextlib
import getpass
import os
import platform
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from publisher.errors import PlanRefused, VersionConflict
from publisher.model.snapshot import ContentProperty, ContentRef
from publisher.planning.index import LEASE_KEY
from publisher.remote.port import Remote

_POLL = 2.0  # seconds between two looks at somebody else's lease


def _machine() -> str:
    """Names the machine and, on Linux, its boot and process namespace: a process id means something within these only."""
    parts = [platform.node()]
    for path in ("/proc/sys/kernel/random/boot_id",):
        if Path(path).exists():
            parts.append(Path(path).read_text(encoding="ascii").strip())
    if Path("/proc/self/ns/pid").exists():
        parts.append(os.readlink("/proc/self/ns/pid"))
    return "|".join(parts)


def _is_dead(value: dict[str, Any]) -> bool:
    """Whether the holder provably lives no more: a process of this very machine that is not there."""
    if sys.platform == "win32" or value.get("machine") != _machine():
        return False
    try:
        os.kill(int(value["pid"]), 0)
    except ProcessLookupError:
        return True
    except (OSError, KeyError, ValueError):
        return False
    return False


class Lease(Struct):
    """Held from ``acquire`` to ``release``. ``seconds``: how long it lasts unless it is renewed."""

    remote: Remote
    seconds: float = 120.0
    sleep: Callable[[float], None] = time.sleep
    run: str = ""
    root: ContentRef | None = None
    record: ContentProperty | None = None
    expires: float = 0.0

    def acquire(self, root: ContentRef, known: ContentProperty | None, wait: float) -> bool:
        """True if nobody wrote since ``known`` was read; False: read Confluence again, for another run was here.

        PlanRefused, naming holder and expiry, if it is still held after ``wait`` seconds.
        """
        self.run, self.root = uuid.uuid4().hex[:12], root
        fresh, record = True, known
        deadline = time.monotonic() + wait
        while True:
            value = record.value if record and isinstance(record.value, dict) else {}
            held = value.get("state") == "held" and float(value.get("expires", 0)) > self.remote.session.server_time()
            if not held or _is_dead(value):
                try:
                    self._write(record, "held")
                except VersionConflict:
                    pass
                else:
                    return fresh
            elif time.monotonic() >= deadline:
                until = datetime.fromtimestamp(float(value["expires"]), UTC).strftime("%H:%M:%S UTC")
                text = f"another run publishes this collection: {value.get('holder')}, its lock lasts until {until}"
                raise PlanRefused(f"{text}; wait for it, or `publisher unlock` if it is dead")
            else:
                self.sleep(min(_POLL, max(0.0, deadline - time.monotonic())))
            fresh, record = False, self.remote.read_properties(root).get(LEASE_KEY)

    def _write(self, known: ContentProperty | None, state: str, proof: Mapping[str, str] | None = None) -> None:
        assert self.root is not None, "acquire comes first"
        self.expires = self.remote.session.server_time() + self.seconds
        value = {
            "state": state,
            "run": self.run,
            "holder": f"{_user()}@{platform.node()}, process {os.getpid()}",
            "machine": _machine(),
            "pid": os.getpid(),
            "expires": round(self.expires, 1),
            **({"proof": proof} if proof else {}),
        }
        self.record = self.remote.write_property(self.root, LEASE_KEY, value, known)

    def renew(self) -> None:
        """Does something only when a third of the time has gone. VersionConflict if it was taken over."""
        if self.record and self.remote.session.server_time() > self.expires - self.seconds * 2 / 3:
            self._write(self.record, "held")

    def release(self, proof: Mapping[str, str] = MappingProxyType({})) -> None:
        """Frees it; one that was taken over by now stays the other's. ``proof``: kept for the next run."""
        if self.record is None:
            return
        record, self.record = self.record, None
        with contextlib.suppress(VersionConflict):
            self._write(record, "free", dict(proof))
        self.record = None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"
