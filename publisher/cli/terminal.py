"""What a terminal takes: links, and signs that it has a character for."""

import os
import re
import sys

import click


def shows_links() -> bool:
    """Whether stdout is a terminal that takes OSC 8 links; those that know nothing of them show the text alone."""
    context = click.get_current_context(silent=True)
    plain = os.environ.get("NO_COLOR") or (context is not None and context.color is False)
    return sys.stdout.isatty() and not plain and os.environ.get("TERM", "") not in {"", "dumb", "linux", "unknown"}


def link(text: str, url: str, behind: str = "") -> str:
    """The text as a link to an address where the terminal takes links, else the text and the address; ``behind`` the text."""
    text, address = one_line(text), one_line(url)
    if not address:
        return text + behind
    return f"\033]8;;{address}\033\\{text}\033]8;;\033\\{behind}" if shows_links() else f"{text}{behind}  {address}"


def one_line(text: str) -> str:
    """Without control characters: nothing that a terminal would obey."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).split())


def sign(wanted: str, plain: str) -> str:
    """The sign, or a plain one where the console has no character for it."""
    try:
        wanted.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return plain
    return wanted
