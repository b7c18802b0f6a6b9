"""What people did in Confluence is found, named, kept, and brought back. On both products."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from world import Fault, World, hiding_the_trash, world

from publisher.cli.main import cli
from publisher.convert.compose import convert
from publisher.errors import PlanRefused
from publisher.model.plan import Plan
from publisher.model.report import Report
from publisher.planning.index import JOURNAL_KEY
from publisher.sync.maintenance import plan_unpublish, unpublish
from publisher.sync.undo import undo_prune

PNG = b"\x89PNG-1"
FILES: dict[str, str | bytes | None] = {
    "index.md": "# Home\n",
    "a.md": "---\nlabels: [one, two]\nconfluence: {properties: {k: 1}}\n---\n# A\n\nfirst words ![i](i.png)\n",
    "i.png": PNG,
    "b.md": "# B\n\nother words\n",
    "c/index.md": "# C\n",
    "c/d.md": "# D\n\ndeep words\n",
    "post.md": "---\nconfluence: {type: blogpost, date: 2026-01-31}\n---\n# News\n\nnews of the day\n",
}


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        made.write(FILES)
        made.publish()
        yield made


def run(w: World, *arguments: str) -> Result:
    context = "/confluence" if w.flavor == "datacenter" else ""
    environment = {"CONFLUENCE_URL": w.address + context, "CONFLUENCE_TOKEN": "t0ken", "CONFLUENCE_SPACE": "DOCS",
                   "PUBLISHER_COLLECTION": "test", "PUBLISHER_BANNER": "off"}  # fmt: skip
    return CliRunner().invoke(cli, [*arguments], env=environment)


def codes(report: Plan | Report) -> list[str]:
    return sorted(problem.code for problem in report.problems)


def attach(w: World, title: str, name: str, data: bytes) -> None:
    """Somebody uploads a file in the browser."""
    upload = {"name": name, "media": "image/png", "comment": "", "data": data}
    w.store.put_attachment(w.page(title)["id"], upload, replace=True)


def files(w: World, title: str) -> dict[str, bytes]:
    page = w.page(title)["id"]
    return {row["name"]: w.store.attachment_data(page, row["id"])[0] for row in w.store.attachments(page)}


# Pruning


@pytest.mark.parametrize("what", ["text", "comment", "remark", "file", "child"])
def test_prune_holds_back_what_people_worked_on(w: World, what: str) -> None:
    page = w.page("B")["id"]
    if what == "text":
        w.edit("B", "<p>by hand</p>")
    elif what == "comment":
        w.comment("B", "other words")
    elif what == "remark":
        w.store.create_footer_comment(page, "<p>why?</p>", "bob")
    elif what == "file":
        attach(w, "B", "theirs.png", b"theirs")
    else:
        w.store.create_page(w.space, {"title": "guest", "body": "", "parent": page, "author": "bob"})
    w.write({"b.md": None})
    plan = w.plan(prune="trash")
    assert codes(plan) == ["kept-orphan"] and not plan.removals
    named = {"text": "alice", "comment": "alice", "remark": "bob", "file": "theirs.png", "child": "below"}
    assert named[what] in plan.problems[0].message
    report = w.publish(prune="trash")
    assert w.store.page(page)["status"] == "current" and not report.removed and codes(report) == ["kept-orphan"]
    if what != "text":
        w.publish(prune="trash", on_hand_edit="overwrite")
        assert w.store.page(page)["status"] == "current"
        if what != "child":
            w.publish(prune="trash", overwrite=("b.*",))
            assert w.store.page(page)["status"] == "trashed"
    else:
        with pytest.raises(PlanRefused, match="alice"):
            w.publish(prune="trash", on_hand_edit="fail")
        w.publish(prune="trash", on_hand_edit="overwrite")
        assert w.store.page(page)["status"] == "trashed"


def test_a_page_that_is_edited_while_the_run_is_at_work_is_not_removed(w: World) -> None:
    page = w.page("B")["id"]
    w.write({"b.md": None})
    edits: list[int] = []

    def edit(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method != "GET" and not edits:  # the lease: the plan is made
            edits.append(1)
            w.edit("B", "<p>meanwhile</p>")
        return send()

    report = w.publish(edit, prune="trash")
    assert w.store.page(page)["status"] == "current" and codes(report) == ["kept-orphan"] and not report.removed


def test_a_page_without_anything_of_people_goes(w: World) -> None:
    w.edit("B", w.page("B")["body"])  # a version without another text
    w.write({"b.md": None})
    assert [page.title for page in w.publish(prune="trash").removed] == ["B"]


# Files, labels, properties


def test_a_file_that_somebody_replaced_is_not_deleted(w: World) -> None:
    name = next(iter(files(w, "A")))
    attach(w, "A", name, b"replaced")
    w.write({"a.md": "# A\n\nfirst words\n"})
    report = w.publish()
    assert files(w, "A") == {name: b"replaced"} and "foreign-attachment" in codes(report)
    assert w.plan().changes == 0


def test_a_file_that_is_ours_is_deleted_with_its_picture(w: World) -> None:
    w.write({"a.md": "# A\n\nfirst words\n"})
    w.publish()
    assert files(w, "A") == {} and w.store.labels(w.page("A")["id"]) == []


def test_a_property_that_somebody_changed_is_not_deleted(w: World) -> None:
    page = w.page("A")["id"]
    row = next(row for row in w.store.properties(page) if row["key"] == "k")
    w.store.update_property(page, row["id"], {"mine": 1}, row["version"] + 1)
    w.write({"a.md": "# A\n\nfirst words\n"})
    report = w.publish()
    values = {row["key"]: json.loads(row["value"]) for row in w.store.properties(page)}
    assert values["k"] == {"mine": 1} and "foreign-property" in codes(report)


def lose(w: World) -> None:
    """Somebody deletes the picture and a label."""
    page = w.page("A")["id"]
    for row in w.store.attachments(page):
        w.store.delete_attachment(row["id"])
    w.store.remove_label(page, "one")


def test_what_was_deleted_comes_back_when_the_page_is_written(w: World) -> None:
    before = files(w, "A")
    lose(w)
    w.write({"a.md": str(FILES["a.md"]).replace("first", "second")})
    w.publish()
    assert files(w, "A") == before and {row["name"] for row in w.store.labels(w.page("A")["id"])} == {"one", "two"}
    assert w.plan().changes == 0


def test_repair_restores_what_was_deleted_and_status_names_it(w: World) -> None:
    before, version = files(w, "A"), w.page("A")["version"]
    assert run(w, "status", str(w.docs), "--exit-code").exit_code == 0
    lose(w)
    assert w.plan().changes == 0  # an unchanged run looks at no page
    done = run(w, "status", str(w.docs), "--exit-code")
    assert done.exit_code == 10 and "file-deleted" in done.stdout and "label-removed" in done.stdout
    w.publish(repair=True)
    assert files(w, "A") == before and {row["name"] for row in w.store.labels(w.page("A")["id"])} == {"one", "two"}
    assert w.page("A")["version"] == version
    assert run(w, "status", str(w.docs), "--exit-code").exit_code == 0
    attach(w, "A", next(iter(before)), b"replaced")
    assert "file-replaced" in run(w, "status", str(w.docs)).stdout
    w.publish(repair=True)
    assert set(files(w, "A").values()) == {b"replaced"}
    w.publish(repair=True, overwrite=("a.md",))
    assert files(w, "A") == before


def test_labels_and_files_that_are_gone_already_do_not_fail_the_page(w: World) -> None:
    lose(w)
    w.write({"a.md": "# A\n\nwithout them\n"})

    def strict(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        """Servers that answer 404 where a label is gone."""
        if request.method == "DELETE" and "/label" in request.url.path:
            return httpx.Response(404, request=request, json={"statusCode": 404, "message": "no such label"})
        return send()

    report = w.publish(strict)
    assert [result.error for result in report.results if result.error] == []
    assert "without them" in w.page("A")["body"]


# Undoing


def undo(w: World, fault: Fault | None = None) -> tuple[int, list[str]]:
    shown: list[str] = []
    with w.remote(fault) as remote:
        return undo_prune(convert(w.settings), remote, w.settings, shown.append), shown


@pytest.mark.parametrize("hidden", [False, True], ids=["", "the trash is hidden"])
def test_undo_prune_brings_back_pages_and_posts(w: World, hidden: bool) -> None:
    before = w.state()
    for name in ("b.md", "post.md", "c/index.md", "c/d.md"):
        w.write({name: None})
    w.publish(prune="trash", prune_limit="9")
    assert "B" not in w.ids() and "D" not in w.ids()
    failed, shown = undo(w, hiding_the_trash(w.store) if hidden else None)
    assert failed == 0 and len(shown) == 4, shown
    w.write(FILES)
    assert [(a.page.key, a.reasons) for a in w.plan().actions if a.reasons] == []
    report = w.publish()
    assert all(result.action.kind == "unchanged" for result in report.results)
    assert w.state() == before and w.plan().changes == 0


def test_undo_prune_does_not_hide_what_people_wrote_before(w: World) -> None:
    w.write({"b.md": None})
    w.edit("B", "<p>theirs</p>")
    w.publish(prune="trash", prune_limit="9", on_hand_edit="overwrite")
    assert "B" not in w.ids()
    assert undo(w)[0] == 0 and "theirs" in w.page("B")["body"]
    w.write({"b.md": FILES["b.md"]})
    assert [a.page.key for a in w.plan(on_hand_edit="skip").actions if a.hand_edited] == ["b.md"]


def test_undo_prune_leaves_alone_what_people_did_since(w: World) -> None:
    w.write({"b.md": None, "c/d.md": None})
    w.publish(prune="trash", prune_limit="9")
    page = next(row for row in w.store.pages(["trashed"], w.space) if row["title"] == "B")
    fields = {"title": "B", "body": None, "status": "current", "version": page["version"] + 1, "message": ""}
    w.store.update_page(page["id"], fields)
    w.edit("B", "<p>mine now</p>")
    renamed = {"title": "Renamed", "body": None, "message": "", "author": "alice"}
    w.store.update_page(page["id"], {**renamed, "version": w.page("B")["version"] + 1})
    failed, shown = undo(w)
    assert failed == 1 and any("Renamed" in line or "restored" in line for line in shown)
    assert w.page("Renamed")["id"] == page["id"] and "mine now" in w.page("Renamed")["body"]
    assert "D" in w.ids()


def test_undo_prune_does_not_believe_a_journal_that_names_pages_of_others(w: World) -> None:
    w.write({"b.md": None})
    w.publish(prune="trash")
    guest = w.store.create_page(w.space, {"title": "guest", "body": "<p>theirs</p>", "author": "bob"})
    w.store.delete_page(guest["id"], purge=False)
    root = w.page("Home")["id"]
    row = next(row for row in w.store.properties(root) if row["key"] == JOURNAL_KEY)
    entry = {"id": str(guest["id"]), "title": "Home", "parent": str(root), "how": "trash"}
    value = [*json.loads(row["value"]), entry, {"id": "x"}, 7]
    w.store.update_property(root, row["id"], value, row["version"] + 1)
    failed, _ = undo(w)
    assert failed == 1 and w.store.page(guest["id"])["status"] == "trashed" and "B" in w.ids()


def test_restored_pages_keep_their_text_where_the_trash_is_hidden(w: World) -> None:
    page = w.page("B")["id"]
    w.store.delete_page(page, purge=False)
    w.publish(hiding_the_trash(w.store))
    assert w.ids()["B"] == page and "other words" in w.page("B")["body"]
    assert w.plan().changes == 0


def test_unpublish_takes_all_and_ends_with_what_others_have(w: World) -> None:
    guest = w.store.create_page(w.space, {"title": "guest", "body": "", "parent": w.page("C")["id"], "author": "bob"})
    with w.remote() as remote:
        snapshot, pages = plan_unpublish(convert(w.settings), remote, w.settings)
        kept = unpublish(snapshot, pages, remote, w.settings, lambda title: None)
    assert {page.title for page in kept} == {"C", "Home"}
    w.store.delete_page(guest["id"], purge=False)
    with w.remote() as remote:
        snapshot, pages = plan_unpublish(convert(w.settings), remote, w.settings)
        assert unpublish(snapshot, pages, remote, w.settings, lambda title: None) == []
    assert set(w.ids()) == {"Docs Home"}


@pytest.mark.parametrize("gone", ["pruned", "unpublished"])
def test_undo_prune_below_a_root_that_was_there_before(w: World, gone: str) -> None:
    """It has a title of its own; after unpublish it has no stamp either."""
    theirs = w.store.create_page(w.space, {"title": "Theirs", "body": "", "parent": None, "author": "bob"})["id"]
    w.settings = w.settings.replace(root=str(theirs), collection="other", title_prefix="O ")
    w.publish()
    before = w.ids()
    if gone == "pruned":
        w.write({"b.md": None})
        w.publish(prune="trash", prune_limit="9")
    else:
        with w.remote() as remote:
            snapshot, pages = plan_unpublish(convert(w.settings), remote, w.settings)
            unpublish(snapshot, pages, remote, w.settings, lambda title: None)
    assert "O B" not in w.ids() and w.ids()["Theirs"] == theirs
    with w.remote() as remote:
        assert undo_prune(convert(w.settings), remote, w.settings, lambda line: None) == 0
    assert w.ids() == before


def test_a_page_that_was_there_before_is_never_unpublished(w: World) -> None:
    """Also without the setting that made it the root: the index on the page remembers."""
    theirs = w.store.create_page(w.space, {"title": "Manual", "body": "", "parent": None, "author": "bob"})["id"]
    w.write({"index.md": "# Manual\n", "b.md": "# Below\n"})
    w.settings = w.settings.replace(collection="named", parent="")
    w.publish(root=str(theirs), yes=True)
    by_name = w.settings.replace(given=frozenset({"collection"}))
    with w.remote() as remote:
        snapshot, pages = plan_unpublish(convert(by_name), remote, by_name)
        assert theirs not in {int(page.id) for page in pages}
        unpublish(snapshot, pages, remote, by_name, lambda title: None)
    assert "Below" not in w.ids() and w.ids()["Manual"] == theirs
