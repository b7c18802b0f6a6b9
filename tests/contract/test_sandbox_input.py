"""Wrong input of every kind to every request that the sandbox answers: refused in Confluence's shape, and never a 5xx.

Every route gets hostile values in its path, its query and its body, with ids that are there as well as ids that are not.
A 501 is the answer of what Confluence has and the sandbox has not.
"""

import asyncio
import json
import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from publisher.sandbox import Service, Store, make_app
from publisher.sandbox.routes import cloud_routes, datacenter_routes

HOSTILE: tuple[Any, ...] = (
    "", "0", "-1", "abc", "9223372036854775807", "9223372036854775808", "1" * 40, "1.5", "att", "att0", "att99999999999999999999",
    "½", "١", "null", "true", "%00", "a" * 3000, "' OR 1=1 --", "<script>", "../../x", "\u202e", "1,2,abc", "[]", "storage",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 1.5, 1e308, "", "x", "x" * 300, "\u0000", "\ud800", [], {}, [None], [[]], [{}], {"a": []},
    {"number": "2"}, {"number": 2**70}, {"number": True}, {"storage": None}, {"storage": []}, {"storage": {"value": 5}},
    {"value": "<p>", "representation": "storage"}, {"value": "<p>x</p>", "representation": "wiki"},
    {"value": "{}", "representation": "atlas_doc_format"}, {"value": "[" * 500, "representation": "atlas_doc_format"},
    {"value": '{"type":"doc","content":[{"type":"table","content":[{"type":5}]}]}', "representation": "atlas_doc_format"},
    {"value": "<!DOCTYPE x [<!ENTITY a 'b'>]><p>&a;</p>", "representation": "storage"}, {"value": "<ac:structured-macro/>"},
)  # fmt: skip
FIELDS = (
    "id", "title", "status", "type", "spaceId", "parentId", "body", "version", "key", "value", "name", "prefix", "pageId",
    "blogPostId", "customContentId", "parentCommentId", "inlineCommentProperties", "resolved", "accountIds", "contentIds",
    "ancestors", "space", "container", "metadata", "pages", "destination", "pageTitle", "operationKey", "params", "color",
    "operation", "restrictions", "createdAt", "ownerId", "subtype", "representation", "app", "grant_type", "history", "results",
)  # fmt: skip
QUERIES = (
    "limit", "start", "cursor", "sort", "status", "body-format", "expand", "id", "space-id", "title", "version", "key", "keys",
    "ids", "prefix", "depth", "cql", "spaceKey", "type", "name", "filename", "mediaType", "purge", "draft", "get-draft",
    "include-labels", "include-properties", "location", "accountId", "username", "resolution-status", "subtype", "pageId",
    "targetId", "position", "fileName", "label-id", "task-id", "root-level", "postingDay", "excerpt", "label",
)  # fmt: skip
CQL = (
    "", "(", "type = page", "type = ", "((((type = page))))", "(" * 200, "title ~ \"\\", "text ~ '*'", "not not type = page", "id in ()",
    "created > now(-1d)", "created > now(x)", "order by title", "type = page order by nothing", "a" * 20_000, "space = DOCS or (label in (a, b)",
    "lastmodified >= \"2026/13/99\"", "ancestor = 9223372036854775808", "parent = abc", "\u0000", "type = space and title ~ d",
)  # fmt: skip


@pytest.fixture
def store() -> Iterator[Store]:
    found = Store(":memory:", lambda: "2026-01-01T00:00:00.000Z")
    yield found
    found.close()


def seed(store: Store, *, cloud: bool) -> list[str]:
    """Something of everything; the ids that there are."""
    space = store.create_space("DOCS", "Docs")
    page = store.create_page(space["id"], {"title": "Page", "body": "<p>Some text</p>"})["id"]
    child = store.create_page(space["id"], {"title": "Child", "parent": page})["id"]
    trashed = store.create_page(space["id"], {"title": "Trashed"})["id"]
    store.delete_page(trashed, purge=False)
    kinds = ("blogpost", "custom", *(("folder", "whiteboard", "database", "embed") if cloud else ()))
    more = [store.create_page(space["id"], {"title": kind, "kind": kind, "subtype": "ac:x:y"})["id"] for kind in kinds]
    hidden = store.create_page(space["id"], {"title": "Hidden"})["id"]
    store.set_restrictions(hidden, [("read", "user", "alice")])
    draft = store.create_page(space["id"], {"title": "Draft", "status": "draft"})["id"]
    comments = [store.create_footer_comment(page, "<p>c</p>")["id"]]
    comments.append(store.create_inline_comment(page, "<p>i</p>", {"text": "text"})["id"])
    comments.append(store.create_reply(comments[0], "<p>r</p>")["id"])
    file = store.put_attachment(
        page, {"name": "a.txt", "media": "text/plain", "comment": "", "data": b"x"}, replace=False
    )["id"]
    gone = store.put_attachment(page, {"name": "b.txt", "media": "x", "comment": "", "data": b"x"}, replace=False)["id"]
    store.delete_attachment(gone)
    property_ = store.create_property(page, "k", {"a": 1})["id"]
    label = store.add_labels(page, ["howto"])[0]["id"]
    numbers = [space["id"], page, child, trashed, *more, hidden, draft, *comments, property_, label]
    return [
        *map(str, numbers),
        f"att{file}",
        f"att{gone}",
        f"{page}0001",
        "DOCS",
        "k",
        "page",
        "read",
        "append",
        "storage",
    ]


def body(dice: random.Random) -> bytes:
    """A body for a write: an object of known fields with hostile values, a list of such, or no JSON at all."""

    def made() -> dict[str, Any]:
        base: dict[str, Any] = {
            "title": f"T{dice.random()}",
            "version": {"number": 2},
            "spaceId": "1",
            "type": "page",
            "key": "DOCS",
        }
        for name in dice.sample(FIELDS, dice.randint(0, 6)):
            base[name] = dice.choice(VALUES)
        return base

    whole = dice.choice((made, made, made, lambda: [made()], lambda: dice.choice(VALUES)))()
    if dice.random() < 0.05:
        return dice.choice((b"", b"{", b"\xff\xfe", b"NaN", b'{"a":' * 3000, b'"' + b"a" * 6_000_000))
    return json.dumps(whole).encode("utf-8", "surrogatepass")


def ask(route: Route, ids: list[str], dice: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Method, address and the rest of one request to a route."""
    method = next(name for name in sorted(route.methods or ()) if name != "HEAD")
    path = "/".join(
        (dice.choice(ids) if dice.random() < 0.7 else str(dice.choice(HOSTILE))).replace("/", "%2F").replace("?", "%3F")
        or "x"
        if part.startswith("{")
        else part
        for part in route.path.split("/")
    )
    query = [(name, str(dice.choice((*HOSTILE, *ids)))) for name in dice.sample(QUERIES, dice.randint(0, 3))]
    if "search" in path:
        query.append(("cql", dice.choice(CQL)))
    headers = {"X-Atlassian-Token": "no-check", "Content-Type": "application/json"}
    more: dict[str, Any] = {"params": query, "headers": headers}
    if method in {"POST", "PUT"}:
        if "attachment" in path and dice.random() < 0.5:
            del headers["Content-Type"]
            more["files"] = dice.choice(({"file": ("a.txt", b"x")}, {"file": ("", b"x")}, {"other": ("a", b"")}))
        else:
            more["content"] = body(dice)
    return method, path.replace("#", "%23"), more


def check(answer: httpx.Response, shown: str) -> None:
    """No 5xx but 501, and a refusal in the shape of the API that was asked."""
    assert answer.status_code < 500 or answer.status_code == 501, f"{shown}: {answer.status_code} {answer.text[:500]}"
    if answer.status_code >= 400 and "json" in answer.headers.get("Content-Type", ""):
        data = answer.json()
        if "/api/v2/" in shown:
            assert data["errors"][0]["status"] == answer.status_code and data["errors"][0]["title"], shown
        else:
            assert data.get("message") or data.get("error"), shown


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_wrong_input_is_refused_and_nothing_breaks(store: Store, full: bool, flavor: str) -> None:
    dice = random.Random(7)
    ids = seed(store, cloud=flavor == "cloud")
    routes = cloud_routes() if flavor == "cloud" else datacenter_routes()
    rounds = 60 if full else 4

    async def sweep() -> int:
        transport = httpx.ASGITransport(make_app(store, Service(flavor=flavor)), raise_app_exceptions=True)
        count = 0
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for _ in range(rounds):
                for route in routes:
                    method, path, more = ask(route, ids, dice)
                    shown = f"{method} {path} {more.get('params')} {more.get('content', b'')[:300]!r}"
                    try:
                        check(await client.request(method, path, **more), shown)
                    except httpx.InvalidURL:
                        continue
                    except Exception as error:
                        raise AssertionError(f"{shown}: {error!r}") from error
                    count += 1
        return count

    assert asyncio.run(sweep()) >= len(routes) * rounds * 0.9
