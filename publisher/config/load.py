"""Find ``publisher.yml`` and bring flags, environment, file and defaults together; each value knows its origin."""

import getpass
import os
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from publisher.config.cache import cache_folder
from publisher.config.file import FILE, SettingsFile, find_file, read_settings_file, read_user_file
from publisher.config.options import OPTIONS, SETTING_OPTIONS
from publisher.config.paths import find_below, place_globs
from publisher.config.values import Value, convert_value
from publisher.errors import UsageError
from publisher.model.options.sibling import Sibling
from publisher.model.settings import Settings


class Config(Struct, frozen=True):
    """All effective values by key; ``file`` is the publisher.yml that was read.

    ``folder_title``: what the docs root of a glob is called where its index gives it no title. ``folder_path``: the docs
    root's path from there, where there are several collections; ``siblings``: the others. ``chosen``: by the paths and ``--collection`` of the
    command; the others are read for the links to them. ``sandbox``: what documents say of spaces and parents does not count.
    """

    values: Mapping[str, Value]
    file: Path | None
    docs: Path
    selected: tuple[str, ...]
    folder_title: str = ""
    folder_path: str = ""
    chosen: bool = True
    sandbox: bool = False
    siblings: tuple[Sibling, ...] = ()

    def get(self, key: str) -> Any:
        return self.values[key].value

    def settings(self) -> Settings:
        """What the stages need of it."""
        values = {option.key: self.get(option.key) for option in SETTING_OPTIONS if option.key != "docs"}
        given = frozenset(key for key, value in self.values.items() if value.origin.startswith(("flag", "variable")))
        given |= {"space", "parent"} if self.sandbox else set()
        made: dict[str, Any] = {"given": given, "folder_title": self.folder_title, "folder_path": self.folder_path}
        made |= {"siblings": self.siblings, "templates": self._folder("templates"), "edition": self._edition()}
        made |= {"cache": self._cache(), "cache_named": bool(self.get("cache"))}
        made |= {"folder": self.file.parent if self.file else None, "assets_named": "assets" in given}
        made |= {"origins": {key: self.values[key].origin for key in ("docs", "templates") if self._is_of_file(key)}}
        made |= {"overwrite": place_globs(values["overwrite"], self.docs)}
        settings = Settings.of(self.docs, **{**values, **made})
        return _as_scratch(settings, self.get("scratch"), self.get("name")) if self.get("scratch") else settings

    def _edition(self) -> str:
        """A profile that goes to another place has pages of its own, even where it gives no name to them."""
        profile = f" (profile {self.get('profile')})"
        moved = any(self.values[key].origin.endswith(profile) for key in ("space", "parent"))
        return f"@{self.get('profile')}" if moved and not self.values["collection"].origin.endswith(profile) else ""

    def as_sibling(self) -> Sibling:
        return Sibling(self.docs, str(self.get("collection")), self.folder_path, self._edition())

    def _cache(self) -> str:
        return cache_folder(self.values["cache"], self.file, self.docs, of_file=self._is_of_file("cache"))

    def _is_of_file(self, key: str) -> bool:
        """Whether publisher.yml gives a setting."""
        return self.file is not None and self.values[key].origin.startswith(f"{self.file}:")

    def _folder(self, key: str) -> str:
        """An existing folder, absolute; in publisher.yml it is relative to that file. Empty if it is not set."""
        value = self.values[key]
        if not value.value:
            return ""
        from_file = self._is_of_file(key)
        folder = (self.file.parent if from_file and self.file else Path.cwd()) / str(value.value)
        if not folder.is_dir():
            raise UsageError(f"{value.origin}: the folder {folder} of `{key}` does not exist")
        return str(folder.absolute())


def _as_scratch(settings: Settings, parent: str, name: str) -> Settings:
    """A collection apart from the real one: below the page that is named, with a name of its own behind its titles."""
    name = name or f"scratch-{getpass.getuser()}"
    suffix = f"{settings.tree.title_suffix} [{name}]"
    place = {"parent": parent, "collection": name, "edition": "", "root": "page"}
    return settings.replace(title_suffix=suffix, notify=False, scratch=True, **place)


def load_config(paths: tuple[Path, ...], flags: Mapping[str, Any], *, need_docs: bool = True) -> Config:
    """The effective configuration of one collection. UsageError where publisher.yml has several and no name is given."""
    found = load_configs(paths, flags, need_docs=need_docs)
    if len(found) > 1:
        names = ", ".join(name_of(config) for config in found)
        raise UsageError(f"{found[0].file} has several collections: name one with --collection, or its path: {names}")
    return found[0]


def load_configs(paths: tuple[Path, ...], flags: Mapping[str, Any], *, need_docs: bool = True) -> tuple[Config, ...]:
    """For each collection that ``paths`` (none: the working folder) and ``--collection`` select, at least one."""
    return tuple(config for config in load_all(paths, flags, need_docs=need_docs) if config.chosen)


def load_all(
    paths: tuple[Path, ...], flags: Mapping[str, Any], *, need_docs: bool = True, any_name: bool = False
) -> tuple[Config, ...]:
    """For every collection, chosen or not. UsageError with all that is wrong.

    ``any_name``: ``--collection`` may name one that publisher.yml does not list, a scratch copy say.
    """
    if not all(path.exists() for path in paths):
        paths = _find_paths(paths, flags)
    start = paths[0].absolute() if paths else Path.cwd()
    file = find_file(start)
    profile = str(flags.get("profile") or os.environ.get("PUBLISHER_PROFILE", ""))
    if profile and not file:
        raise UsageError(f"--profile {profile}: there is no {FILE} here or above")
    wrong: list[UsageError] = []
    given = _given(flags, wrong)
    user: Mapping[str, Value] = {}
    read = SettingsFile()
    try:
        user = read_user_file()
    except UsageError as error:
        wrong.append(error)
    try:
        read = read_settings_file(file, profile) if file else read
    except UsageError as error:
        wrong.append(error)
    if wrong:
        raise UsageError("\n".join(map(str, wrong)))
    over: dict[str, Value] = {**read.profile, **given}
    base = {option.key: Value(option.default, "default") for option in OPTIONS} | dict(user) | dict(read.values)
    if read.collections and file is not None:
        return _choose(_each_collection(file, base, over, read.collections, paths), over, any_name=any_name)
    values = base | over
    docs = _docs_root(file, values, start, given=bool(paths), need=need_docs)
    return (Config(values, file, docs, _selected(paths, docs)),)


def _find_paths(paths: tuple[Path, ...], flags: Mapping[str, Any]) -> tuple[Path, ...]:
    """Paths that are named as documents are called below the docs folder. UsageError for one that is nowhere."""
    try:
        roots = [config.docs for config in load_all((), flags)]
    except UsageError:
        roots = []
    return find_below(paths, roots)


def _given(flags: Mapping[str, Any], wrong: list[UsageError]) -> dict[str, Value]:
    """What the environment says, and flags over it; what is wrong goes to ``wrong``."""
    found: dict[str, Value] = {}
    for option in OPTIONS:
        rows = (
            (os.environ.get(option.environment) or None, option.environment, f"variable {option.environment}"),
            (flags.get(option.key), option.flag, f"flag {option.flag}"),
        )
        for raw, name, origin in rows:
            try:
                if raw is not None:
                    found[option.key] = Value(convert_value(option, raw, name), origin)
            except UsageError as error:
                wrong.append(error)
    return found


def _over_collection(over: Mapping[str, Value], own: Mapping[str, Value]) -> dict[str, Value]:
    """What comes over a collection's own settings. The environment's space and parent are for those that name none."""
    kept = {key: value for key, value in over.items() if key not in {"collection", "docs"}}
    for key, names in (("space", ("space",)), ("parent", ("parent", "space"))):
        if key in kept and kept[key].origin.startswith("variable") and any(name in own for name in names):
            del kept[key]
    return kept


def _each_collection(
    file: Path,
    base: Mapping[str, Value],
    over: Mapping[str, Value],
    collections: Sequence[Mapping[str, Value]],
    paths: tuple[Path, ...],
) -> list[Config]:
    """Every collection; a glob in `docs` gives one for each folder. Chosen: those that a path lies in, or above."""
    found: list[Config] = []
    missing: dict[str, str] = {}  # name → what is wrong
    absolute = [Path(os.path.normpath(path.absolute())) for path in paths]
    for own in collections:
        values = {**base, **own, **_over_collection(over, own)}
        pattern = str(values["docs"].value)
        folders = (
            sorted(path for path in file.parent.glob(pattern) if path.is_dir())
            if "*" in pattern
            else [file.parent / pattern]
        )
        if not all(folder.is_dir() for folder in folders) or not folders:
            missing[str(values["collection"].value)] = f"{values['docs'].origin}: there is no docs folder {pattern}"
            continue
        for folder in folders:
            docs = Path(os.path.normpath(folder))
            inside = tuple(path for path in absolute if path.is_relative_to(docs) or docs.is_relative_to(path))
            path = Path(os.path.relpath(docs, file.parent)).as_posix()
            chosen = bool(inside) or not absolute
            found.append(Config(values, file, docs, _selected(inside, docs), _starred(pattern, path), path, chosen))
    named = str(over["collection"].value) if "collection" in over else ""
    if missing and (named in missing or not (named or absolute) or not found):
        raise UsageError(missing.get(named) or "\n".join(missing.values()))
    if not any(config.chosen for config in found):
        raise UsageError(f"{', '.join(map(str, absolute))}: in none of the collections of {file}")
    siblings = [config.as_sibling() for config in found]
    return [replace(c, siblings=(*siblings[:at], *siblings[at + 1 :])) for at, c in enumerate(found)]


def _starred(pattern: str, path: str) -> str:
    """The part of a path that stands where its glob has the first ``*``."""
    pairs = zip(pattern.split("/"), path.split("/"), strict=False)
    return next((part for glob, part in pairs if "*" in glob), "")


def name_of(config: Config) -> str:
    """What ``--collection`` calls a collection of publisher.yml: its name, else the path of its folder."""
    named = str(config.get("collection"))
    return named or config.folder_path or config.docs.name


def _choose(configs: Sequence[Config], over: Mapping[str, Value], *, any_name: bool) -> tuple[Config, ...]:
    if "collection" not in over:
        return tuple(configs)
    wanted = str(over["collection"].value)
    named = [wanted in {name_of(config), config.folder_title} for config in configs]
    if not any(named) and any_name:
        first = next(config for config in configs if config.chosen)
        return (replace(first, values={**first.values, "collection": over["collection"]}),)
    if not any(named):
        known = "known: " + ", ".join(name_of(config) for config in configs)
        raise UsageError(f"there is no collection `{wanted}`; {known}")
    return tuple(replace(c, chosen=c.chosen and by_name) for c, by_name in zip(configs, named, strict=True))


def _selected(paths: tuple[Path, ...], docs: Path) -> tuple[str, ...]:
    """The paths below the docs root, as keys; none if one of them holds the whole root."""
    absolute = [Path(os.path.normpath(path.absolute())) for path in paths]
    outside = [path for path in absolute if not path.is_relative_to(docs) and not docs.is_relative_to(path)]
    if outside:
        text = ", ".join(map(str, outside))
        raise UsageError(f"{text}: outside the docs root {docs}; publish one docs root at a time")
    if any(docs.is_relative_to(path) for path in absolute):
        return ()
    return tuple(unicodedata.normalize("NFC", path.relative_to(docs).as_posix()) for path in absolute)


def _docs_root(file: Path | None, values: Mapping[str, Value], start: Path, *, given: bool, need: bool) -> Path:
    from_file = values["docs"].origin == "default" or (file is not None and values["docs"].origin.startswith(str(file)))
    if file is not None or not from_file:
        base = file.parent if file and from_file else Path.cwd()
        docs = (base / str(values["docs"].value)).absolute()
        if not docs.is_dir():
            raise UsageError(f"{values['docs'].origin}: the docs folder {docs} does not exist")
        return Path(os.path.normpath(docs))
    if given:
        return Path(os.path.normpath(start if start.is_dir() else start.parent))
    if not need:
        return start
    nearby = sorted(child.name for child in start.iterdir() if child.is_dir() and any(child.glob("*.md")))
    found = f" Found {', '.join(f'{name}/' for name in nearby)}." if nearby else ""
    folder = nearby[0] if len(nearby) == 1 else "PATH"
    raise UsageError(f"no PATH was given and there is no {FILE} here or above.{found} Run: `publisher check {folder}`")
