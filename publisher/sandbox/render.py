"""Storage format as HTML, the way Confluence shows it. What is not known is a labelled box; nothing can run script."""

import re
from collections.abc import Callable
from datetime import date
from html import escape

from lxml import etree
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from publisher.sandbox.store import Row, Store
from publisher.storage import parse_body

AC = "{http://atlassian.com/content}"
RI = "{http://atlassian.com/resource/identifier}"
_PLAIN = {
    "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "u", "del", "s", "sub", "sup", "code", "span", "blockquote",
    "ul", "ol", "li", "hr", "dl", "dt", "dd", "table", "tbody", "thead", "tr", "th", "td", "pre", "colgroup", "col", "time", "b", "i", "div",
}  # fmt: skip
_KEPT = {"start", "colspan", "rowspan", "style", "datetime"}
_PANELS = {"info": "info", "tip": "tip", "note": "note", "warning": "warning"}
_DEEPEST = 3  # pages included in each other


class PageRenderer:
    """Renders one page's body; needs the store for links, children and attachments."""

    def __init__(self, store: Store, page: Row) -> None:
        self._store, self._page = store, page
        self._titles = {row["title"].casefold(): row for row in store.pages(["current"], page["space"])}
        self._files = {row["name"]: row for row in store.attachments(page["id"])}
        self._headings: list[tuple[int, str, str]] = []
        self._macros: dict[str, Callable[[etree._Element], str]] = {
            "code": self._code, "expand": self._expand, "toc": self._toc, "children": self._children, "anchor": self._anchor,
            "status": self._status, "panel": self._panel, "details": self._body, "excerpt": self._body, "include": self._include,
            "excerpt-include": self._include, "jira": self._jira, "widget": self._frame, "iframe": self._frame,
            "attachments": self._attachments,
        }  # fmt: skip
        self._depth = 0  # of included pages

    def render(self) -> str:
        root = parse_body(self._page["body"])
        for element in root.iter("h1", "h2", "h3", "h4", "h5", "h6"):
            text = "".join(map(str, element.itertext()))
            for name in element.iter(AC + "parameter"):
                text = text.replace(name.text or "", "", 1)
            self._headings.append((int(str(element.tag)[1]), f"h-{len(self._headings)}", text.strip()))
        self._next = iter(self._headings)
        return self._inside(root)

    def _inside(self, element: etree._Element | None) -> str:
        if element is None:
            return ""
        parts = [escape(element.text or "")]
        for child in element:
            parts += [self._element(child), escape(child.tail or "")]
        return "".join(parts)

    def _element(self, element: etree._Element) -> str:
        tag = element.tag
        if not isinstance(tag, str):
            return ""
        if tag in _PLAIN:
            return self._html(element, tag)
        if tag == "a":
            href = element.get("href", "")
            safe = href if href.split(":")[0].lower() in {"http", "https", "mailto", "tel"} else "#"
            return f'<a href="{escape(safe)}" rel="noreferrer">{self._inside(element)}</a>'
        special = {
            AC + "structured-macro": self._macro,
            AC + "link": self._link,
            AC + "image": self._image,
            AC + "task-list": self._tasks,
            AC + "adf-extension": self._adf,
            AC + "layout-section": self._section,
            AC + "emoticon": self._emoticon,
        }.get(tag)
        return special(element) if special else self._inside(element)

    def _html(self, element: etree._Element, tag: str) -> str:
        kept = {name: value for name, value in element.attrib.items() if name in _KEPT}
        if tag == "time":
            return f'<time class="date" datetime="{escape(element.get("datetime", ""))}">{_long_date(element)}</time>'
        if element.get("data-highlight-colour"):
            kept["style"] = f"background: {element.get('data-highlight-colour')}"
        if tag == "table":
            kept["class"] = "layout-" + element.get("data-layout", "default")
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            kept["id"] = next(self._next)[1]
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in kept.items())
        return (
            f"<{tag}{attributes}>"
            if tag in {"br", "hr", "col"}
            else f"<{tag}{attributes}>{self._inside(element)}</{tag}>"
        )

    def _parameter(self, macro: etree._Element, name: str) -> str:
        found = next((item for item in macro.findall(AC + "parameter") if item.get(AC + "name") == name), None)
        return (found.text or "") if found is not None else ""

    def _macro(self, macro: etree._Element) -> str:
        name = macro.get(AC + "name", "")
        if name in self._macros:
            return self._macros[name](macro)
        body = self._inside(macro.find(AC + "rich-text-body"))
        if name in _PANELS:
            title = self._parameter(macro, "title")
            head = f"<p><strong>{escape(title)}</strong></p>" if title else ""
            return f'<div class="panel {_PANELS[name]}">{head}{body}</div>'
        parameters = ", ".join(f"{p.get(AC + 'name')}={p.text or ''}" for p in macro.findall(AC + "parameter"))
        return f'<div class="unknown"><b>{escape(name)}</b> {escape(parameters)}{body}</div>'

    def _code(self, macro: etree._Element) -> str:
        body = macro.find(AC + "plain-text-body")
        text = "".join(map(str, body.itertext())) if body is not None else ""
        try:
            lexer = get_lexer_by_name(self._parameter(macro, "language") or "text")
        except ClassNotFound:
            lexer = get_lexer_by_name("text")
        title = escape(self._parameter(macro, "title"))
        head = f'<div class="code-title">{title}</div>' if title else ""
        return f'<div class="code">{head}{highlight(text, lexer, HtmlFormatter(nowrap=False))}</div>'

    def _expand(self, macro: etree._Element) -> str:
        title = escape(self._parameter(macro, "title") or "Click here to expand…")
        return f"<details><summary>{title}</summary>{self._inside(macro.find(AC + 'rich-text-body'))}</details>"

    def _toc(self, macro: etree._Element) -> str:
        rows = "".join(
            f'<li class="toc-{level}"><a href="#{name}">{escape(text)}</a></li>' for level, name, text in self._headings
        )
        return f'<ul class="toc">{rows}</ul>'

    def _children(self, macro: etree._Element) -> str:
        def listing(page: int) -> str:
            rows = self._store.children(page)
            items = "".join(
                f'<li><a href="{page_path(row)}">{escape(row["title"])}</a>{listing(row["id"])}</li>' for row in rows
            )
            return f"<ul>{items}</ul>" if items else ""

        return listing(self._page["id"])

    def _anchor(self, macro: etree._Element) -> str:
        return f'<span id="{escape(self._parameter(macro, ""))}"></span>'

    def _status(self, macro: etree._Element) -> str:
        colour = escape(self._parameter(macro, "colour").lower() or "grey")
        return f'<span class="status {colour}">{escape(self._parameter(macro, "title"))}</span>'

    def _panel(self, macro: etree._Element) -> str:
        colour = self._parameter(macro, "bgColor")
        style = f' style="background: {colour}"' if re.fullmatch(r"#[0-9a-fA-F]{3,8}", colour) else ""
        title, icon = (escape(self._parameter(macro, name)) for name in ("title", "panelIconText"))
        head = f"<p><strong>{title}</strong></p>" if title else ""
        sign = f'<span class="panel-icon" aria-hidden="true">{icon}</span>' if icon else ""
        return f'<div class="panel custom"{style}>{sign}{head}{self._body(macro)}</div>'

    def _body(self, macro: etree._Element) -> str:
        return self._inside(macro.find(AC + "rich-text-body"))

    def _include(self, macro: etree._Element) -> str:
        """Another page's text, or its excerpt of that name."""
        page = next(macro.iter(RI + "page"), None)
        row = self._titles.get(page.get(RI + "content-title", "").casefold()) if page is not None else None
        if row is None or self._depth >= _DEEPEST:
            title = page.get(RI + "content-title", "") if page is not None else ""
            return (
                f'<div class="unknown">{escape(title)}: {"includes itself" if row else "there is no such page"}</div>'
            )
        root: etree._Element | None = parse_body(row["body"])
        if macro.get(AC + "name") == "excerpt-include" and root is not None:
            name = self._parameter(macro, "name")
            found = (item for item in root.iter(AC + "structured-macro") if item.get(AC + "name") == "excerpt")
            excerpt = next((item for item in found if not name or self._parameter(item, "name") == name), None)
            root = excerpt.find(AC + "rich-text-body") if excerpt is not None else None
        other = PageRenderer(self._store, row)
        other._depth = self._depth + 1
        other._next = iter(lambda: (0, "", ""), None)
        return f'<div class="included">{other._inside(root)}</div>'

    def _jira(self, macro: etree._Element) -> str:
        key, query = escape(self._parameter(macro, "key")), escape(self._parameter(macro, "jqlQuery"))
        return f'<span class="issue">{key}</span>' if key else f'<div class="unknown"><b>Jira</b> {query}</div>'

    def _frame(self, macro: etree._Element) -> str:
        """What would be loaded from elsewhere is a box with its address."""
        url = next((item.get(RI + "value", "") for item in macro.iter(RI + "url")), "")
        return f'<div class="unknown">▶ <a href="{escape(url)}" rel="noreferrer">{escape(url)}</a></div>'

    def _attachments(self, macro: etree._Element) -> str:
        rows = "".join(f'<li><a href="{self._download(n)}">{escape(n)}</a></li>' for n in sorted(self._files))
        return f'<ul class="attachments">{rows}</ul>'

    def _section(self, section: etree._Element) -> str:
        cells = "".join(f"<div>{self._inside(cell)}</div>" for cell in section.findall(AC + "layout-cell"))
        return f'<div class="section {escape(section.get(AC + "type", ""))}">{cells}</div>'

    def _emoticon(self, element: etree._Element) -> str:
        fallback = element.get(AC + "emoji-fallback") or f"({element.get(AC + 'name', '')})"
        return f'<span class="emoji">{escape(fallback)}</span>'

    def _link(self, link: etree._Element) -> str:
        anchor = link.get(AC + "anchor", "")
        page, file = link.find(RI + "page"), link.find(RI + "attachment")
        user = link.find(RI + "user")
        if user is not None:
            return f'<span class="mention">@{escape(str(next(iter(user.attrib.values()), "")))}</span>'
        body = self._inside(link.find(AC + "link-body")) or "".join(map(str, link.itertext()))
        fragment = "#" + escape(anchor) if anchor else ""
        if page is not None:
            row = self._titles.get(page.get(RI + "content-title", "").casefold())
            if row is None:
                return f'<span class="unresolved" title="no such page">{body}</span>'
            if anchor:
                fragment = "#" + escape("".join(row["title"].split()) + "-" + anchor)
            return f'<a href="{page_path(row)}{fragment}">{body or escape(row["title"])}</a>'
        if file is not None:
            return f'<a href="{self._download(file.get(RI + "filename", ""))}">{body}</a>'
        return f'<a href="{fragment or "#"}">{body}</a>'

    def _download(self, name: str) -> str:
        row = self._files.get(name)
        page = self._page["id"]
        return f"/wiki/rest/api/content/{page}/child/attachment/att{row['id']}/download" if row else "#missing"

    def _image(self, image: etree._Element) -> str:
        alt, width = escape(image.get(AC + "alt", "")), escape(image.get(AC + "width", ""))
        file, url = image.find(RI + "attachment"), image.find(RI + "url")
        if url is not None:
            value = url.get(RI + "value", "")
            return f'<span class="remote">🖼 {alt} <a href="{escape(value)}" rel="noreferrer">{escape(value)}</a></span>'
        source = self._download(file.get(RI + "filename", "") if file is not None else "")
        size = f' width="{width}"' if width else ""
        size += f' height="{escape(image.get(AC + "height", ""))}"' if image.get(AC + "height") else ""
        caption = self._inside(image.find(AC + "caption"))
        shown = f'<img src="{source}" alt="{alt}"{size}>' + (f'<div class="caption">{caption}</div>' if caption else "")
        return f'<span class="image {escape(image.get(AC + "layout", ""))}">{shown}</span>'

    def _tasks(self, tasks: etree._Element) -> str:
        rows = []
        for task in tasks.findall(AC + "task"):
            done = " checked" if task.findtext(AC + "task-status") == "complete" else ""
            body = self._inside(task.find(AC + "task-body"))
            below = "".join(self._tasks(inner) for inner in task.findall(AC + "task-list"))
            rows.append(f'<li><input type="checkbox" disabled{done} aria-label="task"> {body}{below}</li>')
        return f'<ul class="tasks">{"".join(rows)}</ul>'

    def _adf(self, extension: etree._Element) -> str:
        content = next(extension.iter(AC + "adf-content"), None)
        return f'<div class="panel important">{self._inside(content)}</div>'


def _long_date(element: etree._Element) -> str:
    try:
        return date.fromisoformat(element.get("datetime", "")).strftime("%b %d, %Y")
    except ValueError:
        return escape(element.get("datetime", ""))


def page_path(row: Row) -> str:
    """Where the view shows a page."""
    return f"/wiki/pages/{row['id']}"
