"""Two versions of a page as people read them: one page, with the words that came and went marked in their places."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from html import escape
from itertools import groupby

import lxml.html
from lxml import etree
from markupsafe import Markup

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "table",
        "tbody",
        "thead",
        "tr",
        "td",
        "th",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "details",
        "summary",
        "hr",
        "dl",
        "dt",
        "dd",
        "nav",
        "colgroup",
        "col",
        "section",
        "article",
    ]
)
#: Elements in a line that are one word: they are shown or not.
_ATOMS = frozenset(["img", "br", "input", "svg", "time", "iframe"])
#: Fewer equal words than this share, and two blocks are another text, not a changed one.
_ALIKE = 0.4
_MOST_WORDS = 6000
_KEPT_AROUND = 1  # unchanged blocks that are shown before and behind a change
_FOLDED = 3  # fewer unchanged blocks than this are shown
_CHANGED = re.compile(r"<(?:ins|del)\b")
_VOID = frozenset(["br", "img", "input", "hr", "col"])
Op = tuple[str, int, int, int, int]
#: A word, the start tags around it in its line, and what it is: equal, ins or del.
Word = tuple[str, tuple[str, ...], str]


def compare_pages(old: str, new: str) -> Markup:
    """HTML of both, as one; long passages without a change are folded. Empty if a reader sees no difference."""
    blocks = list(_compare_blocks(_blocks_of(_parse(old)), _blocks_of(_parse(new))))
    if not any(map(_CHANGED.search, blocks)):
        return Markup()
    parts: list[str] = []
    for changed, group in groupby(blocks, key=lambda block: bool(_CHANGED.search(block))):
        run = list(group)
        parts += run if changed else _folded(run, first=not parts)
    return Markup("".join(parts))  # noqa: S704 - made of what the renderer escaped


def compare_words(old: str, new: str) -> Markup:
    """Two lines of plain text."""
    return Markup(_marked_words(_words(_line(escape(old))), _words(_line(escape(new)))))  # noqa: S704 - is escaped


def _line(html: str) -> etree._Element:
    line: etree._Element = _parse(f"<p>{html}</p>")[0]
    return line


def _folded(run: list[str], *, first: bool) -> list[str]:
    head, tail = (0 if first else _KEPT_AROUND), len(run) - _KEPT_AROUND
    if tail - head < _FOLDED:
        return run
    inside = "".join(run[head:tail])
    fold = f'<details class="same"><summary>{tail - head} blocks without a change</summary>{inside}</details>'
    return [*run[:head], fold, *run[tail:]]


def _parse(html: str) -> etree._Element:
    root: etree._Element = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter("del", "ins"):  # what the document strikes out is no change of it
        element.tag = "s" if element.tag == "del" else "u"
    return root


def _is_line(element: etree._Element) -> bool:
    """Whether it holds words, and no block."""
    return not any(child.tag in _BLOCKS or _is_code_line(child) for child in element.iterdescendants())


def _is_code_line(element: etree._Element) -> bool:
    return element.tag == "span" and element.get("class") == "line"


def _blocks_of(element: etree._Element) -> list[etree._Element]:
    """The children as blocks; what lies loose between them is a block of its own."""
    found: list[etree._Element] = []
    loose = lxml.html.Element("span")
    loose.text = element.text

    def end() -> etree._Element:
        if len(loose) or (loose.text or "").strip():
            found.append(loose)
        fresh: etree._Element = lxml.html.Element("span")
        return fresh

    for child in list(element):
        tail, child.tail = child.tail, None
        if child.tag in _BLOCKS or not _is_line(child) or child.tag == "svg" or _is_code_line(child):
            loose = end()
            found.append(child)
            loose.text = tail
        else:
            loose.append(child)
            child.tail = tail
    end()
    return found


def _html(element: etree._Element) -> str:
    return str(lxml.html.tostring(element, encoding="unicode", with_tail=False))


def _compare_blocks(left: Sequence[etree._Element], right: Sequence[etree._Element]) -> Iterator[str]:
    one, other = [_html(block) for block in left], [_html(block) for block in right]
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from other[c:d]
        else:
            yield from _compare_changed(left[a:b], right[c:d])


def _compare_changed(left: Sequence[etree._Element], right: Sequence[etree._Element]) -> Iterator[str]:
    """Pairs what is alike, in order; of the rest, what went comes before what came."""
    begin, came = 0, list[etree._Element]()
    for block in right:
        at = next((n for n in range(begin, len(left)) if _are_alike(left[n], block)), None)
        if at is None:
            came.append(block)
            continue
        yield from _exchange(left[begin:at], came)
        yield _compare_block(left[at], block)
        begin, came = at + 1, []
    yield from _exchange(left[begin:], came)


def _exchange(went: Sequence[etree._Element], came: Sequence[etree._Element]) -> Iterator[str]:
    """As many of the same kind in the same place are compared all the same: cells of a row, a panel with another text."""
    if [_kind(block) for block in went] == [_kind(block) for block in came]:
        yield from (_compare_block(old, new) for old, new in zip(went, came, strict=True))
        return
    yield from (_marked_block(block, "del") for block in went)
    yield from (_marked_block(block, "ins") for block in came)


def _kind(block: etree._Element) -> tuple[str, str]:
    return str(block.tag), str(block.get("class", ""))


def _are_alike(one: etree._Element, other: etree._Element) -> bool:
    if one.tag != other.tag:
        return False
    first, second = (
        Counter(re.findall(r"\w+", " ".join(map(str, block.itertext())).casefold())) for block in (one, other)
    )
    both = (first & second).total()
    return 2 * both >= _ALIKE * (first.total() + second.total())


def _compare_block(old: etree._Element, new: etree._Element) -> str:
    if _is_line(old) and _is_line(new):
        return _start(new) + _marked_words(_words(old), _words(new)) + f"</{new.tag}>"
    inside = _between(new).join(_compare_blocks(_blocks_of(old), _blocks_of(new)))
    return f"{_start(new)}{inside}</{new.tag}>"


def _between(block: etree._Element) -> str:
    return "\n" if block.tag == "code" else ""


def _marked_block(block: etree._Element, kind: str) -> str:
    """A block that came or went as a whole: each line of it is marked, and the block itself."""
    if kind == "del":
        for element in block.iter():
            element.attrib.pop("id", "")
    if block.tag in _VOID or block.tag == "svg":
        return f"<{kind}>{_html(block)}</{kind}>" if block.tag == "svg" else _html(block)
    block.set("class", f"{block.get('class', '')} whole-{kind}".strip())
    return _marked_inside(block, kind)


def _marked_inside(block: etree._Element, kind: str) -> str:
    if block.tag in _VOID or block.tag == "svg":
        return _html(block)
    if _is_line(block):
        words = [(text, tags, kind) for text, tags, _ in _words(block)]
        return f"{_start(block)}{_written(words)}</{block.tag}>"
    inside = _between(block).join(_marked_inside(child, kind) for child in _blocks_of(block))
    return f"{_start(block)}{inside}</{block.tag}>"


def _start(element: etree._Element) -> str:
    attributes = "".join(" " + str(name) + '="' + escape(str(value)) + '"' for name, value in element.attrib.items())
    return "<" + str(element.tag) + attributes + ">"


def _words(element: etree._Element, tags: tuple[str, ...] = ()) -> list[Word]:
    """The words of a line with the tags around each."""
    found = _split(element.text, tags)
    for child in element:
        if child.tag in _ATOMS:
            found.append((_html(child), tags, "equal"))
        elif isinstance(child.tag, str):
            inner = _words(child, (*tags, _start(child)))
            found += inner or [(f"{_start(child)}</{child.tag}>", tags, "equal")]
        found += _split(child.tail, tags)
    return found


def _split(text: str | None, tags: tuple[str, ...]) -> list[Word]:
    return [(escape(part), tags, "equal") for part in re.findall(r"\w+|\s+|[^\w\s]", text or "")]


def _marked_words(old: list[Word], new: list[Word]) -> str:
    if len(old) + len(new) > _MOST_WORDS:
        return _written([*_of_kind(old, "del"), *_of_kind(new, "ins")])
    before, after = ([(text, tags) for text, tags, _ in words] for words in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE / 2:
        return _written([*_of_kind(old, "del"), *_of_kind(new, "ins")])
    found: list[Word] = []
    for tag, a, b, c, d in _joined(matcher.get_opcodes(), new):
        found += new[c:d] if tag == "equal" else [*_of_kind(old[a:b], "del"), *_of_kind(new[c:d], "ins")]
    return _written(found)


def _of_kind(words: Iterable[Word], kind: str) -> list[Word]:
    return [(text, tags, kind) for text, tags, _ in words]


def _joined(ops: Sequence[Op], new: list[Word]) -> list[Op]:
    """Changes with nothing but blanks between them are one."""
    found: list[Op] = []
    for number, (tag, a, b, c, d) in enumerate(ops):
        blank = tag == "equal" and 0 < number < len(ops) - 1 and not "".join(text for text, _, _ in new[c:d]).strip()
        if found and found[-1][0] != "equal" and (blank or tag != "equal"):
            found[-1] = ("replace", found[-1][1], b, found[-1][3], d)
        else:
            found.append((tag, a, b, c, d))
    return found


def _written(words: Iterable[Word]) -> str:
    parts: list[str] = []
    for kind, group in groupby(words, key=lambda word: word[2]):
        around: tuple[str, ...] = ()
        inside: list[str] = []
        for text, tags, _ in group:
            same = next(
                (n for n, (a, b) in enumerate(zip(around, tags, strict=False)) if a != b), min(len(around), len(tags))
            )
            inside += [_end(tag) for tag in reversed(around[same:])]
            inside += tags[same:]
            inside.append(text)
            around = tags
        inside += [_end(tag) for tag in reversed(around)]
        written = "".join(inside)
        parts.append(written if kind == "equal" else f"<{kind}>{written}</{kind}>")
    return "".join(parts)


def _end(start: str) -> str:
    return f"</{start[1:-1].split(' ', 1)[0]}>"
