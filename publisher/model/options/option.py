"""What one setting is: its key, flag, variable, help and default. The fields of the option classes carry it.

Key ``on_hand_edit`` ↔ ``--on-hand-edit`` ↔ ``PUBLISHER_ON_HAND_EDIT``; what addresses Confluence is ``CONFLUENCE_*``.
"""

from typing import Any, Literal

from msgspec import Struct

Kind = Literal["text", "flag", "count", "seconds", "list", "table", "path"]


class Option(Struct, frozen=True, kw_only=True):
    """One row of the option table. Everything that people can set is one of these."""

    key: str
    kind: Kind
    """How a value is read. ``table``: a mapping; in a flag, ``name=value,…`` or JSON."""
    help: str
    default: Any
    address: bool = False
    """It says where Confluence is and who we are: its variable begins with ``CONFLUENCE_``."""
    secret: bool = False
    """Environment only, never shown."""
    in_file: bool = True
    """Allowed in publisher.yml."""
    trust: bool = False
    """It decides where requests go, through what, or whom to trust. Whoever writes the documents may change publisher.yml, so
    that cannot set it; a file of the user can."""
    choices: tuple[str, ...] = ()
    """Empty: any value."""
    names: tuple[str, ...] = ()
    """What the items of a list, or the keys of a table, may be; empty: anything."""
    words: tuple[str, ...] = ()
    """What the values of a table may be; empty: anything."""
    variable: str = ""
    """The environment name that others gave it."""
    example: str = ""
    """A value as people would type it."""

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")

    @property
    def environment(self) -> str:
        return self.variable or ("CONFLUENCE_" if self.address else "PUBLISHER_") + self.key.upper()


def option(kind: Kind, help: str, **more: Any) -> dict[str, Any]:
    """What an option class says of a field: ``Annotated[type, option(…)]``. ``more``: fields of ``Option``.

    A secret, or what decides on trust, is never in a file of the repository.
    """
    return {"kind": kind, "help": help, **more} | (
        {"in_file": False} if more.get("secret") or more.get("trust") else {}
    )


def options_of(kind: type[Struct]) -> tuple[Option, ...]:
    """The options of a class, in the order of its fields. Fields that no user sets carry none."""
    found = []
    defaults: tuple[Any, ...] = kind.__struct_defaults__
    for name, default in zip(kind.__struct_fields__, defaults, strict=True):
        for about in getattr(kind.__annotations__[name], "__metadata__", ()):
            written = {"table": {}, "path": str(default)}.get(about["kind"], default)  # as people would write it
            found.append(Option(key=name, default=written, **about))
    return tuple(found)
