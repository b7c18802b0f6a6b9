"""Read stamps and intents from content properties. Pure."""

from collections.abc import Mapping

from publisher.model.snapshot import ContentProperty, RemotePage, StoredStamp
from publisher.planning.index import INTENTS_KEY, STAMP_KEY, read_stamp


def with_stamp(page: RemotePage, properties: Mapping[str, ContentProperty]) -> RemotePage:
    """The page with the stamp among its properties, or without any."""
    record = properties.get(STAMP_KEY)
    stamp = read_stamp(record.value) if record else None
    if record is None or stamp is None:
        return page.stamped(None)
    return page.stamped(StoredStamp(stamp, record.id, record.version))


def intents_of(properties: Mapping[str, ContentProperty]) -> frozenset[str]:
    """The digests of creations that a run had begun."""
    lists = [record.value for key, record in properties.items() if key.startswith(INTENTS_KEY)]
    return frozenset(str(item) for value in lists if isinstance(value, list) for item in value)


def descendants(top: str, pages: Mapping[str, RemotePage]) -> list[str]:
    """Ids of the pages below, at any depth."""
    children: dict[str | None, list[str]] = {}
    for page in pages.values():
        children.setdefault(page.parent, []).append(page.id)
    found, stack, seen = [], [top], {top}
    while stack:
        below = [page for page in children.get(stack.pop(), []) if page not in seen]
        seen.update(below)
        found += below
        stack += below
    return found
