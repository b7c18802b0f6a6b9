"""Reads a file of settings: ``publisher.yml`` of a repository, and the one of the user, which alone may say whom to trust.

Whoever may change the documents may change ``publisher.yml``. So nothing in it decides where requests go, through what,
or whom to trust.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import platformdirs
import yaml
from msgspec import Struct, field

from publisher.config.options import BY_KEY, OPTIONS
from publisher.config.values import Value, convert_value
from publisher.errors import UsageError
from publisher.formats import BadData, compose_yaml
from publisher.model.names import FRONT_MATTER_KEYS
from publisher.model.options.option import Option

FILE = "publisher.yml"
#: Both endings are found.
FILES = (FILE, "publisher.yaml")
#: Words of YAML 1.1 that read as true or false; in these tables they are the words themselves.
_TABLES_OF_WORDS = {"levels", "diagrams"}
_TOP = ("profiles", "collections")
#: Keys that delete or overwrite: never proposed for one that was mistyped.
_DESTRUCTIVE = {"prune", "prune_limit", "overwrite", "take_over", "move_root"}


class SettingsFile(Struct, frozen=True):
    """What a file says: for everything, for each collection, and in the profile that was chosen."""

    values: Mapping[str, Value] = field(default_factory=dict)
    collections: tuple[Mapping[str, Value], ...] = ()
    profile: Mapping[str, Value] = field(default_factory=dict)


class _Reading(Struct):
    """One file that is being read; what is wrong is gathered."""

    path: Path
    trusted: bool
    wrong: list[tuple[int, str]] = field(default_factory=list)

    def report(self, node: yaml.Node | None, text: str) -> None:
        self.wrong.append((node.start_mark.line + 1 if node else 1, text))

    def finish(self) -> None:
        """UsageError with everything that is wrong, in the order of the lines."""
        if self.wrong:
            raise UsageError("\n".join(f"{self.path}:{line}: {text}" for line, text in sorted(self.wrong)))


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
    node, data = _load(reading)
    values = _read_values(reading, data, node, "")
    reading.finish()
    return values


def read_settings_file(path: Path, profile: str) -> SettingsFile:
    """What publisher.yml says. UsageError names everything that is wrong, with its line."""
    reading = _Reading(path, trusted=False)
    node, data = _load(reading)
    profiles, listed = data.pop("profiles", None) or {}, data.pop("collections", None) or []
    found = _read_values(reading, data, node, "")
    chosen = _read_profiles(reading, profiles, _below(node, "profiles"), profile)
    collections = _read_collections(reading, listed, _below(node, "collections"))
    reading.finish()
    return SettingsFile(found, tuple(collections), chosen)


def _load(reading: _Reading) -> tuple[yaml.Node | None, dict[Any, Any]]:
    path = reading.path
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
    for key, first in _repeated_keys(node):
        reading.report(key, f"`{str(key.value)[:80]}` is given twice, first on line {first}; keep one of them")
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
        why = _refusal(str(key), option, trusted=reading.trusted, top=not note)
        if option is None or why:
            reading.report(place, why)
            continue
        where = f"{reading.path}:{place.start_mark.line + 1 if place else 1}"
        below = _below(node, str(key))
        try:
            value = convert_value(option, _as_written(option, raw, below), "")
        except UsageError as error:
            reading.report(place, str(error))
        else:
            _check_names(reading, option, value, below or place)
            found[option.key] = Value(value, where + note)
    return found


def _check_names(reading: _Reading, option: Option, value: Any, node: yaml.Node | None) -> None:
    """Reports each item of a list, or key and value of a table, that the setting does not have, at its own line."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    lines = {key.value: key for key, _ in pairs if isinstance(key, yaml.ScalarNode)}
    parts = node.value if isinstance(node, yaml.SequenceNode) else ()
    lines |= {part.value: part for part in parts if isinstance(part, yaml.ScalarNode)}
    for name in map(str, value) if isinstance(value, Mapping | tuple) else ():
        place = lines.get(name, node)
        if option.names and name.lstrip("+-") not in option.names:
            listed = f"; it is one of {', '.join(option.names)}" if len(option.names) < 50 else ""
            text = f"`{option.key}`: there is no `{name[:80]}`"
            reading.report(place, text + (_meant(name.lstrip("+-"), option.names) or listed))
        elif option.words and isinstance(value, Mapping) and str(value[name]) not in option.words:
            text = f"`{option.key}`: `{name}` must be one of {', '.join(option.words)}, not {value[name]!r}"
            reading.report(place, text)
        elif option.key == "defaults" and isinstance(value, Mapping):
            _check_front_matter(reading, name, value[name], _below(node, name) or place)


def _check_front_matter(reading: _Reading, glob: str, values: Any, node: yaml.Node | None) -> None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    lines = {key.value: key for key, _ in pairs if isinstance(key, yaml.ScalarNode)}
    if not isinstance(values, Mapping):
        reading.report(node, f"`defaults`: `{glob}` must be a mapping of front matter keys")
        return
    for name in map(str, values):
        if name not in FRONT_MATTER_KEYS:
            text = f"`defaults`: there is no front matter key `{name[:80]}`"
            reading.report(lines.get(name, node), text + _meant(name, FRONT_MATTER_KEYS))


def _meant(name: str, known: Sequence[str]) -> str:
    """The nearest of the names that are valid in that place; nothing that deletes or overwrites."""
    near = difflib.get_close_matches(name, known, 1, 0.6)
    return f"; did you mean `{near[0]}`?" if near and near[0] not in _DESTRUCTIVE else ""


#: What other tools call the documents that they leave out.
_IGNORING = {"exclude", "excludes", "excluded", "exclude_docs", "exclude_patterns", "ignore", "ignores", "ignored"}


def _refusal(key: str, option: Option | None, *, trusted: bool, top: bool) -> str:
    """Why a key cannot be in this file; empty if it can. ``top``: not within a profile or collection."""
    if option is None and key in _TOP and not trusted:
        return f"`{key}` belongs at the top of the file, beside the other settings"
    if option is None:
        if key in _IGNORING:
            return f"`{key}` is not a setting: list what is not to be published in .publisherignore, as in a .gitignore"
        known = [each.key for each in OPTIONS if not each.secret and (each.in_file or (each.trust and trusted))]
        return f"`{key[:80]}` is not a setting" + _meant(key, [*known, *(_TOP if top and not trusted else ())])
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
