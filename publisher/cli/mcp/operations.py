"""Tools that are operations of the client: what they read, and plans of what they write."""

import difflib
import json
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec import Struct

from publisher.cli.mcp.pending import Answer, Planned
from publisher.cli.mcp.shapes import item_values, page_text
from publisher.cli.mcp.tools import MOST_ROWS, is_markdown
from publisher.confluence.operations.client import Confluence
from publisher.confluence.operations.items import Item
from publisher.confluence.operations.types import Operation
from publisher.errors import NotFound, RemoteError, UsageError, VersionConflict
from publisher.pagetexts import MarkdownText, PageTexts, PreparedPage

_MOST_BYTES = 5_000_000


class Operations(Struct, frozen=True):
    """Over one connection. ``space``: the one of the settings; ``folder``: files may be sent from below it.

    ``site``: what addresses of pages begin with."""

    confluence: Confluence
    texts: PageTexts
    space: str
    folder: Path
    site: str = ""

    def read(self, operation: Operation, arguments: Mapping[str, Any]) -> Answer:
        """What an operation that changes nothing gives."""
        given = dict(arguments)
        form = given.get("body_format", "markdown" if operation.verb == "get" else "")
        as_text = form == "markdown" and is_markdown(operation)
        if as_text or (operation.result == "comment" and not form):
            as_text, given["body_format"] = True, "storage"
        if operation.result == "comment" and "body_format" in given and not _has(operation, "body_format"):
            del given["body_format"]
        limit = int(given.pop("limit", MOST_ROWS)) if operation.paged else 0
        found = self._run(operation, {**given, **({"limit": limit + 1} if operation.paged else {})})
        markdown = self.texts.markdown if as_text else None
        if operation.result == "bytes":
            return _download(found, self.site)
        if isinstance(found, Item):
            values = item_values(found, markdown, self.site)
            return Answer(page_text(values) if "markdown" in values else _dump(values), values)
        rows = [item_values(row, markdown, self.site) for row in islice(found or (), limit + 1)]
        listed = {"items": rows[:limit], "more": len(rows) > limit}
        return Answer(_dump(listed), listed)

    def plan(self, operation: Operation, arguments: Mapping[str, Any]) -> Planned:
        """What an operation would change, as far as that can be known before. It changes nothing."""
        given = dict(arguments)
        if "file" in given:
            given["file"] = str(self._file(str(given["file"])))
        if self.space and _has(operation, "space", required=True):
            given.setdefault("space", self.space)
        missing = [
            each.key for each in (*operation.arguments, *operation.options) if each.required and not given.get(each.key)
        ]
        if missing and not ("markdown" in given and missing == ["title"]):
            raise UsageError(f"{operation.name} needs {', '.join(missing)}")
        if "markdown" in given:
            return self._plan_text(operation, given)
        target = self._target(operation, given)
        values = {
            "operation": operation.name,
            "does": operation.help,
            "arguments": given,
            **({"target": target} if target else {}),
        }

        def carry_out() -> Answer:
            now = self._target(operation, given)
            if target and now.get("version") != target.get("version"):
                raise VersionConflict(f"{target.get('title')!r} has changed since the plan was made; plan again", 409)
            return self._done(self._run(operation, given))

        return Planned(values, carry_out)

    def _plan_text(self, operation: Operation, given: dict[str, Any]) -> Planned:
        if other := next((name for name in ("body", "representation") if name in given), ""):
            raise UsageError(f"{operation.name}: give either `markdown` or `{other}`")
        kind, title = operation.resource, str(given.get("title", ""))
        text = MarkdownText(str(given.pop("markdown")))
        if operation.verb == "create":
            prepared = self.texts.create(text, title)
        else:
            prepared = self.texts.update(kind, str(given[kind]), text, title)
        prepared.refuse_errors()
        values = {
            "operation": operation.name,
            "title": prepared.title,
            "changes": prepared.changes or "parent" in given,
            "notes": list(prepared.notes),
            "problems": [str(problem) for problem in prepared.problems],
            "arguments": {name: value for name, value in given.items() if name != "title"},
            "diff": self._diff(prepared),
        }
        if prepared.current is not None:
            values["target"] = _about(prepared.current, self.site)

        def carry_out() -> Answer:
            return self._done(self.texts.write(kind, prepared, given))

        return Planned(values, carry_out)

    def _diff(self, prepared: PreparedPage) -> str:
        """Of the Markdown before and after."""
        before, after = (self.texts.markdown(body).splitlines() for body in (prepared.before, prepared.body))
        return "\n".join(difflib.unified_diff(before, after, "now", "then", lineterm=""))

    def _run(self, operation: Operation, given: Mapping[str, Any]) -> Any:
        try:
            return self.confluence.run(operation.name, **given)
        except NotFound:
            if operation.resource not in {"connection", "gateway"}:
                self.confluence.run(
                    "user current"
                )  # Cloud hides everything from a bad login: then that is what is said
            raise

    def _done(self, found: Any) -> Answer:
        if not isinstance(found, Item):
            return Answer("done", {"done": True})
        values = item_values(found, None, self.site)
        values.pop("body", None)
        return Answer(_dump({"done": True, **values}), {"done": True, **values})

    def _target(self, operation: Operation, given: Mapping[str, Any]) -> dict[str, Any]:
        """The page or blog post that an operation changes, as it is now."""
        kind = operation.resource if operation.resource in {"page", "blogpost"} else "page"
        if kind not in given or operation.verb in {"create", "restore"}:
            return {}
        with suppress(RemoteError):
            found = self.confluence.run(f"{kind} get", **{kind: given[kind]})
            return _about(found, self.site) if isinstance(found, Item) else {}
        return {}

    def _file(self, name: str) -> Path:
        """UsageError for a file outside the folder, or a hidden one: nobody may have it sent."""
        path = (self.folder / name).resolve()
        top = self.folder.resolve()
        inside = path.is_relative_to(top) and not any(part.startswith(".") for part in path.relative_to(top).parts)
        if not inside or not path.is_file():
            raise UsageError(f"{name}: no file below {top.name}/ that may be sent")
        return path


def _has(operation: Operation, key: str, *, required: bool = False) -> bool:
    named = {each.key for each in (*operation.arguments, *operation.options) if each.required or not required}
    return key in named or (not required and key in {name.replace("-", "_") for name in operation.filters})


def _about(item: Item, site: str) -> dict[str, Any]:
    values = item_values(item, None, site)
    return {"id": item.id, "title": item.title, "version": item.version, "url": values.get("url", "")}


def _download(found: Any, site: str) -> Answer:
    assert isinstance(found, Item)
    size, media = found.get("fileSize"), str(found.get("mediaType") or "application/octet-stream")
    if isinstance(size, int) and size > _MOST_BYTES:
        raise UsageError(
            f"{found.title} has {size} bytes; `publisher attachment download {found.id}` writes it to a file"
        )
    values = item_values(found, None, site)
    if media.startswith("text/") or media == "application/json":
        with suppress(UnicodeDecodeError):
            return Answer(found.data.decode("utf-8"), values)
    return Answer(_dump(values), values, (found.data, media))


def _dump(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, indent=1)
