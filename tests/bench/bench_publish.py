"""Pages per second of conversion and requests per publish: ``python tests/bench/bench_publish.py FOLDER...``.

Prints figures; asserts nothing. mistune's own HTML rendering of the same files is measured beside it.
"""

import sys
import tempfile
import time
from pathlib import Path

import mistune

from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.convert.compose import convert
from publisher.model.settings import Settings
from publisher.planning.rules import Rules
from publisher.remote.cloud import CloudRemote
from publisher.sandbox.app import running
from publisher.sync.publish import publish


def main(folders: list[str]) -> None:
    for folder in folders:
        settings = Settings.of(Path(folder).absolute(), space="BENCH", gitignore=False)
        started = time.perf_counter()
        conversion = convert(settings)
        seconds = time.perf_counter() - started
        sources = [file.data.decode() for file in conversion.source.documents if file.data]
        started = time.perf_counter()
        for source in sources:
            mistune.html(source)
        plain = time.perf_counter() - started
        count = len(conversion.rendered.pages)
        print(f"{folder}: {count} pages, {count / seconds:.0f} pages/s, {seconds / plain:.2f} × mistune's HTML")
        with tempfile.TemporaryDirectory() as temporary, running(Path(temporary) / "state") as (address, store):
            store.create_space("BENCH", "Bench")
            for name in ("first publish", "unchanged"):
                client = Client(address + "/wiki", Login("u", "t"))
                remote = CloudRemote(client, client.base, 6)
                started = time.perf_counter()
                _, report = publish(conversion, remote, settings, Rules(), lambda plan: lambda result: None)
                seconds = time.perf_counter() - started
                print(f"  {name}: {report.requests} requests, {report.writes} writes, {seconds:.2f} s")
                client.close()


if __name__ == "__main__":
    main(sys.argv[1:] or ["sample-docs"])
