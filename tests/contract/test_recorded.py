"""Exchanges that were recorded on a real site, asked of the sandbox: two readings of Confluence must agree.

A recording is a JSON file of rows `{"method", "path", "body", "status", "answer"}` in the order in which they were made,
with names and ids replaced: `{{NAME}}` is put in place of what an earlier answer gave (`"keep": {"NAME": "id"}` in its row).
They lie in `tests/live/recorded` (what `tests/live` writes) or beside the checkout; there may be none.
"""

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from publisher.sandbox import Store, running

FOLDERS = (
    Path(__file__).parents[1] / "live" / "recorded",
    Path(__file__).parents[2].parent / "shared" / "reference" / "exchanges",
)
RECORDINGS = sorted(file for folder in FOLDERS if folder.is_dir() for file in folder.glob("*.json"))


def shape(value: Any) -> Any:
    """What must agree: names of fields and kinds of values; of a list, its first item."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def missing_parts(wanted: Any, given: Any, where: str = "$") -> list[str]:
    """Fields of the recorded answer that the sandbox's has not, or has with another kind of value."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        return [
            text
            for name, item in wanted.items()
            for text in (
                missing_parts(item, given[name], f"{where}.{name}") if name in given else [f"{where}.{name} is missing"]
            )
        ]
    if isinstance(wanted, list) and isinstance(given, list):
        return missing_parts(wanted[0], given[0], f"{where}[0]") if wanted and given else []
    return [] if wanted == given else [f"{where} is {given}, not {wanted}"]


def replay(rows: list[dict[str, Any]], client: httpx.Client, kept: dict[str, str]) -> list[str]:
    """What differs between the recorded answers and those of the sandbox."""
    wrong: list[str] = []

    def filled(text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda match: kept[match[1]], text)

    for row in rows:
        body = json.loads(filled(json.dumps(row["body"]))) if row.get("body") is not None else None
        answer = client.request(
            row["method"], filled(row["path"]), json=body, headers={"X-Atlassian-Token": "no-check"}
        )
        shown = f"{row['method']} {row['path']}"
        if answer.status_code != row["status"]:
            wrong.append(f"{shown}: {answer.status_code}, not {row['status']}")
            continue
        data = answer.json() if answer.content and "json" in answer.headers.get("Content-Type", "") else None
        wrong += (
            [f"{shown}: {text}" for text in missing_parts(shape(row.get("answer")), shape(data))]
            if data is not None
            else []
        )
        for name, field in row.get("keep", {}).items():
            kept[name] = str(data[field])
    return wrong


def ask(store: Store, address: str, rows: list[dict[str, Any]]) -> list[str]:
    space = store.create_space("DOCS", "Docs")
    with httpx.Client(base_url=address, timeout=30) as client:
        return replay(rows, client, {"SPACE": str(space["id"]), "HOME": str(space["homepage"])})


@pytest.mark.parametrize("file", RECORDINGS, ids=lambda file: file.stem)
def test_the_sandbox_answers_as_the_real_site_did(file: Path) -> None:
    flavor = "datacenter" if "datacenter" in file.stem else "cloud"
    with running(":memory:", flavor=flavor) as (address, store):
        assert ask(store, address, json.loads(file.read_text(encoding="utf-8"))) == []


def test_a_recording_tells_what_differs() -> None:
    """Written down by hand from the reference (B.1, D.2): the way itself, and that it finds a difference."""
    new = {"spaceId": "{{SPACE}}", "title": "T", "body": {"representation": "storage", "value": "<p>x</p>"}}
    made = {
        "id": "1",
        "status": "current",
        "title": "T",
        "spaceId": "1",
        "version": {"number": 1},
        "_links": {"webui": "/x"},
    }
    stale = {"errors": [{"status": 409, "code": "CONFLICT", "title": "Version must be incremented …"}]}
    change = {"id": "{{PAGE}}", "status": "current", "title": "T", "version": {"number": 7}}
    rows = [
        {
            "method": "POST",
            "path": "/wiki/api/v2/pages",
            "body": new,
            "status": 200,
            "answer": made,
            "keep": {"PAGE": "id"},
        },
        {"method": "PUT", "path": "/wiki/api/v2/pages/{{PAGE}}", "body": change, "status": 409, "answer": stale},
        {"method": "DELETE", "path": "/wiki/api/v2/pages/{{PAGE}}", "body": None, "status": 204},
    ]
    with running(":memory:") as (address, store):
        assert ask(store, address, rows) == []
        store.delete_page(3, purge=True)
        assert ask(store, address, [{**rows[0], "answer": {**made, "colour": "red", "title": 5}}]) == [
            "POST /wiki/api/v2/pages: $.title is str, not int",
            "POST /wiki/api/v2/pages: $.colour is missing",
        ]
