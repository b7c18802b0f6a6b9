"""Small inline syntaxes of PyMdown: keys ``++ctrl+c++`` and critic marks ``{++new++}``, ``{--old--}``, ``{>>why<<}``."""

import re
from typing import Any

from mistune.plugins.formatting import parse_mark


def _parse_keys(inline: Any, match: re.Match[str], state: Any) -> int:
    keys = [key.strip('"').replace("-", " ").title() for key in match.group(0)[2:-2].split("+")]
    state.append_token({"type": "codespan", "raw": "+".join(keys)})
    return match.end()


def keys(markdown: Any) -> None:
    """The mistune plug-in."""
    pattern = r"\+\+(?:[\w-]+|\"[^\"\n]+\")(?:\+(?:[\w-]+|\"[^\"\n]+\"))*\+\+"
    markdown.inline.register("keys", pattern, _parse_keys, before="link")


def _parse_one_tilde(inline: Any, match: re.Match[str], state: Any) -> int | None:
    if state.depth >= inline.max_nested_level:
        return None
    inner = state.copy()
    inner.src = match["struck"]
    state.append_token({"type": "strikethrough", "children": inline.render(inner)})
    return match.end()


def single_tilde(markdown: Any) -> None:
    """The mistune plug-in for GitHub's ``~one~``, which strikes as ``~~two~~`` does."""
    pattern = r"(?<!~)~(?![~\s])(?P<struck>(?:\\.|`[^`\n]*`|[^~\\`\n])*?(?<!\s))~(?![~\w])"
    markdown.inline.register("single_tilde", pattern, _parse_one_tilde, before="linebreak")


def _parse_mark(inline: Any, match: re.Match[str], state: Any) -> int | None:
    """``==text==``; PyMdown's begin and end at the edge of a word."""
    if "keys" in inline.rules:
        close = state.delimiters.find("==", match.end(), formatting=True)
        behind = state.src[close + 2 : close + 3] if close is not None else ""
        if re.match(r"\w", behind) or re.match(r"\w", state.src[max(match.start() - 1, 0) : match.start()]):
            return None
    found: int | None = parse_mark(inline, match, state)
    return found


def marks(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.inline.register("mark", r"==(?=[^\s=])", _parse_mark, before="link")


def _parse_critic(inline: Any, match: re.Match[str], state: Any) -> int:
    mark, text = match.group(0)[1:3], match.group(0)[3:-3]
    if mark == "~~":
        old, _, text = text.partition("~>")
        state.append_token({"type": "strikethrough", "children": [{"type": "text", "raw": old}]})
        mark = "++"
    kind = {"++": "insert", "--": "strikethrough", "==": "mark"}.get(mark)
    if kind:
        state.append_token({"type": kind, "children": [{"type": "text", "raw": text}]})
    return match.end()


def critic(markdown: Any) -> None:
    """The mistune plug-in."""
    pattern = r"\{(?:\+\+[^\n{}]*\+\+|--[^\n{}]*--|~~[^\n{}]*~~|==[^\n{}]*==|>>[^\n{}]*<<)\}"
    markdown.inline.register("critic", pattern, _parse_critic, before="link")
