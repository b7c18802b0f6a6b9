"""What the headers of an answer say about limits (docs/confluence-api.md#rate-limits)."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from msgspec import Struct

_FOREVER = 10.0**9


class RateHint(Struct, frozen=True):
    """Seconds and counts; None where nothing is said."""

    retry_after: float | None = None
    remaining: int | None = None
    """Requests (or points) that are left until ``reset_in``."""
    reset_in: float | None = None
    near_limit: bool = False
    reason: str = ""

    @property
    def pause(self) -> float | None:
        """How long to send nothing, though this answer was good."""
        return self.reset_in if self.remaining == 0 else None

    @property
    def spacing(self) -> float | None:
        """Seconds between requests that make what is left last, when it is nearly used up."""
        if not self.near_limit or not self.remaining or self.reset_in is None:
            return None
        return self.reset_in / self.remaining


NO_HINT = RateHint()


def speaks_of_limits(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether ``read_rate_hint`` would find anything: most answers say nothing."""
    return any(b"ratelimit" in name.lower() or b"retry-after" in name.lower() for name, _ in headers)


def read_rate_hint(headers: Mapping[str, str], now: float) -> RateHint:
    """``now``: seconds since 1970 by our clock, for dates if the answer has none of its own."""
    sent = read_date(headers.get("Date"))
    base = now if sent is None else sent
    reset = _seconds_until(_first(headers, "X-RateLimit-Reset", "X-Beta-RateLimit-Reset"), base)
    remaining = _whole(_first(headers, "X-RateLimit-Remaining", "X-Beta-RateLimit-Remaining"))
    fill = _whole(headers.get("X-RateLimit-FillRate"))
    every = _whole(headers.get("X-RateLimit-Interval-Seconds"))
    if reset is None and fill and every:  # Data Center's bucket, which fills all the time
        reset = every / fill
    near = _first(headers, "X-RateLimit-NearLimit", "X-Beta-RateLimit-NearLimit").strip().lower() == "true"
    for policy in _first(headers, "RateLimit", "Beta-RateLimit").split(","):
        found = dict(re.findall(r";\s*([rt])=(\d{1,12})", policy))
        if "r" in found and "t" in found and (remaining is None or int(found["r"]) < remaining):
            remaining, reset, near = int(found["r"]), float(found["t"]), True
    return RateHint(
        _seconds_until(_first(headers, "Retry-After", "Beta-Retry-After"), base),
        remaining,
        reset,
        near,
        _first(headers, "RateLimit-Reason", "X-Beta-RateLimit-Reason")[:80],
    )


def _first(headers: Mapping[str, str], *names: str) -> str:
    return next((headers[name] for name in names if name in headers), "")


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\s*\d{1,12}\s*", text) else None


def _seconds_until(text: str, now: float) -> float | None:
    """From seconds, seconds since 1970, an ISO date or an HTTP date. None for anything else."""
    text = text.strip()
    if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text):
        value = float(text)
        return max(0.0, value - now) if value > _FOREVER else value
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        date = read_date(text)
        return None if date is None else max(0.0, date - now)
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)


def read_date(text: str | None) -> float | None:
    """Seconds since 1970 of an HTTP date; None if it is none."""
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
