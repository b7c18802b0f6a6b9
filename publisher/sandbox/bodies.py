"""The body of a page in the forms that the API takes and gives: storage format, the editor's document (ADF), views."""

import json
from collections.abc import Iterable

from starlette.requests import Request

from publisher.sandbox.adf import Unmappable, adf_to_storage, storage_to_adf
from publisher.sandbox.http import bad, object_in, service_of, store_of
from publisher.sandbox.site import file_id
from publisher.sandbox.store import Refused, Row, as_data_center
from publisher.sandbox.view.renderer import PageRenderer

#: Forms that lists give, and that single objects give.
LIST_FORMS = ("storage", "atlas_doc_format")
VIEW_FORMS = ("view", "export_view", "anonymous_export_view", "styled_view")
SINGLE_FORMS = (*LIST_FORMS, *VIEW_FORMS, "editor")
RAW = "raw"  # of custom content, in lists too


def bodies_of(request: Request, row: Row, forms: Iterable[str]) -> Row:
    """Form → `{"representation": …, "value": …}` of a row with a body."""
    found: Row = {}
    for form in forms:
        if form in {"storage", "editor", RAW}:
            value = row["body"] if service_of(request).is_cloud else as_data_center(row["body"])
        elif form == "atlas_doc_format":
            value = _document_of(request, row)
        else:
            value = PageRenderer(store_of(request), row).render()
        found[form] = {"representation": form, "value": value}
    return found


def _document_of(request: Request, row: Row) -> str:
    """As it was sent, where the body has not changed since; else made from the storage format."""
    kept = row.get("document")
    if kept:
        return str(kept)
    try:
        held = store_of(request).attachments(row["id"]) if row["id"] else []
        files = {file["name"]: file_id(file["id"]) for file in held}
        return json.dumps(storage_to_adf(row["body"], files), ensure_ascii=False)
    except Unmappable as error:
        raise Refused(400, "BAD_REQUEST", f"The body cannot be converted to atlas_doc_format: {error}") from None


def body_in(request: Request, data: Row) -> tuple[str | None, str | None]:
    """(storage format, ADF as it was sent or None) of ``body`` in a request; (None, None) if there is none.

    The body is either `{"representation": …, "value": …}` or `{form: {"representation": …, "value": …}}`.
    """
    body = object_in(data, "body")
    if not body:
        return None, None
    if "value" not in body and "representation" not in body:
        chosen = next((form for form in ("storage", "atlas_doc_format", "editor", "wiki") if form in body), None)
        if chosen is None:
            raise bad("body must hold a representation")
        body = {"representation": chosen, **object_in(body, chosen)}
    form, value = body.get("representation", "storage"), body.get("value")
    if value is None:
        return None, None
    if not isinstance(value, str) or not isinstance(form, str):
        raise bad("body.value and body.representation must be strings")
    if form in {"storage", "editor"}:
        return value, None
    if form == "atlas_doc_format" and service_of(request).is_cloud:
        return _from_document(request, value), value
    raise bad(f"The sandbox does not take the representation {form[:40]}")


def _from_document(request: Request, text: str) -> str:
    names = {file_id(file["id"]): file["name"] for file in store_of(request).attachments()}
    try:
        return adf_to_storage(json.loads(text), names)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Unmappable):
            raise Refused(400, "BAD_REQUEST", f"Content body cannot be converted to new format: {error}") from None
        raise Refused(400, "BAD_REQUEST", "Content body is not valid atlas_doc_format: it is not JSON") from None
