"""What a run may spend and keep to be faster. Nothing here changes a byte of a page."""

from typing import Annotated

from msgspec import Struct

from publisher.model.options.option import option


class SpeedOptions(Struct, frozen=True, kw_only=True):
    """The cache of conversions, and the processes that convert."""

    cache: Annotated[str, option("text", "folder that keeps what was converted, or off; below the user's cache folder if it is not set", example=".cache/publisher")] = ""  # fmt: skip
    """An absolute folder; empty for none, once the settings are read."""
    cache_named: bool = False
    """Somebody has named the folder, and is told if it cannot be used."""
    workers: Annotated[
        int,
        option(
            "count", "processes that convert where there are many documents; 0: as many as there are cores", example="2"
        ),
    ] = 0
