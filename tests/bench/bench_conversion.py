"""Pages and MB per second of conversion: ``python tests/bench/bench_conversion.py [FOLDER...]``; prints, asserts nothing.

Without folders: the corpora of ../shared. Beside it mistune's own HTML of the same files, and ``markdown-to-confluence``
as a whole program where it is installed. That one refuses every corpus for links that it cannot resolve, so both get the
documents without their links, images and HTML, and those that it fails on even then are left out.
"""

import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import mistune

from publisher.convert.compose import convert
from publisher.model.settings import Settings

CORPORA = Path(__file__).parents[3] / "shared/corpora"
DIALECTS = {"rust-book": "mdbook", "mkdocs-material": "mkdocs", "docusaurus-jest": "docusaurus", "vitepress": "vitepress",
            "obsidian-tasks": "obsidian", "hugo": "hugo"}  # fmt: skip


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(3):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def without_links(text: str) -> str:
    text = re.sub(r"(?m)^\[[^\]\n]+\]:.*$|<[^>]*>|\{\{.*?\}\}", "", text)
    return re.sub(r"!?\[([^\[\]]*)\](?:\([^()]*\)|\[[^\]]*\])", r"\1", text)


def run(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    return time.perf_counter() - started


def run_peer(docs: Path) -> float:
    """Seconds of markdown-to-confluence; the documents that it fails on are removed."""
    while True:
        try:
            return run("-m", "md2conf", str(docs), "--local", "-d", "x.atlassian.net", "-s", "DOCS", "-r", "1")
        except subprocess.CalledProcessError as error:
            failed = re.findall(rf"{re.escape(str(docs))}/(\w+\.md)", error.stderr.decode())
            (docs / failed[-1]).unlink()


def list_html(sources: list[str]) -> list[object]:
    """What mistune alone makes of the documents."""
    return [mistune.html(source) for source in sources]


def main(folders: list[str]) -> None:
    chosen = [Path(folder) for folder in folders] or [CORPORA / name for name in DIALECTS]
    for folder in chosen:
        settings = Settings.of(folder.absolute(), dialect=DIALECTS.get(folder.name, "auto"), gitignore=False)
        sources = [(file.data or b"").decode() for file in convert(settings).source.documents]
        size = sum(len(source.encode()) for source in sources) / 1e6
        ours = best(partial(convert, settings))
        plain = best(partial(list_html, sources))
        print(
            f"{folder.name}: {len(sources)} pages, {len(sources) / ours:.0f} pages/s, {size / ours:.2f} MB/s, "
            f"{ours / plain:.2f} × mistune's HTML"
        )
        if importlib.util.find_spec("md2conf"):
            with tempfile.TemporaryDirectory() as name:
                docs = Path(name) / "docs"
                docs.mkdir()
                for number, source in enumerate(sources):
                    body = without_links(re.sub(r"\A(---|\+\+\+)\n.*?\n\1\n", "", source, flags=re.S))
                    (docs / f"p{number}.md").write_text(f"# Page {number}\n\n{body}")
                theirs = run_peer(docs)
                mine = run("-m", "publisher", "convert", str(docs), "--output", name + "/out")
                count = len(list(docs.glob("*.md")))
                print(
                    f"  whole programs, the {count} documents that markdown-to-confluence takes: {mine:.2f} s, "
                    f"{theirs:.2f} s: {theirs / mine:.1f} × faster"
                )


if __name__ == "__main__":
    main(sys.argv[1:])
