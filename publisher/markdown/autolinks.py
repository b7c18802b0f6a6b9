"""Bare addresses become links, by GitHub's rules: ``https://…``, ``www.…``. E-mail addresses are found in the text."""

import re
from typing import Any

from mistune.util import escape_url

_PATTERN = r"://(?=[^\s<])"
_ADDRESS = re.compile(r"[^\s<]+")
_SCHEME = re.compile(r"(?<![A-Za-z0-9@/.:-])(?:https?|ftp)$")
#: An address without a scheme, in a text.
WWW = re.compile(r"(?<![A-Za-z0-9@/.:-])www\.[^\s<]+")
_HOST = re.compile(r"(?:https?://|ftp://)?(?:[^\s/?#]*@)?(?P<host>(?:\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*))", re.I)
_TRAILING = "?!.,:*_~'\""
_ENTITY = re.compile(r"&[A-Za-z0-9]+;\Z")
#: An e-mail address in a text.
EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z0-9](?![\w@-])")


def _cut(address: str) -> str:
    """Without the punctuation that belongs to the sentence."""
    end, surplus = len(address), address.count(")") - address.count("(")
    while end:
        last = address[end - 1]
        entity = _ENTITY.search(address, max(0, end - 40), end) if last == ";" else None
        if entity:
            end = entity.start()
        elif last in _TRAILING:
            end -= 1
        elif last == ")" and surplus > 0:
            end, surplus = end - 1, surplus - 1
        else:
            break
    return address[:end]


def read_address(text: str) -> str:
    """The address that a text begins with; empty if its host cannot be one."""
    address = _cut(text)
    host = _HOST.match(address)
    parts = host["host"].split(".") if host else [""]
    if not parts[0] or (address.startswith("www.") and len(parts) < 2) or any("_" in part for part in parts[-2:]):
        return ""
    return address


def _parse(inline: Any, match: re.Match[str], state: Any) -> int | None:
    """At ``://``, for every rule begins with a character that is rare; the scheme is taken back from the text."""
    scheme = _SCHEME.search(state.src, max(0, match.start() - 6), match.start())
    before = state.tokens[-1] if state.tokens else {}
    if scheme is None or not str(before.get("raw", "")).endswith(scheme[0]) or before["type"] != "text":
        return None
    rest = _ADDRESS.match(state.src, match.start())
    text = rest[0] if rest else ""
    address = read_address(scheme[0] + (text.partition("]")[0] if state.brackets else text))
    if not address:
        return None
    end = scheme.start() + len(address)
    if state.in_link or state.depth >= inline.max_nested_level:
        inline.process_text(state.src[match.start() : end], state)
        return end
    before["raw"] = before["raw"][: -len(scheme[0])]
    children = [{"type": "text", "raw": address}]
    state.append_token({"type": "link", "children": children, "attrs": {"url": escape_url(address)}})
    return end


def autolinks(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("bare_address", _PATTERN, _parse)
