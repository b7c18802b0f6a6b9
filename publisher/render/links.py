"""Links to pages, headings, files and addresses."""

from typing import assert_never

from publisher.model.tree import (
    AnchorTarget,
    AttachmentTarget,
    BrokenTarget,
    ElsewhereTarget,
    ExternalTarget,
    LinkTarget,
    PageTarget,
)
from publisher.naming import LABEL, TITLED
from publisher.render.options import page_prefix
from publisher.render.templates import markup
from publisher.render.writer import Writer
from publisher.storage import escape


def write_link(writer: Writer, target: LinkTarget, href: str, body: str) -> str:
    text = body or escape(_title_of(writer, target, href))
    match target:
        case PageTarget(key, anchor):
            if writer.links.days.get(key) == "":  # a blog post without a date has no address by name
                return text
            return write_link_macro(writer, markup(text), anchor=anchor, **writer.links.address(key, writer.page.key))
        case ElsewhereTarget(title, space, anchor):
            return write_link_macro(writer, markup(text), anchor=anchor, title=title, space=space)
        case AnchorTarget(anchor):
            return write_link_macro(writer, markup(text), anchor=anchor)
        case AttachmentTarget(name):
            writer.attachments[name] = target
            return write_link_macro(writer, markup(text), filename=name)
        case ExternalTarget(url):
            return f'<a href="{escape(url)}">{text}</a>'
        case BrokenTarget():
            return text
        case _:
            assert_never(target)


def _title_of(writer: Writer, target: LinkTarget, href: str) -> str:
    """What a link without a text shows: its address, or the title of its target."""
    if not href.startswith(TITLED):
        return href
    match target:
        case PageTarget(key, _, text):
            return text or writer.links.titles[key]
        case AnchorTarget(_, text) if text:
            return text
        case _:
            return href.removeprefix(TITLED).removeprefix(LABEL).removeprefix("#")


def write_link_macro(
    writer: Writer, body: str, *, title: str = "", space: str = "", day: str = "", anchor: str = "", filename: str = ""
) -> str:
    return writer.macro("link", title=title, space=space, day=day, anchor=anchor, filename=filename, body=body)


def write_heading_anchors(writer: Writer, slug: str) -> str:
    """The anchor macros of a heading that some link leads to; Cloud puts the title before one of another page."""
    if slug not in writer.page.anchors:
        return ""
    names = [slug]
    if writer.options.product.document_format:
        names.append(f"{page_prefix(writer.links.titles[writer.page.key])}-{slug}")
    return "".join(writer.macro("anchor", name=name) for name in dict.fromkeys(names))


def footnote_ref(number: int, occurrence: int) -> str:
    return f"fnref-{number}" if occurrence == 1 else f"fnref-{number}-{occurrence}"
