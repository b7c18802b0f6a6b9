"""Storage format is an XML fragment with implied prefixes and HTML entities: parse it, compare it."""

import re
from collections.abc import Mapping
from contextlib import suppress
from html.entities import name2codepoint

from lxml import etree
from msgspec import Struct, field

AC = "http://atlassian.com/content"
RI = "http://atlassian.com/resource/identifier"
AT = "http://atlassian.com/template"
_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if name not in {"lt", "gt", "amp", "quot"}
)
_ROOT = f'<root xmlns:ac="{AC}" xmlns:ri="{RI}" xmlns:at="{AT}">'
_HEAD = f"<!DOCTYPE root [{_ENTITIES}]>{_ROOT}"
#: An entity that XML itself does not know, or what may be one.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")
#: Confluence adds or changes these when it saves (docs/storage-format.md#canonical-form): they say nothing about what we wrote.
_VOLATILE = {
    f"{{{AC}}}macro-id",
    f"{{{AC}}}local-id",
    "local-id",
    f"{{{AC}}}schema-version",
    f"{{{RI}}}version-at-save",
    f"{{{RI}}}local-id",
}


#: A parsed element of storage format. Other packages need not know what parses it.
Element = etree._Element


class NotWellFormed(ValueError):
    """The body is not a well-formed fragment. ``str()`` gives the reason with line and column."""


def parse_body(body: str, *, keep_cdata: bool = False) -> etree._Element:
    """The fragment below a ``root`` element. Refuses a document type declaration of its own."""
    if "<!DOCTYPE" in body or "<!ENTITY" in body:
        without = body.split("<![CDATA[")
        outside = without[0] + "".join(part.partition("]]>")[2] for part in without[1:])
        if "<!DOCTYPE" in outside or "<!ENTITY" in outside:
            raise NotWellFormed("a document type declaration is not allowed")
    parser = etree.XMLParser(
        resolve_entities=True, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=not keep_cdata
    )
    if "&" not in body or not _ENTITY.search(body):  # the entities of HTML take longer to read than most bodies
        with suppress(etree.XMLSyntaxError):
            return etree.fromstring((_ROOT + body + "</root>").encode(), parser)
    try:
        return etree.fromstring((_HEAD + body + "</root>").encode(), parser)
    except etree.XMLSyntaxError as error:
        raise NotWellFormed(str(error.msg)) from None


def serialise_children(element: etree._Element) -> str:
    """What stands inside ``element``, as a fragment without namespace declarations."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    for uri, prefix in ((AC, "ac"), (RI, "ri"), (AT, "at")):
        text = text.replace(f' xmlns:{prefix}="{uri}"', "")
    start = text.index(">") + 1
    return "" if text[start - 2] == "/" else text[start : text.rindex("</")]


def prefixed_name(name: str) -> str:
    """``ac:link`` for a tag or an attribute in the namespace of ``ac``; others stay as they are."""
    if not name.startswith("{"):
        return name
    for uri, prefix in ((AC, "ac"), (RI, "ri"), (AT, "at")):
        if name.startswith(f"{{{uri}}}"):
            return f"{prefix}:{name[len(uri) + 2 :]}"
    return name


def serialise(element: etree._Element) -> str:
    """The element itself, without what follows it and without namespace declarations."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    for uri, prefix in ((AC, "ac"), (RI, "ri"), (AT, "at")):
        text = text.replace(f' xmlns:{prefix}="{uri}"', "", 1)
    return text


def parse_content(body: str) -> etree._Element:
    """The fragment below a ``root`` element, without comments, marks of comments and what Confluence adds on saving."""
    root = parse_body(body, keep_cdata=True)
    for element in root.iter():
        attributes = element.attrib
        for name in _VOLATILE.intersection(attributes) if len(attributes) else ():
            del attributes[name]
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction, f"{{{AC}}}inline-comment-marker")
    return root


class PageNames(Struct, frozen=True):
    """How pages are called that links name by their ids: a link by the title is the same link.

    ``site``: the address of Confluence; ``titles``: page id → (title, key of its space, empty for the space of the page that
    is looked at).
    """

    site: str = ""
    titles: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def page_of(self, address: str) -> tuple[str, str]:
        """(id, anchor) of the page that an address of this site leads to; empty for others."""
        path, _, anchor = address.partition("#")
        here = self.site and path.startswith(self.site.rstrip("/") + "/")
        found = _PAGE.search(path.removeprefix(self.site.rstrip("/"))) if here else None
        number = (found["one"] or found["two"]) if found else ""
        return (number, anchor) if number in self.titles else ("", "")


NO_NAMES = PageNames()
#: The addresses of a page: of Cloud, and of Data Center, without anything that opens more than the page.
_PAGE = re.compile(r"\A/(?:spaces/[^/?]+/pages/(?P<one>\d+)(?:/[^/?]*)?|pages/viewpage\.action\?pageId=(?P<two>\d+))\Z")


def canonical(body: str, names: PageNames = NO_NAMES) -> str:
    """A form that is equal for what we send and what Confluence stores of it (docs/storage-format.md#canonical-form)."""
    return canonical_of(parse_body(body), body, names)


def canonical_parts(body: str, names: PageNames = NO_NAMES) -> list[str]:
    """The canonical form element by element: text before the first one, then each with the text behind it."""
    root = parse_body(body)
    canonical_of(root, body, names)
    parts = [root.text or ""]
    for child in root:
        tail, child.tail = child.tail or "", None
        parts.append(etree.tostring(child, method="c14n").decode() + tail)
    return parts


def _link_by_title(element: etree._Element, names: PageNames) -> None:
    """A link that names a page of ours by its id becomes the one that names it by its title."""
    if element.tag == f"{{{RI}}}content-entity":
        title, space = names.titles.get(str(element.get(f"{{{RI}}}content-id", "")), ("", ""))
        if title:
            _name_page(element, title, space)
        return
    number, anchor = names.page_of(str(element.get("href", "")))
    if not number or anchor or set(element.attrib) != {"href"}:
        return
    tail, text, inner = element.tail, element.text, list(element)
    element.clear()
    element.tag, element.tail = f"{{{AC}}}link", tail
    _name_page(etree.SubElement(element, f"{{{RI}}}page"), *names.titles[number])
    body = etree.SubElement(element, f"{{{AC}}}link-body")
    body.text = text
    body.extend(inner)


def _name_page(element: etree._Element, title: str, space: str) -> None:
    tail = element.tail
    element.clear()
    element.tag, element.tail = f"{{{RI}}}page", tail
    element.set(f"{{{RI}}}content-title", title)
    if space:
        element.set(f"{{{RI}}}space-key", space)


def canonical_of(root: etree._Element, body: str, names: PageNames = NO_NAMES) -> str:
    """The same of a parsed body, which is changed."""
    for link in list(root.iter("a", f"{{{RI}}}content-entity")) if names.titles else ():
        _link_by_title(link, names)
    if "plain-text-link-body" in body:  # it holds text only, whatever it is called
        for plain in list(root.iter(f"{{{AC}}}plain-text-link-body")):
            plain.tag = f"{{{AC}}}link-body"
    saved = "local-id" in body or "macro-id" in body or "-at-save" in body
    for element in root.iter() if saved else root.iter(f"{{{AC}}}structured-macro"):
        attributes = element.attrib
        for name in _VOLATILE.intersection(attributes) if len(attributes) else ():
            del attributes[name]
    # What people do on a page is not an edit of its text: comments, and ticked tasks.
    if "<!--" in body or "inline-comment-marker" in body:
        etree.strip_tags(root, etree.Comment, f"{{{AC}}}inline-comment-marker")
    if "task-" in body:
        etree.strip_elements(root, *(f"{{{AC}}}task-{name}" for name in ("id", "uuid", "status")), with_tail=False)
    # lxml's own stripping of blanks works in Python, call by call; canonical XML 1.0 is written in C.
    for element in root.iter():
        text, tail = element.text, element.tail
        if text is not None and (stripped := text.strip()) != text:
            element.text = stripped
        if tail is not None and (stripped := tail.strip()) != tail:
            element.tail = stripped
    return etree.tostring(root, method="c14n").decode()
