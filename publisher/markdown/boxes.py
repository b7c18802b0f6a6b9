"""Callouts and containers of all dialects become our few boxes: panels, expands, columns, excerpts."""

import re
from collections.abc import Mapping
from itertools import pairwise

from publisher.markdown.builder import Builder
from publisher.markdown.directive_names import FOLDED
from publisher.markdown.gathered import Token
from publisher.markdown.inlines import dress_image, raw_text, without_start
from publisher.markdown.walk import plain_text, trim
from publisher.model.document import AnyMacro, Block, Callout, Expand, Layout, Paragraph, Quote
from publisher.model.inlines import Image, Inline, Link, Mark, Text
from publisher.storage import clean_text

#: Kinds of callouts in Markdown dialects → our five (docs/storage-format.md#macros).
CALLOUTS = {
    "note": "info", "info": "info", "abstract": "info", "summary": "info", "question": "info", "quote": "info",
    "example": "info", "tldr": "info", "todo": "info", "help": "info", "faq": "info", "cite": "info", "seealso": "info",
    "tip": "tip", "hint": "tip", "success": "tip", "check": "tip", "done": "tip", "important": "important", "warning": "note",
    "attention": "note", "danger": "warning", "error": "warning", "bug": "warning", "failure": "warning", "fail": "warning",
    "missing": "warning", "caution": "warning", "notice": "info", "alert": "note", "callout": "info", "admonition": "info",
}  # fmt: skip
_ALERT = re.compile(r"\[!(?P<kind>[\w-]+)\](?P<fold>[-+]?)[ \t]*")
#: Containers that only group what is in them.
_GROUPS = {
    "code-group", "tabs", "tabbed", "tab-set", "v-pre", "raw", "html", "div", "grid", "column", "caption", "figure-caption",
    "center", "steps", "cards", "card", "tab-group", "blocks",
}  # fmt: skip
_COLUMNS = {"columns", "row", "layout"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def build_quote(builder: Builder, token: Token, line: int) -> Block:
    """A quote, or a callout of GitHub (``> [!NOTE]``) or Obsidian (``> [!note]- Title``)."""
    children = list(token["children"])
    first = children[0] if children else {}
    raw = "".join(map(raw_text, first.get("children", ()))) if first.get("type") == "paragraph" else ""
    alert = _ALERT.match(raw)
    if not alert or (alert["kind"].lower() not in CALLOUTS and "wikilinks" not in builder.grammar.syntaxes):
        return Quote(builder.blocks(children, line), line)
    inline = first["children"]
    cut = next((i + 1 for i, child in enumerate(inline) if child["type"] in {"softbreak", "linebreak"}), len(inline))
    rest = [{**first, "children": inline[cut:], "line": first.get("line", line) + 1}] if inline[cut:] else []
    body = builder.blocks([*rest, *children[1:]], line)
    title = trim(builder.inlines(without_start(inline[:cut], alert.end()), line))
    kind = alert["kind"].lower()
    if alert["fold"] == "-":
        return Expand(plain_text(title) or kind.capitalize(), body, line)
    return Callout(CALLOUTS.get(kind, "info"), title, body, line)


def build_admonition(builder: Builder, token: Token, line: int) -> Block:
    """``!!! kind "Title"`` and ``??? kind "Title"``; an empty title means none."""
    body = builder.blocks(token["children"], line)
    title = token["title"] if token["title"] is not None else token["kind"].replace("-", " ").capitalize()
    if token["mark"] == "???":
        return Expand(builder.title_of(clean_text(title), line), body, line)
    return Callout(CALLOUTS.get(token["kind"].lower(), "info"), builder.styled(clean_text(title), line), body, line)


def build_container(builder: Builder, token: Token, line: int) -> list[Block]:
    """``:::kind[Title]{attributes}`` and its relatives."""
    kind, title, attributes = token["kind"], clean_text(token["title"] or ""), token["attributes"]
    if kind in _COLUMNS:
        return _build_columns(builder, token, line)
    if kind.startswith("callout-"):
        return _build_callout(builder, token, line)
    if kind in {"panel-tabset", "tabset"}:
        return _build_tabset(builder, token, line)
    body = builder.blocks(token["children"], line)
    if kind in FOLDED or kind == "tab":
        return [Expand(builder.title_of(title, line) or kind.capitalize(), body, line)]
    if kind in {"excerpt", "details-table", "page-properties"}:
        name = "excerpt" if kind == "excerpt" else "details"
        given = {"name" if kind == "excerpt" else "id": title, "hidden": attributes.get("hidden", "")}
        return [AnyMacro(name, tuple((key, value) for key, value in given.items() if value), body, "", line)]
    if kind == "panel":
        colour, icon = attributes.get("bg", "") or attributes.get("colour", ""), attributes.get("icon", "")
        if colour and not _COLOUR.match(colour):
            builder.report(line, "bad-macro", f"the panel's colour `{colour}` is not of the form #rrggbb")
            colour = ""
        return [Callout("panel", builder.styled(title, line), body, line, colour, icon)]
    if kind not in _GROUPS and kind not in CALLOUTS and "spans" not in builder.grammar.syntaxes:
        builder.notices.add("unknown-container", f"::: {kind}", line)
    if kind in _GROUPS or (kind not in CALLOUTS and not title):
        return list(body)
    heading = builder.styled(title or kind.replace("-", " ").capitalize(), line)
    return [Callout(CALLOUTS.get(kind, "info"), heading, body, line)]


def _build_columns(builder: Builder, token: Token, line: int) -> list[Block]:
    """Columns, one for each ``column`` container inside; what is beside those is kept before them."""
    found = [child for child in token["children"] if child["type"] == "container" and child["kind"] == "column"]
    others = [child for child in token["children"] if child not in found]
    cells = tuple(builder.blocks(child["children"], child["line"]) for child in found)
    widths = [re.match(r"[\d.]+", child["attributes"].get("width", "")) for child in found]
    numbers = tuple(float(width[0]) for width in widths if width)
    before = builder.blocks(others, line)
    return [*before, *([Layout(cells, numbers if len(numbers) == len(cells) else (), line)] if cells else [])]


def build_figure(builder: Builder, given: Mapping[str, str], line: int) -> list[Block]:
    """Hugo's figure: a picture with its size, and a caption of title and text; with a link it has its caption below."""
    words = (builder.title_of(given.get(name, ""), line) for name in ("title", "caption", "attr"))
    caption = ": ".join(filter(None, words))
    source, alt, link = clean_text(given["src"]), clean_text(given.get("alt", "")), clean_text(given.get("link", ""))
    image = dress_image(Image(source, alt, "" if link else caption, line), dict(given))
    nodes: tuple[Inline, ...] = (Link(link, (image,), line),) if link else (image,)
    builder.gather(nodes)
    below = [Paragraph((Mark("em", (Text(caption),)),), line)] if link and caption else []
    return [Paragraph(nodes, line), *below]


def _build_callout(builder: Builder, token: Token, line: int) -> list[Block]:
    """Quarto's ``::: {.callout-tip title="…" collapse="true"}``; a heading at its beginning is its title."""
    kind = token["kind"].removeprefix("callout-")
    children = [child for child in token["children"] if child["type"] != "blank_line"]
    title, attributes = builder.styled(clean_text(token["title"] or ""), line), token["attributes"]
    if not title and children and children[0]["type"] == "heading":
        title = builder.inlines(children.pop(0)["children"], line)
    body = builder.blocks(children, line)
    if attributes.get("collapse", "").lower() in {"true", "false"}:
        return [Expand(" ".join(plain_text(title).split()) or kind.capitalize(), body, line)]
    return [Callout(CALLOUTS.get(kind, "info"), title or (Text(kind.capitalize()),), body, line)]


def _build_tabset(builder: Builder, token: Token, line: int) -> list[Block]:
    """Quarto's ``::: {.panel-tabset}``: each heading of the level of its first one begins a tab."""
    children = token["children"]
    levels = [child["attrs"]["level"] for child in children if child["type"] == "heading"]
    starts = [
        at for at, child in enumerate(children) if child["type"] == "heading" and child["attrs"]["level"] == levels[0]
    ]
    found = list(builder.blocks(children[: starts[0]] if starts else children, line))
    for start, end in pairwise([*starts, len(children)]):
        head = children[start]
        title = " ".join(plain_text(builder.inlines(head["children"], head.get("line", line))).split())
        at = head.get("line", line)
        found.append(Expand(title or "Tab", builder.blocks(children[start + 1 : end], at), at))
    return found
