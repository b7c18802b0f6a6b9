"""Profiles, defaults and editions: one folder, several places, and none of them touches another's pages."""

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from world import pages_of, run_cli

from publisher.cli.main import cli
from publisher.sandbox.app import running
from publisher.sandbox.store import Store

FILE = """
space: LIVE
collection: docs
variables: {version: "1"}
labels_from: [tags]
defaults:
  "**": {labels: [generated]}
  guide/: {labels: [guide], table_layout: wide}
profiles:
  staging:
    space: STAGE
  next:
    collection: docs-next
    title_suffix: " (v{version})"
    variables: {version: "2"}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, text in {
        "publisher.yml": FILE, "index.md": "---\ntags: [Top Level, x]\n---\n# Root\n\n[g](guide/a.md)\n",
        "guide/a.md": "# Page\n\n| a |\n|---|\n| b |\n", "guide/own.md": "---\nlabels: [own]\n---\n# Own\n",
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PUBLISHER_PROFILE", raising=False)
    with running(":memory:") as (address, store):
        store.create_space("LIVE", "Live")
        store.create_space("STAGE", "Stage")
        monkeypatch.setenv("CONFLUENCE_URL", address)
        monkeypatch.setenv("CONFLUENCE_TOKEN", "t")
        yield store


def test_a_profile_is_another_place(site: Store) -> None:
    run_cli("publish", ".")
    run_cli("publish", ".", "--profile", "staging")
    assert set(pages_of(site, "LIVE")) - {"Live Home"} == set(pages_of(site, "STAGE")) - {"Stage Home"}
    assert "known: staging, next" in run_cli("plan", ".", "--profile", "nothing", code=2)


def test_editions_stand_side_by_side_and_never_touch_each_other(site: Store) -> None:
    run_cli("publish", ".")
    before = {title: (row["id"], row["version"]) for title, row in pages_of(site, "LIVE").items()}
    out = run_cli("publish", ".", "--profile", "next")
    assert "4 created" in out
    now = pages_of(site, "LIVE")
    assert {"Root", "Root (v2)", "Page", "Page (v2)", "Guide (v2)"} <= set(now)
    assert {title: (row["id"], row["version"]) for title, row in now.items() if title in before} == before
    assert 'ri:content-title="Page (v2)"' in str(now["Root (v2)"]["body"])  # links stay inside the edition
    assert "no changes" in run_cli("publish", ".") and "no changes" in run_cli("publish", ".", "--profile", "next")
    run_cli("unpublish", ".", "--profile", "next", "--yes")
    assert {title: (row["id"], row["version"]) for title, row in pages_of(site, "LIVE").items()} == before


def test_defaults_and_labels_from_other_keys(site: Store) -> None:
    run_cli("publish", ".")
    pages = pages_of(site, "LIVE")
    labels = {t: {row["name"] for row in site.labels(int(str(p["id"])))} for t, p in pages.items()}
    assert labels["Root"] == {"generated", "top-level", "x"}
    assert labels["Own"] == {"own"}  # what the document says comes first
    assert 'data-layout="wide"' in str(next(p["body"] for t, p in pages.items() if "<table" in str(p["body"])))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('defaults: {"**": {lables: [a]}}', "did you mean `labels`"),
        ('defaults: {"**": 3}', "must be a mapping"),
        ("profiles: {a: {spcae: X}}", "did you mean `space`"),
        ("profiles: {a: {token: X}}", "belongs in the environment"),
        ('title_prefix: "{nothing} "', "`{nothing}` has no value"),
    ],
)
def test_mistakes_are_named(site: Store, line: str, words: str) -> None:
    Path("publisher.yml").write_text(f"space: LIVE\n{line}\n")
    assert words in run_cli("plan", ".", code=2)


def test_the_schema_accepts_what_is_right_and_refuses_what_is_not() -> None:
    import yaml

    schema = json.loads(run_cli("schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert list(validator.iter_errors(yaml.safe_load(FILE))) == []
    for wrong in ({"spcae": "X"}, {"jobs": 0}, {"prune": "all"}, {"token": "x"}, {"profiles": {"a": {"b": 1}}}):
        assert list(validator.iter_errors(wrong)), wrong


def test_the_root_is_moved_only_when_it_is_said(site: Store) -> None:
    run_cli("publish", ".")
    space = next(row for row in site.spaces() if row["key"] == "LIVE")
    other = site.create_page(space["id"], {"title": "Other place"})["id"]
    root = pages_of(site, "LIVE")["Root"]
    assert "--move-root" in run_cli("publish", ".", "--parent", "Other place", code=4)
    assert pages_of(site, "LIVE")["Root"] == root  # nothing was written
    run_cli("publish", ".", "--parent", "Other place", "--move-root")
    moved = pages_of(site, "LIVE")["Root"]
    assert (moved["id"], moved["parent"]) == (root["id"], other)
    assert "no changes" in run_cli("publish", ".", "--parent", "Other place")


def test_a_first_publish_of_many_pages_asks_on_a_terminal(site: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(25):
        Path(f"p{number}.md").write_text(f"# P {number}\n")
    monkeypatch.setattr("publisher.cli.publish.is_terminal", lambda: True)

    def answer(text: str, *words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["publish", ".", *words], input=text)
        return result.exit_code, result.output

    code, out = answer("n\n")
    assert code == 4 and "29 new pages in the space LIVE" in out and "nothing was written" in out
    assert set(pages_of(site, "LIVE")) == {"Live Home"}
    assert answer("y\n")[0] == 0 and len(pages_of(site, "LIVE")) == 30
    Path("more.md").write_text("# More\n")
    assert answer("")[0] == 0  # it is the first time only
    assert answer("", "--profile", "staging", "--yes")[0] == 0
