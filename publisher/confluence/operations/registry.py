"""Which function carries out an operation, for those that need more than one plain request."""

from collections.abc import Callable
from importlib import import_module

from publisher.confluence.operations.context import Handler

CLOUD: dict[str, Handler] = {}
#: With the names of what each obeys, beside what the table calls arguments.
DATA_CENTER: dict[str, tuple[Handler, frozenset[str]]] = {}


def on_cloud(*names: str) -> Callable[[Handler], Handler]:
    """Registers the function for these operations on Cloud."""

    def register(function: Handler) -> Handler:
        CLOUD.update(dict.fromkeys(names, function))
        return function

    return register


def on_data_center(*names: str, obeys: str = "") -> Callable[[Handler], Handler]:
    """Registers the function for these operations on Data Center. ``obeys``: the options that it takes notice of."""

    def register(function: Handler) -> Handler:
        DATA_CENTER.update(dict.fromkeys(names, (function, frozenset(obeys.split()))))
        return function

    return register


def load_handlers(flavor: str) -> None:
    """Imports the modules that register themselves."""
    cloud = ("pages", "comments", "properties", "others", "gateway_sites")
    for name in ("v1_pages", "v1_others") if flavor == "datacenter" else cloud:
        import_module(f"publisher.confluence.operations.{name}")
