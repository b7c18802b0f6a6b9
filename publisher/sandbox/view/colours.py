"""Colours that a document gives its text: as they are on white, and light enough to be read on dark."""

import re

_DARK = (0x1D, 0x21, 0x25)
_CONTRAST = 4.6
Rgb = tuple[float, float, float]


def with_dark(style: str) -> str:
    """A style with each text colour in two forms, one for each theme."""
    return re.sub(r"(?<![-\w])color:\s*(rgb\([\d\s,.]+\)|#[0-9a-fA-F]{3,6})(?![\w])", _both, style)


def _both(found: re.Match[str]) -> str:
    colour = _read(found[1])
    if colour is None:
        return found[0]
    light = ", ".join(str(round(part)) for part in lighten(colour))
    return f"color: light-dark({found[1]}, rgb({light}))"


def _read(text: str) -> Rgb | None:
    if text.startswith("#"):
        digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
        parts = [int(digits[at : at + 2], 16) for at in (0, 2, 4)] if len(digits) == 6 else []
    else:
        parts = [int(part) for part in re.findall(r"\d+", text)][:3]
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 and max(parts) < 256 else None


def lighten(colour: Rgb) -> Rgb:
    """The colour with as much white as it takes to be read on the dark background."""
    for share in range(21):
        mixed = tuple(part + (255 - part) * share / 20 for part in colour)
        found = (mixed[0], mixed[1], mixed[2])
        if (_luminance(found) + 0.05) / (_luminance(_DARK) + 0.05) >= _CONTRAST:
            return found
    return colour


def _luminance(colour: Rgb) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
