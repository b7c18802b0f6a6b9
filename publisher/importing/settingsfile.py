"""The ``publisher.yml`` of an import: with it a publish goes back to the same pages."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from publisher.formats import write_yaml
from publisher.pagetree.files import ATTACHED

_CLOUD = re.compile(r"https://[\w-]+\.atlassian\.net(?:/|\Z)")
_MB = 1024 * 1024


class Imported(Struct, frozen=True, kw_only=True):
    """What the settings depend on. ``tops``: folder → (id, name of the collection) of each tree; ``stamps``: names of the
    collections that published pages of the import. ``suffixes`` and ``largest`` (bytes): of the files.
    """

    site: str
    space: str
    product: str
    dialect: str
    tops: Mapping[str, tuple[str, str]]
    stamps: tuple[str, ...] = ()
    people: Mapping[str, str]
    suffixes: frozenset[str] = frozenset()
    largest: int = 0


def write_settings(about: Imported) -> str:
    """The text of the file."""
    lines = [
        f"# Written by publisher import, from the space {_line(about.space)} of {_line(about.site)}.",
        "# Never put the token here: set CONFLUENCE_TOKEN as an environment variable.",
        "",
    ]
    values: dict[str, Any] = {}
    if _CLOUD.match(about.site):
        values["url"] = about.site
    else:
        lines += [f"# Set CONFLUENCE_URL to {_line(about.site)}."]
    values |= {"space": about.space, "target": about.product, "dialect": about.dialect}
    if list(about.tops) == [""]:
        number, name = about.tops[""]
        values |= {"root": number, "collection": name}
    values |= {"banner": "off", "nav": "off", "gitignore": False, "attachment_names": "file"}
    if about.stamps:
        values["take_over"] = list(about.stamps)
    more = sorted(suffix for suffix in about.suffixes if suffix not in ATTACHED)
    if more:
        values["attach"] = more
    if about.largest > 100 * _MB:
        values["max_attachment"] = about.largest // _MB + 1
    values["levels"] = {"own-storage": "off"}
    if about.people:
        values["people"] = dict(about.people)
    if list(about.tops) != [""]:
        values["collections"] = [
            {"docs": folder, "root": number, "collection": name} for folder, (number, name) in about.tops.items()
        ]
    return "\n".join([*lines, write_yaml(values)])


def _line(text: str) -> str:
    return " ".join(text.split())
