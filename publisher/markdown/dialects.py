"""The table of syntaxes, and the dialects that are made of them. A dialect is a named set."""

import difflib
from collections.abc import Callable, Iterable
from typing import Any

from mistune.plugins.abbr import abbr
from mistune.plugins.formatting import insert, strikethrough, subscript, superscript
from mistune.plugins.task_lists import task_lists

from publisher.errors import UsageError
from publisher.markdown.admonitions import admonitions
from publisher.markdown.autodoc import autodoc
from publisher.markdown.autolinks import autolinks
from publisher.markdown.confluence import confluence
from publisher.markdown.containers import containers
from publisher.markdown.definitions import definitions
from publisher.markdown.directive_fences import directives
from publisher.markdown.footnotes import footnotes, inline_notes
from publisher.markdown.imagesize import image_sizes
from publisher.markdown.inline import critic, keys, marks, single_tilde
from publisher.markdown.line_comments import line_comments
from publisher.markdown.liquid import liquid
from publisher.markdown.math import math
from publisher.markdown.multiline_quote import multiline_quotes
from publisher.markdown.raw_storage import raw_storage
from publisher.markdown.roles import roles
from publisher.markdown.shortcodes import shortcodes
from publisher.markdown.snippets import snippets
from publisher.markdown.spans import spans
from publisher.markdown.tables import tables
from publisher.markdown.tabs import tabs
from publisher.markdown.wikilinks import comments, wikilinks

Plugin = Callable[[Any], None]


def _none(markdown: Any) -> None:
    """A syntax that the builder of nodes knows, not the parser."""


#: Every syntax by name. Order matters where rules compete.
SYNTAXES: dict[str, tuple[Plugin, ...]] = {
    "tables": (tables,),
    "strikethrough": (strikethrough,),
    "task-lists": (task_lists,),
    "footnotes": (footnotes,),
    "autolinks": (autolinks,),
    "admonitions": (admonitions,),
    "containers": (autodoc, containers),
    "tabs": (tabs,),
    "definition-lists": (definitions,),
    "abbreviations": (abbr,),
    "keys": (keys,),
    "critic": (critic,),
    "mark": (marks,),
    "insert": (insert,),
    "inline-notes": (inline_notes,),
    "superscript": (superscript,),
    "subscript": (subscript,),
    "single-tilde": (single_tilde,),
    "wikilinks": (wikilinks,),
    "comments": (comments,),
    "line-comments": (line_comments,),
    "shortcodes": (shortcodes,),
    "liquid": (liquid,),
    "math": (math,),
    "confluence": (confluence,),
    "raw-storage": (raw_storage,),
    "image-sizes": (image_sizes,),
    "multiline-quotes": (multiline_quotes,),
    "snippets": (snippets,),
    "spans": (spans,),
    "roles": (roles,),
    "directives": (directives,),
    "mentions": (_none,),
    "attributes": (_none,),
    "emoji": (_none,),
    "includes": (_none,),
    "hidden-lines": (_none,),
    "substitutions": (_none,),
    "mdx": (_none,),
    "raw-tags": (_none,),
}
#: CommonMark, GFM, and block syntax that cannot be mistaken for text.
ALWAYS = frozenset(
    {
        "tables",
        "strikethrough",
        "task-lists",
        "footnotes",
        "autolinks",
        "admonitions",
        "containers",
        "tabs",
        "confluence",
        "image-sizes",
        "mentions",
    }
)
DIALECTS: dict[str, frozenset[str]] = {
    "gfm": ALWAYS | {"single-tilde"},
    "mkdocs": ALWAYS | {"definition-lists", "abbreviations", "keys", "critic", "mark", "insert", "superscript", "subscript",
                        "attributes", "emoji", "includes", "raw-tags"},
    "docusaurus": ALWAYS | {"attributes", "mdx", "single-tilde"},
    "vitepress": ALWAYS | {"snippets", "attributes", "emoji", "mdx"},
    "obsidian": ALWAYS | {"wikilinks", "comments", "mark", "math", "inline-notes"},
    "mdbook": ALWAYS | {"includes", "hidden-lines", "single-tilde"},
    "hugo": ALWAYS | {"single-tilde", "shortcodes", "definition-lists", "attributes", "emoji"},
    "jekyll": ALWAYS | {"liquid", "definition-lists", "abbreviations", "attributes", "emoji"},
    "gitbook": ALWAYS | {"liquid", "math", "emoji"},
    "gitlab": ALWAYS | {"multiline-quotes", "math", "emoji", "includes", "wikilinks"},
    "learn": ALWAYS | {"includes", "single-tilde"},
    "myst": ALWAYS | {"line-comments", "roles", "directives", "substitutions", "math", "definition-lists", "attributes", "spans"},
    "pandoc": ALWAYS | {"definition-lists", "attributes", "superscript", "subscript", "math", "spans", "inline-notes"},
}  # fmt: skip


def choose_syntaxes(dialect: str, changes: Iterable[str]) -> frozenset[str]:
    """The syntaxes of a dialect with ``+name`` and ``-name`` applied. UsageError names the nearest for an unknown one."""
    chosen = set(DIALECTS[dialect])
    for change in changes:
        name = change.lstrip("+-")
        if name not in SYNTAXES:
            near = difflib.get_close_matches(name, SYNTAXES, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(SYNTAXES)}"
            raise UsageError(f"syntax: `{name}` is not known; {hint}")
        (chosen.discard if change.startswith("-") else chosen.add)(name)
    return frozenset(chosen)
