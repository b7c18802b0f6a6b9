"""What twice the input costs: ``python tests/bench/bench_growth.py [SIZE]`` (200). Prints; asserts nothing.

For inputs that were quadratic once: calls of Python and C functions for n, 2n and 4n, and the ratio from one to the next, which is about
2 where the work grows with the input. Calls of one thread are exact, whatever else the machine does. The inputs are those of
``tests/property/test_growth.py``, which has many more, and fails where one grows faster.
"""

import importlib
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from publisher.convert.compose import convert
from publisher.markdown.parse import parse_document
from publisher.model.settings import Settings

for folder in ("", "property"):
    sys.path.insert(0, str(Path(__file__).parents[1] / folder))
inputs = importlib.import_module("test_growth")

Work = Callable[[], object]
#: Name here → name there.
CHOSEN = {"nested lists": "items3", "unclosed brackets": "brackets", "unclosed links": "br2"}


def parsing(name: str, count: int) -> Work:
    data = inputs.TEXTS[name](count).encode()
    return lambda: parse_document("a.md", data, inputs.PLAIN)


def converting(name: str, folder: Path, count: int) -> Work:
    root = folder / f"{name} {count}"
    for path, text in inputs.TREES[name](count).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return lambda: convert(Settings.of(root, gitignore=False, workers=1))


def main(size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows: dict[str, Callable[[int], Work]] = {
            **{name: partial(converting, name, Path(folder)) for name in inputs.TREES},
            **inputs.PLANS,
            **{shown: partial(parsing, name) for shown, name in CHOSEN.items()},
        }
        print(f"{'calls for':28} {size:>10,} {2 * size:>10,} {4 * size:>10,}   ratios")
        for name, work in rows.items():
            work(size // 2)()  # what is made once: patterns, tables
            counts = [inputs.count_calls(work(size * factor)) for factor in (1, 2, 4)]
            first, second = counts[1] / counts[0], counts[2] / counts[1]
            print(f"{name:28} {counts[0]:10,} {counts[1]:10,} {counts[2]:10,}   {first:.2f} {second:.2f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200)
