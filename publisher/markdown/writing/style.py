"""How Markdown is written: the syntaxes that may be used, and the few points on which formatters differ."""

import re
from collections import Counter
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.markdown.grammar import Grammar


class NoForm(Exception):
    """Markdown, in this dialect, has no form for what was to be written."""


class WritingStyle(Struct, frozen=True):
    """``bullet``: of lists; ``other_bullet``: where two lists follow each other. ``emphasis``: ``*`` or ``_``.

    ``indent``: columns of what belongs to a list item; 0: as wide as its marker. ``boxes``: how callouts are written:
    ``alert`` (``> [!NOTE]``), ``admonition`` (``!!! note``), or, where they have a title, ``label``
    (``:::note[Title]``) or ``container`` (``::: note Title``).
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
    "docusaurus": WritingStyle(boxes="label", bare_html=False),
    "vitepress": WritingStyle(boxes="container", folds="container", bare_html=False),
    "obsidian": WritingStyle(folds="alert"),
}


def style_of(dialect: str) -> WritingStyle:
    """The canonical style of a dialect."""
    return _STYLES.get(dialect, WritingStyle())


def detect_style(text: str, style: WritingStyle) -> WritingStyle:
    """The style with what a text shows of its author's: bullets, emphasis, how far what belongs to an item is indented."""
    bullets = Counter(re.findall(r"^[ \t>]*([-*+])[ \t]+\S", text, re.M))
    bullet = bullets.most_common(1)[0][0] if bullets else style.bullet
    stars = len(re.findall(r"(?<![*\w\\])\*(?![*\s])[^*\n]+(?<![\s\\])\*(?![*\w])", text))
    lines = len(re.findall(r"(?<![_\w\\])_(?![_\s])[^_\n]+(?<![\s\\])_(?![_\w])", text))
    emphasis = "_" if lines > stars else "*" if stars else style.emphasis
    items = re.findall(r"^([ \t]*)[-*+]( +)\S", text, re.M)
    wide = Counter(len(blanks) + 1 for _, blanks in items).most_common(1)
    indent = wide[0][0] if wide and wide[0][0] != 2 else 0 if wide else style.indent
    nested = Counter(len(lead) for lead, _ in items if lead)
    if nested and min(nested) == 4:
        indent = max(indent, 4) if indent else 4
    return replace(style, bullet=bullet, other_bullet="*" if bullet != "*" else "-", emphasis=emphasis, indent=indent)


class Forms(Struct, frozen=True):
    """What a writer may use: ``grammar`` reads the text again, ``style`` decides between forms that it reads alike.

    ``careful``: every character that could mean something is escaped, and marks are HTML.
    """

    grammar: Grammar = field(default_factory=lambda: Grammar(frozenset()))
    style: WritingStyle = field(default_factory=WritingStyle)
    careful: bool = False

    def has(self, syntax: str) -> bool:
        """Whether a syntax is on."""
        return syntax in self.grammar.syntaxes
