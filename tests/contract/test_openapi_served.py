"""Every documented operation that the sandbox serves, asked with ids that are there, that are not, and that are none.

The answers are held against Confluence's OpenAPI documents, which lie beside the checkout; without them only the codes
of refusals are looked at, for the operations are in the sandbox's own list.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from contract.test_openapi import nullable

from publisher.sandbox import Store, running
from publisher.sandbox.documented import documented_operations

REFERENCE = Path(__file__).parents[2].parent / "shared" / "reference"
DOCUMENTS = {"/wiki/api/v2": "confluence-cloud-v2.openapi.json", "/wiki": "confluence-cloud-v1.openapi.json"}
BODY = (
    "<p>Some text here</p><ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>"
    "<ac:task-body>do it</ac:task-body></ac:task></ac:task-list>"
)
#: What an operation needs in its query.
QUERIES = {
    "/custom-content": "type=ac:x:y", "/spaces/{id}/custom-content": "type=ac:x:y", "/rest/api/search": "cql=type=page",
    "/rest/api/content/search": "cql=type=page", "/rest/api/user": "accountId=sandbox-account", "/rest/api/label": "name=howto",
    "/rest/api/user/bulk": "accountId=sandbox-account", "/rest/api/search/user": 'cql=user.fullname~"Sand"',
    "/rest/api/user/memberof": "accountId=sandbox-account", "/pages/{id}/custom-content": "type=ac:x:y",
    "/blogposts/{id}/custom-content": "type=ac:x:y",
}  # fmt: skip


class Seeded:
    """Something of everything, and which id goes where in a path."""

    def __init__(self, address: str, store: Store, key: str = "DOCS") -> None:
        self.client = httpx.Client(base_url=address, timeout=30)
        space = store.create_space(key, "Docs")["id"]
        page = store.create_page(space, {"title": "Page", "body": BODY})["id"]
        store.create_page(space, {"title": "Child", "parent": page})
        store.add_labels(page, ["howto"])
        made = {
            kind: store.create_page(space, {"title": kind, "kind": kind, "subtype": "ac:x:y"})["id"]
            for kind in ("blogpost", "custom", "folder", "whiteboard", "database", "embed")
        }
        file = store.put_attachment(
            page, {"name": "a", "media": "text/plain", "comment": "", "data": b"x"}, replace=False
        )
        footer = store.create_footer_comment(page, "<p>c</p>")["id"]
        inline = store.create_inline_comment(page, "<p>i</p>", {"text": "text"})["id"]
        self.holders = {
            "pages": page, "blogposts": made["blogpost"], "custom-content": made["custom"], "folders": made["folder"],
            "whiteboards": made["whiteboard"], "databases": made["database"], "embeds": made["embed"], "spaces": space,
            "attachments": f"att{file['id']}", "footer-comments": footer, "inline-comments": inline, "comments": footer,
            "labels": store.all_labels()[0]["id"], "tasks": f"{page}0001", "content": page,
        }  # fmt: skip
        kinds = {"pages": "page", "blogposts": "blogpost", "custom-content": "custom", "comments": "comment", "spaces": "space",
                 "attachments": "attachment"}  # fmt: skip
        self.properties = {
            part: store.create_property(int(str(number).removeprefix("att")), "k", 1, kinds.get(part, part[:-1]))["id"]
            for part, number in self.holders.items()
            if part in {*kinds, "folders", "whiteboards", "databases", "embeds"}
        }
        self.words = {
            "attachmentId": f"att{file['id']}",
            "operationKey": "read",
            "type": "page",
            "groupId": "confluence-users",
        }
        self.words |= {"version-number": "1", "id": str(page), "pageId": str(page), "contentId": str(page)}
        self.words["task"] = str(store.archive_pages([]))

    def fill(self, path: str, number: str | None = None) -> str:
        """The path with ids; ``number`` in place of the first."""
        part = path.removeprefix("/rest/api").split("/")[1]

        def word(match: re.Match[str]) -> str:
            name = match[1]
            if number is not None and match.start() == path.index("{"):
                return number
            if name == "property-id":
                return str(self.properties[part])
            if part == "longtask":
                return self.words["task"]
            return str(
                self.words.get(name)
                if name in self.words and (name != "id" or "rest/api" in path)
                else self.holders[part]
            )

        return re.sub(r"\{([^}]+)\}", word, path)


@pytest.fixture(scope="module")
def seeded() -> Iterator[Seeded]:
    with running(":memory:") as (address, store):
        found = Seeded(address, store)
        yield found
        found.client.close()


def reads() -> list[tuple[str, str]]:
    """(start, path below it) of each documented GET."""
    rows = [path for method, path in documented_operations() if method == "GET"]
    return [
        ("/wiki/api/v2", path.removeprefix("/wiki/api/v2")) if "/api/v2/" in path else ("/wiki", path[5:])
        for path in rows
    ]


def document(start: str) -> dict[str, Any] | None:
    file = REFERENCE / DOCUMENTS[start]
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else None


@pytest.mark.parametrize("start", DOCUMENTS)
def test_what_is_read_has_the_documented_schema(seeded: Seeded, start: str) -> None:
    found = document(start)
    if found is None:
        pytest.skip("the OpenAPI document is not beside this checkout")
    components, wrong, asked = nullable(found.get("components", {})), [], 0
    for path in (path for each, path in reads() if each == start):
        try:
            address = seeded.fill(path)
        except KeyError:
            address = re.sub(r"\{[^}]+\}", "1", path)
        answer = seeded.client.get(f"{start}{address}?{QUERIES.get(path, '')}")
        if answer.status_code == 501:
            continue
        asked += 1
        described = found["paths"][path]["get"]["responses"].get(str(answer.status_code))
        if described is None:
            wrong.append(f"{path}: {answer.status_code} {answer.text[:200]}")
        elif "content" in described and answer.content:
            media: list[dict[str, Any]] = [*described["content"].values(), {}]
            schema = nullable(media[0].get("schema", {}))
            validator = jsonschema.Draft202012Validator({**schema, "components": components})
            wrong += [
                f"{path}: {error.json_path} {error.message[:200]}" for error in validator.iter_errors(answer.json())
            ]
    assert wrong == [] and asked >= (80 if "v2" in start else 24)


@pytest.mark.parametrize(
    ("number", "codes"), [("999999", {400, 404}), ("abc", {400, 404}), ("9223372036854775808", {400, 404})]
)
def test_an_id_that_is_not_there_or_is_none_is_refused(seeded: Seeded, number: str, codes: set[int]) -> None:
    wrong = []
    for start, path in reads():
        if "{" not in path:
            continue
        try:
            address = seeded.fill(path, number)
        except KeyError:
            continue
        answer = seeded.client.get(f"{start}{address}?{QUERIES.get(path, '')}")
        if answer.status_code != 501 and answer.status_code not in codes:
            wrong.append(f"{address}: {answer.status_code} {answer.text[:200]}")
    assert wrong == []
