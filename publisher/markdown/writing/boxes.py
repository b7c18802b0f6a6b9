"""Boxes around blocks: callouts, expands, columns, and macros with a body. Each has several forms; the first that reads alike wins."""

import re
from collections.abc import Callable

import yaml

from publisher.markdown.confluence import DIRECTIVES
from publisher.markdown.writing.escape import escape_attribute
from publisher.markdown.writing.inlines import LineWriter
from publisher.markdown.writing.style import Forms, NoForm
from publisher.model.document import AnyMacro, Block, Callout, Expand, Include, Layout, Macro, Paragraph
from publisher.model.inlines import Text

#: Blocks → lines, at the place where they stand.
WriteBlocks = Callable[[tuple[Block, ...]], list[str]]
#: One way to write a block; NoForm if it cannot be written so.
Form = Callable[[], list[str]]
_ALERTS = {"info": "NOTE", "tip": "TIP", "note": "WARNING", "warning": "CAUTION", "important": "IMPORTANT"}
_WORDS = {"info": "info", "tip": "tip", "note": "warning", "warning": "danger", "important": "important"}


def fence_lines(language: str, text: str) -> list[str]:
    """A fenced block, with a fence that its text does not hold."""
    longest = max((len(run) for run in re.findall(r"^[ \t>]*(`{3,})", text, re.M)), default=2)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *text.split("\n"), fence]


def indented(lines: list[str], prefix: str) -> list[str]:
    """Lines behind a prefix; empty ones without blanks at their ends."""
    return [(prefix + line) if line else prefix.rstrip() for line in lines]


def callout_forms(block: Callout, forms: Forms, write: WriteBlocks) -> list[Form]:
    """The forms of a callout, the dialect's own first."""
    body = write(block.children)
    if block.kind == "panel" or block.colour or block.icon:
        return [lambda: _container("panel " + _plain_title(block, forms), _panel_values(block), body)]
    title = LineWriter(forms, broken=False).write(block.title)
    found: list[Form] = []
    if forms.style.boxes == "admonition" and '"' not in title:
        found.append(lambda: [f'!!! {_WORDS[block.kind]} "{title}"', "", *indented(body, "    ")])
    if forms.style.boxes in {"label", "container"} and title and not re.search(r"[\[\]{}|]", title):
        written = f"[{title}]" if forms.style.boxes == "label" else f" {title}"
        found.append(lambda: _container(_WORDS[block.kind] + written, "", body))
    return [*found, lambda: _alert(f"[!{_ALERTS[block.kind]}]", title, block.children, body)]


def _alert(sign: str, title: str, children: tuple[Block, ...], body: list[str]) -> list[str]:
    first = f"{sign} {title}".rstrip()
    joined = bool(children) and isinstance(children[0], Paragraph)
    return indented([first, *([] if joined or not body else [""]), *body], "> ")


def _plain_title(block: Callout, forms: Forms) -> str:
    title = LineWriter(forms, broken=False).write(block.title)
    if re.search(r"[{}|\[\]]", title):
        raise NoForm
    return title


def _panel_values(block: Callout) -> str:
    named = {"bg": block.colour, "icon": block.icon}
    written = " ".join(f"{name}={value}" for name, value in named.items() if value)
    return f" {{{written}}}" if written else ""


def _container(head: str, values: str, body: list[str]) -> list[str]:
    longest = max((len(run) for line in body for run in re.findall(r"^[ \t>]*(:{3,})", line)), default=2)
    fence = ":" * max(3, longest + 1)
    return [f"{fence} {head.strip()}{values}" if " " in head or values else fence + head, "", *body, "", fence]


def expand_forms(block: Expand, forms: Forms, write: WriteBlocks) -> list[Form]:
    """The forms of an expand."""
    body = write(block.children)
    title, folds = block.title, forms.style.folds
    found: list[Form] = []
    if folds == "admonition" and '"' not in title:
        found.append(lambda: [f'??? note "{title}"', "", *indented(body, "    ")])
    if folds == "container" and not re.search(r"[{}|\[\]]", title):
        found.append(lambda: _container(f"details {title}", "", body))
    if folds == "alert":
        line = LineWriter(forms, broken=False).write((Text(title),))
        found.append(lambda: _alert("[!note]-", line, block.children, body))
    head = ["<details>", f"<summary>{escape_attribute(title)}</summary>"]
    return [*found, lambda: [*head, *(["", *body, ""] if body else []), "</details>"]]


def layout_lines(block: Layout, write: WriteBlocks) -> list[str]:
    """Columns, each with its part of the width."""
    widths = block.widths or (0.0,) * len(block.cells)
    inner: list[str] = []
    for cell, width in zip(block.cells, widths, strict=True):
        inner += [*_container("column", f" {{width={width:g}}}" if width else "", write(cell)), ""]
    return _container("columns", "", inner[:-1])


def macro_forms(block: AnyMacro, write: WriteBlocks) -> list[Form]:
    """A macro by its name, with all that it holds."""
    named = dict(block.parameters)
    title = named.get("name" if block.name == "excerpt" else "id", "")
    word = {"excerpt": "excerpt", "details": "page-properties"}.get(block.name)
    body = write(block.children)
    found: list[Form] = []
    if word and block.children and not re.search(r"[{}|\[\]]", title):
        values = f" {{hidden={named['hidden']}}}" if named.get("hidden") else ""
        found.append(lambda: _container(f"{word} {title}", values, body))
    if block.name in DIRECTIVES and not block.children and not block.plain:
        found.append(lambda: [directive(block.name, block.parameters)])
    return [*found, lambda: _macro_block(block, body)]


def _macro_block(block: AnyMacro, body: list[str]) -> list[str]:
    head: dict[str, object] = {"name": block.name}
    head |= {"parameters": dict(block.parameters)} if block.parameters else {}
    head |= {"plain": block.plain} if block.plain else {}
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=False).rstrip()
    return fence_lines("macro", "\n".join([text, *(["---", *body] if body else [])]))


def directive(name: str, parameters: tuple[tuple[str, str], ...]) -> str:
    """``{name:value|parameter=value}``; NoForm for values that it cannot hold."""
    if any(re.search(r"[{}|\n]|\A\s|\s\Z", value) or not re.fullmatch(r"[\w-]+", key) for key, value in parameters):
        raise NoForm
    parts = [f"{key}={value}" for key, value in parameters]
    if parameters and parameters[0][0] == DIRECTIVES[name]:
        parts[0] = parameters[0][1]
    return f"{{{name}:{'|'.join(parts)}}}" if parts else f"{{{name}}}"


def widget_forms(block: Macro, write: WriteBlocks) -> list[Form]:
    """A macro without a body: as a directive, else by its name."""
    name = "jql" if block.name == "jira" else block.name
    first: list[Form] = [lambda: [directive(name, block.parameters)]] if name in DIRECTIVES else []
    return [*first, *macro_forms(AnyMacro(block.name, block.parameters), write)]


def include_line(block: Include) -> list[str]:
    """Another page's text."""
    href = block.href.replace("|", "%7C").replace("=", "%3D")
    if block.excerpt is None:
        return [directive("include", (("page", href),))]
    named = (("name", block.excerpt),) if block.excerpt else ()
    return [directive("excerpt-include", (("page", href), *named))]
