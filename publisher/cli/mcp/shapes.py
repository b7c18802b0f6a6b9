"""Items as tools give them: fields with v2's names, texts as Markdown, addresses whole."""

from collections.abc import Callable, Mapping
from typing import Any

from publisher.confluence.operations.items import Item

Markdown = Callable[[str], str]
#: What answers hold that no reader of a tool needs.
_LEFT_OUT = {"_links", "_expandable", "body"}


def item_values(item: Item, markdown: Markdown | None, site: str) -> dict[str, Any]:
    """The fields of an item. ``markdown``: makes Markdown of a body; without it bodies are as Confluence sent them.

    ``site``: what addresses of pages begin with.
    """
    values = {name: value for name, value in item.fields.items() if name not in _LEFT_OUT and value is not None}
    if item.kind == "connection":
        values.pop("url", None)  # it holds a session token
    links = item.fields.get("_links")
    if isinstance(links, Mapping) and links.get("webui"):
        values.setdefault("url", f"{site or links.get('base', '')}{links['webui']}")
    forms = item.fields.get("body")
    stored = forms.get("storage") if isinstance(forms, Mapping) else None
    if markdown is not None and isinstance(stored, Mapping) and isinstance(stored.get("value"), str):
        values["markdown"] = markdown(stored["value"])
    elif isinstance(forms, Mapping) and any(forms.values()):
        values["body"] = forms
    return values


def page_text(values: Mapping[str, Any]) -> str:
    """A page for a reader: what it is, and its text below a line."""
    version = values.get("version")
    number = version.get("number") if isinstance(version, Mapping) else None
    known = {"id": values.get("id"), "title": values.get("title"), "status": values.get("status"), "version": number,
             "url": values.get("url")}  # fmt: skip
    head = "\n".join(f"{name}: {value}" for name, value in known.items() if value)
    return f"{head}\n---\n{values.get('markdown', '')}"
