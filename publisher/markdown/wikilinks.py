"""Obsidian's ``[[Page#Heading|label]]`` and embeds ``![[image.png|300]]``. The resolver knows the scheme ``wikilink:``."""

import re
from typing import Any

from publisher.naming import BLOCK

_SIZE = re.compile(r"(?:(?P<text>.*)\|)??(?P<width>\d{1,5})(?:x(?P<height>\d{1,5}))?")
_PICTURE = re.compile(r"\.(png|jpe?g|gif|svg|webp|bmp|avif)$", re.I)
_PATTERN = r"!?\[\[(?!_?(?:TOC|toc)_?\]\])[^\[\]\n]+\]\]"


def read_size(alias: str) -> tuple[str, str, str]:
    """(text, width, height) of ``text|300x200``, ``text|300``, ``300``."""
    found = _SIZE.fullmatch(alias.strip())
    return ((found["text"] or "").strip(), found["width"], found["height"] or "") if found else (alias, "", "")


def _parse_wikilink(inline: Any, match: re.Match[str], state: Any) -> int:
    text = match.group(0)
    target, _, alias = text.removeprefix("!")[2:-2].replace("\\|", "|").partition("|")
    target, alias = target.strip(), alias.strip()
    if text.startswith("!") and _PICTURE.search(target.partition("#")[0]):
        label, width, height = read_size(alias)
        attributes = {"url": "wikilink:" + target, "width": width, "height": height}
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


def _parse_block_id(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "place", "name": BLOCK + match.group(0)[1:]})
    return match.end()


def comments(markdown: Any) -> None:
    """Obsidian's ``^block-id`` at a paragraph's end. Its ``%%comments%%`` are cut out before (see ``hidden``)."""
    markdown.inline.register("block_id", r"(?<=\s)\^[A-Za-z0-9-]+(?=\s*$)", _parse_block_id, before="link")
