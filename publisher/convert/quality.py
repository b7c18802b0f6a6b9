"""Which problems there are, in order, and whether they fail a run."""

from collections.abc import Iterable

from publisher.model.problem import Level, Problem


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
