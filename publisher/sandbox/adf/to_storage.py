"""The editor's document → storage format, node by node: the inverse of the other direction."""

from collections.abc import Callable, Mapping
from typing import Any

from publisher.sandbox.adf.names import LAYOUTS, PANELS, SECTIONS, Node, Unmappable
from publisher.sandbox.adf.to_inline import InlineWriter, attrs_of, children_of, macro_of, string_in
from publisher.storage import cdata, clean_text, escape

_PANEL_MACROS = {kind: macro for macro, kind in PANELS.items()}
_DEEPEST = 60


def adf_to_storage(document: Any, names: Mapping[str, str] = {}) -> str:
    """``names``: file id → the name of the attachment. Unmappable names the first node that has no counterpart."""
    if not isinstance(document, dict) or document.get("type") != "doc" or not isinstance(document.get("content"), list):
        raise Unmappable("it is no document: type must be doc, and content a list")
    return _Writer(names).blocks(document)


class _Writer:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._line, self._depth, self._tasks = InlineWriter(names, self.blocks), 0, 0
        self._blocks: Mapping[str, Callable[[Node], str]] = {
            "paragraph": self._paragraph, "heading": self._heading, "bulletList": self._list, "orderedList": self._list,
            "blockquote": lambda node: f"<blockquote>{self.blocks(node)}</blockquote>", "rule": lambda node: "<hr />",
            "codeBlock": self._code, "table": self._table, "panel": self._panel, "expand": self._expand,
            "nestedExpand": self._expand, "taskList": self._task_list, "decisionList": self._decisions,
            "mediaSingle": self._media_single, "mediaGroup": self._media_group, "layoutSection": self._section,
            "extension": self._line.extension, "bodiedExtension": self._line.extension, "blockCard": self._line.card,
            "embedCard": self._line.card,
        }  # fmt: skip

    def blocks(self, node: Node) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unmappable("it is nested too deeply")
        parts = []
        for child in children_of(node):
            if child["type"] not in self._blocks:
                raise Unmappable(f"node {child['type'][:40]} in {node.get('type')}")
            parts.append(self._blocks[child["type"]](child))
        self._depth -= 1
        return "".join(parts)

    def _paragraph(self, node: Node, tag: str = "p") -> str:
        style = ""
        for mark in node.get("marks") or []:
            kind, attrs = str(mark.get("type")), attrs_of(mark)
            if kind == "alignment":
                style += f"text-align: {escape(string_in(attrs, 'align')).replace('end', 'right')};"
            elif kind == "indentation" and isinstance(attrs.get("level"), int):
                style += f"margin-left: {attrs['level'] * 30}.0px;"
        given = f' style="{style}"' if style else ""
        return f"<{tag}{given}>{self._line.inline(node)}</{tag}>"

    def _heading(self, node: Node) -> str:
        level = attrs_of(node).get("level")
        if level not in (1, 2, 3, 4, 5, 6):
            raise Unmappable(f"heading of level {level}")
        return self._paragraph(node, f"h{level}")

    def _list(self, node: Node) -> str:
        tag, start = ("ol" if node["type"] == "orderedList" else "ul"), attrs_of(node).get("order")
        first = f' start="{start}"' if tag == "ol" and isinstance(start, int) and start != 1 else ""
        return f"<{tag}{first}>{''.join(f'<li>{self.blocks(item)}</li>' for item in children_of(node))}</{tag}>"

    def _task_list(self, node: Node) -> str:
        parts = []
        for item in children_of(node):
            if item["type"] == "taskList":
                parts.append(self._task_list(item))
                continue
            self._tasks += 1
            attrs = attrs_of(item)
            status = "complete" if attrs.get("state") == "DONE" else "incomplete"
            local = escape(string_in(attrs, "localId"))
            head = f"<ac:task-id>{self._tasks}</ac:task-id>" + (
                f"<ac:task-uuid>{local}</ac:task-uuid>" if local else ""
            )
            body = self.blocks(item) if item["type"] == "blockTaskItem" else self._line.inline(item)
            parts.append(
                f"<ac:task>{head}<ac:task-status>{status}</ac:task-status><ac:task-body>{body}</ac:task-body></ac:task>"
            )
        return f"<ac:task-list>{''.join(parts)}</ac:task-list>"

    def _decisions(self, node: Node) -> str:
        items = "".join(
            f'<ac:adf-node type="decision-item">{_attribute("local-id", string_in(attrs_of(item), "localId"))}'
            f"{_attribute('state', string_in(attrs_of(item), 'state', 'DECIDED'))}"
            f"<ac:adf-content>{self._line.inline(item)}</ac:adf-content></ac:adf-node>"
            for item in children_of(node)
        )
        head = _attribute("local-id", string_in(attrs_of(node), "localId"))
        return f'<ac:adf-extension><ac:adf-node type="decision-list">{head}{items}</ac:adf-node></ac:adf-extension>'

    def _table(self, node: Node) -> str:
        attrs = attrs_of(node)
        given = f' data-layout="{escape(string_in(attrs, "layout", "default"))}"'
        if isinstance(attrs.get("width"), int | float):
            given = f' data-table-width="{int(attrs["width"])}"' + given
        rows = "".join(
            f"<tr>{''.join(self._cell(cell) for cell in children_of(row))}</tr>" for row in children_of(node)
        )
        return f"<table{given}><tbody>{rows}</tbody></table>"

    def _cell(self, node: Node) -> str:
        if node["type"] not in {"tableHeader", "tableCell"}:
            raise Unmappable(f"node {node['type'][:40]} in a row")
        tag, attrs = ("th" if node["type"] == "tableHeader" else "td"), attrs_of(node)
        given = "".join(
            f' {name}="{attrs[name]}"'
            for name in ("rowspan", "colspan")
            if isinstance(attrs.get(name), int) and attrs[name] != 1
        )
        if attrs.get("background"):
            given += f' data-highlight-colour="{escape(string_in(attrs, "background"))}"'
        return f"<{tag}{given}>{self.blocks(node)}</{tag}>"

    def _code(self, node: Node) -> str:
        texts = [child.get("text") for child in children_of(node)]
        if not all(isinstance(text, str) for text in texts):
            raise Unmappable("a code block holds text only")
        body = f"<ac:plain-text-body>{cdata(clean_text(''.join(map(str, texts))))}</ac:plain-text-body>"
        language = string_in(attrs_of(node), "language")
        return macro_of("code", {"language": language} if language else {}, body)

    def _panel(self, node: Node) -> str:
        attrs, body = attrs_of(node), f"<ac:rich-text-body>{self.blocks(node)}</ac:rich-text-body>"
        kind = string_in(attrs, "panelType", "info")
        if kind in _PANEL_MACROS:
            return macro_of(_PANEL_MACROS[kind], {}, body)
        if kind == "custom":
            names = {
                "panelIcon": "panelIcon",
                "panelIconId": "panelIconId",
                "panelIconText": "panelIconText",
                "panelColor": "bgColor",
            }
            return macro_of(
                "panel", {ours: string_in(attrs, name) for name, ours in names.items() if attrs.get(name)}, body
            )
        content = f"<ac:adf-content>{self.blocks(node)}</ac:adf-content>"
        return f'<ac:adf-extension><ac:adf-node type="panel">{_attribute("panel-type", kind)}{content}</ac:adf-node></ac:adf-extension>'

    def _expand(self, node: Node) -> str:
        title = string_in(attrs_of(node), "title")
        body = f"<ac:rich-text-body>{self.blocks(node)}</ac:rich-text-body>"
        return macro_of("expand", {"title": title} if title else {}, body)

    def _section(self, node: Node) -> str:
        columns = children_of(node)
        widths = tuple(float(attrs_of(column).get("width") or 0) for column in columns)
        fitting = (name for name, known in SECTIONS.items() if len(known) == len(widths) and _near(known, widths))
        name = next(fitting, f"{('single', 'two', 'three', 'four', 'five')[min(len(columns), 5) - 1]}_equal")
        cells = "".join(f"<ac:layout-cell>{self.blocks(column)}</ac:layout-cell>" for column in columns)
        return f'<ac:layout><ac:layout-section ac:type="{name}">{cells}</ac:layout-section></ac:layout>'

    def _media_single(self, node: Node) -> str:
        attrs, content = attrs_of(node), children_of(node)
        if not content or content[0]["type"] != "media":
            raise Unmappable("mediaSingle without media")
        layout = LAYOUTS.get(string_in(attrs, "layout"), "center")
        more = f' ac:align="{layout}" ac:layout="{layout}"'
        if isinstance(attrs.get("width"), int | float) and attrs.get("widthType") == "pixel":
            more += f' ac:width="{int(attrs["width"])}"'
        caption = next(
            (
                f"<ac:caption><p>{self._line.inline(child)}</p></ac:caption>"
                for child in content
                if child["type"] == "caption"
            ),
            "",
        )
        return self._line.media(content[0], more, caption)

    def _media_group(self, node: Node) -> str:
        return "".join(self._line.media(child) for child in children_of(node))


def _attribute(key: str, value: str) -> str:
    return f'<ac:adf-attribute key="{key}">{escape(value)}</ac:adf-attribute>' if value else ""


def _near(known: tuple[float, ...], widths: tuple[float, ...]) -> bool:
    return all(abs(one - other) < 1.5 for one, other in zip(known, widths, strict=True))
