"""Folders that people made, live docs, and what else a site has in its tree beside pages. Cloud."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from world import World, world

from publisher.convert.compose import convert
from publisher.errors import PlanRefused
from publisher.sync.undo import undo_prune

FILES: dict[str, str | bytes | None] = {
    "index.md": "# Home\n", "a.md": "# A\n\nwords\n", "guide/index.md": "# Guide\n", "guide/x.md": "# X\n", "guide/y.md": "# Y\n",
}  # fmt: skip


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.write(FILES)
        yield made


def folder(w: World, title: str, parent: int | None = None) -> int:
    """Somebody makes a folder."""
    below = parent if parent is not None else w.page("Docs Home")["id"]
    return int(w.store.create_page(w.space, {"title": title, "kind": "folder", "parent": below})["id"])


@pytest.mark.parametrize("form", ["id", "address", "title"])
def test_a_first_publish_into_a_folder(w: World, form: str) -> None:
    number = folder(w, "Team docs")
    parent = {"id": str(number), "address": f"{w.address}/wiki/spaces/DOCS/folder/{number}", "title": "Team docs"}[form]
    w.publish(parent=parent)
    assert w.page("Home")["parent"] == number
    assert w.publish(parent=parent).writes == 0


def test_a_root_that_somebody_dragged_into_a_folder_goes_on(w: World) -> None:
    w.publish()
    number = folder(w, "Team docs")
    w.store.move_page(w.page("Home")["id"], "append", number)
    assert w.publish().writes == 0
    w.write({"a.md": "# A\n\nother words\n", "new.md": "# New\n"})
    w.publish()
    assert w.page("Home")["parent"] == number and "other words" in w.page("A")["body"] and "New" in w.ids()
    assert w.plan().changes == 0
    assert w.publish(parent=str(number)).writes == 0  # as the advice says


def test_pages_stay_in_a_folder_below_their_parent(w: World) -> None:
    w.publish()
    number = folder(w, "Old things", w.page("Guide")["id"])
    w.store.move_page(w.page("X")["id"], "append", number)
    plan = w.plan()
    assert plan.changes == 0 and [item.code for item in plan.problems] == []
    w.write({"guide/x.md": "# X\n\nother\n", "guide/z.md": "# Z\n"})
    report = w.publish()
    assert w.page("X")["parent"] == number and "other" in w.page("X")["body"]
    assert [item.code for item in report.problems] == []
    assert [(a.page.key, a.reasons) for a in w.plan().actions if a.reasons] == [] and w.plan().reorders == ()
    w.write({"guide/x.md": None, "x.md": "# X\n\nother\n"})  # its document moves: so does the page
    w.publish()
    assert w.page("X")["parent"] == w.page("Home")["id"]


def test_whiteboards_in_the_tree_are_let_be(w: World) -> None:
    w.publish()
    board = w.store.create_page(w.space, {"title": "Board", "kind": "folder", "parent": w.page("Guide")["id"]})
    w.store._run("UPDATE page SET kind = 'whiteboard' WHERE id = ?", board["id"])
    w.write({"a.md": "# A\n\nother\n", "guide/x.md": None, "guide/y.md": None, "guide/index.md": None})
    report = w.publish(prune="trash", prune_limit="9")
    assert "other" in w.page("A")["body"]
    assert "Guide" in w.ids() and "kept-orphan" in [item.code for item in report.problems]


def test_a_folder_of_ours_is_brought_back_with_its_pages(w: World) -> None:
    w.publish(directories="folder")
    for name in ("guide/index.md", "guide/x.md", "guide/y.md"):
        w.write({name: None})
    w.publish(directories="folder", prune="trash", prune_limit="9")
    assert "X" not in w.ids()
    shown: list[str] = []
    with w.remote() as remote:
        settings = w.settings.replace(directories="folder")
        assert undo_prune(convert(settings), remote, settings, shown.append) == 0, shown
    w.write(FILES)
    w.publish(directories="folder")
    assert {"X", "Y"} <= set(w.ids()) and w.plan(directories="folder").changes == 0


def test_a_kill_near_the_creation_of_a_folder_leaves_one(w: World) -> None:
    """Before and after each creation of a folder, and before its stamp: also where a site takes a title twice."""

    class Killed(BaseException):
        pass

    w.write({"guide/index.md": None, "other/z.md": "# Z\n"})
    for after in (False, True):
        for at in range(1, 5):
            count, dead = [0], [False]

            def kill(
                request: httpx.Request,
                send: Callable[[], httpx.Response],
                at: int = at,
                after: bool = after,
                count: list[int] = count,
                dead: list[bool] = dead,
            ) -> httpx.Response:
                count[0] += request.method == "POST" and "/folders" in request.url.path
                if dead[0] or (count[0] == at and not after):
                    dead[0] = True
                    raise Killed
                if count[0] == at:
                    dead[0] = True
                    send().close()
                    raise Killed
                return send()

            with suppress(Killed):
                w.publish(kill, jobs=1, directories="folder", lease=0.0)
            w.publish(directories="folder", lease=0.0)
            folders = [row["title"] for row in w.store.pages(["current"], w.space, None, ("folder",))]
            assert sorted(folders) == ["Guide", "Other"], (at, after)
            assert w.plan(directories="folder").changes == 0
            for row in w.store.pages(["current"], w.space, None, ("page", "folder")):
                if row["title"] != "Docs Home":
                    w.store.delete_page(row["id"], purge=False)
                    w.store.delete_page(row["id"], purge=True)


def test_an_archived_or_trashed_parent_is_said_while_planning(w: World) -> None:
    page = w.store.create_page(w.space, {"title": "Old"})["id"]
    w.store.archive_pages([page])
    with pytest.raises(PlanRefused, match="archived"):
        w.plan(parent=str(page))
    gone = w.store.create_page(w.space, {"title": "Gone"})["id"]
    w.store.delete_page(gone, purge=False)
    with pytest.raises(PlanRefused, match="trash"):
        w.plan(parent=str(gone))
    with pytest.raises(PlanRefused, match=r"“Old”.* is archived: restore it in Confluence, or name another"):
        w.plan(parent="Old")
    with pytest.raises(PlanRefused, match=r"“Gone”.* is in the trash: restore it in Confluence, or name another"):
        w.plan(parent="title:Gone")


def test_an_archived_or_trashed_parent_of_a_published_tree_is_said_while_planning(w: World) -> None:
    """Also to a run that would only move the root, or reads no more than our own pages."""
    w.publish()
    page = w.store.create_page(w.space, {"title": "Old"})["id"]
    folder = w.store.create_page(w.space, {"title": "Box", "kind": "folder"})["id"]
    w.store.archive_pages([page])
    w.store.delete_page(folder, purge=False)
    for move in (False, True):
        with pytest.raises(PlanRefused, match=r"“Old”.* is archived: restore it"):
            w.plan(parent=str(page), move_root=move)
        with pytest.raises(PlanRefused, match=r"folder “Box”.* is in the trash: restore it"):
            w.plan(parent=str(folder), move_root=move)


# Live docs, drafts of editors


def test_a_live_doc_is_named_and_never_overwritten_blindly(w: World) -> None:
    w.publish()
    page = w.page("A")["id"]
    w.store._run("UPDATE page SET subtype = 'live' WHERE id = ?", page)
    w.write({"a.md": "# A\n\nnew words\n"})
    report = w.publish()
    assert "new words" in w.page("A")["body"] and "live-doc" in [item.code for item in report.problems]
    w.store._run("UPDATE page SET body = '<p>typed in just now</p>' WHERE id = ?", page)  # no new version
    w.write({"a.md": "# A\n\nnewer words\n"})
    report = w.publish()
    assert "typed in just now" in w.page("A")["body"]
    assert [result.action.kind for result in report.results if result.action.page.key == "a.md"] == ["withheld"]


def test_a_conflict_that_is_about_a_draft_says_so(w: World) -> None:
    w.publish()
    page = w.page("A")["id"]
    words = "A draft of this content is being edited by Ann"

    def busy(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if request.method == "PUT" and request.url.path.endswith(f"/pages/{page}"):
            errors = [{"status": 409, "code": "CONFLICT", "title": words, "detail": None}]
            return httpx.Response(409, request=request, json={"errors": errors})
        return send()

    w.write({"a.md": "# A\n\nnew words\n"})
    errors = [result.error for result in w.publish(busy).results if result.error]
    assert len(errors) == 1 and words in errors[0]


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_a_title_that_is_taken_is_known_in_any_language(tmp_path: Path, flavor: str) -> None:
    (tmp_path / "w").mkdir()
    with world(tmp_path / "w", flavor) as w:
        w.write({"index.md": "# Home\n"})
        w.publish()
        taken: list[int] = []

        def german(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
            creates = request.method == "POST" and request.url.path.endswith(("/pages", "/content"))
            if creates and not taken:  # somebody is faster
                taken.append(w.store.create_page(w.space, {"title": "New", "author": "bob"})["id"])
            response = send()
            if creates and response.status_code == 400:
                response.close()
                text = "Eine Seite mit diesem Namen gibt es schon"
                return httpx.Response(400, request=request, json={"statusCode": 400, "message": text})
            return response

        w.write({"new.md": "# New\n"})
        report = w.publish(german)
        assert [result.error for result in report.results if result.error] == []
        assert "New (Home)" in w.ids()
