"""The checker of storage format: what Confluence Cloud would refuse, drop or mangle (format reference, sections 2-10)."""

from collections.abc import Iterator
from typing import Any

from publisher.storage.xml import AC, RI, NotWellFormed, parse_body

_AC, _RI = f"{{{AC}}}", f"{{{RI}}}"
MAX_BODY = 5 * 1024 * 1024  # bytes, reference E.28
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_MARKS = {"strong", "em", "u", "s", "del", "sub", "sup", "code", "a", "span"}
_INLINE = _MARKS | {
    "br",
    "time",
    _AC + "link",
    _AC + "image",
    _AC + "emoticon",
    _AC + "inline-comment-marker",
    _AC + "placeholder",
}
_BLOCK = _HEADINGS | {
    "p", "ul", "ol", "table", "blockquote", "hr", "pre", "div", _AC + "image", _AC + "task-list", _AC + "structured-macro",
    _AC + "adf-extension", _AC + "layout",
}  # fmt: skip
#: Macros that stand in a line; every other one is a block.
_INLINE_MACROS = {"anchor", "status", "jira", "emoticon", "recently-updated"}
_PANELS = {"info", "tip", "note", "warning", "panel"}
_CHILDREN = {
    "ul": {"li"}, "ol": {"li"}, "table": {"colgroup", "thead", "tbody", "tfoot"}, "thead": {"tr"}, "tbody": {"tr"}, "tfoot": {"tr"},
    "tr": {"th", "td"}, "colgroup": {"col"}, _AC + "task-list": {_AC + "task", _AC + "task-list"},
    _AC + "task": {_AC + name for name in ("task-id", "task-uuid", "task-status", "task-body", "task-list")},
}  # fmt: skip
#: (element, what it must not hold at any depth up to the next container): Cloud's editor drops it, or freezes the page.
_FORBIDDEN = {
    "li": _HEADINGS | {"table", "hr", "panel", "expand"},
    "blockquote": _HEADINGS | {"table", "blockquote", "panel", "expand"},
    "panel": {"table", "blockquote", "panel", "expand"},
    "td": {"table"},
    "th": {"table"},
}
_SCHEMES = {
    "http",
    "https",
    "mailto",
    "tel",
    "ftp",
    "ftps",
    "sftp",
    "ssh",
    "git",
    "irc",
    "xmpp",
    "slack",
    "vscode",
    "file",
}


def check_storage(body: str) -> list[str]:
    """Every violation, in words; empty for storage that Cloud shows as it is written."""
    if len(body.encode()) > MAX_BODY:
        return [f"the body has {len(body.encode())} bytes; Confluence takes {MAX_BODY}"]
    try:
        root = parse_body(body)
    except NotWellFormed as error:
        return [f"not well-formed: {error}"]
    found = list(_check(root, ()))
    ids = [element.text for element in root.iter(_AC + "task-id")]
    found += ["two tasks have the same id"] if len(ids) != len(set(ids)) else []
    return list(dict.fromkeys(found))


def _name(element: Any) -> str:
    return str(element.tag).replace(_AC, "ac:").replace(_RI, "ri:")


def _kind(element: Any) -> str:
    """The tag, or for macros what they are to the rules."""
    if element.tag == _AC + "structured-macro":
        name = element.get(_AC + "name", "")
        return "panel" if name in _PANELS else name if name == "expand" else "macro"
    return "panel" if element.tag == _AC + "adf-extension" else str(element.tag)


def _is_inline(element: Any) -> bool:
    macro = element.tag == _AC + "structured-macro"
    return element.tag in _INLINE or (macro and element.get(_AC + "name") in _INLINE_MACROS)


def _check(element: Any, around: tuple[str, ...]) -> Iterator[str]:
    kind = _kind(element)
    inner = around
    if kind in {"td", "th", _AC + "layout-cell"} or kind == "expand":
        inner = (kind,) if kind in _FORBIDDEN else ()
    elif kind in _FORBIDDEN:
        inner = (*around, kind)
    for child in element:
        if not isinstance(child.tag, str):
            continue
        yield from _check_place(element, child)
        for outer in inner:
            if _kind(child) in _FORBIDDEN[outer]:
                yield f"{_kind(child).replace(_AC, 'ac:')} in {outer}"
        yield from _check_one(child)
        yield from _check(child, inner)


def _check_place(parent: Any, child: Any) -> Iterator[str]:
    tag = parent.tag
    allowed = _CHILDREN.get(tag)
    if allowed is not None and child.tag not in allowed:
        yield f"{_name(child)} in {_name(parent)}"
    if (tag == "p" or tag in _HEADINGS or tag in _MARKS) and not _is_inline(child):
        yield f"the block {_name(child)} in {_name(parent)}"
    if tag in {"root", _AC + "rich-text-body", "blockquote"} and child.tag not in _BLOCK and not _is_inline(child):
        yield f"{_name(child)} is not a block of storage format"


def _check_one(element: Any) -> Iterator[str]:
    tag = element.tag
    if tag == _AC + "structured-macro":
        if not element.get(_AC + "name"):
            yield "a macro without a name"
        names = [p.get(_AC + "name") for p in element.findall(_AC + "parameter")]
        if len(names) != len(set(names)):
            yield f"the macro {element.get(_AC + 'name')} has a parameter twice"
        bodies = element.findall(_AC + "rich-text-body") + element.findall(_AC + "plain-text-body")
        if len(bodies) > 1:
            yield f"the macro {element.get(_AC + 'name')} has two bodies"
    elif tag == _AC + "image":
        if sum(str(child.tag).startswith(_RI) for child in element) != 1:
            yield "an image needs exactly one source"
        for size in ("width", "height"):
            if element.get(_AC + size) and not element.get(_AC + size, "").isdigit():
                yield f"the {size} of an image must be pixels"
    elif tag == _AC + "link":
        if sum(str(child.tag).startswith(_RI) for child in element) > 1:
            yield "a link with two targets"
    elif tag == "a":
        scheme = element.get("href", "").partition(":")[0].lower()
        if not element.get("href") or scheme not in _SCHEMES:
            yield f"a link to {element.get('href', 'nothing')[:60]!r}"
    elif tag == _AC + "task-status" and element.text not in {"complete", "incomplete"}:
        yield "a task is neither complete nor incomplete"
