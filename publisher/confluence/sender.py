"""Requests with the headers, the login and the cookies of one origin, straight into a transport.

``httpx.Client`` does this and more, which is done elsewhere here: redirects, retries, proxies, deadlines. It also reads cookies of answers that
set none, and addresses of redirects that nobody follows: without it a request costs an eighth less.
"""

from collections.abc import Mapping
from typing import Any

import httpx


class Sender:
    """Thread-safe. UnicodeEncodeError for a header whose value no header can hold."""

    def __init__(self, transport: httpx.BaseTransport, headers: Mapping[str, str], auth: httpx.Auth | None) -> None:
        self._transport = transport
        self._headers = httpx.Headers(dict(headers))
        self._auth = auth or httpx.Auth()
        self._cookies = httpx.Cookies()

    def build(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> httpx.Request:
        """``more``: params, content, json, files, extensions. InvalidURL, ValueError for what is no address."""
        given = self._headers
        if headers:
            given = httpx.Headers(given)
            given.update(headers)
        return httpx.Request(method, url, headers=given, **more)

    def send(self, request: httpx.Request) -> httpx.Response:
        """The answer, once the login has nothing more to ask for."""
        flow = self._auth.sync_auth_flow(request)
        try:
            request = next(flow)
            while True:
                response = self._exchange(request)
                try:
                    request = flow.send(response)
                except StopIteration:
                    return response
                response.close()
        finally:
            flow.close()

    def _exchange(self, request: httpx.Request) -> httpx.Response:
        if self._cookies:
            self._cookies.set_cookie_header(request)
        response = self._transport.handle_request(request)
        if "set-cookie" in response.headers:
            self._cookies.extract_cookies(response)
        return response

    def close(self) -> None:
        self._transport.close()
