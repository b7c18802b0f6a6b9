"""Images, and the pictures of diagrams."""

import re

from publisher.model.inlines import Image
from publisher.model.tree import AttachmentTarget, ExternalTarget, LinkTarget
from publisher.render.links import write_link
from publisher.render.writer import Writer
from publisher.storage import escape


def write_image(writer: Writer, image: Image, *, block: bool) -> str:
    target = writer.page.targets["!" + image.src]
    if not isinstance(target, AttachmentTarget) or target.path.suffix.lower() != ".drawio":
        return write_picture(writer, image, writer.options.pictures.get(("image", image.src), target), block=block)
    drawn = writer.options.pictures.get(("drawio", str(target.path)))
    if drawn:
        return write_picture(writer, image, drawn, block=block)
    link = write_link(writer, target, image.src, escape(image.alt))  # nothing shows such a file: it can be opened
    return f"<p>{link}</p>" if block else link


def is_foreign(writer: Writer, image: Image) -> bool:
    """Whether Confluence would fetch an image from another site: Cloud's editor holds one as a block only."""
    target = writer.page.targets.get("!" + image.src)
    drawn = ("image", image.src) in writer.options.pictures
    return writer.options.product.document_format and isinstance(target, ExternalTarget) and not drawn


def write_picture(writer: Writer, image: Image, target: LinkTarget | None, *, block: bool) -> str:
    if not isinstance(target, AttachmentTarget | ExternalTarget):
        text = f"<em>{escape(image.alt or image.src.removeprefix('wikilink:'))}</em>"
        return f"<p>{text}</p>" if block else text
    product = writer.options.product
    name, url = (target.name, "") if isinstance(target, AttachmentTarget) else ("", target.url)
    if isinstance(target, AttachmentTarget):
        writer.attachments[name] = target
    sides = {"left": "wrap-left", "right": "wrap-right"} if image.wrap else {}
    places = {"left": "align-start", "center": "center", "right": "align-end", **sides}
    picture = writer.macro(
        "image",
        filename=name,
        url=url,
        alt=image.alt,
        width=image.width or _natural_width(target),
        height=image.height,
        align=image.align if block else "",
        layout=places.get(image.align, ""),
        caption=image.title if block and product.captions else "",
    )
    if not block or product.captions:
        return picture
    caption = f"<p><em>{escape(image.title)}</em></p>" if image.title else ""
    return f"<p>{picture}</p>{caption}"


def _natural_width(target: LinkTarget) -> str:
    """Pixels of an SVG, which Cloud shows at odd sizes without; at most the page's column. Others have their own."""
    if not isinstance(target, AttachmentTarget) or target.path.suffix.lower() != ".svg":
        return ""
    try:
        with target.path.open(encoding="utf-8", errors="replace") as file:
            tag = re.search(r"<svg\b[^>]*>", file.read(4096))
    except OSError:  # the page says that it is gone, where it attaches it
        return ""
    if not tag:
        return ""
    given = re.search(r'\bwidth="(\d+)(?:\.\d+)?(px|pt)?"', tag[0])
    box = re.search(r'viewBox="\s*[-\d.]+[\s,]+[-\d.]+[\s,]+(\d+)', tag[0])
    found = given or box
    if not found:
        return ""
    points = given is not None and given[2] == "pt"
    return str(min(int(found[1]) * 4 // 3 if points else int(found[1]), 760))
