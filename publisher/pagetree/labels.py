"""Links of MyST: by the label of a place, in whatever document it is, and those that have the title of their target as text."""

from collections.abc import Mapping

from msgspec.structs import replace

from publisher.model.document import Document
from publisher.model.tree import AnchorTarget, BrokenTarget, LinkTarget, PageTarget
from publisher.naming import LABEL, TITLED, slugify
from publisher.pagetree.links import Resolver
from publisher.pagetree.titles import text_of


def find_labels(documents: Mapping[str, Document]) -> dict[str, tuple[str, str]]:
    """Names that authors gave to places, in lower case → the document, and the name as it is there; the first one counts."""
    found: dict[str, tuple[str, str]] = {}
    for key, document in documents.items():
        headings = {heading.slug for heading in document.headings}
        for name in document.anchors:
            if name not in headings:
                found.setdefault(_plain(name), (key, name))
    return found


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


class LabelResolver(Resolver):
    """Resolves links by label too."""

    def link(self, href: str, line: int) -> LinkTarget:
        if href.startswith(TITLED):
            return self._titled(self.link(href.removeprefix(TITLED), line))
        return self._label(href.removeprefix(LABEL), line) if href.startswith(LABEL) else super().link(href, line)

    def _titled(self, target: LinkTarget) -> LinkTarget:
        """The target with its title; that of a page is known where it is written."""
        match target:
            case PageTarget(key, anchor) if anchor:
                return replace(target, text=_title_at(self.place.documents[key], anchor))
            case AnchorTarget(anchor):
                return replace(target, text=_title_at(self.document, anchor))
            case _:
                return target

    def _label(self, label: str, line: int) -> LinkTarget:
        """In this document, in another one, a heading by its words (``path/to/document:Words of it``), or a path."""
        own = self.place.names.anchors_of(self.document)
        path, colon, words = label.partition(":")
        if found := own.find(label):
            return AnchorTarget(found)
        if named := self.place.labels.get(_plain(label)):
            return self._page(*named, line)
        if found := own.find(slugify(label)):
            return AnchorTarget(found)
        if colon and (key := self.place.page_key(path.strip("/"))):
            return self._page(key, slugify(words), line)
        way = self.place.way_of(self.document.key, label)
        if way.page is not None or way.file is not None:
            return super().link(label, line)
        near = own.nearest.find(label)
        hint = f"did you mean `{near}`?" if near else ""
        self._report(line, "broken-anchor", f"there is no label `{label}`; the text of the link is published", hint)
        return BrokenTarget("anchor")


def _title_at(document: Document, anchor: str) -> str:
    """The words of the heading that an anchor is, or stands before; empty where there is none."""
    line = document.anchors.get(anchor, 0)
    for heading in document.headings:
        if heading.slug == anchor or (line and heading.line > line):
            return text_of(heading.children)
    return ""
