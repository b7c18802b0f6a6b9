"""Images: their source, size, place and caption; pictures that were drawn from something lead back to that."""

import re

from msgspec.structs import replace

from publisher.model.document import Drawable
from publisher.model.inlines import Image
from publisher.reading.context import ReadingContext
from publisher.reading.elements import NoForm, allow_attributes, body_of, elements_of, no_text, tag_of, text_of
from publisher.storage import Element

#: Addresses that Markdown gives back as they are.
PLAIN_ADDRESS = re.compile(r"(?:https?|ftps?|mailto|tel|sftp|ssh|git|irc|xmpp|slack|vscode|file):[!#-&(-;=?-Z_a-z~]+\Z")
_LAYOUTS = {"left": "align-start", "center": "center", "right": "align-end"}


def read_file(context: ReadingContext, element: Element) -> str | Drawable:
    """What ``ri:attachment`` names; NoForm for a file that the documents have no name for."""
    name = allow_attributes(element, "ri:filename").get("ri:filename", "")
    found = context.file(name) if not elements_of(element) else None
    if found is None:
        raise NoForm
    return found


def read_image(context: ReadingContext, element: Element, *, block: bool) -> Image | Drawable:
    """An image, or what it was drawn from; NoForm."""
    names = ("ac:alt", "ac:width", "ac:height", "ac:align", "ac:layout")
    known = allow_attributes(element, *names)
    no_text(element)
    children = {tag_of(child): child for child in elements_of(element)}
    caption = children.pop("ac:caption", None)
    if len(children) != 1 or len(elements_of(element)) != 1 + (caption is not None):
        raise NoForm
    [(kind, source)] = children.items()
    if kind == "ri:url":
        found: str | Drawable = allow_attributes(source, "ri:value").get("ri:value", "")
        if not isinstance(found, str) or not PLAIN_ADDRESS.match(found):
            raise NoForm
    elif kind == "ri:attachment":
        found = read_file(context, source)
    else:
        raise NoForm
    if isinstance(found, Drawable):
        return found
    image = Image(found, known.get("ac:alt", ""), "", 0, known.get("ac:width", ""), known.get("ac:height", ""))
    if re.search(r"[\n\r]| \Z|\A ", image.alt):
        raise NoForm
    return replace(_placed(image, known, block=block), title=_caption(context, caption, block=block))


def _placed(image: Image, known: dict[str, str], *, block: bool) -> Image:
    align, layout = known.get("ac:align", ""), known.get("ac:layout", "")
    if not align and not layout:
        return image
    if not block or align not in _LAYOUTS:
        raise NoForm
    if layout == _LAYOUTS[align]:
        return replace(image, align=align)
    if layout == f"wrap-{align}":
        return replace(image, align=align, wrap=True)
    raise NoForm


def _caption(context: ReadingContext, caption: Element | None, *, block: bool) -> str:
    """The text of a caption. One with marks has no place in Markdown."""
    if caption is None:
        return ""
    inner = body_of(caption, "p") if elements_of(caption) else caption
    if not block or not context.product.captions or inner is None:
        raise NoForm
    if inner is not caption:
        allow_attributes(inner)
        no_text(caption)
    text = " ".join(text_of(inner).split())
    if not text:
        raise NoForm
    return text
