"""Documents that were written for another publisher: its headers and marks become our front matter.

Every reader keeps the number of lines. What a tool says of a document that has no equal here is a problem, with its line.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Struct, field

from publisher.markdown.frontmatter import KEYS

Report = Callable[[int, str, str, str], None]  # (line from 0, code, text, hint)


class Found(Struct):
    """``values``: fields of the front matter, as read. ``text``: what is left of the document."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, value: Any) -> bool:
        """A value of one of our keys; False if it cannot be used."""
        read = KEYS[name](value)
        if read is not None:
            self.values["kind" if name == "type" else name] = read
        return read is not None


_COMMENT = re.compile(r"^[ \t]*<!--\s*(?P<name>[A-Za-z][\w-]*)\s*:\s*(?P<value>.*?)\s*-->[ \t]*$", re.M)
_DIRECTIVE = re.compile(r"^[ \t]*<!--\s*(?P<name>Include|Macro)\s*:(?P<value>.*?)-->", re.M | re.S)
_WIDTHS = {"full-width": "full", "fixed": "fixed", "default": "default"}
#: Headers of mark that mean something about the whole page, and that we have another way for.
_MARK_ELSEWHERE = {
    "layout": "use columns", "sidebar": "use columns", "image-align": "give images an attribute list",
    "folder": "set `directories: folder`",
}  # fmt: skip


def _read_mark(text: str, data: Mapping[str, Any], report: Report) -> Found:
    """Headers before the text, ``ac:`` links, ``Include`` and ``Macro`` directives."""
    found = Found(text)
    parents: list[str] = []
    labels: list[str] = []
    files: list[str] = []
    for match in _COMMENT.finditer(text):
        name, value = match["name"].lower(), match["value"]
        line = text.count("\n", 0, match.start())
        good = True
        match name:
            case "space":
                good = found.put("space", value)
            case "title":
                good = found.put("title", value)
            case "parent":
                parents.append(value)
            case "label":
                labels.append(value)
            case "attachment":
                files.append(value)
            case "type":
                good = found.put("type", value)
            case "order":
                good = found.put("order", float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value)
            case "emoji":
                good = found.put("emoji", value)
            case "content-appearance":
                good = found.put("width", _WIDTHS.get(value, value))
            case "include" | "macro" | "publisher":
                continue
            case _ if name in _MARK_ELSEWHERE:
                report(line, "compat", f"`{match['name']}` of mark has no equal here", _MARK_ELSEWHERE[name])
            case _:
                continue  # a comment of somebody else
        if not good:
            report(line, "compat", f"`{match['name']}: {value}` cannot be used", "")
    text = _COMMENT.sub(lambda match: "" if _is_header(match["name"]) else match[0], text)
    if parents:
        found.values["chain"] = tuple(parents)
    if labels:
        found.put("labels", labels)
    if files:
        found.values["attachments"] = tuple(files)
    found.text = _mark_directives(_ac_links(text), report)
    return found


def _is_header(name: str) -> bool:
    known = {"space", "title", "parent", "label", "attachment", "type", "order", "emoji", "content-appearance"}
    return name.lower() in known or name.lower() in _MARK_ELSEWHERE


def _ac_links(text: str) -> str:
    """``[text](ac:Page Title)`` leads to the document, or the page, of that title."""

    def link(match: re.Match[str]) -> str:
        title = (match[2] or match[1]).strip("<> ")
        return f"[{match[1] or title}](title:{title.replace(' ', '%20')})"

    return re.sub(r"\[([^\[\]\n]*)\]\(<?ac:([^()\n>]*)>?\)", link, text)


def _mark_directives(text: str, report: Report) -> str:
    def directive(match: re.Match[str]) -> str:
        first, *rest = [line.strip() for line in match["value"].strip().split("\n")]
        given = dict(re.findall(r"^([\w.-]+)\s*:\s*(.*)$", "\n".join(rest), re.M))
        line, lines = text.count("\n", 0, match.start()), match[0].count("\n")
        if match["name"] == "Include":
            if re.fullmatch(r"[\w./-]+\.(?:md|markdown)", first) and not given:
                return f'--8<-- "{first}"' + "\n" * lines
            report(
                line,
                "compat",
                f"the template {first or 'of an include'} is not read",
                "write what it says into the document",
            )
            return "\n" * lines
        macros.append((first, given, line))
        return "\n" * lines

    macros: list[tuple[str, dict[str, str], int]] = []
    text = _DIRECTIVE.sub(directive, text)
    for pattern, given, line in macros:
        written = _MACROS.get(given.get("Template", ""))
        if written is None:
            what = f"the template {given.get('Template') or 'of a macro'} of mark is not known"
            report(line, "compat", what, "use a `macro` block, or a template of your own (`templates`)")
            continue
        if len(pattern) > 200 or _NESTED.search(pattern):  # it could take for ever on input that is made for it
            report(line, "compat", f"`{pattern[:60]}` is too complicated", "repeat nothing that repeats")
            continue
        try:
            text = re.sub(pattern, partial(_write_macro, written, given), text)
        except re.error as error:
            report(line, "compat", f"`{pattern}` is no regular expression: {error}", "")
    return text


_NESTED = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")
_Write = Callable[[re.Match[str], Mapping[str, str]], str]


def _write_macro(write: _Write, given: Mapping[str, str], match: re.Match[str]) -> str:
    return write(match, given)


def _expand(match: re.Match[str], value: str) -> str:
    """``${1}`` of mark's templates."""
    return re.sub(r"\$\{(\d+)\}", lambda group: match[int(group[1])] or "", value)


_MACROS: dict[str, _Write] = {
    "ac:toc": lambda match, given: "{toc}",
    "ac:children": lambda match, given: "{children}",
    "ac:status": lambda match, given: (
        f"{{status:{_expand(match, given.get('Color', 'grey')).lower()}|{_expand(match, given.get('Title', ''))}}}"
    ),
    "ac:jira:ticket": lambda match, given: f"{{jira:{_expand(match, given.get('Ticket', match[0]))}}}",
    "ac:anchor": lambda match, given: f"{{anchor:{_expand(match, given.get('Anchor', ''))}}}",
}


def _read_md2conf(text: str, data: Mapping[str, Any], report: Report) -> Found:
    """Page id and space in comments or front matter, regions that are left out, properties."""
    found = Found(text)
    for match in _COMMENT.finditer(text):
        name, value = match["name"].lower(), match["value"]
        if name == "confluence-page-id":
            found.put("page_id", value)
        elif name == "confluence-space-key":
            found.put("space", value)
        elif name == "generated-by":
            found.values["banner"] = False
    names = r"confluence-page-id|confluence-space-key|generated-by"
    text = re.sub(rf"^[ \t]*<!--\s*(?:{names})\s*:.*?-->[ \t]*$", "", text, flags=re.M)
    for key in ("page_id", "confluence_page_id", "confluence-page-id"):
        if key in data:
            found.put("page_id", data[key])
    for key in ("space_key", "confluence_space_key", "confluence-space-key"):
        if key in data:
            found.put("space", data[key])
    if isinstance(data.get("properties"), dict):
        found.put("properties", data["properties"])
    if data.get("tags") and not data.get("labels"):
        found.put("labels", data["tags"])
    if data.get("synchronized") is False:
        found.values["publish"] = False
    for key in ("layout", "alignment"):
        if key in data:
            report(0, "compat", f"`{key}` of md2conf has no equal in front matter", "see the settings")
    found.text = text
    return found


def _read_text2confl(text: str, data: Mapping[str, Any], report: Report) -> Found:
    """Keys of the front matter; ``property_NAME`` are content properties."""
    found = Found(text)
    properties = {
        key.removeprefix("property_"): value for key, value in data.items() if str(key).startswith("property_")
    }
    if properties:
        found.put("properties", properties)
    for key in ("parentId", "parent"):
        if data.get(key):
            found.put("parent", data[key])
    if data.get("type") == "blogpost":
        found.put("type", "blogpost")
    if data.get("editorVersion") in {"v1", "v2"}:
        found.put("editor", "new" if data["editorVersion"] == "v2" else "legacy")
    if data.get("virtual"):
        report(0, "compat", "`virtual` pages are not left as they are here", "name the page in `root`, or in `parent`")
    return found


def _read_md2cf(text: str, data: Mapping[str, Any], report: Report) -> Found:
    """Title and labels are in the front matter under our own names."""
    return Found(text)


#: Tool → how its documents are read.
READERS: dict[str, Callable[[str, Mapping[str, Any], Report], Found]] = {
    "mark": _read_mark,
    "md2conf": _read_md2conf,
    "text2confl": _read_text2confl,
    "md2cf": _read_md2cf,
    "confluence-publisher": _read_md2cf,
}
