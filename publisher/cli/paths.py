"""Paths and commands as people can paste them: relative to where they stand, with the flags that lead to the same pages."""

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.started import own_command
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.config.load import Config

#: Flags that decide which documents, and which pages of which Confluence, a command is about.
_DECISIVE = ("profile", "collection", "docs", "url", "space", "parent", "scratch", "name", "sandbox_state")
_COMMAND = re.compile(r"`publisher (\w[\w-]*)((?: [^`]*)?)`")
#: Commands that need to know which documents they are about.
_OF_DOCUMENTS = {
    "publish",
    "plan",
    "status",
    "comments",
    "pull",
    "accept",
    "adopt",
    "unlock",
    "undo-prune",
    "unpublish",
    "check",
}
_FILE = re.compile(r"(?<![\w./`“\"'~@:#%=-])(?:[\w.~+@-]+/)*[\w.~+@-]+\.\w+(?![\w/`”]|\.\w)")
_KEY = "publisher.configs"


def show_path(config: "Config", path: str) -> str:
    """A document's path as the user would type it."""
    try:
        return os.path.relpath(config.docs / path)
    except ValueError:  # on another drive
        return str(config.docs / path)


def refuse_inside(output: Path, config: "Config") -> None:
    """UsageError for a folder to write into that is below the documents."""
    if Path(os.path.abspath(output)).is_relative_to(config.docs):
        raise UsageError(
            f"{output} lies inside the docs folder, where nothing is ever written: choose another --output"
        )


def remember(configs: "Sequence[Config]") -> None:
    """Which documents the command of this context is about, for the messages that end it."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta[_KEY] = [config for config in configs if config.chosen]


def remembered() -> "Config | None":
    """The one collection that the command of this context is about."""
    context = click.get_current_context(silent=True)
    configs = context.meta.get(_KEY, []) if context is not None else []
    return configs[0] if len(configs) == 1 else None


def pasteable(text: str, config: "Config | None", own: str = "") -> str:
    """A message in which documents have the paths that work from here, and our commands run as they are pasted.

    ``own``: the document that it is about, which may be gone.
    """
    parts: list[str] = []
    last = 0
    for found in _COMMAND.finditer(text):
        parts += [_with_paths(text[last : found.start()], config, own), f"`{_command(found, config, own)}`"]
        last = found.end()
    return "".join([*parts, _with_paths(text[last:], config, own)])


def _command(found: "re.Match[str]", config: "Config | None", own: str) -> str:
    name, rest = found[1], found[2].strip()
    if config is None or name not in _OF_DOCUMENTS:
        return own_command(name, *rest.split())
    words = _with_own(rest, own)
    placed = [show_path(config, word) if word == own and own else word for word in words]
    named = bool(own) and own in words
    return own_command(name, *placed, *_context(config, named="--overwrite" not in words and named))


def _with_own(rest: str, own: str) -> list[str]:
    """The words of a command; the path of the document is one, whatever it holds."""
    if own and rest.endswith(own):
        return [*rest.removesuffix(own).split(), own]
    return rest.split()


def _context(config: "Config", *, named: bool) -> list[str]:
    """What leads another command to the same pages. ``named``: it names a document, so that the folder need not be."""
    words = ["--sandbox"] if config.sandbox else []
    for key in _DECISIVE:
        value = config.values[key]
        if value.origin.startswith("flag") and value.value:
            words += ["--" + key.replace("_", "-"), str(value.value)]
    given = config.file is not None or config.values["docs"].origin != "default"
    folder = show_path(config, ".")
    return words if given else [*words, *(["--docs", folder] if named else [folder])]


def _with_paths(text: str, config: "Config | None", own: str) -> str:
    if config is None:
        return text

    def replace(found: re.Match[str]) -> str:
        key = found[0]
        return show_path(config, key) if key == own or os.path.isfile(f"{config.docs}/{key}") else key

    def move(found: re.Match[str]) -> str:
        return "git mv " + shlex.join(show_path(config, word) for word in found[1].split())

    return re.sub(r"git mv (\S+ \S+)", move, text) if "git mv " in text else _FILE.sub(replace, text)
