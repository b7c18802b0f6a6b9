"""Lists and lists of tasks."""

from collections.abc import Callable, Iterable

from publisher.model.document import Block, ListBlock, ListItem
from publisher.reading.elements import NoForm, allow_attributes, elements_of, in_order, is_inline, no_text, tag_of
from publisher.storage import Element


def read_list(element: Element, read_item: Callable[[Element], tuple[Block, ...]]) -> ListBlock:
    """``ul`` or ``ol``; NoForm."""
    ordered = tag_of(element) == "ol"
    start = allow_attributes(element, *(["start"] if ordered else [])).get("start", "1")
    items = elements_of(element)
    if not items or not start.isdigit() or len(start) > 9 or any(tag_of(item) != "li" for item in items):
        raise NoForm
    for item in items:
        allow_attributes(item)
    return ListBlock(ordered, int(start), tuple(ListItem(read_item(item), None, 0) for item in items), 0)


def read_tasks(element: Element, read: Callable[[Iterable[str | Element]], tuple[Block, ...]]) -> ListBlock:
    """A list of tasks, with those that follow a task's text (Cloud) or stand in it (Data Center); NoForm."""
    allow_attributes(element)
    tasks = elements_of(element)
    if not tasks or any(tag_of(task) != "ac:task" for task in tasks):
        raise NoForm
    return ListBlock(False, 1, tuple(_task(task, read) for task in tasks), 0)


def _task(task: Element, read: Callable[[Iterable[str | Element]], tuple[Block, ...]]) -> ListItem:
    allow_attributes(task)
    no_text(task)
    parts = {tag_of(child): child for child in elements_of(task)}
    below = [child for child in elements_of(task) if tag_of(child) == "ac:task-list"]
    body, status = parts.get("ac:task-body"), parts.get("ac:task-status")
    if body is None or status is None or set(parts) - _PARTS:
        raise NoForm
    allow_attributes(body)
    inner = list(in_order(body))
    if any(not isinstance(part, str) and tag_of(part) == "span" and part.attrib for part in inner):
        inner = _without_placeholder(inner)
    if any(not isinstance(part, str) and not is_inline(part) and tag_of(part) not in _BELOW for part in inner):
        raise NoForm
    return ListItem(read([*inner, *below]), (status.text or "").strip() == "complete", 0)


_PARTS = {"ac:task-id", "ac:task-uuid", "ac:task-status", "ac:task-body", "ac:task-list"}
_BELOW = {"ac:task-list", "ul", "ol", "ac:image", "ac:structured-macro", "table", "blockquote", "p"}


def _without_placeholder(parts: list[str | Element]) -> list[str | Element]:
    """Data Center wraps the text of a task in a span that says nothing."""
    found: list[str | Element] = []
    for part in parts:
        if not isinstance(part, str) and part.get("class") == "placeholder-inline-tasks":
            found += in_order(part)
        else:
            found.append(part)
    return found
