"""CPU, memory, requests and time of whole commands: ``python tests/bench/bench_runs.py [--latency MS] [PAGES...]`` (200, 1,000).

For each number of pages: first publish, unchanged, one paragraph changed (with the cache of the run before, and without one), and
``convert --output`` cold and warm. The sandbox answers in a process of its own, which is not counted, and waits before each answer.
Modules are compiled before. CPU is that of the command and of all its processes; memory is the peak of the command, and of its largest
other process if it had any. Prints; asserts nothing.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from compileall import compile_dir
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from site_of_pages import write_site

import publisher

SERVER = Path(__file__).parents[1] / "late_site.py"


def run(name: str, words: list[str], environ: Mapping[str, str]) -> None:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", *words],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = process.stdout.read() if process.stdout else ""
    _, code, used = os.wait4(process.pid, 0)
    process.returncode = code
    seconds, worked = time.perf_counter() - started, used.ru_utime + used.ru_stime
    counts = re.search(r"\(([\d,]+) requests(?:, ([\d,]+) writes?)?\)", said)
    requests = f"{counts[1]:>6} requests {counts[2] or 0:>6} writes" if counts else " " * 29
    print(f"  {name:28} {requests} {worked:7.2f} CPU s {seconds:7.2f} s  {used.ru_maxrss // 1024} MiB", flush=True)
    if code:
        print(said[-2000:])


def measure(count: int, latency: float, environ: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        docs, cache = Path(folder) / "docs", Path(folder) / "cache"
        write_site(docs, count)
        server = subprocess.Popen(
            [sys.executable, SERVER, str(latency)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        known = {"CONFLUENCE_URL": server.stdout.readline().strip(), "CONFLUENCE_TOKEN": "good", "CONFLUENCE_SPACE": "BENCH",
                 "PUBLISHER_CACHE": str(cache)}  # fmt: skip
        environ = {**environ, **known}
        words = ["publish", str(docs), "--yes", "--jobs", environ.get("BENCH_JOBS", "6")]
        page = docs / "part1" / "page21.md"
        print(f"{count} pages, {latency:.0f} ms")
        run("first publish", words, environ)
        run("unchanged", words, environ)
        page.write_text(page.read_text() + "\nanother paragraph\n")
        run("one edit", words, environ)
        page.write_text(page.read_text() + "\nand another\n")
        run("one edit, no cache", [*words, "--cache", "off"], environ)
        if not latency:
            output = ["--output", str(Path(folder) / "out"), "--cache", str(Path(folder) / "cold")]
            run("convert", ["convert", str(docs), *output], environ)
            run("convert, warm", ["convert", str(docs), *output], environ)
        server.terminate()
        server.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds")
    parser.add_argument("pages", nargs="*", type=int, default=[200, 1000])
    given = parser.parse_args()
    unwanted = ("CONFLUENCE_", "PUBLISHER_", "PYTHONDONTWRITEBYTECODE")
    seen = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    compile_dir(Path(publisher.__file__).parent, quiet=1)
    for pages in given.pages:
        measure(pages, given.latency, seen)
