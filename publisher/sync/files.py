"""Attachments that people added to pages, or put in place of ours: local copies, before anything is written."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from msgspec import Struct

from publisher.convert.compose import Conversion
from publisher.model.snapshot import RemotePage
from publisher.model.tree import AttachmentTarget
from publisher.planning.provenance import is_our_file
from publisher.planning.removals import LIVING
from publisher.planning.rules import Rules
from publisher.remote.port import Remote
from publisher.sync.proposal import Proposal
from publisher.sync.pullfiles import FileCopy

#: Names of files in storage format.
FILE = re.compile(r'ri:filename="([^"]*)"')


class ReplacedFile(Struct, frozen=True):
    """A file of ours that people replaced under its own name. ``change``: theirs over ours."""

    key: str
    page: RemotePage
    change: FileCopy


def download(remote: Remote, page: RemotePage, names: Collection[str], folder: Path) -> dict[str, Path]:
    """Copies of those of the named attachments that the page has, by name."""
    attached = remote.details.read_attachments(page.ref) if names else {}
    found: dict[str, Path] = {}
    for number, name in enumerate(sorted(set(names) & attached.keys())):
        folder.mkdir(parents=True, exist_ok=True)
        found[name] = folder / f"{number}{Path(name).suffix}"
        found[name].write_bytes(remote.details.read_file(attached[name]))
    return found


def find_replaced(
    conversion: Conversion, remote: Remote, proposal: Proposal, rules: Rules, folder: Path
) -> Iterator[ReplacedFile]:
    """The files of documents that people replaced on the pages, and that differ from what is on disk."""
    seen: set[Path] = set()
    for page in proposal.snapshot.owned():
        stamp = page.stamp
        chosen = stamp is not None and (rules.selected is None or stamp.path in rules.selected)
        if stamp is None or not chosen or not stamp.attachments.owned or page.status not in LIVING:
            continue
        ours = conversion.tree.pages.get(stamp.path)
        targets = {t.name: t.path for t in ours.targets.values() if isinstance(t, AttachmentTarget)} if ours else {}
        names = stamp.attachments.owned.keys() & targets.keys()
        attached = remote.details.read_attachments(page.ref) if names else {}
        for name in sorted(names & attached.keys()):
            if is_our_file(attached[name].comment) or targets[name] in seen:
                continue
            copy = folder / f"{page.id}-replaced" / f"{len(seen)}{Path(name).suffix}"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(remote.details.read_file(attached[name]))
            seen.add(targets[name])
            if copy.read_bytes() != targets[name].read_bytes():
                yield ReplacedFile(stamp.path, page, FileCopy(targets[name], copy))
