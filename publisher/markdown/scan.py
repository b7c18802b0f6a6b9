"""mistune's inline parser, told which characters each rule can begin with, so that it skips over plain text.

It marks what the author escaped, so that rules that look at the finished text (emoji, people, issues, addresses) let it be.
"""

import re
from collections.abc import Callable
from typing import Any

from mistune import InlineParser

#: Stands around a character that a backslash escapes. No text holds it: XML 1.0 forbids it, so `clean_text` takes it away.
ESCAPED = "\x01"

_START_CHARS = {
    "strikethrough": "~", "footnote": "[", "mark": "=", "insert": "^", "superscript": "^", "subscript": "~",
    "inline_math": "$", "keys": "+", "critic": "{", "wikilink": "![", "block_id": "^",
    "bare_address": ":", "image_size": "!", "inline_shortcode": "{", "inline_liquid": "{", "status": "{", "date": "{@",
    "issue": "{", "anchor": "{", "span": "[", "raw_storage": "{", "storage_element": "<", "storage_tag": "<",
    "wrong_break": "<", "name_in_brackets": "<", "inline_note": "^", "single_tilde": "~", "inline_raw": "{",
}  # fmt: skip


class ScanningInlineParser(InlineParser):
    """One rule without its characters would make every rule be tried at every character of every text."""

    def register(
        self,
        name: str,
        pattern: str | None,
        func: Callable[..., int | None],
        before: str | None = None,
        *,
        start_chars: Any = None,
    ) -> None:
        super().register(name, pattern, func, before, start_chars=start_chars or list(_START_CHARS[name]))

    def parse_escape(self, m: Any, state: Any) -> int:
        self.process_text(
            "".join(ESCAPED + character + ESCAPED for character in m.group(0)[1::2]), state, parse_emphasis=False
        )
        return int(m.end())


def _parse_as_tag(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "inline_html", "raw": match[0]})
    return match.end()


def near_tags(markdown: Any) -> None:
    """The mistune plug-in for what is no tag, but is read as one: ``</ br>``; ``<std::string>``, which is no address."""
    markdown.inline.register("wrong_break", r"</[ \t]+(?i:br)[ \t]*/?>", _parse_as_tag, before="auto_link")
    markdown.inline.register("name_in_brackets", r"</?[A-Za-z]\w*::[\w:]*>", _parse_as_tag, before="auto_link")
