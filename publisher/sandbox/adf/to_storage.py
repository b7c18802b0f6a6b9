"""The editor's document → storage format, node by node: the inverse of the other direction."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from publisher.sandbox.adf.names import LAYOUTS, MACROS, PANELS, SECTIONS, Node, Unmappable
from publisher.storage import cdata, clean_text, escape

_PANEL_MACROS = {kind: macro for macro, kind in PANELS.items()}
_SIMPLE_MARKS = {"strong": "strong", "em": "em", "underline": "u", "strike": "del", "code": "code"}
_DEEPEST = 60


def adf_to_storage(document: Any, names: Mapping[str, str] = {}) -> str:
    """``names``: file id → the name of the attachment. Unmappable names the first node that has no counterpart."""
    if not isinstance(document, dict) or document.get("type") != "doc" or not isinstance(document.get("content"), list):
        raise Unmappable("it is no document: type must be doc, and content a list")
    return _Writer(names).blocks(document)


def _children(node: Node) -> list[Node]:
    content = node.get("content")
    if content is None:
        return []
    if not isinstance(content, list) or not all(
        isinstance(item, dict) and isinstance(item.get("type"), str) for item in content
    ):
        raise Unmappable(f"content of {node.get('type')}: each node must have a type")
    return content


def _attrs(node: Node) -> Node:
    attrs = node.get("attrs")
    if attrs is not None and not isinstance(attrs, dict):
        raise Unmappable(f"attrs of {node.get('type')}")
    return attrs or {}


def _string(attrs: Node, name: str, default: str = "") -> str:
    value = attrs.get(name)
    return default if value is None else clean_text(str(value))


class _Writer:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names, self._depth, self._tasks = names, 0, 0
        self._blocks: Mapping[str, Callable[[Node], str]] = {
            "paragraph": self._paragraph, "heading": self._heading, "bulletList": self._list, "orderedList": self._list,
            "blockquote": lambda node: f"<blockquote>{self.blocks(node)}</blockquote>", "rule": lambda node: "<hr />",
            "codeBlock": self._code, "table": self._table, "panel": self._panel, "expand": self._expand,
            "nestedExpand": self._expand, "taskList": self._task_list, "decisionList": self._decisions,
            "mediaSingle": self._media_single, "mediaGroup": self._media_group, "layoutSection": self._section,
            "extension": self._extension, "bodiedExtension": self._extension, "blockCard": self._card, "embedCard": self._card,
        }  # fmt: skip
        self._inlines: Mapping[str, Callable[[Node], str]] = {
            "text": self._text, "hardBreak": lambda node: "<br />", "mention": self._mention, "emoji": self._emoji,
            "date": self._date, "status": self._status, "inlineCard": self._card, "mediaInline": self._media,
            "inlineExtension": self._extension, "placeholder": self._placeholder,
        }  # fmt: skip

    def blocks(self, node: Node) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unmappable("it is nested too deeply")
        parts = []
        for child in _children(node):
            if child["type"] not in self._blocks:
                raise Unmappable(f"node {child['type'][:40]} in {node.get('type')}")
            parts.append(self._blocks[child["type"]](child))
        self._depth -= 1
        return "".join(parts)

    def inline(self, node: Node) -> str:
        parts = []
        for child in _children(node):
            if child["type"] not in self._inlines:
                raise Unmappable(f"node {child['type'][:40]} in {node.get('type')}")
            parts.append(self._inlines[child["type"]](child))
        return "".join(parts)

    # Text

    def _paragraph(self, node: Node, tag: str = "p") -> str:
        style = ""
        for mark in node.get("marks") or []:
            kind, attrs = str(mark.get("type")), _attrs(mark)
            if kind == "alignment":
                style += f"text-align: {escape(_string(attrs, 'align')).replace('end', 'right')};"
            elif kind == "indentation" and isinstance(attrs.get("level"), int):
                style += f"margin-left: {attrs['level'] * 30}.0px;"
        given = f' style="{style}"' if style else ""
        return f"<{tag}{given}>{self.inline(node)}</{tag}>"

    def _heading(self, node: Node) -> str:
        level = _attrs(node).get("level")
        if level not in (1, 2, 3, 4, 5, 6):
            raise Unmappable(f"heading of level {level}")
        return self._paragraph(node, f"h{level}")

    def _text(self, node: Node) -> str:
        text = node.get("text")
        if not isinstance(text, str):
            raise Unmappable("text without text")
        shown = escape(clean_text(text))
        marks = node.get("marks") or []
        if not isinstance(marks, list) or not all(isinstance(mark, dict) for mark in marks):
            raise Unmappable("marks that are no list of marks")
        for mark in sorted(marks, key=lambda mark: mark.get("type") != "code"):
            shown = self._marked(shown, mark)
        return shown

    def _marked(self, shown: str, mark: Node) -> str:
        kind, attrs = mark.get("type"), _attrs(mark)
        if kind in _SIMPLE_MARKS:
            tag = _SIMPLE_MARKS[str(kind)]
            return f"<{tag}>{shown}</{tag}>"
        if kind == "subsup":
            tag = "sub" if attrs.get("type") == "sub" else "sup"
            return f"<{tag}>{shown}</{tag}>"
        if kind in {"textColor", "backgroundColor"}:
            name = "color" if kind == "textColor" else "background-color"
            return f'<span style="{name}: {escape(_string(attrs, "color"))};">{shown}</span>'
        if kind == "annotation":
            return (
                f'<ac:inline-comment-marker ac:ref="{escape(_string(attrs, "id"))}">{shown}</ac:inline-comment-marker>'
            )
        if kind == "link":
            return _link(attrs, shown)
        if kind in {"border", "breakout", "fontSize", "dataConsumer", "fragment"}:
            return shown
        raise Unmappable(f"mark {str(kind)[:40]}")

    # Lists and tables

    def _list(self, node: Node) -> str:
        tag, start = ("ol" if node["type"] == "orderedList" else "ul"), _attrs(node).get("order")
        first = f' start="{start}"' if tag == "ol" and isinstance(start, int) and start != 1 else ""
        return f"<{tag}{first}>{''.join(f'<li>{self.blocks(item)}</li>' for item in _children(node))}</{tag}>"

    def _task_list(self, node: Node) -> str:
        parts = []
        for item in _children(node):
            if item["type"] == "taskList":
                parts.append(self._task_list(item))
                continue
            self._tasks += 1
            attrs = _attrs(item)
            status = "complete" if attrs.get("state") == "DONE" else "incomplete"
            local = escape(_string(attrs, "localId"))
            head = f"<ac:task-id>{self._tasks}</ac:task-id>" + (
                f"<ac:task-uuid>{local}</ac:task-uuid>" if local else ""
            )
            body = self.blocks(item) if item["type"] == "blockTaskItem" else self.inline(item)
            parts.append(
                f"<ac:task>{head}<ac:task-status>{status}</ac:task-status><ac:task-body>{body}</ac:task-body></ac:task>"
            )
        return f"<ac:task-list>{''.join(parts)}</ac:task-list>"

    def _decisions(self, node: Node) -> str:
        items = "".join(
            f'<ac:adf-node type="decision-item">{_attribute("local-id", _string(_attrs(item), "localId"))}'
            f"{_attribute('state', _string(_attrs(item), 'state', 'DECIDED'))}"
            f"<ac:adf-content>{self.inline(item)}</ac:adf-content></ac:adf-node>"
            for item in _children(node)
        )
        head = _attribute("local-id", _string(_attrs(node), "localId"))
        return f'<ac:adf-extension><ac:adf-node type="decision-list">{head}{items}</ac:adf-node></ac:adf-extension>'

    def _table(self, node: Node) -> str:
        attrs = _attrs(node)
        given = f' data-layout="{escape(_string(attrs, "layout", "default"))}"'
        if isinstance(attrs.get("width"), int | float):
            given = f' data-table-width="{int(attrs["width"])}"' + given
        rows = "".join(f"<tr>{''.join(self._cell(cell) for cell in _children(row))}</tr>" for row in _children(node))
        return f"<table{given}><tbody>{rows}</tbody></table>"

    def _cell(self, node: Node) -> str:
        if node["type"] not in {"tableHeader", "tableCell"}:
            raise Unmappable(f"node {node['type'][:40]} in a row")
        tag, attrs = ("th" if node["type"] == "tableHeader" else "td"), _attrs(node)
        given = "".join(
            f' {name}="{attrs[name]}"'
            for name in ("rowspan", "colspan")
            if isinstance(attrs.get(name), int) and attrs[name] != 1
        )
        if attrs.get("background"):
            given += f' data-highlight-colour="{escape(_string(attrs, "background"))}"'
        return f"<{tag}{given}>{self.blocks(node)}</{tag}>"

    # Boxes

    def _code(self, node: Node) -> str:
        texts = [child.get("text") for child in _children(node)]
        if not all(isinstance(text, str) for text in texts):
            raise Unmappable("a code block holds text only")
        body = f"<ac:plain-text-body>{cdata(clean_text(''.join(map(str, texts))))}</ac:plain-text-body>"
        language = _string(_attrs(node), "language")
        return _macro("code", {"language": language} if language else {}, body)

    def _panel(self, node: Node) -> str:
        attrs, body = _attrs(node), f"<ac:rich-text-body>{self.blocks(node)}</ac:rich-text-body>"
        kind = _string(attrs, "panelType", "info")
        if kind in _PANEL_MACROS:
            return _macro(_PANEL_MACROS[kind], {}, body)
        if kind == "custom":
            names = {
                "panelIcon": "panelIcon",
                "panelIconId": "panelIconId",
                "panelIconText": "panelIconText",
                "panelColor": "bgColor",
            }
            return _macro(
                "panel", {ours: _string(attrs, name) for name, ours in names.items() if attrs.get(name)}, body
            )
        content = f"<ac:adf-content>{self.blocks(node)}</ac:adf-content>"
        return f'<ac:adf-extension><ac:adf-node type="panel">{_attribute("panel-type", kind)}{content}</ac:adf-node></ac:adf-extension>'

    def _expand(self, node: Node) -> str:
        title = _string(_attrs(node), "title")
        body = f"<ac:rich-text-body>{self.blocks(node)}</ac:rich-text-body>"
        return _macro("expand", {"title": title} if title else {}, body)

    def _section(self, node: Node) -> str:
        columns = _children(node)
        widths = tuple(float(_attrs(column).get("width") or 0) for column in columns)
        fitting = (name for name, known in SECTIONS.items() if len(known) == len(widths) and _near(known, widths))
        name = next(fitting, f"{('single', 'two', 'three', 'four', 'five')[min(len(columns), 5) - 1]}_equal")
        cells = "".join(f"<ac:layout-cell>{self.blocks(column)}</ac:layout-cell>" for column in columns)
        return f'<ac:layout><ac:layout-section ac:type="{name}">{cells}</ac:layout-section></ac:layout>'

    # Images

    def _media_single(self, node: Node) -> str:
        attrs, content = _attrs(node), _children(node)
        if not content or content[0]["type"] != "media":
            raise Unmappable("mediaSingle without media")
        layout = LAYOUTS.get(_string(attrs, "layout"), "center")
        more = f' ac:align="{layout}" ac:layout="{layout}"'
        if isinstance(attrs.get("width"), int | float) and attrs.get("widthType") == "pixel":
            more += f' ac:width="{int(attrs["width"])}"'
        caption = next(
            (
                f"<ac:caption><p>{self.inline(child)}</p></ac:caption>"
                for child in content
                if child["type"] == "caption"
            ),
            "",
        )
        return self._media(content[0], more, caption)

    def _media_group(self, node: Node) -> str:
        return "".join(self._media(child) for child in _children(node))

    def _media(self, node: Node, more: str = "", caption: str = "") -> str:
        attrs = _attrs(node)
        for name in ("width", "height"):
            if isinstance(attrs.get(name), int | float):
                more += f' ac:original-{name}="{int(attrs[name])}"'
        if attrs.get("alt"):
            more += f' ac:alt="{escape(_string(attrs, "alt"))}"'
        if attrs.get("type") == "external" or attrs.get("url"):
            inner = f'<ri:url ri:value="{escape(_string(attrs, "url"))}" />'
        else:
            number = _string(attrs, "id")
            name = self._names.get(number) or _string(attrs, "__fileName") or number
            inner = f'<ri:attachment ri:filename="{escape(name)}" />'
        return f"<ac:image{more}>{inner}{caption}</ac:image>"

    # In a line

    def _mention(self, node: Node) -> str:
        number = _string(_attrs(node), "id")
        return f'<ac:link><ri:user ri:account-id="{escape(number)}" /></ac:link>'

    def _emoji(self, node: Node) -> str:
        attrs = _attrs(node)
        name = _string(attrs, "shortName")
        given = {
            "name": name.strip(":"),
            "emoji-shortname": name,
            "emoji-id": _string(attrs, "id"),
            "emoji-fallback": _string(attrs, "text"),
        }
        return "<ac:emoticon" + "".join(f' ac:{key}="{escape(value)}"' for key, value in given.items() if value) + " />"

    def _date(self, node: Node) -> str:
        try:
            day = datetime.fromtimestamp(int(_string(_attrs(node), "timestamp")) / 1000, UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise Unmappable("date without a timestamp") from None
        return f'<time datetime="{day}" />'

    def _status(self, node: Node) -> str:
        attrs = _attrs(node)
        colour = _string(attrs, "color", "neutral").capitalize()
        return _macro("status", {"title": _string(attrs, "text"), "colour": "Grey" if colour == "Neutral" else colour})

    def _placeholder(self, node: Node) -> str:
        return f"<ac:placeholder>{escape(_string(_attrs(node), 'text'))}</ac:placeholder>"

    def _card(self, node: Node) -> str:
        url = escape(_string(_attrs(node), "url"))
        style = {"inlineCard": "inline", "blockCard": "block", "embedCard": "embed"}[node["type"]]
        link = f'<a href="{url}" data-card-appearance="{style}">{url}</a>'
        return link if style == "inline" else f"<p>{link}</p>"

    def _extension(self, node: Node) -> str:
        attrs = _attrs(node)
        if attrs.get("extensionType") != MACROS:
            raise Unmappable(f"extension {_string(attrs, 'extensionType')[:60]}")
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
            body += f"<ac:rich-text-body>{self.blocks(node)}</ac:rich-text-body>"
        return _macro(_string(attrs, "extensionKey"), values, body)


def _link(attrs: Node, shown: str) -> str:
    data = attrs.get("__confluenceMetadata")
    if not isinstance(data, dict) or not re.fullmatch(
        r"self|page|blog-post|attachment|space|content-entity", str(data.get("linkType"))
    ):
        return f'<a href="{escape(_string(attrs, "href"))}">{shown}</a>'
    anchor = f' ac:anchor="{escape(_string(data, "anchorName"))}"' if data.get("anchorName") else ""
    names = ("content-title", "space-key", "filename", "posting-day", "content-id", "version-at-save")
    given = "".join(f' ri:{name}="{escape(_string(data, name))}"' for name in names if data.get(name))
    target = "" if data["linkType"] == "self" else f"<ri:{data['linkType']}{given} />"
    return f"<ac:link{anchor}>{target}<ac:link-body>{shown}</ac:link-body></ac:link>"


def _macro(name: str, parameters: Mapping[str, str], body: str = "") -> str:
    given = "".join(
        f'<ac:parameter ac:name="{escape(key)}">{escape(value)}</ac:parameter>' for key, value in parameters.items()
    )
    return f'<ac:structured-macro ac:name="{escape(name)}" ac:schema-version="1">{given}{body}</ac:structured-macro>'


def _attribute(key: str, value: str) -> str:
    return f'<ac:adf-attribute key="{key}">{escape(value)}</ac:adf-attribute>' if value else ""


def _near(known: tuple[float, ...], widths: tuple[float, ...]) -> bool:
    return all(abs(one - other) < 1.5 for one, other in zip(known, widths, strict=True))
