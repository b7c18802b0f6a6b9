"""Which tools there are: one for each row of the table of operations, and those that work on documents. Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from publisher.confluence.operations.table import OPERATIONS
from publisher.confluence.operations.types import Argument, Operation

MOST_ROWS = 25
_TYPES = {"flag": "boolean", "count": "integer"}
#: Arguments that name files or standard streams: a tool takes and gives text.
_NOT_HERE = {"body-file", "output"}
_CONFIRM = {
    "type": "string",
    "description": "the token of the plan that a first call without it returned; the plan is carried out then",
}
_PATHS = {
    "type": "array",
    "items": {"type": "string"},
    "description": "files or folders below the folder that the server was started in (default: the docs of publisher.yml)",
}
_SINCE = {"type": "string", "description": "a Git revision: only documents that changed since it"}


class Tool(Struct, frozen=True):
    """``operation``: the row of the table; None for a tool on documents. ``writes``: whether it can change anything."""

    name: str
    description: str
    schema: Mapping[str, Any]
    writes: bool = False
    destroys: bool = False
    operation: Operation | None = None


def tool_name(operation: Operation) -> str:
    """``page get`` → ``page_get``."""
    return operation.name.replace(" ", "_").replace("-", "_")


def tools(*, allow_writes: bool) -> dict[str, Tool]:
    """By name. Without ``allow_writes`` there are those that only read."""
    found = [*map(_of_operation, OPERATIONS), *_documents(allow_writes=allow_writes)]
    return {tool.name: tool for tool in found if allow_writes or not tool.writes}


def is_markdown(operation: Operation) -> bool:
    """Whether what comes back has a body that is given as Markdown."""
    return operation.result in {"page", "blogpost", "comment"}


def _of_operation(operation: Operation) -> Tool:
    properties: dict[str, Any] = {}
    for argument in (*operation.arguments, *operation.options):
        if argument.name not in _NOT_HERE:
            properties[argument.key] = _property(argument)
    for name in operation.filters:
        properties.setdefault(name.replace("-", "_"), {"type": "string", "description": f"filter by {name}"})
    if "body_format" in properties:
        text = "format of the bodies; " + ("markdown if left out" if operation.verb == "get" else "none if left out")
        properties["body_format"] = {"type": "string", "description": f"{text}: markdown, storage, view, …"}
    if operation.paged:
        properties["limit"] = {
            "type": "integer",
            "minimum": 1,
            "description": f"at most so many rows (default {MOST_ROWS})",
        }
    writes = not operation.reads
    required = [each.key for each in (*operation.arguments, *operation.options) if each.required]
    text = operation.help + ("" if operation.on_data_center else " (not on Data Center)") + "."
    if writes:
        properties["confirm"], required = _CONFIRM, []
        text += " The first call changes nothing: it returns a plan and a token. A second call with `confirm` does it."
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Tool(tool_name(operation), text, schema, writes, operation.confirm, operation)


def _property(argument: Argument) -> dict[str, Any]:
    if argument.name == "markdown":
        return {"type": "string", "description": "the body as Markdown, in place of `body`"}
    if argument.name == "file":
        return {"type": "string", "description": "a file below the folder that the server was started in"}
    found: dict[str, Any] = {"description": argument.help}
    if argument.several:
        return {**found, "type": "array", "items": {"type": "string"}}
    if argument.kind != "json":
        found["type"] = _TYPES.get(argument.kind, "string")
    return found


def _documents(*, allow_writes: bool) -> list[Tool]:
    flags = {
        "theirs": "take what people wrote where both sides changed the same",
        "ours": "keep the document where both sides changed the same",
        "labels": "take over labels that people added",
        "moves": "move files of pages that people moved",
        "new": "write documents for new pages that people made below ours",
    }
    pull: dict[str, Any] = {
        "paths": _PATHS,
        **{name: {"type": "boolean", "description": text} for name, text in flags.items()},
    }
    text = "Show what people changed in Confluence as a patch of the documents."
    if allow_writes:
        pull["confirm"] = _CONFIRM
        text += " A second call with `confirm` writes it into the files."

    def of(**properties: Any) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": [], "additionalProperties": False}

    return [
        Tool("plan", "Show what a publish of the documents would do: each page with its action and the reasons.",
             of(paths=_PATHS, since=_SINCE)),
        Tool("diff", "Show how a publish of the documents would change the bodies of the pages, as a unified diff.",
             of(paths=_PATHS, since=_SINCE)),
        Tool("check", "Check the documents without a network: every problem with file, line and what to do.", of(paths=_PATHS)),
        Tool("pull", text, of(**pull)),
    ]  # fmt: skip
