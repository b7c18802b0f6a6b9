"""When Python looks for garbage: seldom, and not while one document is read or written, whose objects go without that."""

import atexit
import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


def spare_collections() -> None:
    """For a process of ours. A conversion makes many small objects that stay: looking for cycles costs a tenth.

    At the end nothing is looked for at all: the system takes the memory back, and every file has been closed by then.
    """
    gc.set_threshold(100_000, 20, 100)
    atexit.register(gc.freeze)


def without_collection(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """The same function, during which the collector rests. Threads may do so side by side: the first one wakes it again."""

    @wraps(work)
    def run(*args: Given.args, **values: Given.kwargs) -> Result:
        if not gc.isenabled():
            return work(*args, **values)
        gc.disable()
        try:
            return work(*args, **values)
        finally:
            gc.enable()

    return run
