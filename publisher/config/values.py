"""A setting's value, and how text and YAML become one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from publisher.errors import UsageError
from publisher.formats import BadData, read_json
from publisher.model.options.option import Option

_LARGEST = 1_000_000_000
_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Value(Struct, frozen=True):
    """A setting and where it came from."""

    value: Any
    origin: str


def convert_value(option: Option, raw: Any, where: str) -> Any:
    """The value of an option. UsageError says where it is, and what is allowed there."""
    expected, found = _convert(option, raw)
    if expected:
        shown = repr(raw)
        shown = shown if len(shown) <= 80 else shown[:80] + "…"
        raise UsageError(
            (f"{where}: " if where else "")
            + f"`{option.key}` must be {expected}"
            + ("" if option.secret else f", not {shown}")
        )
    return found


def _convert(option: Option, raw: Any) -> tuple[str, Any]:
    """(what is expected instead, or nothing; value)."""
    match option.kind:
        case "flag":
            value = raw if isinstance(raw, bool) else _FLAGS.get(str(raw).lower())
            return ("true or false", None) if value is None else ("", value)
        case "count":
            number = _number(raw)
            good = number is not None and number == int(number) and 1 <= number <= _LARGEST
            return ("", int(number or 0)) if good else ("a whole number from 1", None)
        case "seconds":
            number = _number(raw)
            good = number is not None and 0 <= number <= _LARGEST
            return ("", number) if good else ("a positive number of seconds", None)
        case "list":
            items = [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw
            good = isinstance(items, list | tuple) and all(isinstance(item, str) for item in items)
            return ("", tuple(items)) if good else ("a list of strings", None)
        case "table":
            return _table(raw)
        case "text" | "path":
            if not isinstance(raw, str | int | float | Path) or isinstance(raw, bool):
                return _one_of(option) or "a string", None
            if (option.choices and str(raw) not in option.choices) or "\0" in str(raw):
                return _one_of(option) or "a string", None
            return "", str(raw)


def _one_of(option: Option) -> str:
    return "one of " + ", ".join(filter(None, option.choices)) if option.choices else ""


def _number(raw: Any) -> float | None:
    """A finite number; None for anything else."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return None
    try:
        found = float(raw)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < float("inf") else None


def _table(raw: Any) -> tuple[str, Any]:
    if isinstance(raw, str) and raw.lstrip().startswith("{"):
        try:
            raw = read_json(raw)
        except BadData:
            return "name=value, separated by commas, or a JSON object", None
    if isinstance(raw, str):
        pairs = [part.partition("=") for part in raw.split(",") if part.strip()]
        if not all(equals for _, equals, _ in pairs):
            return "name=value, separated by commas", None
        raw = {name.strip(): value.strip() for name, _, value in pairs}
    if not isinstance(raw, Mapping):
        return "a mapping", None
    return "", {str(name): value for name, value in raw.items()}
