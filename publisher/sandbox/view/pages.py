"""A page with all that is around it: tree, comments, versions, problems."""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from markupsafe import Markup

from publisher.sandbox.service import Board
from publisher.sandbox.store import Row, Store
from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.renderer import PageRenderer
from publisher.sandbox.view.source import source_html
from publisher.sandbox.view.templates import render_template


def page_tree(store: Store, links: Links, current: int) -> list[tuple[str, Markup]]:
    """(name, nested lists) of each space."""
    found = []
    for space in store.spaces():
        children: dict[int | None, list[Row]] = {}
        for row in store.tree_rows(space["id"]):
            children.setdefault(row["parent"], []).append(row)
        posts = store.pages(["current"], space["id"], None, ("blogpost",))
        tree = _branch(children, None, links, current)
        if posts:
            tree += Markup('<p class="posts">Blog</p>') + _branch({None: posts}, None, links, current)
        found.append((str(space["name"]), tree))
    return found


def _branch(children: Mapping[int | None, list[Row]], parent: int | None, links: Links, current: int) -> Markup:
    items = Markup()
    for row in children.get(parent, ()):
        mark = Markup(' aria-current="page"') if row["id"] == current else Markup()
        below = _branch(children, row["id"], links, current) if row["id"] in children else Markup()
        name = Markup('<span class="folder">📁 {}</span>').format(row["title"])
        if row["kind"] != "folder":
            name = Markup('<a href="{}"{}>{}</a>').format(links.page(row), mark, row["title"])
        items += Markup("<li>{}{}</li>").format(name, below)
    return Markup("<ul>{}</ul>").format(items) if items else items


def page_html(
    store: Store, page: Row, links: Links, *, board: Board | None = None, live: bool = True, **more: str
) -> str:
    """The page with all that stands around it. ``live``: from a server, so that it can be commented on and changes."""
    properties = {row["key"]: row["value"] for row in store.properties(page["id"], None, "content")}
    emoji = properties.get("emoji-title-published", "").strip('"')
    width = properties.get("content-appearance-published", "").strip('"')
    return render_template(
        "page.html.j2",
        page=page,
        emoji=_emoji_of(emoji),
        width="full" if width == "full-width" else "max" if width == "max" else "",
        ancestors=store.ancestors(page["id"]),
        links=links,
        tree=page_tree(store, links, page["id"]),
        body=Markup(PageRenderer(store, page, links).render(losses=True)),  # noqa: S704 - the renderer escapes
        labels=store.labels(page["id"]),
        attachments=store.attachments(page["id"]),
        versions=store.versions(page["id"]),
        restrictions=store.restrictions(page["id"]),
        properties=properties,
        inline=_with_replies(store, store.comments(page["id"], inline=True)),
        footer=_with_replies(store, store.comments(page["id"], inline=False)),
        source=Markup(source_html(page["body"])),  # noqa: S704 - pygments escapes
        board=board,
        mine=_of_page(board, properties) if board else [],
        live=live,
        revision=store.revision,
        **more,
    )


def _emoji_of(codes: str) -> str:
    """Of hex code points with hyphens between; nothing if they are none."""
    try:
        return "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else ""
    except (ValueError, OverflowError):
        return ""


def _of_page(board: Board, properties: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """The problems of the page that is looked at, and whatever keeps another one from being shown."""
    try:
        path = json.loads(properties.get("publisherstamp", "{}")).get("path", "")
    except (ValueError, AttributeError):
        path = ""
    return [row for row in board.problems if row.get("key") == path or row["level"] == "error"]


def _with_replies(store: Store, rows: list[Row]) -> list[Row]:
    def text(body: str) -> str:
        return unescape(re.sub(r"<[^>]*>", " ", body)).strip()

    return [
        {
            **row,
            "text": text(row["body"]),
            "replies": [{**r, "text": text(r["body"])} for r in store.replies(row["id"])],
        }
        for row in rows
    ]
