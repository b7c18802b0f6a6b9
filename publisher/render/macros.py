"""Macros: panels, expands, code, diagrams, widgets, and any other by its name."""

import re
from collections.abc import Iterable

from publisher.model.document import DIAGRAMS, AnyMacro, Callout, CodeBlock, Expand, Include, Macro
from publisher.model.inlines import Image, Inline, Mark
from publisher.model.tree import AttachmentTarget, ElsewhereTarget, ExternalTarget, PageTarget
from publisher.render.forms import text_of
from publisher.render.images import write_picture
from publisher.render.kinds import kind_of
from publisher.render.links import write_link_macro
from publisher.render.templates import markup
from publisher.render.writer import Writer
from publisher.storage import Kind, check_storage, escape

#: Macros that Cloud does not have → what to write in their place.
_NOT_ON_CLOUD = {
    "html": "write Markdown, or attach the file", "html-include": "link to it", "style": "Confluence has its own",
    "section": "use columns", "column": "use columns",
}  # fmt: skip
#: Macros that are written in a line.
_IN_LINES = {"anchor", "status"}
_WIDGETS = {"toc", "children", "jira", "video", "iframe"}


def write_widget(writer: Writer, block: Macro) -> str:
    name, parameters = block.name, dict(block.parameters)
    _check_known(writer, name, block.line)
    if name == "jira":
        server, server_id = writer.options.jira_server, writer.options.jira_server_id
        return writer.macro("jira", key="", server=server, server_id=server_id, parameters=block.parameters)
    if name in {"video", "iframe"}:
        address = parameters.get("url" if name == "video" else "src", "")
        if not re.match(r"https?://", address):
            writer.report(block.line, "unsafe-link", f"`{name}` needs an address that begins with https://")
            return f"<p>{escape(address)}</p>" if address else ""
        sizes = {key: parameters.get(key, "") for key in ("width", "height")}
        return writer.macro(name, url=address) if name == "video" else writer.macro(name, src=address, **sizes)
    if name in _WIDGETS:
        return writer.macro(name, parameters=block.parameters)
    return writer.macro("macro", name=name, parameters=block.parameters, body="", plain="")


def write_include(writer: Writer, block: Include) -> str:
    match writer.page.targets[block.href]:
        case PageTarget(key, _):
            return writer.macro("include", **writer.links.address(key, writer.page.key), excerpt=block.excerpt)
        case ElsewhereTarget(title, space, _):
            return writer.macro("include", title=title, space=space, excerpt=block.excerpt)
        case ExternalTarget(url):
            return f'<p><a href="{escape(url)}">{escape(url)}</a></p>'
        case AttachmentTarget(name) as target:
            writer.attachments[name] = target
            return f"<p>{write_link_macro(writer, name, filename=name)}</p>"
        case _:
            return f"<p>{escape(block.href.removeprefix('wikilink:'))}</p>"


def _check_known(writer: Writer, name: str, line: int) -> None:
    """Some macros of Data Center mean nothing to Cloud (docs/storage-format.md#macros)."""
    if writer.options.product.document_format and name in _NOT_ON_CLOUD:
        text = f"the macro `{name}` is not known to Cloud, which drops it"
        writer.report(line, "unsupported-macro", text, _NOT_ON_CLOUD[name])


def write_any_macro(writer: Writer, block: AnyMacro) -> str:
    templates = writer.options.templates
    _check_known(writer, block.name, block.line)
    boxed = kind_of(block, frozenset(templates.own)) in {Kind.PANEL, Kind.EXPAND} and not block.plain
    cloud = writer.options.product.document_format  # whose panels and expands are never without a body
    body = writer.filled(block.children) if block.children or (boxed and cloud) else ""
    if block.name not in templates.own:
        parameters = block.parameters
        storage = writer.macro("macro", name=block.name, parameters=parameters, body=markup(body), plain=block.plain)
        return f"<p>{storage}</p>" if block.name in _IN_LINES else storage
    try:
        storage = templates.render_own(block.name, dict(block.parameters), body or escape(block.plain))
    except ValueError as error:
        writer.report(block.line, "bad-macro", f"the macro `{block.name}` {error}; it is left out")
        return ""
    wrong = check_storage(storage, writer.options.product)
    if wrong:
        writer.report(block.line, "bad-macro", f"the template of `{block.name}` writes: {'; '.join(wrong)}")
    return "" if any(text.startswith("not well-formed") for text in wrong) else storage


def write_callout(writer: Writer, block: Callout) -> str:
    titled, cloud = writer.options.product.macro_titles, writer.options.product.document_format
    title = writer.line([Mark("strong", tuple(_plain_weight(block.title)))]) if block.title and not titled else ""
    body = f"<p>{title}</p>{writer.blocks(block.children)}" if title else writer.filled(block.children)
    if block.kind == "important" and cloud:
        return writer.macro("important", body=markup(body))
    return writer.macro(
        "panel",
        kind="info" if block.kind == "important" else block.kind,
        title=markup(escape(text_of(block.title))) if titled else "",
        colour=block.colour,
        icon="" if titled else block.icon,
        icon_id="-".join(f"{ord(character):x}" for character in block.icon),
        body=markup(body),
    )


def write_expand(writer: Writer, block: Expand) -> str:
    return writer.macro("expand", title=block.title, body=markup(writer.filled(block.children)))


def write_code(writer: Writer, block: CodeBlock) -> str:
    product = writer.options.product
    diagram = write_diagram(writer, block.language.lower(), block.text, block.title or f"{block.language} diagram")
    if diagram:
        return diagram
    language = product.map_language(block.language) if block.language else ""
    if product.loses_colours(block.language) and block.language.lower() not in DIAGRAMS:
        what = f"Confluence does not know the code language `{block.language}`: the code has no colours"
        writer.report(block.line, "mapped-language", what)
    above = f"<p><strong>{escape(block.title)}</strong></p>" if block.title and not product.macro_titles else ""
    title = block.title if product.macro_titles else ""
    numbered = block.numbered and product.macro_titles  # Cloud numbers lines always
    return above + writer.macro("code", language=language, title=title, numbered=numbered, body=block.text)


def write_diagram(writer: Writer, word: str, source: str, alt: str) -> str:
    """The picture that was drawn, or the macro that draws; empty if there is neither."""
    if target := writer.options.pictures.get((word, source)):
        return write_picture(writer, Image("", alt, "", 0), target, block=True)
    if macro := writer.options.diagram_macros.get(word):
        return writer.macro("macro", name=macro, parameters=(), body="", plain=source)
    return ""


def _plain_weight(nodes: Iterable[Inline]) -> list[Inline]:
    """Without bold at the top, for a title that is bold as a whole."""
    return [
        child
        for node in nodes
        for child in (node.children if isinstance(node, Mark) and node.tag == "strong" else (node,))
    ]
