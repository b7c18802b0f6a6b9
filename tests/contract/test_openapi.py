"""Requests of the client and answers of the sandbox against Confluence's own OpenAPI documents, where they are at hand."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from contract.test_operations import COMMANDS, World
from world import Faulty

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.table import BY_NAME
from publisher.confluence.operations.types import Operation
from publisher.convert.compose import convert
from publisher.model.settings import Settings
from publisher.planning.rules import Rules
from publisher.remote.cloud import CloudRemote
from publisher.sandbox.app import running
from publisher.sync.publish import publish

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "confluence-cloud-v2.openapi.json"


@pytest.fixture(scope="module")
def specification() -> dict[str, Any]:
    if not REFERENCE.exists():
        pytest.skip("the OpenAPI document is not beside this checkout")
    found: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def traffic(tmp_path: Path) -> Iterator[list[tuple[str, str, bytes, Any]]]:
    """(method, path below /api/v2, request body, answer) of a publish, an update and an unchanged run."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("---\nlabels: [a]\n---\n# Home\n\n![i](i.png)\n")
    (tmp_path / "docs" / "i.png").write_bytes(b"\x89PNG")
    (tmp_path / "docs" / "b.md").write_text("# B\n")
    (tmp_path / "docs" / "p.md").write_text("---\nconfluence: {type: blogpost, date: 2026-01-31}\n---\n# P\n")
    (tmp_path / "docs" / "d.md").write_text("---\nconfluence: {draft: true}\n---\n# D\n")
    (tmp_path / "docs" / "f").mkdir()
    (tmp_path / "docs" / "f" / "x.md").write_text("---\nconfluence: {owner: bob}\n---\n# X\n")
    seen: list[tuple[str, str, bytes, Any]] = []
    with running(tmp_path / "state") as (address, store):
        store.create_space("DOCS", "Docs")

        def keep(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
            response = send()
            response.read()
            path = request.url.path
            if "/api/v2/" in path and response.is_success:
                seen.append((request.method, path.split("/api/v2", 1)[1], request.content, response.json()))
            return httpx.Response(
                response.status_code, content=response.content, headers=plain(response.headers), request=request
            )

        client = Client(address + "/wiki", Login("u", "t"), transport=Faulty(keep))
        remote = CloudRemote(client, client.base, 2)
        settings = Settings.of(tmp_path / "docs", space="DOCS", directories="folder")
        for text in ("# B\n", "# B\n\nnew\n", "# B\n\nnew\n"):
            (tmp_path / "docs" / "b.md").write_text(text)
            conversion = convert(settings)
            publish(conversion, remote, settings, Rules(), lambda plan: lambda result: None)
        client.close()
    yield seen


#: Operations that are newer than the document, with where they are described.
NEWER = {
    "GET /pages/{}/direct-children": "docs/confluence-api.md#pages", "GET /folders/{}/direct-children": "docs/confluence-api.md#folders",
    "GET /pages/{}/descendants": "docs/confluence-api.md#pages", "GET /folders/{}/descendants": "docs/confluence-api.md#pages",
}  # fmt: skip
#: Parameters that are newer than the document.
NEWER_PARAMETERS = {"include-collaborators", "include-direct-children", "subtype"}


def plain(headers: httpx.Headers) -> dict[str, str]:
    """Headers of a body that has been read."""
    return {name: value for name, value in headers.items() if name not in {"content-encoding", "content-length"}}


def operation(specification: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    for template, item in specification["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", r"(?:att)?\\d+", template), path) and method.lower() in item:
            found: dict[str, Any] = {**item[method.lower()], "template": template}
            return found
    raise AssertionError(f"{method} {path} is not in the document")


def check_exchange(specification: dict[str, Any], exchange: tuple[str, str, dict[str, str], bytes, int, Any]) -> None:
    """One request and its answer: parameters, body, status and answer are those of the document."""
    method, path, query, body, status, answer = exchange
    found = operation(specification, method, path)
    known = {parameter["name"] for parameter in found.get("parameters", ())} | NEWER_PARAMETERS
    assert set(query) <= known, f"{method} {path}: {sorted(set(query) - known)}"
    where = f"{method} {found['template']}"
    described = found["responses"].get(str(status))
    assert described is not None, f"{where} answers {status}, not {list(found['responses'])}"
    if answer is not None:
        schema = nullable(described["content"]["application/json"]["schema"])
        validator = jsonschema.Draft202012Validator({**schema, "components": nullable(specification["components"])})
        assert [f"{where}: {error.json_path} {error.message[:200]}" for error in validator.iter_errors(answer)] == []
    if body:
        expected = found["requestBody"]
        if "$ref" in expected:
            expected = specification["components"]["requestBodies"][expected["$ref"].rsplit("/", 1)[1]]
        wanted = any_of(expected["content"]["application/json"]["schema"])
        sent = json.loads(body)
        sent.get("version", {}).pop("minorEdit", None)  # accepted: docs/confluence-api.md#pages
        validator = jsonschema.Draft202012Validator({**wanted, "components": any_of(specification["components"])})
        assert [f"{where}: {error.message[:200]}" for error in validator.iter_errors(sent)] == []


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` in JSON Schema's words; fields that may be null in practice are let be."""
    if isinstance(schema, dict):
        schema = {key: nullable(value) for key, value in schema.items()}
        if "type" in schema and isinstance(schema["type"], str):
            schema["type"] = [schema["type"], "null"]
        if "enum" in schema and isinstance(schema["enum"], list):
            schema["enum"] = [*schema["enum"], None]
    elif isinstance(schema, list):
        schema = [nullable(item) for item in schema]
    return schema


def any_of(schema: Any) -> Any:
    """``oneOf`` as ``anyOf``: a plain body satisfies both of the document's two forms, whose fields are all optional."""
    if isinstance(schema, dict):
        return {("anyOf" if key == "oneOf" else key): any_of(value) for key, value in schema.items()}
    return [any_of(item) for item in schema] if isinstance(schema, list) else schema


def test_traffic_is_what_the_document_says(
    specification: dict[str, Any], traffic: list[tuple[str, str, bytes, Any]]
) -> None:
    assert {(method, re.sub(r"\d+", "1", path)) for method, path, _, _ in traffic} >= {
        ("POST", "/pages"), ("PUT", "/pages/1"), ("POST", "/pages/1/properties"), ("PUT", "/pages/1/properties/1"),
        ("GET", "/spaces/1/pages"), ("GET", "/pages/1/properties"),
    }  # fmt: skip
    for method, path, body, answer in traffic:
        if f"{method} {re.sub(r'[0-9]+', '{}', path)}" not in NEWER:
            check_exchange(specification, (method, path, {}, body, 200, answer))


@pytest.mark.parametrize("name", [name for name in COMMANDS if BY_NAME[name].resource not in {"connection", "gateway"}])
def test_every_operation_is_what_the_document_says(
    specification: dict[str, Any], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    seen: list[tuple[str, str, dict[str, str], bytes, int, Any]] = []

    def keep(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        response = send()
        response.read()
        if "/api/v2/" in request.url.path and response.is_success:
            answer = response.json() if response.content else None
            below = request.url.path.split("/api/v2", 1)[1]
            query = dict(request.url.params)
            seen.append((request.method, below, query, request.content, response.status_code, answer))
        return httpx.Response(
            response.status_code, content=response.content, headers=plain(response.headers), request=request
        )

    with running(":memory:") as (address, store):
        world = World(store, "cloud", tmp_path)
        client = Client(address + "/wiki", Login("u", "t"), transport=Faulty(keep))
        operation_ = BY_NAME[name]
        arguments = arguments_of(operation_, world.words(name))
        result = Confluence(client).run(name, **arguments)
        if operation_.paged:
            assert isinstance(result, Iterator)
            list(result)
        client.close()
    assert (
        seen
        or any("/rest/api" in each.path for each in operation_.endpoints)
        or name in {"search", "user get", "user search", "label add", "label remove"}
    )
    for exchange in seen:
        if f"{exchange[0]} {re.sub(r'[0-9]+', '{}', exchange[1])}" not in NEWER:
            check_exchange(specification, exchange)


def arguments_of(operation_: Operation, words: list[str]) -> dict[str, Any]:
    """The words of a command as the client takes them."""
    arguments: dict[str, Any] = {}
    places = list(operation_.arguments)
    while words:
        word = words.pop(0)
        if word in {"--yes", "--output"}:
            if word == "--output":
                words.pop(0)
        elif word.startswith("--"):
            key = word[2:].replace("-", "_")
            value = words.pop(0)
            arguments[key] = Path(value).read_text() if key == "body_file" else int(value) if key == "limit" else value
        elif places[0].several:
            arguments.setdefault(places[0].key, []).append(word)
        else:
            arguments[places.pop(0).key] = word
    return arguments


def listing(operation_: Operation) -> str:
    """The path of the v2 list that an operation is made of; empty for others."""
    found = operation_.endpoint or operation_.endpoints[0]
    plain_list = found.path.startswith("/api/v2") and (operation_.endpoint or operation_.verb == "list")
    return found.path if plain_list and operation_.resource not in {"comment", "property", "attachment"} else ""


#: Parameters of lists that are given in another way, or mean nothing to a client: the limit and the place in the list,
#: ids that stand in the path, and spaces, which are named by their keys.
ELSEWHERE = {"limit", "cursor", "space-id", "type", "body-format"}


@pytest.mark.parametrize("name", [op.name for op in BY_NAME.values() if op.paged and listing(op)])
def test_every_list_takes_every_filter(specification: dict[str, Any], name: str) -> None:
    operation_ = BY_NAME[name]
    path = re.sub(r"\{[^}]*\}", "1", listing(operation_).removeprefix("/api/v2"))
    if f"GET {path.replace('1', '{}')}" in NEWER:
        return
    parameters = operation(specification, "GET", path)["parameters"]
    wanted = {each["name"] for each in parameters if each["in"] == "query"} - ELSEWHERE
    assert wanted <= {*operation_.filters, *(option.name for option in operation_.options)}
