"""How far a run has come: the stages tell it, the command line may listen. No result depends on it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
#: Gets the step, how much of it is done, and of how much (0: nobody knows).
Listener = Callable[[str, int, int], None]
_LISTENERS: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Until the end of the block the listener is told."""
    _LISTENERS.append(listener)
    try:
        yield
    finally:
        _LISTENERS.remove(listener)


def tell(step: str, done: int, total: int = 0) -> None:
    """Tells whoever listens."""
    for listener in _LISTENERS:
        listener(step, done, total)


def counted(step: str, items: Iterable[Item], total: int) -> Iterable[Item]:
    """The items; each is told when the next one is asked for."""
    return _count(step, items, total) if _LISTENERS else items


def _count(step: str, items: Iterable[Item], total: int) -> Iterator[Item]:
    tell(step, 0, total)
    for number, item in enumerate(items, 1):
        yield item
        tell(step, number, total)
