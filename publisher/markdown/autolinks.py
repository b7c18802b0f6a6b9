"""Bare addresses become links, by GitHub's rules: ``https://…``, ``www.…``. E-mail addresses are found in the text."""

import re
from typing import Any

from mistune.util import escape_url

_PATTERN = r"(?<![A-Za-z0-9@/.:-])(?:https?://|ftp://|www\.)[^\s<]+"
_HOST = re.compile(r"(?:https?://|ftp://)?(?:[^\s/?#]*@)?(?P<host>(?:\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*))", re.I)
_TRAILING = re.compile(r"(?:[?!.,:*_~'\"]|&[A-Za-z0-9]+;)$")
#: An e-mail address in a text.
EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z0-9](?![\w@-])")


def _cut(address: str) -> str:
    """Without the punctuation that belongs to the sentence."""
    while True:
        found = _TRAILING.search(address)
        if found:
            address = address[: found.start()]
        elif address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1]
        else:
            return address


def _parse(inline: Any, match: re.Match[str], state: Any) -> int | None:
    text = match.group(0)
    address = _cut(text.partition("]")[0] if state.brackets else text)
    host = _HOST.match(address)
    parts = host["host"].split(".") if host else []
    bare = address.startswith("www.")
    if not host or (bare and len(parts) < 2) or any("_" in part for part in parts[-2:]) or not parts[0]:
        return None
    if state.in_link or state.depth >= inline.max_nested_level:
        inline.process_text(address, state)
    else:
        url = "http://" + address if bare else address
        children = [{"type": "text", "raw": address}]
        state.append_token({"type": "link", "children": children, "attrs": {"url": escape_url(url)}})
    return match.start() + len(address)


def autolinks(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("bare_address", _PATTERN, _parse)
