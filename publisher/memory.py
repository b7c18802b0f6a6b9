"""When Python looks for garbage: not while one document is read or written, whose objects go without being looked for."""

import gc
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")


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
