"""Documents a second of `check`: ``python tests/bench/bench_check.py FOLDER...``. The first folder is read twice, to warm up.

Prints figures; asserts nothing.
"""

import gc
import sys
import time
from pathlib import Path

from publisher.convert.compose import convert
from publisher.model.settings import Settings


def main(folders: list[str]) -> None:
    gc.set_threshold(100_000, 20, 100)  # as the command does
    convert(Settings.of(Path(folders[0]).absolute(), gitignore=False))
    count, seconds = 0, 0.0
    for folder in folders:
        started = time.perf_counter()
        conversion = convert(Settings.of(Path(folder).absolute(), gitignore=False))
        taken = time.perf_counter() - started
        documents = len(conversion.source.documents)
        count, seconds = count + documents, seconds + taken
        print(f"{folder}: {documents} documents, {documents / taken:.0f} a second, {len(conversion.problems)} problems")
    print(f"all: {count} documents, {count / seconds:.0f} a second")


if __name__ == "__main__":
    main(sys.argv[1:] or ["sample-docs"])
