"""What stands around every page of the view: the space at hand with its tree, the way to others, previous and next."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup
from msgspec import Struct, field

from publisher.sandbox.store import Row, Store
from publisher.sandbox.view.drawing import Links
from publisher.sandbox.view.icons import icon

Children = Mapping[int | None, list[Row]]


class Frame(Struct, frozen=True):
    """``home``: where the name leads. ``others``: name and address of the other spaces."""

    name: str = "Sandbox"
    key: str = ""
    home: str = "/"
    tree: Markup = field(default_factory=Markup)
    others: tuple[tuple[str, str], ...] = ()
    previous: Row | None = None
    next: Row | None = None


def frame_of(store: Store, links: Links, page: Row | None = None, entrance: int = 0) -> Frame:
    """Around ``page``; without one, around the space of ``entrance``, or the only one."""
    spaces = [space for space in store.spaces() if space["homepage"]]
    here = page or (store.content(entrance) if entrance else None)
    space = next((row for row in spaces if here and row["id"] == here["space"]), None)
    if space is None and len(spaces) == 1:
        space = spaces[0]
    others = tuple(
        (str(row["name"]), links.page({"id": row["homepage"]}))
        for row in spaces
        if space is None or row["id"] != space["id"]
    )
    if space is None:
        return Frame(others=others)
    children: dict[int | None, list[Row]] = {}
    for row in store.tree_rows(space["id"]):
        children.setdefault(row["parent"], []).append(row)
    tops = [row for row in children.get(None, ()) if row["id"] != space["homepage"]]
    children[None] = [*children.get(space["homepage"], ()), *tops]
    current = page["id"] if page else 0
    open_rows = _path(children, current)
    tree = _branch(children, None, links, current, open_rows)
    posts = store.pages(["current"], space["id"], None, ("blogpost",))
    if posts:
        tree += Markup('<p class="posts">Blog</p>') + _branch({None: posts}, None, links, current, open_rows)
    before, after = _around([row for row in _in_order(children, None) if row["kind"] != "folder"], current)
    first = children[None][0] if entrance and len(children[None]) == 1 else {"id": space["homepage"]}
    return Frame(str(space["name"]), str(space["key"]), links.page(first), tree, others, before, after)


def _path(children: Children, current: int) -> frozenset[int]:
    """The ids whose branches are open: the current page and all above it, or the top of the tree."""
    parents = {row["id"]: parent for parent, rows in children.items() for row in rows}
    found = {row["id"] for row in children.get(None, ())} if len(children.get(None, ())) == 1 else set()
    up: int | None = current
    while up is not None and up in parents:
        found.add(up)
        up = parents[up]
    return frozenset(found)


def _in_order(children: Children, parent: int | None) -> Iterator[Row]:
    for row in children.get(parent, ()):
        yield row
        if row["id"] in children:
            yield from _in_order(children, row["id"])


def _around(rows: list[Row], current: int) -> tuple[Row | None, Row | None]:
    """The rows before and behind the current one; of none, nothing."""
    at = next((number for number, row in enumerate(rows) if row["id"] == current), None)
    if at is None:
        return None, None
    return rows[at - 1] if at else None, rows[at + 1] if at + 1 < len(rows) else None


def _branch(children: Children, parent: int | None, links: Links, current: int, open_rows: frozenset[int]) -> Markup:
    """Nested lists. What is folded is there, hidden."""
    items = Markup()
    for row in children.get(parent, ()):
        fold, below = Markup(), Markup()
        if row["id"] in children:
            shown = row["id"] in open_rows
            inner = _branch(children, row["id"], links, current, open_rows)
            below = Markup('<ul id="below-{}"{}>{}</ul>').format(
                row["id"], Markup() if shown else Markup(" hidden"), inner
            )
            fold = Markup(
                '<button type="button" class="fold" aria-expanded="{}" aria-controls="below-{}" aria-label="Below {}">{}</button>'
            ).format("true" if shown else "false", row["id"], row["title"], icon("chevron"))
        name = Markup('<span class="folder">{}{}</span>').format(icon("folder"), row["title"])
        if row["kind"] != "folder":
            mark = Markup(' aria-current="page"') if row["id"] == current else Markup()
            name = Markup('<a href="{}"{}>{}</a>').format(links.page(row), mark, row["title"])
        items += Markup('<li data-id="{}"><div>{}{}</div>{}</li>').format(row["id"], fold, name, below)
    return items if parent is not None else Markup("<ul>{}</ul>").format(items) if items else items
