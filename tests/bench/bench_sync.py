"""Requests, CPU and time of a sync: ``python tests/bench/bench_sync.py [PAGES...]`` (200 and 1,000). Prints; asserts nothing.

For each number of pages: first publish, unchanged, one paragraph changed; with 0 and, for up to 200 pages, 50 ms of latency,
with 1 and 8 jobs. CPU is that of this process, the sandbox that answers included; own time is less. "proved unchanged" is
what a command does first: it proves that nothing has changed, and parses nothing.
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
    started, worked = time.perf_counter(), time.process_time()
    report = w.publish(delayed(latency), jobs=jobs)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"  {name:18} {len(w.requests):6} requests {report.writes:6} writes {worked:7.2f} CPU s {seconds:7.2f} s  {memory} MiB",
        flush=True,
    )


def prove(w: World) -> None:
    w.requests.clear()
    worked = time.process_time()
    with w.remote() as remote:
        found = plan_unchanged(read_source(w.settings), remote, w.settings)
    worked = time.process_time() - worked
    print(f"  proved unchanged   {len(w.requests):6} requests {worked:21.2f} CPU s  {isinstance(found, tuple)}")


def main(counts: list[int]) -> None:
    for count in counts:
        for latency in (0.0, 0.05):
            for jobs in (1, 8):
                if latency and count > 200:
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
    main([int(argument) for argument in sys.argv[1:]] or [200, 1000])
