"""MyST's substitutions: values of the front matter that ``{{ name }}`` stands for in the text, and not in code."""

from collections.abc import Mapping
from typing import Any

from publisher.markdown.preprocess import Report, put_variables
from publisher.markdown.structure import mask_code


def read_substitutions(data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of ``substitutions`` in front matter, and of those below ``myst``, that are one line each."""
    own = data.get("myst")
    found: dict[str, Any] = {}
    for values in (data.get("substitutions"), own.get("substitutions") if isinstance(own, Mapping) else None):
        found |= {str(name): value for name, value in values.items()} if isinstance(values, Mapping) else {}
    return {name: value for name, value in found.items() if isinstance(value, str | int | float) and _is_line(value)}


def put_substitutions(text: str, values: Mapping[str, Any], report: Report) -> str:
    """``text`` with the values; what is in code, directives in fences among it, stays: those are read by themselves."""
    if not values or "{{" not in text:
        return text
    masked = mask_code(text)
    return put_variables(text, values, report, lambda place: masked[place] != "{")


def _is_line(value: Any) -> bool:
    return "\n" not in str(value).strip()
