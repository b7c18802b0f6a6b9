"""Reads the pages of an import into the spool: bodies, labels, files, and what else a document can say of a page."""

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import Any

from publisher.errors import Forbidden, NotFound, RemoteError, ScopeMissing
from publisher.importing.spool import PageRecord, Spool
from publisher.importing.values import Loss
from publisher.model.snapshot import AttachedFile, ContentProperty, ContentRef, PageFacets, RemotePage
from publisher.pagetree.files import bad_bytes
from publisher.planning.stamps import with_stamp
from publisher.remote.port import Remote
from publisher.storage import NotWellFormed, parse_body

#: Called with how many pages are read, and of how many.
Progress = Callable[[int, int], None]
_WIDTHS = {"full-width": "full", "fixed-width": "fixed", "max": "max"}
_EDITORS = {"v1": "legacy"}
_MARKER = "{http://atlassian.com/content}inline-comment-marker"
_REF = "{http://atlassian.com/content}ref"


def fetch_pages(
    remote: Remote, pages: Sequence[RemotePage], spool: Spool, *, comments: bool, progress: Progress
) -> list[Loss]:
    """Reads what the spool does not hold yet. The pages that could not be read, with the reason."""
    losses: list[Loss] = []
    done = 0
    missing = []
    for page in pages:
        if spool.find(page.id, page.version) is None:
            missing.append(page)
        else:
            done += 1
    todo = iter(missing)
    flying: dict[Future[None], RemotePage] = {}
    with ThreadPoolExecutor(remote.jobs) as pool:
        try:
            while True:
                for page in islice(todo, 2 * remote.jobs - len(flying)):
                    flying[pool.submit(_fetch, remote, page, spool, comments)] = page
                if not flying:
                    break
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    page = flying.pop(future)
                    try:
                        future.result()
                    except (NotFound, Forbidden) as error:
                        losses.append(Loss(page.id, page.title, page.url, "the page", f"it cannot be read: {error}"))
                    done += 1
                    progress(done, len(pages))
        except BaseException:
            for future in flying:
                future.cancel()
            raise
    return losses


def _fetch(remote: Remote, page: RemotePage, spool: Spool, comments: bool) -> None:
    stored = remote.read_body(page.ref)
    properties = remote.read_properties(page.ref)
    facets = _facets(remote, page.ref)
    stamp = with_stamp(page, properties).stamp
    attached, broken = _files(remote, page, spool)
    record = PageRecord(
        version=page.version,
        labels=tuple(sorted(stored.labels)),
        collection=stamp.collection if stamp and stamp.page == page.id else "",
        owner=page.owner,
        author=page.author,
        view=facets.view,
        edit=facets.edit,
        status=facets.status,
        attachments=attached,
        broken=broken,
        comments=_comments(remote, page.ref, stored.body) if comments else (),
        **_appearance(properties),
    )
    spool.keep(page.id, record, stored.body)


def _facets(remote: Remote, ref: ContentRef) -> PageFacets:
    try:
        return remote.details.read_facets(ref)
    except (NotFound, Forbidden, ScopeMissing):  # who may view a page may not be told who else may
        return PageFacets()


def _appearance(properties: Mapping[str, ContentProperty]) -> dict[str, Any]:
    """What the front matter has words for: width, emoji, cover, editor."""

    def text(key: str) -> str:
        value = properties[key].value if key in properties else ""
        return value if isinstance(value, str) else ""

    return {
        "width": _WIDTHS.get(text("content-appearance-published"), ""),
        "emoji": _emoji(text("emoji-title-published")),
        "cover": _cover(text("cover-picture-id-published")),
        "editor": _EDITORS.get(text("editor"), ""),
    }


def _emoji(code: str) -> str:
    try:
        return "".join(chr(int(part, 16)) for part in code.split("-")) if code else ""
    except (ValueError, OverflowError):
        return ""


def _cover(value: str) -> str:
    try:
        found = json.loads(value) if value else {}
    except ValueError:
        return ""
    address = found.get("id") if isinstance(found, dict) and found.get("position") == 50 else ""
    return address if isinstance(address, str) and address.startswith("https://") else ""


def _files(remote: Remote, page: RemotePage, spool: Spool) -> tuple[dict[str, str], dict[str, str]]:
    found: dict[str, str] = {}
    broken: dict[str, str] = {}
    for number, (name, file) in enumerate(sorted(remote.details.read_attachments(page.ref).items())):
        part = spool.part(page.id, number)
        try:
            why = _load(remote, file, part, name)
        except (NotFound, Forbidden) as error:
            why = str(error)
        if why:
            broken[name] = why
        else:
            found[name] = spool.take(part, name)
    return found, broken


def _load(remote: Remote, file: AttachedFile, part: Path, name: str) -> str:
    """Why the file cannot be published as it is; empty if it can."""
    try:
        remote.details.save_file(file, part)
    except RemoteError:
        part.unlink(missing_ok=True)
        raise
    wrong = bad_bytes(part, Path(name).suffix)
    if wrong:
        part.unlink()
        return wrong[0]
    return ""


def _comments(remote: Remote, ref: ContentRef, body: str) -> tuple[tuple[str, str, str], ...]:
    selections = _selections(body)
    return tuple(
        (selections.get(comment.ref, ""), comment.author, comment.text) for comment in remote.details.read_comments(ref)
    )


def _selections(body: str) -> dict[str, str]:
    """Marker of an inline comment → the text that it stands at."""
    found: dict[str, str] = {}
    try:
        root = parse_body(body)
    except NotWellFormed:
        return {}
    for marker in root.iter(_MARKER):
        text = "".join(str(part) for part in marker.itertext())
        found[str(marker.get(_REF, ""))] = found.get(str(marker.get(_REF, "")), "") + text
    return found
