"""A plan on record: what was reviewed is what is applied, or nothing is. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from publisher import __version__
from publisher.errors import PlanRefused, UsageError
from publisher.model.plan import Plan

SCHEMA = 1


def plan_values(plans: Sequence[Plan]) -> dict[str, Any]:
    """The plan as JSON: no bodies, no secrets; digests tell whether anything has changed since."""
    return {"schema": SCHEMA, "tool": __version__, "collections": [_collection(plan) for plan in plans]}


def _collection(plan: Plan) -> dict[str, Any]:
    return {
        "collection": plan.collection,
        "where": dict(plan.where),
        "pages": [
            {
                "path": action.page.key,
                "title": action.page.title,
                "action": action.kind,
                "reasons": list(action.reasons),
                "body": action.page.digests["body"],
                "id": action.remote.id if action.remote else None,
                "version": action.remote.version if action.remote else None,
            }
            for action in plan.actions
        ],
        "removals": [{"id": removal.page.id, "title": removal.page.title} for removal in plan.removals],
    }


def read_plan(text: str, name: str) -> dict[str, Mapping[str, Any]]:
    """The collections of a plan file by name. UsageError for what is none."""
    try:
        data = json.loads(text)
        if data["schema"] != SCHEMA:
            raise UsageError(f"{name}: this plan was made by another version of Publisher ({data.get('tool')})")
        return {str(item["collection"]): item for item in data["collections"]}
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{name}: this is no plan of Publisher: {error}") from None


def check_plan(plan: Plan, reviewed: Mapping[str, Mapping[str, Any]]) -> None:
    """PlanRefused if the plan that would be applied is not the one that was reviewed, naming what has changed since."""
    item = reviewed.get(plan.collection)
    if item is None:
        raise PlanRefused(f"the reviewed plan does not know the collection “{plan.collection}”")
    before = {row["path"]: row for row in item["pages"]}
    now = {row["path"]: row for row in _collection(plan)["pages"]}
    wrong = [f"{path}: the document is new since the review" for path in now if path not in before]
    wrong += [f"{path}: the document was there at the review and is gone" for path in before if path not in now]
    for path, row in now.items():
        wrong += list(_differences(path, before.get(path, row), row))
    removed = {row["id"]: row["title"] for row in item["removals"]}
    wrong += [f"{r.page.title}: its removal was not reviewed" for r in plan.removals if r.page.id not in removed]
    if wrong:
        raise PlanRefused(
            "\n".join([*wrong, "the plan is not the one that was reviewed: plan again, and have it reviewed"])
        )


def _differences(path: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[str]:
    if before["body"] != now["body"] or before["title"] != now["title"]:
        yield f"{path}: the document has changed since the review"
    elif (before["id"], before["version"]) != (now["id"], now["version"]):
        yield f"{path}: the page “{now['title']}” has changed in Confluence since the review"
    elif before["action"] != now["action"]:
        yield f"{path}: would be {now['action']}, and was reviewed as {before['action']}"


def plan_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the plan file."""
    text, number = {"type": "string"}, {"type": ["integer", "null"]}
    page = {
        "type": "object",
        "properties": {
            "path": text, "title": text, "action": {"enum": ["create", "update", "move", "unchanged", "withheld"]},
            "reasons": {"type": "array", "items": text}, "body": text, "id": {"type": ["string", "null"]}, "version": number,
        },
        "required": ["path", "title", "action", "reasons", "body", "id", "version"],
    }  # fmt: skip
    removal = {"type": "object", "properties": {"id": text, "title": text}, "required": ["id", "title"]}
    collection = {
        "type": "object",
        "properties": {
            "collection": text, "where": {"type": "object"}, "pages": {"type": "array", "items": page},
            "removals": {"type": "array", "items": removal},
        },
        "required": ["collection", "where", "pages", "removals"],
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "plan of Publisher",
        "type": "object",
        "properties": {
            "schema": {"const": SCHEMA},
            "tool": text,
            "collections": {"type": "array", "items": collection},
        },
        "required": ["schema", "tool", "collections"],
    }
