"""What a run may spend and keep to be faster. Nothing here changes a byte of a page."""

from dataclasses import dataclass

from publisher.model.options.option import option


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedOptions:
    """The cache of conversions, and the processes that convert."""

    cache: str = option(
        "text", "folder that keeps what was converted, or off; below the user's cache folder if it is not set",
        example=".cache/publisher",
    )  # fmt: skip
    """An absolute folder; empty for none, once the settings are read."""
    cache_named: bool = False
    """Somebody has named the folder, and is told if it cannot be used."""
    workers: int = option(
        "count", "processes that convert where there are many documents; 0: as many as there are cores", 0, example="2"
    )
