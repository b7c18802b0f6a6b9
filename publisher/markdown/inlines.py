"""mistune's inline tokens become inline nodes."""

import re
from collections.abc import Sequence
from html import unescape

from msgspec.structs import replace

from publisher.markdown.autolinks import EMAIL, WWW, read_address
from publisher.markdown.builder import Builder
from publisher.markdown.containers import read_attributes
from publisher.markdown.gathered import Token
from publisher.markdown.levels import InlineBuilder, read_size
from publisher.markdown.liquid import without_raw
from publisher.markdown.roles import ELSEWHERE, label_address
from publisher.markdown.shortcodes import unescape_shortcodes
from publisher.markdown.tags import Kind, read_tag
from publisher.markdown.walk import joins_wide, plain_text
from publisher.markdown.wikilinks import read_size as read_obsidian_size
from publisher.model.document import Drawable
from publisher.model.inlines import (
    Anchor,
    Break,
    Code,
    Date,
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
from publisher.storage import check_safety, clean_text

_BLANK = Text(" ")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ATTRIBUTES = r"\{:?[ \t]*(?P<inner>(?:[.#][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s}]+)|loading=lazy|-)(?:[ \t]+(?:[.#][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s}]+)|-))*)[ \t]*\}"
ATTRIBUTES_FIRST = re.compile(_ATTRIBUTES)
ATTRIBUTES_LAST = re.compile(r"[ \t]*" + _ATTRIBUTES + r"[ \t]*$")
_SHORTCODE = re.compile(r":[a-z0-9_+-]+:")
_ICON = re.compile(r":(?:material|octicons|fontawesome|simple)-[\w-]+:(?:\{[^{}\n]*\})?")
#: ``@name`` of a person, ``ABC-1`` of Jira, an e-mail address.
_NAMED = re.compile(
    rf"(?P<email>{EMAIL.pattern})|(?P<www>{WWW.pattern})|"
    r"(?<![\w@./-])@(?P<person>[A-Za-z0-9](?:[\w.-]*\w)?)|(?<![\w/-])(?P<project>[A-Z][A-Z0-9_]+)-\d+(?![\w-])"
)
_MARKS = {
    "strong": "strong", "emphasis": "em", "strikethrough": "del", "mark": "mark", "insert": "u", "superscript": "sup",
    "subscript": "sub",
}  # fmt: skip


def resolve_entities(text: str) -> str:
    """Entities as CommonMark has them: ``&copy`` without a semicolon is text, as in ``?a=1&copy=2``."""
    return _ENTITY.sub(lambda match: unescape(match[0]), text) if "&" in text else text


def raw_text(token: Token) -> str:
    """The source of an inline token as far as mistune keeps it."""
    if token["type"] in {"softbreak", "linebreak"}:
        return "\n"
    return str(token.get("raw", "")) + "".join(raw_text(child) for child in token.get("children", ()))


def fill(builder: Builder, level: InlineBuilder, tokens: Sequence[Token]) -> None:
    """Adds the nodes of ``tokens`` to ``level``. Text comes in pieces: it is put together first."""
    text = ""
    for place, token in enumerate(tokens):
        kind = token["type"]
        if kind == "text":
            text += resolve_entities(token["raw"])
            continue
        if text:
            _add_text(builder, level, text)
            text = ""
        if kind == "codespan":
            level.add(_code(builder, token["raw"], level.line))
        elif kind == "softbreak":
            level.line += 1
            if not _joins(level.nodes, tokens[place + 1 : place + 2]):
                level.add(_BLANK)
        elif kind == "link" or kind in _MARKS:
            _add_nested(builder, level, token)
        elif kind == "inline_html":
            builder.check_marker(token["raw"], level.line)
            _add_html(level, token["raw"])
        else:
            _add_other(builder, level, token)
    if text:
        _add_text(builder, level, text)


def _add_other(builder: Builder, level: InlineBuilder, token: Token) -> None:
    """Adds the nodes of a token that few lines hold."""
    match token["type"]:
        case "raw_storage":
            level.add(_storage(builder, clean_text(token["raw"]), level.line))
        case "storage_tag":
            builder.notices.add("raw-storage", token["raw"], level.line)
            level.add(Text(clean_text(token["raw"])))
        case "linebreak":
            level.line += 1
            level.add(Break())
        case "status":
            level.add(Status(clean_text(token["title"]), token["colour"]))
        case "date":
            level.add(Date(token["value"]))
        case "issue":
            level.add(Issue(token["key"]))
        case "anchor" | "place" as kind:
            level.add(Anchor(token["name"], kept=kind == "anchor"))
        case "inline_math":
            tex = clean_text(token["raw"])
            builder.drawables.append(Drawable("math", tex, level.line))
            level.add(Math(tex))
        case "unknown_role":
            text = f"the role `{{{token['name'][:60]}}}` is not known; its text is shown as code"
            builder.report(level.line, "unknown-shortcode", text)
            level.add(_code(builder, token["raw"], level.line))
        case "inline_shortcode":
            stays = "is not known; its content stays" if token.get("paired") else "stays as it is"
            builder.report(level.line, "unknown-shortcode", f"`{token['raw'][:60]}` {stays}")
            if not token.get("paired"):
                level.add(Code(clean_text(token["raw"])))
        case "footnote_ref":
            number = token["attrs"]["index"]
            builder.footnotes[number] = builder.footnotes.get(number, 0) + 1
            level.add(FootnoteRef(number, builder.footnotes[number]))
        case _:
            _add_nested(builder, level, token)


def _joins(nodes: list[Inline], following: Sequence[Token]) -> bool:
    """Whether a line end between the two is nothing."""
    last = nodes[-1] if nodes else _BLANK
    if isinstance(last, (Text, Code)) and last.text[-1:].isascii():  # most of them
        return False
    return joins_wide(plain_text(nodes[-1:]), "".join(map(raw_text, following)))


def _code(builder: Builder, text: str, line: int) -> Code:
    return Code(builder.code(_code_text(builder, text), line))


def _code_text(builder: Builder, text: str) -> str:
    """Code without the marks that keep Jekyll and Hugo from reading it."""
    text = without_raw(text) if "liquid" in builder.grammar.syntaxes else text
    return unescape_shortcodes(text) if "shortcodes" in builder.grammar.syntaxes else text


def _add_html(level: InlineBuilder, raw: str) -> None:
    """A tag in a line. Comments and the like are not seen; CDATA is text."""
    piece = read_tag(raw)
    if piece is not None:
        level.add_tag(piece, closes=piece.kind is Kind.CLOSE)
    elif raw.startswith("<![CDATA["):
        level.add(Text(clean_text(raw)))


def _storage(builder: Builder, text: str, line: int) -> Inline:
    """Storage format in a line, as the author wrote it; as code, with a problem, if it cannot be taken."""
    wrong = check_safety(text)
    if not wrong:
        return InlineStorage(text)
    builder.report(line, "bad-storage", f"this is shown as code: {'; '.join(wrong)}")
    return Code(text)


def _add_text(builder: Builder, level: InlineBuilder, text: str) -> None:
    """Adds a text in which what was escaped is marked: no syntax begins there."""
    if builder.is_bare(text):
        level.add(Text(text))
        return
    grammar = builder.grammar
    if "attributes" in grammar.syntaxes and text.startswith("{"):
        text = _attach(level, text)
    if ":" in text and "emoji" in grammar.syntaxes and _SHORTCODE.search(text):
        import emoji

        text = emoji.emojize(_ICON.sub("", text), language="alias")
    if "@" in text or "www." in text or (grammar.issues and "-" in text):
        _add_named(builder, level, text)
    elif text:
        level.add(Text(clean_text(text)))


def _add_named(builder: Builder, level: InlineBuilder, text: str) -> None:
    """Text in which people, issues and e-mail addresses are named. Names that nobody has stay text."""
    people = builder.grammar.people if "mentions" in builder.grammar.syntaxes else {}
    linking = "autolinks" in builder.grammar.syntaxes and not level.in_link
    position = 0
    for match in _NAMED.finditer(text):
        node: Inline
        end = match.end()
        if match["person"] in people:
            node = Mention(match["person"], people[match["person"]])
        elif match["project"] in builder.grammar.issues:
            node = Issue(match[0])
        elif linking and match["email"]:
            node = Link("mailto:" + match[0], (Text(match[0]),), level.line)
        elif linking and match["www"] and (address := read_address(match[0])):
            node, end = Link("http://" + address, (Text(address),), level.line), match.start() + len(address)
        else:
            continue
        if match.start() > position:
            level.add(Text(clean_text(text[position : match.start()])))
        level.add(node)
        position = end
    if text[position:]:
        level.add(Text(clean_text(text[position:])))


def _attach(level: InlineBuilder, text: str) -> str:
    """An attribute list right behind an image, link or mark: size, alignment and id are taken, the rest says nothing here."""
    found = ATTRIBUTES_FIRST.match(text)
    nodes = level.nodes
    if found is None or not nodes or not isinstance(nodes[-1], Image | Link | Mark | Code):
        return text
    attributes = read_attributes(found["inner"])
    last = nodes[-1]
    if isinstance(last, Image):
        nodes[-1] = dress_image(last, attributes)
    if attributes.get("id"):
        nodes.append(Anchor(attributes["id"]))
    return text[found.end() :]


def dress_image(image: Image, attributes: dict[str, str]) -> Image:
    """The image with the size and place that attributes ask for."""
    style = attributes.get("style", "").replace(" ", "")
    floating = re.search(r"float:(left|right)", style) or re.search(r"float-(left|right)", attributes.get("class", ""))
    wide = re.search(r"(?:^|;)width:([^;]+)", style)
    align = floating[1] if floating else attributes.get("align", "").lower()
    return replace(
        image,
        width=read_size(attributes.get("width", "") or (wide[1] if wide else "")) or image.width,
        height=read_size(attributes.get("height", ""), of=0) or image.height,
        align=align if align in {"left", "center", "right"} else image.align,
        wrap=bool(floating),
    )


def _add_nested(builder: Builder, level: InlineBuilder, token: Token) -> None:
    kind, line = token["type"], level.line
    nodes = _nodes_in(builder, level, token.get("children", ()), in_link=level.in_link or kind == "link")
    if kind == "link":
        address = clean_text(token["attrs"]["url"])
        if "roles" in builder.grammar.syntaxes:
            if address.startswith(ELSEWHERE):  # nobody knows here where that is
                nodes = nodes or (Code(address.rpartition("#")[2]),)
                _extend(level, nodes)
                return
            address = label_address(address, bare=not nodes)
        level.add_link(address, nodes, line)
    elif kind == "image":
        attributes = token["attrs"]
        title, source = attributes.get("title") or "", clean_text(attributes["url"])
        alt, sizes = plain_text(nodes), {}
        if "comments" in builder.grammar.syntaxes and not attributes.get("width"):  # Obsidian
            alt, *found = read_obsidian_size(alt)
            sizes = dict(zip(("width", "height"), found, strict=True))
        image = Image(source, alt, title, line)
        level.add(
            dress_image(image, {name: str(value) for name, value in attributes.items() if name != "title"} | sizes)
        )
    elif kind in _MARKS:
        level.add(Mark(_MARKS[kind], nodes))
    elif kind == "abbr":
        meaning = clean_text(token["attrs"]["title"])
        first = meaning not in builder.abbreviations
        builder.abbreviations.add(meaning)
        _extend(level, (*nodes, *([Text(f" ({meaning})")] if first else [])))
    else:
        _extend(level, nodes)


def _extend(level: InlineBuilder, nodes: Sequence[Inline]) -> None:
    for node in nodes:
        level.add(node)


def _nodes_in(builder: Builder, level: InlineBuilder, tokens: Sequence[Token], *, in_link: bool) -> tuple[Inline, ...]:
    """The nodes of what a link or a mark in ``level`` holds."""
    if len(tokens) == 1:  # most of them
        kind, raw = tokens[0]["type"], tokens[0].get("raw", "")
        if kind == "text" and builder.is_bare(raw):
            return (Text(raw),)
        if kind == "codespan":
            return (_code(builder, raw, level.line),)
    inner = InlineBuilder(level.line, in_link=in_link)
    fill(builder, inner, tokens)
    nodes = inner.finish()
    builder.report_level(inner)
    level.line = inner.line
    return nodes


def without_start(tokens: Sequence[Token], count: int) -> list[Token]:
    """Inline tokens without the first ``count`` characters of their text."""
    left: list[Token] = []
    for token in tokens:
        text = raw_text(token)
        if not count:  # what is no text, a status or a date, has no characters
            left.append(token)
        elif count >= len(text):
            count -= len(text)
        elif count and token["type"] == "text":
            left.append({**token, "raw": text[count:]})
            count = 0
        else:
            left.append(token)
            count = 0
    return left
