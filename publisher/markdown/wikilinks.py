"""Obsidian's ``[[Page#Heading|label]]`` and embeds ``![[image.png|300]]``. The resolver knows the scheme ``wikilink:``."""

import re
from typing import Any

_PATTERN = r"!?\[\[(?!_?(?:TOC|toc)_?\]\])[^\[\]\n]+\]\]"


def _parse_wikilink(inline: Any, match: re.Match[str], state: Any) -> int:
    text = match.group(0)
    target, _, alias = text.removeprefix("!")[2:-2].replace("\\|", "|").partition("|")
    target, alias = target.strip(), alias.strip()
    picture = re.search(r"\.(png|jpe?g|gif|svg|webp|bmp|avif)$", target.partition("#")[0], re.I)
    if text.startswith("!") and picture:
        size = re.fullmatch(r"(\d+)(?:x\d+)?", alias)
        attributes = {"url": "wikilink:" + target, "width": size[1] if size else ""}
        label = "" if size else alias
        state.append_token({"type": "image", "attrs": attributes, "children": [{"type": "text", "raw": label}]})
    else:
        label = alias or target.removeprefix("#").replace("#", " > ")
        children = [{"type": "text", "raw": label}]
        token = {"type": "link", "attrs": {"url": "wikilink:" + target}, "children": children}
        state.append_token({**token, "embed": text.startswith("!")})
    return match.end()


def wikilinks(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("wikilink", _PATTERN, _parse_wikilink, before="link")


def _drop(inline: Any, match: re.Match[str], state: Any) -> int:
    return match.end()


def comments(markdown: Any) -> None:
    """Obsidian's ``^block-id`` at a paragraph's end. Its ``%%comments%%`` are cut out before (see ``hidden``)."""
    markdown.inline.register("block_id", r"(?<=\s)\^[A-Za-z0-9-]+(?=\s*$)", _drop, before="link")
