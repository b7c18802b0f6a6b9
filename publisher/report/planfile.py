"""A plan on record: what was reviewed is what is applied, or nothing is. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict

from publisher._version import __version__
from publisher.errors import PlanRefused, UsageError
from publisher.model.plan import Plan
from publisher.model.rendered import RenderedPage
from publisher.storage import digest

SCHEMA = 1
_PLACE = ("site", "space", "parent")


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
                "content": _content(action.page),
                "id": action.remote.id if action.remote else None,
                "version": action.remote.version if action.remote else None,
            }
            for action in plan.actions
        ],
        "removals": [
            {"id": removal.page.id, "title": removal.page.title, "version": removal.page.version}
            for removal in plan.removals
        ],
    }


def _content(page: RenderedPage) -> str:
    """Digest of everything that the documents say of a page: text, files, labels, properties, facets, and its place."""
    files = sorted((item.name, item.digest) for item in page.attachments)
    values = [
        page.digests["body"],
        files,
        page.labels,
        page.properties,
        asdict(page.metadata),
        page.parent,
        page.position,
    ]
    return digest(json.dumps(values, sort_keys=True))


def read_plan(text: str, name: str) -> dict[str, Mapping[str, Any]]:
    """The collections of a plan file by name. UsageError for what is none."""
    try:
        data = json.loads(text)
        if not isinstance(data, dict) or not {"schema", "collections"} <= data.keys():
            raise UsageError(f"{name}: this is no plan of Publisher; `publisher plan --output FILE` writes one")
        if data["schema"] != SCHEMA:
            raise UsageError(f"{name}: this plan was made by another version of Publisher ({data.get('tool')})")
        return {str(item["collection"]): item for item in data["collections"]}
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{name}: this is no plan of Publisher: {error}") from None


def check_plans(plans: Sequence[Plan], reviewed: Mapping[str, Mapping[str, Any]]) -> None:
    """PlanRefused if these are not exactly the plans that were reviewed, naming all that has changed since."""
    wrong = [text for plan in plans for text in _deviations(plan, reviewed)]
    missing = sorted(set(reviewed) - {plan.collection for plan in plans})
    wrong += [f"the reviewed plan holds “{name}” too, which this run does not publish" for name in missing]
    _refuse(wrong)


def check_plan(plan: Plan, reviewed: Mapping[str, Mapping[str, Any]]) -> None:
    """The same for one of several plans, just before it is applied."""
    _refuse(list(_deviations(plan, reviewed)))


def _refuse(wrong: Sequence[str]) -> None:
    if wrong:
        raise PlanRefused(
            "\n".join([*wrong, "the plan is not the one that was reviewed: plan again, and have it reviewed"])
        )


def _deviations(plan: Plan, reviewed: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    item = reviewed.get(plan.collection)
    if item is None:
        yield f"the reviewed plan does not know the collection “{plan.collection}”"
        return
    now = _collection(plan)
    for name in _PLACE:
        before, wanted = item["where"].get(name), now["where"].get(name)
        if before != wanted:
            yield f"{name}: it would go to {wanted}, and was reviewed for {before}"
    rows, pages = ({row["path"]: row for row in found["pages"]} for found in (item, now))
    yield from (f"{path}: the document is new since the review" for path in pages if path not in rows)
    yield from (f"{path}: the document was there at the review and is gone" for path in rows if path not in pages)
    for path, row in pages.items():
        yield from _differences(path, rows.get(path, row), row)
    rows, removals = ({row["id"]: row for row in found["removals"]} for found in (item, now))
    for page, row in {**rows, **removals}.items():
        if page not in rows:
            yield f"{row['title']}: its removal was not reviewed"
        elif page not in removals:
            yield f"{row['title']}: it was reviewed to be removed, and would stay"
        elif row["version"] != rows[page]["version"]:
            yield f"{row['title']}: the page to be removed has changed in Confluence since the review"


def _differences(path: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if before["content"] != now["content"] or before["title"] != now["title"]:
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
            "path": text, "title": text, "action": {"enum": ["create", "update", "move", "note", "unchanged", "withheld"]},
            "reasons": {"type": "array", "items": text}, "content": text, "id": {"type": ["string", "null"]}, "version": number,
        },
        "required": ["path", "title", "action", "reasons", "content", "id", "version"],
    }  # fmt: skip
    removal = {
        "type": "object",
        "properties": {"id": text, "title": text, "version": {"type": "integer"}},
        "required": ["id", "title", "version"],
    }
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
