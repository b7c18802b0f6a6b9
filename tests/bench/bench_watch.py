"""What a saved paragraph costs: ``python tests/bench/bench_watch.py [PAGES...]`` (200, 1,000). Prints; asserts nothing.

For a watch (to the page in Confluence) and for the preview: CPU milliseconds of the thread that does the work, the median of 15
saves, and where they go. The sandbox answers in other threads, which are not counted. With ``--profile`` the calls behind it.
"""

import argparse
import cProfile
import gc
import pstats
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from site_of_pages import write_site
from world import world

from publisher.preview import previewing
from publisher.sandbox import Service
from publisher.sync.follow import Follower

SAVES = 15


def save(docs: Path, number: int) -> None:
    page = docs / "part1" / "page21.md"
    page.write_text(page.read_text() + f"\nparagraph {number}\n")


def show(name: str, times: list[tuple[float, float]]) -> None:
    convert, follow = (statistics.median(row[column] for row in times) * 1000 for column in (0, 1))
    whole = statistics.median(sum(row) for row in times) * 1000
    print(f"  {name:14} {whole:6.1f} ms: {convert:.1f} to convert, {follow:.1f} to publish", flush=True)


def measure(follower: Follower, docs: Path, profile: cProfile.Profile | None) -> list[tuple[float, float]]:
    times = []
    for number in range(SAVES):
        save(docs, number)
        if profile:
            profile.enable()
        started = time.thread_time()
        conversion = follower.convert()
        converted = time.thread_time()
        follower.follow(conversion)
        times.append((converted - started, time.thread_time() - converted))
        if profile:
            profile.disable()
    return times


def main(counts: list[int], *, profiled: bool) -> None:
    gc.set_threshold(100_000, 20, 100)  # as the command does
    for count in counts:
        profile = cProfile.Profile() if profiled else None
        print(f"{count} pages")
        with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as w:
            write_site(w.docs, count)
            with w.remote() as remote:
                follower = Follower(remote, w.settings)
                follower.follow(follower.convert())
                gc.collect()
                gc.freeze()
                show("watch", measure(follower, w.docs, profile))
            with previewing(w.settings, Service(port=0), lambda problems: []) as shown:
                shown.refresh()
                gc.collect()
                gc.freeze()
                show("preview", measure(shown.follower, w.docs, None))
        if profile:
            pstats.Stats(profile).sort_stats("cumtime").print_stats(70)
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("pages", nargs="*", type=int, default=[200, 1000])
    given = parser.parse_args()
    main(given.pages, profiled=given.profile)
