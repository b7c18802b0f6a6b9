"""Logins as httpx sees them. A login is sent to Confluence's own origin only."""

import time
from collections.abc import Generator

import httpx

from publisher.confluence.answers import parse_json
from publisher.confluence.credentials import Login
from publisher.errors import BadAnswer, LoginRefused


class Bearer(httpx.Auth):
    """A token alone."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __repr__(self) -> str:
        return "Bearer()"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def auth_of(login: Login) -> httpx.Auth | None:
    """None for nobody."""
    if not login.token:
        return None
    return httpx.BasicAuth(login.user, login.token) if login.user else Bearer(login.token)


class ClientCredentials(httpx.Auth):
    """OAuth 2.0 client credentials: the token is fetched when needed, kept in memory, and fetched again when refused.

    Answers come read to the end (``retries``). httpx is not asked to read them: a download is read by whoever wants it.
    """

    def __init__(self, client_id: str, client_secret: str, url: str = "https://auth.atlassian.com/oauth/token") -> None:
        self._data = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        self._url, self._token, self._until = url, "", 0.0

    def __repr__(self) -> str:
        return f"ClientCredentials({self._data['client_id']!r})"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if time.time() > self._until:
            yield from self._fetch()
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:
            yield from self._fetch()
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _fetch(self) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield httpx.Request("POST", self._url, json=self._data, extensions={"repeatable": True})
        try:
            answer = parse_json(response.content) if response.is_success else None
        except BadAnswer:
            answer = None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not isinstance(answer, dict):
            text = f"the OAuth client is refused ({response.status_code}); check CONFLUENCE_CLIENT_ID and its secret"
            raise LoginRefused(text, response.status_code)
        lasts = answer.get("expires_in", 3600)
        self._token = token
        self._until = time.time() + (float(lasts) if isinstance(lasts, int | float) else 3600.0) - 60
