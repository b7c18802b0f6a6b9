"""Read stamps and intents from content properties. Pure."""

from collections.abc import Mapping
from dataclasses import replace

from publisher.model.snapshot import Record, RemotePage
from publisher.planning.index import INTENTS_KEY, STAMP_KEY, read_stamp


def with_stamp(page: RemotePage, records: Mapping[str, Record]) -> RemotePage:
    """The page with the stamp among its properties."""
    record = records.get(STAMP_KEY)
    stamp = read_stamp(record.value) if record else None
    if record is None or stamp is None:
        return page
    return replace(page, stamp=stamp, stamp_id=record.id, stamp_version=record.version)


def intents_of(records: Mapping[str, Record]) -> frozenset[str]:
    lists = [record.value for key, record in records.items() if key.startswith(INTENTS_KEY)]
    return frozenset(str(item) for value in lists if isinstance(value, list) for item in value)


def descendants(top: str, pages: Mapping[str, RemotePage]) -> list[str]:
    children: dict[str | None, list[str]] = {}
    for page in pages.values():
        children.setdefault(page.parent, []).append(page.id)
    found, stack = [], [top]
    while stack:
        below = children.get(stack.pop(), [])
        found += below
        stack += below
    return found
