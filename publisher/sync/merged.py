"""Hand edits that are in the documents already: a publish need not hold anything back for them.

By proof: all that people changed since our last write is in the document. Where a conflict was resolved by hand there is
none; `pull` then notes page and version in `.publisher/merged.yml` beside `publisher.yml`, which is committed with the merge.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from publisher.convert.compose import Conversion
from publisher.model.plan import PageAction, Plan
from publisher.model.settings import Settings
from publisher.model.snapshot import Evidence
from publisher.planning.compare import holds_body, is_edited
from publisher.remote.port import Remote
from publisher.storage import NotWellFormed, canonical
from publisher.sync.published import read_published

NOTES = ".publisher/merged.yml"
_NOTE = re.compile(r"^\"?(?P<page>\w+)\"?: (?P<version>\d+)\b", re.M)


def find_merged(
    conversion: Conversion, remote: Remote, settings: Settings, plan: Plan, evidence: Evidence
) -> frozenset[str]:
    """Ids of the pages whose hand edits are merged. Asks for the published version of those that are in doubt."""
    noted = read_notes(settings.docs)
    return frozenset(
        action.remote.id
        for action in plan.actions
        if action.remote
        and action.remote.id in evidence.bodies
        and is_edited(action.remote, evidence)
        and (
            noted.get(action.remote.id) == action.remote.version
            or _is_proved(conversion, remote, settings, action, evidence.bodies[action.remote.id])
        )
    )


def _is_proved(conversion: Conversion, remote: Remote, settings: Settings, action: PageAction, stored: str) -> bool:
    """Whether the document holds all that people changed."""
    page, key = action.remote, action.page.key
    if page is None or page.stamp is None:
        return False
    document = conversion.tree.pages[key].document if key in conversion.tree.pages else None
    if document is None or page.title != action.page.title:
        return False
    try:
        if canonical(stored) == canonical(action.page.body):
            return True
        if holds_body(
            action.page.body, page.stamp
        ):  # the document is as it was published: it holds nothing of the edit
            return False
        from publisher.convert.pulling import contains_edit  # what merges is needed by few runs, and slow to import
        from publisher.convert.pullwork import PageEdit

        published = read_published(conversion, remote, page, key)
        return published is not None and contains_edit(conversion, settings, key, PageEdit(published, stored))
    except NotWellFormed:
        return False


def notes_file(docs: Path) -> Path:
    """Beside the nearest ``publisher.yml`` at or above the docs folder; in the docs folder if there is none."""
    for folder in (docs, *docs.parents):
        if (folder / "publisher.yml").exists():
            return folder / NOTES
    return docs / NOTES


def read_notes(docs: Path) -> dict[str, int]:
    """Page id → version that counts as merged."""
    file = notes_file(docs)
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return {found["page"]: int(found["version"]) for found in _NOTE.finditer(text)}


def write_notes(docs: Path, notes: Mapping[str, int]) -> None:
    """Writes the notes; removes the file if there are none."""
    file = notes_file(docs)
    if not notes:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    head = "# Versions of pages that were merged by hand (publisher pull). Commit this file with the merge.\n"
    lines = [f"{json.dumps(page)}: {version}\n" for page, version in sorted(notes.items())]
    file.write_text(head + "".join(lines), encoding="utf-8")
