"""A page with all that is around it: tree, comments, versions, problems."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from markupsafe import Markup

from publisher.sandbox.service import Board
from publisher.sandbox.store import Row, Store
from publisher.sandbox.view.compare import compare_pages, compare_words
from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.frame import frame_of
from publisher.sandbox.view.notes import notes_of, path_of
from publisher.sandbox.view.renderer import PageRenderer
from publisher.sandbox.view.source import diff_rows, source_html
from publisher.sandbox.view.templates import render_template


def page_html(
    store: Store, page: Row, links: Links, *, board: Board | None = None, live: bool = True, **more: str
) -> str:
    """The page with all that stands around it. ``live``: from a server, so that it can be commented on and changes."""
    renderer = PageRenderer(store, page, links)
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
        frame=frame_of(store, links, page, board.home if board else 0),
        body=Markup(renderer.render(losses=True)),  # noqa: S704 - the renderer escapes
        headings=renderer.headings(),
        labels=store.labels(page["id"]),
        attachments=store.attachments(page["id"]),
        versions=store.versions(page["id"]),
        restrictions=store.restrictions(page["id"]),
        properties=properties,
        inline=_with_replies(store, store.comments(page["id"], inline=True)),
        footer=_with_replies(store, store.comments(page["id"], inline=False)),
        source=Markup(source_html(page["body"])),  # noqa: S704 - pygments escapes
        board=board,
        notes=notes_of(board, path_of(properties)),
        live=live,
        exported=not live,
        revision=store.revision,
        **more,
    )


def diff_html(store: Store, page: Row, wanted: tuple[int, int], chrome: Mapping[str, Any], *, raw: bool) -> str | None:
    """What changed between two versions; None if one of them is not there."""
    versions = {row["number"]: row for row in store.versions(page["id"])}
    if not versions.keys() >= set(wanted):
        return None
    old, new = (versions[number] for number in wanted)
    one, other = (PageRenderer(store, {**page, "body": row["body"]}, chrome["links"]).render() for row in (old, new))
    rows = diff_rows(old["body"], new["body"])
    return render_template(
        "diff.html.j2",
        page=page,
        old=old,
        new=new,
        raw=raw,
        title=compare_words(old["title"], new["title"]),
        changes=Markup() if raw else compare_pages(one, other),
        rows=rows,
        differs=any(kind not in {"same", "skipped"} for kind, *_ in rows),
        numbers=sorted(versions, reverse=True),
        earlier=_neighbours(page, versions, min(wanted) - 1),
        later=_neighbours(page, versions, max(wanted)),
        **chrome,
    )


def _neighbours(page: Row, versions: Mapping[int, Row], number: int) -> str:
    """The address of the change from one version to the next; empty if one of them is not there."""
    there = number in versions and number + 1 in versions
    return f"/wiki/pages/{page['id']}/diff/{number}/{number + 1}" if there else ""


def _emoji_of(codes: str) -> str:
    """Of hex code points with hyphens between; nothing if they are none."""
    try:
        return "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else ""
    except (ValueError, OverflowError):
        return ""


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
