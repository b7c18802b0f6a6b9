"""Each row of the error table and of the retry matrix (docs/confluence-api.md#errors, docs/confluence-api.md#retries), provoked."""

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.operations.client import Confluence
from publisher.confluence.settings import RetryPolicy
from publisher.errors import (
    LoginRefused,
    NotFound,
    RateLimited,
    Rejected,
    RemoteError,
    TitleTaken,
    Uncertain,
    Unreachable,
    VersionConflict,
)
from publisher.sandbox.app import running
from publisher.sandbox.store import Store


class Place:
    def __init__(self, confluence: Confluence, store: Store) -> None:
        self.confluence, self.store = confluence, store
        self.space = store.create_space("DOCS", "Docs")
        self.page = str(store.create_page(self.space["id"], {"title": "Page", "body": "<p>x</p>"})["id"])

    def __call__(self, name: str, **arguments: Any) -> Any:
        result = self.confluence.run(name, **arguments)
        return list(result) if isinstance(result, Iterator) else result

    def send(self, method: str, path: str, **arguments: Any) -> Any:
        return self.confluence.client.request(method, path, **arguments)


@pytest.fixture(params=["cloud", "datacenter"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    flavor = request.param
    with running(":memory:", flavor=flavor) as (address, store):
        client = Client(address + ("/wiki" if flavor == "cloud" else "/confluence"), Login("", "t"))
        yield Place(Confluence(client, flavor), store)
        client.close()


ROWS: dict[str, tuple[Callable[[Place], Any], type[RemoteError], str]] = {
    "stale version": (lambda p: p("page update", page=p.page, title="B", version=5), VersionConflict, "Version must be incremented"),
    "title exists": (lambda p: p("page create", space="DOCS", title="Page"), TitleTaken, "already exists"),
    "archived page holds the title": (
        lambda p: (p.store.archive_pages([int(p.page)]), p("page create", space="DOCS", title="Page")), TitleTaken, "already exists"),
    "missing page": (lambda p: p("page get", page="99999"), NotFound, "99999"),
    "missing parent": (lambda p: p("page create", space="DOCS", title="C", parent="99999"), NotFound, "99999"),
    "own parent": (lambda p: p("page update", page=p.page, parent=p.page), Rejected, "own parent"),
    "not well-formed": (lambda p: p("page update", page=p.page, body="<p>open"), Rejected, "Error parsing xhtml"),
    "too large": (lambda p: p("page update", page=p.page, body="<p>" + "x" * 5_300_000 + "</p>"), Rejected, "5 MB"),
    "bad label": (lambda p: p("label add", page=p.page, names=["a.b"]), Rejected, "Could not add labels"),
    "malformed CQL": (lambda p: p("search", cql="nonsense !"), Rejected, "Could not parse cql"),
    "missing property": (lambda p: p("property get", page=p.page, key="none"), NotFound, "none"),
    "no such space": (lambda p: p("space get", space="NONE"), NotFound, "NONE"),
    "comment that is not there": (lambda p: p("comment get", comment="4"), NotFound, "4"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_the_error_table(place: Place, row: str) -> None:
    act, kind, words = ROWS[row]
    with pytest.raises(kind, match=words) as caught:
        act(place)
    assert type(caught.value) is kind


CLOUD_ROWS: dict[str, tuple[Callable[[Place], Any], type[RemoteError], str]] = {
    "property exists": (
        lambda p: [p.send("POST", f"/api/v2/pages/{p.page}/properties", json={"key": "k", "value": 1}) for _ in "12"],
        VersionConflict, "already exists"),
    "attachment exists": (
        lambda p: [p.send("POST", f"/rest/api/content/{p.page}/child/attachment", files={"file": ("a", b"1")}) for _ in "12"],
        Rejected, "same file name"),
    "wrong content type": (
        lambda p: p.send("PUT", f"/api/v2/pages/{p.page}", content=b"{}", headers={"Content-Type": "text/plain"}), Rejected, "415"),
    "folder title": (lambda p: [p("folder create", space="DOCS", title="F") for _ in "12"], Rejected, "folder exists"),
    "dangling comment": (
        lambda p: p("comment resolve", comment=str(_dangling(p))), Rejected, "dangling"),
    "number of a row": (lambda p: p.send("GET", "/api/v2/pages", params={"limit": 300}), Rejected, "limit"),
}  # fmt: skip


def _dangling(place: Place) -> int:
    page = int(place.page)
    comment = place.store.create_inline_comment(page, "<p>c</p>", {"text": "x"})["id"]
    place.store.set_body(page, "<p>y</p>")
    return int(comment)


@pytest.mark.parametrize("row", CLOUD_ROWS)
def test_the_error_table_of_cloud(row: str) -> None:
    with running(":memory:") as (address, store):
        client = Client(address + "/wiki", Login("", "t"))
        act, kind, words = CLOUD_ROWS[row]
        with pytest.raises(kind, match=words):
            act(Place(Confluence(client), store))
        client.close()


def test_bad_credentials_hide_everything_on_v2_and_are_named_on_v1() -> None:
    with running(":memory:", token="good") as (address, _):
        client = Client(address + "/wiki", Login("u", "bad"))
        with pytest.raises(NotFound):
            client.request("GET", "/api/v2/spaces")
        with pytest.raises(LoginRefused, match=r"cannot access Confluence.*CONFLUENCE_TOKEN"):
            client.request("GET", "/rest/api/user/current")
        client.close()


# The retry matrix

Answer = httpx.Response | Exception


def client_of(answers: list[Answer], waits: list[float]) -> Client:
    """A client that gets these answers, one after the other."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    policy = RetryPolicy(retries=3, first_wait=1.0, max_wait=100.0)
    return Client(
        "https://x.y/wiki", Login("", "t"), policy=policy, sleep=waits.append, transport=httpx.MockTransport(answer)
    )


def good() -> httpx.Response:
    return httpx.Response(200, json={"ok": True})


def failed(status: int, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"message": "no"}, headers=headers)


RETRIES: list[tuple[str, str, Answer, str]] = [
    *(("connect error", method, httpx.ConnectError("x"), "again") for method in ("GET", "PUT", "POST", "DELETE")),
    *(("429", method, failed(429), "again") for method in ("GET", "PUT", "POST", "DELETE")),
    ("timeout after sending", "GET", httpx.ReadTimeout("x"), "again"),
    ("timeout after sending", "DELETE", httpx.ReadTimeout("x"), "again"),
    ("timeout after sending", "PUT", httpx.ReadTimeout("x"), "uncertain"),
    ("timeout after sending", "POST", httpx.ReadTimeout("x"), "uncertain"),
    ("reset after sending", "POST", httpx.ReadError("x"), "uncertain"),
    *((str(status), "GET", failed(status), "again") for status in (500, 502, 503, 504)),
    *((str(status), "POST", failed(status), "uncertain") for status in (500, 502, 503, 504)),
    *((str(status), "PUT", failed(status), "uncertain") for status in (500, 502, 503, 504)),
    *((str(status), "DELETE", failed(status), "again") for status in (502, 503, 504)),
    *((str(status), "GET", failed(status), "refused") for status in (400, 401, 404, 409, 413, 415)),
    *((str(status), "POST", failed(status), "refused") for status in (400, 401, 404, 409, 413, 415)),
]


@pytest.mark.parametrize(("name", "method", "answer", "what"), RETRIES, ids=lambda value: str(value)[:24])
def test_the_retry_matrix(name: str, method: str, answer: Answer, what: str) -> None:
    waits: list[float] = []
    answers: list[Answer] = [answer, good()]
    client = client_of(answers, waits)
    if what == "again":
        assert client.request(method, "/api/v2/x") == {"ok": True}
        assert answers == [] and len(waits) >= 1
    else:
        with pytest.raises(Uncertain if what == "uncertain" else RemoteError) as caught:
            client.request(method, "/api/v2/x")
        assert len(answers) == 1 and isinstance(caught.value, Uncertain) == (what == "uncertain")  # sent once only
    client.close()


def test_waits_grow_and_what_the_server_says_comes_first() -> None:
    waits: list[float] = []
    client = client_of([failed(503), failed(503), failed(503), good()], waits)
    client.request("GET", "/x")
    assert [0.7 * 2**n <= wait <= 1.3 * 2**n for n, wait in enumerate(waits)] == [True] * 3
    waits.clear()
    client = client_of([failed(429, **{"Retry-After": "7"}), good()], waits)
    client.request("POST", "/x")
    assert sum(waits) >= 7
    client = client_of([failed(429, **{"Retry-After": "3000"})], waits)
    with pytest.raises(RateLimited, match="3000 seconds"):
        client.request("GET", "/x")


def test_a_next_means_that_there_is_more_and_is_joined_to_our_own_base() -> None:
    """The opposite is written in one public description of the gateway."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        rows: dict[str, Any] = {"results": [{"id": str(len(asked))}], "_links": {"base": "https://site.example/wiki"}}
        if len(asked) == 1:
            rows["_links"]["next"] = "/wiki/api/v2/pages?cursor=abc"
        return httpx.Response(200, json=rows)

    base = "https://gateway.maton.ai/confluence/ex/confluence/1/wiki"
    client = Client(base, Login("", "t"), transport=httpx.MockTransport(answer))
    assert [row["id"] for row in client.pages_of("/api/v2/pages", {})] == ["1", "2"]
    assert asked == [base + "/api/v2/pages", base + "/api/v2/pages?cursor=abc"]


def test_ten_thousand_pages_come_one_after_the_other_in_constant_memory() -> None:
    requests = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal requests
        requests += 1
        start = int(request.url.params.get("cursor", 0))
        rows = [{"id": str(n), "title": "x" * 500, "version": {"number": 1}} for n in range(start, start + 250)]
        links = {"next": f"/wiki/api/v2/pages?cursor={start + 250}"} if start + 250 < 10_000 else {}
        return httpx.Response(200, json={"results": rows, "_links": links})

    confluence = Confluence(Client("https://x.y/wiki", Login("", "t"), transport=httpx.MockTransport(answer)))
    tracemalloc.start()
    rows = confluence.run("page list")
    assert isinstance(rows, Iterator)
    next(rows)
    assert requests == 1
    assert sum(1 for _ in rows) == 9_999
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert requests == 40 and peak < 4_000_000  # the whole list holds more than 10 MB


def test_a_limit_is_one_request_of_so_many_rows() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.params))
        rows = [{"id": str(n)} for n in range(int(request.url.params["limit"]))]
        return httpx.Response(200, json={"results": rows, "_links": {"next": "/wiki/api/v2/pages?cursor=1"}})

    confluence = Confluence(Client("https://x.y/wiki", Login("", "t"), transport=httpx.MockTransport(answer)))
    rows = confluence.run("page list", limit=5)
    assert isinstance(rows, Iterator) and len(list(rows)) == 5
    assert asked == ["limit=5"]


def test_an_answer_that_is_not_confluences() -> None:
    html = httpx.Response(200, text="<html>Sign in</html>", headers={"Content-Type": "text/html"})
    with pytest.raises(Unreachable, match="CONFLUENCE_URL"):
        client_of([html], []).request("GET", "/x")
