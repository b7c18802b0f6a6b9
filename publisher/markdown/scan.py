"""mistune's inline parser, told which characters each rule can begin with, so that it skips over plain text.

A character is tried against the rules that begin with it alone. The parser marks what the author escaped, so that rules that
look at the finished text (emoji, people, issues, addresses) let it be.
"""

import re
from collections.abc import Callable
from typing import Any

from mistune import InlineParser

from publisher.markdown.emphasis import pair_emphasis

Token = dict[str, Any]
#: Stands around a character that a backslash escapes. No text holds it: XML 1.0 forbids it, so `clean_text` takes it away.
ESCAPED = "\x01"

_START_CHARS = {
    "strikethrough": "~", "footnote": "[", "mark": "=", "insert": "^", "superscript": "^", "subscript": "~",
    "inline_math": "$", "keys": "+", "critic": "{", "wikilink": "![", "block_id": "^",
    "bare_address": ":", "image_size": "!", "inline_shortcode": "{", "inline_liquid": "{", "status": "{", "date": "{@",
    "issue": "{", "anchor": "{", "span": "[", "raw_storage": "{", "storage_element": "<", "storage_tag": "<",
    "wrong_break": "<", "name_in_brackets": "<", "inline_note": "^", "single_tilde": "~", "inline_raw": "{",
}  # fmt: skip
#: The rules of mistune itself. A break may begin with the blanks before the line end.
_CORE_CHARS = {
    "escape": "\\", "codespan": "`", "emphasis": "*_", "link": "![", "link_close": "]", "auto_link": "<", "auto_email": "<",
    "inline_html": "<", "linebreak": "\\ ", "softbreak": "\n ",
}  # fmt: skip
#: What follows a character wherever a rule begins with it.
_FOLLOWED = {":": "//", "!": r"\[", "@": r"\d"}


class ScanningInlineParser(InlineParser):
    """One rule without its characters would make every rule be tried at every character of every text."""

    def __init__(self) -> None:
        super().__init__()
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._signs: re.Pattern[str] | None = None

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
        self._signs = None

    def _prepare(self) -> re.Pattern[str]:
        """Compiles the rules for each character that some begin with; the pattern that finds these."""
        by_sign: dict[str, list[str]] = {}
        for rule in self.rules:
            for sign in _START_CHARS.get(rule) or _CORE_CHARS[rule]:
                by_sign.setdefault(sign, []).append(rule)
        self._patterns = {sign: self.compile_sc(rules) for sign, rules in by_sign.items()}
        signs = [re.escape(sign) for sign in by_sign if sign != " "]
        followed = [(re.escape(sign), behind) for sign, behind in _FOLLOWED.items() if sign in by_sign]
        rest = "".join(rf"|(?<={sign})(?={behind})" for sign, behind in followed)
        alone = "".join(sign for sign, _ in followed)
        return re.compile(f"[{''.join(signs)}](?:(?<![{alone}]){rest})")

    def parse(self, state: Any) -> list[Token]:
        """The tokens of the text of ``state``. Text that no rule takes is put together before it becomes a token."""
        if state.env.get("ref_abbrs"):  # the plug-in for abbreviations reads each text as it comes
            return super().parse(state)
        self._signs = signs = self._signs or self._prepare()
        text, tokens = state.src, state.tokens
        start = position = 0
        while found := signs.search(text, position):
            at = found.start()
            sign = found[0]
            if sign in "*_":
                position = at + 1
                continue
            if sign == "\n":
                while at > position and text[at - 1] == " ":
                    at -= 1
                sign = text[at]
            match = self._patterns[sign].match(text, at)
            if match is None:
                position = at + 1
                continue
            if at > start:
                tokens.append({"type": "text", "raw": text[start:at]})
            end = self.parse_method(match, state)
            start, position = (end, end) if end else (at, at + 1)
        if start < len(text) or not text:
            tokens.append({"type": "text", "raw": text[start:]})
        state.tokens = self.finalize_tokens(tokens, state.depth)
        return list(state.tokens)

    def __call__(self, s: str, env: Any) -> list[Token]:
        """The tokens of a line; the short way for one in which no rule begins."""
        if self._signs is not None and self._signs.search(s) is None and not env.get("ref_abbrs"):
            return [{"type": "text", "raw": s}]
        return list(super().__call__(s, env))

    def finalize_tokens(self, tokens: list[Token], depth: int) -> list[Token]:
        """The tokens with emphasis; the short way for those of most texts."""
        found = pair_emphasis(tokens, self.max_nested_level - depth)
        return found if found is not None else super().finalize_tokens(tokens, depth)

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
