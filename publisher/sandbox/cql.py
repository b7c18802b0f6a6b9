"""A small part of CQL: conditions joined by ``and`` over type, space, title, text, label, ancestor, parent, id, creator."""

import re
from collections.abc import Callable

from publisher.sandbox.store import Refused, Row, Store

_CONDITION = re.compile(
    r"\s*(?P<field>[\w.]+)\s*(?P<operator>!=|=|~|\bnot\s+in\b|\bin\b)\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|\([^()]*\)|[^\s()\"]+)\s*",
    re.I,
)


def search_content(store: Store, cql: str) -> list[Row]:
    """Current content that meets every condition. What is not understood is refused, as Confluence does."""
    rows = store.pages(["current"], None, None, ("page", "blogpost", "folder"))
    text = re.split(r"\s+order\s+by\s+", cql, maxsplit=1, flags=re.I)[0]
    position = 0
    while position < len(text):
        match = _CONDITION.match(text, position)
        if match is None:
            raise Refused(400, "", f"Could not parse cql : {cql}")
        test = _test(store, match["field"].lower(), match["operator"].lower(), _values(match["value"]), cql)
        rows = [row for row in rows if test(row)]
        position = match.end()
        joined = re.match(r"and\b", text[position:], re.I)
        if position < len(text) and not joined:
            raise Refused(400, "", f"Could not parse cql : {cql}")
        position += joined.end() if joined else 0
    if not text.strip():
        raise Refused(400, "", "Could not parse cql : an expression is expected")
    return rows


def _values(text: str) -> list[str]:
    parts = re.findall(r"\"(?:[^\"\\]|\\.)*\"|[^\s,()]+", text)
    return [re.sub(r"\\(.)", r"\1", part[1:-1]) if part.startswith('"') else part for part in parts]


def _ancestors(store: Store, row: Row) -> set[str]:
    found: set[str] = set()
    while row["parent"] is not None:
        row = store.content(row["parent"])
        found.add(str(row["id"]))
    return found


def _test(store: Store, field: str, operator: str, values: list[str], cql: str) -> Callable[[Row], bool]:
    lowered = {value.casefold() for value in values}
    keys = {str(space["id"]): space["key"].casefold() for space in store.spaces()}
    readers: dict[str, Callable[[Row], set[str]]] = {
        "type": lambda row: {str(row["kind"])},
        "space": lambda row: {keys[str(row["space"])]},
        "space.key": lambda row: {keys[str(row["space"])]},
        "title": lambda row: {row["title"].casefold()},
        "text": lambda row: {row["body"].casefold(), row["title"].casefold()},
        "sitesearch": lambda row: {row["body"].casefold(), row["title"].casefold()},
        "label": lambda row: {label["name"] for label in store.labels(row["id"])},
        "ancestor": lambda row: _ancestors(store, row),
        "parent": lambda row: {str(row["parent"])},
        "id": lambda row: {str(row["id"])},
        "creator": lambda row: {row["author"].casefold()},
    }
    reader = readers.get(field)
    if reader is None or (operator == "~" and field not in {"title", "text", "sitesearch"}):
        raise Refused(400, "", f"Could not parse cql : {cql}")
    if operator == "~":
        return lambda row: any(value.rstrip("*") in text for value in lowered for text in reader(row))
    negative = operator.startswith(("!", "not"))
    return lambda row: bool(reader(row) & lowered) != negative
