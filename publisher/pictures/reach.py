"""What a diagram asks for beside its own text: files of this machine, addresses, settings of the environment. Pure.

The programs that draw can read all of these, and whoever opens a pull request writes the diagrams. Most programs can be
told not to; old ones, PlantUML of some distributions among them, cannot. So such a diagram is not drawn at all.
"""

import base64
import re
import zlib
from functools import cache
from urllib.parse import unquote

from msgspec import Struct

_MOST_DRAWIO = 20_000_000


class Reach(Struct, frozen=True):
    """``what``: the words of the diagram that reach out; ``line`` counts from 1."""

    what: str
    line: int


#: Kind of diagram → what reaches beyond it; of ``graphviz`` what may begin such a thing.
#: ``!include <C4/C4_Context>`` is part of PlantUML itself.
_PATTERNS = {
    "plantuml": (
        r"!\s*(?:include\w*|import)\b(?!\s*<)[^\n]*|!\s*theme\b[^\n]*\bfrom\b[^\n]*"
        r"|%(?:getenv|load_json|load_yaml|file_exists|dirpath|filename|get_all_theme)\b"
        r"|<img\b[^\n>]*|\{\{?\s*img\b|<\$?\s*img:[^\n>]*|^\s*sprite\s+\$?\w+\s+[^\n\[{(]*[/\\.][^\n]*"
        r"|@startditaa\b|@startjcckit\b|@startlatex\b|@startdot\b|@startmath\b|\\includegraphics\b|\\input\b",
        re.I | re.M,
    ),
    "mermaid": (
        r"<\s*(?:img|image|iframe|object|embed|link|script|style|video|audio|source|base)\b[^\n>]*"
        r"|\burl\s*\(|@import\b|@\{[^}]*\bimg\s*:[^}\n]*|\bfile\s*:\s*/|\bthemeCSS\b|\bsrc(?:set)?\s*=",
        re.I,
    ),
    "d2": (r"(?:\.\.\.|[:\[;]\s*)@[^\n]*|[\"'.\s{;*]?[\"']?\bicon[\"']?\s*:[^\n]*", re.I),
    "drawio": (r"\b(?:image|background(?:Image)?)\s*=\s*(?!data:|;|\"|none\b)[^;\"]+|<img\b[^>]*|\burl\s*\(", re.I),
    "graphviz": (
        r"//[^\n]*|/\*.*?\*/|^#[^\n]*|\"(?P<quoted>(?:\\.|[^\"\\])*)\"|(?P<word>[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)|<\s*img\b[^>]*",
        re.S | re.M | re.I,
    ),
}
_DOT_FILES = {"image", "imagepath", "shapefile", "fontpath", "stylesheet"}


@cache
def _pattern(kind: str) -> re.Pattern[str] | None:
    """Compiled for the first diagram of its kind: most runs draw none, and these take longer than many imports."""
    return re.compile(*_PATTERNS[kind]) if kind in _PATTERNS else None


def find_reach(kind: str, text: str) -> Reach | None:
    """The first thing that a diagram asks for beside its own text; None if it asks for nothing."""
    if kind == "graphviz":
        return _find_in_dot(text)
    texts = _open_drawio(text) if kind == "drawio" else [text]
    pattern = _pattern(kind)
    for part in texts if pattern else ():
        if pattern and (found := pattern.search(part)):
            words = " ".join(found[0].split())[:60]
            return Reach(words, part.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1)
    return None


def _find_in_dot(text: str) -> Reach | None:
    """An attribute whose value names a file, however it is quoted; an image in an HTML label."""
    pattern = _pattern("graphviz")
    for found in pattern.finditer(text) if pattern else ():
        line = text.count("\n", 0, found.start()) + 1
        if found[0].startswith("<"):
            return Reach(" ".join(found[0].split())[:60], line)
        if found["quoted"] is None and found["word"] is None:
            continue
        name = found["word"] if found["quoted"] is None else re.sub(r"\\\r?\n", "", found["quoted"])
        rest = text[found.end() : found.end() + 400]
        while joined := re.match(r"\s*\+\s*\"((?:\\.|[^\"\\])*)\"", rest):  # "ima" + "ge"
            name, rest = name + joined[1], rest[joined.end() :]
        if name.strip().lower() in _DOT_FILES and re.match(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*=", rest, re.S):
            return Reach(f"{name} =", line)
    return None


def _open_drawio(text: str) -> list[str]:
    """The drawing, and its pages, which are often packed."""
    found = [text]
    for packed in re.findall(r"<diagram\b[^>]*>([A-Za-z0-9+/=\s]+)</diagram>", text):
        try:
            unpacker = zlib.decompressobj(-15)
            data = unpacker.decompress(base64.b64decode(packed), _MOST_DRAWIO)
        except (ValueError, zlib.error):
            continue
        found.append(unquote(data.decode(errors="replace")))
    return found


def has_outside_image(kind: str, picture: bytes) -> bool:
    """Whether an SVG shows what is not in it, or what the program took from elsewhere."""
    if b"<svg" not in picture[:4000]:
        return False
    images = re.findall(rb"<image\b[^>]*", picture, re.I)
    return bool(images) if kind in {"graphviz", "d2"} else any(b"data:" not in image for image in images)
