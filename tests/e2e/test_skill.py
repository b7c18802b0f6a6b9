"""The skill file for agents: it is short, and its commands run as they are written, through the sandbox's gateway."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from guide import ROOT, Desk, blocks_of, desk, sample_project

SKILL = ROOT / "skills" / "confluence" / "SKILL.md"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk(tmp_path, monkeypatch) as place:
        for name in ("CONFLUENCE_URL", "CONFLUENCE_USER", "CONFLUENCE_TOKEN"):
            monkeypatch.delenv(name)
        gateway = {"CONFLUENCE_GATEWAY": "maton", "MATON_API_KEY": "key", "MATON_GATEWAY_URL": place.address}
        for name, value in {**gateway, "MATON_CONTROL_URL": place.address}.items():
            monkeypatch.setenv(name, value)
        yield place


def test_the_commands_of_the_skill(at: Desk) -> None:
    sample_project(at)
    (at.folder / "notes.md").write_text("# Notes of the week\n\n- one\n")
    at.publisher("publish", "docs", "--yes", exact=True)
    [space] = [row["id"] for row in at.store.spaces() if row["key"] == "DOCS"]
    for block in blocks_of(SKILL):
        assert block.language == "sh"
        at.run(block.text, exact=True)
    pages = {row["title"]: row for row in at.store.pages(["current"], space)}
    assert "A warm welcome to the team" in pages["Handbook"]["body"] and pages["Handbook"]["message"] == "warmer words"
    assert pages["Notes of the week"]["parent"] == pages["Handbook"]["id"]
    assert [row["name"] for row in at.store.labels(pages["Handbook"]["id"])] == ["reviewed"]
    assert at.store.comments(pages["Handbook"]["id"], inline=False)
    assert "+A warm welcome to the team" in at.said  # what `pull --diff` shows of it


def test_the_skill_is_one_short_page() -> None:
    text = SKILL.read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---")[1])
    assert head["name"] == SKILL.parent.name and len(head["description"]) < 1000
    assert len(text.splitlines()) < 80
