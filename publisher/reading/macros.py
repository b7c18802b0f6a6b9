"""Macros and nodes of the document format: code, panels, expands, widgets, and any macro by its name."""

import re
from collections.abc import Callable

from publisher.model.document import AnyMacro, Block, Callout, CodeBlock, Expand, Include, Macro, Paragraph
from publisher.model.inlines import Inline, Mark, Text
from publisher.reading.context import PageAddress, ReadingContext
from publisher.reading.elements import (
    NoForm,
    allow_attributes,
    body_of,
    elements_of,
    macro_name,
    no_text,
    parameters_of,
    tag_of,
    text_of,
)
from publisher.reading.inlines import read_jira, read_page_address
from publisher.storage import Element

ReadBody = Callable[[Element], tuple[Block, ...]]
_PANELS = {"info", "tip", "note", "warning", "panel"}
#: Macros that stand for themselves, with plain parameters.
_WIDGETS = {"toc", "children", "pagetree", "attachments", "recently-updated", "contentbylabel"}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


def read_macro(element: Element, context: ReadingContext, read_body: ReadBody) -> Block:
    """A macro that stands as a block; NoForm."""
    allow_attributes(element, "ac:name")
    no_text(element)
    name = macro_name(element)
    if not name:
        raise NoForm
    if name in {"include", "excerpt-include"}:
        return _include(element, context, name)
    if name in {"widget", "iframe"}:
        return _player(element, name)
    parameters = parameters_of(element)
    if any(not key or "\n" in value for key, value in parameters) or len(dict(parameters)) != len(parameters):
        raise NoForm
    kinds = [tag_of(child) for child in elements_of(element) if tag_of(child) != "ac:parameter"]
    if kinds == ["ac:plain-text-body"]:
        return _plain(element, name, parameters, context)
    if kinds == ["ac:rich-text-body"]:
        body = body_of(element, "ac:rich-text-body")
        return _rich(name, parameters, read_body(body), context) if body is not None else AnyMacro(name, parameters)
    if kinds:
        raise NoForm
    return _bare(name, parameters, context)


def _bare(name: str, parameters: tuple[tuple[str, str], ...], context: ReadingContext) -> Block:
    found = dict(parameters)
    if name == "children" and found == {"all": "true"}:
        return Macro(name, 0)
    if name == "jira" and "jqlQuery" in found and read_jira(context, found):
        kept = tuple((key, value) for key, value in parameters if key not in {"server", "serverId"})
        return Macro(name, 0, kept)
    if name == "expand" or (name == "children" and not found):
        raise NoForm
    return Macro(name, 0, parameters) if name in _WIDGETS else AnyMacro(name, parameters)


def _plain(element: Element, name: str, parameters: tuple[tuple[str, str], ...], context: ReadingContext) -> Block:
    body = body_of(element, "ac:plain-text-body")
    text = text_of(body) if body is not None else ""
    found = dict(parameters)
    if name == "code" and _is_plain_code(found, context):
        language, numbered = found.get("language", ""), found.get("linenumbers", "") == "true"
        return CodeBlock(text, language, found.get("title", ""), 0, numbered)
    if not text:
        raise NoForm
    return AnyMacro(name, parameters, (), text)


def _is_plain_code(found: dict[str, str], context: ReadingContext) -> bool:
    """Whether a fenced block says all of it."""
    product = context.product
    known = {"language"} | ({"title", "linenumbers"} if product.macro_titles else set())
    language = found.get("language", "")
    return (
        set(found) <= known
        and (not language or product.map_language(language) == language)
        and found.get("linenumbers", "true") == "true"
        and "" not in found.values()
    )


def _rich(
    name: str, parameters: tuple[tuple[str, str], ...], children: tuple[Block, ...], context: ReadingContext
) -> Block:
    found = dict(parameters)
    if name == "expand" and set(found) == {"title"} and found["title"]:
        return Expand(found["title"], children, 0)
    if name in _PANELS and (panel := _panel(name, found, children, context)):
        return panel
    if not children:
        raise NoForm
    return AnyMacro(name, parameters, children)


def _panel(name: str, found: dict[str, str], children: tuple[Block, ...], context: ReadingContext) -> Block | None:
    icon = found.get("panelIcon", "")
    code = "-".join(f"{ord(character):x}" for character in icon)
    drawn = {"panelIcon": icon, "panelIconId": code, "panelIconText": icon} if icon else {}
    named = {"bgColor": found["bgColor"]} if name == "panel" and _COLOUR.match(found.get("bgColor", "")) else {}
    titled = {"title": found["title"]} if context.product.macro_titles and found.get("title") else {}
    if found != {**drawn, **named, **titled} or (icon and name != "panel"):
        return None
    title: tuple[Inline, ...] = (Text(found["title"]),) if titled else ()
    if not context.product.macro_titles:
        title, children = _first_line(children)
    return Callout(name, title, children, 0, named.get("bgColor", ""), icon)


def _first_line(children: tuple[Block, ...]) -> tuple[tuple[Inline, ...], tuple[Block, ...]]:
    """(title, the rest): Cloud's panels have no title; a first line in bold is one."""
    match children:
        case (Paragraph(children=(Mark("strong", title),), indent=0, align=None), *rest):
            return title, tuple(rest)
        case _:
            return (), children


def read_document_node(element: Element, read_body: ReadBody) -> Block:
    """The purple panel, which is a node of Cloud's document format; NoForm for every other."""
    allow_attributes(element)
    no_text(element)
    node = body_of(element, "ac:adf-node")
    if node is None or allow_attributes(node, "type").get("type") != "panel":
        raise NoForm
    no_text(node)
    kinds = {child.get("key"): text_of(child) for child in elements_of(node) if tag_of(child) == "ac:adf-attribute"}
    content = body_of(node, "ac:adf-content")
    others = [child for child in elements_of(node) if tag_of(child) not in {"ac:adf-attribute", "ac:adf-content"}]
    fallback = [child for child in elements_of(element) if child is not node and tag_of(child) != "ac:adf-fallback"]
    if kinds != {"panel-type": "note"} or content is None or others or fallback:
        raise NoForm
    title, children = _first_line(read_body(content))
    return Callout("important", title, children, 0)


def _include(element: Element, context: ReadingContext, name: str) -> Block:
    """Another page's text, or one of its excerpts."""
    named: dict[str, str] = {}
    address: PageAddress | None = None
    for child in elements_of(element):
        key = allow_attributes(child, "ac:name").get("ac:name", "")
        if tag_of(child) != "ac:parameter":
            raise NoForm
        if key:
            named[key] = text_of(child)
            continue
        no_text(child)
        link = body_of(child, "ac:link")
        page = body_of(link, "ri:page") if link is not None else None
        if link is None or page is None or len(elements_of(link)) != 1 or link.attrib:
            raise NoForm
        address = read_page_address(page)
    href = context.page(address) if address else None
    excerpt = named.pop("name", "")
    if href is None or named != ({"nopanel": "true"} if name == "excerpt-include" else {}):
        raise NoForm
    return Include(href, 0, excerpt if name == "excerpt-include" else None)


def _player(element: Element, name: str) -> Block:
    """A video or a frame: what it shows is the address in its first parameter."""
    found: list[tuple[str, str]] = []
    for child in elements_of(element):
        key = allow_attributes(child, "ac:name").get("ac:name", "")
        url = body_of(child, "ri:url")
        value = allow_attributes(url, "ri:value").get("ri:value", "") if url is not None else text_of(child)
        if tag_of(child) != "ac:parameter" or (url is None) == (key in {"url", "src"}):
            raise NoForm
        found.append((key, value))
    wanted = {"widget": ({"url"}, {"url"}), "iframe": ({"src"}, {"src", "width", "height"})}[name]
    keys = [key for key, _ in found]
    if (
        not wanted[0] <= set(keys) <= wanted[1]
        or len(set(keys)) != len(keys)
        or not dict(found)[keys[0]].startswith("http")
    ):
        raise NoForm
    return Macro("video" if name == "widget" else name, 0, tuple(found))
