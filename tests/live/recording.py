"""Exchanges with a site as JSON: what identifies a person, a site or a secret is replaced on the way in.

One file holds the exchanges of one story. ``compare`` holds another Confluence, the sandbox say, against them.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

#: Headers of an answer that are kept: what the client reads.
_HEADERS = ("content-type", "retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset",
            "x-ratelimit-nearlimit", "ratelimit", "ratelimit-reason", "x-failure-category", "link")  # fmt: skip
#: Fields whose values name somebody.
_PEOPLE = re.compile(
    r"(accountId|authorId|ownerId|lastOwnerId|email|displayName|publicName|fullName|username|userKey|profilePicture|avatarUrl|timeZone)$"
)


@dataclass(slots=True)
class Redaction:
    """Replaces names by numbered ones, the same name always by the same."""

    known: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def name(self, kind: str, value: str) -> str:
        """``person-1``, ``site-1``, …"""
        if value not in self.known:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.known[value] = f"{kind}-{self.counts[kind]}"
        return self.known[value]

    def text(self, text: str) -> str:
        """Every name that is known by now, every address, e-mail and UUID."""
        text = re.sub(r"[\w.+-]+@[\w-]+\.[\w.]+", lambda found: self.name("mail", found[0]), text)
        text = re.sub(r"https?://[\w.:-]+", lambda found: "https://" + self.name("site", found[0]), text)
        uuid = r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
        text = re.sub(uuid, lambda found: self.name("uuid", found[0]), text)
        for value in sorted(self.known, key=len, reverse=True):
            if len(value) > 3:
                text = text.replace(value, self.known[value])
        return text

    def value(self, value: Any, key: str = "") -> Any:
        """JSON with everything replaced."""
        if isinstance(value, dict):
            return {name: self.value(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.value(each, key) for each in value]
        if not isinstance(value, str):
            return value
        return self.name("person", value) if value and _PEOPLE.search(key) else self.text(value)


@dataclass(slots=True)
class Recorder(httpx.BaseTransport):
    """Passes on, and keeps what was said. ``step``: the part of the story that is being told."""

    inner: httpx.BaseTransport
    redaction: Redaction = field(default_factory=Redaction)
    step: str = ""
    exchanges: list[dict[str, Any]] = field(default_factory=list)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        response.read()
        self.exchanges.append(
            {
                "step": self.step,
                "method": request.method,
                "path": self.redaction.text(_below(request.url.raw_path.decode())),
                "sent": self._body(request.content, request.headers.get("content-type", "")),
                "status": response.status_code,
                "headers": {
                    name: self.redaction.text(response.headers[name]) for name in _HEADERS if name in response.headers
                },
                "answer": self._body(response.content, response.headers.get("content-type", "")),
            }
        )
        headers = {k: v for k, v in response.headers.items() if k not in {"content-encoding", "content-length"}}
        return httpx.Response(response.status_code, headers=headers, content=response.content, request=request)

    def _body(self, content: bytes, media: str) -> Any:
        if "json" in media:
            try:
                return self.redaction.value(json.loads(content)) if content else None
            except ValueError:
                pass
        return f"{len(content)} bytes" if content else None

    def close(self) -> None:
        self.inner.close()

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.exchanges, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _below(path: str) -> str:
    starts = [path.find(start) for start in ("/api/v2", "/rest/") if start in path]
    return path[min(starts) :] if starts else path


def shape(value: Any) -> Any:
    """The types of a JSON value; of a list, that of its first element."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return (
        "nothing"
        if value is None
        else "number"
        if isinstance(value, int | float) and not isinstance(value, bool)
        else type(value).__name__
    )


def differences(recorded: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where ``other`` says what the recording does not: fields it lacks, or other types. What only the recording has is fine."""
    if isinstance(recorded, dict) and isinstance(other, dict):
        for key in other:
            if key not in recorded:
                yield f"{where}.{key} is not in the recording"
            else:
                yield from differences(recorded[key], other[key], f"{where}.{key}")
    elif isinstance(recorded, list) and isinstance(other, list):
        if recorded and other:
            yield from differences(recorded[0], other[0], f"{where}[]")
    elif recorded != other and "nothing" not in {recorded, other}:
        yield f"{where} is {other}, and {recorded} in the recording"


def compare(recorded: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[str]:
    """One line for each exchange of ``other`` that the recording contradicts. Exchanges are matched by step and order."""
    found: list[str] = []
    for step in dict.fromkeys(row["step"] for row in recorded):
        ours, theirs = ([row for row in rows if row["step"] == step] for rows in (other, recorded))
        for mine, yours in zip(ours, theirs, strict=False):
            what = f"{step}: {mine['method']} {mine['path'].partition('?')[0]}"
            if mine["method"] != yours["method"]:
                found.append(f"{what}: the recording has a {yours['method']} here")
            elif mine["status"] != yours["status"]:
                found.append(f"{what}: answers {mine['status']}, and {yours['status']} in the recording")
            else:
                found += [
                    f"{what}: {each}" for each in differences(shape(yours["answer"]), shape(mine["answer"]), "answer")
                ]
    return found
