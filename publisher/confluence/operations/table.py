"""The one table of what can be done with Confluence's content: commands, client methods, scopes and the guide follow from it.

Imports no HTTP library.
"""

from publisher.confluence.operations.content_rows import CONTENT_ROWS
from publisher.confluence.operations.other_rows import OTHER_ROWS
from publisher.confluence.operations.types import Operation

_ORDER = ("page", "property", "space", "blogpost", "comment", "attachment", "label", "task", "custom-content", "folder", "user",
          "search", "gateway", "connection")  # fmt: skip
OPERATIONS: tuple[Operation, ...] = tuple(
    sorted((*CONTENT_ROWS, *OTHER_ROWS), key=lambda operation: _ORDER.index(operation.resource))
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}

#: Kind of result → the fields of its table.
COLUMNS = {
    "page": ("id", "title", "status", "version.number", "parentId"),
    "blogpost": ("id", "title", "status", "version.number"),
    "child": ("id", "type", "title", "status"),
    "ancestor": ("id", "type"),
    "version": ("number", "createdAt", "authorId", "message"),
    "label": ("id", "name", "prefix"),
    "attachment": ("id", "title", "mediaType", "fileSize", "version.number"),
    "comment": ("id", "kind", "authorId", "createdAt", "resolutionStatus", "body.storage.value"),
    "property": ("id", "key", "version.number", "value"),
    "space": ("id", "key", "name", "type", "status"),
    "permission": ("id", "principal.type", "principal.id", "operation.key", "operation.targetType"),
    "task": ("id", "status", "pageId", "assignedTo", "dueAt"),
    "custom-content": ("id", "type", "title", "status"),
    "folder": ("id", "title", "parentId"),
    "user": ("accountId", "displayName", "email"),
    "found": ("id", "type", "title", "url"),
    "site": ("id", "name", "url"),
    "connection": ("connection_id", "status", "app", "creation_time", "last_updated_time", "metadata"),
}
