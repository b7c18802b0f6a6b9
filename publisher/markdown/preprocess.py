"""What happens to the text before it is parsed. Every function keeps the number of lines, so that problems find theirs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from publisher.markdown.structure import mask_code, scan_lines
from publisher.naming import NearestNames

_TITLE = re.compile(r"^\{\{#title [^}\n]*\}\}[ \t]*$", re.M)
_VARIABLE = re.compile(r"(?<!\\)\{\{-?\s*([A-Za-z_]\w*(?:\.\w+)*)\s*-?\}\}")

#: Syntax that nobody writes by accident → signs of which one must be there, what it looks like.
_UNREAD: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "wikilinks": (
        ("[[",),
        re.compile(r"(?:(?<=.)|^(?!\[\[[\w.]+\]\][ \t]*$))!?\[\[(?!_?toc_?\]\])[^\[\]\n'\"]+\]\](?!\()", re.I | re.M),
    ),
    "mark": (("==",), re.compile(r"==(?<![=\w]==)[^\s=](?:[^=\n]*[^\s=])?==(?![=\w])")),
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
#: What follows the brace of all signs that begin with one, in one search.
_BRACES = re.compile(
    rf"{{(?=({'|'.join(re.escape(sign[1:]) for signs, _ in _UNREAD.values() for sign in signs if sign[0] == '{')}))"
)
#: In every text with such a line; the search for it begins with what is rare.
_MAYBE_BROKEN = re.compile(r"```(?![^\n]*```)[^`\n]+`")
_BROKEN_FENCE = re.compile(r"^[ \t>]*`{3,}(?![^\n]*```)[^`\n]+`[^\n]*$", re.M)
#: The three lines of a conflict, in their order, as Git and `pull` write them.
_CONFLICT = (re.compile(r"<{7} \S"), re.compile(r"={7}[ \t]*$"), re.compile(r">{7} \S"))

Report = Callable[[int, str, str, str], None]  # (line from 0, code, text, hint)


def drop_titles(text: str) -> str:
    """Without mdBook's ``{{#title …}}``, which names the browser's window."""
    return _TITLE.sub("", text) if "{{#title" in text else text


def look_up(name: str, variables: Mapping[str, Any]) -> Any:
    """The value of a dotted name; None if there is none, or it is a whole table."""
    value: Any = variables
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return None if isinstance(value, Mapping | list | tuple) else value


def put_variables(text: str, variables: Mapping[str, Any], report: Report, kept: Callable[[int], bool]) -> str:
    """``text`` with every ``{{ name }}`` that has a value replaced by it; nothing is ever evaluated.

    Other names stay as they are, for Jinja, Vue and Helm write the same; one that nearly is a variable's is reported.
    ``kept``: whether what begins at an offset is to stay as it is.
    """
    if not variables or "{{" not in text:
        return text

    names = NearestNames(variables, 0.8)

    def value_of(match: re.Match[str]) -> str:
        if kept(match.start()):
            return match[0]
        value = look_up(match[1], variables)
        if value is None:
            near = names.find(match[1])
            if near:
                line = text.count("\n", 0, match.start())
                report(line, "unknown-variable", f"there is no variable `{match[1]}`", f"did you mean `{near}`?")
            return match[0]
        written = str(value).lower() if isinstance(value, bool) else str(value)
        return " ".join(written.split("\n"))

    return _VARIABLE.sub(value_of, text)


def find_broken_fences(text: str, report: Report) -> None:
    """A line that looks like the start of code, and is none: what follows the backticks must hold none."""
    if not _MAYBE_BROKEN.search(text) or not _BROKEN_FENCE.search(text):
        return
    number = position = 0
    for line in scan_lines(text):
        number, position = number + text.count("\n", position, line.start), line.start
        if not line.code and _BROKEN_FENCE.match(text[line.text : line.end]):
            what = "this line does not begin code: a backtick stands in what follows the fence"
            report(number, "broken-fence", what, "fence with ~~~, or leave the backtick out")


def find_conflicts(text: str, report: Report) -> None:
    """Each conflict that nobody has resolved. One that is shown as code is an example."""
    if "\n=======" not in text or "<<<<<<< " not in text:
        return
    seen = first = number = position = 0
    for line in scan_lines(text):
        number, position = number + text.count("\n", position, line.start), line.start
        content = text[line.start : line.end].lstrip()
        if line.code or not content.startswith(("<<<<<<< ", "=======", ">>>>>>> ")):
            continue
        if _CONFLICT[0].match(content):
            seen, first = 1, number
        elif seen and _CONFLICT[seen].match(content):
            seen += 1
        if seen == len(_CONFLICT):
            seen = 0
            what = "the two versions of a conflict are both in the text"
            report(first, "conflict-marker", what, "keep what is right, and delete the lines with the markers")


def find_unread(text: str, syntaxes: frozenset[str], report: Report) -> None:
    """A notice for each syntax that the text seems to use, and that is off: once, at the first place."""
    plain = ""
    braces = set(_BRACES.findall(text))
    for name, (signs, pattern) in _UNREAD.items():
        if name in syntaxes or not any(sign[1:] in braces if sign[0] == "{" else sign in text for sign in signs):
            continue
        if not pattern.search(text):
            continue
        plain = plain or mask_code(text)
        found = pattern.search(plain)
        if found:
            line = plain.count("\n", 0, found.start())
            hint = f"set `dialect`, or `syntax: [+{name}]`, if it is meant"
            report(line, "syntax-off", f"`{found[0].strip()[:40]}` looks like the syntax `{name}`, which is off", hint)
