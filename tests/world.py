"""A docs folder and a Confluence to publish it into, in one process: for tests that run many publishes."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from click.testing import CliRunner
from msgspec.structs import replace

from publisher.cli.main import cli
from publisher.confluence.client import Client
from publisher.confluence.credentials import Login
from publisher.confluence.settings import RetryPolicy
from publisher.convert.compose import convert
from publisher.model.plan import Plan
from publisher.model.report import Report
from publisher.model.settings import Settings
from publisher.planning.rules import Rules
from publisher.remote.cloud import CloudRemote
from publisher.remote.datacenter import DataCenterRemote
from publisher.remote.port import Remote
from publisher.sandbox.app import running
from publisher.sandbox.store import Store
from publisher.sync.options import rules_of
from publisher.sync.proposal import Proposal
from publisher.sync.propose import plan_publish
from publisher.sync.publish import publish
from publisher.sync.status import Finding, find_changes, read_status

Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


class Faulty(httpx.BaseTransport):
    """The wire, with something in it that may spoil a request before or after it took effect."""

    def __init__(self, fault: Fault) -> None:
        self._wire, self._fault = httpx.HTTPTransport(), fault

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._fault(request, lambda: self._wire.handle_request(request))

    def close(self) -> None:
        self._wire.close()


@dataclass
class World:
    """``docs`` is the folder; ``store`` what Confluence holds."""

    root: Path
    address: str
    store: Store
    settings: Settings
    space: int
    requests: list[str] = field(default_factory=list)
    flavor: str = "cloud"

    @property
    def docs(self) -> Path:
        return self.settings.docs

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """None removes a file."""
        for name, text in files.items():
            path = self.docs / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    @contextmanager
    def remote(self, fault: Fault | None = None, jobs: int = 4) -> Iterator[Remote]:
        """A session; every request is kept in ``requests``."""

        def pass_on(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
            self.requests.append(f"{request.method} {request.url.path}")
            return fault(request, send) if fault else send()

        policy = RetryPolicy(retries=8, first_wait=0.0)
        client = Client(
            self.address + ("/confluence" if self.flavor == "datacenter" else "/wiki"),
            Login("u", "t"),
            jobs=jobs,
            policy=policy,
            sleep=lambda seconds: None,
            transport=Faulty(pass_on),
        )
        try:
            make = DataCenterRemote if self.flavor == "datacenter" else CloudRemote
            yield make(client, client.base, jobs)
        finally:
            client.close()

    def publish(self, fault: Fault | None = None, jobs: int = 4, **settings: Any) -> Report:
        self.requests.clear()
        changed = self.settings.replace(**settings)
        with self.remote(fault, jobs) as remote:
            rules = self.rules(changed)
            _, report = publish(convert(changed), remote, changed, rules, lambda plan: lambda result: None)
        return report

    def propose(self, **settings: Any) -> Proposal:
        self.requests.clear()
        changed = self.settings.replace(**settings)
        with self.remote() as remote:
            return plan_publish(convert(changed), remote, changed, self.rules(changed))

    def findings(self) -> list[Finding]:
        """What `status` tells."""
        with self.remote() as remote:
            rules = replace(self.rules(self.settings), on_hand_edit="skip", repair=True)
            return find_changes(read_status(convert(self.settings), remote, self.settings, rules))

    def plan(self, **settings: Any) -> Plan:
        return self.propose(**settings).plan

    def rules(self, settings: Settings) -> Rules:
        return rules_of(settings, None)

    # What stands in Confluence

    @property
    def home(self) -> int:
        """The id of the home page of the space."""
        space = self.store.space(self.space)
        assert space is not None
        return int(space["homepage"])

    def page(self, title: str) -> dict[str, Any]:
        living = [row for row in self.store.pages(["current", "archived"], self.space) if row["title"] == title]
        found = living or [row for row in self.store.pages(["trashed"], self.space) if row["title"] == title]
        assert len(found) == 1, f"{len(found)} pages “{title}”"
        return found[0]

    def ids(self) -> dict[str, int]:
        return {row["title"]: row["id"] for row in self.store.pages(["current"], self.space)}

    def tree(self, title: str) -> Any:
        """Nested titles in the order of the tree."""
        return [self.tree(row["title"]) or row["title"] for row in self.store.children(self.page(title)["id"])]

    def edit(self, title: str, body: str | None = None, **fields: Any) -> None:
        """Somebody edits a page in the browser."""
        page = self.page(title)
        change = {
            "title": title,
            "body": body,
            "version": page["version"] + 1,
            "message": "",
            "author": "alice",
            **fields,
        }
        self.store.update_page(page["id"], change)

    def comment(self, title: str, text: str, index: int = 0) -> str:
        """Somebody comments on a passage; returns the marker."""
        selection = {"text": text, "index": index}
        return str(self.store.create_inline_comment(self.page(title)["id"], "<p>hm</p>", selection, "alice")["ref"])

    def resolution(self, title: str) -> dict[str, str]:
        rows = self.store.comments(self.page(title)["id"], inline=True)
        return {row["ref"]: row["resolution"] for row in rows}

    def state(self) -> Any:
        """All that a reader or the next run can see, ids and versions aside."""
        pages = self.store.pages(["current", "archived", "draft"], self.space, None, ("page", "blogpost", "folder"))
        titles = {row["id"]: row["title"] for row in pages}
        return sorted(
            (
                row["title"],
                "" if row["kind"] == "blogpost" else titles.get(row["parent"], ""),
                [child["title"] for child in self.store.children(row["id"]) if child["kind"] != "blogpost"],
                sorted(label["name"] for label in self.store.labels(row["id"])),
                sorted((file["name"], file["size"]) for file in self.store.attachments(row["id"])),
                sorted(
                    (r["key"], "" if "stamp" in r["key"] else r["value"])
                    for r in self.store.properties(row["id"], None, "content")
                    if "stamp" in r["key"] or not r["key"].startswith("publisher")
                ),
                (row["kind"], row["status"], row["owner"] or "", row["state"] or ""),
                sorted((rule["operation"], rule["name"]) for rule in self.store.restrictions(row["id"])),
            )
            for row in pages
        )


@contextmanager
def world(root: Path, flavor: str = "cloud") -> Iterator[World]:
    """An empty docs folder and an empty space of Confluence Cloud, or of Data Center."""
    docs = root / "docs"
    docs.mkdir()
    with running(":memory:", flavor=flavor) as (address, store):
        space = store.create_space("DOCS", "Docs")
        settings = Settings.of(docs, space="DOCS", collection="test", banner="off")
        yield World(root, address, store, settings, space["id"], flavor=flavor)


def random_fault(seed: int, share: float) -> Fault:
    """Spoils a share of the requests in one of the ways that networks and Confluence have."""
    dice = random.Random(seed)

    def answer(request: httpx.Request, status: int, **more: Any) -> httpx.Response:
        return httpx.Response(status, request=request, **more)

    def fault(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if dice.random() >= share:
            return send()
        kind = dice.choice(
            ["429", "429s", "429d", "500", "502", "503", "504", "reset", "late", "late500", "edge", "connect"]
        )
        date = "Tue, 24 Nov 2026 00:00:00 GMT"
        if kind == "reset":
            raise httpx.ReadError("connection reset", request=request)
        if kind == "connect":
            raise httpx.ConnectError("refused", request=request)
        if kind == "late":
            send().close()
            raise httpx.ReadTimeout("timed out", request=request)
        if kind == "late500":
            send().close()
            return answer(request, 500, json={"message": "Transaction rolled back"})
        if kind == "edge":
            return answer(request, dice.choice([403, 404]), html="<html>Error from cloudfront</html>")
        headers = {"429s": {"Retry-After": "0"}, "429d": {"Retry-After": date}}.get(kind, {})
        return answer(request, int(kind[:3]), headers=headers, json={"message": "no"})

    return fault


def hiding(*pages: int) -> Fault:
    """What an account sees that may not see these pages: they are in no list, and their addresses answer 404."""
    numbers = {str(page) for page in pages}

    def fault(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        found = re.search(r"/(?:pages|content|blogposts)/(\d+)", request.url.path)
        if found and found[1] in numbers:
            return httpx.Response(404, request=request, json={"errors": [{"status": 404, "title": "Not Found"}]})
        response = send()
        if request.method != "GET" or not isinstance(value := json.loads(response.read() or b"null"), dict):
            return response
        if not isinstance(value.get("results"), list) or "/propert" in request.url.path:
            return httpx.Response(response.status_code, request=request, json=value)
        rows = [row for row in value["results"] if str(row.get("id")) not in numbers]
        return httpx.Response(200, request=request, json={**value, "results": rows})

    return fault


def hiding_the_trash(store: Store) -> Fault:
    """A server that answers 404 for what is in the trash unless its status is asked for."""

    def fault(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        parts = request.url.path.split("/")
        numbers = [int(part) for part in parts if part.isdigit()]
        single = request.method == "GET" and numbers and parts[-1] == str(numbers[0])
        asked = request.url.params.get("status", "")
        if single and "trashed" not in asked and asked != "any":
            kinds = ("page", "blogpost", "folder")
            if any(row["id"] == numbers[0] for row in store.pages(["trashed"], None, None, kinds)):
                return httpx.Response(404, request=request, json={"errors": [{"status": 404, "title": "Not Found"}]})
        return send()

    return fault


def run_cli(*words: str, code: int = 0) -> str:
    """What a command of this process prints; it ends with ``code``."""
    result = CliRunner().invoke(cli, [*words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


def pages_of(store: Store, space: str) -> dict[str, dict[str, Any]]:
    """The current pages of a space by title."""
    number = next(row["id"] for row in store.spaces() if row["key"] == space)
    return {row["title"]: row for row in store.pages(["current"], number)}
