"""The scopes that the guide names are those of what is really asked, and of Confluence's own OpenAPI documents."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from contract.test_openapi import arguments_of
from contract.test_operations import COMMANDS
from contract.test_operations import World as Content
from world import Faulty, World, world

from publisher.confluence import endpoints, scopes
from publisher.confluence.client import Client
from publisher.confluence.endpoints import Endpoint, find_endpoint
from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.table import BY_NAME
from publisher.errors import ScopeMissing
from publisher.sandbox.app import running

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference"
FIXTURE = Path(__file__).with_name("scopes.json")
#: Newer than the documents at hand; their scopes are in docs/confluence-api.md#scopes.
NEWER = re.compile(r"/(direct-children|descendants)$")
#: What is no endpoint of Confluence's REST API.
ELSEWHERE = {endpoints.SITES, endpoints.CONNECTIONS, endpoints.CREATE_CONNECTION, endpoints.GET_CONNECTION,
             endpoints.DELETE_CONNECTION}  # fmt: skip


def used() -> set[Endpoint]:
    """Everything that Cloud is asked, by publishing or by a command."""
    needs = (*scopes.PUBLISHING, *scopes.command_needs(), scopes.TREE)
    return {endpoint for need in needs for endpoint in need.endpoints} - ELSEWHERE


def template(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def documented() -> dict[str, list[list[str]]]:
    """``METHOD path`` → [classic, granular] of the OpenAPI documents, for what is used."""
    found: dict[str, list[list[str]]] = {}
    names = {f"{each.method} {template(each.path)}" for each in used()}
    for name, prefix in (("confluence-cloud-v2", "/api/v2"), ("confluence-cloud-v1", "")):
        document = json.loads((REFERENCE / f"{name}.openapi.json").read_text(encoding="utf-8"))
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                key = f"{method.upper()} {template(prefix + path)}"
                if key not in names:
                    continue
                states = {row["state"]: row["scopes"] for row in operation["x-atlassian-oauth2-scopes"]}
                current = states.get("Current", [])
                granular = [scope for scope in current if scope.count(":") == 2 and "readonly" not in scope]
                classic = [scope for scope in current if scope not in granular]
                found[key] = [sorted(classic), sorted(granular or states.get("Beta", []))]
    return dict(sorted(found.items()))


def test_the_fixture_is_what_the_documents_say(update: bool) -> None:
    if not REFERENCE.exists():
        pytest.skip("the OpenAPI documents are not beside this checkout")
    if update:
        FIXTURE.write_text(json.dumps(documented(), indent=1) + "\n", encoding="utf-8")
    assert json.loads(FIXTURE.read_text(encoding="utf-8")) == documented()


def test_scopes_are_those_of_the_documents() -> None:
    known = json.loads(FIXTURE.read_text(encoding="utf-8"))
    wrong = []
    for each in used():
        found = known.get(f"{each.method} {template(each.path)}")
        if found is None:
            assert NEWER.search(each.path), f"{each.method} {each.path} is in no document"
        elif found != [sorted(each.scopes), sorted(each.granular)]:
            wrong.append((f"{each.method} {each.path}", found, [each.scopes, each.granular]))
    assert wrong == []


def recorder(seen: set[Endpoint], unknown: list[str]) -> Callable[..., httpx.Response]:
    def keep(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        found = find_endpoint(request.method, request.url.path)
        if found is not None:
            seen.add(found)
        elif "/media/" not in request.url.path:  # where a download leads has an address of its own, without our login
            unknown.append(f"{request.method} {request.url.path}")
        return send()

    return keep


@pytest.mark.parametrize("name", [name for name in COMMANDS if BY_NAME[name].resource not in {"connection", "gateway"}])
def test_each_command_asks_for_no_more_than_the_table_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: set[Endpoint] = set()
    unknown: list[str] = []
    with running(":memory:") as (address, store):
        content = Content(store, "cloud", tmp_path)
        client = Client(address + "/wiki", transport=Faulty(recorder(seen, unknown)))
        result = Confluence(client).run(name, **arguments_of(BY_NAME[name], content.words(name)))
        if result is not None and not isinstance(result, Item):
            list(result)
        client.close()
    need = next(need for need in scopes.command_needs() if need.name == f"publisher {name}")
    assert unknown == [] and seen and seen <= set(need.endpoints)


def test_publishing_asks_for_no_more_than_the_table_says(tmp_path: Path) -> None:
    """Everything that a document can ask for, an update, a prune of both kinds, and an unchanged run."""
    seen: set[Endpoint] = set()
    unknown: list[str] = []
    with world(tmp_path) as w:
        fault = recorder(seen, unknown)
        head = (
            "---\nlabels: [a]\nconfluence: {status: {name: Draft, color: yellow}, restrictions: {edit: [alice]}}\n---\n"
        )
        w.write({
            "index.md": head + "# Home\n\n![i](i.png)\n", "i.png": b"\x89PNG", "b.md": "# B\n", "c.md": "# C\n", "e.md": "# E\n",
            "p.md": "---\nconfluence: {type: blogpost, date: 2026-01-31}\n---\n# P\n", "f/x.md": "# X\n",
        })  # fmt: skip
        w.settings = w.settings.replace(directories="folder", unwatch=True)
        w.publish(fault)
        w.comment("B", "B") if "B" in w.page("B")["body"] else None
        w.write({"index.md": "# Home\n\nother\n", "b.md": "# B\n\nnew\n", "c.md": None, "i.png": None})
        w.publish(fault, prune="trash")
        w.write({"e.md": None})
        w.publish(fault, prune="archive")
        w.publish(fault)
    allowed = {endpoint for need in scopes.PUBLISHING for endpoint in need.endpoints}
    assert unknown == [] and len(seen) > 20
    assert {f"{each.method} {each.path}" for each in seen - allowed} == set()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, {"code": 401, "message": "Unauthorized; scope does not match"}),
        ({"X-Failure-Category": "FAILURE_CLIENT_SCOPE_CHECK"}, {"code": 401, "message": "Unauthorized"}),
        ({"X-Failure-Category": "FAILURE_CLIENT_SCOPE_CHECK"}, None),
    ],
)
@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("PUT", "/api/v2/pages/7", "write:page:confluence"),
        ("DELETE", "/api/v2/pages/7", "delete:page:confluence"),
        ("POST", "/rest/api/content/7/label", "write:confluence-content"),
        ("PUT", "/rest/api/content/7/child/attachment", "write:confluence-file"),
    ],
)
def test_a_missing_scope_is_named(headers: dict[str, str], body: object, method: str, path: str, scope: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if body is None:
            return httpx.Response(401, headers=headers, text="<html>no</html>")
        return httpx.Response(401, headers=headers, json=body)

    base = "https://api.atlassian.com/ex/confluence/1/wiki"
    client = Client(base, transport=httpx.MockTransport(answer))
    with pytest.raises(ScopeMissing, match=rf"lacks the scope {scope}.*publisher doctor"):
        client.request(method, path)


def test_every_probe_of_doctor_is_one_that_changes_nothing(tmp_path: Path) -> None:
    """What it asks for does not exist, and nothing in the sandbox is another afterwards."""
    from publisher.cli.doctor import _Findings, _probe
    from publisher.confluence.session import Session

    with world(tmp_path) as w:
        made: World = w
        made.write({"index.md": "# Home\n"})
        made.publish()
        before, seen = made.state(), []

        def keep(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
            response = send()
            seen.append((f"{request.method} {request.url.path}", response.status_code))
            return response

        client = Client(made.address + "/wiki", transport=Faulty(keep))
        found = _Findings()
        for need in (*scopes.PUBLISHING, scopes.TREE):
            _probe(found, Session(client, "", "cloud"), need)
        client.close()
        assert found.failed == 0 and made.state() == before
        assert [row for row in seen if row[1] < 400] == []
