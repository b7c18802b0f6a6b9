"""Documents become blocks and pages become texts: from what an earlier run kept, here, or in workers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from publisher.convert.bodies import (
    describe_options,
    describe_task,
    identity_of_page,
    pack_written,
    unpack_written,
    with_pictures,
)
from publisher.convert.documents import ParsedDocument, Parser
from publisher.convert.facts import (
    Blocks,
    Reads,
    base_identity,
    combine,
    identity_of,
    read_facts,
    reads_of,
    unpack,
    with_reads,
    write_facts,
    write_reads,
)
from publisher.convert.store import FEWEST_KEPT, Store, unpack_entry
from publisher.convert.version import converter_version
from publisher.convert.workers import Ended, Job, Pool
from publisher.model.document import Block, Document, FrontMatter
from publisher.model.problem import Problem, is_failure, problem
from publisher.model.settings import Settings
from publisher.model.steps import counted, tell
from publisher.model.tree import SourceFile
from publisher.render.options import RenderOptions
from publisher.render.page import Task, Written, render_empty, write_tasks
from publisher.render.templates import template_files
from publisher.storage import digest

#: Kept in place of what a document or page becomes, if it ended the process that converted it.
_ENDED = b"ended"


class Engine(Struct):
    """One conversion of one docs root. ``base``: what the identities of its documents begin with."""

    parser: Parser
    settings: Settings
    base: bytes = b""
    store: Store | None = None
    options: RenderOptions | None = None
    pool: Pool | None = None
    files: dict[bytes, tuple[SourceFile, bytes]] = field(default_factory=dict)
    """Documents of this conversion by identity, and that without what they include."""
    digests: dict[Path, str] = field(default_factory=dict)
    risky: bool = False
    """Something is to be converted that ended its process in an earlier run: it does not get this one."""

    @classmethod
    def start(cls, parser: Parser, settings: Settings, files: Sequence[SourceFile], *, first: bool) -> "Engine":
        """``files``: those that are not in memory. ``first``: later conversions of a watch leave the disk alone."""
        folder = settings.speed.cache if settings.speed.cache != "off" else ""
        version = converter_version() if folder and first and len(files) >= FEWEST_KEPT else ""
        engine = cls(parser, settings, base_identity(version, parser.grammar))
        if version:
            engine.store = Store.open(Path(folder) / "conversions", named=settings.speed.cache_named)
        return engine

    def parse(self, files: Sequence[SourceFile]) -> list[ParsedDocument]:
        """In the order of the files."""
        identities = [
            identity_of(self.base, file.key, file.data or b"", self.parser.defaults(file.key)) for file in files
        ]
        found = self._read_facts(files, identities)
        missing = [(file, identity) for file, identity in zip(files, identities, strict=True) if identity not in found]
        for (_, identity), parsed in zip(missing, self._parse_missing(missing), strict=True):
            found[identity] = parsed
        return [found[identity] for identity in identities]

    def _read_facts(self, files: Sequence[SourceFile], identities: Sequence[bytes]) -> dict[bytes, ParsedDocument]:
        """What an earlier run kept, as far as every file that was included is the same."""
        if self.store is None:
            return {}
        kept = self.store.read(identities)
        found: dict[bytes, ParsedDocument] = {}
        for file, identity in zip(files, identities, strict=True):
            self.risky = self.risky or kept.get(identity) == _ENDED
            if identity in kept and (parsed := self.take(file, identity, kept[identity])):
                found[identity] = parsed
        return found

    def take(self, file: SourceFile, identity: bytes, facts: bytes) -> ParsedDocument | None:
        """The document of kept facts; None if they are none, or if a file that was included says something else now."""
        try:
            values = unpack(facts)
            noted = reads_of(values)
            read = self.parser.reader_of(file.path) if noted else None
            reads = tuple((str(path), read(str(path))) for path, _ in noted) if read else ()
            if write_reads(reads) != noted:
                return None
            blocks = self._blocks(file, identity, reads)
            document = read_facts(file.key, values, blocks, (name for _, got in reads if got for name in got[:1]))
        except (ValueError, TypeError, KeyError, IndexError):
            return None
        return ParsedDocument(file.data, reads, document)

    def _blocks(self, file: SourceFile, identity: bytes, reads: Reads, found: Sequence[Block] | None = None) -> Blocks:
        whole = with_reads(identity, reads)
        self.files[whole] = file, identity
        return Blocks(whole, lambda: self.parser.parse(file).document.blocks, found)

    def _parse_missing(self, missing: Sequence[tuple[SourceFile, bytes]]) -> Iterable[ParsedDocument]:
        if not self._has_pool([file for file, _ in missing]):
            wanted = counted("Reading documents", missing, len(missing))
            return [self._parse_here(file, identity) for file, identity in wanted]
        assert self.pool is not None
        made: dict[bytes, ParsedDocument] = {}

        def take(job: Job, answer: bytes | Ended | None) -> None:
            made[job.identity] = self._take_answer(job, answer)
            tell("Reading documents", len(made), len(missing))

        jobs = [Job(identity, file, key=identity if self.store else b"") for file, identity in missing]
        self.pool.run(jobs, take)
        return [made[identity] for _, identity in missing]

    def _take_answer(self, job: Job, answer: bytes | Ended | None) -> ParsedDocument:
        """What a worker says of a document. What cannot cross, or is not the same here, is parsed here."""
        if isinstance(answer, Ended):
            problem = ended_problem(job.file.key, answer)
            self._keep(job.identity, _ENDED)
            return ParsedDocument(None, (), Document(job.file.key, FrontMatter(), (), (problem,), readable=False))
        facts = _value_of(job, answer)
        parsed = self.take(job.file, job.identity, facts) if facts else None
        if parsed is None:
            return self._parse_here(job.file, job.identity)
        if self.store is not None and answer and parsed.document.readable:
            self.store.keep(job.identity, answer)
        return parsed

    def _parse_here(self, file: SourceFile, identity: bytes) -> ParsedDocument:
        parsed = self.parser.parse(file)
        document = parsed.document
        if self.store is None or not document.readable:
            return parsed
        facts = write_facts(document, parsed.read)
        if facts is None:
            return parsed
        self.store.put(identity, facts)
        blocks = self._blocks(file, identity, parsed.read, document.blocks)
        return replace(parsed, document=replace(document, blocks=blocks))

    def _keep(self, key: bytes, value: bytes) -> None:
        if self.store is not None and key:
            self.store.put(key, value)

    def _has_pool(self, files: Sequence[SourceFile]) -> bool:
        """Whether so many documents are worth workers; they are started then."""
        if self.pool is None and files:
            self.pool = Pool.start(self.parser, self.settings, files, alone=self.risky)
        return self.pool is not None and len(files) > (0 if self.risky else 1)

    # Pages

    def write(self, tasks: Sequence[Task], options: RenderOptions) -> Iterator[Written]:
        """In the order of the tasks."""
        if options != self.options:  # not those that the settings ask for
            yield from write_tasks(tasks, options)
            return
        keys = self._keys(tasks, options) if self.store else {}
        kept = self.store.read(keys.values()) if self.store else {}
        found: dict[int, Written] = {}
        for number, key in keys.items():
            self.risky = self.risky or kept.get(key) == _ENDED
            written = unpack_written(kept[key], tasks[number]) if key in kept else None
            if written is not None:
                found[number] = written
        self._write_missing(tasks, found, keys)
        for number, task in enumerate(tasks):
            yield found.pop(number) if number in found else next(iter(write_tasks([task], options)))

    def _write_missing(self, tasks: Sequence[Task], found: dict[int, Written], keys: Mapping[int, bytes]) -> None:
        """Those that workers can write, and those that are to be kept."""
        wanted = {number: task for number, task in enumerate(tasks) if number not in found}
        known = {number: self._job_of(task, keys.get(number, b"")) for number, task in wanted.items()}
        jobs = {number: job for number, job in known.items() if job is not None}
        pooled = self._has_pool([job.file for job in jobs.values()])
        numbers = {id(job): number for number, job in jobs.items()}

        def take(job: Job, answer: bytes | Ended | None) -> None:
            number = numbers[id(job)]
            written = self._take_written(job, answer)
            if written is not None:
                found[number] = written
                if isinstance(answer, Ended):
                    self._keep(job.key, _ENDED)
                elif self.store is not None and answer and job.key and not is_failure(written.problems):
                    self.store.keep(job.key, answer)

        if pooled and self.pool is not None:
            self.pool.run(list(jobs.values()), take)
            self.pool.release()  # nothing more is asked, as a rule
        for number, key in keys.items():
            if number not in found and self.options is not None and self.store is not None:
                found[number] = next(iter(write_tasks([tasks[number]], self.options)))
                if not is_failure(found[number].problems):
                    self.store.put(key, pack_written(found[number]))

    def _job_of(self, task: Task, key: bytes) -> Job | None:
        known = self.files.get(identity_of_page(task.page) or b"")
        return Job(known[1], known[0], task, key) if known else None

    def _take_written(self, job: Job, answer: bytes | Ended | None) -> Written | None:
        """None where it is to be written here."""
        task = job.task
        assert self.options is not None and task is not None
        if not isinstance(answer, Ended):
            text = _value_of(job, answer)
            return unpack_written(text, task) if text else None
        why = ended_problem(task.page.key, answer)
        rendered, problems = render_empty(task.page, task.links, with_pictures(self.options, task), why)
        return Written(rendered.body, rendered.digests, rendered.attachments, tuple(problems))

    def _keys(self, tasks: Sequence[Task], options: RenderOptions) -> dict[int, bytes]:
        """Of those that can be kept, by their numbers."""
        folder = self.settings.page.templates
        templates = {path.relative_to(folder).as_posix(): self._digest_of(path) for path in template_files(folder)}
        shared = describe_options(options, templates)
        found = {}
        for number, task in enumerate(tasks):
            identity = identity_of_page(task.page)
            about = describe_task(task, self._digest_of) if identity else None
            if identity and about:
                found[number] = combine(identity, shared, about)
        return found

    def _digest_of(self, path: Path) -> str:
        """Empty for a file that cannot be read, which the page tells."""
        if path not in self.digests:
            try:
                self.digests[path] = digest(path.read_bytes())
            except OSError:
                self.digests[path] = ""
        return self.digests[path]

    def close(self) -> None:
        if self.store is not None:
            self.store.close()
        if self.pool is not None:
            self.pool.close()
        self.pool = self.store = None


def _value_of(job: Job, answer: bytes | None) -> bytes | None:
    """What a worker has made, without what the disk adds to it."""
    return unpack_entry(job.key, answer) if answer and job.key else answer


def ended_problem(key: str, how: Ended) -> Problem:
    """One document ends no run, not even one that ends the process which converts it."""
    text = f"Publisher fails on this document: the process that converted it was ended by {how}"
    return problem(key, None, "internal-error", text, "convert it alone with --workers 1, and report it")
