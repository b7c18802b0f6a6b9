"""Coming from another tool: its pages become ours under the same ids, with their comments."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from world import World, world

from publisher.cli.main import cli
from publisher.convert.compose import convert
from publisher.convert.parts import split_places
from publisher.sync.options import rules_of
from publisher.sync.propose import plan_publish
from publisher.sync.publish import publish


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def publish_parts(w: World, **changes: Any) -> list[Any]:
    """The plans of every part, and then what came of them."""

    settings = w.settings.replace(**changes)
    found = []
    with w.remote() as remote:
        for conversion, place in split_places(convert(settings), settings):
            found.append(plan_publish(conversion, remote, place, rules_of(place, None)).plan)
            publish(conversion, remote, place, rules_of(place, None), lambda plan: lambda result: None)
    return found


def by_hand(w: World, title: str, body: str, parent: str = "Docs Home") -> int:
    page = w.store.create_page(w.space, {"title": title, "body": body, "parent": w.page(parent)["id"]})
    return int(page["id"])


def test_pages_of_another_tool_are_found_by_title(w: World) -> None:
    root, a = by_hand(w, "Home", "<p>welcome</p>"), 0
    a = by_hand(w, "Page A", "<p>some commented words stay</p>", "Home")
    ref = w.comment("Page A", "commented words")
    stranger = by_hand(w, "Stranger", "<p>not ours</p>", "Home")
    w.write(
        {"index.md": "# Home\n\nwelcome\n", "a.md": "# Page A\n\nsome commented words stay here\n", "b.md": "# New\n"}
    )
    env = {
        "CONFLUENCE_URL": w.address,
        "CONFLUENCE_TOKEN": "t",
        "CONFLUENCE_SPACE": "DOCS",
        "PUBLISHER_COLLECTION": "test",
    }
    shown = CliRunner().invoke(cli, ["adopt", str(w.docs)], env=env)
    assert "adopt        Page A" in shown.output
    assert "2 existing pages will be adopted with the same id, 1 new page will be created" in shown.output
    assert w.page("Page A")["version"] == 1
    done = CliRunner().invoke(cli, ["adopt", str(w.docs), "--yes"], env=env)
    assert done.exit_code == 0, done.output
    assert (w.page("Home")["id"], w.page("Page A")["id"]) == (root, a)
    assert w.resolution("Page A") == {ref: "open"} and "stay here" in w.page("Page A")["body"]
    assert w.store.page(stranger)["version"] == 1
    again = CliRunner().invoke(cli, ["plan", str(w.docs), "--exit-code"], env=env)
    assert again.exit_code == 0, again.output
    w.write({"a.md": "# Page A\n\nother words\n", "c.md": "# Newer\n"})
    w.requests.clear()
    none = CliRunner().invoke(cli, ["adopt", str(w.docs), "--yes"], env=env)
    assert "no page to adopt was found; nothing is written" in none.output
    assert [line for line in w.requests if not line.startswith("GET ")] == []


def test_a_page_of_another_collection_is_never_taken(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n"})
    w.publish(collection="theirs")
    w.write({"index.md": "# Ours\n", "a.md": "# A\n"})
    w.publish(collection="ours", adopt=True)
    assert len([title for title in w.ids() if title.startswith("A")]) == 2


def test_a_generated_page_keeps_the_text_of_what_it_takes_over(w: World) -> None:
    by_hand(w, "Home", "<p>x</p>")
    guide = by_hand(w, "Guide", "<p>written by hand</p>", "Home")
    w.write({"index.md": "# Home\n", "guide/a.md": "# A\n"})
    w.publish(adopt=True)
    assert w.page("Guide")["id"] == guide and "written by hand" in w.page("Guide")["body"]
    assert w.plan().changes == 0


def test_our_own_pages_after_a_migration(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nwords\n"})
    w.publish()
    ids = w.ids()
    # Every page has another id now, and the stamps name the old ones.
    w.store._run(
        "UPDATE property SET value = replace(value, '\"page\": \"', '\"page\": \"9') WHERE key = 'publisherstamp'"
    )
    w.store._run("DELETE FROM property WHERE key LIKE 'publisherindex%' OR key = 'publisherlease'")
    w.publish(adopt=True)
    assert w.ids() == ids and w.plan().changes == 0


MARK = """<!-- Space: DOCS -->
<!-- Parent: Team -->
<!-- Title: {title} -->
<!-- Label: howto -->
<!-- Attachment: files/plan.txt -->

<!-- Macro: MYTOC
     Template: ac:toc -->
<!-- Include: note.md -->

MYTOC

See [the other](ac:Other page) and [](ac:Elsewhere).
"""


def test_documents_of_mark(w: World) -> None:
    team = by_hand(w, "Team", "<p>by hand</p>")
    one = by_hand(w, "One", "<p>old commented text</p>", "Team")
    ref = w.comment("One", "commented text")
    w.write(
        {
            "one.md": MARK.format(title="One") + "\nold commented text\n",
            "two.md": MARK.format(title="Other page").replace(
                "Parent: Team -->", "Parent: Team -->\n<!-- Parent: One -->"
            ),
            "note.md": "---\npublish: false\n---\nan included note\n",
            "files/plan.txt": "x",
            "bad.md": MARK.format(title="Bad")
            .replace("ac:toc", "mine.html")
            .replace("<!-- Label: howto -->", "<!-- Layout: wide -->"),
        }
    )
    conversion = convert(w.settings.__class__.of(w.docs, space="DOCS", compat="mark"))
    found = {(item.path, item.line, item.code) for item in conversion.problems}
    assert {("bad.md", 4, "compat"), ("bad.md", 7, "compat")} <= found
    publish_parts(w, compat="mark")
    assert w.page("One")["id"] == one and w.page("One")["parent"] == team and w.resolution("One") == {ref: "open"}
    assert w.page("Other page")["parent"] == one
    body = w.page("One")["body"]
    assert 'ac:name="toc"' in body and "included note" in body and 'ri:content-title="Other page"' in body
    assert 'ri:content-title="Elsewhere"' in body and "<!--" not in body and "Parent" not in body
    assert [row["name"] for row in w.store.labels(one)] == ["howto"]
    assert [row["name"].partition("-")[0] for row in w.store.attachments(one)] == ["plan"]
    assert "by hand" in w.store.page(team)["body"] and w.store.page(team)["version"] == 1
    assert [plan.changes for plan in publish_parts(w, compat="mark")] == [0]


def test_front_matter_of_text2confl(w: World) -> None:
    page = by_hand(w, "Page", "<p>x</p>")
    text = "---\ntitle: Page\nlabels: one\nproperty_owner: ada\neditorVersion: v2\n---\ntext\n"
    w.write({"index.md": "# Home\n", "p.md": text})
    w.publish(compat="text2confl")
    keys = {row["key"]: row["value"] for row in w.store.properties(page)}
    assert keys["owner"] == '"ada"' and keys["editor"] == '"v2"' and w.page("Page")["id"] == page


def test_what_changed_in_confluence_later_is_named(w: World) -> None:
    def git(*words: str) -> None:
        date = {"GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z", "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z"}
        subprocess.run(["git", "-C", str(w.root), "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True,
                       capture_output=True, env={**os.environ, **date})  # fmt: skip

    by_hand(w, "Page", "<p>newer words</p>")
    w.write({"index.md": "# Home\n", "p.md": "# Page\n\nolder words\n"})
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    plan = w.plan(adopt=True)
    assert [item.code for item in plan.problems] == ["newer-in-confluence"]
