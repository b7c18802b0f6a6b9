"""Content properties on Cloud."""

from collections.abc import Iterator

from publisher.confluence import v2
from publisher.confluence.answers import JsonObject
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.context import Arguments, Context, first, list_query
from publisher.confluence.operations.items import Item, item
from publisher.confluence.operations.registry import on_cloud
from publisher.errors import NotFound, VersionConflict


@on_cloud("property list")
def _list(context: Context, given: Arguments) -> Iterator[Item]:
    kind, number = context.holder(given)
    query = list_query(given.limit, v2.MOST_ROWS, **given.filters())
    rows = v2.list_properties(context.client, kind, number, query)
    return first((item("property", row) for row in rows), given.limit)


def _find(context: Context, kind: Kind, number: str, key: str) -> JsonObject | None:
    return next(v2.list_properties(context.client, kind, number, {"key": key}), None)


@on_cloud("property get")
def _get(context: Context, given: Arguments) -> Item:
    (kind, number), key = context.holder(given), given.text("key")
    found = _find(context, kind, number, key)
    if found is None and key.isdigit():
        found = v2.get_property(context.client, kind, number, key)
    if found is None:
        raise NotFound(f"there is no property {key!r}", 404)
    return item("property", found)


@on_cloud("property set")
def _set(context: Context, given: Arguments) -> Item:
    """Confluence creates some properties by itself: a conflict on creation is answered by an update."""
    (kind, number), key = context.holder(given), given.text("key")
    now = _find(context, kind, number, key)
    if now is None:
        try:
            return item("property", v2.create_property(context.client, kind, number, key, given["value"]))
        except VersionConflict:
            now = _find(context, kind, number, key)
            if now is None:
                raise
    version = {"number": given.count("version") or now.number("version.number") + 1}
    data = {"key": key, "value": given["value"], "version": version}
    return item("property", v2.update_property(context.client, kind, number, now.identifier(), data))


@on_cloud("property delete")
def _delete(context: Context, given: Arguments) -> None:
    (kind, number), key = context.holder(given), given.text("key")
    found = _find(context, kind, number, key)
    if found is None:
        raise NotFound(f"there is no property {key!r}", 404)
    v2.delete_property(context.client, kind, number, found.identifier())
