"""What the sandbox refuses in a query: for every operation that it serves, what Confluence's OpenAPI documents say of each parameter.

``pytest --update-golden`` writes the sandbox's own list (``operations.txt``) from the documents, which lie beside the checkout.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from contract.test_openapi_served import DOCUMENTS, QUERIES, REFERENCE, Seeded

from publisher.sandbox import documented, running
from publisher.sandbox.documented import Parameter, parameters_of

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
#: Choices with an explanation in angle brackets stand for numbers; the handler knows which.
EXPLAINED = "<"


@pytest.fixture(scope="module")
def asked() -> Iterator[Seeded]:
    with running(":memory:") as (address, store):
        found = Seeded(address, store)
        yield found
        found.client.close()


def described(document: dict[str, Any], parameter: dict[str, Any]) -> str:
    """A parameter in the words of ``operations.txt``; empty if any text will do."""

    def resolved(value: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in value:
            section, name = value["$ref"].split("/")[-2:]
            value = document["components"][section][name]
        return value

    parameter = resolved(parameter)
    if parameter["in"] != "query":
        return ""
    schema = resolved(parameter.get("schema", {}))
    item = resolved(schema.get("items", schema))
    kind = _kind(item)
    many = f"[{schema.get('maxItems', '')}]" if schema.get("type") == "array" else ""
    needed = "!" if parameter.get("required") else ""
    if kind == "text" and not needed and many in {"", "[]"}:
        return ""
    return f"{parameter['name']}{needed}={kind}{many}"


def _kind(schema: dict[str, Any]) -> str:
    if schema.get("enum") and not any(EXPLAINED in word for word in schema["enum"]):
        return "|".join(schema["enum"])
    if schema.get("type") == "boolean":
        return "boolean"
    if schema.get("type") == "integer":
        return f"{schema.get('minimum', '')}..{schema.get('maximum', '')}"
    return "text"


def written() -> Iterator[str]:
    """The lines that the documents make."""
    for start, name in DOCUMENTS.items():
        document = json.loads((REFERENCE / name).read_text(encoding="utf-8"))
        for path, item in sorted(document["paths"].items()):
            for method in (name for name in METHODS if name.lower() in item):
                operation = item[method.lower()]
                given = [*item.get("parameters", ()), *operation.get("parameters", ())]
                words = [word for word in (described(document, each) for each in given) if word]
                yield " ".join([method, start + path, *words])


def test_the_list_of_operations_is_that_of_the_documents(update: bool) -> None:
    if not all((REFERENCE / name).exists() for name in DOCUMENTS.values()):
        pytest.skip("the OpenAPI documents are not beside this checkout")
    header, *_ = documented.FILE.read_text(encoding="utf-8").splitlines()
    text = "\n".join([header, *written()]) + "\n"
    if update:
        documented.FILE.write_text(text, encoding="utf-8")
    assert documented.FILE.read_text(encoding="utf-8") == text


def wrong_values(parameter: Parameter) -> Iterator[str]:
    """Values that the document rules out."""
    if parameter.words or parameter.boolean:
        yield "nonsense"
    if parameter.numbers is not None:
        yield from ("abc", "1.5", str(2**63))
        low, high = parameter.numbers
        yield from [] if low is None else [str(low - 1)]
        yield from [] if high is None else [str(high + 1)]
    if parameter.most:
        yield ",".join(str(number) for number in range(1, parameter.most + 2))


def refusals() -> list[tuple[str, str, Parameter, str]]:
    return [
        (method, path, parameter, value)
        for (method, path), parameters in documented.documented_parameters().items()
        for parameter in parameters
        for value in wrong_values(parameter)
    ]


def test_what_the_documents_rule_out_is_refused_by_its_name(asked: Seeded) -> None:
    """For every parameter of every operation that is served."""
    wrong, count = [], 0
    for method, path, parameter, value in refusals():
        answer = _ask(asked, method, path, {parameter.name: value})
        if answer.status_code == 501:
            continue
        count += 1
        if answer.status_code != 400 or parameter.name not in answer.text:
            wrong.append(f"{method} {path}?{parameter.name}={value[:30]}: {answer.status_code} {answer.text[:100]}")
    assert not wrong, "\n".join(wrong)
    assert count > 500


def test_what_an_operation_needs_is_asked_for(asked: Seeded) -> None:
    answers = {
        f"{method} {path}?{parameter.name}": _ask(asked, method, path, {}, without=parameter.name)
        for (method, path), parameters in documented.documented_parameters().items()
        for parameter in parameters
        if parameter.required
    }
    served = {shown: answer for shown, answer in answers.items() if answer.status_code != 501}
    assert {shown: answer.text[:100] for shown, answer in served.items() if answer.status_code != 400} == {}
    assert len(served) >= 10


def _ask(seeded: Seeded, method: str, path: str, query: dict[str, str], *, without: str = "") -> httpx.Response:
    """The request with ids that are there, and with what else the operation needs."""
    start = "/wiki/api/v2" if path.startswith("/wiki/api/v2") else "/wiki"
    below = path.removeprefix(start)
    try:
        address = seeded.fill(below)
    except KeyError:  # nothing of that kind was made
        address = "/".join("1" if part.startswith("{") else part for part in below.split("/"))
    needed = dict(pair.split("=", 1) for pair in QUERIES.get(below, "").split("&") if pair)
    query = {name: value for name, value in {**needed, **query}.items() if name != without}
    body: dict[str, Any] = {} if method in {"GET", "DELETE"} else {"json": {}}
    headers = {"X-Atlassian-Token": "no-check"}
    return seeded.client.request(method, start + address, params=query, headers=headers, **body)


def test_values_that_are_documented_are_taken(asked: Seeded) -> None:
    """Each word, flags in either case, and the ends of each range."""
    wrong = []
    for (method, path), parameters in documented.documented_parameters().items():
        for parameter in parameters if method == "GET" else ():
            values = [*parameter.words, *(["True", "false"] if parameter.boolean else [])]
            values += [str(number) for number in parameter.numbers or () if number is not None]
            for value in values:
                answer = _ask(asked, method, path, {parameter.name: value})
                if answer.status_code == 400:
                    wrong.append(f"{method} {path}?{parameter.name}={value}: {answer.text[:120]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("value", "status"), [("restrictions.user", 200), ("restrictions", 200), ("content.version", 200), ("x", 400)]
)
def test_expansions_below_and_above_a_documented_one_are_taken(asked: Seeded, value: str, status: int) -> None:
    where = asked.fill("/rest/api/content/{id}/restriction/byOperation")
    assert asked.client.get(f"/wiki{where}?expand={value}").status_code == status


@pytest.mark.parametrize(
    ("depth", "titles"),
    [("all", ["A", "B"]), ("root", ["A"]), ("1", ["A"]), ("2", ["A", "B"]), ("x", None), ("101", None)],
)
def test_descendants_are_given_to_the_depth_that_is_asked_for(depth: str, titles: list[str] | None) -> None:
    with running(":memory:") as (address, store), httpx.Client(base_url=address) as client:
        space = store.create_space("DOCS", "Docs")["id"]
        top = parent = store.create_page(space, {"title": "Top"})["id"]
        for title in "AB":
            parent = store.create_page(space, {"title": title, "parent": parent})["id"]
        answer = client.get(f"/wiki/rest/api/content/{top}/descendant/page?depth={depth}")
    assert (
        (answer.status_code == 400) if titles is None else [row["title"] for row in answer.json()["results"]] == titles
    )


def test_the_words_of_the_list_are_read() -> None:
    found = parameters_of(["limit=1..250", "id=..[250]", "purge=boolean", "cql!=text", "sort=id|-id", "status=a|b[]"])
    assert [(each.name, each.required, each.most) for each in found] == [
        ("limit", False, 0), ("id", False, 250), ("purge", False, 0), ("cql", True, 0), ("sort", False, 0), ("status", False, 0),
    ]  # fmt: skip
    assert found[0].numbers == (1, 250) and found[1].numbers == (None, None) and found[2].boolean
    assert found[4].words == ("id", "-id") and found[5].words == ("a", "b")


# Bodies and headers


@pytest.mark.parametrize("ids", [[True], [None], [[]], [{}], [1.5], ["3", True]])
def test_ids_to_convert_are_strings_or_numbers(asked: Seeded, ids: list[Any]) -> None:
    assert asked.client.post("/wiki/api/v2/content/convert-ids-to-types", json={"contentIds": ids}).status_code == 400


def test_the_details_of_an_attachment_are_named(asked: Seeded) -> None:
    page, file = asked.holders["content"], str(asked.holders["attachments"])
    where = f"/wiki/rest/api/content/{page}/child/attachment/{file}"
    whole = {"id": file, "type": "attachment", "version": {"number": 1}}
    wrong = [{}, *({name: whole[name] for name in whole if name != left_out} for left_out in whole)]
    wrong += [{**whole, "id": "att999"}, {**whole, "type": "page"}]
    assert [asked.client.put(where, json=body).status_code for body in wrong] == [400] * len(wrong)
    assert asked.client.put(where).status_code == 415 and asked.client.put(where, json=whole).status_code == 200


def test_restrictions_are_a_list_or_hold_one(asked: Seeded) -> None:
    where = f"/wiki/rest/api/content/{asked.holders['content']}/restriction"
    for body, status in (({}, 400), ({"results": None}, 400), ({"results": []}, 200), ([], 200)):
        assert asked.client.put(where, json=body).status_code == status


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_watching_is_protected_against_requests_of_other_sites(asked: Seeded, method: str) -> None:
    where = f"/wiki/rest/api/user/watch/content/{asked.holders['content']}"
    assert asked.client.request(method, where).status_code == 403
    assert asked.client.request(method, where, headers={"X-Atlassian-Token": "no-check"}).status_code == 204


def test_limits_of_restrictions_are_numbers_on_data_center_too() -> None:
    with running(":memory:", flavor="datacenter") as (address, store), httpx.Client(base_url=address) as client:
        page = store.create_page(store.create_space("DOCS", "Docs")["id"], {"title": "Page"})["id"]
        for end, status in (("", 200), ("?limit=x", 400), ("/read?start=-1", 400)):
            where = f"/confluence/rest/api/content/{page}/restriction/byOperation{end}"
            assert client.get(where).status_code == status
