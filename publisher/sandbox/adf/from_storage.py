"""Storage format → the editor's document, element by element. Repairs nothing."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from publisher.sandbox.adf.names import (
    AC,
    INLINE_MACROS,
    LAYOUTS,
    MACROS,
    MARKS,
    PANELS,
    RI,
    SECTIONS,
    Node,
    Unmappable,
)
from publisher.storage import parse_body, serialise_children

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_INLINE = {
    *MARKS,
    "a",
    "br",
    "span",
    "time",
    AC + "link",
    AC + "emoticon",
    AC + "inline-comment-marker",
    AC + "placeholder",
}


def storage_to_adf(body: str, files: Mapping[str, str] = {}) -> Node:
    """``files``: name of an attachment → its file id. Unmappable names the first element that has no counterpart."""
    return {"type": "doc", "version": 1, "content": _Writer(files).blocks(parse_body(body))}


class _Writer:
    def __init__(self, files: Mapping[str, str]) -> None:
        self._files, self._nested, self._tasks = files, 0, 0

    def blocks(self, element: etree._Element | None) -> list[Node]:
        """The block nodes of what is in an element; text and marks between blocks are paragraphs of their own."""
        found: list[Node] = []
        line: list[Node] = []

        def end() -> None:
            if any(node.get("text", "x").strip() for node in line):
                found.append(_node("paragraph", _trimmed(line)))
            line.clear()

        if element is None:
            return []
        line += _text(element.text, [])
        for child in element:
            if isinstance(child.tag, str):
                if _is_inline(child):
                    line += self._inline(child, [])
                else:
                    end()
                    found += self._block(child)
            line += _text(child.tail, [])
        end()
        return found

    def _block(self, element: etree._Element) -> list[Node]:
        tag = str(element.tag)
        if tag == "p" or tag in _HEADINGS:
            return self._paragraph(element, tag)
        if tag in {"ul", "ol"}:
            attrs = (
                {"order": int(element.get("start", "1"))} if tag == "ol" and element.get("start", "1").isdigit() else {}
            )
            items = [_node("listItem", self._content(item)) for item in element.iterchildren("li")]
            return [_node("orderedList" if tag == "ol" else "bulletList", items, attrs)]
        if tag == "blockquote":
            return [_node("blockquote", self._content(element))]
        if tag == "pre":
            return [_code("".join(map(str, element.itertext())), "")]
        if tag == "hr":
            return [_node("rule")]
        if tag == "table":
            return [self._table(element)]
        if tag == "div" or tag == AC + "layout":
            return [node for child in element for node in self._block(child)] if tag != "div" else self.blocks(element)
        others = {
            AC + "task-list": self._task_list, AC + "image": self._image, AC + "layout-section": self._section,
            AC + "adf-extension": self._extension, AC + "structured-macro": self._macro,
        }  # fmt: skip
        if tag not in others:
            raise Unmappable(f"element {_short(tag)}")
        return others[tag](element)

    def _content(self, element: etree._Element) -> list[Node]:
        """Blocks, of which there must be one."""
        return self.blocks(element) or [_node("paragraph")]

    def _paragraph(self, element: etree._Element, tag: str) -> list[Node]:
        images = element.findall(AC + "image")
        if len(images) == 1 and len(element) == 1 and not "".join(map(str, element.itertext())).strip():
            return self._image(images[0])
        marks: list[Node] = []
        style = element.get("style", "")
        if match := re.search(r"text-align:\s*(center|right|end)", style):
            marks.append({"type": "alignment", "attrs": {"align": "end" if match[1] == "right" else match[1]}})
        if match := re.search(r"margin-left:\s*([\d.]+)px", style):
            marks.append({"type": "indentation", "attrs": {"level": max(1, min(6, round(float(match[1]) / 30)))}})
        node = _node("paragraph" if tag == "p" else "heading", self.inlines(element, []))
        if tag != "p":
            node = {"type": "heading", "attrs": {"level": int(tag[1])}, "content": node.get("content", [])}
        return [{**node, "marks": marks} if marks else node]

    # In a line

    def inlines(self, element: etree._Element, marks: list[Node]) -> list[Node]:
        found = _text(element.text, marks)
        for child in element:
            if isinstance(child.tag, str):
                found += self._inline(child, marks)
            found += _text(child.tail, marks)
        return found

    def _inline(self, element: etree._Element, marks: list[Node]) -> list[Node]:
        tag = str(element.tag)
        if tag in MARKS:
            return self.inlines(element, [*marks, MARKS[tag]])
        if tag == "br":
            return [{"type": "hardBreak"}]
        if tag == "a":
            return self.inlines(element, [*marks, {"type": "link", "attrs": {"href": element.get("href", "")}}])
        if tag == "span":
            return self.inlines(element, [*marks, *_colours(element)])
        if tag == "time":
            return [{"type": "date", "attrs": {"timestamp": _timestamp(element.get("datetime", ""))}}]
        if tag == AC + "inline-comment-marker":
            attrs = {"id": element.get(AC + "ref", ""), "annotationType": "inlineComment"}
            return self.inlines(element, [*marks, {"type": "annotation", "attrs": attrs}])
        if tag == AC + "emoticon":
            name = element.get(AC + "emoji-shortname") or f":{element.get(AC + 'name', '')}:"
            attrs = {
                "shortName": name,
                "id": element.get(AC + "emoji-id", ""),
                "text": element.get(AC + "emoji-fallback", ""),
            }
            return [{"type": "emoji", "attrs": attrs}]
        if tag == AC + "placeholder":
            return [{"type": "placeholder", "attrs": {"text": "".join(map(str, element.itertext()))}}]
        if tag == AC + "link":
            return self._link(element, marks)
        if tag == AC + "image":
            return [{"type": "mediaInline", "attrs": self._media(element)}]
        if tag == AC + "structured-macro":
            return [self._inline_macro(element)]
        raise Unmappable(f"element {_short(tag)} in a line")

    def _link(self, element: etree._Element, marks: list[Node]) -> list[Node]:
        user = element.find(RI + "user")
        if user is not None:
            number = user.get(RI + "account-id") or user.get(RI + "userkey") or ""
            return [{"type": "mention", "attrs": {"id": number, "text": ""}}]
        target = next((child for child in element if str(child.tag).startswith(RI)), None)
        data: Node = {"linkType": "self" if target is None else str(target.tag).removeprefix(RI)}
        for name, value in (target.attrib if target is not None else {}).items():
            data[str(name).removeprefix(RI)] = str(value)
        if element.get(AC + "anchor"):
            data["anchorName"] = element.get(AC + "anchor")
        href = (
            "#" + data.get("anchorName", "") if target is None else "/wiki/search?text=" + data.get("content-title", "")
        )
        mark = {"type": "link", "attrs": {"href": href, "__confluenceMetadata": data}}
        body = element.find(AC + "link-body")
        if body is not None:
            return self.inlines(body, [*marks, mark])
        text = (
            "".join(map(str, element.itertext())).strip() or data.get("content-title") or data.get("filename") or href
        )
        return _text(text, [*marks, mark])

    # Blocks of their own

    def _table(self, element: etree._Element) -> Node:
        rows = [
            _node("tableRow", [self._cell(cell) for cell in row.iterchildren("th", "td")])
            for part in element.iterchildren("thead", "tbody", "tfoot", "tr")
            for row in ([part] if part.tag == "tr" else part.iterchildren("tr"))
        ]
        attrs: Node = {"isNumberColumnEnabled": False, "layout": element.get("data-layout", "default")}
        if (width := element.get("data-table-width", "")).isdigit():
            attrs["width"] = int(width)
        return {"type": "table", "attrs": attrs, "content": rows}

    def _cell(self, element: etree._Element) -> Node:
        attrs: Node = {
            name: int(element.get(name, "")) for name in ("colspan", "rowspan") if element.get(name, "").isdigit()
        }
        if element.get("data-highlight-colour"):
            attrs["background"] = element.get("data-highlight-colour")
        self._nested += 1
        content = self._content(element)
        self._nested -= 1
        return _node("tableHeader" if element.tag == "th" else "tableCell", content, attrs)

    def _task_list(self, element: etree._Element) -> list[Node]:
        self._tasks += 1
        number, items = self._tasks, list[Node]()
        for child in element:
            if child.tag == AC + "task-list":
                items += self._task_list(child)
            elif child.tag == AC + "task":
                done = child.findtext(AC + "task-status") == "complete"
                local = child.findtext(AC + "task-uuid") or f"task-{child.findtext(AC + 'task-id') or len(items) + 1}"
                body = child.find(AC + "task-body")
                content = self.inlines(body, []) if body is not None else []
                items.append(_node("taskItem", content, {"state": "DONE" if done else "TODO", "localId": local}))
                for below in child.iterchildren(AC + "task-list"):
                    items += self._task_list(below)
        return [_node("taskList", items, {"localId": f"tasks-{number}"})]

    def _media(self, element: etree._Element) -> Node:
        attrs: Node = {"alt": element.get(AC + "alt", "")} if element.get(AC + "alt") else {}
        for name in ("width", "height"):
            size = element.get(AC + "original-" + name) or element.get(AC + name) or ""
            if size.isdigit():
                attrs[name] = int(size)
        file, url = element.find(RI + "attachment"), element.find(RI + "url")
        if url is not None:
            return {"type": "external", "url": url.get(RI + "value", ""), **attrs}
        name = file.get(RI + "filename", "") if file is not None else ""
        number = self._files.get(name, "UNKNOWN_MEDIA_ID")
        return {"type": "file", "id": number, "collection": "contentId", "__fileName": name, **attrs}

    def _image(self, element: etree._Element) -> list[Node]:
        layout = LAYOUTS.get(element.get(AC + "layout") or element.get(AC + "align") or "", "center")
        attrs: Node = {"layout": layout}
        if element.get(AC + "width", "").isdigit():
            attrs |= {"width": int(element.get(AC + "width", "")), "widthType": "pixel"}
        content = [_node("media", None, self._media(element))]
        caption = element.find(AC + "caption")
        if caption is not None:
            first = caption.find("p")
            content.append(_node("caption", self.inlines(first if first is not None else caption, [])))
        return [_node("mediaSingle", content, attrs)]

    def _section(self, element: etree._Element) -> list[Node]:
        cells = element.findall(AC + "layout-cell")
        widths = SECTIONS.get(element.get(AC + "type", "").replace("fixed-width", "single"), ())
        if len(widths) != len(cells):
            widths = tuple(round(100 / len(cells), 2) for _ in cells)
        columns = [
            _node("layoutColumn", self._content(cell), {"width": width})
            for cell, width in zip(cells, widths, strict=True)
        ]
        return [_node("layoutSection", columns)]

    def _extension(self, element: etree._Element) -> list[Node]:
        node = element.find(AC + "adf-node")
        kind = node.get("type", "") if node is not None else ""
        if node is None or kind not in {"panel", "decision-list"}:
            raise Unmappable(f"adf-node {kind}")
        attributes = {str(item.get("key")): item.text or "" for item in node.findall(AC + "adf-attribute")}
        if kind == "panel":
            names = {
                "panel-type": "panelType",
                "panel-icon": "panelIcon",
                "panel-color": "panelColor",
                "panel-icon-text": "panelIconText",
            }
            attrs = {names[key]: value for key, value in attributes.items() if key in names}
            attrs["panelType"] = attrs.get("panelType", "note")
            return [_node("panel", self._content(node.find(AC + "adf-content") or node), attrs)]
        items = []
        for item in node.findall(AC + "adf-node"):
            given = {str(part.get("key")): part.text or "" for part in item.findall(AC + "adf-attribute")}
            content = item.find(AC + "adf-content")
            attrs = {"localId": given.get("local-id", ""), "state": given.get("state", "DECIDED")}
            items.append(_node("decisionItem", self.inlines(content, []) if content is not None else [], attrs))
        return [_node("decisionList", items, {"localId": attributes.get("local-id", "")})]

    # Macros

    def _macro(self, element: etree._Element) -> list[Node]:
        name = element.get(AC + "name", "")
        given = _parameters(element)
        body = element.find(AC + "rich-text-body")
        if name == "code":
            return [_code(_plain(element), given.get("language", ""))]
        if name in PANELS:
            return [_node("panel", self._content(_required(body, name)), {"panelType": PANELS[name]})]
        if name == "panel":
            attrs = {"panelType": "custom", "panelColor": given.get("bgColor", "#ffffff")}
            attrs |= {key: given[key] for key in ("panelIcon", "panelIconText", "panelIconId") if key in given}
            return [_node("panel", self._content(_required(body, name)), attrs)]
        if name == "expand":
            self._nested += 1
            content = self._content(_required(body, name))
            self._nested -= 1
            return [_node("nestedExpand" if self._nested else "expand", content, {"title": given.get("title", "")})]
        if body is not None:
            return [_node("bodiedExtension", self._content(body), _macro_attrs(element, given))]
        return [_node("extension", None, _macro_attrs(element, given))]

    def _inline_macro(self, element: etree._Element) -> Node:
        given = _parameters(element)
        if element.get(AC + "name") == "status":
            colour = given.get("colour", given.get("color", "neutral")).lower()
            attrs = {"text": given.get("title", ""), "color": "neutral" if colour in {"grey", "gray"} else colour}
            return _node("status", None, {**attrs, "localId": element.get(AC + "macro-id", ""), "style": ""})
        if element.find(AC + "rich-text-body") is not None:
            raise Unmappable(f"macro {element.get(AC + 'name')} with text in a line")
        return _node("inlineExtension", None, _macro_attrs(element, given))


def _required(body: etree._Element | None, name: str) -> etree._Element:
    if body is None:
        raise Unmappable(f"macro {name} without a body")
    return body


def _macro_attrs(element: etree._Element, given: Mapping[str, str]) -> Node:
    name = element.get(AC + "name", "")
    parameters: Node = {key: {"value": value} for key, value in given.items()}
    for item in element.findall(AC + "parameter"):
        if len(item):
            parameters[item.get(AC + "name", "")] = {"value": serialise_children(item), "storage": True}
    if element.find(AC + "plain-text-body") is not None:
        parameters["__bodyContent"] = {"value": _plain(element)}
    metadata = {"macroId": {"value": element.get(AC + "macro-id", "")}, "schemaVersion": {"value": "1"}, "title": name}
    return {
        "extensionType": MACROS,
        "extensionKey": name,
        "parameters": {"macroParams": parameters, "macroMetadata": metadata},
        "layout": element.get("data-layout", "default"),
    }


def _parameters(element: etree._Element) -> dict[str, str]:
    return {item.get(AC + "name", ""): item.text or "" for item in element.findall(AC + "parameter") if not len(item)}


def _plain(element: etree._Element) -> str:
    body = element.find(AC + "plain-text-body")
    return "".join(map(str, body.itertext())) if body is not None else ""


def _is_inline(element: etree._Element) -> bool:
    return element.tag in _INLINE or (
        element.tag == AC + "structured-macro" and element.get(AC + "name") in INLINE_MACROS
    )


def _colours(element: etree._Element) -> list[Node]:
    marks: list[Node] = []
    for name, kind in (("background-color", "backgroundColor"), ("color", "textColor")):
        if match := re.search(rf"(?:^|;)\s*{name}:\s*([^;]+)", element.get("style", "")):
            marks.append({"type": kind, "attrs": {"color": _hex(match[1].strip())}})
    return marks


def _hex(colour: str) -> str:
    numbers = re.fullmatch(r"rgb\((\d{1,3}),\s*(\d{1,3}),\s*(\d{1,3})\)", colour)
    return "#" + "".join(f"{min(int(number), 255):02x}" for number in numbers.groups()) if numbers else colour


def _timestamp(text: str) -> str:
    try:
        return str(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000))
    except (ValueError, OverflowError):
        raise Unmappable(f"date {text[:40]}") from None


def _text(text: Any, marks: Iterable[Node]) -> list[Node]:
    """A text node; blanks of the source are one blank."""
    shown = re.sub(r"[ \t\r\n]+", " ", str(text or ""))
    given = list(marks)
    return [{"type": "text", "text": shown, **({"marks": given} if given else {})}] if shown else []


def _trimmed(line: list[Node]) -> list[Node]:
    """Without the blanks at both ends."""
    found = [dict(node) for node in line]
    for index, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if found and found[index]["type"] == "text":
            found[index]["text"] = strip(found[index]["text"])
    return [node for node in found if node["type"] != "text" or node["text"]]


def _code(text: str, language: str) -> Node:
    content = [{"type": "text", "text": text}] if text else []
    return _node("codeBlock", content, {"language": language} if language else {})


def _node(kind: str, content: list[Node] | None = None, attrs: Mapping[str, Any] = {}) -> Node:
    node: Node = {"type": kind}
    if attrs:
        node["attrs"] = dict(attrs)
    if content is not None:
        node["content"] = content
    return node


def _short(tag: str) -> str:
    return tag.replace(AC, "ac:").replace(RI, "ri:")
