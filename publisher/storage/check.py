"""The checker of storage format: what Confluence would refuse, drop or mangle (docs/storage-format.md)."""

import re
from collections.abc import Callable
from typing import Any

from publisher.storage.losses import find_losses
from publisher.storage.plain import PlainWalk
from publisher.storage.products import CLOUD, Product
from publisher.storage.xml import AC, RI, NotWellFormed, canonical_of, parse_body

_AC, _RI = f"{{{AC}}}", f"{{{RI}}}"
MAX_BODY = 5 * 1024 * 1024  # bytes (docs/storage-format.md#container)
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
    _AC + "adf-extension", _AC + "layout", "dl",
}  # fmt: skip
#: Macros that stand in a line; every other one is a block.
_INLINE_MACROS = {"anchor", "status", "jira", "emoticon", "recently-updated"}
_CHILDREN = {
    "ul": {"li"}, "ol": {"li"}, "table": {"colgroup", "thead", "tbody", "tfoot"}, "thead": {"tr"}, "tbody": {"tr"}, "tfoot": {"tr"},
    "tr": {"th", "td"}, "colgroup": {"col"}, _AC + "task-list": {_AC + "task", _AC + "task-list"},
    _AC + "task": {_AC + name for name in ("task-id", "task-uuid", "task-status", "task-body", "task-list")},
}  # fmt: skip
_SCHEMES = {
    "http", "https", "mailto", "tel", "ftp", "ftps", "sftp", "ssh", "git", "irc", "xmpp", "slack", "vscode", "file",
}  # fmt: skip
#: Element → the attributes that have a meaning there. Elements that are not in here are unknown.
_STYLED, _BARE, _CELL = frozenset({"style", "local-id"}), frozenset[str](), frozenset(
    {"colspan", "rowspan", "data-highlight-colour", "class", "style", "valign", "scope"}
)  # fmt: skip
_ATTRIBUTES = {
    **dict.fromkeys(("p", "h1", "h2", "h3", "h4", "h5", "h6", "span"), _STYLED),
    **dict.fromkeys(("strong", "em", "u", "s", "del", "sub", "sup", "code", "pre", "blockquote", "hr", "br", "li", "div",
                     "tbody", "thead", "tfoot", "colgroup", "dl", "dt", "dd"), _BARE),
    "td": _CELL, "th": _CELL,
    "a": {"href", "data-card-appearance", "data-layout", "data-width", "data-datasource"},
    "ul": {"style"}, "ol": {"start", "style"}, "col": {"style"}, "tr": set(), "time": {"datetime"},
    "table": {"data-layout", "data-table-width", "data-table-display-mode", "class", "style", "local-id"},
    "ac:image": {"ac:" + name for name in (
        "align", "layout", "width", "height", "original-width", "original-height", "custom-width", "alt", "inline",
        "thumbnail", "border", "class", "style", "title", "hspace", "vspace", "queryparams", "local-id",
    )},
    "ac:caption": set(), "ac:adf-mark": {"key", "size", "color"}, "ac:link": {"ac:anchor", "ac:card-appearance"},
    "ac:link-body": set(), "ac:plain-text-link-body": set(),
    "ac:structured-macro": {"ac:name", "ac:schema-version", "ac:macro-id", "ac:local-id", "data-layout"},
    "ac:parameter": {"ac:name"}, "ac:rich-text-body": set(), "ac:plain-text-body": set(),
    "ac:task-list": set(), "ac:task": set(), "ac:task-id": set(), "ac:task-uuid": set(), "ac:task-status": set(),
    "ac:task-body": set(), "ac:layout": set(),
    "ac:layout-section": {"ac:type", "ac:breakout-mode", "ac:breakout-width"}, "ac:layout-cell": set(),
    "ac:emoticon": {"ac:name", "ac:emoji-shortname", "ac:emoji-id", "ac:emoji-fallback"}, "ac:placeholder": {"ac:type"},
    "ac:inline-comment-marker": {"ac:ref"}, "ac:adf-extension": set(), "ac:adf-node": {"type"},
    "ac:adf-attribute": {"key"}, "ac:adf-content": set(), "ac:adf-fallback": set(),
    "ri:page": {"ri:content-title", "ri:space-key", "ri:version-at-save"}, "ri:attachment": {"ri:filename"},
    "ri:url": {"ri:value"}, "ri:user": {"ri:account-id", "ri:userkey", "ri:username"}, "ri:space": {"ri:space-key"},
    "ri:blog-post": {"ri:space-key", "ri:content-title", "ri:posting-day"}, "ri:shortcut": {"ri:key", "ri:parameter"},
    "ri:content-entity": {"ri:content-id"},
}  # fmt: skip
#: Macro → its parameters, with the values that each may have (None: any). Other macros are those of apps.
_ANY: frozenset[str] | None = None
_FLAG = frozenset({"true", "false"})
_BOX = {"title": _ANY, "icon": _FLAG}
_MACROS: dict[str, dict[str, frozenset[str] | None]] = {
    "code": {"language": _ANY, "title": _ANY, "collapse": _FLAG, "linenumbers": _FLAG, "firstline": _ANY, "theme": _ANY,
             "breakoutMode": frozenset({"wide", "full-width"}), "breakoutWidth": _ANY, "wrap": _FLAG},
    "status": {"title": _ANY, "colour": frozenset({"Grey", "Red", "Yellow", "Green", "Blue", "Purple"}), "subtle": _FLAG},
    "expand": {"title": _ANY},
    "anchor": {"": _ANY},
    "info": _BOX, "tip": _BOX, "note": _BOX, "warning": _BOX,
    "panel": dict.fromkeys(("title", "borderStyle", "borderColor", "borderWidth", "bgColor", "titleBGColor", "titleColor",
                            "panelIcon", "panelIconId", "panelIconText"), _ANY),
    "toc": dict.fromkeys(("maxLevel", "minLevel", "style", "type", "outline", "include", "exclude", "indent", "printable",
                          "class", "separator", "absoluteUrl"), _ANY),
    "children": dict.fromkeys(("all", "allChildren", "depth", "sort", "reverse", "style", "excerptType", "first", "page"),
                              _ANY),
    "excerpt": {"name": _ANY, "hidden": _FLAG, "atlassian-macro-output-type": _ANY},
    "details": {"id": _ANY, "hidden": _FLAG, "label": _ANY},
    "include": {"": _ANY}, "excerpt-include": {"": _ANY, "name": _ANY, "nopanel": _FLAG},
}  # fmt: skip
#: Elements that not every other one may be in.
_PLACING = _CHILDREN.keys() | _HEADINGS | _MARKS | {"p", "root", _AC + "rich-text-body", "blockquote"}
_TABLE_LAYOUTS = frozenset({"default", "center", "wide", "full-width", "align-start", "align-end"})
_IMAGE_LAYOUTS = frozenset({"center", "wide", "full-width", "align-start", "align-end", "wrap-left", "wrap-right"})
_LAYOUT_CELLS = {
    "single": 1, "fixed-width": 1, "two_equal": 2, "two_left_sidebar": 2, "two_right_sidebar": 2, "three_equal": 3,
    "three_with_sidebars": 3,
}  # fmt: skip


def check_storage(body: str, product: Product = CLOUD) -> list[str]:
    """Every violation, in words; empty for storage that the product shows as it is written."""
    try:
        return examine(body, product)[1]
    except NotWellFormed as error:
        return [f"not well-formed: {error}"]


def examine(body: str, product: Product = CLOUD) -> tuple[str, list[str]]:
    """(canonical form, violations). NotWellFormed."""
    data = body.encode()
    size = len(data)
    found = [f"the body has {size} bytes; Confluence takes {MAX_BODY}"] if size > MAX_BODY else []
    if not found and (stored := PlainWalk(product, _MACROS).canonical(body, data)) is not None:
        return stored, []
    root = parse_body(body)
    found += _judge(root, product)
    return canonical_of(root, body), list(dict.fromkeys(found))


def _judge(root: Any, product: Product) -> list[str]:
    """What the rules find in a body, one by one."""
    found = _check(root, product)
    found += [loss.reason for loss in find_losses(root, product)]
    ids = [element.text for element in root.iter(_AC + "task-id")]
    return [*found, *(["two tasks have the same id"] if len(ids) != len(set(ids)) else [])]


def _plain(name: Any) -> str:
    return str(name).replace(_AC, "ac:").replace(_RI, "ri:") if name[0] == "{" else str(name)


def _name(element: Any) -> str:
    return _plain(element.tag)


def _is_inline(element: Any) -> bool:
    macro = element.tag == _AC + "structured-macro"
    return element.tag in _INLINE or (macro and element.get(_AC + "name") in _INLINE_MACROS)


def _check(element: Any, product: Product) -> list[str]:
    found: list[str] = []
    placed = element.tag in _PLACING
    for child in element:
        if not isinstance(child.tag, str):
            continue
        if placed:
            _check_place(element, child, found)
        _check_one(child, product, found)
        if len(child):
            found += _check(child, product)
    return found


def _check_place(parent: Any, child: Any, found: list[str]) -> None:
    tag = parent.tag
    allowed = _CHILDREN.get(tag)
    if allowed is not None and child.tag not in allowed:
        found.append(f"{_name(child)} in {_name(parent)}")
    if (tag == "p" or tag in _HEADINGS or tag in _MARKS) and not _is_inline(child):
        found.append(f"the block {_name(child)} in {_name(parent)}")
    if tag in {"root", _AC + "rich-text-body", "blockquote"} and child.tag not in _BLOCK and not _is_inline(child):
        found.append(f"{_name(child)} is not a block of storage format")


def _check_one(element: Any, product: Product, found: list[str]) -> None:
    name = _name(element)
    known = _ATTRIBUTES.get(name)
    if known is None:
        found.append(f"{name} is not an element of storage format")
        return
    if element.attrib:
        strange = [key for key in map(_plain, element.attrib) if key not in known]
        found += [f"the attribute {key} of {name} says nothing" for key in strange]
    check = _CHECKS.get(name)
    if check:
        check(element, product, found)


def _check_macro(element: Any, product: Product, found: list[str]) -> None:
    name = element.get(_AC + "name")
    if not name:
        found.append("a macro without a name")
        return
    pairs = [(p.get(_AC + "name", ""), p.text or "") for p in element.findall(_AC + "parameter")]
    if len(pairs) != len(dict(pairs)):
        found.append(f"the macro {name} has a parameter twice")
    if len(element.findall(_AC + "rich-text-body")) + len(element.findall(_AC + "plain-text-body")) > 1:
        found.append(f"the macro {name} has two bodies")
    known = _MACROS.get(name)
    for key, value in pairs if known is not None else ():
        if known is not None and key not in known:
            found.append(f"the macro {name} has no parameter {key}")
        elif known is not None and (allowed := known[key]) is not None and value not in allowed:
            found.append(f"{key} of the macro {name} cannot be {value!r}")
    language = dict(pairs).get("language", "").lower() if name == "code" else ""
    if language and language not in product.languages:
        found.append(f"the code language {language!r} is not known to {product.name}")


def _check_image(element: Any, product: Product, found: list[str]) -> None:
    if sum(str(child.tag).startswith(_RI) for child in element) != 1:
        found.append("an image needs exactly one source")
    for size in ("width", "height"):
        if element.get(_AC + size) and not element.get(_AC + size, "").isdigit():
            found.append(f"the {size} of an image must be pixels")
    if element.get(_AC + "layout", "center") not in _IMAGE_LAYOUTS:
        found.append(f"the layout of an image cannot be {element.get(_AC + 'layout')!r}")
    if element.find(_AC + "caption") is not None and (not product.captions or element.getparent().tag == "p"):
        found.append("a caption that is lost: only a block image of Cloud has one")


def _check_nested_link(element: Any, found: list[str]) -> None:
    if next(element.iterancestors("a", _AC + "link"), None) is not None:
        found.append("a link in a link")


def _check_link(element: Any, product: Product, found: list[str]) -> None:
    _check_nested_link(element, found)
    if sum(str(child.tag).startswith(_RI) for child in element) > 1:
        found.append("a link with two targets")


def _check_address(element: Any, product: Product, found: list[str]) -> None:
    _check_nested_link(element, found)
    scheme = element.get("href", "").partition(":")[0].lower()
    if not element.get("href") or scheme not in _SCHEMES:
        found.append(f"a link to {element.get('href', 'nothing')[:60]!r}")


def _check_status(element: Any, product: Product, found: list[str]) -> None:
    if element.text not in {"complete", "incomplete"}:
        found.append("a task is neither complete nor incomplete")


def _check_section(element: Any, product: Product, found: list[str]) -> None:
    kind, cells = element.get(_AC + "type", ""), len(element)
    if _LAYOUT_CELLS.get(kind) != cells:
        found.append(f"a layout section {kind!r} with {cells} cells")


def _check_table(element: Any, product: Product, found: list[str]) -> None:
    if element.get("data-layout", "default") not in _TABLE_LAYOUTS:
        found.append(f"the layout of a table cannot be {element.get('data-layout')!r}")


def _check_date(element: Any, product: Product, found: list[str]) -> None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", element.get("datetime", "")) or element.text or len(element):
        found.append("a date needs the form 2026-01-31 and no text")


def _check_node(element: Any, product: Product, found: list[str]) -> None:
    if not product.document_format:
        found.append(f"{_name(element)} means nothing to {product.name}")


_CHECKS: dict[str, Callable[[Any, Product, list[str]], None]] = {
    "ac:structured-macro": _check_macro, "ac:image": _check_image, "ac:link": _check_link, "a": _check_address,
    "ac:task-status": _check_status, "ac:layout-section": _check_section,
    "table": _check_table, "time": _check_date, "ac:adf-extension": _check_node,
}  # fmt: skip
