"""The sandbox says what real sites said: every recording that is there is held against it, and the recorder is trusted."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from live.recording import Recorder, Redaction, compare
from live.story import Story

from publisher.confluence.connect import connect
from publisher.confluence.operations.client import Confluence
from publisher.confluence.session import Wire
from publisher.confluence.settings import ConnectionSettings
from publisher.sandbox.app import running

RECORDINGS = sorted(Path(__file__).with_name("recordings").glob("*.json"))


@contextmanager
def told(flavor: str, folder: Path) -> Iterator[tuple[Recorder, Any]]:
    """The story, told by the sandbox."""
    with running(":memory:", token="s3cret-token", flavor=flavor) as (address, store):
        store.create_space("LIVE", "Live")
        wire = Recorder(httpx.HTTPTransport())
        url = address + ("/confluence" if flavor == "datacenter" else "/wiki")
        user = "" if flavor == "datacenter" else "somebody@example.com"
        settings = ConnectionSettings(url=url, user=user, token="s3cret-token", flavor=flavor)
        with Confluence.of(connect(settings, Wire(transport=wire))) as confluence:
            Story(confluence, "LIVE", "Publisher live test", lambda step: setattr(wire, "step", step)).run(folder)
        yield wire, store


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_the_story_runs_and_cleans_up(flavor: str, tmp_path: Path) -> None:
    with told(flavor, tmp_path) as (wire, store):
        assert [
            row["title"] for row in store.pages(["current", "archived", "trashed"]) if "live test" in row["title"]
        ] == []
        steps = {row["step"] for row in wire.exchanges}
        assert {"create", "title taken", "stale version", "attachments", "trash and back", "clean up"} <= steps


_NONE = pytest.param(
    Path("none"), marks=pytest.mark.skip(reason="no site was recorded yet: run tests/live with PUBLISHER_LIVE_SPACE")
)


@pytest.mark.parametrize("file", RECORDINGS or [_NONE], ids=lambda file: file.stem)
def test_the_sandbox_says_what_a_site_said(file: Path, tmp_path: Path) -> None:
    with told(file.stem, tmp_path) as (wire, _):
        assert compare(json.loads(file.read_text(encoding="utf-8")), wire.exchanges) == []


def test_a_story_that_fails_cleans_up_too(tmp_path: Path) -> None:
    class Broken(Story):
        def _details(self, page: str, folder: Path) -> None:
            raise RuntimeError("the site is away")

    with running(":memory:", token="t") as (address, store):
        store.create_space("LIVE", "Live")
        settings = ConnectionSettings(url=address + "/wiki", user="u", token="t", flavor="cloud")
        with Confluence.of(connect(settings)) as confluence, pytest.raises(RuntimeError):
            Broken(confluence, "LIVE", "Publisher live test", lambda step: None).run(tmp_path)
        assert [row["title"] for row in store.pages(["current", "trashed"]) if "live test" in row["title"]] == []


def test_a_recording_is_compared_and_not_only_read(tmp_path: Path) -> None:
    """The sandbox agrees with itself; a site that answers otherwise is noticed."""
    with told("cloud", tmp_path) as (wire, _):
        recorded = json.loads(json.dumps(wire.exchanges))
        assert compare(recorded, wire.exchanges) == []
    changed = copy.deepcopy(recorded)
    made = next(row for row in changed if row["step"] == "create" and row["method"] == "POST")
    made["status"] = 201
    del next(row for row in changed if row["step"] == "update" and row["method"] == "PUT")["answer"]["version"]
    next(row for row in changed if row["step"] == "space")["answer"] = {"results": [{"id": 7}]}
    lines = "\n".join(compare(changed, recorded))
    assert "201 in the recording" in lines and ".version is not in the recording" in lines
    assert "answer.results[].id is str, and number in the recording" in lines


def test_nothing_secret_and_nobody_is_in_a_recording(tmp_path: Path) -> None:
    with told("cloud", tmp_path) as (wire, _):
        wire.write(tmp_path / "out.json")
    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    for word in ("s3cret", "Authorization", "somebody@example.com", "127.0.0.1", "sandbox-account", "Sandbox"):
        assert word not in text, word


def test_names_are_replaced_the_same_way_each_time() -> None:
    redaction = Redaction()
    value = {"authorId": "557058:ab", "title": "by 557058:ab of me@acme.com", "_links": {"base": "https://acme.atlassian.net/wiki"},
             "version": {"authorId": "557058:ab", "number": 3}, "id": "0a1b2c3d-0000-4000-8000-000000000001"}  # fmt: skip
    assert redaction.value(value) == {
        "authorId": "person-1", "title": "by person-1 of mail-1", "_links": {"base": "https://site-1/wiki"},
        "version": {"authorId": "person-1", "number": 3}, "id": "uuid-1",
    }  # fmt: skip
