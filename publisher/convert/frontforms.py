"""One value set in front matter that is TOML or JSON. Pure."""

import json
import re
from typing import Any

from publisher.formats import BadData, read_json, read_toml


def set_value(form: str, text: str, path: tuple[str, ...], value: object) -> str | None:
    """The text with the value at ``path``, which has one key, or a table and a key. None if it cannot be put there.

    TOML keeps its other lines; JSON is written again, as it has no comments to lose.
    """
    try:
        wanted = read_toml(text) if form == "toml" else read_json(text)
    except BadData:
        return None
    place: Any = wanted
    for name in path[:-1]:
        place = place.setdefault(name, {})
        if not isinstance(place, dict):
            return None
    place[path[-1]] = value
    if form == "json":
        return json.dumps(wanted, indent=2, ensure_ascii=False) + ("\n" if text.endswith("\n") else "")
    changed = _set_toml(text, path, f"{path[-1]} = {_toml(value)}")
    try:
        return changed if read_toml(changed) == wanted else None
    except BadData:
        return None


def _set_toml(text: str, path: tuple[str, ...], line: str) -> str:
    """In place of the line that is there; else first in its table, which may be a new one at the end."""
    start = 0
    if len(path) > 1:
        table = re.search(rf"^\[{re.escape('.'.join(path[:-1]))}\][^\n]*\n", text, re.M)
        if table is None:
            return f"{text}\n[{'.'.join(path[:-1])}]\n{line}\n"
        start = table.end()
    following = re.compile(r"^\[", re.M).search(text, start)
    end = following.start() if following else len(text)
    old = re.compile(rf"^{re.escape(path[-1])}[ \t]*=[^\n]*$", re.M).search(text, start, end)
    if old:
        return text[: old.start()] + line + text[old.end() :]
    return text[:start] + line + "\n" + text[start:]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
