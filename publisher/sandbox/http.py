"""Requests and answers without their resources: logins, input that is checked, errors in the shape of the API that was asked."""

import base64
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from publisher.sandbox.service import REFUSED_TOKEN, Service
from publisher.sandbox.store import ACCOUNT, MAX_ID, VIEWER, Refused, Row, Store

Handler = Callable[[Request], Awaitable[Response]]
#: (method, path, handler).
Table = list[tuple[str, str, Handler]]
V2, V1 = "/wiki/api/v2", "/wiki/rest/api"
MOST_BYTES = 5 * 1024 * 1024  # of a request, docs/confluence-api.md#pages
_BAD_PARAMETER = "INVALID_REQUEST_PARAMETER"
_NAMES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict",
    413: "Payload Too Large", 415: "Unsupported Media Type", 501: "Not Implemented",
}  # fmt: skip


def store_of(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def bad(text: str) -> Refused:
    """A request that is wrong."""
    return Refused(400, _BAD_PARAMETER, text)


def not_found(what: str, number: object) -> Refused:
    return Refused(404, "NOT_FOUND", f"Cannot find a {what} with id [{number}]")


# Input


def to_id(value: object, name: str = "id") -> int:
    """A number that Confluence takes for an id."""
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > MAX_ID:
        raise bad(f"Provided value {{{text[:100]}}} for '{name}' is not the correct type. Expected type is long")
    return int(text)


def optional_id(value: object, name: str = "id") -> int | None:
    return None if value in (None, "") else to_id(value, name)


def number_of(request: Request, name: str) -> int:
    """The id in the path."""
    return to_id(request.path_params[name])


def attachment_id(text: str) -> int:
    """The number of ``att123`` (or 123, which some take)."""
    number = text.removeprefix("att")
    if not re.fullmatch(r"[0-9]{1,19}", number) or int(number) > MAX_ID:
        raise bad(f"Provided value {{{text[:100]}}} for 'id' is not the correct type. Expected type is ContentId")
    return int(number)


def query_number(request: Request, name: str, default: int, low: int, high: int) -> int:
    text = request.query_params.get(name, str(default))
    if not re.fullmatch(r"-?[0-9]{1,18}", text) or not low <= int(text) <= high:
        raise bad(f"Provided value {{{text[:100]}}} for '{name}' must be a number between {low} and {high}")
    return int(text)


def query_list(request: Request, name: str) -> list[str]:
    """Given once with commas, or several times."""
    return [part.strip() for item in request.query_params.getlist(name) for part in item.split(",") if part.strip()]


def query_ids(request: Request, name: str, most: int = 250) -> set[int]:
    found = {to_id(part, name) for part in query_list(request, name)}
    if len(found) > most:
        raise bad(f"{name} takes {most} values at most")
    return found


def query_choice(request: Request, name: str, choices: Iterable[str]) -> list[str]:
    found, known = query_list(request, name), set(choices)
    for value in found:
        if value not in known:
            raise bad(f"Provided value {{{value[:100]}}} for '{name}' is not valid. Expected one of {sorted(known)}")
    return found


def query_flag(request: Request, name: str) -> bool:
    text = request.query_params.get(name, "false").lower()
    if text not in {"true", "false"}:
        raise bad(f"Provided value {{{text[:100]}}} for '{name}' is not the correct type. Expected type is boolean")
    return text == "true"


async def read_any(request: Request) -> Any:
    """The JSON of the body."""
    if "json" not in request.headers.get("Content-Type", ""):
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise Refused(413, "PAYLOAD_TOO_LARGE", "The request is larger than 5 MB")
    try:
        text = json.dumps(data := json.loads(body, parse_constant=_no_number), ensure_ascii=False)
        text.encode("utf-8")
    except (ValueError, RecursionError):
        raise Refused(400, "BAD_REQUEST", "Malformed JSON") from None
    return data


def _no_number(text: str) -> float:
    raise ValueError(text)


async def read_json(request: Request) -> Row:
    data = await read_any(request)
    if not isinstance(data, dict):
        raise Refused(400, "BAD_REQUEST", "An object is expected")
    return data


def text_in(data: Row, name: str, default: str | None = None) -> str:
    """A string of the body; required unless there is a default. A string holds no NUL."""
    value = data.get(name)
    if value is None:
        value = default
    if not isinstance(value, str) or "\0" in value:
        raise bad(f"{name} must be a string" if value is not None else f"{name} is required")
    return value


def object_in(data: Row, name: str) -> Row:
    """An object of the body; empty if it is not there."""
    value = data.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad(f"{name} must be an object")
    return value or {}


def list_in(data: Row, name: str) -> list[Any]:
    """A list of the body; empty if it is not there."""
    value = data.get(name)
    if value is not None and not isinstance(value, list):
        raise bad(f"{name} must be a list")
    return value or []


def version_in(data: Row) -> int:
    """``version.number``, which every update needs."""
    number = object_in(data, "version").get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**31:
        raise bad("version.number is required, and is a number")
    return number


def time_in(data: Row, name: str) -> str | None:
    """A time of the body as Confluence writes it."""
    if data.get(name) is None:
        return None
    try:
        datetime.fromisoformat(text_in(data, name))
    except ValueError:
        raise bad(f"{name} is not a time like 2026-01-31T12:00:00.000Z") from None
    return text_in(data, name)


# Logins


def token_of(request: Request) -> str:
    """The token, password or key that was sent; empty if there was none."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "basic":
        with contextlib.suppress(ValueError):
            given = base64.b64decode(given).decode().partition(":")[2]
    return given.strip()


def is_refused(request: Request, *, anonymous: bool = True) -> bool:
    """Whether the login is not the one that is wanted. ``anonymous``: no login counts as a wrong one where one is wanted."""
    service, given = service_of(request), token_of(request)
    basic = request.headers.get("Authorization", "").lower().startswith("basic")
    wanted = service.password if basic and not service.is_cloud else service.token
    if given == REFUSED_TOKEN:
        return True
    return bool(service.token) and given != wanted and (anonymous or bool(given))


def check_login(request: Request) -> None:
    """Bad credentials: v2 hides everything, v1 says so (docs/confluence-api.md#errors)."""
    if is_refused(request):
        v2 = "/api/v2/" in request.url.path
        raise Refused(404, "NOT_FOUND", "Not Found") if v2 else Refused(403, "", "caller cannot access Confluence")


def allow_all(request: Request) -> None:
    """For routes that look at the login themselves."""


# Errors


def guarded(handler: Handler, check: Callable[[Request], None] = check_login) -> Handler:
    """The handler as the account: what is restricted is hidden from it, and what it is refused is an answer."""

    async def answer(request: Request) -> Response:
        token = VIEWER.set(ACCOUNT)
        try:
            check(request)
            return await handler(request)
        except Refused as error:
            return error_answer(request, error)
        finally:
            VIEWER.reset(token)

    return answer


def error_answer(request: Request, error: Refused) -> Response:
    """Errors in the shape of the API that was asked (docs/confluence-api.md#errors)."""
    path = request.url.path
    if "/api/v2/" in path:
        item = {"status": error.status, "code": error.code, "title": error.text, "detail": None}
        return JSONResponse({"errors": [item]}, error.status)
    if path.startswith(("/connections", "/confluence/oauth", "/oauth")):
        return JSONResponse({"code": error.status, "message": error.text}, error.status)
    data = {"authorized": error.status != 403, "valid": error.status != 400, "errors": [], "successful": False}
    reason = {"reason": _NAMES.get(error.status, "")} if not service_of(request).is_cloud else {}
    return JSONResponse({"statusCode": error.status, "data": data, "message": error.text, **reason}, error.status)


def xsrf_checked(request: Request) -> None:
    if request.headers.get("X-Atlassian-Token", "") not in {"no-check", "nocheck"}:
        raise Refused(403, "FORBIDDEN", "XSRF check failed")


def file_answer(data: bytes, media: str) -> Response:
    """A file that a browser does not run with this server's rights, whatever it holds."""
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
    }
    safe = media if re.fullmatch(r"[\w.+-]+/[\w.+-]+(; ?[\w=.-]+)*", media) else "application/octet-stream"
    return Response(data, media_type=safe, headers=headers)


def html_refusal(status: int) -> Response:
    """What Tomcat answers before Confluence sees the request."""
    text = f"HTTP Status {status} – {_NAMES.get(status, '')}"
    return HTMLResponse(
        f"<!doctype html><html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>", status
    )


def site_of(request: Request) -> str:
    """The address of the site for people: with its context path, the same through a gateway."""
    context = "/wiki" if service_of(request).is_cloud else "/confluence"
    return str(request.base_url).rstrip("/") + context
