"""A line of nodes becomes a line of Markdown."""

import re
import unicodedata
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from publisher.markdown.writing.escape import escape_attribute, escape_line_start, escape_text
from publisher.markdown.writing.style import Forms, NoForm
from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Coloured,
    Date,
    FootnoteBack,
    FootnoteRef,
    Image,
    Inline,
    InlineStorage,
    Issue,
    Link,
    Mark,
    Math,
    Mention,
    Status,
    Text,
)

_ADDRESS = re.compile(r"https?://[^\s<>]+\Z")
#: Mark → the sign of it, where a syntax that is on has one; else the HTML element.
_SIGNS = {
    "strong": ("**", ""),
    "em": ("*", ""),
    "del": ("~~", "strikethrough"),
    "mark": ("==", "mark"),
    "u": ("^^", "insert"),
}
_SCRIPTS = {"sup": ("^", "superscript"), "sub": ("~", "subscript")}


class LineWriter(Struct, frozen=True):
    """``broken``: whether a line may go on below (not in a cell or a heading). ``in_link``: within a link's text."""

    forms: Forms
    broken: bool = True
    in_link: bool = False
    around: str = ""  # the sign of the mark that is around

    def write(self, nodes: tuple[Inline, ...]) -> str:
        """The line, or lines. NoForm if some node has none here."""
        written = ""
        for place, node in enumerate(nodes):
            following = nodes[place + 1] if place + 1 < len(nodes) else None
            start = not written or written.endswith("\n")
            before = written[-1:] if written else self.around[-1:]
            written += self._node(node, before, self._first_of(following), start=start and not self.around)
        return written

    def _first_of(self, node: Inline | None) -> str:
        """The character that a node will begin with, as far as it matters to the one before."""
        match node:
            case None:
                return self.around[:1]
            case Text(text):
                return text[:1]
            case Mark(tag, _):
                return _SIGNS.get(tag, ("<", ""))[0][0]
            case Code() | InlineStorage():
                return "`"
            case Image():
                return "!"
            case Link() | FootnoteRef():
                return "["
            case Break():
                return " "
            case Mention():
                return "@"
            case Anchor() | Coloured():
                return "<"
            case FootnoteBack():
                return ""
            case Math():
                return "$"
            case Status() | Date() | Issue():
                return "{"
            case _:
                assert_never(node)

    def _node(self, node: Inline, before: str, behind: str, *, start: bool) -> str:
        match node:
            case Text(text):
                escaped = escape_text(text, self.forms, before, behind, in_link=self.in_link)
                return escape_line_start(escaped, self.forms) if start else escaped
            case Mark(tag, children):
                return self._mark(tag, children, before, behind)
            case Coloured(colour, children, background):
                name = "background-color" if background else "color"
                inner = replace(self, around="><").write(children)
                return f'<span style="{name}: {colour}">{inner}</span>'
            case FootnoteBack():
                raise NoForm  # made while a page is rendered
            case Code(text):
                return _apart(before) + write_code(text)
            case InlineStorage(body):
                return _apart(before) + write_code(body) + "{=confluence}"
            case Break():
                return "\\\n" if self.broken and before not in {"", "\n"} and behind else "<br/>"
            case Link(href, children, _):
                return self._link(href, children)
            case Image():
                return write_image(node, self.forms)
            case FootnoteRef(number, _):
                return f"[^{number}]"
            case Status(title, colour):
                return f"{{status:{colour.lower()}|{title}}}"
            case Date(value):
                return f"{{date:{value}}}"
            case Mention(name, _):
                return self._mention(name, before, behind)
            case Anchor(name, kept):
                return f"{{anchor:{name}}}" if kept else f'<a id="{escape_attribute(name)}"></a>'
            case Issue(key):
                return f"{{jira:{key}}}"
            case Math(tex):
                return self._math(tex, behind)
            case _:
                assert_never(node)

    # Marks

    def _mark(self, tag: str, children: tuple[Inline, ...], before: str, behind: str) -> str:
        sign = "" if self.forms.careful else self._sign(tag, before)
        inner = replace(self, around=sign or ">").write(children)
        if sign and _may_stand(sign, before, inner, behind):
            return f"{sign}{inner}{sign}"
        element = {"mark": "mark"}.get(tag, tag)
        inner = replace(self, around="><").write(children)
        return f"<{element}>{inner}</{element}>"

    def _sign(self, tag: str, before: str) -> str:
        sign, syntax = _SIGNS.get(tag, ("", ""))
        if tag in _SCRIPTS and self.forms.has(_SCRIPTS[tag][1]):
            return ""
        if not sign or (syntax and not self.forms.has(syntax)):
            return ""
        if tag == "em":
            sign = self.forms.style.emphasis
            if before == sign or self.around[:1] == sign:
                return "_" if sign == "*" else "*"
        return sign

    # Links

    def _link(self, href: str, children: tuple[Inline, ...]) -> str:
        bare = self.forms.style.bare_html and not self.forms.careful
        if bare and children == (Text(href),) and _ADDRESS.match(href) and not re.search(r"[\\|]", href):
            return f"<{href}>"
        if bare and len(children) == 1 and href == "mailto:" + getattr(children[0], "text", " "):
            return f"<{href.removeprefix('mailto:')}>"
        inner = replace(self, in_link=True, around="]").write(children)
        return f"[{inner}]({write_address(href)})"

    def _mention(self, name: str, before: str, behind: str) -> str:
        if re.match(r"[\w@./-]", before) or re.match(
            r"\w", behind
        ):  # of a point or a dash the reader decides by what follows
            raise NoForm
        return "@" + name

    def _math(self, tex: str, behind: str) -> str:
        if not self.forms.has("math") or not tex.strip() or re.search(r"[$`\n]|\A\s|\s\Z", tex) or behind.isdigit():
            raise NoForm
        return f"${tex}$"


def _may_stand(sign: str, before: str, inner: str, behind: str) -> bool:
    """Whether a sign opens before ``inner`` and closes behind it (CommonMark's flanking rules)."""
    if not inner or inner[0].isspace() or inner[-1].isspace() or inner.endswith("\\\n"):
        return False
    if sign[0] in (before, behind) or (sign[0] in (inner[0], inner[-1]) and inner[:1] != "\\"):
        return False
    opens = not _is_punctuation(inner[0]) or not before or before.isspace() or _is_punctuation(before)
    closes = not _is_punctuation(inner[-1]) or not behind or behind.isspace() or _is_punctuation(behind)
    if sign == "_":
        opens, closes = opens and not before.isalnum(), closes and not behind.isalnum()
    if sign == "==" and ((before.isalnum() or before == "_") or (behind.isalnum() or behind == "_")):
        return False  # PyMdown's begin and end at the edge of a word
    return opens and closes and not (sign in {"==", "^^", "~~"} and sign in inner)


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _apart(before: str) -> str:
    """What holds a code span apart from the one before: a comment, which nobody sees."""
    return "<!-- -->" if before == "`" else ""


def write_code(text: str) -> str:
    """A code span. NoForm for what Markdown would change: line ends, blanks only."""
    if "\n" in text or not text.strip(" "):
        raise NoForm
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    lengths = {len(run) for run in re.findall(r"`+", text)}
    fence = "`" * next(number for number in range(1, longest + 2) if number not in lengths)
    padded = text[0] == "`" or text[-1] == "`" or (text[0] == " " and text[-1] == " ")
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def write_address(href: str) -> str:
    """An address in round brackets."""
    if re.search(r"[\s<>\\]", href) or not href:
        raise NoForm
    return f"<{href}>" if re.search(r"[()]", href) else href


def write_image(image: Image, forms: Forms) -> str:
    """``![alt](src "title")`` with its size; HTML where Markdown cannot say it."""
    sized = bool(image.width or image.height)
    if image.wrap or (image.align and not forms.has("attributes")) or '"' in image.title or forms.careful:
        return _image_tag(image)
    alt = escape_text(image.alt, forms, "[", "]", in_link=True)
    title = f' "{image.title}"' if image.title else ""
    if image.title and re.search(r"[\\&<\n]", image.title):
        raise NoForm
    target = write_address(image.src)
    if sized and not forms.has("attributes"):
        if re.search(r"[\[\]\\]", alt) or target.startswith("<"):
            return _image_tag(image)
        return f"![{alt}]({target}{title} ={image.width}x{image.height})"
    named = {"width": image.width, "height": image.height, "align": image.align}
    attributes = " ".join(f"{name}={value}" for name, value in named.items() if value)
    return f"![{alt}]({target}{title})" + (f"{{{attributes}}}" if attributes else "")


def _image_tag(image: Image) -> str:
    if image.align in {"left", "right"} and not image.wrap:
        raise NoForm
    named = {
        "src": image.src, "alt": image.alt, "title": image.title, "width": image.width, "height": image.height,
        "align": image.align,
    }  # fmt: skip
    attributes = " ".join(f'{name}="{escape_attribute(value)}"' for name, value in named.items() if value)
    return f"<img {attributes}/>"
