"""Hidden text: what stands between two markers is cut out of the text before it is parsed. It is never published.

The parser itself says which markers count, so that this module knows nothing of lists, quotes, HTML or code: each sign
that could begin a marker gets a number, the text is parsed once, and the tokens tell where the numbers are. A marker in
code is code. A marker that is not understood, or not closed, is an error, and hides all that follows.
"""

import difflib
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum, auto
from itertools import pairwise
from typing import Any

from msgspec import Struct

from publisher.markdown.cuts import cut_ranges, merge_ranges

Report = Callable[[int, str, str, str], None]  # (line from 0, code, text, hint)
Tokenize = Callable[[str], Iterable[Mapping[str, Any]]]

#: Around a number. They are no characters of any text: a document that holds them loses them.
_BEFORE, _AFTER = "\ufdd0", "\ufdd1"
#: Set in the parser's environment.
MARKERS_ONLY = "markers_only"
_NUMBER = re.compile(f"{_BEFORE}(\\d+){_AFTER}")
_SIGN = re.compile(r"<!--|(?<!\\)%%")
#: What a marker holds in a comment, and letters that are equal to those of ASCII if case is ignored.
_HINTS, _LIKE_ASCII = ("publisher", "confluence-skip"), ("\u0131", "\u017f", "\u212a")
_HINT = re.compile(r"<!--\s*[\w-]{6,12}\s*[:;.\s]\s*(?:skip|only|end)\b", re.I)
_MENTION = re.compile(r"publisher\s*:", re.I)
_OURS = re.compile(r"\s*publisher\s*:\s*(?P<word>[\w-]+)(?P<rest>.*)\Z", re.I | re.S)
_NEARLY = re.compile(r"\s*(?P<name>[\w-]{6,12})\s*[:;.\s_-]\s*(?:skip|only|end)\s*\Z", re.I)
_CODES = re.compile(r"\s+[\w\s,-]+\Z")
_MD2CONF = re.compile(r"\s*confluence-skip-(start|end)\s*\Z", re.I)
_CODE_TOKENS = {"block_code", "codespan", "block_math", "inline_math"}
_CODE_SHORTCODES = {"raw", "highlight", "code-toggle", "code", "gist-code"}
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.S)


class _Where(Enum):
    """Where a sign is."""

    CODE = auto()
    HTML = auto()
    TAG = auto()  # within a tag, or a comment of somebody else
    TEXT = auto()
    ATTRIBUTE = auto()


class _Kind(Enum):
    """What a marker does. SHOWN: a comment that holds text which only Confluence shows."""

    SKIP = auto()
    ONLY = auto()
    SHOWN = auto()
    END = auto()
    TOGGLE = auto()
    UNKNOWN = auto()


class _Marker(Struct, frozen=True):
    """``start`` and ``end``: offsets in the text. ``family``: markers of one tool, which close their own regions only."""

    start: int
    end: int
    kind: _Kind
    family: str
    text: str
    closed: bool = True


class Hiding(Struct, frozen=True):
    """Which markers there are besides ours: ``percent`` of Obsidian, ``md2conf``."""

    percent: bool = False
    md2conf: bool = False


def hide_regions(text: str, hiding: Hiding, tokenize: Tokenize, report: Report) -> str:
    """``text`` without what its markers hide, line for line.

    ``tokenize``: the parser's tokens of a text, those of all footnotes included.
    """
    if _BEFORE in text or _AFTER in text:
        text = text.replace(_BEFORE, "").replace(_AFTER, "")
    comments = "<!--" in text and _may_hold_marker(text)
    if not comments and not (hiding.percent and "%%" in text):
        return text
    offsets = _Offsets(text)
    markers = list(_find_markers(offsets, hiding, tokenize))
    hidden: list[tuple[int, int]] = []
    for family in dict.fromkeys(marker.family for marker in markers):
        hidden += _hide_family(offsets, [marker for marker in markers if marker.family == family], report)
    return cut_ranges(text, hidden)


def _may_hold_marker(text: str) -> bool:
    """False only for a text without a marker in a comment."""
    lower = text.lower()
    return any(hint in lower for hint in (*_HINTS, *_LIKE_ASCII)) or _HINT.search(text) is not None


def has_marker(html: str) -> bool:
    """Whether a comment of ours is left in HTML that is about to be published. There is none in a text without errors."""
    position = html.find("<!--") if "publisher" in html.lower() else -1
    while position >= 0:
        end = html.find("-->", position + 4)
        if _kind_of(_plain(html[position + 4 : end if end >= 0 else len(html)])) is not None:
            return True
        position = html.find("<!--", end + 3) if end >= 0 else -1
    return False


class _Offsets:
    """Where lines, blank lines and ends of comments are in a text. Each is looked for once, so that nothing is quadratic."""

    __slots__ = ("_blanks", "_closes", "_newlines", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._newlines = [match.start() for match in re.finditer("\n", text)]
        self._blanks = [match.start() for match in re.finditer(r"\n(?=[ \t]*\n)", text)]
        self._closes = [match.start() for match in re.finditer("-->", text)]

    def line(self, position: int) -> int:
        """The line, from 0."""
        return bisect_left(self._newlines, position)

    def blank(self, position: int) -> int:
        """The next blank line, or the end of the text."""
        found = bisect_left(self._blanks, position)
        return self._blanks[found] if found < len(self._blanks) else len(self.text)

    def close(self, position: int) -> int:
        """The next end of a comment; -1 if there is none."""
        found = bisect_left(self._closes, position)
        return self._closes[found] if found < len(self._closes) else -1


# Which markers count


def _find_markers(offsets: _Offsets, hiding: Hiding, tokenize: Tokenize) -> Iterator[_Marker]:
    starts: list[int] = []

    def number(match: re.Match[str]) -> str:
        starts.append(match.start())
        mark = f"{_BEFORE}{len(starts) - 1}{_AFTER}"
        return match[0] + mark if match[0] == "<!--" else mark + match[0]

    where: dict[int, _Where] = {}
    for token in tokenize(_SIGN.sub(number, offsets.text)):
        _locate(token, where)
    last = 0
    for place, (start, following) in enumerate(pairwise([*starts, len(offsets.text)])):
        found = where.get(place)
        if start < last or found is _Where.CODE:
            continue
        if offsets.text.startswith("%%", start):
            if hiding.percent and found is _Where.TEXT:
                yield _Marker(start, start + 2, _Kind.TOGGLE, "percent", "%%")
        elif found is _Where.HTML:
            close = offsets.close(start + 4)
            last = close + 3 if close >= 0 else len(offsets.text)
            yield from _read_comment(offsets.text[start:last], start, hiding)
        elif _MENTION.search(content := _plain(offsets.text[start : min(offsets.blank(start), following)])):
            yield _Marker(start, following, _Kind.UNKNOWN, "publisher", content.strip(), closed=False)


def skip_plain_texts(markdown: Any, state: Any) -> None:
    """A hook of mistune: where only markers are looked for (``MARKERS_ONLY``), texts without a number are not read."""
    levels = [state.tokens] if state.env.get(MARKERS_ONLY) else []
    while levels:
        for token in levels.pop():
            if "children" in token:
                levels.append(token["children"])
            elif _BEFORE not in token.get("text", _BEFORE):
                del token["text"]


def _locate(token: Mapping[str, Any], where: dict[int, _Where]) -> None:
    """Notes where the numbers in a token are, and in those below it."""
    kind = token.get("type")
    inside = kind in _CODE_TOKENS or (kind == "shortcode" and token.get("name") in _CODE_SHORTCODES)
    for name, value in token.items():
        if name == "source" or (name == "inner" and not inside):
            continue  # the children say the same
        if isinstance(value, str):
            _note(value, _where_of(str(kind), name, inside), where)
        elif isinstance(value, Mapping) and not str(value.get("url")).startswith("wikilink:"):
            for item in value.values():
                if isinstance(item, str):
                    _note(item, _Where.CODE if inside else _Where.ATTRIBUTE, where)
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, Mapping) and not inside:
                    _locate(child, where)


def _where_of(kind: str, name: str, inside: bool) -> _Where:
    if inside:
        return _Where.CODE
    if kind in {"block_html", "inline_html"}:
        return _Where.HTML
    return _Where.TEXT if kind == "text" and name == "raw" else _Where.ATTRIBUTE


def _note(value: str, place: _Where, where: dict[int, _Where]) -> None:
    if _BEFORE not in value:
        return
    if place is _Where.HTML:  # `%%` counts between tags, a comment wherever it begins
        for number in _NUMBER.findall(_TAG.sub("", value)):
            where.setdefault(int(number), _Where.TEXT)
    for number in _NUMBER.findall(value):
        where.setdefault(int(number), place)


def _read_comment(comment: str, start: int, hiding: Hiding) -> Iterator[_Marker]:
    """The marker that a comment is; none for one of somebody else."""
    closed = comment.endswith("-->")
    content = _plain(comment[4:].removesuffix("-->"))
    kind = _kind_of(content)
    if kind is not None:
        yield _Marker(
            start, start + len(comment), kind if closed else _Kind.UNKNOWN, "publisher", content.strip(), closed
        )
    elif (other := _MD2CONF.match(content)) and closed:
        kind = (_Kind.SKIP if other[1].lower() == "start" else _Kind.END) if hiding.md2conf else _Kind.UNKNOWN
        yield _Marker(start, start + len(comment), kind, "md2conf", content.strip())


def _plain(content: str) -> str:
    """Without characters that are not seen, and with colons that are colons."""
    normal = unicodedata.normalize("NFKC", content)
    return "".join(char for char in normal if unicodedata.category(char) != "Cf")


def _kind_of(content: str) -> _Kind | None:
    ours = _OURS.match(content)
    if ours is None:
        nearly = _NEARLY.match(content)
        near = nearly and difflib.get_close_matches(nearly["name"].lower(), ["publisher"], 1, 0.75)
        return _Kind.UNKNOWN if near or _MENTION.search(content) else None
    word, rest = ours["word"].lower(), ours["rest"]
    if word == "ignore" and _CODES.match(rest):
        return None
    if word == "only" and re.match(r"[ \t]*\n", rest):
        return _Kind.SHOWN
    known = {"skip": _Kind.SKIP, "only": _Kind.ONLY, "end": _Kind.END}
    return known.get(word, _Kind.UNKNOWN) if not rest.strip() else _Kind.UNKNOWN


def _report_unknown(line: int, marker: _Marker, report: Report) -> None:
    shown = " ".join(marker.text.split())[:60]
    if marker.family == "md2conf":
        report(
            line, "unknown-marker", f"`{shown}` hides nothing here", "set `compat: md2conf`, or use `publisher:skip`"
        )
        return
    if not marker.closed:
        report(line, "unknown-marker", f"the comment `{shown}` is never closed", "close it with `-->`")
        return
    known = "known: `publisher:skip`, `publisher:only`, `publisher:end` and `publisher:ignore CODE`"
    report(line, "unknown-marker", f"the comment `{shown}` is not understood", known)


# What they hide


def _hide_family(offsets: _Offsets, markers: list[_Marker], report: Report) -> list[tuple[int, int]]:
    """Ranges of ``text`` that are cut out, the markers included."""
    text = offsets.text
    hidden: list[tuple[int, int]] = [(marker.start, marker.end) for marker in markers if marker.kind is not _Kind.SHOWN]
    shown: list[tuple[int, int]] = []
    opened: list[_Marker] = []
    unknown = any(marker.kind is _Kind.UNKNOWN for marker in markers)
    for marker in markers:
        match marker.kind:
            case _Kind.SKIP | _Kind.ONLY:
                opened.append(marker)
            case _Kind.UNKNOWN:
                _report_unknown(offsets.line(marker.start), marker, report)
                hidden.append((marker.start, len(text)))
            case _Kind.SHOWN:
                first = text.find("\n", marker.start)
                hidden += [(marker.start, first), (marker.end - 3, marker.end)]
            case _Kind.TOGGLE if not opened:
                opened.append(marker)
            case _Kind.END | _Kind.TOGGLE:
                if not opened and not unknown:
                    report(offsets.line(marker.start), "open-region", f"`{marker.text}` ends nothing", "")
                if not opened:
                    continue
                start = opened.pop()
                if start.kind is not _Kind.ONLY:
                    hidden.append((start.start, marker.end))
                elif not any(other.kind is _Kind.SKIP for other in opened):
                    shown.append((start.start, marker.end))
    if not unknown:
        for marker in opened:
            hint = r"close it, or write `\%%`" if marker.kind is _Kind.TOGGLE else ""
            report(offsets.line(marker.start), "open-region", f"`{marker.text}` is never closed", hint)
    for marker in opened:
        (shown if marker.kind is _Kind.ONLY else hidden).append((marker.start, len(text)))
    if shown:  # all but these regions
        edges = [0, *(edge for region in merge_ranges(shown) for edge in region), len(text)]
        hidden += [(start, end) for start, end in list(pairwise(edges))[::2]]
    return hidden
