"""Front matter that is none, and keys of it that nearly are ours: notices with the remedy."""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from publisher.markdown.frontmatter import KEYS, Source
from publisher.model.problem import Problem, problem

_KEY = r"[A-Za-z_][\w-]*:(?:[ \t][^\n]*)?\n"
_OPEN = re.compile(rf"\A---[ \t]*\n{_KEY}")
_LATE = re.compile(rf"\A(?P<before>(?:[ \t]*\n)+)---[ \t]*\n{_KEY}(?:[^\n]*\n)*?---[ \t]*(?:\n|\Z)")
#: Keys that work without `confluence:` before them.
_BARE = ("title", "labels", "publish")
#: Keys of other tools that are near to ours, and mean what they say there.
_OTHERS = {
    "label",
    "published",
    "subtitle",
    "titles",
    "table",
    "tables",
    "publisher",
    "publishdate",
    "publish_date",
    "title_",
}


def front_matter_hints(key: str, text: str, source: Source, data: Mapping[str, Any]) -> list[Problem]:
    """What looks like front matter, or like one of our keys in it, and is not."""
    if not source.lines:
        return _no_front_matter(key, text)
    found = []
    for name in map(str, data):
        if name in _BARE and data[name] is not None and KEYS[name](data[name]) is None:
            what = f"`{name}: {_shown(data[name])}` says nothing here, and is ignored"
            hints = {"publish": "write true or false", "title": "write one line", "labels": "write a list of words"}
            found.append(problem(key, _line_of(source, name), "near-syntax", what, hints[name]))
        elif name not in (*_BARE, "confluence") and name.lower() not in _OTHERS:
            near = _nearest(name.lower())
            if near and near not in data:
                what = f"`{name}` says nothing here, and is ignored"
                hint = f"did you mean `{near}`?"
                found.append(problem(key, _line_of(source, name), "near-syntax", what, hint))
    return found


@lru_cache(1024)
def _nearest(name: str) -> str:
    """Our key that a name nearly is; empty if there is none. Documents of one site share their keys."""
    return next(iter(difflib.get_close_matches(name, (*_BARE, "confluence"), 1, 0.8)), "")


def _no_front_matter(key: str, text: str) -> list[Problem]:
    if _OPEN.match(text):
        hint = "put a line `---` behind it"
        return [problem(key, 1, "near-syntax", "the front matter is never closed: it is published as text", hint)]
    if late := _LATE.match(text):
        line = late["before"].count("\n") + 1
        hint = "delete the empty lines before it"
        why = "front matter begins on the first line: this is published as text"
        return [problem(key, line, "near-syntax", why, hint)]
    return []


def _shown(value: Any) -> str:
    return str(value)[:40]


def _line_of(source: Source, name: str) -> int:
    match = re.search(rf"^[ \t]*\"?{re.escape(name)}\"?[ \t]*[:=]", source.text, re.M)
    return source.text.count("\n", 0, match.start()) + source.first if match else 1
