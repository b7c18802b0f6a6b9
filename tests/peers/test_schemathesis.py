"""Schemathesis asks the sandbox everything that Confluence's OpenAPI documents describe, well and badly formed.

The documents lie beside the checkout. A share of the cases, the same on every run, is tried; ``--full`` tries more.
"""

import copy
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract.test_openapi import nullable
from contract.test_openapi_served import DOCUMENTS, REFERENCE, Seeded
from peers.environments import needs, program, run

from publisher.sandbox import running
from publisher.sandbox.service import CONTEXT

pytestmark = pytest.mark.no_cover  # a sweep: see `tests/conftest.py`
METHODS = {"get", "put", "post", "delete", "patch"}
#: Flavour of the sandbox, where its API starts, the document, whether answers are held against it, and how many
#: operations are asked at least. There is no document of Data Center's:
#: Cloud's v1 says what may be asked, and the shapes of the answers are not compared.
SIDES = {
    "cloud-v2": ("cloud", "/wiki/api/v2", "/wiki/api/v2", True, 150),
    "cloud-v1": ("cloud", "/wiki", "/wiki", True, 45),
    "datacenter-v1": ("datacenter", CONTEXT, "/wiki", False, 25),
}
#: Refusals that the documents often leave out: wrong input, an id that is not there, a body of another media type, and what
#: Confluence has and the sandbox has not.
USUAL = {"400", "404", "415", "501"}
SETTINGS = '[checks.not_a_server_error]\nexpected-statuses = ["2xx", "3xx", "4xx", "501"]\n'


def is_served(client: httpx.Client, method: str, address: str) -> bool:
    """Whether a sandbox without content has the operation; 501 is the answer of the ones that it has not."""
    answer = client.request(method, re.sub(r"\{[^}]+\}", "1", address))
    return answer.status_code not in {405, 501} and "null for uri" not in answer.text


def served_part(document: dict[str, Any], flavor: str, start: str) -> dict[str, Any]:
    """The document with the operations that the sandbox serves, in the words of OpenAPI 3.1 for its answers."""
    found = copy.deepcopy(document)
    with running(":memory:", flavor=flavor) as (address, _), httpx.Client(base_url=address, timeout=30) as client:
        for path, item in found["paths"].items():
            for method in METHODS & set(item):
                if not is_served(client, method.upper(), start + path):
                    del item[method]
    answers = nullable(found["components"])
    found["paths"] = {path: item for path, item in found["paths"].items() if METHODS & set(item)}
    for item in found["paths"].values():
        for method in METHODS & set(item):
            item[method]["responses"] = _moved(nullable(item[method]["responses"]))
            for code in USUAL - set(item[method]["responses"]):
                item[method]["responses"][code] = {"description": "not in the document"}
    found["components"]["schemas"] |= {f"Answer{name}": _moved(each) for name, each in answers["schemas"].items()}
    return {**found, "openapi": "3.1.0"}


def with_ids(document: dict[str, Any], kept: Seeded, removed: Seeded) -> dict[str, Any]:
    """The document with ids that are there in its paths; what is deleted is not what the others ask for."""
    found = copy.deepcopy(document)
    for path, item in found["paths"].items():
        for method in METHODS & set(item):
            try:
                filled = (removed if method == "delete" else kept).fill(path)
            except KeyError:  # nothing of that kind was made
                filled = path
            words = dict(zip(path.split("/"), filled.split("/"), strict=True))
            known = {name[1:-1]: word for name, word in words.items() if name[:1] == "{" and word not in {name, "None"}}
            item[method]["parameters"] = [
                _with_id(document, each, known)
                for each in [*item.get("parameters", ()), *item[method].get("parameters", ())]
            ]
        item.pop("parameters", None)
    return found


def _with_id(document: dict[str, Any], parameter: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    """A parameter of a path with the id that is known for it."""
    if "$ref" in parameter:
        parameter = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    if parameter["in"] != "path" or parameter["name"] not in known:
        return parameter
    word, whole = known[parameter["name"]], parameter["schema"].get("type") == "integer"
    return {**parameter, "schema": {"enum": [int(word) if whole and word.isdigit() else word]}}


def _moved(schema: Any) -> Any:
    """References to the schemas of answers, which may hold null where those of requests may not."""
    text = json.dumps(schema)
    return json.loads(text.replace("#/components/schemas/", "#/components/schemas/Answer"))


@needs("schemathesis")
@pytest.mark.parametrize("side", SIDES)
def test_nothing_that_is_asked_breaks_the_sandbox(side: str, full: bool, tmp_path: Path) -> None:
    flavor, start, described, compared, least = SIDES[side]
    file = REFERENCE / DOCUMENTS[described]
    if not file.exists():
        pytest.skip("the OpenAPI document is not beside this checkout")
    document = served_part(json.loads(file.read_text(encoding="utf-8")), flavor, start)
    assert sum(len(METHODS & set(item)) for item in document["paths"].values()) >= least
    checks = ["not_a_server_error"]
    if compared:
        checks += ["response_schema_conformance", "status_code_conformance", "content_type_conformance"]
    with running(":memory:", flavor=flavor) as (address, store):
        kept, removed = Seeded(address, store), Seeded(address, store, "OLD")
        document = with_ids(document, kept, removed)
        (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        (tmp_path / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
        run(
            program("schemathesis", "schemathesis"), "run", "openapi.json", "--url", address + start,
            "--auth", "somebody@example.com:token", "--checks", ",".join(checks), "--continue-on-failure", "--no-color",
            "--phases", "fuzzing", "--max-examples", 20 if full else 2, "--warnings", "off",
            "--generation-deterministic", "--no-shrink", "--suppress-health-check", "all",
            cwd=tmp_path, seconds=900,
        )  # fmt: skip
