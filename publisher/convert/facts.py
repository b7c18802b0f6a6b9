"""What the page tree needs to know of a document, as plain values: they cross processes and lie in the cache.

The blocks stay where they were parsed. Here they are parsed when somebody asks for them.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args, overload

from msgspec.structs import asdict, replace

from publisher.model.document import Block, Document, Drawable, FrontMatter, Heading, Outline
from publisher.model.inlines import Image, Inline, Link, Text
from publisher.model.problem import Level, Problem
from publisher.pagetree.titles import outline_of

if TYPE_CHECKING:
    from publisher.markdown.grammar import Grammar

#: What a document read of other files: (path as it is written, (name, text) of what was found).
Reads = Sequence[tuple[str, tuple[str, str] | None]]
_PLAIN = FrontMatter()
_KINDS: Mapping[str, Any] = {kind.__name__: kind for kind in get_args(Inline)}
#: ``variables`` is done with once the text is parsed; ``page_properties`` holds pairs.
_FRONT = tuple(name for name in FrontMatter.__struct_fields__ if name != "variables")


class Blocks(Sequence[Block]):
    """The blocks of a document. ``identity``: digest of all that they are parsed from."""

    __slots__ = ("found", "identity", "load")

    def __init__(
        self, identity: bytes, load: Callable[[], Sequence[Block]], found: Sequence[Block] | None = None
    ) -> None:
        self.identity = identity
        self.load = load
        self.found = found

    def _all(self) -> Sequence[Block]:
        if self.found is None:
            self.found = self.load()
        return self.found

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Block]:
        return iter(self._all())

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Block]: ...
    def __getitem__(self, index: int | slice) -> Block | Sequence[Block]:
        return self._all()[index]

    def __bool__(self) -> bool:
        return bool(self._all())


def base_identity(version: str, grammar: "Grammar") -> bytes:
    """Of what all documents of a set share: the converter, and how they are read."""
    return combine(version.encode(), canonical(asdict(grammar)))


def identity_of(base: bytes, key: str, data: bytes, defaults: Mapping[str, Any]) -> bytes:
    """Of a document without what it includes."""
    return combine(base, canonical([key, defaults]), data)


def with_reads(identity: bytes, reads: Reads) -> bytes:
    """Of a document with what it includes."""
    return combine(identity, canonical(write_reads(reads))) if reads else identity


def write_reads(reads: Reads) -> list[list[str | None]]:
    """For each file that a document asked for: the path, and the digest of what it got."""
    return [[path, _digest_text(found) if found else None] for path, found in reads]


def _digest_text(found: tuple[str, str]) -> str:
    return hashlib.sha256("\0".join(found).encode("utf-8", "surrogatepass")).hexdigest()


def combine(*parts: bytes) -> bytes:
    """One digest of several values, each with its length."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8) + part)
    return found.digest()


def canonical(value: Any) -> bytes:
    """Bytes that are the same for the same value in whichever process, and others for any other value.

    The order of a mapping counts: a text can show a mapping as it is.
    """
    return _form(value).encode("utf-8", "surrogatepass")


def _form(value: Any) -> str:
    match value:
        case Mapping():
            return "{" + ",".join(f"{_form(key)}:{_form(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(_form, value)) + "]"
        case set() | frozenset():
            return "<" + ",".join(sorted(map(_form, value))) + ">"
        case _:
            return f"{type(value).__name__} {value!r}"


def pack(value: Any) -> bytes:
    """JSON, quickly."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack(data: bytes) -> Any:
    """What ``pack`` has made. ValueError."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def write_problems(problems: Iterable[Problem]) -> list[list[Any]]:
    return [[p.path, p.line, int(p.level), p.code, p.message, p.hint] for p in problems]


def read_problems(rows: Iterable[Sequence[Any]]) -> list[Problem]:
    return [Problem(path, line, Level(level), code, message, hint) for path, line, level, code, message, hint in rows]


def write_facts(document: Document, reads: Reads) -> bytes | None:
    """None where they would not come back as they are: such a document is kept by nobody."""
    front = document.front_matter
    changed = {name: value for name in _FRONT if (value := getattr(front, name)) != getattr(_PLAIN, name)}
    outline, headings = outline_of(document), document.headings
    place = next((number for number, heading in enumerate(headings) if heading is outline.first), -1)
    values = [
        write_reads(reads),
        changed,
        write_problems(document.problems),
        [_write_heading(heading) for heading in headings],
        [place, _write_heading(outline.first) if outline.first else None, outline.opening is not None, outline.leads],
        [[link.href, link.line] for link in document.links],
        [[image.src, image.alt, image.line] for image in document.images],
        [[item.word, item.text, item.line] for item in document.drawables],
        document.readable,
        dict(document.anchors),
        document.spans,
        document.notes,
        document.digest,
        [[line, sorted(codes)] for line, codes in document.ignored.items()],
    ]
    try:
        packed = pack(values)
        if changed and _read_front_matter(unpack(pack(changed))) != replace(front, variables={}):
            return None  # only what a team writes into its front matter can be of any type
    except (TypeError, ValueError):
        return None
    return packed


def _write_heading(heading: Heading) -> list[Any]:
    return [heading.level, _write_line(heading.children), heading.slug, heading.line]


def _read_heading(row: Sequence[Any]) -> Heading:
    level, children, slug, line = row
    return Heading(level, _read_line(children), slug, line)


def _write_line(nodes: Iterable[Inline]) -> list[Any]:
    """Texts as they are, other nodes as their kind and their fields."""
    return [node.text if isinstance(node, Text) else _write_node(node) for node in nodes]


def _write_node(node: Inline) -> list[Any]:
    values = asdict(node).items()
    return [type(node).__name__, *(_write_line(value) if name == "children" else value for name, value in values)]


def _read_line(values: Iterable[Any]) -> tuple[Inline, ...]:
    return tuple(Text(value) if isinstance(value, str) else _read_node(*value) for value in values)


def _read_node(kind: str, *values: Any) -> Inline:
    node: Inline = _KINDS[kind](*(tuple(_read_line(v)) if isinstance(v, list) else v for v in values))
    return node


def reads_of(values: Sequence[Any]) -> Sequence[Sequence[str | None]]:
    """What the document had read of other files, of unpacked facts."""
    found: Sequence[Sequence[str | None]] = values[0]
    return found


def read_facts(key: str, values: Sequence[Any], blocks: Blocks, included: Iterable[str]) -> Document:
    """The document. ``included``: names of the files that it includes, as they are found now."""
    _, front, problems, headings, outline, links, images, drawables, readable, anchors, *more = values
    spans, notes, digest, ignored = more
    found = tuple(_read_heading(row) for row in headings)
    place, own, opens, leads = outline
    first = found[place] if place >= 0 else _read_heading(own) if own else None
    return Document(
        key=key,
        front_matter=_read_front_matter(front) if front else _PLAIN,
        blocks=blocks,
        problems=tuple(read_problems(problems)),
        headings=found,
        links=tuple(Link(href, (), line) for href, line in links),
        images=tuple(Image(src, alt, "", line) for src, alt, line in images),
        drawables=tuple(Drawable(word, text, line) for word, text, line in drawables),
        readable=readable,
        anchors=anchors,
        spans=tuple((start, end) for start, end in spans),
        notes=tuple((start, end) for start, end in notes),
        digest=digest,
        included=tuple(included),
        ignored={line: frozenset(codes) for line, codes in ignored},
        outline=Outline(first if opens else None, first, leads),
    )


def _read_front_matter(values: Mapping[str, Any]) -> FrontMatter:
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    if "page_properties" in found:
        found["page_properties"] = tuple((name, text) for name, text in found["page_properties"])
    return FrontMatter(**found)
