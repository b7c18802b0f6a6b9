"""The same operations on Data Center: properties, attachments, labels, people and search."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from publisher.confluence import endpoints as to
from publisher.confluence import v1
from publisher.confluence.endpoints import Kind
from publisher.confluence.operations.context import (
    Arguments,
    Context,
    download,
    first,
    list_query,
    quote_cql,
    read_file,
    stream,
    upload_parts,
)
from publisher.confluence.operations.items import Item, item_of_v1
from publisher.confluence.operations.registry import on_data_center
from publisher.confluence.v1 import Holder
from publisher.errors import NotFound, UsageError, VersionConflict

_HOLDERS = "blogpost attachment comment space"
_FILE = {"expand": "version,container"}


def _holder(context: Context, given: Arguments) -> tuple[Holder, str]:
    kind, number = context.holder(given)
    return ("space" if kind is Kind.SPACES else "content"), number


@on_data_center("property list", obeys=f"key {_HOLDERS}")
def _list_properties(context: Context, given: Arguments) -> Iterator[Item]:
    holder, number = _holder(context, given)
    rows = (item_of_v1("property", row) for row in v1.list_properties(context.client, holder, number))
    return first((row for row in rows if given.get("key") in {None, row.get("key")}), given.limit)


@on_data_center("property get", obeys=_HOLDERS)
def _get_property(context: Context, given: Arguments) -> Item:
    holder, number = _holder(context, given)
    return item_of_v1("property", v1.get_property(context.client, holder, number, given.text("key")))


@on_data_center("property set", obeys=f"version {_HOLDERS}")
def _set_property(context: Context, given: Arguments) -> Item:
    (holder, number), key = _holder(context, given), given.text("key")
    try:
        now = v1.get_property(context.client, holder, number, key)
    except NotFound:
        try:
            return item_of_v1("property", v1.create_property(context.client, holder, number, key, given["value"]))
        except VersionConflict:
            now = v1.get_property(context.client, holder, number, key)
    version = {"number": given.count("version") or now.number("version.number") + 1}
    data = {"id": now.get("id"), "value": given["value"], "version": version}
    return item_of_v1("property", v1.update_property(context.client, holder, number, key, data))


@on_data_center("property delete", obeys=_HOLDERS)
def _delete_property(context: Context, given: Arguments) -> None:
    holder, number = _holder(context, given)
    v1.delete_property(context.client, holder, number, given.text("key"))


@on_data_center("attachment list", obeys="page filename")
def _list_attachments(context: Context, given: Arguments) -> Iterator[Item]:
    if "page" not in given:
        raise UsageError("attachment list: without --page it is not available on Data Center")
    query = list_query(given.limit, v1.MOST_ROWS, **_FILE)
    query |= {"filename": given.text("filename")} if "filename" in given else {}
    rows = v1.list_attachments(context.client, context.page_id(given.text("page")), query)
    return first((item_of_v1("attachment", row) for row in rows), given.limit)


@on_data_center("attachment upload", obeys="name comment minor")
def _upload(context: Context, given: Arguments) -> Item:
    """POST creates, POST of the data creates a version: there is no PUT on the collection."""
    page, file = context.page_id(given.text("page")), Path(given.text("file"))
    name, data = given.text("name", file.name), read_file(file)
    files = upload_parts(name, data, given)
    now = next(v1.list_attachments(context.client, page, {"filename": name, **_FILE}), None)
    if now is None:
        return item_of_v1("attachment", v1.create_attachment(context.client, page, files))
    found = item_of_v1("attachment", now)
    same = found.get("fileSize") == len(data)
    if same and download(context.client, str(found.get("downloadLink"))) == data:
        return found
    return item_of_v1("attachment", v1.update_attachment(context.client, page, now.identifier(), files))


@on_data_center("attachment download", obeys="output")
def _download(context: Context, given: Arguments) -> Item:
    answer = v1.get_content(context.client, given.text("attachment"), {"expand": "version"})
    found = item_of_v1("attachment", answer)
    link = str(found.get("downloadLink"))
    return Item("bytes", found.fields, answer.fields, partial(stream, context.client, link))


@on_data_center("attachment delete", obeys="purge")
def _delete_attachment(context: Context, given: Arguments) -> None:
    query = {"status": "trashed"} if given.flag("purge") else {}
    v1.delete_content(context.client, given.text("attachment"), query)


@on_data_center("label add")
def _add_labels(context: Context, given: Arguments) -> Iterator[Item]:
    rows = v1.add_labels(context.client, context.page_id(given.text("page")), given.names("names"))
    return (item_of_v1("label", row) for row in rows)


@on_data_center("label remove")
def _remove_labels(context: Context, given: Arguments) -> None:
    page = context.page_id(given.text("page"))
    for name in given.names("names"):
        v1.remove_label(context.client, page, name)


@on_data_center("user get")
def _get_user(context: Context, given: Arguments) -> Item:
    return item_of_v1("user", v1.get_user(context.client, {"username": given.text("account")}))


@on_data_center("user search")
def _search_users(context: Context, given: Arguments) -> Iterator[Item]:
    query = {"cql": f"type = user and user.fullname ~ {quote_cql(given.text('name'))}"}
    rows = v1.list_from(context.client, to.SEARCH, (), list_query(given.limit, v1.MOST_ROWS, **query))
    return first((item_of_v1("user", row) for row in rows), given.limit)


@on_data_center("search", obeys="excerpt")
def _search(context: Context, given: Arguments) -> Iterator[Item]:
    query: dict[str, str | int] = list_query(given.limit, v1.MOST_ROWS, cql=given.text("cql"))
    query |= {"excerpt": given.text("excerpt")} if "excerpt" in given else {}
    return first((item_of_v1("found", row) for row in v1.search(context.client, query)), given.limit)
