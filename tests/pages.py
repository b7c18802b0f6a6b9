"""Pages as values, wanted and stored, for tests of what decides about them without a Confluence."""

from collections.abc import Iterable
from typing import Any

from publisher.model.plan import PageAction
from publisher.model.rendered import RenderedPage, RenderedTree
from publisher.model.report import Result
from publisher.model.snapshot import RemotePage, Snapshot, Space, Stamp, StoredStamp
from publisher.storage import canonical, digest

COLLECTION = "docs"


def wanted(key: str, title: str = "", body: str = "", parent: str | None = "index.md", **values: Any) -> RenderedPage:
    """A page of a document; that of `index.md` is the root."""
    title, body = title or key, body or f"<p>{key}</p>"
    defaults: dict[str, Any] = {
        "source": "" if key.endswith("/") else key,
        "position": 0,
        "labels": (),
        "attachments": (),
        "digests": {"body": digest(body), "canonical": digest(canonical(body))},
        "wanted": title,
        "alternatives": (f"{title} (docs)",),
    }
    return RenderedPage(
        key=key, title=title, body=body, parent=None if key == "index.md" else parent, **{**defaults, **values}
    )


def tree(*pages: RenderedPage) -> RenderedTree:
    """These pages below the root."""
    return RenderedTree({page.key: page for page in (wanted("index.md", "Home"), *pages)}, ())


def stored(page: RenderedPage, id: str, parent: str = "1", **values: Any) -> RemotePage:
    """The page in Confluence as a run left it."""
    stamp = Stamp(
        collection=COLLECTION,
        path=page.key,
        page=id,
        version=1,
        title=page.title,
        wanted=page.wanted,
        parent=parent,
        digests=page.digests,
    )
    kind = page.metadata.kind
    return foreign(id, page.title, parent, stored=StoredStamp(stamp, f"p{id}", 1), kind=kind, **values)


def foreign(id: str, title: str, parent: str = "1", **values: Any) -> RemotePage:
    """A page of somebody else."""
    defaults: dict[str, Any] = {"version": 1, "message": "", "author": "ada", "url": f"https://wiki.example/{id}"}
    return RemotePage(id=id, title=title, parent=parent, **{**defaults, **values})


def snapshot(*pages: RemotePage, root: bool = True, **values: Any) -> Snapshot:
    """A space with the home page 1, our root 10 below it, and these pages."""
    own = [foreign("1", "Space home", "")]
    own += [stored(wanted("index.md", "Home"), "10")] if root else []
    defaults: dict[str, Any] = {"parent": "1", "root": "10" if root else "", "collection": COLLECTION}
    return Snapshot(
        space=Space("7", "DOCS", "1"), pages={page.id: page for page in (*own, *pages)}, **{**defaults, **values}
    )


def result(action: PageAction, **values: Any) -> Result:
    """What became of a page that was written."""
    page = action.remote.id if action.remote else action.page.key
    return Result(action=action, **{"id": page, "url": f"https://wiki.example/{page}", "version": 1, **values})


def ids(pages: Iterable[RemotePage]) -> list[str]:
    """Their ids, in order."""
    return [page.id for page in pages]
