"""The same operations on Data Center, which has v1 only: pages, blog posts and comments. Answers get v2's names."""

from collections.abc import Iterator

from publisher.confluence import v1
from publisher.confluence.answers import JsonObject
from publisher.confluence.operations.context import Arguments, Context, comment_body, first, list_query
from publisher.confluence.operations.items import Item, item_of_v1
from publisher.confluence.operations.pages import read_move
from publisher.confluence.operations.registry import on_data_center
from publisher.errors import NotFound, UsageError

_EXPAND = "version,space,ancestors,history,body.storage"
_COMMENT = "version,history,container,ancestors,body.storage,extensions.inlineProperties,extensions.resolution"


def _content(context: Context, number: str, **query: str) -> JsonObject:
    return v1.get_content(context.client, number, {"expand": _EXPAND, **query})


def _read_kind(context: Context, given: Arguments) -> tuple[str, str]:
    """(page or blogpost, id)."""
    if "page" in given:
        return "page", context.page_id(given.text("page"))
    return "blogpost", given.text("blogpost")


@on_data_center("page get", "blogpost get", obeys="body_format version status")
def _get(context: Context, given: Arguments) -> Item:
    kind, number = _read_kind(context, given)
    query = {"expand": f"version,space,ancestors,history,body.{given.text('body_format', 'storage')}"}
    if "version" in given:
        query |= {"version": given.text("version"), "status": "historical"}
    if "status" in given:
        query["status"] = given.text("status")
    return item_of_v1(kind, v1.get_content(context.client, number, query))


@on_data_center("page create", "blogpost create", obeys="space title parent draft body body_file representation")
def _create(context: Context, given: Arguments) -> Item:
    body = given.body() or {"representation": "storage", "value": ""}
    kind = given.operation.resource
    data: dict[str, object] = {
        "type": kind,
        "title": given.text("title"),
        "space": {"key": given.text("space")},
        "body": {body["representation"]: body},
        **({"status": "draft"} if given.flag("draft") else {}),
    }
    if given.text("parent"):
        data["ancestors"] = [{"id": context.page_id(given.text("parent"))}]
    return item_of_v1(kind, v1.create_content(context.client, data, {"expand": _EXPAND}))


@on_data_center(
    "page update", "blogpost update", obeys="title parent message version minor body body_file representation"
)
def _update(context: Context, given: Arguments) -> Item:
    kind, number = _read_kind(context, given)
    parent = context.page_id(given.text("parent")) if given.text("parent") else ""
    return _put(context, kind, _content(context, number), given, parent)


def _put(context: Context, kind: str, now: JsonObject, given: Arguments, parent: str) -> Item:
    body = given.body() or {"representation": "storage", "value": now.text("body.storage.value")}
    data: dict[str, object] = {
        "id": now.identifier(),
        "type": kind,
        "status": "current",
        "title": given.text("title", now.string("title")),
        "version": {
            "number": given.count("version") or now.number("version.number") + 1,
            "message": given.text("message"),
            "minorEdit": given.flag("minor"),
        },
        "body": {body["representation"]: body},
        **({"ancestors": [{"id": parent}]} if parent else {}),
    }
    return item_of_v1(kind, v1.update_content(context.client, now.identifier(), data, {"expand": _EXPAND}))


@on_data_center("page move", obeys="to parent position")
def _move(context: Context, given: Arguments) -> Item:
    """Below another page; there is no request that moves beside one (docs/confluence-api.md#data-center)."""
    where, word = read_move(given)
    if where != "append":
        raise UsageError("page move: --position before and after are not available on Data Center")
    now = _content(context, context.page_id(given.text("page")))
    return _put(context, "page", now, Arguments(given.operation, {}), context.page_id(word))


@on_data_center("page delete", "blogpost delete", obeys="purge draft")
def _delete(context: Context, given: Arguments) -> None:
    _, number = _read_kind(context, given)
    query = {"status": "trashed"} if given.flag("purge") else {"status": "draft"} if given.flag("draft") else {}
    v1.delete_content(context.client, number, query)


@on_data_center("page restore")
def _restore(context: Context, given: Arguments) -> Item:
    number = context.page_id(given.text("page"))
    now = _content(context, number, status="trashed")
    data = {
        "id": number,
        "type": "page",
        "status": "current",
        "title": now.string("title"),
        "version": {"number": now.number("version.number") + 1, "message": "restored"},
    }
    query = {"status": "trashed", "expand": _EXPAND}
    return item_of_v1("page", v1.update_content(context.client, number, data, query))


@on_data_center("page ancestors")
def _ancestors(context: Context, given: Arguments) -> Iterator[Item]:
    now = _content(context, context.page_id(given.text("page")))
    rows = now.rows("ancestors") if now.get("ancestors") else []
    return first(
        (Item("ancestor", {"id": row.identifier(), "type": row.get("type", "page")}, row.fields) for row in rows),
        given.limit,
    )


# Comments


@on_data_center("page comments", "blogpost comments", "comment list", obeys="page blogpost kind")
def _comments(context: Context, given: Arguments) -> Iterator[Item]:
    if "page" not in given and "blogpost" not in given:
        raise UsageError("comments of the whole site are not available on Data Center: name --page ID or --blogpost ID")
    _, number = context.content(given)
    query: dict[str, str | int] = list_query(given.limit, v1.MOST_ROWS, expand=_COMMENT)
    if "kind" in given:
        query["location"] = given.text("kind")
    rows = v1.list_comments(context.client, number, query)
    return first((item_of_v1("comment", row) for row in rows), given.limit)


def _comment(context: Context, number: str) -> JsonObject:
    answer = v1.get_content(context.client, number, {"expand": _COMMENT})
    if answer.get("type") != "comment":
        raise NotFound(f"there is no comment {number}", 404)
    return answer


@on_data_center("comment get")
def _get_comment(context: Context, given: Arguments) -> Item:
    return item_of_v1("comment", _comment(context, given.text("comment")))


@on_data_center("comment add", obeys="page blogpost reply_to")
def _add_comment(context: Context, given: Arguments) -> Item:
    named = [name for name in ("page", "blogpost", "reply_to") if name in given]
    if len(named) != 1:
        raise UsageError("name one of --page, --blogpost and --reply-to")
    data: dict[str, object] = {"type": "comment", "body": {"storage": comment_body(given.text("text"))}}
    if "reply_to" in given:
        above = _comment(context, given.text("reply_to"))
        data |= {"container": above.get("container"), "ancestors": [{"id": given.text("reply_to")}]}
    else:
        data["container"] = {"id": context.content(given)[1], "type": named[0]}
    return item_of_v1("comment", v1.create_content(context.client, data, {"expand": _COMMENT}))


@on_data_center("comment update", obeys="version")
def _update_comment(context: Context, given: Arguments) -> Item:
    now = _comment(context, given.text("comment"))
    data = {
        "id": now.identifier(),
        "type": "comment",
        "version": {"number": given.count("version") or now.number("version.number") + 1},
        "body": {"storage": comment_body(given.text("text"))},
    }
    answer = v1.update_content(context.client, now.identifier(), data, {"expand": _COMMENT})
    return item_of_v1("comment", answer)


@on_data_center("comment delete")
def _delete_comment(context: Context, given: Arguments) -> None:
    v1.delete_content(context.client, _comment(context, given.text("comment")).identifier())


@on_data_center("comment replies")
def _replies(context: Context, given: Arguments) -> Iterator[Item]:
    query = list_query(given.limit, v1.MOST_ROWS, expand=_COMMENT)
    rows = v1.list_comments(context.client, given.text("comment"), query)
    return first((item_of_v1("comment", row) for row in rows), given.limit)
