"""The option table: every setting that people can give, in the order of the documentation."""

from publisher.model.options.connection import ConnectionOptions
from publisher.model.options.option import Option, options_of
from publisher.model.options.pages import PageOptions, PictureOptions, QualityOptions, TreeOptions
from publisher.model.options.reading import SourceOptions, SyntaxOptions
from publisher.model.options.run import RunOptions
from publisher.model.options.speed import SpeedOptions
from publisher.model.options.sync import SyncOptions

#: Heading of each group → its options.
GROUPS: dict[str, tuple[Option, ...]] = {
    "Connection": options_of(ConnectionOptions),
    "Documents": (*options_of(SourceOptions), *options_of(SyntaxOptions)),
    "Pages": (*options_of(TreeOptions), *options_of(PageOptions)),
    "Pictures": options_of(PictureOptions),
    "Problems": options_of(QualityOptions),
    "Sync": options_of(SyncOptions),
    "Speed": options_of(SpeedOptions),
    "Run": options_of(RunOptions),
}
OPTIONS: tuple[Option, ...] = tuple(option for group in GROUPS.values() for option in group)
BY_KEY = {option.key: option for option in OPTIONS}
#: Those that the stages of a collection take; the others are about the connection and the run.
SETTING_OPTIONS: tuple[Option, ...] = tuple(
    option for heading in ("Documents", "Pages", "Pictures", "Problems", "Sync", "Speed") for option in GROUPS[heading]
)
