"""Macros as Confluence shows them, as far as the sandbox can. A parameter that makes no sense is as if it were not there."""

import re
from collections.abc import Iterable, Mapping
from html import escape

from lxml import etree
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from publisher.sandbox.store import Row
from publisher.sandbox.view.drawing import AC, RI, Draw, Drawing
from publisher.sandbox.view.icons import PANEL_ICONS, icon
from publisher.storage import parse_body

_DEEPEST = 3  # pages included in each other
_MOST = 999  # for numbers in parameters


def parameter(macro: etree._Element, name: str) -> str:
    found = next((item for item in macro.findall(AC + "parameter") if item.get(AC + "name", "") == name), None)
    return (found.text or "") if found is not None else ""


def number_in(macro: etree._Element, name: str, default: int) -> int:
    """A parameter that is a number; the default if it is none."""
    text = parameter(macro, name).strip()
    return min(int(text), _MOST) if re.fullmatch(r"[0-9]{1,9}", text) else default


def draw_code(drawing: Drawing, macro: etree._Element) -> str:
    """With line numbers, as Cloud always has them; they are no text, so that a copy leaves them out."""
    body = macro.find(AC + "plain-text-body")
    text = "".join(map(str, body.itertext())) if body is not None else ""
    language = parameter(macro, "language")
    known = drawing.links.product.map_language(language) == language.lower()
    try:
        lexer = get_lexer_by_name(language if known and language else "text", stripnl=False)
    except ClassNotFound:
        lexer = get_lexer_by_name("text", stripnl=False)
    lines = highlight(text, lexer, HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
    first = number_in(macro, "firstline", 0)
    start = f' style="counter-reset: line {first - 1}"' if first else ""
    rows = "\n".join(f'<span class="line">{line}</span>' for line in lines)
    title = escape(parameter(macro, "title"))
    head = f'<div class="code-title">{title}</div>' if title else ""
    said = f'<span class="language">{escape(language or "plain text")}</span>'
    if language and not known:
        said = f'<span class="language lost-why">no highlighting: Confluence does not know {escape(language)}</span>'
    block = f'<div class="code">{head}<pre tabindex="0"{start}><code>{rows}</code></pre>{said}</div>'
    if parameter(macro, "collapse") != "true":
        return block
    return f"<details><summary>{title or 'Show the code'}</summary>{block}</details>"


def draw_expand(drawing: Drawing, macro: etree._Element) -> str:
    title = escape(parameter(macro, "title") or "Click here to expand…")
    return f"<details><summary>{title}</summary>{drawing.inside(macro.find(AC + 'rich-text-body'))}</details>"


def draw_toc(drawing: Drawing, macro: etree._Element) -> str:
    """Nested by level, as far as ``minLevel`` and ``maxLevel`` let it."""
    least, most = number_in(macro, "minLevel", 1), number_in(macro, "maxLevel", 7)
    parts, open_levels = ['<nav class="toc" aria-label="Contents">'], list[int]()
    for level, name, text in drawing.headings:
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


def draw_children(drawing: Drawing, macro: etree._Element) -> str:
    everything = "true" in {parameter(macro, "all"), parameter(macro, "allChildren")}
    depth = 99 if everything else number_in(macro, "depth", number_in(macro, "startDepth", 1))
    turned = parameter(macro, "reverse") == "true"

    def listing(page: int, left: int) -> str:
        rows = drawing.store.children(page) if left else []
        if parameter(macro, "sort") == "title":
            rows = sorted(rows, key=lambda row: row["title"].casefold())
        items = "".join(
            f'<li><a href="{drawing.links.page(row)}">{escape(row["title"])}</a>{listing(row["id"], left - 1)}</li>'
            for row in (reversed(rows) if turned else rows)
        )
        return f"<ul>{items}</ul>" if items else ""

    return listing(drawing.page["id"], depth)


def draw_anchor(drawing: Drawing, macro: etree._Element) -> str:
    name = parameter(macro, "")
    if name in drawing.ids:  # a heading has it, and is where the link should lead
        return ""
    drawing.ids.add(name)
    return f'<span id="{escape(name)}"></span>'


def draw_status(drawing: Drawing, macro: etree._Element) -> str:
    colour = escape(parameter(macro, "colour").lower() or "grey")
    return f'<span class="status {colour}">{escape(parameter(macro, "title"))}</span>'


def draw_panel(drawing: Drawing, macro: etree._Element) -> str:
    colour = parameter(macro, "bgColor")
    style = f' style="background: {colour}"' if re.fullmatch(r"#[0-9a-fA-F]{3,8}", colour) else ""
    title, icon = (escape(parameter(macro, name)) for name in ("title", "panelIconText"))
    head = f"<p><strong>{title}</strong></p>" if title else ""
    sign = f'<span class="panel-icon" aria-hidden="true">{icon}</span>' if icon else ""
    return f'<div class="panel custom"{style}>{sign}{head}{draw_body(drawing, macro)}</div>'


def draw_body(drawing: Drawing, macro: etree._Element) -> str:
    return drawing.inside(macro.find(AC + "rich-text-body"))


def draw_excerpt(drawing: Drawing, macro: etree._Element) -> str:
    hidden = parameter(macro, "hidden") == "true"
    return "" if hidden else f'<div class="excerpt">{draw_body(drawing, macro)}</div>'


def draw_profile(drawing: Drawing, macro: etree._Element) -> str:
    user = next(macro.iter(RI + "user"), None)
    return (
        f'<span class="mention">@{escape(str(next(iter(user.attrib.values()), "")))}</span>' if user is not None else ""
    )


def page_list(drawing: Drawing, rows: Iterable[Row]) -> str:
    items = "".join(f'<li><a href="{drawing.links.page(row)}">{escape(row["title"])}</a></li>' for row in rows)
    return f"<ul>{items}</ul>" if items else '<p class="placeholder">no pages</p>'


def draw_by_label(drawing: Drawing, macro: etree._Element) -> str:
    """Pages that have one of the labels of the query, with their page properties where a report asks for them."""
    names = set(re.findall(r'label\s*(?:=|in)\s*\(?\s*"?([\w/-]+)', parameter(macro, "cql")))
    names |= set(parameter(macro, "labels").replace(",", " ").split())
    rows = [
        row
        for row in drawing.store.pages(["current"], drawing.page["space"])
        if names & {label["name"] for label in drawing.store.labels(row["id"])}
    ]
    return page_list(drawing, rows)


def draw_recent(drawing: Drawing, macro: etree._Element) -> str:
    rows = sorted(drawing.store.pages(["current"], drawing.page["space"]), key=lambda row: str(row["modified"]))
    return page_list(drawing, list(reversed(rows))[: number_in(macro, "max", 10)])


def draw_include(drawing: Drawing, macro: etree._Element) -> str:
    """Another page's text, or its excerpt of that name."""
    page = next(macro.iter(RI + "page"), None)
    row = drawing.titles.get(page.get(RI + "content-title", "").casefold()) if page is not None else None
    if row is None or drawing.depth >= _DEEPEST:
        title = page.get(RI + "content-title", "") if page is not None else ""
        return f'<div class="unknown">{escape(title)}: {"includes itself" if row else "there is no such page"}</div>'
    root: etree._Element | None = parse_body(row["body"])
    if macro.get(AC + "name") == "excerpt-include" and root is not None:
        name = parameter(macro, "name")
        found = (item for item in root.iter(AC + "structured-macro") if item.get(AC + "name") == "excerpt")
        excerpt = next((item for item in found if not name or parameter(item, "name") == name), None)
        root = excerpt.find(AC + "rich-text-body") if excerpt is not None else None
    return f'<div class="included">{drawing.of_page(row).inside(root)}</div>'


def draw_jira(drawing: Drawing, macro: etree._Element) -> str:
    key, query = escape(parameter(macro, "key")), escape(parameter(macro, "jqlQuery"))
    return f'<span class="issue">{key}</span>' if key else f'<div class="unknown"><b>Jira</b> {query}</div>'


def draw_frame(drawing: Drawing, macro: etree._Element) -> str:
    """What would be loaded from elsewhere is a box with its address, unless it is allowed."""
    url = escape(next((item.get(RI + "value", "") for item in macro.iter(RI + "url")), ""))
    if drawing.links.remote:
        return f'<iframe src="{url}" title="{url}" sandbox="allow-scripts" loading="lazy"></iframe>'
    return f'<div class="unknown">{icon("play")} <a href="{url}" rel="noreferrer">{url}</a></div>'


def draw_attachments(drawing: Drawing, macro: etree._Element) -> str:
    rows = "".join(f'<li><a href="{drawing.download(n)}">{escape(n)}</a></li>' for n in sorted(drawing.files))
    return f'<ul class="attachments">{rows}</ul>'


def draw_gallery(drawing: Drawing, macro: etree._Element) -> str:
    names = [name for name, row in sorted(drawing.files.items()) if str(row["media"]).startswith("image/")]
    return (
        '<div class="gallery">'
        + "".join(f'<img src="{drawing.download(n)}" alt="{escape(n)}">' for n in names)
        + "</div>"
    )


def draw_view_file(drawing: Drawing, macro: etree._Element) -> str:
    file = next(macro.iter(RI + "attachment"), None)
    name = file.get(RI + "filename", "") if file is not None else parameter(macro, "name")
    return f'<p><a href="{drawing.download(name)}">{icon("file")} {escape(name)}</a></p>'


def draw_panel_of(kind: str) -> Draw:
    """Info, tip, note, warning."""

    def draw(drawing: Drawing, macro: etree._Element) -> str:
        title = parameter(macro, "title")
        head = f"<p><strong>{escape(title)}</strong></p>" if title else ""
        return f'<div class="panel {kind}">{icon(PANEL_ICONS[kind], kind)}{head}{draw_body(drawing, macro)}</div>'

    return draw


def draw_unknown(drawing: Drawing, macro: etree._Element) -> str:
    """A labelled box with the parameters and the text."""
    parameters = ", ".join(f"{p.get(AC + 'name')}={p.text or ''}" for p in macro.findall(AC + "parameter"))
    name = escape(macro.get(AC + "name", ""))
    return f'<div class="unknown"><b>{name}</b> {escape(parameters)}{draw_body(drawing, macro)}</div>'


#: Name → how it is drawn; what is not in here is a labelled box.
MACROS: Mapping[str, Draw] = {
    "code": draw_code, "expand": draw_expand, "toc": draw_toc, "children": draw_children, "anchor": draw_anchor,
    "status": draw_status, "panel": draw_panel, "details": draw_body, "excerpt": draw_excerpt, "include": draw_include,
    "excerpt-include": draw_include, "jira": draw_jira, "widget": draw_frame, "iframe": draw_frame,
    "attachments": draw_attachments, "gallery": draw_gallery, "view-file": draw_view_file, "pagetree": draw_children,
    "contentbylabel": draw_by_label, "detailssummary": draw_by_label, "recently-updated": draw_recent,
    "noformat": draw_code, "profile": draw_profile,
    **{kind: draw_panel_of(kind) for kind in ("info", "tip", "note", "warning")},
}  # fmt: skip
