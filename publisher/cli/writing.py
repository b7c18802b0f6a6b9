"""The commands watch and preview: they stay, and follow what a writer saves."""

import gc
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from publisher.cli.comments import read_comments_file
from publisher.cli.documents import problem_rows, show_problems
from publisher.cli.editor import editor_address, editor_template
from publisher.cli.output import Output
from publisher.cli.paths import refuse_inside, show_path
from publisher.cli.problems import View
from publisher.cli.sandbox import choose_port
from publisher.cli.session import connector
from publisher.cli.shared import mask
from publisher.cli.terminal import open_address
from publisher.cli.working import working
from publisher.config.load import Config, load_all, load_config
from publisher.errors import DocumentsError, PublisherError
from publisher.model.problem import Problem
from publisher.model.report import Report
from publisher.model.settings import Settings
from publisher.naming import count_of
from publisher.preview import Preview, preview_settings, previewing
from publisher.sandbox.app import Service
from publisher.source.watching import Changes, observe, watched_folders
from publisher.sync.follow import Follower

DEFAULT_PREVIEW_PORT = 8000
_WORDS = {"create": "created", "update": "updated", "move": "moved", "note": "noted", "withheld": "withheld"}


class Showing(Struct, frozen=True):
    """The options of the preview."""

    poll: bool = False
    host: str = "127.0.0.1"
    port: int | None = None
    open_browser: bool = False
    folder: str = ""
    allow_remote: bool = False
    comments: Path | None = None


class _Watch(Struct):
    """What one watch knows: its command line, to read the settings again, and the problems that it has shown."""

    paths: tuple[Path, ...]
    flags: Mapping[str, Any]
    follower: Follower
    config: Config
    sandbox: bool
    view: View
    shown: frozenset[Problem] = frozenset()

    def cycle(self) -> None:
        """One look at the documents, and what follows from it. Raises what ``publish`` raises."""
        started = time.monotonic()
        self.config = replace(load_config(self.paths, self.flags), sandbox=self.sandbox)
        others = (config for config in load_all(self.paths, self.flags) if config.docs != self.config.docs)
        self.follower.siblings = tuple(config.settings() for config in others)
        self._take_settings(self.config.settings())
        conversion = self.follower.convert()
        problems = frozenset(conversion.problems)
        show_problems(sorted(problems - self.shown, key=lambda p: (p.path, p.line or 0)), self.config, self.view)
        for path in sorted({item.path for item in self.shown} - {item.path for item in problems}):
            click.echo(f"{_clock()} {show_path(self.config, path)}: no problems any more")
        self.shown = problems
        try:
            reports = self.follower.follow(conversion)
        except DocumentsError as error:
            click.echo(f"{_clock()} {error}; fix them and save", err=True)
            return
        for report in reports:
            show_problems(report.problems, self.config, self.view)
            _show_cycle(report, time.monotonic() - started)

    def _take_settings(self, new: Settings) -> None:
        old = self.follower.settings
        if self.sandbox:
            new = new.replace(space=old.sync.space, parent=old.sync.parent)
        new = new.replace(target=old.page.target) if new.page.target == "auto" else new
        if new != old:
            self.follower.settings = new
            self.follower.snapshots.clear()


def _clock() -> str:
    return time.strftime("%H:%M:%S")


def _show_cycle(report: Report, seconds: float) -> None:
    """One line for each page that was written, or withheld."""
    for result in report.results:
        action = result.action
        if action.idle and action.kind != "withheld":
            continue
        word = "failed" if result.error else _WORDS.get(action.kind, "updated")
        why = f" ({', '.join(action.reasons)})" if action.reasons and action.kind != "create" else ""
        end = f"  v{result.version}  {result.url}  {seconds * 1000:.0f} ms" if not result.error else f": {result.error}"
        click.echo(mask(f"{_clock()} {word} {action.page.title}{why}{end}"))
    for page in report.removed:
        click.echo(f"{_clock()} removed {page.title}  {page.url}")


def run_watch(
    paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, *, sandbox: bool, poll: bool, preview: bool
) -> int:
    """Until Ctrl-C. What goes wrong in the first publish ends it; later a message is enough."""
    config = replace(load_config(paths, flags), sandbox=sandbox)
    beside = _previewing(config, Showing(poll), output) if preview else nullcontext(None)
    with (
        _observing(config, poll=poll) as saves,
        connector(output, sandbox=sandbox)(config) as site,
        beside as shown,
    ):
        watch = _Watch(paths, flags, Follower(site.remote, site.settings), config, sandbox, output.view)
        watch.cycle()
        gc.freeze()  # what the first conversion made stays
        busy = [False]
        with _until_interrupted(busy):
            click.echo(f"{_clock()} watching {show_path(config, '')}; Ctrl-C ends it")
            for _ in saves:
                busy[0] = True
                _cycle_again(watch, shown)
                busy[0] = False
    return 0


def _cycle_again(watch: _Watch, shown: Preview | None) -> None:
    try:
        watch.cycle()
        if shown:
            _take_preview_settings(shown, watch.config)
            shown.refresh()
    except PublisherError as error:
        click.echo(mask(f"{_clock()} {error}"), err=True)


@contextmanager
def _observing(config: Config, *, poll: bool) -> Iterator[Iterator[None]]:
    """From here on no change is missed; the iterator gives one turn for each time that something was saved, until Ctrl-C."""
    folders = watched_folders(config.settings(), config.file)
    changes = Changes(folder for folder, whole in folders if whole)
    observer = observe(folders, changes, poll=poll)
    try:
        yield _turns(changes)
    finally:
        observer.stop()
        observer.join(2.0)


def _turns(changes: Changes) -> Iterator[None]:
    while True:
        changes.wait()
        yield


@contextmanager
def _until_interrupted(busy: list[bool]) -> Iterator[None]:
    """Ctrl-C is how a watch ends; in the middle of a publish it is an interruption like any other."""
    try:
        yield
    except KeyboardInterrupt:
        if busy[0]:
            raise
        click.echo("")


@contextmanager
def _previewing(config: Config, showing: Showing, output: Output) -> Iterator[Preview]:
    # What only writes files needs no port that people know.
    port = 0 if showing.folder else choose_port(showing.host, showing.port, DEFAULT_PREVIEW_PORT)
    service = Service(host=showing.host, port=port, remote=showing.allow_remote)
    said = read_comments_file(showing.comments) if showing.comments else []
    template = editor_template(str(config.get("editor")))

    def rows(problems: Iterable[Problem]) -> list[dict[str, Any]]:
        found = problem_rows(problems, config)
        return [{**row, "edit": _edit(template, config, row["key"], row["line"])} for row in found]

    with previewing(config.settings(), service, rows) as shown:
        name = "localhost" if showing.host == "127.0.0.1" else showing.host
        if not showing.folder:
            click.echo(f"{_clock()} preview at http://{name}:{port}/")
        if showing.open_browser:
            open_address(shown.address)
        started = time.monotonic()
        with working(output):
            shown.refresh()
        shown.show_comments(said)
        if not showing.folder:
            _say_shown(shown, started)
        yield shown


def _edit(template: str, config: Config, key: str, line: int | None) -> str:
    return editor_address(template, config.docs / key, line) if template and key else ""


def _take_preview_settings(shown: Preview, config: Config) -> None:
    new = preview_settings(config.settings())
    if new != shown.follower.settings:
        shown.follower.settings = new


def run_preview(paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output, showing: Showing) -> int:
    """Serves until Ctrl-C, or writes the view into a folder."""
    config = load_config(paths, flags)
    if showing.folder:
        refuse_inside(Path(showing.folder), config)
    with (
        _until_interrupted([bool(showing.folder)]),  # files that are half written are another matter
        _observing(config, poll=showing.poll) as saves,
        _previewing(config, showing, output) as shown,
    ):
        if showing.folder:
            if shown.board.error:
                raise PublisherError(shown.board.error)
            click.echo(
                f"{count_of(shown.write(showing.folder), 'page')} written to {showing.folder}; open index.html",
                err=True,
            )
            return 0
        gc.freeze()
        for _ in saves:
            _show_again(shown, paths, flags, output)
    return 0


def _show_again(shown: Preview, paths: tuple[Path, ...], flags: Mapping[str, Any], output: Output) -> None:
    started = time.monotonic()
    try:
        _take_preview_settings(shown, load_config(paths, flags))
    except PublisherError as error:
        shown.board.tell((), str(error))
        return
    shown.refresh()
    if output.text:
        _say_shown(shown, started)


def _say_shown(shown: Preview, started: float) -> None:
    count = len(shown.board.problems)
    note = f"; {count_of(count, 'problem')}" if count else ""
    error = f": {shown.board.error}" if shown.board.error else ""
    click.echo(mask(f"{_clock()} shown in {(time.monotonic() - started) * 1000:.0f} ms{note}{error}"))
