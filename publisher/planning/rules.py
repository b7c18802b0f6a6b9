"""What the user decided about a run: the settings that the planner obeys."""

import fnmatch

from msgspec import Struct
from msgspec.structs import replace

from publisher.errors import PlanRefused, UsageError

#: More orphans than this are never removed without being asked for by number.
_PRUNE_MOST = 10
_PRUNE_SHARE = 0.2
_PRUNE_LEAST = 4


class Rules(Struct, frozen=True, kw_only=True):
    """``selected`` None: all pages. ``overwrite``: globs of documents whose hand edits may go. ``taken``: further titles;
    ``claimed``: by plans that are applied before this one.

    ``skip_reason``: changes that are left for later, where they are a page's only ones. ``repair``: what people deleted
    in Confluence comes back. ``replace_text``: pages that a document names may lose the text that people wrote there.
    """

    selected: frozenset[str] | None = None
    on_hand_edit: str = "skip"
    overwrite: tuple[str, ...] = ()
    on_lost_comment: str = "report"
    on_title_taken: str = "suffix"
    prune: str = "off"
    prune_limit: str = ""
    taken: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    skip_reason: frozenset[str] = frozenset()
    allow_downgrade: bool = False
    repair: bool = False
    replace_text: bool = False

    def may_overwrite(self, source: str) -> bool:
        """Whether a hand edit of this document's page may be overwritten."""
        return self.on_hand_edit == "overwrite" or self.names(source)

    def for_draft(self) -> "Rules":
        """The same for a plan that only finds out what is to be read: it refuses nothing, and holds nothing back."""
        return replace(self, on_hand_edit="overwrite", on_lost_comment="report")

    def names(self, source: str) -> bool:
        """Whether somebody named this very document in ``overwrite``: then all that people did on its page may go."""
        return any(fnmatch.fnmatch(source, glob) for glob in self.overwrite)

    def check_loss(self, lost: int, total: int, what: str) -> None:
        """PlanRefused if more pages than the prune limit would go, or have gone."""
        if self.prune_limit:
            allowed = parse_limit(self.prune_limit, total)
            refused = lost > allowed
        else:
            refused = lost > _PRUNE_MOST or (lost >= _PRUNE_LEAST and lost > total * _PRUNE_SHARE)
        if refused:
            text = f"{lost} of {total} pages {what}: more than the limit; nothing was written"
            raise PlanRefused(f"{text}. If that is right, re-run with --prune-limit {lost}")


def parse_limit(text: str, total: int) -> int:
    """``N`` or ``N%`` of ``total``; UsageError for anything else."""
    number = text.removesuffix("%").strip()
    if not number.isdigit():
        raise UsageError(f"--prune-limit: {text!r} is neither a number nor a percentage")
    return total * int(number) // 100 if text.endswith("%") else int(number)
