"""The operations that Atlassian's documents of Cloud's API list, and what each takes in its query: those which the sandbox has not
say so, and wrong values are refused.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from publisher.sandbox.http import Handler, bad, query_choice, query_flag, query_ids, query_list, query_number
from publisher.sandbox.store import MAX_ID

FILE = Path(__file__).parent / "operations.txt"
_LEAST = -(2**63)
_PARAMETER = re.compile(
    r"(?P<name>[\w-]+)(?P<required>!?)=(?P<kind>boolean|text|(?P<low>\d*)\.\.(?P<high>\d*)|[^\[\]]+)(\[(?P<most>\d*)\])?"
)


class Parameter(Struct, frozen=True):
    """One of a query. ``words``: what it may be; ``numbers``: the least and the greatest; ``most``: of a list, 0 for any number."""

    name: str
    required: bool = False
    boolean: bool = False
    words: tuple[str, ...] = ()
    numbers: tuple[int | None, int | None] | None = None
    most: int = 0
    many: bool = False


@cache
def documented_parameters() -> dict[tuple[str, str], tuple[Parameter, ...]]:
    """(method, path from the site's root) of each operation → what it takes in its query, if not any text will do."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" ") for line in lines if line and not line.startswith("#")]
    return {(method, path): parameters_of(words) for method, path, *words in rows}


def documented_operations() -> tuple[tuple[str, str], ...]:
    """(method, path) of each, from the site's root."""
    return tuple(documented_parameters())


def parameters_of(words: Iterable[str]) -> tuple[Parameter, ...]:
    """`limit=1..250`, `purge=boolean`, `sort=id|-id`, `cql!=text` (it must be there), `id=..[250]` (a list of 250 at most)."""
    return tuple(_parameter(word) for word in words)


def _parameter(word: str) -> Parameter:
    found = _PARAMETER.fullmatch(word)
    if found is None:
        raise ValueError(word)
    kind, low, high = found["kind"], found["low"], found["high"]
    is_number = low is not None
    return Parameter(
        found["name"],
        required=bool(found["required"]),
        boolean=kind == "boolean",
        words=() if is_number or kind in {"boolean", "text"} else tuple(kind.split("|")),
        numbers=(int(low) if low else None, int(high) if high else None) if is_number else None,
        most=int(found["most"] or 0),
        many=found["most"] is not None,
    )


def checked(handler: Handler, parameters: tuple[Parameter, ...]) -> Handler:
    """The handler, behind what the documents say of the query."""

    async def answer(request: Request) -> Response:
        for parameter in parameters:
            _check(request, parameter)
        return await handler(request)

    return answer if parameters else handler


def _check(request: Request, parameter: Parameter) -> None:
    """Refused if the value is none that is documented, or is not there and has to be."""
    name, given = parameter.name, query_list(request, parameter.name)
    if name not in request.query_params:
        if parameter.required:
            raise bad(f"{name} is required")
    elif parameter.boolean:
        query_flag(request, name)
    elif parameter.numbers is not None and not parameter.many:
        low, high = parameter.numbers
        query_number(request, name, 0, _LEAST if low is None else low, MAX_ID if high is None else high)
    elif parameter.numbers is not None:
        query_ids(request, name, parameter.most or len(given))
    elif name == "expand":
        _check_expand(given, parameter.words)
    elif parameter.words:
        query_choice(request, name, parameter.words)
    elif parameter.most and len(given) > parameter.most:
        raise bad(f"{name} takes {parameter.most} values at most")


def _check_expand(given: list[str], known: tuple[str, ...]) -> None:
    """A documented expansion, what leads to one, or what is below one."""
    for value in given:
        if not any(f"{value}.".startswith(f"{word}.") or f"{word}.".startswith(f"{value}.") for word in known):
            raise bad(f"Provided value {{{value[:100]}}} for 'expand' is not valid. Expected one of {sorted(known)}")
