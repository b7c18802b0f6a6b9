"""What to read in a text: the syntaxes that are on, and the tables of names that go with some of them."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

#: (path as written) → (its name for messages and loops, its text), or None if there is no such file that may be read.
Reader = Callable[[str], tuple[str, str] | None]


def read_nothing(path: str) -> tuple[str, str] | None:
    """The reader where there is nothing to include."""
    return None


class Grammar(Struct, frozen=True):
    """``people``: ``@name`` → account. ``issues``: keys of Jira projects. ``variables``: what ``{{ name }}`` stands for.

    ``labels_from``: keys of the front matter whose values are labels too.
    ``compat``: the tool whose headers and marks the documents have.
    ``substitutions``: what ``{{ name }}`` stands for outside of code, in one document.
    ``tasks``: whether task lists become tasks; as text they are lists with ☐ and ☑.
    """

    syntaxes: frozenset[str]
    people: Mapping[str, str] = field(default_factory=dict)
    issues: frozenset[str] = frozenset()
    variables: Mapping[str, Any] = field(default_factory=dict)
    tasks: bool = True
    labels_from: tuple[str, ...] = ()
    compat: str = "none"
    substitutions: Mapping[str, Any] = field(default_factory=dict)
