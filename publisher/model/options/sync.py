"""Where pages go, and what happens to those that are there."""

from typing import Annotated

from msgspec import Struct

from publisher.model.options.option import option
from publisher.model.options.sibling import Sibling


class SyncOptions(Struct, frozen=True, kw_only=True):
    """What planning and applying are told."""

    space: Annotated[str, option("text", "key of the space to publish into", address=True, example="DOCS")] = ""
    parent: Annotated[
        str,
        option(
            "text",
            "page to publish below: id, URL or title (title:2024 forces a title)",
            address=True,
            example="123456",
        ),
    ] = ""
    collection: Annotated[
        str, option("text", "name of the published tree, written on every page", example="acme/handbook")
    ] = ""
    notify: Annotated[bool, option("flag", "notify watchers of updates")] = False
    on_hand_edit: Annotated[str, option("text", "when a page was edited in Confluence and its document has changed", choices=("skip", "pull", "overwrite", "fail"))] = "skip"  # fmt: skip
    overwrite: Annotated[
        tuple[str, ...],
        option(
            "list",
            "documents (globs) whose hand edits are overwritten in this run",
            in_file=False,
            example="guide/*.md",
        ),
    ] = ()
    on_lost_comment: Annotated[
        str, option("text", "when the text of an inline comment is gone", choices=("report", "skip", "fail"))
    ] = "report"
    on_title_taken: Annotated[
        str, option("text", "when another page already has the title", choices=("suffix", "fail"))
    ] = "suffix"
    prune: Annotated[
        str, option("text", "what to do with pages whose document was deleted", choices=("off", "archive", "trash"))
    ] = "off"
    prune_limit: Annotated[
        str, option("text", "how many pages (N or N%) this run may remove", in_file=False, example="10%")
    ] = ""
    new_root: Annotated[bool, option("flag", "start again with a new root page where ours is gone", in_file=False)] = (
        False
    )
    move_root: Annotated[bool, option("flag", "move the root page below the parent of the settings", in_file=False)] = (
        False
    )
    take_over: Annotated[
        tuple[str, ...],
        option(
            "list", "continue with the pages of the collections of these names, under the new one", example="old-name"
        ),
    ] = ()
    skip_reason: Annotated[
        tuple[str, ...],
        option(
            "list",
            "changes to leave for later: converter (another version of Publisher), settings",
            in_file=False,
            example="converter",
        ),
    ] = ()
    allow_downgrade: Annotated[bool, option("flag", "rewrite pages that a newer Publisher wrote", in_file=False)] = (
        False
    )
    unwatch: Annotated[bool, option("flag", "do not become a watcher of new pages")] = False
    lease: Annotated[
        float, option("seconds", "lock timeout in seconds: a run that stops responding loses its lock", example="60")
    ] = 120.0
    wait: Annotated[
        float, option("seconds", "seconds to wait for another run of the same collection", example="600")
    ] = 300.0
    jobs: Annotated[int, option("count", "requests at the same time, at most", example="3")] = 6
    repair: Annotated[
        bool, option("flag", "restore files and labels that were deleted in Confluence", in_file=False)
    ] = False
    yes: bool = False
    """Somebody has confirmed what needs it: text that a person wrote may be replaced."""
    adopt: bool = False
    """Pages that another tool made become ours."""
    given: frozenset[str] = frozenset()
    """Keys whose value comes from a flag or the environment."""
    folder_path: str = ""
    """Path of the docs folder among several of one publisher.yml: the name of its collection, if it has no other."""
    siblings: tuple[Sibling, ...] = ()
    """The other collections of that publisher.yml."""
    own_space: bool = False
    """The space belongs to this docs folder alone, as in the sandbox: its pages are looked for nowhere else."""
    edition: str = ""
    """The suffix of the collection's name, so that a profile's or a part's pages are its own."""
