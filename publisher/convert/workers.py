"""Processes that convert: each keeps the documents that it parsed, and sends facts and texts, never trees.

A process begins as a copy of this one where that is safe (Linux, one thread), else as a new Python that runs
``publisher.convert.worker`` and nothing of the program that imported Publisher: a script needs no ``__main__`` guard.
"""

import gc
import marshal
import os
import pickle
import selectors
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from msgspec import Struct, field

from publisher.convert.bodies import pack_task
from publisher.convert.documents import Parser
from publisher.convert.worker import HEADER, WorkerLoop
from publisher.model.settings import Settings
from publisher.model.tree import SourceFile
from publisher.programs import begin_python
from publisher.render.page import Task

#: From so many documents on, or so many bytes of them, workers are worth their start: as a copy of this process, or anew.
_FEWEST, _LEAST = 100, 160_000
_FEWEST_ANEW, _LEAST_ANEW = 300, 2_000_000
_FEWEST_EACH, _LEAST_EACH = 40, 80_000
_MOST_IN_FLIGHT, _MOST_BYTES = 6, 256 * 1024  # of one worker


class Job(Struct, frozen=True, eq=False):
    """A document to parse, or with ``task`` its page to write.

    ``key``: under which the answer is to be kept, if it is; it comes as ``pack_entry`` makes it then.
    """

    identity: bytes
    file: SourceFile
    task: Task | None = None
    key: bytes = b""


class Ended(Struct, frozen=True):
    """How a process ended: its exit code, negative for a signal."""

    code: int

    def __str__(self) -> str:
        if self.code >= 0:
            return f"exit code {self.code}"
        with suppress(ValueError):
            return f"the signal {signal.Signals(-self.code).name}"
        return f"the signal {-self.code}"


class _Child(Protocol):
    """What is asked of a program that was begun."""

    pid: int

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        ...


class _Process(Struct, eq=False):
    """A worker as this process sees it. ``jobs``: what it was given and has not answered, the oldest first."""

    pid: int
    socket: socket.socket
    child: "_Child | None" = None
    jobs: deque[Job] = field(default_factory=deque)
    known: set[bytes] = field(default_factory=set)
    outgoing: bytearray = field(default_factory=bytearray)
    incoming: bytearray = field(default_factory=bytearray)
    ready: bool = False

    def wait(self) -> Ended:
        self.socket.close()
        if self.child is not None:
            return Ended(self.child.wait())
        with suppress(ChildProcessError):
            return Ended(os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1]))
        return Ended(1)


def count_workers(wanted: int) -> int:
    """``wanted``, or as many as there are cores for this process."""
    return wanted or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _can_fork() -> bool:
    return (
        sys.platform == "linux"
        and threading.active_count() == 1
        and threading.current_thread() is threading.main_thread()
    )


def _count_worth(files: Sequence[SourceFile]) -> int:
    """Workers that have enough to do with these documents."""
    count, size = len(files), sum(len(file.data or b"") for file in files)
    fewest, least = (_FEWEST, _LEAST) if _can_fork() else (_FEWEST_ANEW, _LEAST_ANEW)
    if count < fewest and size < least:
        return 0
    return min(count, max(count // _FEWEST_EACH, size // _LEAST_EACH))


class Pool(Struct):
    """Workers of one conversion."""

    parser: Parser
    settings: Settings
    processes: list[_Process] = field(default_factory=list)
    ending: list[_Process] = field(default_factory=list)
    count: int = 0

    @classmethod
    def start(
        cls, parser: Parser, settings: Settings, files: Sequence[SourceFile], *, alone: bool = False
    ) -> "Pool | None":
        """None where one process does it as well: little to convert, one core, or no way to begin another.

        ``alone``: this process must not do it, however little there is to do.
        """
        most = max(min(count_workers(settings.speed.workers), _count_worth(files)), alone)
        if (most < 2 and not alone) or not (_can_fork() or _can_spawn()):
            return None
        pool = cls(parser, settings, count=most)
        if pool._begin_all():
            return pool
        pool.close()
        return None

    def _begin_all(self) -> bool:
        try:
            while len(self.processes) < self.count:
                self.processes.append(self._begin())
        except (OSError, ValueError, pickle.PicklingError, TypeError, AttributeError):
            return False
        return True

    def _begin(self) -> _Process:
        ours, theirs = socket.socketpair()
        if _can_fork():
            pid = os.fork()
            if pid == 0:
                _run_child(theirs, [ours, *(process.socket for process in self.processes)], self)
            process = _Process(pid, ours)
        else:
            process = _spawn(ours, theirs, self)
        theirs.close()
        ours.setblocking(False)
        return process

    def run(self, jobs: Sequence[Job], take: Callable[[Job, bytes | Ended | None], None]) -> None:
        """Calls ``take`` with the answer to each job, in no order. Ended: it was this job that ended its worker."""
        if not self.processes:  # they were released
            self._begin_all()
        todo = deque(sorted(jobs, key=lambda job: -len(job.file.data or b"")))  # so that all end at one time
        owners = {identity: process for process in self.processes for identity in process.known}
        own: dict[int, deque[Job]] = {id(process): deque() for process in self.processes}
        for _ in range(len(todo)):  # pages go to the worker that has their document
            job = todo.popleft()
            owner = owners.get(job.identity) if job.task is not None else None
            (own[id(owner)] if owner is not None else todo).append(job)
        with selectors.DefaultSelector() as selector:
            for process in self.processes:
                selector.register(process.socket, selectors.EVENT_READ, process)
            while True:
                for process in self.processes:
                    self._feed(process, own.setdefault(id(process), deque()), todo)
                    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if process.outgoing else 0)
                    if selector.get_key(process.socket).events != wanted:
                        selector.modify(process.socket, wanted, process)
                if not any(process.jobs for process in self.processes):
                    break
                for key, events in selector.select():
                    if not _exchange(key.data, events, take):
                        selector.unregister(key.data.socket)
                        self._bury(key.data, own.pop(id(key.data), deque()), todo, take)
                        for process in self.processes:
                            if process.socket not in selector.get_map():
                                selector.register(process.socket, selectors.EVENT_READ, process)
        for job in (*todo, *(job for rest in own.values() for job in rest)):
            take(job, None)  # there is no worker any more

    def _feed(self, process: _Process, own: deque[Job], todo: deque[Job]) -> None:
        while len(process.jobs) < _MOST_IN_FLIGHT and len(process.outgoing) < _MOST_BYTES and (own or todo):
            job = (own or todo).popleft()
            file = None if job.identity in process.known else (job.file.key, str(job.file.path), job.file.data or b"")
            process.known.add(job.identity)
            task = pack_task(job.task) if job.task is not None else None
            message = marshal.dumps((job.identity, file, task, job.key))
            process.outgoing += HEADER.pack(len(message)) + message
            process.jobs.append(job)

    def _bury(
        self, process: _Process, own: deque[Job], todo: deque[Job], take: Callable[[Job, bytes | Ended | None], None]
    ) -> None:
        """The job that ended the process is done with; another process goes on with the rest."""
        how = process.wait()
        self.processes.remove(process)
        rest = [*process.jobs, *own]
        if process.ready and process.jobs:
            take(rest.pop(0), how)
        todo.extend(rest)
        if process.ready and len(self.processes) < self.count:
            with suppress(OSError, ValueError, TypeError, AttributeError, pickle.PicklingError):
                self.processes.append(self._begin())

    def release(self) -> None:
        """Nothing more is asked: each process begins to end, which takes it a while."""
        for process in self.processes:
            process.socket.close()
        self.ending += self.processes
        self.processes = []

    def close(self) -> None:
        self.release()
        for process in self.ending:
            process.wait()
        self.ending = []


def _exchange(process: _Process, events: int, take: Callable[[Job, bytes | Ended | None], None]) -> bool:
    """Sends and receives what can be without waiting. False: the process has ended, and all that it answered was read."""
    if events & selectors.EVENT_WRITE:
        try:
            sent = process.socket.send(process.outgoing)
            del process.outgoing[:sent]
        except BlockingIOError:
            pass
        except OSError:  # it has ended; what it answered before is still to be read
            process.outgoing.clear()
    if not events & selectors.EVENT_READ:
        return True
    try:
        data = process.socket.recv(1 << 18)
    except BlockingIOError:
        return True
    except OSError:
        return False
    if not data:
        return False
    process.incoming += data
    start = 0
    while len(process.incoming) - start >= HEADER.size:
        (length,) = HEADER.unpack_from(process.incoming, start)
        if len(process.incoming) - start - HEADER.size < length:
            break
        answer = bytes(process.incoming[start + HEADER.size : start + HEADER.size + length])
        start += HEADER.size + length
        if not process.ready:
            process.ready = True
            continue
        take(process.jobs.popleft(), answer or None)
    del process.incoming[:start]
    return True


def _run_child(connection: socket.socket, others: Sequence[socket.socket], pool: Pool) -> None:
    """Never returns."""
    code = 1
    try:
        for other in others:
            other.close()
        gc.disable()  # what is kept is kept until the end, and what is not has few circles
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and ends this
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        WorkerLoop(connection, pool.parser, pool.settings).serve()
        code = 0
    finally:
        os._exit(code)


def _can_spawn() -> bool:
    return bool(sys.executable) and os.name == "posix" and not getattr(sys, "frozen", False)


_BEGIN = "import sys; sys.path[:] = {path!r}; from publisher.convert.worker import main; main({number})"


def _spawn(ours: socket.socket, theirs: socket.socket, pool: Pool) -> _Process:
    about = pickle.dumps(
        (pool.settings, pool.parser.grammar, dict(pool.parser.texts))
    )  # to a process of our own, through a pipe
    child = begin_python(_BEGIN.format(path=sys.path, number=theirs.fileno()), theirs.fileno())
    process = _Process(child.pid, ours, child)
    process.outgoing += HEADER.pack(len(about)) + about
    return process
