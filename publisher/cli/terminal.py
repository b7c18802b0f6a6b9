"""What a terminal takes: links, and signs that it has a character for."""

import os
import re
import shutil
import sys
from unicodedata import east_asian_width

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


def columns() -> int:
    """How many characters a line of the terminal has; 0 where stdout is none, and lines may be as long as they are."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


#: A path that is cut keeps so many characters, or is left out.
_SHORTEST = 16


def fitting(path: str, before: str) -> str:
    """The path as the rest of a line that begins with ``before``: cut at its beginning, or empty, where it is too long."""
    width = columns()
    room = width - width_of(before)
    if not width or width_of(path) <= room:
        return path
    return f"…{path[1 - room :]}" if room >= _SHORTEST else ""


def width_of(text: str) -> int:
    """How many places of a line it takes: wide characters take two."""
    return len(text) + sum(east_asian_width(character) in {"W", "F"} for character in text)


#: One of them is set where Linux has a screen, or a browser of another kind.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")


def open_address(address: str) -> None:
    """Opens it in the user's browser. Where there is none, that is said in place of what an opener would write."""
    if sys.platform not in {"darwin", "win32"} and not any(os.environ.get(name) for name in _SCREENS):
        click.echo(f"there is no browser here; open it elsewhere: {one_line(address)}", err=True)
        return
    click.launch(address)


def sign(wanted: str, plain: str) -> str:
    """The sign, or a plain one where the console has no character for it."""
    try:
        wanted.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return plain
    return wanted
