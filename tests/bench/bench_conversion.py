"""Speed of conversion: ``python tests/bench/bench_conversion.py [--md2conf PYTHON] [FOLDER...]``; prints, asserts nothing.

Without folders: the corpora of ../shared. CPU seconds of one process without a cache, the best of five, each beside mistune's
own HTML (the plug-ins for tables, strikethrough, task lists, footnotes and addresses; and ``mistune.html``, which has fewer) and
markdown-it-py's (tables and strikethrough), so that all of them run under the same load. Then the wall of two workers beside mistune's:
it means something on a machine that does nothing else.

``--md2conf``: the interpreter of an environment that has ``markdown-to-confluence``. It runs as a whole program beside ours,
start-up included. It refuses every corpus for links that it cannot resolve, so both get the documents without their links,
images and HTML; those that it fails on even then are left out. Both get them ``--copies`` times (8), as wall: ours in one process, with two
workers (both without a cache), and warm, with the cache and the output of a run before.
"""

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import mistune

from publisher.convert.compose import convert
from publisher.model.settings import Settings

CORPORA = Path(__file__).parents[3] / "shared/corpora"
DIALECTS = {"rust-book": "mdbook", "mkdocs-material": "mkdocs", "docusaurus-jest": "docusaurus", "vitepress": "vitepress",
            "obsidian-tasks": "obsidian", "hugo": "hugo"}  # fmt: skip
PLUGINS = ("table", "strikethrough", "task_lists", "footnotes", "url")
RUNS = 5


def best(works: list[Callable[[], object]], clock: Callable[[], float] = time.process_time) -> list[float]:
    """The least seconds of each, which run in turn. ``clock``: CPU of this process, or wall."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(RUNS):
        for found, work in zip(times, works, strict=True):
            started = clock()
            work()
            found.append(clock() - started)
    return [min(found) for found in times]


def each(read: Callable[[str], Any], sources: list[str]) -> None:
    for source in sources:
        read(source)


def other_readers() -> dict[str, Callable[[str], Any]]:
    """What reads Markdown and writes HTML, by name."""
    readers: dict[str, Callable[[str], Any]] = {
        "mistune": mistune.create_markdown(escape=False, plugins=PLUGINS),
        "mistune.html": mistune.html,
    }
    try:
        from markdown_it import MarkdownIt
    except ImportError:
        print("markdown-it-py is not installed: it is left out")
        return readers
    return {**readers, "markdown-it-py": MarkdownIt("commonmark").enable(["table", "strikethrough"]).render}


def without_links(text: str) -> str:
    text = re.sub(r"(?m)^\[[^\]\n]+\]:.*$|<[^>]*>|\{\{.*?\}\}", "", text)
    return re.sub(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\]]*\])", r"\1", text)


def run(*command: str) -> tuple[float, float]:
    """Seconds of a program: wall, and CPU of all its processes."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_peer(python: str, docs: Path) -> tuple[float, float]:
    """Seconds of markdown-to-confluence, wall and CPU; the documents that it fails on are removed."""
    while True:
        try:
            return run(python, "-m", "md2conf", str(docs), "--local", "-d", "x.atlassian.net", "-s", "DOCS", "-r", "1")
        except subprocess.CalledProcessError as error:
            failed = re.findall(rf"{re.escape(str(docs))}/(\w+\.md)", error.stderr.decode())
            if not failed:
                raise
            (docs / failed[-1]).unlink()


def write_copies(docs: Path, count: int) -> None:
    """Each document so many times in all, with titles of their own."""
    for path in list(docs.glob("*.md")):
        for number in range(1, count):
            text = path.read_text().replace("# Page ", f"# Copy {number} of ", 1)
            (docs / f"{path.stem}x{number}.md").write_text(text)


def compare_programs(python: str, sources: list[str], copies: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        docs = Path(name) / "docs"
        docs.mkdir()
        for number, source in enumerate(sources):
            body = without_links(re.sub(r"\A(---|\+\+\+)\n.*?\n\1\n", "", source, flags=re.S))
            (docs / f"p{number}.md").write_text(f"# Page {number}\n\n{body}")
        run_peer(python, docs)
        write_copies(docs, copies)
        theirs, cpu = run_peer(python, docs)
        count = len(list(docs.glob("*.md")))
        print(f"  whole programs, {count} documents: markdown-to-confluence {theirs:.2f} s wall, {cpu:.2f} CPU s")
        ours = [sys.executable, "-m", "publisher", "convert", str(docs), "--output", name + "/out"]
        kept = ["--workers", "2", "--cache", name + "/cache"]
        for what, more in (
            ("one process", ["--workers", "1", "--cache", "off"]), ("two workers", ["--workers", "2", "--cache", "off"]),
            ("two workers, the cache is written", kept), ("warm", kept),
        ):  # fmt: skip
            wall, cpu = run(*ours, *more)
            print(f"    {what}: {wall:.2f} s wall, {cpu:.2f} CPU s: {theirs / wall:.1f} × faster")


def main(folders: list[str], md2conf: str, copies: int) -> None:
    readers = other_readers()
    if not md2conf:
        print("--md2conf is not given: markdown-to-confluence is left out")
    for folder in [Path(folder) for folder in folders] or [CORPORA / name for name in DIALECTS]:
        dialect = DIALECTS.get(folder.name, "auto")
        settings = Settings.of(folder.absolute(), dialect=dialect, gitignore=False, workers=1)
        sources = [(file.data or b"").decode() for file in convert(settings).source.documents]
        size = sum(len(source.encode()) for source in sources) / 1e6
        ours, *others = best([partial(convert, settings), *(partial(each, read, sources) for read in readers.values())])
        ratios = ", ".join(f"{ours / other:.2f} × {name}" for name, other in zip(readers, others, strict=True))
        print(
            f"{folder.name}: {len(sources)} pages, {len(sources) / ours:.0f} pages/s, {size / ours:.2f} MB/s; {ratios}"
        )
        two, mistunes = best(
            [partial(convert, settings.replace(workers=2)), partial(each, readers["mistune"], sources)],
            time.perf_counter,
        )
        print(f"  two workers: {two:.2f} s wall, {two / mistunes:.2f} × mistune's")
        if md2conf:
            compare_programs(md2conf, sources, copies)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--md2conf", default="")
    parser.add_argument("--copies", type=int, default=8)
    given = parser.parse_args()
    main(given.folders, given.md2conf, given.copies)
