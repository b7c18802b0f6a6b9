"""mistune's inline parser, told which characters each rule can begin with, so that it skips over plain text.

A character is tried against the rules that begin with it alone. The parser marks what the author escaped, so that rules that
look at the finished text (emoji, people, issues, addresses) let it be.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mistune import InlineParser, Markdown
from mistune.helpers import MAX_LINK_LABEL_LENGTH
from mistune.util import unikey

from publisher.markdown.emphasis import pair_emphasis

Token = dict[str, Any]
#: Stands around a character that a backslash escapes. No text holds it: XML 1.0 forbids it, so `clean_text` takes it away.
ESCAPED = "\x01"

_START_CHARS = {
    "strikethrough": "~", "footnote": "[", "mark": "=", "insert": "^", "superscript": "^", "subscript": "~",
    "inline_math": "$", "keys": "+", "critic": "{", "wikilink": "![", "block_id": "^",
    "bare_address": ":", "image_size": "!", "inline_shortcode": "{", "inline_liquid": "{", "status": "{", "date": "{@",
    "issue": "{", "anchor": "{", "span": "[", "raw_storage": "{", "storage_element": "<", "storage_tag": "<",
    "wrong_break": "<", "name_in_brackets": "<", "inline_note": "^", "single_tilde": "~", "inline_raw": "{", "role": "{",
}  # fmt: skip
#: The rules of mistune itself. A break may begin with the blanks before the line end.
_CORE_CHARS = {
    "escape": "\\", "codespan": "`", "emphasis": "*_", "link": "![", "link_close": "]", "auto_link": "<", "auto_email": "<",
    "inline_html": "<", "linebreak": "\\ ", "softbreak": "\n ",
}  # fmt: skip
#: What follows a character wherever a rule begins with it.
_FOLLOWED = {":": "//", "!": r"\[", "@": r"\d"}


def _usual_forms(signs: str) -> str:
    """The pattern, behind their first character, of what most lines hold: code, the end of a line, a link, emphasis.

    In each of them no other rule begins, and each is what its rule makes of it, whatever stands around it: a link that no
    bracket is open before, emphasis whose marks can only open and only close. ``signs``: those that rules begin with.
    """
    text = rf"[^{re.sub('[:!]', '', signs)}]++"  # these two are told by what follows them
    target = r"\((?P<url>[A-Za-z0-9_.~:/?#@!$*+,;=%-]++)\)|\[(?P<ref>[^\\\[\]]*+)\]|(?![\[({])"
    marks = r"(?P=sign)(?P=twice)"
    behind_word = rf"(?<=\w)(?={marks}(?![\w*{{]))"
    before_blank = rf"(?<=\S)(?={marks}(?:\s|\Z))"
    return (
        r"(?<=`)(?P<code>[^`]++)`(?!`)"
        r"|(?<=\n)(?P<blanks>\s*)"
        rf"|(?<=\[)(?!\^)(?P<label>`[^`]++`|(?P<mark>[*_]{{1,2}})(?=\S){text}(?<=\S)(?P=mark)|{text})\](?:{target})"
        rf"|(?<=(?P<sign>[*_]))(?<![\w*}}][*_])(?P<twice>(?P=sign)?)(?=\w)(?P<marked>{text})"
        rf"(?:{behind_word}|{before_blank}){marks}"
        r"|(?<=<)(?P<tag>/?(?![aA]\b)[A-Za-z][A-Za-z0-9-]*\s*/?>)"
    )


def _code_of(text: str) -> str:
    """The text of code between its marks: in one line, without the blank at both ends."""
    text = text.replace("\n", " ")
    return text[1:-1] if text[0] == text[-1] == " " and text.strip(" ") else text


def _emphasis(found: re.Match[str]) -> Token | None:
    """The emphasis that was found; None where it is for the rules to say."""
    text = found["marked"]
    return _marked(text, twice=bool(found["twice"])) if "://" not in text else None


def _marked(text: str, *, twice: bool) -> Token:
    return {"type": "strong" if twice else "emphasis", "children": [{"type": "text", "raw": text}]}


def _link(found: re.Match[str], env: Mapping[str, Any]) -> Token | None:
    """The link that was found; None where it is for the rules to say, as for one that leads nowhere."""
    label, url = found["label"], found["url"]
    if "://" in label:
        return None
    attributes = {"url": url}
    if url is None:
        name = found["ref"] or label
        known = env.get("ref_links", {}).get(unikey(name)) if len(name) <= MAX_LINK_LABEL_LENGTH else None
        if known is None:
            return None
        attributes = {"url": known["url"], "title": known.get("title")}
    shown: Token = {"type": "text", "raw": label}
    if label[0] == "`":
        shown = {"type": "codespan", "raw": _code_of(label[1:-1])}
    elif mark := found["mark"]:
        shown = _marked(label[len(mark) : -len(mark)], twice=len(mark) > 1)
    return {"type": "link", "children": [shown], "attrs": attributes}


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
        signs = "".join(re.escape(sign) for sign in by_sign if sign != " ")
        followed = [(re.escape(sign), behind) for sign, behind in _FOLLOWED.items() if sign in by_sign]
        rest = "".join(rf"|(?<={sign})(?={behind})" for sign, behind in followed)
        alone = "".join(sign for sign, _ in followed)
        return re.compile(f"[{signs}](?:{_usual_forms(signs)}|(?<![{alone}]){rest})")

    def parse(self, state: Any) -> list[Token]:
        """The tokens of the text of ``state``. Text that no rule takes is put together before it becomes a token."""
        if state.env.get("ref_abbrs"):  # the plug-in for abbreviations reads each text as it comes
            return super().parse(state)
        signs = self._signs
        if signs is None:
            self._signs = signs = self._prepare()
        text: str = state.src
        tokens: list[Token] = state.tokens
        start = position = 0
        finished = True  # the last step has nothing to do
        while found := signs.search(text, position):
            at, form = found.start(), found.lastgroup
            token: Token | None = None
            if form == "code":
                token = {"type": "codespan", "raw": _code_of(found["code"])}
            elif form == "blanks":
                while at > position and text[at - 1] == " ":
                    at -= 1
                token = {"type": "linebreak" if text.startswith("  ", at) else "softbreak"}
            elif form == "tag":
                token = {"type": "inline_html", "raw": found[0]}
            elif form is not None and not state.brackets and state.depth < self.max_nested_level - 1:
                token = _emphasis(found) if form == "marked" else None if state.in_link else _link(found, state.env)
            if token is not None:
                if at > start:
                    tokens.append({"type": "text", "raw": text[start:at]})
                tokens.append(token)
                start = position = found.end()
                continue
            sign = text[at]
            if sign == "_" and at > start and text[at - 1].isalnum() and text[at + 1 : at + 2].isalnum():
                position = at + 1  # in a word: it never opens emphasis
                continue
            finished = False
            match = self._patterns[sign].match(text, at) if sign not in "*_" else None
            if match is None:
                position = at + 1
                continue
            if at > start:
                tokens.append({"type": "text", "raw": text[start:at]})
            end = self.parse_method(match, state)
            start, position = (end, end) if end else (at, at + 1)
        if start < len(text) or not text:
            tokens.append({"type": "text", "raw": text[start:]})
        if not finished:
            state.tokens = tokens = self.finalize_tokens(tokens, state.depth)
        return tokens

    def __call__(self, s: str, env: Any) -> list[Token]:
        """The tokens of a line; the short way for one in which no rule begins."""
        if self._signs is not None and self._signs.search(s) is None and not env.get("ref_abbrs"):
            return [{"type": "text", "raw": s}]
        state = self.state_cls(env)
        state.src = s
        return self.parse(state)

    def finalize_tokens(self, tokens: list[Token], depth: int) -> list[Token]:
        """The tokens with emphasis; the short way for those of most texts."""
        found = pair_emphasis(tokens, self.max_nested_level - depth)
        return found if found is not None else super().finalize_tokens(tokens, depth)

    def parse_escape(self, m: Any, state: Any) -> int:
        self.process_text(
            "".join(ESCAPED + character + ESCAPED for character in m.group(0)[1::2]), state, parse_emphasis=False
        )
        return int(m.end())


class DocumentMarkdown(Markdown):
    """mistune without its generators: the blocks of a document get the tokens of their lines where they stand."""

    def render_state(self, state: Any) -> list[Token]:
        self._read_lines(state.tokens, state.env)
        return list(state.tokens)

    def _read_lines(self, tokens: Sequence[Token], env: Any) -> None:
        for token in tokens:
            if "children" in token:
                self._read_lines(token["children"], env)
            elif "text" in token:
                token["children"] = self.inline(token.pop("text").strip(" \r\n\t\f"), env)


def _parse_as_tag(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "inline_html", "raw": match[0]})
    return match.end()


def near_tags(markdown: Any) -> None:
    """The mistune plug-in for what is no tag, but is read as one: ``</ br>``; ``<std::string>``, which is no address."""
    markdown.inline.register("wrong_break", r"</[ \t]+(?i:br)[ \t]*/?>", _parse_as_tag, before="auto_link")
    markdown.inline.register("name_in_brackets", r"</?[A-Za-z]\w*::[\w:]*>", _parse_as_tag, before="auto_link")
