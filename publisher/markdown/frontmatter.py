"""Front matter: a YAML mapping between ``---`` lines. Our keys live under ``confluence:``; a few bare ones work too.

It belongs to other tools as well: what is not ours, or has a value that is not ours, is ignored in silence.
"""

import difflib
import re
from collections.abc import Callable
from typing import Any

import yaml

from publisher.model.document import FrontMatter
from publisher.model.problem import Problem, problem

_FENCED = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_MAPPING = re.compile(r"^\s*(?:[^\s#-].*:(?:\s|$)|#|\{)", re.M)
_ALIAS_KEYS = ("slug", "permalink", "url", "aliases", "id")
_ORDER_KEYS = ("order", "weight", "nav_order", "sidebar_position")
#: The keys below `confluence:`. Each has one reader: a value, or None if it cannot be used.
KEYS: dict[str, Callable[[Any], Any]] = {
    "title": lambda value: str(value).strip() or None if isinstance(value, str | int | float) else None,
    "labels": lambda value: _labels(value),
    "order": lambda value: float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None,
    "publish": lambda value: value if isinstance(value, bool) else None,
    "page_id": lambda value: str(value) if re.fullmatch(r"\d+", str(value)) else None,
}


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _labels(value: Any) -> tuple[str, ...] | None:
    """Labels are stored in lower case, and a blank would split one (reference E.9)."""
    if isinstance(value, str):
        value = [part for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(item, str | int) for item in value):
        return None
    names = (re.sub(r"[^\w/-]+", "-", str(item).strip().lower()).strip("-") for item in value)
    return tuple(dict.fromkeys(name for name in names if name))


def split_front_matter(text: str) -> tuple[str, str, int]:
    """(YAML, body, number of lines before the body). ``text`` has LF line ends."""
    match = _FENCED.match(text)
    if not match or (match["yaml"].strip() and not _MAPPING.search(match["yaml"])):  # a thematic break begins the text
        return "", text, 0
    return match["yaml"], text[match.end() :], text.count("\n", 0, match.end())


def _key_line(source: str, key: str) -> int:
    """The line of ``key:`` in the file; the fence is line 1."""
    match = re.search(rf"^\s*{re.escape(key)}\s*:", source, re.M)
    return source.count("\n", 0, match.start()) + 2 if match else 1


def parse_front_matter(path: str, source: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Our values, and what is wrong with them."""
    try:
        data = yaml.safe_load(source) if source else {}
    except yaml.YAMLError as error:
        # What is opened and never closed is reported at the end of the text: name the line that opens it.
        mark, opening = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
        if mark and opening and mark.line >= source.count("\n"):
            mark = opening
        line = mark.line + 2 if mark else 1
        reason = getattr(error, "problem", None) or "not valid YAML"
        return FrontMatter(), (problem(path, line, "front-matter", f"the front matter is not valid YAML: {reason}"),)
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return FrontMatter(), (
            problem(path, 1, "front-matter", "the front matter is not a mapping", "write `key: value` lines"),
        )
    problems: list[Problem] = []
    values = _bare_values(data)
    ours = data.get("confluence")
    if isinstance(ours, dict):
        for name, value in ours.items():
            reader = KEYS.get(str(name))
            if reader is None:
                near = difflib.get_close_matches(str(name), KEYS, 1, 0.5)
                hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(sorted(KEYS))}"
                text = f"unknown key `confluence.{name}`"
                problems.append(problem(path, _key_line(source, str(name)), "front-matter-key", text, hint))
            elif (read := reader(value)) is None:
                text = f"`confluence.{name}` cannot be {value!r}"
                problems.append(problem(path, _key_line(source, str(name)), "front-matter-value", text))
            else:
                values[str(name)] = read
    return FrontMatter(**values), tuple(problems)


def _bare_values(data: dict[Any, Any]) -> dict[str, Any]:
    found = {name: KEYS[name](data[name]) for name in ("title", "labels", "publish") if name in data}
    found["aliases"] = tuple(
        item for name in _ALIAS_KEYS for item in _texts(data.get(name)) if re.fullmatch(r"/?[\w./-]+", item)
    )
    order = next((KEYS["order"](data[name]) for name in _ORDER_KEYS if name in data), None)
    if data.get("draft") is True or data.get("published") is False:
        found["publish"] = False
    return {name: value for name, value in {**found, "order": order}.items() if value is not None}
