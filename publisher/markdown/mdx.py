"""MDX and Vue in Markdown: tabs become containers, comments go, components go while what they hold stays.

Works on the text, line by line as it was, for MDX has no indented code: what stands in a component may be indented.
"""

import html
import re

from publisher.markdown.preprocess import Report
from publisher.markdown.structure import mask_code

# Attributes have a limit: a text of quotes and braces that are never closed must not be read from each of them on.
_PART = r"(?:[^<>\"'{}]|\"[^\"]{0,4000}\"|'[^']{0,4000}'|\{(?:[^{}]|\{[^{}]{0,4000}\}){0,4000}\})"
_COMPONENT = re.compile(rf"<(?P<close>/?)(?P<name>[A-Z][\w.]*)(?P<attributes>(?=[\s/>]){_PART}{{0,4000}})>")
_ELEMENT = re.compile(
    rf"<(?P<name>[a-z][a-z0-9-]*)(?P<attributes>(?=[^<>]{{0,4000}}?=\{{)(?=[\s/>]){_PART}{{0,4000}})>"
)
_COMPUTED = re.compile(r"(?P<name>[\w-]+)=\{(?P<value>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_WRITTEN = re.compile(r"(?:(?:require|useBaseUrl|withBase)\()?[\"'`](?P<text>[^\"'`{}]*)[\"'`]\)?(?:\.default)?")
#: In every text with a component; code behind the name counts as a blank.
_MAYBE = re.compile(r"<(?:/(?=[A-Z])|(?=[A-Z]))[\w.]+[\s/>`]")
_TEXT_BESIDE = re.compile(r"[^\S\n]*\S")
_LABEL = re.compile(r"\b(?:label|title|name|value)=(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\})")
_TABS = {"Tabs", "CodeGroup", "TabGroup"}
_TAB = {"TabItem", "Tab"}
_FENCE = ":" * 9  # longer than the containers that a tab may hold


def _label(attributes: str) -> str:
    found = {match[0].partition("=")[0]: match[1] or match[2] or match[3] for match in _LABEL.finditer(attributes)}
    return next((found[name] for name in ("label", "title", "name", "value") if found.get(name)), "Tab")


def drop_components(text: str, report: Report) -> str:
    """``text`` without components; a problem names each kind once, and how often it is there."""
    if "{/*" not in text and not _MAYBE.search(text) and "={" not in text:
        return text
    masked = mask_code(text, indented_code=False)
    edits = [*_find_comments(masked, report), *_plain_attributes(text, masked)]
    seen: dict[str, list[int]] = {}
    beside, ended = False, -1  # whether a tab has text on the line of its tag; where the last one of these ended
    for match in _COMPONENT.finditer(masked):
        name, alone = match["name"], match["attributes"].endswith("/")
        replacement = ""
        if name in _TAB and not alone:
            label = _label(text[match.start("attributes") : match.end("attributes")])
            replacement = f"\n{_FENCE}" if match["close"] else f"{_FENCE}tab[{label}]"
            if match["close"] and beside:
                replacement, ended = "</details>", match.end()
            elif not match["close"]:  # a container has its text on the next line, and begins behind an empty one
                near = ended >= 0 and not masked[ended : match.start()].strip()
                beside = near or _TEXT_BESIDE.match(masked, match.end()) is not None
                replacement = f"<details><summary>{html.escape(label)}</summary>" if beside else replacement
        elif name not in _TABS and not match["close"]:
            seen.setdefault(name, []).append(match.start())
        edits.append((match.start(), match.end(), replacement))
    for name, places in seen.items():
        count = f" ({len(places)} times)" if len(places) > 1 else ""
        report(masked.count("\n", 0, places[0]), "mdx-code", f"the component `<{name}>` was dropped{count}", "")
    return _dedent(_apply(text, edits))


def _plain_attributes(text: str, masked: str) -> list[tuple[int, int, str]]:
    """Edits that make HTML of elements whose attributes are code: addresses and texts stay, what is computed goes."""
    edits: list[tuple[int, int, str]] = []
    for tag in _ELEMENT.finditer(masked):
        for found in _COMPUTED.finditer(text, tag.start("attributes"), tag.end("attributes")):
            written = _WRITTEN.fullmatch(found["value"].strip())
            new = f' {found["name"]}="{html.escape(written["text"])}"' if written else ' data-computed=""'
            edits.append((found.start(), found.end(), new))
    return edits


def _find_comments(masked: str, report: Report) -> list[tuple[int, int, str]]:
    """Edits that drop ``{/* … */}``; one that is never closed is an error, and hides the rest."""
    edits: list[tuple[int, int, str]] = []
    start = masked.find("{/*")
    while start >= 0:
        end = masked.find("*/}", start + 3)
        if end < 0:
            report(masked.count("\n", 0, start), "open-region", "`{/*` is never closed", "close it with `*/}`")
            return [*edits, (start, len(masked), "")]
        edits.append((start, end + 3, ""))
        start = masked.find("{/*", end + 3)
    return edits


def _apply(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Edits that keep the lines; tabs stand at the start of theirs."""
    parts, position = [], 0
    for start, end, replacement in sorted(edits):
        if start < position:
            continue
        kept = text[position:start]
        lines = text.count("\n", start, end)
        if replacement.startswith("\n"):  # a closing tag: its own line
            kept = kept.rstrip(" \t")
            replacement = replacement if not kept.endswith("\n") and kept.strip() else replacement[1:]
        elif replacement:
            kept = kept.rstrip(" \t")
        parts += [kept, replacement + "\n" * lines]
        position = end
    return "".join([*parts, text[position:]])


def _dedent(text: str) -> str:
    """Lines between the fences of tabs without the indentation that all of them share."""
    if _FENCE not in text:
        return text
    result: list[str] = []
    held: list[str] | None = None
    for line in text.split("\n"):
        if line.startswith(_FENCE):
            if held is not None:
                result += _shift(held)
            held = [] if line.startswith(_FENCE + "tab") else None
            result.append(line)
        elif held is not None:
            held.append(line)
        else:
            result.append(line)
    return "\n".join([*result, *(held or [])])


def _shift(lines: list[str]) -> list[str]:
    common = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return [line[common:] for line in lines]
