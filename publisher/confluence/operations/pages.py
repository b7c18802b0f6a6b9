"""Pages and blog posts on Cloud, where more than one plain request is needed."""

from collections.abc import Iterator

from publisher.confluence import v1, v2
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.context import SINGULAR, Arguments, Context, first, list_query
from publisher.confluence.operations.items import Item, item
from publisher.confluence.operations.registry import on_cloud
from publisher.errors import UsageError

_EVERY_STATUS = "current,archived,trashed,draft"  # docs/confluence-api.md#trash


@on_cloud("page list")
def _list_pages(context: Context, given: Arguments) -> Iterator[Item]:
    if "label" not in given:
        return _list(context, given, Kind.PAGES, "page")
    others = sorted(set(given.filters()) - {"body-format", "sort"})
    if others:  # Confluence would ignore them without a word
        raise UsageError(
            f"{given.operation.name}: --label goes with --space, --body-format and --sort only, not with --{others[0]}"
        )
    return _list_labelled(context, given)


def _list_labelled(context: Context, given: Arguments) -> Iterator[Item]:
    label = v1.find_label(context.client, given.text("label")).identifier("label.id")
    rows = v2.list_labelled_pages(context.client, label, _query(context, given))
    return first((item("page", row) for row in rows), given.limit)


@on_cloud("blogpost list")
def _list_posts(context: Context, given: Arguments) -> Iterator[Item]:
    return _list(context, given, Kind.BLOGPOSTS, "blogpost")


@on_cloud("task list")
def _list_tasks(context: Context, given: Arguments) -> Iterator[Item]:
    return _list(context, given, Kind.TASKS, "task")


@on_cloud("custom-content list")
def _list_custom(context: Context, given: Arguments) -> Iterator[Item]:
    return _list(context, given, Kind.CUSTOM_CONTENT, "custom-content")


def _query(context: Context, given: Arguments) -> dict[str, str | int]:
    query: dict[str, str | int] = list_query(given.limit, v2.MOST_ROWS, **given.filters())
    if "space" in given:
        query["space-id"] = context.space_id(given.text("space"))
    for name, key in (("type", "type"), ("body_format", "body-format")):
        if name in given:
            query[key] = given.text(name)
    return query


def _list(context: Context, given: Arguments, kind: Kind, result: str) -> Iterator[Item]:
    rows = v2.list_content(context.client, kind, _query(context, given))
    return first((item(result, row) for row in rows), given.limit)


@on_cloud("page create")
def _create_page(context: Context, given: Arguments) -> Item:
    return _create(context, Kind.PAGES, given)


@on_cloud("blogpost create")
def _create_post(context: Context, given: Arguments) -> Item:
    return _create(context, Kind.BLOGPOSTS, given)


def _create(context: Context, kind: Kind, given: Arguments) -> Item:
    data: dict[str, object] = {
        "spaceId": context.space_id(given.text("space")),
        "title": given.text("title"),
        "status": "draft" if given.flag("draft") else "current",
        "body": given.body() or {"representation": "storage", "value": ""},
    }
    if given.text("parent"):
        data["parentId"] = context.page_id(given.text("parent"))
    query = {name: "true" for name in ("private", "root-level") if given.flag(name.replace("-", "_"))}
    return item(SINGULAR[kind], v2.create_content(context.client, kind, data, query))


@on_cloud("page update", "blogpost update")
def _update(context: Context, given: Arguments) -> Item:
    """The next version of what is there, unless a version is named; what is not given stays as it is."""
    kind, number = context.content(given)
    now = v2.get_content(context.client, kind, number, {"body-format": "storage"})
    data: dict[str, object] = {
        "id": number,
        "status": "draft" if now.text("status") == "draft" else "current",
        "title": given.text("title", now.string("title")),
        "body": given.body() or {"representation": "storage", "value": now.text("body.storage.value")},
        "version": {
            "number": given.count("version") or now.number("version.number") + 1,
            "message": given.text("message"),
            **({"minorEdit": True} if given.flag("minor") else {}),
        },
    }
    if given.text("parent"):
        data["parentId"] = context.page_id(given.text("parent"))
    return item(SINGULAR[kind], v2.update_content(context.client, kind, number, data))


@on_cloud("page get", "blogpost get")
def _get(context: Context, given: Arguments) -> Item:
    kind, number = context.content(given)
    query = {**given.filters(), **given.body_format()}
    return item(SINGULAR[kind], v2.get_content(context.client, kind, number, query))


def read_move(given: Arguments) -> tuple[str, str]:
    """(position, the word for the page that is named)."""
    if ("to" in given) == ("parent" in given):
        raise UsageError(f"{given.operation.name}: name the other page with --parent PAGE, or with --to PAGE")
    where = given.text("position", "append")
    if where not in {"append", "before", "after"}:
        raise UsageError("--position is append, before or after")
    if "parent" in given and where != "append":
        raise UsageError(f"{given.operation.name}: --position {where} goes with --to, not with --parent")
    return where, given.text("to") or given.text("parent")


@on_cloud("page move")
def _move(context: Context, given: Arguments) -> Item:
    where, word = read_move(given)
    number, target = context.page_id(given.text("page")), context.page_id(word)
    v1.move_page(context.client, number, where, target)
    return item("page", v2.get_content(context.client, Kind.PAGES, number))


@on_cloud("page delete", "blogpost delete")
def _delete(context: Context, given: Arguments) -> None:
    kind, number = context.content(given)
    query = {name: "true" for name in ("purge", "draft") if given.flag(name)}
    v2.delete_content(context.client, kind, number, query)


@on_cloud("page restore")
def _restore(context: Context, given: Arguments) -> Item:
    """A trashed page that becomes current, with the body that it has (docs/confluence-api.md#trash)."""
    number = context.page_id(given.text("page"))
    query = {"status": _EVERY_STATUS, "body-format": "storage"}
    now = v2.get_content(context.client, Kind.PAGES, number, query)
    if now.text("status") != "trashed":
        raise UsageError(f"the page {number} is not in the trash; its status is {now.text('status')}")
    data = {
        "id": number,
        "status": "current",
        "title": now.string("title"),
        "body": {"representation": "storage", "value": now.string("body.storage.value")},
        "version": {"number": now.number("version.number") + 1, "message": "restored"},
    }
    return item("page", v2.update_content(context.client, Kind.PAGES, number, data))
