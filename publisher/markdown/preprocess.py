"""What happens to the text before it is parsed. Every function keeps the number of lines, so that problems find theirs."""

import difflib
import re
from collections.abc import Callable, Mapping
from typing import Any

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`\n]*$)|~{3,})([^\n]*)")
_SKIP = re.compile(r"\s*<!--\s*publisher:skip\s*-->\s*$")
_ONLY = re.compile(r"\s*<!--\s*publisher:only\s*(-->)?\s*$")
_END = re.compile(r"\s*<!--\s*publisher:end\s*-->\s*$")
_TITLE = re.compile(r"^\{\{#title [^}\n]*\}\}[ \t]*$", re.M)
_VARIABLE = re.compile(r"(?<!\\)\{\{-?\s*([A-Za-z_]\w*(?:\.\w+)*)\s*-?\}\}")

#: Syntax that nobody writes by accident → signs of which one must be there, what it looks like.
_UNREAD: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "wikilinks": (
        ("[[",),
        re.compile(r"(?:(?<=.)|^(?!\[\[[\w.]+\]\][ \t]*$))!?\[\[(?!_?toc_?\]\])[^\[\]\n'\"]+\]\](?!\()", re.I | re.M),
    ),
    "mark": (("==",), re.compile(r"(?<![=\w])==[^\s=](?:[^=\n]*[^\s=])?==(?![=\w])")),
    "keys": (("++",), re.compile(r"\+\+[a-z][\w-]*(?:\+[\w-]+)+\+\+")),
    "shortcodes": (("{{<", "{{%"), re.compile(r"\{\{[<%] */? *\w")),
    "includes": (
        ("{{#", "8<-", "::include{", "{!", "{*"),
        re.compile(r"\{\{#include |-+8<-+ \"|^::include\{file=|\{[!*] ?[\w./-]+\.\w+ ?[!*]\}", re.M),
    ),
    "attributes": (("{.", "{ .", "{#", "{ #", "{:"), re.compile(r"\{:? ?[.#][\w-]+(?: [^{}\n]*)?\}[ \t]*$", re.M)),
    "critic": (("{++", "{--"), re.compile(r"\{\+\+[^\n{}]+\+\+\}|\{--[^\n{}]+--\}")),
    "liquid": (("{%",), re.compile(r"(?<!\{)\{%-? (?:include|link|highlight|raw|endraw|post_url)\b")),
    "math": (("$$", "$`"), re.compile(r"^\$\$[ \t]*$|\$`[^`\n]+`\$", re.M)),
}
_INDENTED = re.compile(r"^(?: {4}|\t).*", re.M)
_BROKEN_FENCE = re.compile(r"^ {0,3}`{3,}(?![^\n]*```)[^`\n]+`[^\n]*$", re.M)
_CODE_SPAN = re.compile(r"(`+)(?!`)(?:[^\n]|\n(?![ \t]*\n))*?(?<!`)\1(?!`)")

Report = Callable[[int, str, str, str], None]  # (line from 0, code, text, hint)


def select_regions(text: str, report: Report) -> str:
    """``text`` without what stands between ``<!-- publisher:skip -->`` and ``<!-- publisher:end -->``.

    With ``<!-- publisher:only -->`` … ``<!-- publisher:end -->`` somewhere, only what such regions hold is left. A comment
    that opens with ``<!-- publisher:only`` on a line and ends with ``-->`` on another holds text that other tools hide.
    """
    if "publisher:" not in text:
        return text
    lines = text.split("\n")
    keep: list[str] = []
    only: list[tuple[int, int]] = []
    fence, opened, kind = "", 0, ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            fence = "" if found and found[1].startswith(fence) and not found[2].strip() else fence
        elif found:
            fence = found[1]
        elif kind == "comment" and line.strip() == "-->":
            kind, line = "", ""
        elif not kind and _SKIP.match(line):
            opened, kind = number, "skip"
        elif not kind and (start := _ONLY.match(line)):
            opened, kind, line = number, "only" if start[1] else "comment", ""
        elif kind in {"skip", "only"} and _END.match(line):
            only += [(opened, number)] if kind == "only" else []
            kind, line = "", ""
        keep.append("" if kind == "skip" else line)
    if kind:
        report(opened, "open-region", f"`publisher:{'only' if kind == 'comment' else kind}` is never closed", "")
        only += [(opened, len(lines))] if kind == "only" else []
    if only:
        inside = {number for start, end in only for number in range(start, end)}
        keep = [line if number in inside else "" for number, line in enumerate(keep)]
    return "\n".join(keep)


def drop_titles(text: str) -> str:
    """Without mdBook's ``{{#title …}}``, which names the browser's window."""
    return _TITLE.sub("", text) if "{{#title" in text else text


def look_up(name: str, variables: Mapping[str, Any]) -> Any:
    """The value of a dotted name; None if there is none, or it is a whole table."""
    value: Any = variables
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if isinstance(value, Mapping | list | tuple) else value


def put_variables(text: str, variables: Mapping[str, Any], report: Report) -> str:
    """``text`` with every ``{{ name }}`` that has a value replaced by it; nothing is ever evaluated.

    Other names stay as they are, for Jinja, Vue and Helm write the same; one that nearly is a variable's is reported.
    """
    if not variables or "{{" not in text:
        return text

    def value_of(match: re.Match[str]) -> str:
        value = look_up(match[1], variables)
        if value is None:
            near = difflib.get_close_matches(match[1], variables, 1, 0.8)
            if near:
                line = text.count("\n", 0, match.start())
                report(line, "unknown-variable", f"there is no variable `{match[1]}`", f"did you mean `{near[0]}`?")
            return match[0]
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return " ".join(written.split("\n"))

    return _VARIABLE.sub(value_of, text)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def mask_code(text: str) -> str:
    """``text`` with blanks in place of code: every other character stays where it is."""
    kept, fence = [], ""
    for line in text.split("\n"):
        found = _FENCE.match(line.lstrip(" \t>"))
        if fence or found:
            kept.append(_blank(line))
        else:
            kept.append(line)
        if fence:
            fence = "" if found and found[1].startswith(fence) and not found[2].strip() else fence
        elif found:
            fence = found[1]
    return _CODE_SPAN.sub(lambda match: _blank(match[0]), "\n".join(kept))


def find_broken_fences(text: str, report: Report) -> None:
    """A line that looks like the start of code, and is none: what stands behind the backticks must hold none."""
    if not _BROKEN_FENCE.search(text):
        return
    fence = ""
    for number, line in enumerate(text.split("\n")):
        found = _FENCE.match(line)
        if fence:
            fence = "" if found and found[1].startswith(fence) and not found[2].strip() else fence
        elif _BROKEN_FENCE.match(line):
            text = "this line does not begin code: a backtick stands in what follows the fence"
            report(number, "broken-fence", text, "fence with ~~~, or leave the backtick out")
        elif found:
            fence = found[1]


def find_unread(text: str, syntaxes: frozenset[str], report: Report) -> None:
    """A notice for each syntax that the text seems to use, and that is off: once, at the first place."""
    plain = ""
    for name, (signs, pattern) in _UNREAD.items():
        if name in syntaxes or not any(sign in text for sign in signs) or not pattern.search(text):
            continue
        plain = plain or _INDENTED.sub(lambda match: _blank(match[0]), mask_code(text))
        found = pattern.search(plain)
        if found:
            line = plain.count("\n", 0, found.start())
            hint = f"set `dialect`, or `syntax: [+{name}]`, if it is meant"
            report(line, "syntax-off", f"`{found[0].strip()[:40]}` looks like the syntax `{name}`, which is off", hint)
