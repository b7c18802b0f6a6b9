"""Storage format → Atlassian's document format (ADF), element by element, as the editor would be given it.

Test code, and literal on purpose: it repairs nothing. A block in a line stays there, loose text in a cell stays loose, a
mark around a line break is put on the line break. What the editor then refuses is a fault of what we wrote.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from publisher.storage import parse_body

Node = dict[str, Any]
AC, RI = "{http://atlassian.com/content}", "{http://atlassian.com/resource/identifier}"
PANELS = {"info": "info", "tip": "success", "note": "warning", "warning": "error", "panel": "custom"}
MARKS: Mapping[str, Node] = {
    "strong": {"type": "strong"}, "em": {"type": "em"}, "u": {"type": "underline"}, "del": {"type": "strike"},
    "s": {"type": "strike"}, "code": {"type": "code"}, "sub": {"type": "subsup", "attrs": {"type": "sub"}},
    "sup": {"type": "subsup", "attrs": {"type": "sup"}},
}  # fmt: skip
PLAIN = {
    "blockquote": "blockquote", "ul": "bulletList", "li": "listItem", "tr": "tableRow",
    AC + "layout-section": "layoutSection",
}  # fmt: skip
ALIGNMENTS = {"center": "center", "right": "end"}
COLOURS = {
    "Grey": "neutral", "Red": "red", "Yellow": "yellow", "Green": "green", "Blue": "blue", "Purple": "purple",
}  # fmt: skip


def to_document(body: str) -> Node:
    """The document of a page body."""
    return {"type": "doc", "version": 1, "content": _blocks(parse_body(body), ())}


def _blocks(element: Any, around: tuple[str, ...]) -> list[Node]:
    """The children of an element that holds blocks. Text that is not in a block stays text; blanks between are none."""
    nodes = _text(element.text, ()) if (element.text or "").strip() else []
    for child in element:
        nodes += _block(child, around)
        nodes += _text(child.tail, ()) if (child.tail or "").strip() else []
    return nodes


def _block(element: Any, around: tuple[str, ...]) -> list[Node]:
    tag = element.tag
    if not isinstance(tag, str):
        return []
    if tag == "p":
        return [_styled("paragraph", element, {})]
    if re.fullmatch(r"h[1-6]", tag):
        return [_styled("heading", element, {"level": int(tag[1])})]
    if tag == "pre":
        return [{"type": "codeBlock", "content": _text("".join(element.itertext()), ())}]
    if tag == "hr":
        return [{"type": "rule"}]
    if tag == "ol":
        order = {"attrs": {"order": int(element.get("start", "1"))}}
        return [{"type": "orderedList", **order, "content": _blocks(element, (*around, "ol"))}]
    if tag == AC + "layout":
        return _blocks(element, around)
    if tag == AC + "layout-cell":
        width = {"attrs": {"width": 100 / len(element.getparent())}}
        return [{"type": "layoutColumn", **width, "content": _blocks(element, (*around, "column"))}]
    if tag in PLAIN:
        return [{"type": PLAIN[tag], "content": _blocks(element, (*around, tag))}]
    if tag in {"table", "thead", "tbody", "tfoot"}:
        return _table(element, around)
    if tag in {"td", "th"}:
        return [_cell(element, around)]
    if tag == AC + "image":
        return [_media_single(element, ())]
    if tag == AC + "task-list":
        return [_task_list(element, around)]
    if tag == AC + "structured-macro":
        return _block_macro(element, around)
    if tag == AC + "adf-extension":
        return [_panel({"panelType": "note"}, element.find(f"{AC}adf-node/{AC}adf-content"), around)]
    return _inline(element, ())


def _styled(kind: str, element: Any, attrs: Node) -> Node:
    style = element.get("style", "")
    indent = re.search(r"margin-left: (\d+)", style)
    align = re.search(r"text-align: (\w+)", style)
    marks: list[Node] = [{"type": "indentation", "attrs": {"level": int(indent[1]) // 30}}] if indent else []
    if align and align[1] in ALIGNMENTS:
        marks.append({"type": "alignment", "attrs": {"align": ALIGNMENTS[align[1]]}})
    return {
        "type": kind,
        "content": _inlines(element, ()),
        **({"attrs": attrs} if attrs else {}),
        **({"marks": marks} if marks else {}),
    }


def _table(element: Any, around: tuple[str, ...]) -> list[Node]:
    rows = _blocks(element, around)
    if element.tag != "table":
        return rows
    return [{"type": "table", "attrs": {"layout": element.get("data-layout", "default")}, "content": rows}]


def _cell(element: Any, around: tuple[str, ...]) -> Node:
    attrs: Node = {name: int(element.get(name)) for name in ("rowspan", "colspan") if element.get(name)}
    if element.get("data-highlight-colour"):
        attrs["background"] = element.get("data-highlight-colour")
    kind = "tableHeader" if element.tag == "th" else "tableCell"
    return {"type": kind, "attrs": attrs, "content": _blocks(element, (*around, "cell"))}


def _media(element: Any) -> Node:
    size = {side: int(element.get(AC + side)) for side in ("width", "height") if element.get(AC + side)}
    alt = {"alt": element.get(AC + "alt")} if element.get(AC + "alt") else {}
    url = element.find(RI + "url")
    if url is not None:
        return {"type": "external", "url": url.get(RI + "value"), **size, **alt}
    return {
        "type": "file",
        "id": element.find(RI + "attachment").get(RI + "filename"),
        "collection": "c",
        **size,
        **alt,
    }


def _media_single(element: Any, marks: tuple[Node, ...]) -> Node:
    content: list[Node] = [{"type": "media", "attrs": _media(element)}]
    caption = element.find(AC + "caption")
    if caption is not None:
        lines = [_inlines(line, ()) for line in caption.findall("p")] or [_inlines(caption, ())]
        content.append({"type": "caption", "content": [node for line in lines for node in line]})
    node: Node = {
        "type": "mediaSingle",
        "attrs": {"layout": element.get(AC + "layout") or "center"},
        "content": content,
    }
    return {**node, "marks": list(marks)} if marks else node


def _task_list(element: Any, around: tuple[str, ...]) -> Node:
    content: list[Node] = []
    for task in element:
        if task.tag == AC + "task-list":
            content.append(_task_list(task, around))
            continue
        body = task.find(AC + "task-body")
        state = "DONE" if task.findtext(AC + "task-status") == "complete" else "TODO"
        attrs = {"localId": task.findtext(AC + "task-id", ""), "state": state}
        content.append({"type": "taskItem", "attrs": attrs, "content": _inlines(body, ())})
        content += [_task_list(below, around) for below in task.findall(AC + "task-list")]
    return {"type": "taskList", "attrs": {"localId": ""}, "content": content}


def _panel(attrs: Node, body: Any, around: tuple[str, ...]) -> Node:
    return {"type": "panel", "attrs": attrs, "content": _blocks(body, (*around, "panel"))}


def _parameters(element: Any) -> dict[str, str]:
    return {each.get(AC + "name", ""): each.text or "" for each in element.findall(AC + "parameter")}


def _extension(kind: str, name: str, parameters: Mapping[str, str]) -> Node:
    attrs = {
        "extensionType": "com.atlassian.confluence.macro.core",
        "extensionKey": name,
        "parameters": {"macroParams": {key: {"value": value} for key, value in parameters.items()}},
    }
    return {"type": kind, "attrs": attrs}


def _block_macro(element: Any, around: tuple[str, ...]) -> list[Node]:
    name, parameters, rich = element.get(AC + "name"), _parameters(element), element.find(AC + "rich-text-body")
    if name == "code":
        language = {"attrs": {"language": parameters["language"]}} if parameters.get("language") else {}
        return [{"type": "codeBlock", **language, "content": _text(element.findtext(AC + "plain-text-body"), ())}]
    if name in PANELS:
        extra = {key: value for key, value in parameters.items() if key.startswith("panelIcon")}
        colour = {"panelColor": parameters["bgColor"]} if "bgColor" in parameters else {}
        return [_panel({"panelType": PANELS[name], **extra, **colour}, rich, around)]
    if name == "expand":
        nested = any(place in {"expand", "cell"} for place in around)
        attrs = {"title": parameters.get("title", "")}
        kind = "nestedExpand" if nested else "expand"
        return [{"type": kind, "attrs": attrs, "content": _blocks(rich, (*around, "expand"))}]
    if name in {"anchor", "status"}:
        return _inline(element, ())
    if rich is None:
        return [_extension("extension", name, parameters)]
    return [{**_extension("bodiedExtension", name, parameters), "content": _blocks(rich, (*around, "bodied"))}]


# Lines


def _text(text: str | None, marks: Iterable[Node]) -> list[Node]:
    if not text:
        return []
    node: Node = {"type": "text", "text": text}
    return [{**node, "marks": list(marks)} if marks else node]


def _marked(node: Node, marks: tuple[Node, ...]) -> Node:
    return {**node, "marks": list(marks)} if marks else node


def _inlines(element: Any, marks: tuple[Node, ...]) -> list[Node]:
    nodes = _text(element.text, marks)
    for child in element:
        nodes += _inline(child, marks)
        nodes += _text(child.tail, marks)
    return nodes


def _colour(value: str) -> str:
    numbers = re.findall(r"\d+", value)
    return "#" + "".join(f"{int(number):02x}" for number in numbers[:3]) if "rgb" in value else value.strip()


def _span_marks(element: Any) -> tuple[Node, ...]:
    marks = []
    for rule in element.get("style", "").split(";"):
        name, _, value = rule.partition(":")
        kind = {"color": "textColor", "background-color": "backgroundColor"}.get(name.strip())
        if kind:
            marks.append({"type": kind, "attrs": {"color": _colour(value)}})
    return tuple(marks)


def _inline(element: Any, marks: tuple[Node, ...]) -> list[Node]:
    tag = element.tag
    if not isinstance(tag, str):
        return []
    if tag in MARKS:
        return _inlines(element, (*marks, MARKS[tag]))
    if tag == "span":
        return _inlines(element, (*marks, *_span_marks(element)))
    if tag == "a":
        return _inlines(element, (*marks, {"type": "link", "attrs": {"href": element.get("href")}}))
    if tag == "br":
        return [_marked({"type": "hardBreak"}, marks)]
    if tag == "time":
        moment = datetime.datetime.fromisoformat(element.get("datetime")).replace(tzinfo=datetime.UTC)
        return [_marked({"type": "date", "attrs": {"timestamp": str(int(moment.timestamp() * 1000))}}, marks)]
    if tag == AC + "image":
        return [_marked({"type": "mediaInline", "attrs": _media(element)}, marks)]
    if tag == AC + "link":
        return _link(element, marks)
    if tag == AC + "emoticon":
        return [_marked({"type": "emoji", "attrs": {"shortName": f":{element.get(AC + 'name')}:"}}, marks)]
    if tag == AC + "placeholder":
        return [_marked({"type": "placeholder", "attrs": {"text": element.text or ""}}, marks)]
    if tag == AC + "inline-comment-marker":
        attrs = {"annotationType": "inlineComment", "id": element.get(AC + "ref")}
        return _inlines(element, (*marks, {"type": "annotation", "attrs": attrs}))
    if tag == AC + "structured-macro":
        return _inline_macro(element, marks)
    return _block(element, ())


def _link(element: Any, marks: tuple[Node, ...]) -> list[Node]:
    user = element.find(RI + "user")
    if user is not None:
        return [_marked({"type": "mention", "attrs": {"id": next(iter(user.attrib.values()))}}, marks)]
    target = next((child for child in element if str(child.tag).startswith(RI)), None)
    address = "/wiki/" + ("/".join(target.attrib.values()) if target is not None else "")
    anchor = f"#{element.get(AC + 'anchor')}" if element.get(AC + "anchor") else ""
    link = {"type": "link", "attrs": {"href": address.replace(" ", "+") + anchor}}
    body = element.find(AC + "link-body")
    return _inlines(body, (*marks, link)) if body is not None else _text(address, (*marks, link))


def _inline_macro(element: Any, marks: tuple[Node, ...]) -> list[Node]:
    name, parameters = element.get(AC + "name"), _parameters(element)
    if name == "status":
        attrs = {"text": parameters.get("title", ""), "color": COLOURS[parameters.get("colour") or "Grey"]}
        return [_marked({"type": "status", "attrs": attrs}, marks)]
    if element.find(AC + "rich-text-body") is not None or name in {"code", *PANELS}:
        return _block_macro(element, ())  # a block in a line: the editor will say so
    return [_marked(_extension("inlineExtension", name, parameters), marks)]
