"""What links and names the pages of an import hold: read once, before any is written."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from publisher.importing.spool import Spool
from publisher.reading.elements import anchor_name, attributes_of, elements_of, tag_of
from publisher.storage import Element, NotWellFormed, parse_body


class Scan(Struct, frozen=True):
    """By page id. ``anchors``: names of its anchors; ``linked``: those that links of the import lead to. ``people``: accounts."""

    anchors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    linked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    people: frozenset[str] = frozenset()


def scan_pages(spool: Spool, titles: Mapping[str, str], user: str) -> Scan:
    """``titles``: of the pages by id; ``user``: the attribute that names a person on this product."""
    ids = {title: number for number, title in titles.items()}
    anchors: dict[str, frozenset[str]] = {}
    links: set[tuple[str, str]] = set()
    people: set[str] = set()
    for number in titles:
        try:
            root = parse_body(spool.body(number))
        except (NotWellFormed, OSError):
            continue
        anchors[number] = frozenset(filter(None, map(anchor_name, root.iter())))
        links |= set(_links(root, number, ids))
        people |= {account for element in root.iter() if (account := _person(element, user))}
    linked: dict[str, set[str]] = {}
    for number, anchor in links:
        if anchor in anchors.get(number, ()):
            linked.setdefault(number, set()).add(anchor)
    return Scan(anchors, {number: frozenset(names) for number, names in linked.items()}, frozenset(people))


def _links(root: Element, here: str, ids: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """(page, anchor) of each link with an anchor."""
    for element in root.iter():
        if tag_of(element) != "ac:link":
            continue
        anchor = attributes_of(element).get("ac:anchor", "")
        targets = [child for child in elements_of(element) if tag_of(child).startswith("ri:")]
        if anchor and not targets:
            yield here, anchor
        elif anchor and tag_of(targets[0]) == "ri:page":
            about = attributes_of(targets[0])
            page = ids.get(about.get("ri:content-title", ""))
            if page and "ri:space-key" not in about:
                yield page, anchor


def _person(element: Element, user: str) -> str:
    return attributes_of(element).get("ri:" + user, "") if tag_of(element) == "ri:user" else ""
