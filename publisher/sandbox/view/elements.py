"""Elements of storage format as HTML: text, links, images, tasks, layouts."""

from collections.abc import Mapping
from datetime import date
from html import escape

from lxml import etree

from publisher.sandbox.store import Row
from publisher.sandbox.view.colours import with_dark
from publisher.sandbox.view.drawing import AC, RI, Draw, Drawing
from publisher.sandbox.view.icons import PANEL_ICONS, icon

PLAIN = {
    "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "u", "del", "s", "sub", "sup", "code", "span", "blockquote",
    "ul", "ol", "li", "hr", "dl", "dt", "dd", "table", "tbody", "thead", "tr", "th", "td", "pre", "colgroup", "col", "time", "b", "i", "div",
}  # fmt: skip
_KEPT = {"start", "colspan", "rowspan", "style", "datetime"}
_MOST_COLUMNS = 100
_SAFE = {"http", "https", "mailto", "tel"}


def draw_anchor(drawing: Drawing, element: etree._Element) -> str:
    href = element.get("href", "")
    safe = href if href.split(":")[0].lower() in _SAFE else "#"
    return f'<a href="{escape(safe)}" rel="noreferrer">{drawing.inside(element)}</a>'


def draw_html(drawing: Drawing, element: etree._Element) -> str:
    tag = str(element.tag)
    kept = {name: value for name, value in element.attrib.items() if name in _KEPT}
    if tag == "time":
        return f'<time class="date" datetime="{escape(element.get("datetime", ""))}">{long_date(element)}</time>'
    if element.get("data-highlight-colour"):
        kept["style"] = f"background: {element.get('data-highlight-colour')}"
    if tag == "span" and "style" in kept:
        kept["style"] = with_dark(str(kept["style"]))
    if tag == "th" and is_row_header(element):
        kept["scope"] = "row"
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        kept["id"] = element.get("id", "")
    attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in kept.items())
    if tag in {"br", "hr", "col"}:
        return f"<{tag}{attributes}>"
    written = f"<{tag}{attributes}>{drawing.inside(element)}</{tag}>"
    if tag != "table":
        return written
    layout = escape(element.get("data-layout", "default"))
    sized = element.get("data-table-width") or any("width" in column.get("style", "") for column in element.iter("col"))
    columns = max((_columns(row) for row in element.iter("tr")), default=1)
    style = f' style="--columns: {columns}"'
    return f'<div class="table layout-{layout}{" sized" if sized else ""}" tabindex="0"{style}>{written}</div>'


def _columns(row: etree._Element) -> int:
    spans = (cell.get("colspan", "1") for cell in row if cell.tag in {"td", "th"})
    return sum(min(int(span), _MOST_COLUMNS) if span.isascii() and span.isdigit() else 1 for span in spans)


def draw_link(drawing: Drawing, link: etree._Element) -> str:
    anchor = link.get(AC + "anchor", "")
    page, file = link.find(RI + "page"), link.find(RI + "attachment")
    if page is None:
        page = link.find(RI + "blog-post")
    user = link.find(RI + "user")
    if user is not None:
        return f'<span class="mention">@{escape(str(next(iter(user.attrib.values()), "")))}</span>'
    body = drawing.inside(link.find(AC + "link-body")) or "".join(map(str, link.itertext()))
    fragment = "#" + escape(anchor) if anchor else ""
    if page is not None:
        row = find_page(drawing, page)
        if row is None:
            return f'<span class="unresolved" title="no such page">{body}</span>'
        if anchor:
            fragment = "#" + escape("".join(row["title"].split()) + "-" + anchor)
        return f'<a href="{drawing.links.page(row)}{fragment}">{body or escape(row["title"])}</a>'
    if file is not None:
        return f'<a href="{drawing.download(file.get(RI + "filename", ""))}">{body}</a>'
    return f'<a href="{fragment or "#"}">{body}</a>'


def find_page(drawing: Drawing, page: etree._Element) -> Row | None:
    """The page that a link names, in its own space or another one."""
    title, key = page.get(RI + "content-title", "").casefold(), page.get(RI + "space-key", "")
    if page.tag == RI + "page" and not key:
        return drawing.titles.get(title)
    kinds = ("page",) if page.tag == RI + "page" else ("blogpost",)
    space = drawing.page["space"]
    if key:
        space = next((row["id"] for row in drawing.store.spaces() if row["key"] == key), 0)
    return next(
        (row for row in drawing.store.pages(["current"], space, None, kinds) if row["title"].casefold() == title),
        None,
    )


def draw_image(drawing: Drawing, image: etree._Element) -> str:
    alt, width = escape(image.get(AC + "alt", "")), escape(image.get(AC + "width", ""))
    file, url = image.find(RI + "attachment"), image.find(RI + "url")
    if url is not None:
        source = escape(url.get(RI + "value", ""))
        if not drawing.links.remote:
            return f'<span class="remote">{icon("image")} {alt} <a href="{source}" rel="noreferrer">{source}</a></span>'
    else:
        source = drawing.download(file.get(RI + "filename", "") if file is not None else "")
    size = f' width="{width}"' if width else ""
    size += f' height="{escape(image.get(AC + "height", ""))}"' if image.get(AC + "height") else ""
    caption = drawing.inside(image.find(AC + "caption"))
    shown = f'<img src="{source}" alt="{alt}"{size}>' + (f'<div class="caption">{caption}</div>' if caption else "")
    return f'<span class="image {escape(image.get(AC + "layout", ""))}">{shown}</span>'


def draw_tasks(drawing: Drawing, tasks: etree._Element) -> str:
    rows = []
    for task in tasks.findall(AC + "task"):
        done = " checked" if task.findtext(AC + "task-status") == "complete" else ""
        body = drawing.inside(task.find(AC + "task-body"))
        below = "".join(draw_tasks(drawing, inner) for inner in task.findall(AC + "task-list"))
        rows.append(f'<li><input type="checkbox" disabled{done} aria-label="task"> {body}{below}</li>')
    return f'<ul class="tasks">{"".join(rows)}</ul>'


def draw_adf(drawing: Drawing, extension: etree._Element) -> str:
    """A node that storage format has no element for: the purple panel, a list of decisions."""
    content = next(extension.iter(AC + "adf-content"), None)
    kind = next((a.text or "" for a in extension.iter(AC + "adf-attribute") if a.get("key") == "panel-type"), "note")
    known = {"info": "info", "success": "tip", "warning": "note", "error": "warning"}.get(kind, "important")
    return f'<div class="panel {known}">{icon(PANEL_ICONS[known], known)}{drawing.inside(content)}</div>'


def draw_section(drawing: Drawing, section: etree._Element) -> str:
    cells = "".join(f"<div>{drawing.inside(cell)}</div>" for cell in section.findall(AC + "layout-cell"))
    return f'<div class="section {escape(section.get(AC + "type", ""))}">{cells}</div>'


def draw_emoticon(drawing: Drawing, element: etree._Element) -> str:
    fallback = element.get(AC + "emoji-fallback") or f"({element.get(AC + 'name', '')})"
    return f'<span class="emoji">{escape(fallback)}</span>'


def draw_marker(drawing: Drawing, element: etree._Element) -> str:
    ref = escape(element.get(AC + "ref", ""))
    return f'<mark class="comment" data-ref="{ref}">{drawing.inside(element)}</mark>'


def draw_placeholder(drawing: Drawing, element: etree._Element) -> str:
    return f'<span class="placeholder">{drawing.inside(element)}</span>'


def is_row_header(cell: etree._Element) -> bool:
    row = cell.getparent()
    return row is not None and any(other.tag == "td" for other in row)


def long_date(element: etree._Element) -> str:
    try:
        return date.fromisoformat(element.get("datetime", "")).strftime("%b %d, %Y")
    except ValueError:
        return escape(element.get("datetime", ""))


#: Tag → how it is drawn; of what is not in here only the inside is shown.
ELEMENTS: Mapping[str, Draw] = {
    **dict.fromkeys(PLAIN, draw_html),
    "a": draw_anchor,
    AC + "link": draw_link,
    AC + "image": draw_image,
    AC + "task-list": draw_tasks,
    AC + "adf-extension": draw_adf,
    AC + "layout-section": draw_section,
    AC + "emoticon": draw_emoticon,
    AC + "inline-comment-marker": draw_marker,
    AC + "placeholder": draw_placeholder,
}
