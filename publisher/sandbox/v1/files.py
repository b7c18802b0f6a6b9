"""v1 writes and gives out attachments, with the differences of the flavors (docs/confluence-api.md#attachments)."""

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from publisher.sandbox.http import (
    attachment_id,
    bad,
    file_answer,
    html_refusal,
    object_in,
    read_json,
    service_of,
    store_of,
    text_in,
    to_id,
    version_in,
    xsrf_checked,
)
from publisher.sandbox.site import file_id
from publisher.sandbox.store import Refused, Row
from publisher.sandbox.v1.content import content_of
from publisher.sandbox.v1.paging import envelope
from publisher.sandbox.v1.shape import asked, file_value

_MOST_BYTES = 200 * 1024 * 1024


async def _uploads(request: Request) -> list[Row]:
    """name, media, comment and data of each file part."""
    if "multipart/form-data" not in request.headers.get("Content-Type", ""):
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "multipart/form-data is expected")
    found: list[Row] = []
    try:
        async with request.form(max_part_size=_MOST_BYTES) as form:
            comment = form.get("comment", "")
            if isinstance(comment, UploadFile):  # some send it as a file
                comment = (await comment.read()).decode("utf-8", "replace")
            for part in form.getlist("file"):
                if not isinstance(part, UploadFile):
                    raise bad("The part `file` needs a file name")
                name = (part.filename or "file").replace("\\", "/").rpartition("/")[2] or "file"
                media = part.content_type or "application/octet-stream"
                found.append({"name": name, "media": media, "comment": comment or "", "data": await part.read()})
    except (HTTPException, MultiPartException, UnicodeError) as error:
        raise bad(f"The form cannot be read: {error}"[:200]) from None
    if not found:
        raise bad("At least one part `file` is required")
    return found


async def upload(request: Request) -> Response:
    """POST creates (400 if the name is taken), PUT creates or adds a version; Data Center has no PUT here (405)."""
    if request.method == "PUT" and not service_of(request).is_cloud:
        return html_refusal(405)
    xsrf_checked(request)
    row, store, about = content_of(request), store_of(request), asked(request)
    if row["kind"] == "folder":
        raise Refused(501, "NOT_IMPLEMENTED", "Cannot add attachments to content of type folder")
    uploads, names = await _uploads(request), {file["name"] for file in store.attachments(row["id"])}
    if request.method == "POST":
        for each in uploads:
            if each["name"] in names:
                text = f"Cannot add a new attachment with same file name as an existing attachment: {each['name']}"
                raise Refused(400, "BAD_REQUEST", text)
    rows = [store.put_attachment(row["id"], each, replace=True) for each in uploads]
    return JSONResponse(envelope([file_value(about, file) for file in rows], 50))


def _known(request: Request) -> Row:
    """The attachment in the path, which belongs to the content in the path."""
    row = store_of(request).attachment(attachment_id(request.path_params["attachment"]))
    if row["page"] != content_of(request)["id"]:
        raise Refused(404, "", f"No attachment found with id [att{row['id']}]")
    return row


async def upload_data(request: Request) -> Response:
    xsrf_checked(request)
    row, about = _known(request), asked(request)
    uploads = await _uploads(request)
    store_of(request).put_data(row["id"], uploads[0])
    return JSONResponse(file_value(about, store_of(request).attachment(row["id"])))


async def update_file(request: Request) -> Response:
    """Renames an attachment, changes its media type or comment, or restores it from the trash."""
    data, row, about = await read_json(request), _known(request), asked(request)
    if attachment_id(text_in(data, "id")) != row["id"] or text_in(data, "type") != "attachment":
        raise bad("id must be the one in the path, and type attachment")
    metadata, version = object_in(data, "metadata"), version_in(data)
    if version not in {row["version"], row["version"] + 1}:
        text = f"Version must be incremented on update. Current version is: {row['version']}"
        raise Refused(409, "", f"com.atlassian.confluence.api.service.exceptions.ConflictException: {text}")
    change = {
        "name": text_in(data, "title", row["name"]),
        "comment": text_in(metadata, "comment", row["comment"]),
        "media": text_in(metadata, "mediaType", row["media"]),
        "status": text_in(data, "status", row["status"]),
    }
    if change["status"] not in {"current", "trashed"} or not change["name"].strip():
        raise bad("status must be current, and title is not empty")
    return JSONResponse(file_value(about, store_of(request).update_attachment(row["id"], change)))


async def delete_file(request: Request) -> Response:
    store_of(request).delete_attachment(_known(request)["id"])
    return Response(status_code=204)


async def download(request: Request) -> Response:
    """Cloud sends to its media service, with the credential in the query (docs/confluence-api.md#attachments); Data Center answers itself."""
    row = _known(request)
    if service_of(request).is_cloud:
        where = f"{str(request.base_url).rstrip('/')}/media/{row['page']}/{row['id']}/binary?token={file_id(row['id'])}"
        return RedirectResponse(where, 302)
    data, media = store_of(request).attachment_data(row["page"], row["id"])
    return file_answer(data, media)


async def give_media(request: Request) -> Response:
    """The media service: no login, but the token of the address."""
    page, number = (to_id(request.path_params[name]) for name in ("page", "number"))
    if request.query_params.get("token") != file_id(number):
        raise Refused(403, "FORBIDDEN", "The token does not belong to this file")
    data, media = store_of(request).attachment_data(page, number)
    return file_answer(data, media)


async def download_named(request: Request) -> Response:
    """`/download/attachments/{page}/{name}`, as `_links.download` says."""
    row, name = content_of(request), request.path_params["name"]
    found = next((file for file in store_of(request).attachments(row["id"]) if file["name"] == name), None)
    if found is None:
        raise Refused(404, "", f"No attachment {name[:100]}")
    data, media = store_of(request).attachment_data(row["id"], found["id"])
    return file_answer(data, media)
