"""Attachments, labels, tasks, folders, people and search on Cloud."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from publisher.confluence import v1, v2
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
from publisher.confluence.operations.items import Item, item, item_of_v1
from publisher.confluence.operations.registry import on_cloud
from publisher.errors import NotFound


@on_cloud("attachment list")
def _list_attachments(context: Context, given: Arguments) -> Iterator[Item]:
    query = list_query(given.limit, v2.MOST_ROWS, **given.filters())
    if "page" in given:
        rows = v2.list_attachments(context.client, Kind.PAGES, context.page_id(given.text("page")), query)
    else:
        rows = v2.list_site_attachments(context.client, query)
    return first((item("attachment", row) for row in rows), given.limit)


@on_cloud("attachment upload")
def _upload(context: Context, given: Arguments) -> Item:
    """Creates it or creates a version; nothing is sent if the bytes are there already."""
    page, file = context.page_id(given.text("page")), Path(given.text("file"))
    name, data = given.text("name", file.name), read_file(file)
    now = next(v2.list_attachments(context.client, Kind.PAGES, page, {"filename": name}), None)
    if now and now.get("fileSize") == len(data) and download(context.client, now.string("downloadLink")) == data:
        return item("attachment", now)
    v1.put_attachment(context.client, page, upload_parts(name, data, given))
    made = next(v2.list_attachments(context.client, Kind.PAGES, page, {"filename": name}), None)
    if made is None:
        raise NotFound(f"the file {name!r} was uploaded, but page {page} does not list it yet", 404)
    return item("attachment", made)


@on_cloud("attachment download")
def _download(context: Context, given: Arguments) -> Item:
    found = v2.get_attachment(context.client, given.text("attachment"))
    return Item("bytes", found.fields, found.fields, partial(stream, context.client, found.string("downloadLink")))


@on_cloud("attachment delete")
def _delete_attachment(context: Context, given: Arguments) -> None:
    v2.delete_attachment(context.client, given.text("attachment"), purge=given.flag("purge"))


@on_cloud("label add")
def _add_labels(context: Context, given: Arguments) -> Iterator[Item]:
    rows = v1.add_labels(context.client, context.page_id(given.text("page")), given.names("names"))
    return (item_of_v1("label", row) for row in rows)


@on_cloud("label remove")
def _remove_labels(context: Context, given: Arguments) -> None:
    page = context.page_id(given.text("page"))
    for name in given.names("names"):
        v1.remove_label(context.client, page, name)


@on_cloud("task complete", "task reopen")
def _set_task(context: Context, given: Arguments) -> Item:
    complete = given.operation.verb == "complete"
    return item("task", v2.update_task(context.client, given.text("task"), complete=complete))


@on_cloud("folder create")
def _create_folder(context: Context, given: Arguments) -> Item:
    data = {"spaceId": context.space_id(given.text("space")), "title": given.text("title")}
    data |= {"parentId": given.text("parent")} if "parent" in given else {}
    return item("folder", v2.create_content(context.client, Kind.FOLDERS, data))


@on_cloud("user get")
def _get_user(context: Context, given: Arguments) -> Item:
    return item_of_v1("user", v1.get_user(context.client, {"accountId": given.text("account")}))


@on_cloud("user search")
def _search_users(context: Context, given: Arguments) -> Iterator[Item]:
    query = list_query(given.limit, 25, cql=f"user.fullname ~ {quote_cql(given.text('name'))}")
    return first((item_of_v1("user", row) for row in v1.search_users(context.client, query)), given.limit)


@on_cloud("search")
def _search(context: Context, given: Arguments) -> Iterator[Item]:
    query = list_query(given.limit, v2.MOST_ROWS, cql=given.text("cql"), **given.filters())
    return first((item_of_v1("found", row) for row in v1.search(context.client, query)), given.limit)
