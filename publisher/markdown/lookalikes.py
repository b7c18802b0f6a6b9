"""What looks like something and is not: one notice for each kind and document, with the remedy."""

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from publisher.markdown.boxes import CALLOUTS
from publisher.markdown.confluence import COLOURS, DIRECTIVES
from publisher.markdown.preprocess import Report
from publisher.markdown.structure import mask_code

_BLANK_ADDRESS = re.compile(
    r"(?<!\\)!?\[[^\[\]\n]*\]\((?P<address>(?![<\"'#])[^()\s\"'<>]+(?: [^()\s\"'<>=]+)+)(?: \"[^\"\n]*\")?\)"
)
_ALERT = re.compile(r"^[ \t>]*>[ \t]*\[!(?P<kind>[A-Za-z]+)\]", re.M)
_ELEMENT = re.compile(r"\{(?<![\\{$]\{)(?P<name>[a-z][a-z-]{2,}):(?P<rest>[^{}\n]*)\}")
_ALONE = re.compile(r"^(?P<open>[\[{])(?P<name>[a-z][a-z-]{2,})(?P<close>[\]}])[ \t]*$", re.M | re.I)
_SIZED = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)\{[^{}\n]*\b(?:width|height)=[^{}\n]*\}")
_LIKE_ADDRESS = re.compile(r"\.\w{1,8}(?:[#?].*)?$|/|^https?:")
#: A text without these, code included, has nothing that looks like something: it need not be scanned for code.
_MAYBE_ADDRESS = re.compile(r"\]\((?![<\"'#])[^()\s\"'<>]+ [^()\s\"'<>=]")
_MAYBE_ELEMENT = re.compile(r"\{([a-z][a-z-]{2,}):")
_MAYBE_ALONE = re.compile(r"\n([\[{])([a-z][a-z-]{2,})[\]}][ \t`]*(?=\n|\Z)", re.I)
_ANY_ALERT = re.compile(r"\[!([A-Za-z]+)\]")
_WORDS = {"[": ("toc", "children"), "{": tuple(DIRECTIVES)}
_ELEMENTS = ("status", "date", "jira", "anchor", *DIRECTIVES)


class _Found(NamedTuple):
    """``position``: in the text. ``kind``: a document gets one notice of each."""

    position: int
    kind: str
    text: str
    hint: str


def find_lookalikes(text: str, syntaxes: frozenset[str], report: Report) -> None:
    """A notice for each kind, at the first place."""
    if not _may_hold(text, syntaxes):
        return
    plain = mask_code(text)
    told: set[str] = set()
    for found in (*_addresses(plain), *_alerts(plain, syntaxes), *_names(plain, syntaxes), *_sizes(plain, syntaxes)):
        if found.kind not in told:
            told.add(found.kind)
            report(plain.count("\n", 0, found.position), "near-syntax", found.text, found.hint)


def _may_hold(text: str, syntaxes: frozenset[str]) -> bool:
    """False only for text that gets no notice, whatever of it is code."""
    alerts = "comments" not in syntaxes and any(
        kind.lower() not in CALLOUTS for kind in set(_ANY_ALERT.findall(text) if "[!" in text else ())
    )
    sizes = "attributes" not in syntaxes and "){" in text and ("width=" in text or "height=" in text)
    if alerts or sizes or _MAYBE_ADDRESS.search(text):
        return True
    if "confluence" not in syntaxes:
        return False
    names = set(_MAYBE_ELEMENT.findall(text) if "{" in text else ())
    alone = set(_MAYBE_ALONE.findall("\n" + text))
    return any(name in _ELEMENTS or _near(name, _ELEMENTS) for name in names) or any(
        name.lower() not in _WORDS[sign] and _near(name, _WORDS[sign]) for sign, name in alone
    )


@lru_cache(maxsize=4096)
def _near(name: str, known: tuple[str, ...], cutoff: float = 0.75) -> str:
    found = difflib.get_close_matches(name.lower(), known, 1, cutoff)
    return found[0] if found else ""


def _addresses(text: str) -> Iterator[_Found]:
    for match in _BLANK_ADDRESS.finditer(text) if "](" in text else ():
        if _LIKE_ADDRESS.search(match["address"]):
            hint = f"write `<{match['address'][:60]}>`, or `%20` in place of the space"
            what = "an image" if match[0].startswith("!") else "a link"
            yield _Found(
                match.start(), "address", f"`{match[0][:60]}` is text: the address of {what} has a space", hint
            )


def _alerts(text: str, syntaxes: frozenset[str]) -> Iterator[_Found]:
    for match in _ALERT.finditer(text) if "[!" in text and "comments" not in syntaxes else ():
        kind = match["kind"].lower()
        if kind not in CALLOUTS:
            near = _near(kind, tuple(CALLOUTS))
            hint = f"did you mean `[!{near.upper()}]`?" if near else "known: NOTE, TIP, IMPORTANT, WARNING and CAUTION"
            yield _Found(
                match.start("kind"), "alert", f"`[!{match['kind']}]` is no kind of callout: it is a quote", hint
            )


def _names(text: str, syntaxes: frozenset[str]) -> Iterator[_Found]:
    if "confluence" not in syntaxes:
        return
    for match in _ELEMENT.finditer(text):
        name = match["name"]
        near = "" if name in _ELEMENTS else _near(name, _ELEMENTS)
        if near:
            yield _Found(match.start(), "element", f"`{match[0][:60]}` is text", f"did you mean `{{{near}:…}}`?")
        elif name == "status" and not _is_status(match["rest"]):
            hint = f"write `{{status:green|Done}}`; the colours are {', '.join(sorted(COLOURS))}"
            yield _Found(match.start(), "status", f"`{match[0][:60]}` is text: it has no colour that is known", hint)
    for match in _ALONE.finditer(text):
        words, name = _WORDS[match["open"]], match["name"].lower()
        near = "" if name in words or {"[": "]", "{": "}"}[match["open"]] != match["close"] else _near(name, words)
        defined = match["open"] == "[" and re.search(rf"^ {{0,3}}\[{re.escape(name)}\]:", text, re.M | re.I)
        if near and not defined:
            hint = f"did you mean `{match['open']}{near}{match['close']}`?"
            yield _Found(match.start(), "word", f"`{match[0].strip()}` is text", hint)


def _is_status(rest: str) -> bool:
    colour, bar, title = rest.replace("\\|", "|").partition("|")  # as it is written in a table
    return bool(bar and title.strip() and colour.strip().lower() in COLOURS)


def _sizes(text: str, syntaxes: frozenset[str]) -> Iterator[_Found]:
    match = _SIZED.search(text) if "attributes" not in syntaxes and "){" in text else None
    if match:
        written = match[0][match[0].rindex("{") :]
        hint = 'set `syntax: [+attributes]`, or write `<img src="…" width="…">`'
        yield _Found(match.start(), "size", f"`{written[:60]}` behind an image is text", hint)
