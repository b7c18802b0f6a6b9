"""Pages of one docs root that go to several places: each place is a part, and a collection of its own. Pure."""

from msgspec.structs import replace

from publisher.convert.compose import Conversion, subtree
from publisher.model.settings import Settings
from publisher.model.tree import HERE, PagePlace


def split_places(conversion: Conversion, settings: Settings) -> list[tuple[Conversion, Settings]]:
    """The conversion itself where every page goes to one place; else a part for each place, the main one first.

    A part is a collection of its own, below the parent (and in the space) that its top document's front matter names.
    """
    pages = conversion.tree.pages
    main, *tops = [key for key, page in pages.items() if page.place != HERE or page.parent is None]
    here = _settings_at(pages[main].place, settings)
    if not tops:
        return [(conversion, here)]
    found = [(subtree(replace(conversion, part=main)), here)]
    for key in tops:
        part = subtree(replace(conversion, part=key))
        place = _settings_at(pages[key].place, settings)
        found.append((replace(part, problems=()), place.replace(edition=f"{settings.sync.edition}#{key}")))
    return found


def _settings_at(place: PagePlace, settings: Settings) -> Settings:
    if place == HERE:
        return settings
    return settings.replace(space=place.space or settings.sync.space, parent=place.parent, root=place.root)
