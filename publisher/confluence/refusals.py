"""What an answer that is no success means, and what to do about it: from status, headers and body to a typed error.

The shapes of error bodies are those of docs/confluence-api.md#errors.
"""

import json
import re
import ssl
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from publisher.confluence.addresses import is_cloud_host
from publisher.confluence.endpoints import find_endpoint
from publisher.confluence.ratelimits import read_rate_hint
from publisher.errors import (
    BadAnswer,
    Forbidden,
    LoginRefused,
    NotFound,
    RateLimited,
    Rejected,
    RemoteError,
    ScopeMissing,
    TitleTaken,
    Uncertain,
    Unreachable,
    VersionConflict,
)

_LONGEST_TEXT = 400
_TITLE_TAKEN = re.compile(
    r"same TITLE|title already exists|with the title|with the same title|title[.\w]*(exists|duplicate)", re.IGNORECASE
)
_NOBODY = re.compile(r"cannot access Confluence|not permitted to use Confluence", re.IGNORECASE)
_SIGN_IN = re.compile(
    r"SAMLRequest|type=[\"']?password|sign[ -]?in|log[ -]?in|single sign|/sso|okta|adfs|keycloak|login\.microsoftonline",
    re.IGNORECASE,
)


def explain_transport_error(error: httpx.TransportError, url: httpx.URL, *, healthy: bool) -> str:
    """Why there was no answer, in words that name what to look at."""
    host = f"{url.scheme}://{url.netloc.decode('ascii', 'replace')}"
    said = one_line(str(error)) or type(error).__name__
    if _is_about_certificates(error):
        return (
            f"the certificate of {host} is not trusted ({said}); name the file of your company's CA with "
            "CONFLUENCE_CA_BUNDLE (REQUESTS_CA_BUNDLE and SSL_CERT_FILE are read too)"
        )
    if "proxy" in said:
        return f"no answer from {host}: {said}; check CONFLUENCE_PROXY, HTTPS_PROXY and NO_PROXY"
    hint = "" if healthy else f": {host} cannot be reached; check the address and the network"
    return f"no answer from {host}: {said}{hint}"


def is_hopeless(error: httpx.TransportError) -> bool:
    """Whether the same request would fail in the same way."""
    return _is_about_certificates(error) or isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol)


def _is_about_certificates(error: BaseException | None) -> bool:
    seen = 0
    while error is not None and seen < 5:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


def one_line(text: str) -> str:
    """Text of a server as it can be shown: one line, no control characters, of bounded length."""
    text = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", " ", text).split())
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def read_reason(body: object) -> str:
    """The text of an error body, whichever of its shapes it has; empty if there is none."""
    if not isinstance(body, Mapping):
        return ""
    texts = [_one_reason(error) for error in _list(body.get("errors"))]
    data = body.get("data")
    if not any(texts) and isinstance(data, Mapping):
        texts = [str(body.get("message") or ""), *(_one_reason(error) for error in _list(data.get("errors")))]
    text = "; ".join(dict.fromkeys(text for text in texts if text)) or body.get("message") or body.get("error") or ""
    return one_line(text if isinstance(text, str) else json.dumps(text))


def _list(value: object) -> list[object]:
    return value[:20] if isinstance(value, list) else []


def _one_reason(error: object) -> str:
    if not isinstance(error, Mapping):
        return str(error) if isinstance(error, str) else ""
    message = error.get("message")
    if isinstance(message, Mapping):
        return str(message.get("translation") or message.get("key") or "")
    detail = error.get("detail")
    title = str(error.get("title") or message or error.get("code") or "")
    return f"{title}: {detail}" if isinstance(detail, str) and detail and detail != title else title


def make_error(response: httpx.Response, *, repeatable: bool, healthy: bool) -> RemoteError:
    """The error that an answer without success stands for."""
    request, status = response.request, response.status_code
    try:
        body: object = json.loads(response.content)
    except (ValueError, RecursionError):
        body = None
    said = read_reason(body)
    what = f"{request.method} {request.url.path}: {status}"
    if 300 <= status < 400:
        return BadAnswer(f"{what}: {_explain_redirect(response)}", status)
    if status in {401, 403}:
        return _refused(response, body, what, said, healthy=healthy)
    if status == 413:
        return Rejected(f"{what}: {_explain_size(request.url.path)}{f' ({said})' if said else ''}", status)
    if status == 429:
        return RateLimited(f"{what}: {said or 'too many requests'}{_explain_limit(response)}", status)
    if status >= 500 and not repeatable:
        return Uncertain(f"{what}: {said or _explain_server(status)}", status)
    if status in {502, 503, 504}:
        return Unreachable(f"{what}: {said or 'no reason given'}; {_explain_server(status)}", status)
    if body is None:
        return BadAnswer(f"{what}: {explain_page(response)}", status)
    said = said or "no reason given"
    if status in {400, 409} and _TITLE_TAKEN.search(f"{said} {_keys(body)}"):
        return TitleTaken(f"{what}: {said}", status)
    if status == 409 and re.search(r"draft|unpublished", said, re.IGNORECASE) and "version" not in said.lower():
        return Rejected(f"{what}: {said}", status)  # no version conflict: an editor has unpublished changes
    kinds: dict[int, type[RemoteError]] = {404: NotFound, 409: VersionConflict}
    return kinds.get(status, Rejected if status < 500 else Unreachable)(f"{what}: {said}", status)


def _keys(body: object) -> str:
    """Message keys of v1, which are the same in every language of the site."""
    data = body.get("data") if isinstance(body, Mapping) else None
    errors = _list(data.get("errors")) if isinstance(data, Mapping) else []
    messages = [error.get("message") for error in errors if isinstance(error, Mapping)]
    return " ".join(str(message.get("key")) for message in messages if isinstance(message, Mapping))


def _refused(response: httpx.Response, body: object, what: str, said: str, *, healthy: bool) -> RemoteError:
    status, url = response.status_code, response.request.url
    category = response.headers.get("X-Failure-Category", "")
    if status == 401 and ("scope does not match" in said.lower() or "SCOPE" in category.upper()):
        return ScopeMissing(f"{what}: {said or category}; {_explain_scope(response.request.method, url.path)}", status)
    text = response.text[:100_000] if body is None else said
    if "XSRF" in text:
        advice = (
            "XSRF check failed: the request looked like one of a browser; a proxy on the way, or `headers` in the "
            "settings, must not change User-Agent and X-Atlassian-Token"
        )
        return Forbidden(f"{what}: {advice}", status)
    if response.headers.get("X-Seraph-LoginReason", "") == "AUTHENTICATION_DENIED":
        advice = "too many failed logins: log in once in the browser and answer the CAPTCHA, then try again"
        return LoginRefused(f"{what}: Confluence refuses the login: {advice}", status)
    if body is None:
        title = _title(text)
        page = f"an HTML page{f' ({title!r})' if title else ''}"
        scoped = status == 401 and is_cloud_host(url.host)
        said = f"{page}, as for a scoped token on the site's own host" if scoped else page
    said = said or "no reason given"
    known = url.path.endswith("/user/current") or _NOBODY.search(said)
    if status == 403 and healthy and not known:
        return Forbidden(f"{what}: this account may not do that: {said}", status)
    return LoginRefused(f"{what}: Confluence refuses the login: {said}", status)


def _explain_scope(method: str, path: str) -> str:
    found = find_endpoint(method, path)
    if found is None or not (found.scopes or found.granular):
        return "the login is good, but its token lacks a scope; run `publisher doctor`"
    names = " and ".join(found.scopes or found.granular)
    also = f" (or granular: {' and '.join(found.granular)})" if found.scopes and found.granular else ""
    return f"the login is good, but its token lacks the scope {names}{also}; run `publisher doctor` to see all of them"


def _explain_redirect(response: httpx.Response) -> str:
    target = response.headers.get("Location", "")
    try:
        host = urlsplit(target).netloc or response.request.url.host
    except ValueError:  # no address at all
        host = ""
    if _SIGN_IN.search(target):
        return (
            f"the answer sends us to a login page ({one_line(host)}), so single sign-on guards this address; "
            "use the address and the token that the site gives to programs"
        )
    return f"the answer leads to {one_line(host) or 'nowhere'}; is CONFLUENCE_URL right?"


def explain_page(response: httpx.Response) -> str:
    """What came in place of JSON."""
    text = response.text[:200_000]
    if "<html" not in text.lower() and "<!doctype html" not in text.lower():
        what = "is empty" if not text.strip() else "has no JSON"
        return f"the answer is not Confluence's ({what}); is CONFLUENCE_URL right?"
    title = _title(text)
    named = f", titled {title!r}" if title else ""
    if _SIGN_IN.search(text):
        return (
            f"the answer is not Confluence's but a login page{named}: single sign-on guards this address; "
            "is CONFLUENCE_URL right, and is it the address for programs?"
        )
    return f"the answer is not Confluence's but an HTML page (no JSON){named}; is CONFLUENCE_URL right?"


def _title(text: str) -> str:
    found = re.search(r"<title[^>]{0,200}>([^<]{1,200})", text, re.IGNORECASE)
    return one_line(found[1])[:80] if found else ""


def _explain_size(path: str) -> str:
    if "/attachment" in path:
        return "the file is larger than the site, or a proxy before it, accepts; ask its administrator for the limit"
    return "the page is larger than Confluence accepts (5 MB); split it"


def _explain_server(status: int) -> str:
    if status == 503:
        return "Confluence is in maintenance or overloaded; try again later"
    return "Confluence, or a proxy before it, is in trouble; try again later"


def _explain_limit(response: httpx.Response) -> str:
    hint = read_rate_hint(response.headers, time.time())
    reason = f" ({hint.reason})" if hint.reason else ""
    wait = hint.retry_after if hint.retry_after is not None else hint.reset_in
    return f"{reason}; the limit lasts for {wait:.0f} seconds more" if wait is not None else reason
