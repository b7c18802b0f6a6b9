"""Which pages, and which problems, the paths and the Git range of a command ask for."""

from collections.abc import Sequence

from publisher.convert.affected import find_affected
from publisher.convert.compose import Conversion
from publisher.model.problem import Problem
from publisher.model.settings import Settings
from publisher.source.git.revisions import changed_files


def select_pages(conversion: Conversion, settings: Settings, paths: Sequence[str], since: str) -> frozenset[str] | None:
    """Keys of the pages that ``paths`` (keys of documents or folders) and a Git range ask for; None for all."""
    pages = conversion.tree.pages
    chosen = frozenset(key for key in pages if is_selected(key, paths)) if paths else None
    if not since:
        return chosen
    affected = find_affected(conversion, settings, changed_files(settings.docs, since))
    return affected if chosen is None else chosen if affected is None else chosen & affected


def selected_problems(conversion: Conversion, paths: Sequence[str], selected: frozenset[str] | None) -> list[Problem]:
    """The problems of the selected documents; all where nothing is selected."""
    if selected is None and not paths:
        return list(conversion.problems)
    keys = selected or frozenset()
    return [
        item
        for item in conversion.problems
        if item.path in keys or (paths and is_selected(item.path, paths) and item.path not in conversion.tree.pages)
    ]


def is_selected(key: str, paths: Sequence[str]) -> bool:
    """Whether a document is, or lies below, a selected path. Without paths, every document is."""
    return not paths or any(key == path or key.startswith(path + "/") for path in paths)
