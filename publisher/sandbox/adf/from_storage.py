"""Storage format → the editor's document, element by element. Repairs nothing."""

import re
from collections.abc import Mapping

from lxml import etree

from publisher.sandbox.adf.from_inline import (
    InlineReader,
    macro_attrs,
    node_of,
    parameters_of,
    plain_of,
    short_name,
    text_nodes,
)
from publisher.sandbox.adf.names import (
    AC,
    INLINE_MACROS,
    LAYOUTS,
    MARKS,
    PANELS,
    SECTIONS,
    Node,
    Unmappable,
)
from publisher.storage import parse_body

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
        self._line, self._nested, self._tasks = InlineReader(files), 0, 0

    def blocks(self, element: etree._Element | None) -> list[Node]:
        """The block nodes of what is in an element; text and marks between blocks are paragraphs of their own."""
        found: list[Node] = []
        line: list[Node] = []

        def end() -> None:
            if any(node.get("text", "x").strip() for node in line):
                found.append(node_of("paragraph", _trimmed(line)))
            line.clear()

        if element is None:
            return []
        line += text_nodes(element.text, [])
        for child in element:
            if isinstance(child.tag, str):
                if _is_inline(child):
                    line += self._line.one(child, [])
                else:
                    end()
                    found += self._block(child)
            line += text_nodes(child.tail, [])
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
            items = [node_of("listItem", self._content(item)) for item in element.iterchildren("li")]
            return [node_of("orderedList" if tag == "ol" else "bulletList", items, attrs)]
        if tag == "blockquote":
            return [node_of("blockquote", self._content(element))]
        if tag == "pre":
            return [_code("".join(map(str, element.itertext())), "")]
        if tag == "hr":
            return [node_of("rule")]
        if tag == "table":
            return [self._table(element)]
        if tag == "div" or tag == AC + "layout":
            return [node for child in element for node in self._block(child)] if tag != "div" else self.blocks(element)
        others = {
            AC + "task-list": self._task_list, AC + "image": self._image, AC + "layout-section": self._section,
            AC + "adf-extension": self._extension, AC + "structured-macro": self._macro,
        }  # fmt: skip
        if tag not in others:
            raise Unmappable(f"element {short_name(tag)}")
        return others[tag](element)

    def _content(self, element: etree._Element) -> list[Node]:
        """Blocks, of which there must be one."""
        return self.blocks(element) or [node_of("paragraph")]

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
        node = node_of("paragraph" if tag == "p" else "heading", self._line.inlines(element, []))
        if tag != "p":
            node = {"type": "heading", "attrs": {"level": int(tag[1])}, "content": node.get("content", [])}
        return [{**node, "marks": marks} if marks else node]

    # In a line

    # Blocks of their own

    def _table(self, element: etree._Element) -> Node:
        rows = [
            node_of("tableRow", [self._cell(cell) for cell in row.iterchildren("th", "td")])
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
        return node_of("tableHeader" if element.tag == "th" else "tableCell", content, attrs)

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
                content = self._line.inlines(body, []) if body is not None else []
                items.append(node_of("taskItem", content, {"state": "DONE" if done else "TODO", "localId": local}))
                for below in child.iterchildren(AC + "task-list"):
                    items += self._task_list(below)
        return [node_of("taskList", items, {"localId": f"tasks-{number}"})]

    def _image(self, element: etree._Element) -> list[Node]:
        layout = LAYOUTS.get(element.get(AC + "layout") or element.get(AC + "align") or "", "center")
        attrs: Node = {"layout": layout}
        if element.get(AC + "width", "").isdigit():
            attrs |= {"width": int(element.get(AC + "width", "")), "widthType": "pixel"}
        content = [node_of("media", None, self._line.media(element))]
        caption = element.find(AC + "caption")
        if caption is not None:
            first = caption.find("p")
            content.append(node_of("caption", self._line.inlines(first if first is not None else caption, [])))
        return [node_of("mediaSingle", content, attrs)]

    def _section(self, element: etree._Element) -> list[Node]:
        cells = element.findall(AC + "layout-cell")
        widths = SECTIONS.get(element.get(AC + "type", "").replace("fixed-width", "single"), ())
        if len(widths) != len(cells):
            widths = tuple(round(100 / len(cells), 2) for _ in cells)
        columns = [
            node_of("layoutColumn", self._content(cell), {"width": width})
            for cell, width in zip(cells, widths, strict=True)
        ]
        return [node_of("layoutSection", columns)]

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
            return [node_of("panel", self._content(_required(node.find(AC + "adf-content"), "panel")), attrs)]
        items = []
        for item in node.findall(AC + "adf-node"):
            given = {str(part.get("key")): part.text or "" for part in item.findall(AC + "adf-attribute")}
            content = item.find(AC + "adf-content")
            attrs = {"localId": given.get("local-id", ""), "state": given.get("state", "DECIDED")}
            items.append(node_of("decisionItem", self._line.inlines(content, []) if content is not None else [], attrs))
        return [node_of("decisionList", items, {"localId": attributes.get("local-id", "")})]

    # Macros

    def _macro(self, element: etree._Element) -> list[Node]:
        name = element.get(AC + "name", "")
        given = parameters_of(element)
        body = element.find(AC + "rich-text-body")
        if name == "code":
            return [_code(plain_of(element), given.get("language", ""))]
        if name in PANELS:
            return [node_of("panel", self._content(_required(body, name)), {"panelType": PANELS[name]})]
        if name == "panel":
            attrs = {"panelType": "custom", "panelColor": given.get("bgColor", "#ffffff")}
            attrs |= {key: given[key] for key in ("panelIcon", "panelIconText", "panelIconId") if key in given}
            return [node_of("panel", self._content(_required(body, name)), attrs)]
        if name == "expand":
            self._nested += 1
            content = self._content(_required(body, name))
            self._nested -= 1
            return [node_of("nestedExpand" if self._nested else "expand", content, {"title": given.get("title", "")})]
        if body is not None:
            return [node_of("bodiedExtension", self._content(body), macro_attrs(element, given))]
        return [node_of("extension", None, macro_attrs(element, given))]


def _required(body: etree._Element | None, name: str) -> etree._Element:
    if body is None:
        raise Unmappable(f"macro {name} without a body")
    return body


def _is_inline(element: etree._Element) -> bool:
    return element.tag in _INLINE or (
        element.tag == AC + "structured-macro" and element.get(AC + "name") in INLINE_MACROS
    )


def _trimmed(line: list[Node]) -> list[Node]:
    """Without the blanks at both ends."""
    found = [dict(node) for node in line]
    for index, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if found and found[index]["type"] == "text":
            found[index]["text"] = strip(found[index]["text"])
    return [node for node in found if node["type"] != "text" or node["text"]]


def _code(text: str, language: str) -> Node:
    content = [{"type": "text", "text": text}] if text else []
    return node_of("codeBlock", content, {"language": language} if language else {})
