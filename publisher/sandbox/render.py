"""Storage format as HTML, the way Confluence shows it. What is not known is a labelled box; nothing can run script."""

import re
from collections.abc import Callable, Iterable
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


class Links:
    """Where the view shows a page, and gives out a file. ``remote``: whether what other sites hold is shown."""

    remote = False

    def __init__(self, *, remote: bool = False) -> None:
        self.remote = remote

    def page(self, row: Row) -> str:
        return f"/wiki/pages/{row['id']}"

    def file(self, page: int, row: Row) -> str:
        return f"/wiki/rest/api/content/{page}/child/attachment/att{row['id']}/download"


class PageRenderer:
    """Renders one page's body; needs the store for links, children and attachments."""

    def __init__(self, store: Store, page: Row, links: Links | None = None) -> None:
        self._store, self._page, self._links = store, page, links or Links()
        self._titles = {row["title"].casefold(): row for row in store.pages(["current"], page["space"])}
        self._files = {row["name"]: row for row in store.attachments(page["id"])}
        self._headings: list[tuple[int, str, str]] = []
        self._macros: dict[str, Callable[[etree._Element], str]] = {
            "code": self._code, "expand": self._expand, "toc": self._toc, "children": self._children, "anchor": self._anchor,
            "status": self._status, "panel": self._panel, "details": self._body, "excerpt": self._excerpt, "include": self._include,
            "excerpt-include": self._include, "jira": self._jira, "widget": self._frame, "iframe": self._frame,
            "attachments": self._attachments, "gallery": self._gallery, "view-file": self._view_file, "pagetree": self._children,
            "contentbylabel": self._by_label, "detailssummary": self._by_label, "recently-updated": self._recent,
            "noformat": self._code, "profile": self._profile,
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
            AC + "inline-comment-marker": self._marker,
            AC + "placeholder": self._placeholder,
        }.get(tag)
        return special(element) if special else self._inside(element)

    def _html(self, element: etree._Element, tag: str) -> str:
        kept = {name: value for name, value in element.attrib.items() if name in _KEPT}
        if tag == "time":
            return f'<time class="date" datetime="{escape(element.get("datetime", ""))}">{_long_date(element)}</time>'
        if element.get("data-highlight-colour"):
            kept["style"] = f"background: {element.get('data-highlight-colour')}"
        if tag == "th" and self._is_row_header(element):
            kept["scope"] = "row"
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            kept["id"] = next(self._next)[1]
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in kept.items())
        if tag in {"br", "hr", "col"}:
            return f"<{tag}{attributes}>"
        written = f"<{tag}{attributes}>{self._inside(element)}</{tag}>"
        layout = escape(element.get("data-layout", "default"))
        return f'<div class="table layout-{layout}" tabindex="0">{written}</div>' if tag == "table" else written

    def _is_row_header(self, cell: etree._Element) -> bool:
        row = cell.getparent()
        return row is not None and any(other.tag == "td" for other in row)

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
        """With line numbers, as Cloud always has them; they are no text, so that a copy leaves them out."""
        body = macro.find(AC + "plain-text-body")
        text = "".join(map(str, body.itertext())) if body is not None else ""
        try:
            lexer = get_lexer_by_name(self._parameter(macro, "language") or "text", stripnl=False)
        except ClassNotFound:
            lexer = get_lexer_by_name("text", stripnl=False)
        lines = highlight(text, lexer, HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
        first = self._parameter(macro, "firstline")
        start = f' style="counter-reset: line {int(first) - 1}"' if first.isdigit() else ""
        rows = "\n".join(f'<span class="line">{line}</span>' for line in lines)
        title = escape(self._parameter(macro, "title"))
        head = f'<div class="code-title">{title}</div>' if title else ""
        block = f'<div class="code">{head}<pre tabindex="0"{start}><code>{rows}</code></pre></div>'
        if self._parameter(macro, "collapse") != "true":
            return block
        return f"<details><summary>{title or 'Show the code'}</summary>{block}</details>"

    def _expand(self, macro: etree._Element) -> str:
        title = escape(self._parameter(macro, "title") or "Click here to expand…")
        return f"<details><summary>{title}</summary>{self._inside(macro.find(AC + 'rich-text-body'))}</details>"

    def _toc(self, macro: etree._Element) -> str:
        """Nested by level, as far as ``minLevel`` and ``maxLevel`` let it."""
        least, most = (
            int(self._parameter(macro, name) or default) for name, default in (("minLevel", 1), ("maxLevel", 7))
        )
        parts, open_levels = ['<nav class="toc" aria-label="Contents">'], list[int]()
        for level, name, text in self._headings:
            if not (least <= level <= most and text):
                continue
            while len(open_levels) > 1 and open_levels[-1] > level:
                open_levels.pop()
                parts.append("</li></ul>")
            if not open_levels or level > open_levels[-1]:
                open_levels.append(level)
                parts.append("<ul>")
            else:
                parts.append("</li>")
            parts.append(f'<li><a href="#{name}">{escape(text)}</a>')
        return "".join([*parts, "</li></ul>" * len(open_levels), "</nav>"])

    def _children(self, macro: etree._Element) -> str:
        everything = "true" in {self._parameter(macro, "all"), self._parameter(macro, "allChildren")}
        depth = 99 if everything else int(self._parameter(macro, "depth") or self._parameter(macro, "startDepth") or 1)
        turned = self._parameter(macro, "reverse") == "true"

        def listing(page: int, left: int) -> str:
            rows = self._store.children(page) if left else []
            if self._parameter(macro, "sort") == "title":
                rows = sorted(rows, key=lambda row: row["title"].casefold())
            items = "".join(
                f'<li><a href="{self._links.page(row)}">{escape(row["title"])}</a>{listing(row["id"], left - 1)}</li>'
                for row in (reversed(rows) if turned else rows)
            )
            return f"<ul>{items}</ul>" if items else ""

        return listing(self._page["id"], depth)

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

    def _excerpt(self, macro: etree._Element) -> str:
        hidden = self._parameter(macro, "hidden") == "true"
        return "" if hidden else f'<div class="excerpt">{self._body(macro)}</div>'

    def _marker(self, element: etree._Element) -> str:
        ref = escape(element.get(AC + "ref", ""))
        return f'<mark class="comment" data-ref="{ref}">{self._inside(element)}</mark>'

    def _placeholder(self, element: etree._Element) -> str:
        return f'<span class="placeholder">{self._inside(element)}</span>'

    def _profile(self, macro: etree._Element) -> str:
        user = next(macro.iter(RI + "user"), None)
        return (
            f'<span class="mention">@{escape(str(next(iter(user.attrib.values()), "")))}</span>'
            if user is not None
            else ""
        )

    def _page_list(self, rows: Iterable[Row]) -> str:
        items = "".join(f'<li><a href="{self._links.page(row)}">{escape(row["title"])}</a></li>' for row in rows)
        return f"<ul>{items}</ul>" if items else '<p class="placeholder">no pages</p>'

    def _by_label(self, macro: etree._Element) -> str:
        """Pages that bear one of the labels of the query, with their page properties where a report asks for them."""
        names = set(re.findall(r'label\s*(?:=|in)\s*\(?\s*"?([\w/-]+)', self._parameter(macro, "cql")))
        names |= set(self._parameter(macro, "labels").replace(",", " ").split())
        rows = [
            row
            for row in self._store.pages(["current"], self._page["space"])
            if names & {label["name"] for label in self._store.labels(row["id"])}
        ]
        return self._page_list(rows)

    def _recent(self, macro: etree._Element) -> str:
        rows = sorted(self._store.pages(["current"], self._page["space"]), key=lambda row: str(row["modified"]))
        return self._page_list(list(reversed(rows))[: int(self._parameter(macro, "max") or 10)])

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
        other = PageRenderer(self._store, row, self._links)
        other._depth = self._depth + 1
        other._next = iter(lambda: (0, "", ""), None)
        return f'<div class="included">{other._inside(root)}</div>'

    def _jira(self, macro: etree._Element) -> str:
        key, query = escape(self._parameter(macro, "key")), escape(self._parameter(macro, "jqlQuery"))
        return f'<span class="issue">{key}</span>' if key else f'<div class="unknown"><b>Jira</b> {query}</div>'

    def _frame(self, macro: etree._Element) -> str:
        """What would be loaded from elsewhere is a box with its address, unless it is allowed."""
        url = escape(next((item.get(RI + "value", "") for item in macro.iter(RI + "url")), ""))
        if self._links.remote:
            return f'<iframe src="{url}" title="{url}" sandbox="allow-scripts" loading="lazy"></iframe>'
        return f'<div class="unknown">▶ <a href="{url}" rel="noreferrer">{url}</a></div>'

    def _attachments(self, macro: etree._Element) -> str:
        rows = "".join(f'<li><a href="{self._download(n)}">{escape(n)}</a></li>' for n in sorted(self._files))
        return f'<ul class="attachments">{rows}</ul>'

    def _gallery(self, macro: etree._Element) -> str:
        names = [name for name, row in sorted(self._files.items()) if str(row["media"]).startswith("image/")]
        return (
            '<div class="gallery">'
            + "".join(f'<img src="{self._download(n)}" alt="{escape(n)}">' for n in names)
            + "</div>"
        )

    def _view_file(self, macro: etree._Element) -> str:
        file = next(macro.iter(RI + "attachment"), None)
        name = file.get(RI + "filename", "") if file is not None else self._parameter(macro, "name")
        return f'<p><a href="{self._download(name)}">📄 {escape(name)}</a></p>'

    def _section(self, section: etree._Element) -> str:
        cells = "".join(f"<div>{self._inside(cell)}</div>" for cell in section.findall(AC + "layout-cell"))
        return f'<div class="section {escape(section.get(AC + "type", ""))}">{cells}</div>'

    def _emoticon(self, element: etree._Element) -> str:
        fallback = element.get(AC + "emoji-fallback") or f"({element.get(AC + 'name', '')})"
        return f'<span class="emoji">{escape(fallback)}</span>'

    def _link(self, link: etree._Element) -> str:
        anchor = link.get(AC + "anchor", "")
        page, file = link.find(RI + "page"), link.find(RI + "attachment")
        if page is None:
            page = link.find(RI + "blog-post")
        user = link.find(RI + "user")
        if user is not None:
            return f'<span class="mention">@{escape(str(next(iter(user.attrib.values()), "")))}</span>'
        body = self._inside(link.find(AC + "link-body")) or "".join(map(str, link.itertext()))
        fragment = "#" + escape(anchor) if anchor else ""
        if page is not None:
            row = self._find(page)
            if row is None:
                return f'<span class="unresolved" title="no such page">{body}</span>'
            if anchor:
                fragment = "#" + escape("".join(row["title"].split()) + "-" + anchor)
            return f'<a href="{self._links.page(row)}{fragment}">{body or escape(row["title"])}</a>'
        if file is not None:
            return f'<a href="{self._download(file.get(RI + "filename", ""))}">{body}</a>'
        return f'<a href="{fragment or "#"}">{body}</a>'

    def _find(self, page: etree._Element) -> Row | None:
        """The page that a link names, in its own space or another one."""
        title, key = page.get(RI + "content-title", "").casefold(), page.get(RI + "space-key", "")
        if page.tag == RI + "page" and not key:
            return self._titles.get(title)
        kinds = ("page",) if page.tag == RI + "page" else ("blogpost",)
        space = self._page["space"]
        if key:
            space = next((row["id"] for row in self._store.spaces() if row["key"] == key), 0)
        return next(
            (row for row in self._store.pages(["current"], space, None, kinds) if row["title"].casefold() == title),
            None,
        )

    def _download(self, name: str) -> str:
        row = self._files.get(name)
        return escape(self._links.file(self._page["id"], row)) if row else "#missing"

    def _image(self, image: etree._Element) -> str:
        alt, width = escape(image.get(AC + "alt", "")), escape(image.get(AC + "width", ""))
        file, url = image.find(RI + "attachment"), image.find(RI + "url")
        if url is not None:
            source = escape(url.get(RI + "value", ""))
            if not self._links.remote:
                return f'<span class="remote">🖼 {alt} <a href="{source}" rel="noreferrer">{source}</a></span>'
        else:
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
        """A node that storage format has no element for: the purple panel, a list of decisions."""
        content = next(extension.iter(AC + "adf-content"), None)
        kind = next(
            (a.text or "" for a in extension.iter(AC + "adf-attribute") if a.get("key") == "panel-type"), "note"
        )
        known = {"info": "info", "success": "tip", "warning": "note", "error": "warning"}.get(kind, "important")
        return f'<div class="panel {known}">{self._inside(content)}</div>'


def _long_date(element: etree._Element) -> str:
    try:
        return date.fromisoformat(element.get("datetime", "")).strftime("%b %d, %Y")
    except ValueError:
        return escape(element.get("datetime", ""))
