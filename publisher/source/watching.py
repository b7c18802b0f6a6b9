"""Stay, and publish what has changed. What Confluence holds is kept in mind between two saves; nothing is asked while idle."""

import threading
import time
from collections.abc import Iterable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from publisher.model.settings import Settings
from publisher.source.git.git import repository_root
from publisher.source.navigation import NAVIGATION_FILES

#: Seconds without a further change before what changed is read, and the longest wait while changes keep coming.
QUIET, LONGEST = 0.15, 1.0
#: Files, above the docs root too, that say how its documents are published.
_SETTINGS = {"publisher.yml", "publisher.yaml", ".gitignore", ".publisherignore", *NAVIGATION_FILES}
_NOISE = {"node_modules", "__pycache__", "venv"}
_TEMPORARY = ("~", ".swp", ".swx", ".tmp", ".part")


class Changes(FileSystemEventHandler):
    """Gathers events of the file system until they pause. ``roots``: the folders where every file counts."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots, self._arrived = tuple(roots), threading.Event()
        self.last = self.first = 0.0

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in {"opened", "closed_no_write"} or (event.is_directory and event.event_type == "modified"):
            return
        paths = [
            path if isinstance(path, str) else path.decode(errors="replace")
            for path in (event.src_path, event.dest_path)
        ]
        if not any(self._counts(Path(path)) for path in paths if path):
            return
        self.last = time.monotonic()
        if not self._arrived.is_set():
            self.first = self.last
            self._arrived.set()

    def _counts(self, path: Path) -> bool:
        root = next((root for root in self._roots if path.is_relative_to(root)), None)
        return path.name in _SETTINGS if root is None else not is_noise(path.relative_to(root))

    def wait(self) -> None:
        """Until something has changed and nothing more does, or for so long that it is time for a look."""
        while not self._arrived.wait(0.5):  # short waits, so that Ctrl-C is heard on every system
            pass
        while time.monotonic() - self.last < QUIET and time.monotonic() - self.first < LONGEST:
            time.sleep(0.02)
        self._arrived.clear()


def is_noise(path: Path) -> bool:
    """Whether a file, by its path below the root, is none of ours: of Git, of an editor, of a package manager."""
    folders, name = path.parts[:-1], path.name
    hidden = any(part.startswith(".") or part in _NOISE for part in folders)
    return hidden or name.endswith(_TEMPORARY) or (name.startswith(".") and name not in _SETTINGS)


def watched_folders(settings: Settings, file: Path | None) -> list[tuple[Path, bool]]:
    """(folder, whether with all below): documents and what they draw on, and above them the files that say how."""
    top = repository_root(settings.docs)
    found: dict[Path, bool] = {settings.docs: True}
    for name in settings.source.assets:
        found[(settings.docs / name).resolve()] = True
    if settings.page.templates:
        found[Path(settings.page.templates)] = True
    above = [parent for parent in settings.docs.parents if top is not None and parent.is_relative_to(top)]
    for folder in (*above, settings.docs.parent, *((file.parent,) if file else ())):
        found.setdefault(folder, False)
    return [(folder, below) for folder, below in found.items() if folder.is_dir()]


def observe(folders: Iterable[tuple[Path, bool]], changes: Changes, *, poll: bool) -> BaseObserver:
    """Starts to watch; ``poll`` looks at the files again and again, for drives that tell nothing."""
    observer: BaseObserver = PollingObserver(timeout=0.5) if poll else Observer()
    for folder, below in folders:
        observer.schedule(changes, str(folder), recursive=below)
    observer.start()
    return observer
