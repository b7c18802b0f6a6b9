"""Requests and time of a sync: ``python tests/bench/bench_sync.py [PAGES...]``. Prints figures; asserts nothing.

For each number of pages: first publish, unchanged, one paragraph changed; with 0 and 50 ms of latency, with 1 and 8 jobs.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))
from world import World, world

from publisher.convert.sources import read_source
from publisher.sync.unchanged import plan_unchanged


def delayed(seconds: float) -> Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]:
    def fault(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        time.sleep(seconds)
        return send()

    return fault


def measure(w: World, name: str, latency: float, jobs: int) -> None:
    started = time.perf_counter()
    report = w.publish(delayed(latency), jobs=jobs)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"  {name:18} {len(w.requests):6} requests {report.writes:6} writes {seconds:7.2f} s  {memory} MiB", flush=True
    )


def prove(w: World) -> None:
    started = time.perf_counter()
    with w.remote() as remote:
        found = plan_unchanged(read_source(w.settings), remote, w.settings)
    print(f"  proved unchanged   {isinstance(found, tuple)} {time.perf_counter() - started:33.2f} s")


def main(counts: list[int]) -> None:
    for count in counts:
        for latency in (0.0, 0.05):
            for jobs in (1, 8):
                if latency and count > 1000:
                    continue
                print(f"{count} pages, {latency * 1000:.0f} ms, {jobs} jobs")
                with tempfile.TemporaryDirectory() as folder, world(Path(folder)) as w:
                    files = {
                        f"d{i % (count // 20)}/p{i}.md": f"# Page {i}\n\n{'text ' * 50}{i}\n" for i in range(count)
                    }
                    w.write({"index.md": "# Home\n", **files})
                    measure(w, "first publish", latency, jobs)
                    measure(w, "unchanged", latency, jobs)
                    prove(w)
                    w.write({"d1/p1.md": "# Page 1\n\nother\n"})
                    measure(w, "one page changed", latency, jobs)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [100, 1000])
