"""Which problems there are, in order, and whether they fail a run."""

from collections.abc import Iterable, Mapping
from typing import Any

from publisher.model.problem import Level, Problem
from publisher.model.tree import PageTree


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Each once, by place; of those that concern a label, the first place alone."""
    found = sorted(set(problems), key=lambda p: (p.path, p.line or 0, p.code, p.message))
    first: dict[object, Problem] = {}
    for item in found:
        first.setdefault(item.message if item.code == "label-changed" else item, item)
    return list(first.values())


def failing(problems: Iterable[Problem], fail_on: str) -> bool:
    """Whether a problem is at least as bad as ``fail_on`` (error, warning, notice; never)."""
    return fail_on != "never" and any(item.level >= Level[fail_on.upper()] for item in problems)


def judge_later(problems: Iterable[Problem], tree: PageTree, levels: Mapping[str, Any]) -> list[Problem]:
    """Problems that are found after the conversion, judged as those of the conversion are."""
    from publisher.pagetree.quality import judge_problems

    documents = [page.document for page in tree.pages.values() if page.document is not None]
    return list(judge_problems(problems, documents, levels))
