"""What a saved document costs a watch: ``python tests/bench/bench_watch.py FOLDER [COUNT]``.

Makes a site of COUNT documents (1,000) of those in FOLDER, and prints seconds of a full conversion and of one after a
paragraph was saved, with their ratio. Asserts nothing.
"""

import gc
import sys
import tempfile
import time
from pathlib import Path

from publisher.convert.cache import ConversionCache
from publisher.convert.compose import convert
from publisher.convert.sources import read_source
from publisher.model.settings import Settings


def main(folder: str, count: int) -> None:
    sources = sorted(path for path in Path(folder).rglob("*.md"))
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        for number in range(count):
            target = root / f"part{number // 50}" / f"page{number}.md"
            target.parent.mkdir(exist_ok=True)
            target.write_text(
                f"# Page {number}\n\n" + sources[number % len(sources)].read_text(encoding="utf-8"), encoding="utf-8"
            )
        settings, memory = Settings.of(root, space="BENCH", gitignore=False), ConversionCache()
        started = time.perf_counter()
        convert(settings, cache=memory)
        full = time.perf_counter() - started
        gc.collect()
        gc.freeze()
        saved = root / "part0" / "page7.md"
        times = []
        for number in range(7):
            saved.write_text(saved.read_text(encoding="utf-8") + f"\nsaved {number}\n", encoding="utf-8")
            started = time.perf_counter()
            source = read_source(settings)
            read = time.perf_counter() - started
            convert(settings, source, cache=memory)
            times.append((time.perf_counter() - started, read))
        one, read = sorted(times)[len(times) // 2]
        print(
            f"{count} documents: {full:.2f} s in full; one saved: {one * 1000:.0f} ms ({read * 1000:.0f} of them reading), 1/{full / one:.0f}"
        )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sample-docs", int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
