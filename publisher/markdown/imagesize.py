"""Image sizes as several tools have them: ``![alt](a.png =300x200)``."""

import re
from typing import Any

_PATTERN = r"!\[(?P<size_alt>[^\[\]\n]*)\]\((?P<size_src>[^()\s]+)(?:[ \t]+\"(?P<size_title>[^\"\n]*)\")?[ \t]+=(?P<size_width>\d*%?)x(?P<size_height>\d*)\)"


def _parse(inline: Any, match: re.Match[str], state: Any) -> int:
    attributes = {
        "url": match["size_src"],
        "title": match["size_title"],
        "width": match["size_width"],
        "height": match["size_height"],
    }
    children = [{"type": "text", "raw": match["size_alt"]}]
    state.append_token({"type": "image", "attrs": attributes, "children": children})
    return match.end()


def image_sizes(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("image_size", _PATTERN, _parse, before="link")
