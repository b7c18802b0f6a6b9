"""CQL: conditions with and, or, not and brackets over the fields that searches use, ordered as they ask."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import NoReturn

from publisher.sandbox.store.store import Store
from publisher.sandbox.store.values import ACCOUNT, Refused, Row

Test = Callable[[Row], bool]
_TOKEN = re.compile(
    r"\s*(?:(?P<string>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')|(?P<sign>!=|!~|>=|<=|=|~|>|<|\(|\)|,)|(?P<word>[^\s\"'=!~<>(),]+))",
    re.S,
)
_WORDS = {"and", "or", "not", "in", "order", "by", "asc", "desc"}
_DEEPEST = 50
_SORTS = {
    "title": "title_key",
    "created": "created",
    "lastmodified": "modified",
    "id": "id",
    "type": "kind",
    "space": "space",
}
_TEXT_FIELDS = {"title", "text", "sitesearch", "space.title", "label", "creator", "contributor", "macro"}
_UNITS = {"y": 365 * 24 * 60, "M": 30 * 24 * 60, "w": 7 * 24 * 60, "d": 24 * 60, "h": 60, "m": 1}
#: Functions without a time → what they name.
_NAMES = {"currentuser": ACCOUNT, "currentspace": "", "currentcontent": ""}


def search_content(store: Store, cql: str) -> list[Row]:
    """Current content that meets the query, spaces too where it asks for them; what is not understood is refused."""
    if len(cql) > 10_000 or "\0" in cql:
        raise Refused(400, "", "Could not parse cql : the query is too long")
    parser = _Parser(store, cql)
    test = parser.expression(0)
    sorts = parser.order()
    rows = store.pages(["current"], None, None, ("page", "blogpost", "folder"))
    if re.search(r"\bspace\b", cql) and re.search(r"\btype\b", cql):
        rows += [{**row, "kind": "space", "title": row["name"], "body": ""} for row in store.spaces()]
    found = [row for row in rows if test(row)]
    for column, descending in reversed(sorts):
        found.sort(key=lambda row: (row.get(column) is None, str(row.get(column))), reverse=descending)
    return found


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, store: Store, cql: str) -> None:
        self._store, self._cql, self._at = store, cql, 0
        self._keys = {space["id"]: space for space in store.spaces()}
        self._tokens: list[tuple[str, str]] = []
        position = 0
        while cql[position:].strip():
            match = _TOKEN.match(cql, position)
            if match is None:
                self._refuse()
            kind = str(match.lastgroup)
            self._tokens.append((kind, match[kind]))
            position = match.end()
        if not self._tokens:
            raise Refused(400, "", "Could not parse cql : an expression is expected")

    def _refuse(self, why: str = "") -> NoReturn:
        raise Refused(400, "", f"Could not parse cql : {self._cql[:500]}" + (f" ({why})" if why else ""))

    def _peek(self, *words: str) -> bool:
        if self._at >= len(self._tokens):
            return False
        kind, text = self._tokens[self._at]
        return kind != "string" and text.lower() in words

    def _take(self, *words: str) -> str:
        """The next token, which is one of ``words`` if there are any."""
        if self._at >= len(self._tokens) or (words and not self._peek(*words)):
            self._refuse()
        self._at += 1
        return self._tokens[self._at - 1][1]

    def expression(self, depth: int) -> Test:
        if depth > _DEEPEST:
            self._refuse("too many brackets")
        tests = [self._all_of(depth)]
        while self._peek("or"):
            self._take()
            tests.append(self._all_of(depth))
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _all_of(self, depth: int) -> Test:
        tests = [self._one_of(depth)]
        while self._peek("and"):
            self._take()
            tests.append(self._one_of(depth))
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one_of(self, depth: int) -> Test:
        if self._peek("not"):
            self._take()
            inner = self._one_of(depth + 1) if depth <= _DEEPEST else self._refuse("too many brackets")
            return lambda row: not inner(row)
        if self._peek("("):
            self._take()
            inner = self.expression(depth + 1)
            self._take(")")
            return inner
        return self._condition()

    def _condition(self) -> Test:
        kind, field = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if kind != "word" or field.lower() in _WORDS:
            self._refuse()
        self._at += 1
        if self._peek("not"):
            self._take()
            self._take("in")
            return self._test(field.lower(), "not in", self._list())
        if self._peek("in"):
            self._take()
            return self._test(field.lower(), "in", self._list())
        return self._test(field.lower(), self._take("=", "!=", "~", "!~", ">", ">=", "<", "<="), [self._value()])

    def _list(self) -> list[str]:
        self._take("(")
        values = [self._value()]
        while self._peek(","):
            self._take()
            values.append(self._value())
        self._take(")")
        return values

    def _value(self) -> str:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] == "sign":
            self._refuse()
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "string":
            return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.S)
        if not self._peek("("):
            return text
        self._take()
        argument = "" if self._peek(")") else self._value()
        self._take(")")
        return self._function(text.lower(), argument)

    def _function(self, name: str, argument: str) -> str:
        if name in _NAMES:
            return _NAMES[name]
        now = datetime.now(UTC)
        if match := re.fullmatch(r"startof(day|week|month|year)", name):
            back = {"day": 0, "week": now.weekday(), "month": now.day - 1, "year": now.timetuple().tm_yday - 1}
            now = (now - timedelta(days=back[match[1]])).replace(hour=0, minute=0)
        elif not re.fullmatch(r"now|endof(day|week|month|year)", name):
            self._refuse(f"no function {name}")
        shift = re.fullmatch(r"([+-]?)(\d{1,5})([yMwdhm])", argument)
        if argument and shift is None:
            self._refuse("a shift is like -7d")
        if shift:
            minutes = int(shift[2]) * _UNITS[shift[3]]
            now += timedelta(minutes=-minutes if shift[1] == "-" else minutes)
        return now.strftime("%Y-%m-%dT%H:%M")

    def _test(self, field: str, operator: str, values: list[str]) -> Test:
        if field in {"created", "lastmodified"}:
            return self._time_test(field, operator, values)
        reader = self._reader(field)
        if operator in {">", ">=", "<", "<="} or (operator in {"~", "!~"} and field not in _TEXT_FIELDS):
            self._refuse(f"the operator {operator} does not go with {field}")
        negative = operator.startswith(("!", "not"))
        if operator in {"~", "!~"}:
            return lambda row: any(_matches(text, value) for value in values for text in reader(row)) != negative
        lowered = {value.casefold() for value in values}
        return lambda row: bool(reader(row) & lowered) != negative

    def _time_test(self, field: str, operator: str, values: list[str]) -> Test:
        column, value = (
            {"created": "created", "lastmodified": "modified"}[field],
            values[0].replace("/", "-").replace(" ", "T"),
        )
        if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?.*", value) or operator in {"~", "!~", "in", "not in"}:
            self._refuse("a date is like 2026-01-31")
        size = 16 if "T" in value else 10
        wanted = value[:size]
        tests: dict[str, Callable[[str], bool]] = {
            "=": lambda text: text == wanted, "!=": lambda text: text != wanted, ">": lambda text: text > wanted,
            ">=": lambda text: text >= wanted, "<": lambda text: text < wanted, "<=": lambda text: text <= wanted,
        }  # fmt: skip
        return lambda row: tests[operator](str(row.get(column) or row["created"])[:size])

    def _reader(self, field: str) -> Callable[[Row], set[str]]:
        store, keys = self._store, self._keys
        readers: dict[str, Callable[[Row], set[str]]] = {
            "type": lambda row: {str(row["kind"])},
            "space": lambda row: {str(keys[_space_of(row)]["key"]).casefold(), str(_space_of(row))},
            "space.key": lambda row: {str(keys[_space_of(row)]["key"]).casefold()},
            "space.title": lambda row: {str(keys[_space_of(row)]["name"]).casefold()},
            "space.type": lambda row: {"personal" if str(keys[_space_of(row)]["key"]).startswith("~") else "global"},
            "title": lambda row: {row["title"].casefold()},
            "text": lambda row: {f"{row['title']} {_text_of(row)}".casefold()},
            "sitesearch": lambda row: {f"{row['title']} {_text_of(row)}".casefold()},
            "label": lambda row: set() if row["kind"] == "space" else {label["name"] for label in store.labels(row["id"])},
            "ancestor": lambda row: set() if row["kind"] == "space" else {str(up["id"]) for up in store.ancestors(row["id"])},
            "parent": lambda row: {str(row.get("parent"))},
            "id": lambda row: {str(row["id"])},
            "content": lambda row: {str(row["id"])},
            "container": lambda row: {str(row.get("parent"))},
            "creator": lambda row: {str(row.get("author", "")).casefold()},
            "contributor": lambda row: {str(row.get("author", "")).casefold(), str(row.get("editor", "")).casefold()},
            "macro": lambda row: set(re.findall(r'ac:name="([\w-]+)"', row["body"])),
            "favourite": lambda row: set(), "favorite": lambda row: set(), "mention": lambda row: set(),
            "watcher": lambda row: {ACCOUNT} if row.get("watched") else set(),
        }  # fmt: skip
        if field not in readers:
            self._refuse(f"no field {field}")
        return readers[field]

    def order(self) -> list[tuple[str, bool]]:
        """(column, whether descending) of what the query is ordered by; nothing may come after it."""
        found: list[tuple[str, bool]] = []
        if self._peek("order"):
            self._take()
            self._take("by")
            while True:
                column = _SORTS.get(self._take().lower())
                if column is None:
                    self._refuse("it cannot be ordered by that")
                found.append((column, self._peek("desc")))
                if self._peek("asc", "desc"):
                    self._take()
                if not self._peek(","):
                    break
                self._take()
        if self._at < len(self._tokens):
            self._refuse()
        return found


def _space_of(row: Row) -> int:
    return int(row["id"] if row["kind"] == "space" else row["space"])


def _text_of(row: Row) -> str:
    text = re.sub(r"<!\[CDATA\[|\]\]>", " ", row["body"])
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _matches(text: str, value: str) -> bool:
    """A phrase in quotes as it is, else every word; `*` and `?` are any letters and any letter."""
    if re.fullmatch(r"\".*\"", value, re.S):
        return value[1:-1].casefold() in text
    words = value.casefold().split()
    return bool(words) and all(re.search(_pattern(word), text) for word in words)


def _pattern(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w")
