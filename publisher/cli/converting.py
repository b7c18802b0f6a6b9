"""The command convert."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.paths import refuse_inside
from publisher.config.load import Config, load_all, load_config
from publisher.convert.quality import failing
from publisher.convert.settled import find_settled, keep_settled
from publisher.convert.sources import read_source
from publisher.errors import PublisherError, UsageError
from publisher.model.problem import Problem
from publisher.model.settings import Settings
from publisher.model.tree import SourceTree
from publisher.naming import count_of, output_name
from publisher.storage import digest

if TYPE_CHECKING:
    from publisher.checking import Collection


def run_convert(path: Path, output: Path | None, flags: Mapping[str, Any]) -> int:
    """Writes what can be written; exit 3 if a document of it has a problem that `fail_on` names."""
    config, configs = load_config((path,), flags), load_all((path,), flags)
    if path.is_file():
        if output is not None:
            raise UsageError("--output is for the pages of a folder; the page of one file goes to stdout")
        return _print_one(path, config, configs)
    if output is None:
        raise UsageError("converting a folder needs --output DIR")
    refuse_inside(output, config)
    settings = config.settings()
    source = _read(settings) if len(configs) == 1 and not config.selected else None
    settled = find_settled(settings, source) if source else None
    if settled is not None and _are_written(settled.pages, output):
        problems, count = settled.problems, len(settled.pages)
        _show(problems, config)
    else:
        found = _convert(config, configs, source, kept=settled is not None)
        problems = found.problems
        _show(problems, config)
        count = _write_pages(found, output)
    click.echo(f"{count_of(count, 'page')} written to {output}", err=True)
    return 3 if failing(problems, settings.quality.fail_on) else 0


def _read(settings: Settings) -> SourceTree | None:
    """None where there is an error: the conversion tells it, with the setting that it comes from."""
    try:
        return read_source(settings)
    except PublisherError:
        return None


def _are_written(pages: Mapping[str, str], output: Path) -> bool:
    """Whether the file of each page (key → digest of its body) says it already."""
    try:
        for key, known in pages.items():
            with open(f"{output}/{output_name(key)}", "rb") as file:
                data = file.read()
            if data[-1:] != b"\n" or digest(data[:-1]) != known:
                return False
    except OSError:
        return False
    return True


def _convert(config: Config, configs: Sequence[Config], source: SourceTree | None, *, kept: bool) -> "Collection":
    """``source``: of a docs folder by itself; ``kept``: a run before has kept its conversion as a whole."""
    from publisher.checking import check, convert_chosen
    from publisher.convert.cache import ConversionCache

    if source is None:
        return next(one for one in check(configs) if one.config.docs == config.docs)
    settings, cache = config.settings(), ConversionCache()
    (found,) = convert_chosen(configs, [(config, settings, source)], "", [cache])
    if not kept:
        keep_settled(settings, found.conversion, {key: parsed.read for key, parsed in cache.documents.items()})
    return found


def _print_one(path: Path, config: Config, configs: Sequence[Config]) -> int:
    found = _convert(config, configs, None, kept=False)
    pages = found.conversion.rendered.pages
    absolute = path.absolute()
    key = absolute.relative_to(config.docs).as_posix() if absolute.is_relative_to(config.docs) else ""
    # Of the other pages nothing is written, so a title that one of them has as well is no matter here.
    mine = [item for item in found.problems if item.path == key and item.code != "title-collision"]
    _show(mine, config)
    if key not in pages:
        unreadable = key in found.conversion.unreadable
        raise UsageError(f"{path} is not among the documents of {config.docs}") if not unreadable else SystemExit(3)
    click.echo(pages[key].body)
    return 3 if failing(mine, found.settings.quality.fail_on) else 0


def _show(problems: Sequence[Problem], config: Config) -> None:
    if problems:
        from publisher.cli.documents import show_problems
        from publisher.cli.problems import View

        show_problems(problems, config, View(all=True))


def _write_pages(found: "Collection", output: Path) -> int:
    """The pages that the paths ask for; their number."""
    from publisher.convert.selection import is_selected

    pages = found.conversion.rendered.pages.values()
    chosen = [page for page in pages if is_selected(page.key, found.config.selected)]
    folders = set[Path]()
    for page in chosen:
        target = output / output_name(page.key)
        if target.parent not in folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            folders.add(target.parent)
        _write_changed(target, (page.body + "\n").encode())
    return len(chosen)


def _write_changed(target: Path, data: bytes) -> None:
    """A file that says it already is left alone, so that what looks at its date has nothing to do."""
    try:
        if target.read_bytes() == data:
            return
    except OSError:
        pass
    target.write_bytes(data)
