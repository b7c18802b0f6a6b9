"""Reads a file of settings: ``publisher.yml`` of a repository, and the one of the user, which alone may say whom to trust.

Whoever may change the documents may change ``publisher.yml``. So nothing in it decides where requests go, through what,
or whom to trust.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs
import yaml

from publisher.config.options import BY_KEY, OPTIONS
from publisher.config.values import Value, convert_value
from publisher.errors import UsageError
from publisher.formats import BadData, compose_yaml
from publisher.model.options.option import Option

FILE = "publisher.yml"
#: Both endings are found.
FILES = (FILE, "publisher.yaml")
#: Words of YAML 1.1 that read as true or false; in these tables they are the words themselves.
_TABLES_OF_WORDS = {"levels", "diagrams"}


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a file says: for everything, for each collection, and in the profile that was chosen."""

    values: Mapping[str, Value] = field(default_factory=dict)
    collections: tuple[Mapping[str, Value], ...] = ()
    profile: Mapping[str, Value] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """One file that is being read; what is wrong is gathered."""

    path: Path
    trusted: bool
    wrong: list[str] = field(default_factory=list)

    def report(self, node: yaml.Node | None, text: str) -> None:
        self.wrong.append(f"{self.path}:{node.start_mark.line + 1 if node else 1}: {text}")


def user_file() -> Path:
    """The settings of the person (or machine), in the platform's folder for configuration."""
    return Path(platformdirs.user_config_dir("publisher", appauthor=False)) / "config.yml"


def find_file(start: Path) -> Path | None:
    """The nearest publisher.yml (or .yaml) at or above ``start``. UsageError where a folder has both."""
    folder = start if start.is_dir() else start.parent
    for up in (folder, *folder.parents):
        found = [up / name for name in FILES if (up / name).is_file()]
        if len(found) > 1:
            raise UsageError(f"{up} has both {' and '.join(FILES)}; keep one of them")
        if found:
            return found[0]
    return None


def read_user_file() -> Mapping[str, Value]:
    """What the user's own file says; nothing without one. UsageError."""
    path = user_file()
    if not path.is_file():
        return {}
    reading = _Reading(path, trusted=True)
    node, data = _load(path)
    values = _read_values(reading, data, node, "")
    if reading.wrong:
        raise UsageError("\n".join(reading.wrong))
    return values


def read_settings_file(path: Path, profile: str) -> SettingsFile:
    """What publisher.yml says. UsageError names everything that is wrong, with its line."""
    reading = _Reading(path, trusted=False)
    node, data = _load(path)
    profiles, listed = data.pop("profiles", None) or {}, data.pop("collections", None) or []
    found = _read_values(reading, data, node, "")
    chosen = _read_profiles(reading, profiles, _below(node, "profiles"), profile)
    collections = _read_collections(reading, listed, _below(node, "collections"))
    if reading.wrong:
        raise UsageError("\n".join(reading.wrong))
    return SettingsFile(found, tuple(collections), chosen)


def _load(path: Path) -> tuple[yaml.Node | None, dict[Any, Any]]:
    try:
        node, data = compose_yaml(path.read_text(encoding="utf-8-sig"))
    except BadData as error:
        raise UsageError(f"{path}:{error.line + 1}: not valid {error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}:1: it is not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    if data is None:
        return node, {}
    if not isinstance(data, dict):
        raise UsageError(f"{path}:1: settings are `key: value` lines")
    repeated = [
        f"{path}:{key.start_mark.line + 1}: `{str(key.value)[:80]}` is given twice, first on line {first}; keep one of them"
        for key, first in _repeated_keys(node)
    ]
    if repeated:
        raise UsageError("\n".join(repeated))
    return node, data


def _repeated_keys(node: yaml.Node | None) -> Iterator[tuple[yaml.Node, int]]:
    """(key, line of its first use) for each key that a mapping has twice: YAML would silently take the last."""
    stack, seen = [node], set()
    while stack:
        current = stack.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, yaml.SequenceNode):
            stack.extend(current.value)
        elif isinstance(current, yaml.MappingNode):
            lines: dict[tuple[str, str], int] = {}
            for key, value in current.value:
                name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else ("", str(id(key)))
                if name in lines and key.value != "<<":
                    yield key, lines[name]
                lines.setdefault(name, key.start_mark.line + 1)
                stack.append(value)


def _below(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value of a key in a YAML mapping."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)


def _read_profiles(reading: _Reading, profiles: Any, node: yaml.Node | None, wanted: str) -> dict[str, Value]:
    if not isinstance(profiles, dict):
        reading.report(node, "`profiles` is a mapping of names to settings")
        return {}
    chosen: dict[str, Value] = {}
    for name, values in profiles.items():
        below = _below(node, str(name))
        if not isinstance(values, dict):
            reading.report(below or node, f"the profile `{str(name)[:80]}` is not a mapping")
            continue
        read = _read_values(reading, values, below, f" (profile {name})")
        chosen = read if str(name) == wanted else chosen
    if wanted and wanted not in map(str, profiles):
        names = ", ".join(map(str, profiles))
        known = f"known: {names}" if names else "no profiles are defined"
        reading.report(node, f"there is no profile `{wanted}`; {known}")
    return chosen


def _read_collections(reading: _Reading, listed: Any, node: yaml.Node | None) -> list[dict[str, Value]]:
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found = []
    for number, values in enumerate(listed if isinstance(listed, list) else [listed]):
        below = nodes[number] if number < len(nodes) else node
        if isinstance(values, dict):
            found.append(_read_values(reading, values, below, f" (collection {number + 1})"))
        else:
            reading.report(below, "`collections` is a list of mappings, each with `docs`")
    return found


def _read_values(reading: _Reading, data: Mapping[Any, Any], node: yaml.Node | None, note: str) -> dict[str, Value]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    keys = {key.value: key for key, _ in pairs if isinstance(key, yaml.ScalarNode)}
    found: dict[str, Value] = {}
    for key, raw in data.items():
        place = keys.get(str(key), node)
        option = BY_KEY.get(str(key))
        why = _refusal(str(key), option, trusted=reading.trusted)
        if option is None or why:
            reading.report(place, why)
            continue
        where = f"{reading.path}:{place.start_mark.line + 1 if place else 1}"
        try:
            value = convert_value(option, _as_written(option, raw, _below(node, str(key))), where)
        except UsageError as error:
            reading.wrong.append(str(error))
        else:
            found[option.key] = Value(value, where + note)
    return found


def _refusal(key: str, option: Option | None, *, trusted: bool) -> str:
    """Why a key cannot be in this file; empty if it can."""
    if option is None:
        near = difflib.get_close_matches(key, [known.key for known in OPTIONS if known.in_file], 1, 0.4)
        return f"`{key[:80]}` is not a setting" + (f"; did you mean `{near[0]}`?" if near else "")
    if option.secret:
        return f"`{key}` belongs in the environment, never in a file: set {option.environment}"
    if option.trust and not trusted:
        return (
            f"`{key}` decides where requests go or whom to trust, so a file of the repository cannot set it: "
            f"set {option.environment}, or write it into {user_file()}"
        )
    if not option.in_file and not option.trust:
        return f"`{key}` is for one run and cannot be in a file: use {option.flag}, or set {option.environment}"
    return ""


def _as_written(option: Option, raw: Any, node: yaml.Node | None) -> Any:
    """A string as the file has it: YAML would read ``off`` as false, ``1.10`` as 1.1, and a day as a date."""
    if option.kind in {"text", "path"} and isinstance(node, yaml.ScalarNode) and raw is not None:
        return node.value
    if option.key in _TABLES_OF_WORDS and isinstance(raw, dict):
        return {name: "off" if value is False else "on" if value is True else value for name, value in raw.items()}
    if option.kind == "list" and isinstance(node, yaml.SequenceNode) and isinstance(raw, list):
        pairs = zip(raw, node.value, strict=False)
        return [
            part.value
            if isinstance(part, yaml.ScalarNode) and isinstance(item, int | float) and not isinstance(item, bool)
            else item
            for item, part in pairs
        ]
    return raw
