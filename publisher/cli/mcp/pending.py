"""Writes that wait for a second call: a plan is shown first, and a token carries it out, once."""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from publisher.errors import UsageError

_LIFE = 900.0  # seconds that a plan can be confirmed
_MOST = 100  # plans that are kept


class Answer(Struct, frozen=True):
    """What a tool says: ``text`` for whoever reads it, ``data`` for programs. ``blob``: bytes with their media type."""

    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    blob: tuple[bytes, str] | None = None


class Planned(Struct, frozen=True):
    """A write that has been worked out. ``values``: what is shown of it."""

    values: Mapping[str, Any]
    carry_out: Callable[[], Answer]


class _Waiting(Struct, frozen=True):
    name: str
    arguments: Mapping[str, Any]
    planned: Planned
    until: float


class PendingWrites(Struct):
    """Plans by token. Each is carried out at most once, by the tool that made it."""

    now: Callable[[], float] = time.monotonic
    _waiting: dict[str, _Waiting] = field(default_factory=dict)

    def keep(self, name: str, arguments: Mapping[str, Any], planned: Planned) -> str:
        """The token of a plan."""
        for token in [token for token, item in self._waiting.items() if item.until < self.now()]:
            del self._waiting[token]
        while len(self._waiting) >= _MOST:
            del self._waiting[next(iter(self._waiting))]
        token = secrets.token_urlsafe(12)
        self._waiting[token] = _Waiting(name, dict(arguments), planned, self.now() + _LIFE)
        return token

    def take(self, token: str, name: str, arguments: Mapping[str, Any]) -> Planned:
        """The plan of a token, which is gone then. UsageError if it is of another call, too old or unknown."""
        found = self._waiting.get(token)
        if found is None or found.until < self.now():
            raise UsageError(f"{name}: this token is not known (any more); call without `confirm` for a new plan")
        if found.name != name or any(found.arguments.get(key) != value for key, value in arguments.items()):
            raise UsageError(f"{name}: this token is of another call; call without `confirm` for a new plan")
        return self._waiting.pop(token).planned
