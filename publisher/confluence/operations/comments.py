"""Comments on Cloud."""

from collections.abc import Iterator, Mapping

from publisher.confluence import v2
from publisher.confluence.answers import JsonObject
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.context import Arguments, Context, comment_body, list_query
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.registry import on_cloud
from publisher.confluence.v2 import CommentKind
from publisher.errors import NotFound, Rejected, UsageError

_KINDS: tuple[CommentKind, ...] = ("footer", "inline")


@on_cloud("page comments", "blogpost comments", "comment list")
def _list(context: Context, given: Arguments) -> Iterator[Item]:
    """Of a page or blog post; of the whole site if neither is named. Footer comments first."""
    if given.text("kind", "footer") not in _KINDS:
        raise UsageError("--kind is footer or inline")
    if "page" in given and "blogpost" in given:
        raise UsageError("name a page or a blog post, not both")
    content = context.content(given) if "page" in given or "blogpost" in given else None
    return _rows(context, given, content)


def _rows(context: Context, given: Arguments, content: tuple[Kind, str] | None) -> Iterator[Item]:
    left = given.limit
    query = {**given.filters(), **given.body_format()}
    for each in _KINDS:
        if given.text("kind", each) != each or left == 0:
            continue
        chosen = {name: value for name, value in query.items() if each == "inline" or name != "resolution-status"}
        asked = list_query(left, v2.MOST_ROWS, **chosen)
        rows = (
            v2.list_comments(context.client, *content, each, asked)
            if content
            else v2.list_site_comments(context.client, each, asked)
        )
        for row in rows:
            yield _comment(row, each)
            left = left - 1 if left is not None else None
            if left == 0:
                break


def _comment(row: JsonObject, kind: CommentKind) -> Item:
    """With the author and the date of its version beside its own fields, so that one name serves both products."""
    version = row.nested("version")
    more = {"kind": kind, "authorId": version.get("authorId"), "createdAt": version.get("createdAt")}
    return Item("comment", {**more, **row.fields, "kind": kind}, row.fields)


def _kind_of(context: Context, number: str) -> CommentKind:
    """The id does not tell the kind: the footer comments are asked first."""
    try:
        v2.get_comment(context.client, "footer", number, {})
    except NotFound:
        return "inline"
    return "footer"


@on_cloud("comment get")
def _get(context: Context, given: Arguments) -> Item:
    number = given.text("comment")
    try:
        return _comment(v2.get_comment(context.client, "footer", number, given.body_format()), "footer")
    except NotFound:
        return _comment(v2.get_comment(context.client, "inline", number, given.body_format()), "inline")


@on_cloud("comment add")
def _add(context: Context, given: Arguments) -> Item:
    named = [name for name in ("page", "blogpost", "reply_to") if name in given]
    if len(named) != 1:
        raise UsageError("name one of --page, --blogpost and --reply-to")
    data: dict[str, object] = {"body": comment_body(given.text("text"))}
    kind: CommentKind = "footer"
    if "reply_to" in given:
        kind = _kind_of(context, given.text("reply_to"))
        data["parentCommentId"] = given.text("reply_to")
    else:
        content, number = context.content(given)
        data["pageId" if content is Kind.PAGES else "blogPostId"] = number
        if "selection" in given:
            kind = "inline"
            data["inlineCommentProperties"] = _select(context, content, number, given)
    return _comment(v2.create_comment(context.client, kind, data), kind)


def _select(context: Context, kind: Kind, number: str, given: Arguments) -> dict[str, object]:
    """Which occurrence of the text is meant: its index from 0, of so many (docs/confluence-api.md#comments)."""
    from publisher.storage import parse_body

    text = given.text("selection")
    page = v2.get_content(context.client, kind, number, {"body-format": "storage"})
    count = "".join(map(str, parse_body(page.text("body.storage.value")).itertext())).count(text)
    index = (given.count("match") or 1) - 1
    if not 0 <= index < count:
        raise Rejected(f"the text {text!r} is {count} times on the page", 400)
    return {"textSelection": text, "textSelectionMatchCount": count, "textSelectionMatchIndex": index}


def _change(
    context: Context, given: Arguments, kind: CommentKind, change: Mapping[str, object], version: int | None = None
) -> Item:
    number = given.text("comment")
    now = v2.get_comment(context.client, kind, number, {"body-format": "storage"})
    kept = {"representation": "storage", "value": now.text("body.storage.value")}
    data = {"version": {"number": version or now.number("version.number") + 1}, "body": kept, **change}
    return _comment(v2.update_comment(context.client, kind, number, data), kind)


@on_cloud("comment update")
def _update(context: Context, given: Arguments) -> Item:
    kind = _kind_of(context, given.text("comment"))
    return _change(context, given, kind, {"body": comment_body(given.text("text"))}, given.count("version"))


@on_cloud("comment resolve", "comment reopen")
def _resolve(context: Context, given: Arguments) -> Item:
    if _kind_of(context, given.text("comment")) == "footer":
        raise UsageError(f"the comment {given.text('comment')} is a footer comment: only inline comments are resolved")
    return _change(context, given, "inline", {"resolved": given.operation.verb == "resolve"})


@on_cloud("comment delete")
def _delete(context: Context, given: Arguments) -> None:
    number = given.text("comment")
    v2.delete_comment(context.client, _kind_of(context, number), number)


@on_cloud("comment replies")
def _replies(context: Context, given: Arguments) -> Iterator[Item]:
    number, left = given.text("comment"), given.limit
    kind = _kind_of(context, number)
    query = list_query(left, v2.MOST_ROWS, **given.filters(), **given.body_format())
    for count, row in enumerate(v2.list_replies(context.client, kind, number, query), 1):
        yield _comment(row, kind)
        if count == left:
            return
