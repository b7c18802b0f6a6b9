"""Requests of the client and answers of the sandbox against Confluence's own OpenAPI documents, where they are at hand."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from publisher.confluence.client import Client, Login
from publisher.model.settings import Settings
from publisher.pipeline import convert
from publisher.planning.rules import Rules
from publisher.publish import publish
from publisher.remote.cloud import CloudRemote
from publisher.sandbox.app import running

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
    seen: list[tuple[str, str, bytes, Any]] = []
    with running(tmp_path / "state") as (address, store):
        store.create_space("DOCS", "Docs")
        client = Client(address + "/wiki", Login("u", "t"))

        def keep(response: Any) -> None:
            response.read()
            path = response.request.url.path
            if "/api/v2/" in path and response.is_success:
                body = response.request.content
                seen.append((response.request.method, path.split("/api/v2", 1)[1], body, response.json()))

        client._http.event_hooks = {"response": [keep]}
        remote = CloudRemote(client, client.base, 2)
        settings = Settings(tmp_path / "docs", space="DOCS")
        for text in ("# B\n", "# B\n\nnew\n", "# B\n\nnew\n"):
            (tmp_path / "docs" / "b.md").write_text(text)
            conversion = convert(settings)
            publish(conversion, remote, settings, Rules(), lambda plan: lambda result: None)
        client.close()
    yield seen


def operation(specification: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    for template, item in specification["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", r"\\d+", template), path) and method.lower() in item:
            found: dict[str, Any] = item[method.lower()]
            return found
    raise AssertionError(f"{method} {path} is not in the document")


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
    plain = specification["components"]
    components = nullable(plain)
    assert {(method, re.sub(r"\d+", "1", path)) for method, path, _, _ in traffic} >= {
        ("POST", "/pages"), ("PUT", "/pages/1"), ("POST", "/pages/1/properties"), ("PUT", "/pages/1/properties/1"),
        ("GET", "/spaces/1/pages"), ("GET", "/pages/1/properties"),
    }  # fmt: skip
    for method, path, body, answer in traffic:
        found = operation(specification, method, path)
        schema = nullable(found["responses"]["200"]["content"]["application/json"]["schema"])
        jsonschema.Draft202012Validator({**schema, "components": components}).validate(answer)
        if body:
            expected = found["requestBody"]
            if "$ref" in expected:
                expected = specification["components"]["requestBodies"][expected["$ref"].rsplit("/", 1)[1]]
            wanted = expected["content"]["application/json"]["schema"]
            sent = json.loads(body)
            sent.get("version", {}).pop("minorEdit", None)  # accepted, though not in the document (reference B.1)
            jsonschema.Draft202012Validator({**any_of(wanted), "components": any_of(plain)}).validate(sent)
