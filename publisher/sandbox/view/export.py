"""The view as static files: they open from disk, without a server."""

import re
from pathlib import Path

from publisher.sandbox.store import Row, Store
from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.pages import page_html
from publisher.sandbox.view.templates import VIEW, policy, style_sheet


class _FileLinks(Links):
    """Addresses from one page's file to another, and to attachments."""

    def page(self, row: Row) -> str:
        return f"{row['id']}.html"

    def file(self, page: int, row: Row) -> str:
        return f"files/{page}/{_safe(row['name'])}"


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]+", "_", name)


def export_pages(store: Store, folder: str, home: int) -> int:
    """Writes every page, its files, style and script below ``folder``; ``index.html`` is the home page. Returns their count."""
    target, links = Path(folder), _FileLinks()
    (target / "static").mkdir(parents=True, exist_ok=True)
    (target / "static" / "view.css").write_text(style_sheet(), encoding="utf-8")
    (target / "static" / "view.js").write_text((VIEW / "view.js").read_text(encoding="utf-8"), encoding="utf-8")
    pages = store.pages(["current"], None, None, ("page", "blogpost"))
    for page in pages:
        html = page_html(store, page, links, live=False, static="static", policy=policy(remote=False, meta=True))
        (target / f"{page['id']}.html").write_text(html, encoding="utf-8")
        if page["id"] == home:
            (target / "index.html").write_text(html, encoding="utf-8")
        for row in store.attachments(page["id"]):
            file = target / links.file(page["id"], row)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(store.attachment_data(page["id"], row["id"])[0])
    return len(pages)
