"""How Markdown is written: the syntaxes that may be used, and the few points on which formatters differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.markdown.grammar import Grammar


class NoForm(Exception):
    """Markdown, in this dialect, has no form for what was to be written."""


@dataclass(frozen=True, slots=True)
class WritingStyle:
    """``bullet``: of lists; ``other_bullet``: where two lists follow each other. ``emphasis``: ``*`` or ``_``.

    ``indent``: columns of what belongs to a list item; 0: as wide as its marker. ``boxes``: how callouts are written:
    ``alert`` (``> [!NOTE]``), ``admonition`` (``!!! note``) or ``container`` (``:::note``), where they have a title.
    ``folds``: how expands are: ``details`` (HTML), ``admonition``, ``container`` or ``alert``. ``bare_html``: whether
    ``<https://…>`` is an address (in MDX it is a tag).
    """

    bullet: str = "-"
    other_bullet: str = "*"
    emphasis: str = "*"
    indent: int = 0
    boxes: str = "alert"
    folds: str = "details"
    bare_html: bool = True


_STYLES: Mapping[str, WritingStyle] = {
    "mkdocs": WritingStyle(indent=4, boxes="admonition", folds="admonition"),
    "docusaurus": WritingStyle(boxes="container", bare_html=False),
    "vitepress": WritingStyle(boxes="container", folds="container", bare_html=False),
    "obsidian": WritingStyle(folds="alert"),
}


def style_of(dialect: str) -> WritingStyle:
    """The canonical style of a dialect."""
    return _STYLES.get(dialect, WritingStyle())


@dataclass(frozen=True, slots=True)
class Forms:
    """What a writer may use: ``grammar`` reads the text again, ``style`` decides between forms that it reads alike.

    ``careful``: every character that could mean something is escaped, and marks are HTML.
    """

    grammar: Grammar = field(default_factory=lambda: Grammar(frozenset()))
    style: WritingStyle = field(default_factory=WritingStyle)
    careful: bool = False

    def has(self, syntax: str) -> bool:
        """Whether a syntax is on."""
        return syntax in self.grammar.syntaxes
