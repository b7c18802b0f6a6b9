"""Front matter: YAML between ``---`` lines (``;;;`` in GitLab), TOML between ``+++`` lines, or a JSON object (Hugo).

Our keys live under ``confluence:``; a few bare ones work too.

It belongs to other tools as well: what is not ours, or has a value that is not ours, is ignored in silence.
"""

import difflib
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from publisher.formats import BadData, read_json, read_toml, read_yaml
from publisher.model.document import FrontMatter
from publisher.model.names import TABLE_LAYOUTS
from publisher.model.problem import Problem, join_lines, problem
from publisher.storage import clean_text

_FENCED = re.compile(r"\A---[ \t]*\n(?P<text>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
#: Other fences → the format between them.
_OTHER = {
    "toml": re.compile(r"\A\+\+\+[ \t]*\n(?P<text>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M),
    "json": re.compile(r"\A(?:;;;[ \t]*\n(?P<text>.*?)^;;;[ \t]*(?:\n|\Z))", re.S | re.M),
}
_JSON = re.compile(r"\A(?P<text>\{[ \t]*\n.*?^\}[ \t]*)(?:\n|\Z)", re.S | re.M)
_MAPPING = re.compile(r"^\s*(?:[^\s#-].*:(?:\s|$)|\{)", re.M)
_ALIAS_KEYS = ("slug", "permalink", "url", "aliases", "id")
_ORDER_KEYS = ("order", "weight", "nav_order", "sidebar_position")
#: The keys below `confluence:`. Each has one reader: a value, or None if it cannot be used.
KEYS: dict[str, Callable[[Any], Any]] = {
    "title": lambda value: join_lines(str(value).strip()) or None if isinstance(value, str | int | float) else None,
    "labels": lambda value: _labels(value),
    "order": lambda value: _number(value),
    "publish": lambda value: value if isinstance(value, bool) else None,
    "page_properties": lambda value: _rows(value),
    "table_layout": lambda value: value if value in TABLE_LAYOUTS else None,
    "variables": lambda value: value if isinstance(value, dict) else None,
    "properties": lambda value: _properties(value),
    "width": lambda value: value if value in ("full", "fixed", "max", "default") else None,
    "emoji": lambda value: _emoji(value),
    "page_id": lambda value: str(value) if re.fullmatch(r"\d+", str(value)) else None,
    "type": lambda value: value if value in ("page", "blogpost") else None,
    "date": lambda value: _day(value),
    "draft": lambda value: _flag(value),
    "space": lambda value: _word(value),
    "parent": lambda value: _word(value),
    "cover": lambda value: value if isinstance(value, str) and value.startswith("https://") else None,
    "editor": lambda value: value if value in ("new", "legacy") else None,
    "owner": lambda value: _word(value),
    "edit_lock": lambda value: _flag(value),
    "restrict": lambda value: _restrictions(value),
    "status": lambda value: _status(value),
    "banner": lambda value: _flag(value),
    "notify": lambda value: _flag(value),
    "attachments": lambda value: tuple(_texts(value)) or None,
    "attachment_names": lambda value: value if value in ("path", "file") else _file_names(value),
    "ignore": lambda value: tuple(_texts(value)) or None,
}
#: Keys that the document has under another name.
_NAMES = {"type": "kind"}
#: Colours of the content status (docs/confluence-api.md#pages).
STATUS_COLOURS = {
    "grey": "#c1c7d0", "red": "#ff7452", "yellow": "#ffc400", "green": "#57d9a3", "blue": "#2684ff", "purple": "#998dd9",
}  # fmt: skip


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _rows(value: Any) -> tuple[tuple[str, str], ...] | None:
    """Rows of a table from a mapping; lists are joined by commas."""
    if not isinstance(value, dict):
        return None
    rows = []
    for name, item in value.items():
        items = item if isinstance(item, list) else [item]
        rows.append((str(name), ", ".join("" if part is None else str(part) for part in items)))
    return tuple((clean_text(name), clean_text(text)) for name, text in rows)


def _properties(value: Any) -> dict[str, Any] | None:
    """JSON by key; keys of ours are not for documents to set."""
    if not isinstance(value, dict) or any(str(key).startswith("publisher") or len(str(key)) > 255 for key in value):
        return None
    try:
        return dict(json.loads(json.dumps({str(key): item for key, item in value.items()}, default=str)))
    except ValueError:
        return None


def _number(value: Any) -> float | None:
    """A finite number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _day(value: Any) -> str | None:
    """A day that the calendar has, as YYYY-MM-DD."""
    text = str(value)[:10]
    try:
        return date.fromisoformat(text).isoformat() if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _word(value: Any) -> str | None:
    return str(value).strip() or None if isinstance(value, str | int) and not isinstance(value, bool) else None


def _restrictions(value: Any) -> dict[str, tuple[str, ...]] | None:
    """``{view: [accounts], edit: [accounts]}``."""
    if not isinstance(value, dict) or set(value) - {"view", "edit"}:
        return None
    found: dict[str, tuple[str, ...]] = {}
    for name, accounts in value.items():
        names = [accounts] if isinstance(accounts, str) else accounts
        if not isinstance(names, list) or not all(isinstance(account, str) and account for account in names):
            return None
        found[str(name)] = tuple(names)
    return found


def _file_names(value: Any) -> dict[str, str] | None:
    """Names of files → what they are called on the page."""
    if not isinstance(value, dict) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        return None
    return dict(value) if all(re.fullmatch(r"[^/\\]+", part) for pair in value.items() for part in pair) else None


def _status(value: Any) -> tuple[str, str] | None:
    """A name of 20 characters at most, and one of six colours: ``In review`` or ``{name: In review, colour: blue}``."""
    name, colour = (value.get("name"), value.get("colour", "grey")) if isinstance(value, dict) else (value, "grey")
    good = isinstance(name, str) and 0 < len(name.strip()) <= 20 and colour in STATUS_COLOURS
    return (str(name).strip(), STATUS_COLOURS[colour]) if good else None


def _emoji(value: Any) -> str | None:
    """One emoji, as a character or as its ``:name:``."""
    import emoji

    text = emoji.emojize(str(value).strip(), language="alias")
    return text if emoji.is_emoji(text) else None


def _labels(value: Any) -> tuple[str, ...] | None:
    """Labels are stored in lower case, and a blank would split one (docs/confluence-api.md#labels)."""
    if isinstance(value, str):
        value = [part for part in value.split(",") if part.strip()]
    if not isinstance(value, list) or not all(isinstance(item, str | int) for item in value):
        return None
    names = (re.sub(r"[^\w/-]+", "-", str(item).strip().lower()).strip("-") for item in value)
    return tuple(dict.fromkeys(name for name in names if name))


class Source(Struct, frozen=True):
    """The text of the front matter and its ``form``: yaml, toml or json.

    ``first``: the line that it begins on; ``lines``: how many the body begins after.
    """

    text: str = ""
    form: str = "yaml"
    first: int = 2
    lines: int = 0


def split_front_matter(text: str) -> tuple[Source, str]:
    """(front matter, body). ``text`` has LF line ends."""
    form, match = "yaml", _FENCED.match(text)
    if match and match["text"].strip() and not _MAPPING.search(match["text"]):  # a thematic break begins the text
        return Source(), text
    for name, pattern in _OTHER.items() if match is None and text[:3] in {"+++", ";;;"} else ():
        match, form = (found, name) if (found := pattern.match(text)) else (match, form)
    if match is None and text.startswith("{"):
        match, form = _JSON.match(text), "json"
        match = match if match and re.match(r'\{\s*(?:"|\})', match["text"]) else None
    if match is None:
        return Source(), text
    first = 1 if text.startswith("{") else 2
    return Source(match["text"], form, first, text.count("\n", 0, match.end())), text[match.end() :]


@lru_cache(1)
def _read(source: Source) -> Any:
    """The data, which nobody changes; BadData for text that cannot be read. It is asked for again for each document."""
    match source.form:
        case "toml":
            return read_toml(source.text)
        case "json":
            return read_json(source.text)
        case _:
            return read_yaml(source.text) if source.text else {}


def _key_line(source: Source, key: str) -> int:
    """The line of the key in the file; the fence is line 1."""
    match = re.search(rf"^\s*\"?{re.escape(key)}\"?\s*[:=]", source.text, re.M)
    return source.text.count("\n", 0, match.start()) + source.first if match else 1


NO_DEFAULTS: Mapping[str, Any] = MappingProxyType({})


def read_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Front matter that the settings give. ValueError for a key or value that is not ours."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        reader = KEYS.get(str(name))
        if reader is None:
            near = difflib.get_close_matches(str(name), KEYS, 1, 0.5)
            raise ValueError(f"unknown key `{name}`" + (f"; did you mean `{near[0]}`?" if near else ""))
        if (read := reader(value)) is None:
            raise ValueError(f"`{name}` cannot be {value!r}")
        found |= _fields(str(name), read)
    return found


def _fields(name: str, value: Any) -> dict[str, Any]:
    """The fields of ``FrontMatter`` that a key fills."""
    if name == "attachment_names" and isinstance(value, dict):
        return {"file_names": value}
    return dict(value) if name == "restrict" else {_NAMES.get(name, name): value}


def read_data(source: Source) -> Mapping[str, Any]:
    """Everything that the front matter holds; empty for one that cannot be read."""
    try:
        data = _read(source)
    except BadData:
        return {}
    return data if isinstance(data, dict) else {}


def parse_front_matter(
    path: str, source: Source, labels_from: tuple[str, ...] = (), defaults: Mapping[str, Any] = NO_DEFAULTS
) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Our values, and what is wrong with them. ``defaults``: values, as read, for what the document does not say."""
    try:
        data = _read(source)
    except BadData as error:
        text = f"the front matter is not valid {error}"
        return FrontMatter(**defaults), (problem(path, error.line + source.first, "front-matter", text),)
    if data is None:
        data = {}
    if not isinstance(data, dict):
        return FrontMatter(**defaults), (
            problem(path, 1, "front-matter", "the front matter is not a mapping", "write `key: value` lines"),
        )
    problems: list[Problem] = []
    values = _bare_values(data)
    ours = data.get("confluence")
    if isinstance(ours, dict) and isinstance(ours.get("page_properties"), list):  # names of keys of this front matter
        ours = {**ours, "page_properties": {name: data.get(name, "") for name in map(str, ours["page_properties"])}}
    if isinstance(ours, dict):
        for name, value in ours.items():
            reader = KEYS.get(str(name))
            if reader is None:
                near = difflib.get_close_matches(str(name), KEYS, 1, 0.5)
                hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(KEYS))}"
                text = f"unknown key `confluence.{name}`"
                problems.append(problem(path, _key_line(source, str(name)), "front-matter-key", text, hint))
            elif (read := reader(value)) is None:
                text = f"`confluence.{name}` cannot be {value!r}"
                problems.append(problem(path, _key_line(source, str(name)), "front-matter-value", text))
            else:
                values |= _fields(str(name), read)
    given = [(name, data.get(name)) for name in ("labels", *labels_from)]
    given += [("labels", ours.get("labels"))] if isinstance(ours, dict) else []
    for name, value in given:
        problems += _changed_labels(path, source, name, value)
    more = [label for name in labels_from if name in data for label in _labels(data[name]) or ()]
    if more:
        values["labels"] = tuple(dict.fromkeys([*values.get("labels", defaults.get("labels", ())), *more]))
    return FrontMatter(**{**defaults, **values}), tuple(problems)


def _changed_labels(path: str, source: Source, key: str, value: Any) -> list[Problem]:
    """A notice for each label that Confluence cannot hold as it is written."""
    found = []
    for item in value.split(",") if isinstance(value, str) else value if isinstance(value, list) else ():
        names = _labels([item]) if isinstance(item, str | int) else ()
        if names and names[0] != str(item).strip():
            text = f"the label `{str(item).strip()}` becomes `{names[0]}`"
            found.append(problem(path, _key_line(source, key), "label-changed", text))
    return found


def _bare_values(data: dict[Any, Any]) -> dict[str, Any]:
    found = {name: KEYS[name](data[name]) for name in ("title", "labels", "publish") if name in data}
    found["aliases"] = tuple(
        item for name in _ALIAS_KEYS for item in _texts(data.get(name)) if re.fullmatch(r"/?[\w./-]+", item)
    )
    order = next((KEYS["order"](data[name]) for name in _ORDER_KEYS if name in data), None)
    if data.get("draft") is True or data.get("published") is False:
        found["publish"] = False
    return {name: value for name, value in {**found, "order": order}.items() if value is not None}
