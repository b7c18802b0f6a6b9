"""Which scopes a token needs for what: for the guide, for ``doctor``, and for messages. Imports no HTTP library.

What publishing asks is listed here; a test runs publishes against the sandbox and compares (tests/contract/test_scopes.py).
"""

from msgspec import Struct

from publisher.confluence import endpoints as to
from publisher.confluence.endpoints import Endpoint, Kind
from publisher.confluence.operations.table import OPERATIONS


class Need(Struct, frozen=True):
    """Something that Publisher does, and what it asks of Confluence for it."""

    name: str
    """As the guide's table shows it."""
    endpoints: tuple[Endpoint, ...]
    probe: Endpoint | None = None
    """The endpoint that shows whether it is allowed; ``doctor`` asks for something that does not exist."""

    @property
    def classic(self) -> tuple[str, ...]:
        """Scopes of v1, where a classic one exists; of v2 there are none."""
        return tuple(sorted({scope for endpoint in self.endpoints for scope in endpoint.scopes}))

    @property
    def granular(self) -> tuple[str, ...]:
        """Scopes of v2, and of v1 where there is no classic one."""
        found = {scope for each in self.endpoints if not each.scopes for scope in each.granular}
        return tuple(sorted(found))

    @property
    def only_granular(self) -> tuple[str, ...]:
        """Everything for a token that has granular scopes only."""
        return tuple(sorted({scope for endpoint in self.endpoints for scope in endpoint.granular}))


READ = Need(
    "read pages and their state",
    (
        to.CURRENT_USER,
        to.LIST[Kind.SPACES],
        to.LIST[Kind.PAGES],
        to.GET[Kind.PAGES],
        to.LIST_SPACE_PAGES,
        to.LIST_PROPERTIES[Kind.PAGES],
    ),
    to.GET[Kind.PAGES],
)
WRITE = Need(
    "create and update pages",
    (
        to.CREATE[Kind.PAGES],
        to.UPDATE[Kind.PAGES],
        to.CREATE_PROPERTY[Kind.PAGES],
        to.UPDATE_PROPERTY[Kind.PAGES],
        to.DELETE_PROPERTY[Kind.PAGES],
    ),
    to.UPDATE[Kind.PAGES],
)
COMMENTS = Need(
    "keep comments",
    (to.LIST_INLINE_COMMENTS[Kind.PAGES], to.LIST_FOOTER_COMMENTS[Kind.PAGES]),
    to.LIST_INLINE_COMMENTS[Kind.PAGES],
)
READ_FILES = Need("read attachments", (to.LIST_ATTACHMENTS[Kind.PAGES],), to.GET[Kind.ATTACHMENTS])
WRITE_FILES = Need("upload attachments", (to.PUT_ATTACHMENT,), to.PUT_ATTACHMENT)
DELETE_FILES = Need("delete attachments", (to.DELETE[Kind.ATTACHMENTS],), to.DELETE[Kind.ATTACHMENTS])
LABELS = Need("add and remove labels", (to.ADD_LABELS, to.REMOVE_LABEL, to.LIST_LABELS[Kind.PAGES]), to.ADD_LABELS)
ORDER = Need("move pages and keep their order", (to.MOVE, to.LIST_CHILDREN[Kind.PAGES]), to.MOVE)
TREE = Need("read the order of pages", (to.LIST_CHILDREN[Kind.PAGES],), to.LIST_CHILDREN[Kind.PAGES])
TRASH = Need("prune: move pages to the trash", (to.DELETE[Kind.PAGES],), to.DELETE[Kind.PAGES])
ARCHIVE = Need("prune: archive pages", (to.ARCHIVE, to.LONG_TASK), to.LONG_TASK)
RESTRICT = Need("restrictions", (to.GET_RESTRICTIONS, to.PUT_RESTRICTIONS), to.GET_RESTRICTIONS)
HIDDEN = Need("tell hidden pages from purged ones", (to.CHECK_PERMISSION,), to.CHECK_PERMISSION)
STATE = Need("content status", (to.GET_STATE, to.SET_STATE, to.REMOVE_STATE), to.REMOVE_STATE)
UNWATCH = Need("stop watching what was published", (to.UNWATCH,), to.UNWATCH)
POSTS = Need(
    "blog posts",
    (
        to.LIST_SPACE_POSTS,
        to.LIST[Kind.BLOGPOSTS],
        to.GET[Kind.BLOGPOSTS],
        to.CREATE[Kind.BLOGPOSTS],
        to.UPDATE[Kind.BLOGPOSTS],
        to.DELETE[Kind.BLOGPOSTS],
        to.LIST_PROPERTIES[Kind.BLOGPOSTS],
        to.CREATE_PROPERTY[Kind.BLOGPOSTS],
        to.UPDATE_PROPERTY[Kind.BLOGPOSTS],
        to.DELETE_PROPERTY[Kind.BLOGPOSTS],
        to.LIST_ATTACHMENTS[Kind.BLOGPOSTS],
        to.LIST_INLINE_COMMENTS[Kind.BLOGPOSTS],
        to.LIST_FOOTER_COMMENTS[Kind.BLOGPOSTS],
    ),
    to.GET[Kind.BLOGPOSTS],
)
FOLDERS = Need(
    "folders",
    (
        to.CREATE[Kind.FOLDERS],
        to.GET[Kind.FOLDERS],
        to.DELETE[Kind.FOLDERS],
        to.LIST_CHILDREN[Kind.FOLDERS],
        to.LIST_PROPERTIES[Kind.FOLDERS],
        to.CREATE_PROPERTY[Kind.FOLDERS],
        to.UPDATE_PROPERTY[Kind.FOLDERS],
        to.DELETE_PROPERTY[Kind.FOLDERS],
    ),
    to.GET[Kind.FOLDERS],
)
#: What publishing does, in the order of the guide.
PUBLISHING = (READ, WRITE, COMMENTS, READ_FILES, WRITE_FILES, DELETE_FILES, LABELS, ORDER, TRASH, ARCHIVE, RESTRICT, HIDDEN, STATE,
              UNWATCH, POSTS, FOLDERS)  # fmt: skip


def command_needs() -> tuple[Need, ...]:
    """One for each command of the table of operations. Finding a page by its title, or a space by its key, included."""
    rows = []
    for operation in OPERATIONS:
        kinds = {argument.kind for argument in (*operation.arguments, *operation.options)}
        finding = [to.LIST[Kind.SPACES]] if kinds & {"space", "page"} else []
        finding += [to.LIST[Kind.PAGES]] if "page" in kinds else []
        if operation.resource not in {"gateway", "connection"}:
            rows.append(Need(f"publisher {operation.name}", (*operation.endpoints, *finding)))
    return tuple(rows)
