"""Tasks as Confluence reads them from the bodies of pages."""

from typing import Any

from publisher.sandbox.store import ACCOUNT, Row
from publisher.storage import parse_body, serialise_children

_AC = "{http://atlassian.com/content}"
_RI = "{http://atlassian.com/resource/identifier}"


def find_tasks(page: Row) -> list[Row]:
    """v2's values of the tasks of a page or blog post."""
    if "ac:task-list" not in page["body"]:
        return []
    found = []
    for task in parse_body(page["body"]).iter(_AC + "task"):
        body = task.find(_AC + "task-body")
        user = next(body.iter(_RI + "user"), None) if body is not None else None
        due = next(body.iter("time"), None) if body is not None else None
        local = task.findtext(_AC + "task-id") or ""
        value: Row = {
            "id": f"{page['id']}{int(local or 0):04d}",
            "localId": local,
            "spaceId": str(page["space"]),
            "pageId" if page["kind"] == "page" else "blogPostId": str(page["id"]),
            "status": task.findtext(_AC + "task-status"),
            "body": {
                "storage": {"representation": "storage", "value": serialise_children(body) if body is not None else ""}
            },
            "createdBy": page["author"] or ACCOUNT,
            "createdAt": page["created"],
        }
        if user is not None:
            value["assignedTo"] = user.get(_RI + "account-id")
        if due is not None:
            value["dueAt"] = f"{due.get('datetime')}T00:00:00.000Z"
        found.append(value)
    return found


def set_task(body: str, local: str, status: str) -> str:
    """The body with one task ticked or not."""
    root = parse_body(body)
    for task in root.iter(_AC + "task"):
        state: Any = task.find(_AC + "task-status")
        if task.findtext(_AC + "task-id") == local and state is not None:
            state.text = status
    return serialise_children(root)
