"""Links between collections follow headings that people retitled in another one."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.compose import Conversion
from publisher.convert.following import rename_addresses
from publisher.model.document import Heading
from publisher.model.settings import Settings
from publisher.model.tree import ElsewhereTarget
from publisher.sync.pull import PullResult, text_of
from publisher.sync.pullfiles import FileChange

#: (space, title, anchor) → the heading that it has become.
_Names = dict[tuple[str, str, str], Heading]


class PulledPart(Struct, frozen=True):
    """What a pull found in one collection, or in one part of it."""

    conversion: Conversion
    settings: Settings
    result: PullResult


def follow_elsewhere(parts: Sequence[PulledPart]) -> list[PullResult]:
    """The results, each with the links into the others as retitled headings want them."""
    names: list[_Names] = [_retitled(part) for part in parts]
    found = []
    for number, part in enumerate(parts):
        others: _Names = {}
        for place, known in enumerate(names):
            others |= known if place != number else {}
        found.append(_followed(part, others) if others else part.result)
    return found


def _retitled(part: PulledPart) -> _Names:
    pages, home = part.conversion.tree.pages, part.settings.sync.space
    return {
        (pages[key].place.space or home, pages[key].title, anchor): heading
        for (key, anchor), heading in part.result.retitled.items()
        if key in pages
    }


def _followed(part: PulledPart, names: Mapping[tuple[str, str, str], Heading]) -> PullResult:
    result, docs = part.result, part.settings.docs
    pulled = {item.key: item for item in result.pulled}
    linked = {change.path: change for change in result.linked}
    for key, page in part.conversion.tree.pages.items():
        addresses = {
            href: f"{href.partition('#')[0]}#{heading.slug}"
            for href, target in page.targets.items()
            if isinstance(target, ElsewhereTarget)
            and (heading := names.get((target.space or part.settings.sync.space, target.title, target.anchor)))
        }
        if not addresses:
            continue
        if key in pulled:
            document = pulled[key].document
            text = rename_addresses(document.text, addresses)
            pulled[key] = replace(pulled[key], document=replace(document, text=text))
            continue
        before = text_of(part.conversion, key)
        now = linked[docs / key].text if docs / key in linked else before
        linked[docs / key] = FileChange(docs / key, before, rename_addresses(now, addresses))
    return replace(result, pulled=tuple(pulled.values()), linked=tuple(linked.values()))
