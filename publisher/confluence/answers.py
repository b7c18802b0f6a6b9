"""The one place that turns bytes from a server into values, and refuses what is no answer of Confluence.

Everything here assumes that the server may send anything: wrong types, half a character, a bomb. See
docs/confluence-api.md#answers.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn

from publisher.errors import BadAnswer

#: The largest JSON answer, in bytes after decompression. A page's body is 5 MB at most (docs/confluence-api.md#pages).
LARGEST_ANSWER = 32 * 1024 * 1024
#: The largest file, likewise.
LARGEST_FILE = 2 * 1024 * 1024 * 1024
_MOST_CONTAINERS = 1_000_000
_DEEPEST = 100


def decompress(chunks: Iterable[bytes], encoding: str, largest: int) -> Iterator[bytes]:
    """The body as it was before ``Content-Encoding``. BadAnswer if it is broken or larger than ``largest`` bytes."""
    total = 0
    for chunk in _decoded(chunks, encoding.strip().lower()):
        total += len(chunk)
        if total > largest:
            raise BadAnswer(f"the answer is larger than {largest // (1024 * 1024)} MiB")
        yield chunk


def _decoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in {"", "identity"}:
        yield from chunks
        return
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise BadAnswer(f"the answer is compressed as {encoding[:40]!r}, which was not asked for")
    # Pieces of 1 MiB at most, so that a bomb is noticed before it fills the memory.
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16 if "gzip" in encoding else zlib.MAX_WBITS)
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not decoder.eof:
                yield decoder.decompress(rest, 1024 * 1024)
                rest = decoder.unconsumed_tail
    except zlib.error as error:
        raise BadAnswer(f"the answer's compression is broken ({error})") from None
    if not decoder.eof:
        raise BadAnswer("the answer's compressed body ends too early")
    yield decoder.flush()


def parse_json(content: bytes) -> object:
    """A JSON value with bounded depth and size. BadAnswer says what is wrong."""
    if content.count(b"[") + content.count(b"{") > _MOST_CONTAINERS:
        raise BadAnswer(f"the answer holds more than {_MOST_CONTAINERS} objects")
    try:
        text = content.decode("utf-8-sig")
        value: object = json.loads(text, parse_constant=_refuse_number, parse_float=_read_float)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise BadAnswer(f"the answer is not UTF-8 (byte {error.start})") from None
    except UnicodeEncodeError:
        raise BadAnswer("the answer holds half of a character (a lone surrogate)") from None
    except RecursionError:
        raise BadAnswer("the answer is nested too deep") from None
    except json.JSONDecodeError as error:
        raise BadAnswer(f"the answer is not JSON (line {error.lineno}, column {error.colno})") from None
    except ValueError:  # a number with thousands of digits
        raise BadAnswer("the answer holds a number that is too long") from None
    if _depth(value) > _DEEPEST:
        raise BadAnswer("the answer is nested too deep")
    return value


def _refuse_number(name: str) -> NoReturn:
    raise BadAnswer(f"the answer holds {name}, which JSON does not have")


def _read_float(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise BadAnswer("the answer holds a number that is too large")
    return value


def _depth(value: object) -> int:
    """How deep lists and objects are nested; stops counting behind the limit."""
    level, depth = [value], 0
    while level and depth <= _DEEPEST:
        below: list[object] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        level = [each for each in below if isinstance(each, dict | list)]
        depth += 1
    return depth


_NAMES = {str: "a string", int: "a number", float: "a number", bool: "true or false", list: "a list", dict: "an object"}


class JsonObject(Mapping[str, object]):
    """An object of an answer. Each accessor states the type it wants, and BadAnswer names the field that has another.

    ``source`` says which answer it is, for messages.
    """

    __slots__ = ("fields", "source")

    def __init__(self, fields: Mapping[str, object], source: str = "") -> None:
        self.fields = fields
        self.source = source

    def __getitem__(self, name: str) -> object:
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def _find(self, path: str) -> object:
        """The value at a dotted path; None if a part of it is missing or null."""
        value: object = self.fields
        for part in path.split("."):
            if value is None:
                return None
            if not isinstance(value, Mapping):
                self._refuse(path, "an object on its way", value)
            value = value.get(part)
        return value

    def _refuse(self, path: str, wanted: str, value: object) -> NoReturn:
        found = "missing" if value is None else _NAMES.get(type(value), "something else")
        raise BadAnswer(f"{self.source}: the answer's field {path!r} must be {wanted}, and is {found}")

    def string(self, path: str) -> str:
        """Must be there."""
        value = self._find(path)
        return value if isinstance(value, str) else self._refuse(path, "a string", value)

    def text(self, path: str) -> str:
        """Empty if it is missing or null."""
        return "" if self._find(path) is None else self.string(path)

    def identifier(self, path: str = "id") -> str:
        """An id, which some answers give as a number (docs/confluence-api.md#ids)."""
        value = self._find(path)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            self._refuse(path, "an id", value)
        return str(value)

    def optional_identifier(self, path: str) -> str:
        """Empty if it is missing or null."""
        return "" if self._find(path) is None else self.identifier(path)

    def number(self, path: str, default: int | None = None) -> int:
        """A whole number; ``default`` if it is missing or null."""
        value = self._find(path)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._refuse(path, "a whole number", value)
        return value

    def nested(self, path: str) -> "JsonObject":
        """Empty if it is missing or null."""
        value = self._find(path)
        if value is None:
            return JsonObject({}, self.source)
        if not isinstance(value, Mapping):
            self._refuse(path, "an object", value)
        return JsonObject(value, self.source)

    def rows(self, path: str = "results") -> "list[JsonObject]":
        """A list of objects that must be there."""
        value = self._find(path)
        if not isinstance(value, list):
            self._refuse(path, "a list", value)
        return [as_object(row, f"{self.source}: a row of {path!r}") for row in value]


def as_object(value: object, source: str) -> JsonObject:
    """BadAnswer if it is anything else."""
    if not isinstance(value, Mapping):
        found = "empty" if value is None else _NAMES.get(type(value), "something else")
        raise BadAnswer(f"{source}: the answer must be an object, and is {found}")
    return JsonObject(value, source)
