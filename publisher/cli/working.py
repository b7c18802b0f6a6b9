"""What takes more than a second shows on a terminal what it does, how far it is, and for how long."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from publisher.cli.output import Output
from publisher.model.steps import listening

#: Seconds before anything is shown, and between two looks.
PATIENCE, PAUSE = 1.0, 0.1


class Working:
    """The line on stderr, drawn by a thread of its own. ``end`` takes it away for good."""

    def __init__(self) -> None:
        self._state = ("Starting", 0, 0)
        self._over = threading.Event()
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def take(self, step: str, done: int, total: int) -> None:
        """The last word of a stage."""
        self._state = (step, done, total)

    def end(self) -> None:
        """Before anything else is drawn, and before a person is asked."""
        self._over.set()
        self._thread.join()

    def _draw(self) -> None:
        if self._over.wait(PATIENCE):
            return
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        console = Console(stderr=True)
        with Live(
            Text(self._line()), console=console, transient=True, auto_refresh=False, redirect_stdout=sys.stdout.isatty()
        ) as live:
            while not self._over.wait(PAUSE):
                live.update(Text(self._line()), refresh=True)

    def _line(self) -> str:
        step, done, total = self._state
        count = f" {done:,} of {total:,}" if total else f" {done:,}" if done else ""
        return f"{step}{count}, {time.monotonic() - self._started:.0f} s"


@contextmanager
def working(output: Output) -> Iterator[Working | None]:
    """Shown to people on a terminal only."""
    if not (output.text and sys.stderr.isatty()):
        yield None
        return
    line = Working()
    try:
        with listening(line.take):
            yield line
    finally:
        line.end()
