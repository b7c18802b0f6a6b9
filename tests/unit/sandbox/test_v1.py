"""sandbox/v1: the lists, shapes and actions of the older API, on Cloud and on Data Center."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from publisher.sandbox import Store, running


class Site:
    """A served sandbox with a space DOCS, and a client of its v1."""

    def __init__(self, address: str, store: Store, base: str) -> None:
        self.store, self.space = store, store.create_space("DOCS", "Docs")
        self.client = httpx.Client(base_url=address + base, headers={"Authorization": "Bearer good"}, timeout=30)
        self.base = base

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, title: str, parent: str = "") -> dict[str, Any]:
        body = {"storage": {"value": f"<p>{title}</p>", "representation": "storage"}}
        above = {"ancestors": [{"id": parent}]} if parent else {}
        answer = self.client.post(
            "/content", json={"type": "page", "title": title, "space": {"key": "DOCS"}, "body": body, **above}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(params=["cloud", "datacenter"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    base = "/wiki/rest/api" if request.param == "cloud" else "/confluence/rest/api"
    with running(":memory:", token="good", flavor=request.param) as (address, store):
        found = Site(address, store, base)
        yield found
        found.client.close()


def test_a_list_goes_on_at_the_place_that_next_names(site: Site) -> None:
    parent = site.create("Parent")["id"]
    for number in range(5):
        site.create(f"Child {number}", parent)
    first = site.get(f"/content/{parent}/child/page", limit=2)
    seen = [row["title"] for row in first["results"]]
    answer = first
    while following := answer["_links"].get("next"):
        response = site.client.get(answer["_links"]["base"] + following)
        answer = response.json()
        seen += [row["title"] for row in answer["results"]]
    assert seen == [f"Child {number}" for number in range(5)] and (first["start"], first["size"]) == (0, 2)


def test_a_page_shows_only_what_is_expanded(site: Site) -> None:
    made = site.create("One")
    plain, whole = (
        site.get(f"/content/{made['id']}"),
        site.get(f"/content/{made['id']}", expand="body.storage,version,ancestors"),
    )
    assert "storage" not in plain.get("body", {}) and whole["body"]["storage"]["value"] == "<p>One</p>"
    assert whole["version"]["number"] == 1 and isinstance(whole["ancestors"], list)


def test_an_update_needs_the_next_version(site: Site) -> None:
    made = site.create("One")
    value = {"type": "page", "title": "One", "body": {"storage": {"value": "<p>2</p>", "representation": "storage"}}}
    answers = [
        site.client.put(f"/content/{made['id']}", json={**value, "version": {"number": number}}).status_code
        for number in (1, 2, 2)
    ]
    assert answers == [409, 200, 409]


def test_labels_are_added_listed_and_removed(site: Site) -> None:
    page = site.create("One")["id"]
    site.client.post(
        f"/content/{page}/label", json=[{"prefix": "global", "name": "a"}, {"prefix": "global", "name": "b"}]
    )
    assert sorted(row["name"] for row in site.get(f"/content/{page}/label")["results"]) == ["a", "b"]
    assert site.client.delete(f"/content/{page}/label", params={"name": "a"}).status_code == 204
    assert [row["name"] for row in site.get(f"/content/{page}/label")["results"]] == ["b"]


def test_an_attachment_keeps_its_bytes_and_versions(site: Site) -> None:
    page = site.create("One")["id"]
    headers = {"X-Atlassian-Token": "nocheck"}
    for text in (b"first", b"second"):
        answer = site.client.put(
            f"/content/{page}/child/attachment", files={"file": ("a.txt", text, "text/plain")}, headers=headers
        )
        if answer.status_code == 405:  # Data Center takes a second upload as data of the first
            known = site.get(f"/content/{page}/child/attachment")["results"]
            path = f"/content/{page}/child/attachment" + (f"/{known[0]['id']}/data" if known else "")
            answer = site.client.post(path, files={"file": ("a.txt", text, "text/plain")}, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
    [row] = site.get(f"/content/{page}/child/attachment", expand="version")["results"]
    base = site.client.base_url.copy_with(path=site.base.removesuffix("/rest/api"))
    assert (
        httpx.get(
            str(base).rstrip("/") + row["_links"]["download"], headers=site.client.headers, follow_redirects=True
        ).content
        == b"second"
    )
    assert row["version"]["number"] == 2


def test_what_is_not_there_is_not_found(site: Site) -> None:
    for path in ("/content/999999", "/content/999999/child/page", "/content/999999/label", "/space/NOPE"):
        answer = site.client.get(path)
        assert answer.status_code == 404 and answer.json()["statusCode"] == 404, path


@pytest.mark.parametrize(
    "cql",
    [
        "title", "title =", "title = (", "and = 1", "nofield = 1", "type > page", "type ~ page", "created ~ 1", "created = today",
        "created > now(-7x)", "created > nofunction()", "type = page order by nothing", "type = page type = page", "type in page",
        "(" * 60 + "type = page" + ")" * 60, "not " * 60 + "type = page",
    ],
)  # fmt: skip
def test_a_query_that_is_none_is_refused(site: Site, cql: str) -> None:
    answer = site.client.get("/search", params={"cql": cql})
    assert answer.status_code == 400, answer.text


def test_queries_of_times_and_words(site: Site) -> None:
    site.create("One two")
    for cql in (
        "created >= startOfYear() and created <= now()", 'created > "2020/01/01 10:00"', "created < endOfDay(1d)",
        'text ~ "\\"one two\\""', "title !~ three and title not in (Three, Four)", "type = page order by title desc, created asc",
        "text ~ \"o?e tw*\"", "lastmodified != 2020-01-01",
    ):  # fmt: skip
        titles = [
            row["title"]
            for row in site.get("/search", cql=f"({cql.partition(' order')[0]}) and type = page")["results"]
        ]
        assert "One two" in titles, cql
        site.get("/search", cql=cql)


def test_actions_older_than_the_api(site: Site) -> None:
    context = "/wiki" if site.base.startswith("/wiki") else "/confluence"
    base = str(site.client.base_url.copy_with(path=context)).rstrip("/")
    one, two = site.create("One")["id"], site.create("Two")["id"]
    headers = {**site.client.headers, "X-Atlassian-Token": "no-check"}

    def move(**query: str) -> int:
        url = f"{base}/pages/movepage.action"
        return httpx.post(url, params={"pageId": one, "spaceKey": "DOCS", **query}, headers=headers).status_code

    codes = [
        move(position="append", targetId=two),
        move(position="above", targetTitle="two"),
        move(position="topLevel"),
        move(position="sideways", targetId=two),
        move(position="append", targetTitle="nowhere"),
    ]
    assert codes == [200, 200, 200, 400, 404]
    gone = httpx.post(f"{base}/json/removeattachment.action", params={"pageId": one, "fileName": "x"}, headers=headers)
    assert gone.status_code == 404
