"""Documents converted and judged, without a network: what `check` and `convert` do, and where every other command begins.

Apart from ``app``, so that commands that work offline import nothing that publishes.
"""

from collections.abc import Sequence

from msgspec import Struct

from publisher.config.load import Config
from publisher.convert.cache import ConversionCache
from publisher.convert.collections import convert_collections
from publisher.convert.compose import Conversion
from publisher.convert.parts import split_places
from publisher.convert.quality import failing
from publisher.convert.selection import is_selected, select_pages, selected_problems
from publisher.errors import UsageError
from publisher.model.problem import Problem
from publisher.model.settings import Settings
from publisher.model.tree import SourceTree


class Collection(Struct, frozen=True):
    """A docs folder that is converted and judged. Nothing is known of Confluence but its product."""

    config: Config
    settings: Settings
    conversion: Conversion
    selected: frozenset[str] | None
    """Keys of the pages that paths and a Git range ask for; None: all."""
    problems: tuple[Problem, ...]
    """Of the selected documents."""

    @property
    def fails(self) -> bool:
        """Whether a problem is at least as bad as `fail_on`."""
        return failing(self.problems, self.settings.quality.fail_on)

    def parts(self) -> list[tuple[Conversion, Settings]]:
        """The pages of each place that documents go to, the main one first."""
        return split_places(self.conversion, self.settings)


def check(configs: Sequence[Config], since: str = "", *, lenient: bool = False) -> list[Collection]:
    """The chosen collections with all their problems. No network. UsageError if one has no documents.

    ``lenient``: paths may hold none, as in a pre-commit hook.
    """
    chosen = [config for config in configs if config.chosen]
    found = convert_chosen(configs, [(config, config.settings(), None) for config in chosen], since)
    if not lenient:
        check_paths(found)
    return found


def check_paths(collections: Sequence[Collection]) -> None:
    """UsageError for a path in which there is no document."""
    for collection in collections:
        conversion = collection.conversion
        keys = {file.key for file in conversion.source.documents} | {*conversion.unreadable, *conversion.tree.pages}
        for path in collection.config.selected:
            if not any(is_selected(key, (path,)) for key in keys):
                raise UsageError(f"{path}: there is no document that is published")


def _with_origin(text: str, configs: Sequence[Config]) -> str:
    """What a stage says of a setting, with the file and line that gave it."""
    key = text.partition(": ")[0]
    origins = [config.values[key].origin for config in configs if key in config.values]
    origin = next((origin for origin in origins if origin != "default"), "")
    return f"{origin}: {text}" if origin else text


def convert_chosen(
    configs: Sequence[Config],
    wanted: Sequence[tuple[Config, Settings, SourceTree | None]],
    since: str,
    caches: Sequence[ConversionCache] = (),
) -> list[Collection]:
    """``wanted`` are the chosen ones of ``configs``, with the settings that their sites ask for; ``caches``: one for each."""
    siblings = [config.settings() for config in configs if not config.chosen]
    try:
        conversions = convert_collections([(settings, source) for _, settings, source in wanted], siblings, caches)
    except UsageError as error:
        raise UsageError(_with_origin(str(error), [config for config, _, _ in wanted])) from None
    found = []
    for (config, settings, _), conversion in zip(wanted, conversions, strict=True):
        selected = select_pages(conversion, settings, config.selected, since)
        problems = tuple(selected_problems(conversion, config.selected, selected))
        found.append(Collection(config, settings, conversion, selected, problems))
    return found
