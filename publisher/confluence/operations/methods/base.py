"""What the generated methods rest on."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from publisher.confluence.operations.context import Result
from publisher.confluence.operations.items import Item

#: A value of a filter of the API; several are joined by commas.
Filter = str | int | bool | Sequence[str] | None


class Run(Protocol):
    """Carries out an operation of the table."""

    def __call__(self, operation: str, /, **arguments: object) -> Result: ...


class Methods:
    """The operations of one resource."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def _item(self, operation: str, **arguments: object) -> Item:
        result = self._run(operation, **arguments)
        assert isinstance(result, Item), f"{operation} gives one item"
        return result

    def _rows(self, operation: str, **arguments: object) -> Iterator[Item]:
        result = self._run(operation, **arguments)
        assert result is not None and not isinstance(result, Item), f"{operation} gives a list"
        return result

    def _nothing(self, operation: str, **arguments: object) -> None:
        self._run(operation, **arguments)
