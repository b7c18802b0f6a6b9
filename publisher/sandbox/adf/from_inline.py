"""Storage format in a line → nodes of the editor's document: text with marks, links, emoji, small macros."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from publisher.sandbox.adf.names import AC, MACROS, MARKS, RI, Node, Unmappable
from publisher.storage import serialise_children


class InlineReader:
    """``files``: name of an attachment → its file id."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def inlines(self, element: etree._Element, marks: list[Node]) -> list[Node]:
        found = text_nodes(element.text, marks)
        for child in element:
            if isinstance(child.tag, str):
                found += self.one(child, marks)
            found += text_nodes(child.tail, marks)
        return found

    def one(self, element: etree._Element, marks: list[Node]) -> list[Node]:
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
            return [{"type": "mediaInline", "attrs": self.media(element)}]
        if tag == AC + "structured-macro":
            return [self._inline_macro(element)]
        raise Unmappable(f"element {short_name(tag)} in a line")

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
        return text_nodes(text, [*marks, mark])

    def media(self, element: etree._Element) -> Node:
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

    def _inline_macro(self, element: etree._Element) -> Node:
        given = parameters_of(element)
        if element.get(AC + "name") == "status":
            colour = given.get("colour", given.get("color", "neutral")).lower()
            attrs = {"text": given.get("title", ""), "color": "neutral" if colour in {"grey", "gray"} else colour}
            return node_of("status", None, {**attrs, "localId": element.get(AC + "macro-id", ""), "style": ""})
        if element.find(AC + "rich-text-body") is not None:
            raise Unmappable(f"macro {element.get(AC + 'name')} with text in a line")
        return node_of("inlineExtension", None, macro_attrs(element, given))


def macro_attrs(element: etree._Element, given: Mapping[str, str]) -> Node:
    name = element.get(AC + "name", "")
    parameters: Node = {key: {"value": value} for key, value in given.items()}
    for item in element.findall(AC + "parameter"):
        if len(item):
            parameters[item.get(AC + "name", "")] = {"value": serialise_children(item), "storage": True}
    if element.find(AC + "plain-text-body") is not None:
        parameters["__bodyContent"] = {"value": plain_of(element)}
    metadata = {"macroId": {"value": element.get(AC + "macro-id", "")}, "schemaVersion": {"value": "1"}, "title": name}
    return {
        "extensionType": MACROS,
        "extensionKey": name,
        "parameters": {"macroParams": parameters, "macroMetadata": metadata},
        "layout": element.get("data-layout", "default"),
    }


def parameters_of(element: etree._Element) -> dict[str, str]:
    return {item.get(AC + "name", ""): item.text or "" for item in element.findall(AC + "parameter") if not len(item)}


def plain_of(element: etree._Element) -> str:
    body = element.find(AC + "plain-text-body")
    return "".join(map(str, body.itertext())) if body is not None else ""


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


def text_nodes(text: Any, marks: Iterable[Node]) -> list[Node]:
    """A text node; blanks of the source are one blank."""
    shown = re.sub(r"[ \t\r\n]+", " ", str(text or ""))
    given = list(marks)
    return [{"type": "text", "text": shown, **({"marks": given} if given else {})}] if shown else []


def node_of(kind: str, content: list[Node] | None = None, attrs: Mapping[str, Any] = {}) -> Node:
    node: Node = {"type": kind}
    if attrs:
        node["attrs"] = dict(attrs)
    if content is not None:
        node["content"] = content
    return node


def short_name(tag: str) -> str:
    return tag.replace(AC, "ac:").replace(RI, "ri:")
