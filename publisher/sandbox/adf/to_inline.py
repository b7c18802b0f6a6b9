"""Nodes of the editor's document in a line → storage format: text with marks, links, emoji, small macros, images."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from publisher.sandbox.adf.names import MACROS, Node, Unmappable
from publisher.storage import cdata, clean_text, escape

_SIMPLE_MARKS = {"strong": "strong", "em": "em", "underline": "u", "strike": "del", "code": "code"}


def children_of(node: Node) -> list[Node]:
    content = node.get("content")
    if content is None:
        return []
    if not isinstance(content, list) or not all(
        isinstance(item, dict) and isinstance(item.get("type"), str) for item in content
    ):
        raise Unmappable(f"content of {node.get('type')}: each node must have a type")
    return content


def attrs_of(node: Node) -> Node:
    attrs = node.get("attrs")
    if attrs is not None and not isinstance(attrs, dict):
        raise Unmappable(f"attrs of {node.get('type')}")
    return attrs or {}


def string_in(attrs: Node, name: str, default: str = "") -> str:
    value = attrs.get(name)
    return default if value is None else clean_text(str(value))


class InlineWriter:
    """``names``: file id → the name of the attachment. ``blocks`` writes what is inside an extension with a body."""

    def __init__(self, names: Mapping[str, str], blocks: Callable[[Node], str]) -> None:
        self._names, self._blocks = names, blocks
        self._inlines: Mapping[str, Callable[[Node], str]] = {
            "text": self._text, "hardBreak": lambda node: "<br />", "mention": self._mention, "emoji": self._emoji,
            "date": self._date, "status": self._status, "inlineCard": self.card, "mediaInline": self.media,
            "inlineExtension": self.extension, "placeholder": self._placeholder,
        }  # fmt: skip

    def inline(self, node: Node) -> str:
        parts = []
        for child in children_of(node):
            if child["type"] not in self._inlines:
                raise Unmappable(f"node {child['type'][:40]} in {node.get('type')}")
            parts.append(self._inlines[child["type"]](child))
        return "".join(parts)

    def _text(self, node: Node) -> str:
        text = node.get("text")
        if not isinstance(text, str):
            raise Unmappable("text without text")
        shown = escape(clean_text(text))
        marks = node.get("marks") or []
        if not isinstance(marks, list) or not all(isinstance(mark, dict) for mark in marks):
            raise Unmappable("marks that are no list of marks")
        marks = [*(m for m in marks if m.get("type") != "code"), *(m for m in marks if m.get("type") == "code")]
        for mark in marks[::-1]:  # the innermost first
            shown = self._marked(shown, mark)
        return shown

    def _marked(self, shown: str, mark: Node) -> str:
        kind, attrs = mark.get("type"), attrs_of(mark)
        if kind in _SIMPLE_MARKS:
            tag = _SIMPLE_MARKS[str(kind)]
            return f"<{tag}>{shown}</{tag}>"
        if kind == "subsup":
            tag = "sub" if attrs.get("type") == "sub" else "sup"
            return f"<{tag}>{shown}</{tag}>"
        if kind in {"textColor", "backgroundColor"}:
            name = "color" if kind == "textColor" else "background-color"
            return f'<span style="{name}: {escape(string_in(attrs, "color"))};">{shown}</span>'
        if kind == "annotation":
            return f'<ac:inline-comment-marker ac:ref="{escape(string_in(attrs, "id"))}">{shown}</ac:inline-comment-marker>'
        if kind == "link":
            return _link(attrs, shown)
        if kind in {"border", "breakout", "fontSize", "dataConsumer", "fragment"}:
            return shown
        raise Unmappable(f"mark {str(kind)[:40]}")

    def media(self, node: Node, more: str = "", caption: str = "") -> str:
        attrs = attrs_of(node)
        for name in ("width", "height"):
            if isinstance(attrs.get(name), int | float):
                more += f' ac:original-{name}="{int(attrs[name])}"'
        if attrs.get("alt"):
            more += f' ac:alt="{escape(string_in(attrs, "alt"))}"'
        if attrs.get("type") == "external" or attrs.get("url"):
            inner = f'<ri:url ri:value="{escape(string_in(attrs, "url"))}" />'
        else:
            number = string_in(attrs, "id")
            name = self._names.get(number) or string_in(attrs, "__fileName") or number
            inner = f'<ri:attachment ri:filename="{escape(name)}" />'
        return f"<ac:image{more}>{inner}{caption}</ac:image>"

    def _mention(self, node: Node) -> str:
        number = string_in(attrs_of(node), "id")
        return f'<ac:link><ri:user ri:account-id="{escape(number)}" /></ac:link>'

    def _emoji(self, node: Node) -> str:
        attrs = attrs_of(node)
        name = string_in(attrs, "shortName")
        given = {
            "name": name.strip(":"),
            "emoji-shortname": name,
            "emoji-id": string_in(attrs, "id"),
            "emoji-fallback": string_in(attrs, "text"),
        }
        return "<ac:emoticon" + "".join(f' ac:{key}="{escape(value)}"' for key, value in given.items() if value) + " />"

    def _date(self, node: Node) -> str:
        try:
            day = datetime.fromtimestamp(int(string_in(attrs_of(node), "timestamp")) / 1000, UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise Unmappable("date without a timestamp") from None
        return f'<time datetime="{day}" />'

    def _status(self, node: Node) -> str:
        attrs = attrs_of(node)
        colour = string_in(attrs, "color", "neutral").capitalize()
        return macro_of(
            "status", {"title": string_in(attrs, "text"), "colour": "Grey" if colour == "Neutral" else colour}
        )

    def _placeholder(self, node: Node) -> str:
        return f"<ac:placeholder>{escape(string_in(attrs_of(node), 'text'))}</ac:placeholder>"

    def card(self, node: Node) -> str:
        url = escape(string_in(attrs_of(node), "url"))
        style = {"inlineCard": "inline", "blockCard": "block", "embedCard": "embed"}[node["type"]]
        link = f'<a href="{url}" data-card-appearance="{style}">{url}</a>'
        return link if style == "inline" else f"<p>{link}</p>"

    def extension(self, node: Node) -> str:
        attrs = attrs_of(node)
        if attrs.get("extensionType") != MACROS:
            raise Unmappable(f"extension {string_in(attrs, 'extensionType')[:60]}")
        parameters = attrs.get("parameters") or {}
        given = parameters.get("macroParams") or {} if isinstance(parameters, dict) else {}
        if not isinstance(given, dict):
            raise Unmappable("macroParams that are no object")
        plain, values, body = None, dict[str, str](), ""
        for name, item in given.items():
            value = clean_text(str(item.get("value", "") if isinstance(item, dict) else item))
            if name == "__bodyContent":
                plain = value
            elif isinstance(item, dict) and item.get("storage") is True:
                body += f'<ac:parameter ac:name="{escape(name)}">{value}</ac:parameter>'
            else:
                values[name] = value
        if plain is not None:
            body += f"<ac:plain-text-body>{cdata(plain)}</ac:plain-text-body>"
        if node["type"] == "bodiedExtension":
            body += f"<ac:rich-text-body>{self._blocks(node)}</ac:rich-text-body>"
        return macro_of(string_in(attrs, "extensionKey"), values, body)


def _link(attrs: Node, shown: str) -> str:
    data = attrs.get("__confluenceMetadata")
    if not isinstance(data, dict) or not re.fullmatch(
        r"self|page|blog-post|attachment|space|content-entity", str(data.get("linkType"))
    ):
        return f'<a href="{escape(string_in(attrs, "href"))}">{shown}</a>'
    anchor = f' ac:anchor="{escape(string_in(data, "anchorName"))}"' if data.get("anchorName") else ""
    names = ("content-title", "space-key", "filename", "posting-day", "content-id", "version-at-save")
    given = "".join(f' ri:{name}="{escape(string_in(data, name))}"' for name in names if data.get(name))
    target = "" if data["linkType"] == "self" else f"<ri:{data['linkType']}{given} />"
    return f"<ac:link{anchor}>{target}<ac:link-body>{shown}</ac:link-body></ac:link>"


def macro_of(name: str, parameters: Mapping[str, str], body: str = "") -> str:
    given = "".join(
        f'<ac:parameter ac:name="{escape(key)}">{escape(value)}</ac:parameter>' for key, value in parameters.items()
    )
    return f'<ac:structured-macro ac:name="{escape(name)}" ac:schema-version="1">{given}{body}</ac:structured-macro>'
