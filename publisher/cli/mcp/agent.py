"""Calls of tools, one at a time: the connection is made at the first call that needs it, and nothing secret is answered."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from publisher.cli.mcp.documents import DocumentTools
from publisher.cli.mcp.pending import Answer, PendingWrites, Planned
from publisher.cli.mcp.tools import Tool, tools
from publisher.cli.shared import mask
from publisher.config.load import Config, load_config
from publisher.config.options import OPTIONS
from publisher.errors import UsageError


class Agent(Struct):
    """``flags``: settings that the server was started with. ``folder``: where it was started."""

    flags: Mapping[str, Any]
    folder: Path
    allow_writes: bool
    tools: dict[str, Tool] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _pending: PendingWrites = field(default_factory=PendingWrites)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _operations: Any = None
    _config: Config | None = None

    def __post_init__(self) -> None:
        self.tools = tools(allow_writes=self.allow_writes)

    def close(self) -> None:
        """Closes the connection."""
        self._stack.close()

    def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        """An error of ours for what cannot be done."""
        tool = self.tools.get(name)
        if tool is None:
            everything = tools(allow_writes=True)
            why = "is a write: start the server with --allow-writes" if name in everything else "is no tool"
            raise UsageError(f"{name} {why}")
        given = {key: value for key, value in arguments.items() if value is not None}
        self._check(tool, given)
        with self._lock:
            return self._call(tool, given)

    def _check(self, tool: Tool, given: Mapping[str, Any]) -> None:
        known = tool.schema["properties"]
        unknown = sorted(set(given) - set(known))
        missing = [key for key in tool.schema["required"] if key not in given]
        if unknown or missing:
            words = [f"has no `{key}`" for key in unknown] + [f"needs `{key}`" for key in missing]
            raise UsageError(f"{tool.name} {', '.join(words)}")

    def _call(self, tool: Tool, given: dict[str, Any]) -> Answer:
        documents = DocumentTools(self.flags, self.folder)
        writes = tool.writes or (tool.name == "pull" and self.allow_writes)
        if writes and "confirm" in given:
            token = str(given.pop("confirm"))
            return self._pending.take(token, tool.name, given).carry_out()
        if not writes:
            return (
                documents.tool(tool.name)(given)
                if tool.operation is None
                else self._opened(tool).read(tool.operation, given)
            )
        planned: Planned = (
            documents.plan_pull(given) if tool.operation is None else self._opened(tool).plan(tool.operation, given)
        )
        token = self._pending.keep(tool.name, given, planned)
        values = {"plan": dict(planned.values), "confirm": token}
        return Answer(_plan_text(tool.name, planned.values, token), values)

    def _opened(self, tool: Tool) -> Any:
        """The operations over the connection of the settings."""
        from publisher.cli.connection import opened_confluence
        from publisher.cli.mcp.operations import Operations
        from publisher.cli.pagetext import reading_values
        from publisher.pagetexts import PageTexts

        config = self._settings()
        gateway_only = tool.operation is not None and tool.operation.resource in {"connection", "gateway"}
        if gateway_only:
            app, _ = self._stack.enter_context(opened_confluence(config, verbose=False, gateway_only=True))
            return Operations(app, PageTexts(app), "", self.folder)
        if self._operations is None:
            confluence, site = self._stack.enter_context(opened_confluence(config, verbose=False))
            texts = PageTexts(confluence, reading_values(config))
            self._operations = Operations(confluence, texts, str(config.get("space") or ""), self.folder, site)
        return self._operations

    def _settings(self) -> Config:
        if self._config is None:
            self._config = load_config((), self.flags, need_docs=False)
        return self._config

    def masked(self, value: Any) -> Any:
        """A value without anything secret, however deep."""
        if isinstance(value, str):
            return self._mask(value)
        if isinstance(value, Mapping):
            return {self._mask(str(key)): self.masked(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked(item) for item in value]
        return value

    def _mask(self, text: str) -> str:
        for option in OPTIONS if self._config else ():
            secret = str(self._config.get(option.key) or "") if option.secret and self._config else ""
            text = text.replace(secret, "***") if len(secret) > 3 else text
        return mask(text)


def _plan_text(name: str, values: Mapping[str, Any], token: str) -> str:
    import json

    shown = {key: value for key, value in values.items() if key not in {"diff", "patch"}}
    long = "\n\n".join(str(values[key]) for key in ("diff", "patch") if values.get(key))
    text = json.dumps(shown, ensure_ascii=False, indent=1)
    return f"Nothing has been changed yet. This is the plan:\n{text}\n\n{long}\n\nTo carry it out, call {name} with confirm: {token}"
