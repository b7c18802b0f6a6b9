"""What people fear of a sync: told as stories against the sandbox."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from world import World, world

from publisher.convert.sources import read_source
from publisher.errors import PlanRefused
from publisher.model.plan import Plan
from publisher.model.report import Report
from publisher.sync.unchanged import plan_unchanged


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.write(
            {
                "index.md": "# Home\n\nwelcome\n",
                "guide/index.md": "# Guide\n\nall of it\n",
                "guide/setup.md": "# Setup\n\nFirst install the package, then set the address and the token.\n",
                "guide/usage.md": "# Usage\n\nRun it in the folder that holds the documents of the project.\n",
                "api.md": "# API\n\nThe calls are described one by one in this long page of ours.\n",
            }
        )
        yield made


def kinds(report: Report) -> dict[str, str]:
    return {r.action.page.title: r.action.kind for r in report.results if r.action.kind != "unchanged"}


def codes(plan: Plan | Report) -> list[str]:
    return sorted(problem.code for problem in plan.problems)


# Identity


def test_files_folders_and_titles_renamed_at_once_keep_their_pages(w: World) -> None:
    w.publish()
    before = w.ids()
    (w.docs / "guide").rename(w.docs / "manual")
    text = "# Set it up\n\nFirst install the package, then set the address and a token.\n"
    w.write({"manual/setup.md": None, "manual/install.md": text})
    report = w.publish()
    after = w.ids()
    assert after["Set it up"] == before["Setup"] and after["Guide"] == before["Guide"]
    assert kinds(report) == {"Guide": "update", "Set it up": "update", "Usage": "update"}
    assert w.plan().changes == 0


def test_a_generated_folder_page_is_known_by_its_children(w: World) -> None:
    w.write({"guide/index.md": None})
    w.publish()
    before = w.ids()
    (w.docs / "guide").rename(w.docs / "manual")
    w.publish()
    assert w.ids()["Manual"] == before["Guide"]


def test_ties_are_not_guessed(w: World) -> None:
    body = "one two three four five six seven eight nine ten\n"
    w.write({"a.md": f"# A\n\n{body}", "b.md": f"# B\n\n{body}"})
    w.publish()
    before = w.ids()
    w.write({"a.md": None, "b.md": None, "c.md": f"# C\n\n{body} more\n"})
    plan = w.plan()
    assert "ambiguous-rename" in codes(plan)
    w.publish()
    assert w.ids()["C"] not in (before["A"], before["B"])


def test_an_explicit_page_id_takes_a_page_over(w: World) -> None:
    old = w.store.create_page(w.space, {"title": "Old", "body": "<p>x</p>", "parent": w.home})
    w.write({"api.md": f"---\nconfluence:\n  page_id: {old['id']}\n---\n# API\n\ntext\n"})
    assert codes(w.plan()) == ["replaces-text"]
    with pytest.raises(PlanRefused, match="--yes"):
        w.publish()
    assert w.store.page(old["id"])["version"] == 1
    w.publish(yes=True)
    assert w.ids()["API"] == old["id"]
    assert w.plan().changes == 0
    w.write({"api.md": "---\nconfluence:\n  page_id: 4711\n---\n# API\n"})
    with pytest.raises(PlanRefused, match="4711"):
        w.plan()


def test_a_copied_page_is_foreign(w: World) -> None:
    w.publish()
    page = w.page("API")
    copy = w.store.create_page(w.space, {"title": "Copy of API", "body": page["body"], "parent": page["parent"]})
    for row in w.store.properties(page["id"]):
        import json

        w.store.create_property(copy["id"], row["key"], json.loads(row["value"]))
    w.write({"api.md": None})
    w.publish(prune="trash", prune_limit="1")
    assert w.page("Copy of API")["status"] == "current" and w.page("API")["status"] == "trashed"


# Titles


def test_a_foreign_title_is_never_hijacked_and_the_suffix_stays(w: World) -> None:
    home = w.home
    foreign = w.store.create_page(w.space, {"title": "setup", "body": "<p>theirs</p>", "parent": home, "author": "bob"})
    w.write({"index.md": "# Home\n\n[to it](guide/setup.md)\n"})
    report = w.publish()
    assert [problem.code for problem in report.problems] == ["title-taken"]
    assert "Setup (Guide)" in w.ids() and w.store.page(foreign["id"])["version"] == 1
    assert 'ri:content-title="Setup (Guide)"' in w.page("Home")["body"]
    assert w.plan().changes == 0
    w.store.delete_page(foreign["id"], purge=False)
    assert w.plan().changes == 0  # the suffix stays while the page lives
    with_title = w.store.create_page(w.space, {"title": "New", "body": "", "parent": home, "author": "bob"})
    w.write({"new.md": "# New\n"})
    with pytest.raises(PlanRefused, match=f"pages/{with_title['id']}"):
        w.plan(on_title_taken="fail")


def test_an_invisible_page_holds_the_title(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home = w.home
    w.store.create_page(w.space, {"title": "API", "body": "", "parent": home, "author": "bob"})
    visible = w.store.pages
    monkeypatch.setattr(w.store, "pages", lambda *a: [row for row in visible(*a) if row["author"] != "bob"])
    report = w.publish()
    monkeypatch.undo()
    assert not [result.error for result in report.results if result.error]
    assert "API (Home)" in w.ids()


def test_titles_swapped_and_chained(w: World) -> None:
    w.publish()
    before = w.ids()
    w.write({"api.md": "# Usage\n\n1\n", "guide/usage.md": "# Setup\n\n2\n", "guide/setup.md": "# API\n\n3\n"})
    w.publish()
    after = w.ids()
    assert (after["Usage"], after["Setup"], after["API"]) == (before["API"], before["Usage"], before["Setup"])
    assert w.plan().changes == 0


# Order


def test_order_is_mended_with_the_fewest_moves_and_foreign_children_keep_their_place(w: World) -> None:
    w.write({f"n/{i}.md": f"# {title}\n" for i, title in enumerate("zyxwv")})
    w.publish()
    assert w.tree("N") == list("zyxwv")
    guest = w.store.create_page(w.space, {"title": "guest", "body": "", "parent": w.page("N")["id"], "author": "bob"})
    w.store.move_page(guest["id"], "after", w.page("y")["id"])
    w.store.move_page(w.page("v")["id"], "before", w.page("z")["id"])
    report = w.publish()
    assert report.moves == 1 and w.tree("N") == ["z", "y", "guest", "x", "w", "v"]
    assert w.plan().changes == 0


# People's work


def test_comments_survive_and_lost_ones_are_told(w: World) -> None:
    w.publish()
    kept, moved = w.comment("API", "one by one"), w.comment("API", "calls are described")
    gone = w.comment("API", "long page")
    text = "# API\n\nNew words first.\n\nEach **call** is listed **one by one** here. The calls are described below.\n"
    w.write({"api.md": text})
    plan = w.plan()
    assert [p.message for p in plan.problems if p.code == "lost-comment"] == [
        "the comment of alice on “long page” loses its text: “hm”"
    ]
    with pytest.raises(PlanRefused):
        w.plan(on_lost_comment="fail")
    assert kinds(w.publish(on_lost_comment="skip")) == {"API": "withheld"}
    w.publish()
    assert w.resolution("API") == {kept: "open", moved: "open", gone: "dangling"}
    assert w.plan().changes == 0


def test_a_comment_made_between_plan_and_write_survives(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    w.publish()
    w.write({"api.md": "# API\n\nThe calls are described one by one in this page.\n"})
    monkeypatch.setattr("publisher.apply.options.ApplyOptions.is_stale", lambda self: True)
    refs: list[str] = []

    def comment(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PUT" and not refs:  # the lease: the plan is made
            refs.append(w.comment("API", "one by one"))
        return send()

    w.publish(comment)
    assert w.resolution("API") == {refs[0]: "open"}


def test_an_edit_made_between_plan_and_write_is_not_overwritten(w: World) -> None:
    w.publish()
    w.write({"api.md": "# API\n\nThe calls are described one by one in this page.\n"})
    edits: list[int] = []

    def edit(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PUT" and not edits:
            edits.append(1)
            w.edit("API", "<p>meanwhile</p>")
        return send()

    report = w.publish(edit)
    assert ["changed in Confluence" in result.error for result in report.results if result.error] == [True]
    assert "meanwhile" in w.page("API")["body"]


def test_ticked_tasks_stay_ticked(w: World) -> None:
    w.write({"api.md": "# API\n\n- [ ] one\n- [ ] two\n"})
    w.publish()
    body = w.page("API")["body"].replace("incomplete", "complete", 1)
    w.edit("API", body)
    assert w.plan().problems == ()  # ticking is not a hand edit
    w.write({"api.md": "# API\n\n- [ ] zero\n- [ ] one\n- [ ] two\n"})
    w.publish()
    assert w.page("API")["body"].count(">complete<") == 1
    assert "<ac:task-status>complete</ac:task-status><ac:task-body>one" in w.page("API")["body"]


def test_hand_edits_are_kept_named_and_decided(w: World) -> None:
    w.publish()
    w.edit("API", "<p>by hand</p>")
    assert codes(w.plan()) == ["hand-edit"] and w.plan().changes == 0
    assert len(w.requests) == 6  # space, root, its properties, our pages; stamp and body of the edited one
    w.write({"api.md": "# API\n\nchanged\n"})
    report = w.publish()
    assert kinds(report) == {"API": "withheld"} and codes(report) == ["hand-edit-kept"]
    assert "alice" in report.problems[0].message and "by hand" in w.page("API")["body"]
    with pytest.raises(PlanRefused, match="alice"):
        w.plan(on_hand_edit="fail")
    w.publish(overwrite=("api.*",))
    assert "changed" in w.page("API")["body"]
    assert w.plan().changes == 0


def test_a_version_without_another_text_is_no_hand_edit(w: World) -> None:
    w.publish()
    w.edit("API", w.page("API")["body"])
    plan = w.plan()
    assert codes(plan) == [] and [a.reasons for a in plan.actions if a.reasons] == [("new version",)]
    w.publish()
    assert w.plan().changes == 0


# What admins do


def test_trashed_pages_come_back_and_purged_ones_are_made_anew(w: World) -> None:
    w.publish()
    before = w.ids()
    w.store.delete_page(before["API"], purge=False)
    w.store.delete_page(before["Usage"], purge=False)
    w.store.delete_page(before["Usage"], purge=True)
    w.publish()
    after = w.ids()
    assert after["API"] == before["API"] and after["Usage"] != before["Usage"]
    assert w.tree("Home") == ["API", ["Setup", "Usage"]]
    assert w.plan().changes == 0


def test_an_archived_page_is_withheld_and_its_children_go_up(w: World) -> None:
    w.publish()
    w.store.archive_pages([w.page("Guide")["id"]])
    report = w.publish()
    assert kinds(report)["Guide"] == "withheld" and "archived-page" in codes(report)
    assert sorted(w.tree("Home")) == ["API", "Setup", "Usage"]


def test_moved_within_comes_back_and_moved_out_stays(w: World) -> None:
    w.publish()
    home = w.home
    elsewhere = w.store.create_page(w.space, {"title": "Elsewhere", "body": "", "parent": home, "author": "bob"})
    w.store.move_page(w.page("API")["id"], "append", w.page("Guide")["id"])
    w.store.move_page(w.page("Usage")["id"], "append", elsewhere["id"])
    report = w.publish()
    assert "moved-page" in codes(report)
    assert w.tree("Home") == ["API", ["Setup"]] and w.tree("Elsewhere") == ["Usage"]
    w.write({"guide/usage.md": "# Usage\n\nother\n"})
    w.publish()
    assert w.tree("Elsewhere") == ["Usage"] and "other" in w.page("Usage")["body"]
    assert w.plan().changes == 0


def test_the_root_gone_or_moved_stops_the_run(w: World) -> None:
    w.publish()
    home = w.home
    other = w.store.create_page(w.space, {"title": "Other", "body": "", "parent": home})
    w.store.move_page(w.page("Home")["id"], "append", other["id"])
    with pytest.raises(PlanRefused, match="--parent"):
        w.publish()
    w.store.move_page(w.page("Home")["id"], "append", home)
    w.store.delete_page(w.page("Home")["id"], purge=False)
    with pytest.raises(PlanRefused, match="--new-root"):
        w.publish()
    before = w.ids()
    w.publish(new_root=True)
    assert {title: w.ids()[title] for title in ("API", "Guide", "Usage")} == {
        t: before[t] for t in ("API", "Guide", "Usage")
    }
    assert w.tree("Home") == ["API", ["Setup", "Usage"]]
    assert w.plan().changes == 0


def test_many_pages_gone_at_once_stop_the_run(w: World) -> None:
    w.write({f"p{i}.md": f"# P{i}\n" for i in range(6)})
    w.publish()
    for i in range(6):
        w.store.delete_page(w.page(f"P{i}")["id"], purge=False)
    with pytest.raises(PlanRefused, match="--prune-limit 6"):
        w.publish()
    w.publish(prune_limit="6")
    assert w.plan().changes == 0 and "P5" in w.ids()


def test_a_lost_index_is_built_anew(w: World) -> None:
    w.publish()
    root = w.page("Home")["id"]
    for row in w.store.properties(root):
        if "index" in row["key"]:
            w.store.delete_property(root, row["id"])
    assert w.plan().changes == 0
    w.write({"api.md": "# API\n\nnew\n"})
    w.publish()
    assert any("index" in row["key"] for row in w.store.properties(root))
    w.plan()
    assert len(w.requests) == 4


def test_a_search_that_nobody_needs_may_fail(w: World) -> None:
    """The root page has another title now, and is found below its parent; other spaces do not matter then."""
    w.publish()
    root = w.page("Home")
    fields = {"title": "Welcome", "body": root["body"], "version": root["version"] + 1, "author": "alice"}
    w.store.update_page(root["id"], fields)
    refused = []

    def refuse(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.url.path == "/wiki/api/v2/pages" and not {"space-id", "id"} & set(request.url.params):
            refused.append(request)
            return httpx.Response(403, json={"message": "no"}, request=request)
        return send()

    report = w.publish(refuse)
    assert refused and not any(result.error for result in report.results)
    assert "Welcome" in w.ids() and "Home" not in w.ids()


def test_unchanged_documents_are_not_parsed_again(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    w.write({"api.md": "# API\n\n![](a.png) [x](nowhere.md)\n", "a.png": b"\x89PNG-1", "guide/z.txt": b"1"})
    w.publish()
    source = read_source(w.settings)

    def proved() -> bool:
        with w.remote() as remote:
            found = plan_unchanged(read_source(w.settings), remote, w.settings)
        return isinstance(found, tuple)

    with w.remote() as remote:
        found = plan_unchanged(source, remote, w.settings)
    assert isinstance(found, tuple)
    proposal, problems = found
    assert sorted(problem.code for problem in problems) == ["broken-link", "missing-alt"]
    assert proposal.plan.changes == 0
    assert [action.page.title for action in proposal.plan.actions] == [a.page.title for a in w.plan().actions]
    for name, text in (("guide/setup.md", "# Setup\n\nother\n"), ("a.png", b"\x89PNG-2"), ("new.md", "# New\n")):
        w.write({name: text})
        assert not proved()
        w.publish()
        assert proved()
    w.store.move_page(w.page("Setup")["id"], "after", w.page("Usage")["id"])
    assert not proved()
    w.publish()
    assert proved()
    w.store.move_page(w.page("API")["id"], "append", w.page("Guide")["id"])
    assert not proved()
    w.publish()
    w.edit("API", "<p>by hand</p>")
    assert not proved()


# Orphans


def test_orphans_stay_unless_asked_for_and_foreign_children_keep_them(w: World) -> None:
    w.publish()
    w.write({"guide/index.md": None, "guide/setup.md": None, "guide/usage.md": None})
    plan = w.plan()
    assert {page.title for page in plan.orphans} == {"Guide", "Setup", "Usage"} and not plan.removals
    guide = w.page("Guide")["id"]
    w.store.create_page(w.space, {"title": "guest", "body": "", "parent": guide, "author": "bob"})
    report = w.publish(prune="trash")
    assert sorted(page.title for page in report.removed) == ["Setup", "Usage"]
    assert "kept-orphan" in codes(report) and w.tree("Guide") == ["guest"]


def test_archived_orphans_give_their_titles_back(w: World) -> None:
    w.publish()
    old = w.page("API")["id"]
    w.write({"api.md": None})
    w.publish(prune="archive")
    assert w.store.page(old)["status"] == "archived" and w.store.page(old)["title"] == f"API (archived {old})"
    w.write({"other.md": "# API\n\nsomething else altogether\n"})
    w.publish()
    assert w.ids()["API"] != old
    assert w.plan().changes == 0


def test_the_prune_limit(w: World) -> None:
    w.write({f"p{i}.md": f"# P{i}\n" for i in range(20)})
    w.publish()
    w.write({f"p{i}.md": None for i in range(11)})
    with pytest.raises(PlanRefused, match="11 of 25"):
        w.publish(prune="trash")
    with pytest.raises(PlanRefused):
        w.publish(prune="trash", prune_limit="10%")
    assert len(w.publish(prune="trash", prune_limit="50%").removed) == 11


# Attachments and labels of others


def test_other_peoples_labels_and_files_are_left_alone(w: World) -> None:
    w.write({"api.md": "---\nlabels: [ours]\n---\n# API\n"})
    w.publish()
    page = w.page("API")["id"]
    w.store.add_labels(page, ["theirs"])
    w.store.put_attachment(page, {"name": "a.png", "media": "image/png", "comment": "", "data": b"mine"}, replace=False)
    w.write({"a.png": b"\x89PNG-1", "api.md": "# API\n\n![a](a.png)\n"})
    report = w.publish()
    assert codes(report) == ["foreign-attachment"]
    assert [row["name"] for row in w.store.labels(page)] == ["theirs"]
    assert w.store.attachment_data(page, w.store.attachments(page)[0]["id"])[0] == b"mine"
    w.write({"b.png": b"\x89PNG-2", "api.md": "# API\n\n![b](b.png)\n"})
    w.publish()
    w.write({"api.md": "# API\n"})
    w.publish()
    assert [row["name"] for row in w.store.attachments(page)] == ["a.png"]


# Failures of single pages


def test_a_page_that_fails_blocks_its_descendants_only(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from publisher.sandbox.store import Refused

    create = w.store.create_page

    def refuse(space: int, fields: dict[str, object], *, root: bool = False) -> dict[str, object]:
        if fields["title"] == "Guide":
            raise Refused(400, "BAD_REQUEST", "no")
        return create(space, fields, root=root)

    monkeypatch.setattr(w.store, "create_page", refuse)
    report = w.publish()
    errors = {result.action.page.title: result.error for result in report.results if result.error}
    assert set(errors) == {"Guide", "Setup", "Usage"} and "blocked by guide/index.md" in errors["Setup"]
    monkeypatch.undo()
    w.publish()
    assert w.tree("Home") == ["API", ["Setup", "Usage"]]
    assert w.plan().changes == 0
