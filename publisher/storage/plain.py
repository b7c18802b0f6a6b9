"""Bodies that our writers made of what every rule allows where it is, as nearly all are: they need no parser of XML.

The walk may say no of a body that is fine, for that one is then parsed and judged by all rules (``check``, ``losses``); it
must never say yes of one in which a rule finds something. A test compares both over many bodies.
"""

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from publisher.storage.grammar import ATTRIBUTES, CODE, PANEL, PARAMETER, RICH, token
from publisher.storage.losses import kind_of_macro
from publisher.storage.products import Product
from publisher.storage.rules import Kind, Place
from publisher.storage.xml import AC, AT, RI

#: Macro → its parameters, with the values that each may have (None: any).
Macros = Mapping[str, Mapping[str, frozenset[str] | None]]
#: Bytes of characters that XML forbids, or reads as another one. The stand-in for code is one of them.
_FORBIDDEN = bytes([*range(9), *range(11, 32)])
#: Entities that we do not write, and those that the canonical form writes in another way in attributes.
_UNSURE = re.compile("&(?!(?:amp|lt|gt|quot|#39|#34);)"), re.compile('="[^<>"]*&(?:gt|quot|#34);')
_DEEPEST = 40  # elements in elements
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_ALIGNED = ("text-align: center;", "text-align: right;")
_DEEP = {Place.EXPAND, Place.NESTED, Place.CELL}
#: What each place holds, besides what the rules tell.
_ANYWHERE = frozenset({"p", "p />", "ul", "ol", "image", "macro"})
_OF_KINDS: dict[Kind, frozenset[str]] = {
    Kind.HEADING: frozenset({"h1", "h2", "h3", "h4", "h5", "h6"}), Kind.TABLE: frozenset({"table"}),
    Kind.RULE: frozenset({"hr/>"}), Kind.QUOTE: frozenset({"blockquote"}), Kind.TASKS: frozenset({"ac:task-list"}),
}  # fmt: skip
_PLACES = {"li": Place.ITEM, "td": Place.CELL, "th": Place.CELL, "blockquote": Place.QUOTE}
#: What holds no blocks but parts of itself.
_PARTS = {
    "ul": frozenset({"li"}), "ol": frozenset({"li"}), "table": frozenset({"tbody"}), "tbody": frozenset({"tr"}),
    "tr": frozenset({"td", "th"}), "ac:task-list": frozenset({"ac:task"}),
    "ac:task": frozenset({"ac:task-body", "ac:task-list"}),
}  # fmt: skip
_ROOT = f'<root xmlns:ac="{AC}" xmlns:at="{AT}" xmlns:ri="{RI}">'
_BLANKS_BEHIND, _BLANKS_BEFORE = re.compile(r">\s+"), re.compile(r"<\s+")
_IMAGE, _ATTRIBUTE = re.compile("<ac:image( [^<>]*)>"), re.compile(' [a-z:]+="[^"]*"')
_TASK = re.compile(r"<ac:task-id>(\d+)</ac:task-id><ac:task-status>[a-z]+</ac:task-status>")


class _Inside(Struct, frozen=True):
    """Where the walk is. ``end``: of the element around. ``deep``: in an expand or a cell, so that an expand is a nested one."""

    end: str
    holds: frozenset[str]
    deep: bool


class PlainWalk:
    """Reads bodies for a product."""

    __slots__ = ("_insides", "_macros", "_product")

    def __init__(self, product: Product, macros: Macros) -> None:
        self._product, self._macros = product, macros
        self._insides: dict[tuple[str, Place | None, bool], _Inside] = {}

    def canonical(self, body: str, data: bytes) -> str | None:
        """The canonical form of a body (``data``: its bytes) in which no rule finds anything; None if that is not known."""
        if len(data.translate(None, _FORBIDDEN)) != len(data) or "\ufffe" in body or "\uffff" in body:
            return None
        first, *others = body.split("<![CDATA[")
        texts, codes = [first], list[str]()
        for part in others:
            code, end, text = part.partition("]]>")
            if not end:
                return None
            codes.append(code)
            texts.append(text)
        text = CODE.join(texts)
        if any(unsure.search(text) for unsure in _UNSURE) or not self._is_plain(text):
            return None
        tasks = [found[1] for found in _TASK.finditer(text)] if "<ac:task>" in text else []
        return _canonical(text, codes) if len(tasks) == len(set(tasks)) else None

    def _is_plain(self, text: str) -> bool:
        inside, around, last, opened = self._blocks("", Place.PAGE, deep=False), list[_Inside](), 0, False
        for match in token().finditer(text):
            start, end = match.span()
            if start != last:
                return False
            last = end
            close, box, line, style = match.group(1, 2, 3, 4)  # "close", "box", "line", "style"
            if line is not None:
                # Every place holds paragraphs, the item or the cell around this one, too.
                if (
                    (box or line) not in inside.holds
                    if line == "p" and not style
                    else not self._fits_line(match, inside)
                ):
                    return False
                opened = False
            elif close is not None:
                if opened or close != inside.end or not around:
                    return False
                inside, opened = around.pop(), False
            else:
                found = self._enter(match, inside)
                if found is None or len(around) > _DEEPEST:
                    return False
                opened = found is not inside
                if opened:
                    around.append(inside)
                    inside = found
        return last == len(text) and not around

    def _fits_line(self, match: re.Match[str], inside: _Inside) -> bool:
        box, line, style = match.group("box", "line", "style")
        if box is not None:
            if box not in inside.holds:
                return False
            inside = self._element(box, deep=inside.deep)
        if not style:
            return line in inside.holds
        return line == "p" and Kind.ALIGN in inside.holds and (style in _ALIGNED or Kind.INDENT in inside.holds)

    def _enter(self, match: re.Match[str], inside: _Inside) -> _Inside | None:
        """Where the walk is behind a token; None for one that is not plain there."""
        holds = inside.holds
        if name := match["open"]:
            attributes = match["attributes"]
            fits = attributes is None or (name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(attributes))
            return self._element(name, deep=inside.deep) if name in holds and fits else None
        if match["macro"] is not None:
            return self._macro(match, inside)
        if match["task"]:
            return self._element("ac:task", deep=inside.deep) if "ac:task" in holds else None
        if match["panel"]:
            fits = self._product.document_format and Kind.PANEL in holds
            return self._blocks(PANEL, Place.PANEL, deep=inside.deep) if fits else None
        if match["image"]:
            return inside if "image" in holds and (self._product.captions or not match["caption"]) else None
        return inside if (match["empty"] or "macro") in holds else None

    def _element(self, name: str, *, deep: bool) -> _Inside:
        return self._blocks(name, _PLACES.get(name), deep=deep)

    def _blocks(self, end: str, place: Place | None, *, deep: bool) -> _Inside:
        """In an element with this end. ``place``: None for one that holds no blocks but parts of itself."""
        found = self._insides.get((end, place, deep))
        if found is None:
            holds = self._kinds(place) if place is not None else _PARTS[end]
            found = self._insides[end, place, deep] = _Inside(end, holds, deep or place in _DEEP)
        return found

    def _kinds(self, place: Place) -> frozenset[str]:
        """What a place holds: the kinds that the rules allow there, and the elements that are of these."""
        allowed = {kind for kind in Kind if not self._product.forbids(kind, place)}
        return _ANYWHERE.union(allowed, *(_OF_KINDS.get(kind, ()) for kind in allowed))

    def _macro(self, match: re.Match[str], inside: _Inside) -> _Inside | None:
        name, rich = match["macro"], match["rich"]
        kind = kind_of_macro(name)
        if not name or "macro" not in inside.holds or ((rich or kind is not Kind.MACRO) and kind not in inside.holds):
            return None
        if match["parameters"] and not self._fits(name, PARAMETER.findall(match["parameters"])):
            return None
        if not rich:
            return inside
        place = {Kind.PANEL: Place.PANEL, Kind.MACRO: Place.MACRO}.get(
            kind, Place.NESTED if inside.deep else Place.EXPAND
        )
        return self._blocks(RICH, place, deep=inside.deep)

    def _fits(self, name: str, parameters: list[tuple[str, str]]) -> bool:
        """Whether a macro has these parameters, each once, with these values."""
        if len({key for key, _ in parameters}) != len(parameters):
            return False
        known = self._macros.get(name)
        return known is None or all(self._fits_value(known.get(key, ()), name, key, value) for key, value in parameters)

    def _fits_value(self, allowed: Collection[str] | None, name: str, key: str, value: str) -> bool:
        if allowed is not None:
            return value in allowed
        return (name, key) != ("code", "language") or not value or value.lower() in self._product.languages


def _sorted(attributes: str) -> str:
    """As the canonical form has them. A line break in an attribute is a blank to XML."""
    return "".join(sorted(_ATTRIBUTE.findall(attributes))).replace("\n", " ")


def _canonical(text: str, codes: list[str]) -> str:
    """Of a body that is plain. ``text``: without its ``codes``; blanks beside elements are stripped (``xml.canonical_of``)."""
    text = text.replace(' ac:schema-version="1"', "")
    if "<ac:image" in text:
        text = _IMAGE.sub(lambda tag: f"<ac:image{_sorted(tag[1])}>", text)
    if "<ac:task>" in text:
        text = _TASK.sub("", text)
    if "&" in text:
        text = text.replace("&quot;", '"').replace("&#34;", '"').replace("&#39;", "'")
    *heads, text = text.split("/>")  # each begins an element that is empty
    text = "".join([f"{head.rstrip()}></{head[head.rfind('<') + 1 :].split()[0]}>" for head in heads]) + text
    text = _BLANKS_BEHIND.sub(">", text)
    text = _BLANKS_BEFORE.sub("<", text[::-1])[::-1]  # from its end, for a search for blanks would stop at each word
    first, *texts = text.split(CODE)
    parts = [first]
    for code, behind in zip(codes, texts, strict=True):
        parts += code.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), behind
    return f"{_ROOT}{''.join(parts)}</root>"
