"""Tags that stand on a line of their own and may have a closing one further down: Hugo's shortcodes, Liquid."""

import re
from typing import Any, NamedTuple

from publisher.markdown.lines import LineState, nested_rules

#: GitBook's tags that may go without a closing one.
_ALONE = {"embed", "file"}


def _find_closing(state: LineState, name: str, start: int, closing: re.Pattern[str]) -> re.Match[str] | None:
    """The next closing tag of that name. All of a text are looked up once."""
    if state.closings is None:
        state.closings = {}
        for found in closing.finditer(state.src):
            state.closings.setdefault(found["name"], []).append(found)
    later = state.closings.get(name, [])
    while later and later[0].start() < start:
        later.pop(0)
    return later[0] if later else None


class Tag(NamedTuple):
    """A tag by its name and what follows it, and what its closing tag looks like. ``inner``: of one that ends on its line."""

    name: str
    rest: str
    closing: re.Pattern[str]
    inner: str | None = None


def parse_paired(block: Any, match: re.Match[str], state: LineState, tag: Tag) -> int:
    """Appends a ``shortcode`` token, with ``inner`` and ``children`` if there is a closing tag; where the text goes on."""
    line = state.line_at(match.start())
    token: dict[str, Any] = {
        "type": "shortcode",
        "line": line,
        "raw": match.group(0).strip(),
        "name": tag.name,
        "rest": tag.rest,
    }
    end = _find_closing(state, tag.name, match.end(), tag.closing) if tag.inner is None else None
    if end and tag.name in _ALONE and re.search(rf"\{{%-?\s*{tag.name}\b", state.src[match.end() : end.start()]):
        end = None  # the closing tag is that of another one
    if end is None and tag.inner is None:
        state.append_token(token)
        return match.end() + 1
    inner = tag.inner or (state.src[min(match.end() + 1, len(state.src)) : end.start()] if end else "")
    child = state.child_state(inner)
    child.first_line = line + 1 if end else line
    block.parse(child, nested_rules(block, state))
    state.append_token({**token, "inner": inner, "children": child.tokens})
    return min((end or match).end() + 1, len(state.src))


def allow_in_containers(markdown: Any, rule: str) -> None:
    """Lets a block rule work in lists and quotes too."""
    for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
        markdown.block.insert_rule(rules, rule, before="list")
