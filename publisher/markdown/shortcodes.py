"""Hugo's shortcodes ``{{< name … >}}`` and ``{{% name … %}}``, alone and in pairs."""

import re
from typing import Any

from publisher.markdown.lines import LineState, nested_rules

_TAG = r"\{\{[<%]\s*(?P<sc_name>[\w/-]+)(?P<sc_rest>[^\n]*?)\s*/?\s*[>%]\}\}"
_CLOSING = re.compile(r"^[ \t]*\{\{[<%]\s*/\s*(?P<name>[\w/-]+)\s*[>%]\}\}[ \t]*$", re.M)
_REFERENCE = re.compile(r"\{\{[<%]\s*(?:rel)?ref\s+[\"`]?([^\"`\s>%]+)[\"`]?[^}\n]*?[>%]\}\}")


def resolve_references(text: str) -> str:
    """``[x]({{< ref "page.md" >}})`` is no link to CommonMark: the path takes the shortcode's place, on the same line."""
    return _REFERENCE.sub(r"\1", text) if "ref" in text and "{{" in text else text


def _find_closing(state: LineState, name: str, start: int) -> re.Match[str] | None:
    """The next ``{{< /name >}}`` on a line of its own. All of a text are looked up once."""
    if state.closings is None:
        state.closings = {}
        for found in _CLOSING.finditer(state.src):
            state.closings.setdefault(found["name"], []).append(found)
    later = state.closings.get(name, [])
    while later and later[0].start() < start:
        later.pop(0)
    return later[0] if later else None


def _parse_block(block: Any, match: re.Match[str], state: LineState) -> int | None:
    name = match["sc_name"]
    if name.startswith("/"):
        state.append_token({"type": "shortcode", "line": state.line_at(match.start()), "raw": "", "name": name})
        return match.end() + 1
    line = state.line_at(match.start())
    closing = _find_closing(state, name, match.end())
    token: dict[str, Any] = {
        "type": "shortcode",
        "line": line,
        "raw": match.group(0).strip(),
        "name": name,
        "rest": match["sc_rest"],
    }
    if closing is None:
        state.append_token(token)
        return match.end() + 1
    inner = state.src[min(match.end() + 1, len(state.src)) : closing.start()]
    child = state.child_state(inner)
    child.first_line = line + 1
    block.parse(child, nested_rules(block, state))
    state.append_token({**token, "inner": inner, "children": child.tokens})
    return min(closing.end() + 1, len(state.src))


def _parse_inline(inline: Any, match: re.Match[str], state: Any) -> int:
    state.append_token({"type": "inline_shortcode", "raw": match.group(0)})
    return match.end()


def shortcodes(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("shortcode", rf"^ {{0,3}}{_TAG}[ \t]*$", _parse_block, before="list")
    for rules in (markdown.block.list_rules, markdown.block.block_quote_rules):
        markdown.block.insert_rule(rules, "shortcode", before="list")
    pattern = r"\{\{[<%][^{}]*[>%]\}\}"
    markdown.inline.register("inline_shortcode", pattern, _parse_inline, before="link")
