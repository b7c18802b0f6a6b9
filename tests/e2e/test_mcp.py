"""`publisher mcp`, spoken to by the official SDK's own client: tools, plans before writes, and no secret in any answer."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from publisher.cli.mcp.agent import Agent
from publisher.cli.mcp.documents import DocumentTools
from publisher.cli.mcp.pending import Answer, PendingWrites, Planned
from publisher.cli.mcp.tools import tool_name, tools
from publisher.confluence.operations.table import OPERATIONS
from publisher.errors import UsageError
from publisher.sandbox import Store, running

anyio = pytest.importorskip("anyio", reason="needs the package mcp")
pytest.importorskip("mcp", reason="needs the package mcp")

KEY = "maton-key-that-nobody-sees"
ROOT = Path(__file__).parents[2]


@dataclass
class Place:
    """A sandbox with its gateway, and a folder to start the server in."""

    store: Store
    folder: Path
    environ: dict[str, str]
    space: int
    answers: list[Any]

    def speak(self, talk: Callable[[Any], Awaitable[None]], *flags: str) -> None:
        """A server of its own for one conversation."""
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        async def hold() -> None:
            server = StdioServerParameters(
                command=sys.executable, args=["-m", "publisher", "mcp", *flags], env=self.environ, cwd=self.folder
            )
            async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
                await session.initialize()
                await talk(self._recorded(session))

        anyio.run(hold)

    def _recorded(self, session: Any) -> Any:
        kept, call = self.answers, session.call_tool

        async def call_tool(name: str, **arguments: Any) -> Any:
            kept.append(await call(name, arguments))
            return kept[-1]

        session.use = call_tool
        return session


def clean_environment() -> dict[str, str]:
    names = ("CONFLUENCE", "PUBLISHER", "MATON")
    found = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    return {**found, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(":memory:") as (address, store):
        space = store.create_space("DOCS", "Docs")["id"]
        environ = {
            **clean_environment(), "CONFLUENCE_GATEWAY": "maton", "MATON_API_KEY": KEY, "MATON_GATEWAY_URL": address,
            "MATON_CONTROL_URL": address, "CONFLUENCE_SPACE": "DOCS",
        }  # fmt: skip
        folder = tmp_path / "work"
        (folder / "docs").mkdir(parents=True)
        (folder / "docs" / "index.md").write_text("# Home\n\nSome words of the home page.\n")
        (folder / "publisher.yml").write_text("docs: docs\nspace: DOCS\n")
        made = Place(store, folder, environ, space, [])
        yield made
        shown = json.dumps([answer.model_dump(mode="json") for answer in made.answers])
        assert KEY not in shown and "session_token=" not in shown.replace("session_token=***", "")


def person(place: Place, page: int, body: str) -> None:
    """Somebody writes in Confluence."""
    version = place.store.page(page)["version"] + 1
    place.store.update_page(page, {"title": place.store.page(page)["title"], "body": body, "version": version})


def text_of(answer: Any) -> str:
    return "\n".join(part.text for part in answer.content if part.type == "text")


def test_each_operation_is_a_tool_named_after_it() -> None:
    everything = tools(allow_writes=True)
    assert {tool_name(operation) for operation in OPERATIONS} | {"plan", "diff", "check", "pull"} == set(everything)
    for operation in OPERATIONS:
        tool = everything[tool_name(operation)]
        known = {argument.key for argument in (*operation.arguments, *operation.options)} - {"body_file", "output"}
        assert known <= set(tool.schema["properties"]) and operation.help in tool.description
        assert tool.writes == any(endpoint.method != "GET" for endpoint in operation.endpoints)
        assert ("confirm" in tool.schema["properties"]) == tool.writes
    reading = tools(allow_writes=False)
    assert not any(tool.writes for tool in reading.values()) and "page_get" in reading and "page_update" not in reading


def test_reading_gives_pages_as_markdown(place: Place) -> None:
    body = "<p>Hello <strong>you</strong></p><ul><li><p>one</p></li></ul>"
    page = place.store.create_page(place.space, {"title": "Greeting", "body": body})["id"]
    place.store.create_footer_comment(page, "<p>a <em>remark</em></p>")
    place.store.put_attachment(
        page, {"name": "i.png", "media": "image/png", "comment": "", "data": b"\x89PNG"}, replace=False
    )

    async def talk(session: Any) -> None:
        listed = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert {"page_get", "page_list", "search", "space_list", "plan", "diff", "check", "pull"} <= set(listed)
        assert "page_update" not in listed and listed["page_get"].annotations.read_only_hint
        found = await session.use("page_get", page="Greeting")
        assert found.structured_content["markdown"] == "Hello **you**\n\n- one\n"
        assert text_of(found).endswith("---\nHello **you**\n\n- one\n") and f"id: {page}" in text_of(found)
        stored = await session.use("page_get", page=str(page), body_format="storage")
        assert stored.structured_content["body"]["storage"]["value"].startswith("<p>Hello")
        rows = (await session.use("page_list", space="DOCS", limit=1)).structured_content
        assert len(rows["items"]) == 1 and rows["more"] is True
        said = (await session.use("page_comments", page=str(page))).structured_content["items"]
        assert [row["markdown"] for row in said] == ["a *remark*\n"]
        file = (await session.use("page_attachments", page=str(page))).structured_content["items"][0]["id"]
        picture = (await session.use("attachment_download", attachment=file)).content[1]
        assert (picture.type, picture.mime_type) == ("image", "image/png")
        await session.use("connection_list")
        refused = await session.use("page_delete", page=str(page))
        assert refused.is_error and "--allow-writes" in text_of(refused)
        assert (await session.use("page_get", page="No such page")).is_error
        assert "has no `pages`" in text_of(await session.use("page_get", pages="x"))

    place.speak(talk)
    assert place.store.page(page)["version"] == 1


def test_a_write_shows_its_plan_and_is_done_by_the_token(place: Place) -> None:
    page = place.store.create_page(place.space, {"title": "Greeting", "body": "<p>Hello you</p>"})["id"]

    async def talk(session: Any) -> None:
        wish = {"page": "Greeting", "markdown": "Hello *all*\n"}
        planned = await session.use("page_update", **wish)
        shown = planned.structured_content
        assert "-Hello you\n+Hello *all*" in shown["plan"]["diff"] and shown["confirm"] in text_of(planned)
        assert place.store.page(page)["version"] == 1
        assert (await session.use("page_update", confirm="guessed")).is_error
        assert (await session.use("page_delete", confirm=shown["confirm"])).is_error
        assert (await session.use("page_update", page="Home", confirm=shown["confirm"])).is_error
        assert place.store.page(page)["version"] == 1
        done = await session.use("page_update", confirm=shown["confirm"])
        assert not done.is_error and done.structured_content["done"]
        assert (place.store.page(page)["body"], place.store.page(page)["version"]) == ("<p>Hello <em>all</em></p>", 2)
        assert (await session.use("page_update", confirm=shown["confirm"])).is_error  # once

        created = await session.use("page_create", title="New", markdown="# New\n\n> [!NOTE]\n> text\n")
        assert not [row for row in place.store.pages(["current"]) if row["title"] == "New"]
        await session.use("page_create", confirm=created.structured_content["confirm"])
        [made] = [row for row in place.store.pages(["current"]) if row["title"] == "New"]
        assert 'ac:name="info"' in made["body"] and "<h1>" not in made["body"]

        late = (await session.use("page_update", page=str(page), markdown="late")).structured_content["confirm"]
        gone = (await session.use("page_delete", page=str(page))).structured_content["confirm"]
        person(place, page, "<p>of a person</p>")
        for name, token in {"page_update": late, "page_delete": gone}.items():
            assert (await session.use(name, confirm=token)).is_error
        assert place.store.page(page)["body"] == "<p>of a person</p>"
        hidden = await session.use("page_update", page=str(page), markdown="x\n<!-- publisher:skip -->\nsecret")
        assert hidden.is_error and "publisher:skip" in text_of(hidden)
        outside = await session.use("attachment_upload", page=str(page), file="../secret.txt")
        assert outside.is_error
        label = (await session.use("label_add", page=str(page), names=["howto"])).structured_content["confirm"]
        await session.use("label_add", confirm=label)
        assert place.store.labels(page)

    (place.folder.parent / "secret.txt").write_text("x")
    place.speak(talk, "--allow-writes")


def test_documents_are_planned_checked_and_pulled(place: Place) -> None:
    async def before(session: Any) -> None:
        planned = (await session.use("plan")).structured_content
        assert planned["summary"]["created"] == 1 and planned["pages"][0]["source"] == "index.md"
        assert "Some words of the home page." in text_of(await session.use("diff"))
        assert (await session.use("check", paths=["docs"])).structured_content == {"documents": 1, "problems": []}
        assert (await session.use("check", paths=[".."])).is_error

    place.speak(before)
    subprocess.run(
        [sys.executable, "-m", "publisher", "publish", "--yes"],
        cwd=place.folder,
        env=place.environ,
        check=True,
        capture_output=True,
    )
    [page] = [row for row in place.store.pages(["current"]) if row["title"] == "Home" and row["body"]]
    person(place, page["id"], page["body"].replace("Some words", "Many words"))
    document = place.folder / "docs" / "index.md"

    async def look(session: Any) -> None:
        assert "+Many words of the home page." in text_of(await session.use("pull"))
        assert "confirm" not in (await session.use("pull")).structured_content

    async def write(session: Any) -> None:
        token = (await session.use("pull")).structured_content["confirm"]
        assert "Some words" in document.read_text()
        assert not (await session.use("pull", confirm=token)).is_error
        hand = await session.use("page_update", page="Home", markdown="Other words.\n")
        assert any("hand edit" in note for note in hand.structured_content["plan"]["notes"])

    place.speak(look)
    assert "Some words" in document.read_text()
    place.speak(write, "--allow-writes")
    assert document.read_text() == "# Home\n\nMany words of the home page.\n"


def test_a_plan_is_kept_for_a_while_and_no_longer() -> None:
    now = [0.0]
    pending = PendingWrites(lambda: now[0])
    planned = Planned({}, lambda: Answer("done"))
    token = pending.keep("page_update", {"page": "1"}, planned)
    now[0] = 901
    with pytest.raises(UsageError, match="not known"):
        pending.take(token, "page_update", {})
    fresh = pending.keep("page_update", {"page": "1"}, planned)
    with pytest.raises(UsageError, match="another call"):
        pending.take(fresh, "page_update", {"page": "2"})
    assert pending.take(fresh, "page_update", {"page": "1"}) is planned


def test_answers_are_masked_however_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONFLUENCE_TOKEN", "s3cret-token")
    agent = Agent({}, tmp_path, allow_writes=False)
    assert agent.masked({"a": ["x s3cret-token", {"b": f"Bearer {'ab12' * 8}"}]}) == {
        "a": ["x ***", {"b": "Bearer ***"}]
    }
    with pytest.raises(UsageError, match="not below"):
        DocumentTools({}, tmp_path).check({"paths": "/etc"})


def test_without_the_package_the_command_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "mcp.py").write_text("raise ModuleNotFoundError('No module named mcp', name='mcp')\n")
    environ = {
        **clean_environment(),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT), *filter(None, sys.path)]),
    }
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "mcp"], cwd=tmp_path, env=environ, capture_output=True, text=True
    )
    assert done.returncode == 2 and "publisher-confluence[mcp]" in done.stderr
