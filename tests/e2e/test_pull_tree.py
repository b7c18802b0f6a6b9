"""Pull and the tree: pages that people moved, made, deleted; files that they put into pages or in place of ours."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pullhelp import commit, read, run
from world import World, world

from publisher.pagetree.files import attachment_name
from publisher.sync.labels import find_added, read_all_labels

FILES: dict[str, str | bytes | None] = {
    "index.md": "# Home\n\n[x](sub/x.md) [y](y.md#part)\n",
    "y.md": "# Y\n\n[x](sub/x.md) ![shot](img/a.png)\n\n## Part\n\nText.\n",
    "sub/index.md": "# Sub\n\n[up](../y.md) [x](x.md)\n",
    "sub/x.md": "# X\n\n[y](../y.md) ![shot](../img/a.png) [home](../index.md) [sub](./)\n",
    "img/a.png": b"\x89PNG a",
}


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        made.settings = made.settings.replace(target=request.param)
        made.write(FILES)
        made.publish()
        yield made


def pull(w: World, *words: str, code: int = 0) -> str:
    done = run(w, "pull", *words)
    assert done.exit_code == code, done.output
    return done.stdout


def move(w: World, title: str, parent: str) -> None:
    """Somebody drags a page below another one."""
    page = w.page(title)
    fields: dict[str, Any] = {
        "title": title,
        "body": None,
        "version": page["version"] + 1,
        "message": "",
        "author": "al",
    }
    w.store.update_page(page["id"], {**fields, "parent": w.page(parent)["id"]})


def make(w: World, title: str, parent: str, body: str) -> int:
    """Somebody makes a page."""
    fields = {"title": title, "body": body, "parent": w.page(parent)["id"], "author": "alice"}
    row = w.store.create_page(w.space, fields)
    return int(row["id"])


def kinds(w: World) -> dict[str, str]:
    return {result.action.page.key: result.action.kind for result in w.publish().results}


def test_a_moved_page_is_reported_with_the_command_and_the_flag_follows_it(w: World) -> None:
    move(w, "Y", "Sub")
    assert re.search(r"git mv \S*docs/y\.md \S*docs/sub/y\.md", pull(w))
    assert (w.docs / "y.md").exists()
    shown = pull(w, "--moves")
    assert "moved" in shown and not (w.docs / "y.md").exists()
    assert read(w, "sub/y.md") == "# Y\n\n[x](x.md) ![shot](../img/a.png)\n\n## Part\n\nText.\n"
    assert read(w, "index.md") == "# Home\n\n[x](sub/x.md) [y](sub/y.md#part)\n"
    assert read(w, "sub/index.md") == "# Sub\n\n[up](y.md) [x](x.md)\n"
    assert read(w, "sub/x.md") == "# X\n\n[y](y.md) ![shot](../img/a.png) [home](../index.md) [sub](./)\n"
    number, body = w.page("Y")["id"], w.page("Y")["body"]
    assert set(kinds(w).values()) <= {"unchanged", "update"}
    assert (w.page("Y")["id"], w.page("Y")["body"]) == (number, body) and w.page("Y")["parent"] == w.page("Sub")["id"]
    assert "nothing was changed" in pull(w, "--moves")


def test_files_that_the_front_matter_attaches_are_found_from_the_new_place(w: World) -> None:
    front = '---\nconfluence:\n  attachments:\n    - img/a.png\n    - "img/my b.png"\n---\n\n'
    w.write({"y.md": front + str(FILES["y.md"]), "img/my b.png": b"\x89PNG b"})
    w.write({"z.md": "---\nconfluence: {attachments: [img/a.png]}\n---\n\n# Z\n"})
    w.publish()
    move(w, "Y", "Sub")
    pull(w, "--moves")
    assert read(w, "sub/y.md").startswith(front.replace("img/", "../img/"))
    report = w.publish()
    assert not report.problems
    assert {file["name"] for file in w.store.attachments(w.page("Y")["id"])} == {
        attachment_name("img/a.png"),
        attachment_name("img/my b.png"),
    }


def test_a_folder_moves_with_its_page_and_the_patch_renames(w: World, tmp_path: Path) -> None:
    commit(w)
    move(w, "Sub", "Y")
    body = str(w.page("X")["body"])
    w.edit("X", body.replace("<p>", "<p>Edited ", 1))
    patch = tmp_path / "a.patch"
    pull(w, "--moves", "--patch", str(patch))
    assert (w.docs / "sub/x.md").exists()
    subprocess.run(["git", "apply", "--check", str(patch)], cwd=w.docs, check=True)
    subprocess.run(["git", "apply", str(patch)], cwd=w.docs, check=True)
    assert read(w, "y/sub/x.md") == (
        "# X\n\nEdited [y](../../y.md) ![shot](../../img/a.png) [home](../../index.md) [sub](./)\n"
    )
    assert read(w, "y/sub/index.md") == "# Sub\n\n[up](../../y.md) [x](x.md)\n"
    assert read(w, "index.md") == "# Home\n\n[x](y/sub/x.md) [y](y.md#part)\n"


def test_new_pages_below_ours_become_documents_and_the_next_publish_changes_nothing(w: World) -> None:
    image = '<ac:image ac:alt="shot"><ri:attachment ri:filename="new.png"/></ac:image>'
    link = '<p>See <ac:link><ri:page ri:content-title="X"/><ac:link-body>x</ac:link-body></ac:link>.</p>'
    image = image if w.flavor == "cloud" else f"<p>{image}</p>"
    number = make(w, "Release notes: May", "Sub", f"<h2>News</h2><p>Some <strong>text</strong>.</p>{link}{image}")
    upload = {"name": "new.png", "media": "image/png", "comment": "", "data": b"\x89PNG new"}
    w.store.put_attachment(number, upload, replace=False)
    inner = make(w, "Inner", "Release notes: May", "<ul><li><p>one</p></li></ul>")
    assert not (w.docs / "sub/release-notes-may.md").exists() and "release" not in pull(w)
    shown = pull(w, "--new")
    assert "sub/release-notes-may.md  new:" in shown
    assert read(w, "sub/release-notes-may.md") == (
        f'---\nconfluence:\n  page_id: "{number}"\n  attachment_names: file\n---\n\n# Release notes: May\n\n## News\n\nSome **text**.\n\n'
        "See [x](x.md).\n\n![shot](new.png)\n"
    )
    assert (w.docs / "sub/new.png").read_bytes() == b"\x89PNG new"
    assert f'page_id: "{inner}"' in read(w, "sub/release-notes-may/inner.md")
    before = {row["title"]: (row["id"], row["body"], row["parent"]) for row in w.store.pages(["current"], w.space)}
    version = w.page("Release notes: May")["version"]
    w.publish()
    assert w.page("Release notes: May")["version"] == version
    after = {row["title"]: (row["id"], row["body"], row["parent"]) for row in w.store.pages(["current"], w.space)}
    assert before == after  # no text changes
    assert [file["name"] for file in w.store.attachments(number)] == ["new.png"]
    assert set(kinds(w).values()) == {"unchanged"} and "nothing was changed" in pull(w, "--new")


def test_an_image_that_people_replaced_comes_with_theirs_alone(w: World) -> None:
    page = w.page("Y")["id"]
    upload = {"name": "a.png", "media": "image/png", "comment": "better", "data": b"\x89PNG b"}
    [name] = [file["name"] for file in w.store.attachments(page)]
    w.store.put_attachment(page, {**upload, "name": name}, replace=True)
    shown = pull(w)
    assert "img/a.png: was replaced on" in shown and (w.docs / "img/a.png").read_bytes() == b"\x89PNG a"
    assert "replaced" not in pull(w, "--ours")
    pull(w, "--theirs")
    assert (w.docs / "img/a.png").read_bytes() == b"\x89PNG b"
    w.publish()
    assert "nothing was changed" in pull(w)


def test_a_binary_file_is_in_the_patch(w: World, tmp_path: Path) -> None:
    commit(w)
    page = w.page("Y")["id"]
    [name] = [file["name"] for file in w.store.attachments(page)]
    data = bytes(range(256)) * 7
    w.store.put_attachment(page, {"name": name, "media": "image/png", "comment": "", "data": data}, replace=True)
    patch = tmp_path / "a.patch"
    pull(w, "--theirs", "--patch", str(patch))
    subprocess.run(["git", "apply", str(patch)], cwd=w.docs, check=True)
    assert (w.docs / "img/a.png").read_bytes() == data


def test_a_deleted_page_is_reported_and_its_file_stays(w: World) -> None:
    w.store.delete_page(w.page("X")["id"], purge=False)
    assert "sub/x.md: its page “X” was trashed in Confluence; the file stays" in pull(w, "--moves", "--new")
    assert (w.docs / "sub/x.md").exists()


def test_files_go_to_the_folder_for_assets(w: World) -> None:
    page = w.page("X")
    w.store.put_attachment(
        page["id"], {"name": "n.png", "media": "image/png", "comment": "", "data": b"\x89PNG n"}, replace=False
    )
    image = '<ac:image ac:alt="n"><ri:attachment ri:filename="n.png"/></ac:image>'
    w.edit("X", str(page["body"]) + (image if w.flavor == "cloud" else f"<p>{image}</p>"))
    (w.root / "assets").mkdir()
    pull(w, "--assets", str(w.root / "assets"))
    assert (w.root / "assets/n.png").read_bytes() == b"\x89PNG n"
    assert read(w, "sub/x.md").endswith("\n\n![n](../../assets/n.png)\n")


def test_an_edit_of_a_page_that_a_folder_makes_is_named(w: World) -> None:
    w.write({"plain/a.md": "# In plain\n\nText.\n"})
    w.publish()
    w.edit("Plain", "<p>Somebody wrote this.</p>")
    assert "no document is behind it: the page is made of a folder" in pull(w)


def test_without_the_answer_of_a_person_nothing_is_downloaded_over_a_file(w: World) -> None:
    page = w.page("Y")["id"]
    [name] = [file["name"] for file in w.store.attachments(page)]
    w.store.put_attachment(
        page, {"name": name, "media": "image/png", "comment": "", "data": b"\x89PNG b"}, replace=True
    )
    pull(w, "--check", code=10)
    pull(w, "--diff")
    assert (w.docs / "img/a.png").read_bytes() == b"\x89PNG a"


def test_new_pages_and_labels_are_named_with_what_brings_them(w: World) -> None:
    assert not w.findings() and run(w, "pull", "--check").exit_code == 0
    make(w, "Notes", "Sub", "<p>n</p>")
    make(w, "Inner notes", "Notes", "<p>n</p>")
    w.store.add_labels(w.page("X")["id"], ["theirs", "c"])
    assert [(found.kind, found.title, found.detail) for found in w.findings()] == [
        ("label-added", "X", "the labels c, theirs"),
        ("new-page", "Inner notes", "below “Notes”"),
        ("new-page", "Notes", "below “Sub”"),
    ]
    shown = run(w, "status", "--exit-code")
    assert shown.exit_code == 10
    assert (
        "pull --labels" in shown.stdout and "pull --new" in shown.stdout and shown.stdout.count("makes documents") == 1
    )
    shown = run(w, "pull", "--check")
    assert shown.exit_code == 10 and "“Notes”" in shown.stdout and "below “Sub”; `" in shown.stdout
    assert "sub/x.md: people added c, theirs to the labels of its page; `" in shown.stdout
    assert "nothing was changed" not in pull(w)
    pull(w, "--labels", "--new")
    assert read(w, "sub/x.md").startswith("---\nlabels: [c, theirs]\n---\n")
    assert read(w, "sub/notes.md").endswith("# Notes\n\nn\n")
    assert "nothing was changed" in pull(w, "--new")  # no second document, though nothing was published yet
    assert run(w, "pull", "--check").exit_code == 0
    w.publish()
    assert not w.findings() and set(kinds(w).values()) == {"unchanged"}


def test_a_login_that_may_not_search_finds_labels_page_by_page(w: World) -> None:
    w.store.add_labels(w.page("X")["id"], ["theirs"])

    def refuse(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        if not request.url.path.endswith("/content/search"):
            return send()
        return httpx.Response(401, json={"code": 401, "message": "Unauthorized; scope does not match"}, request=request)

    with w.remote(refuse) as remote:
        plan = w.plan()
        assert [names for _, names in find_added(plan, read_all_labels(remote, plan))] == [("theirs",)]


def test_pages_of_another_collection_below_ours_are_not_new(w: World) -> None:
    other = w.settings.docs.parent / "other"
    other.mkdir()
    (other / "index.md").write_text("# Other\n", encoding="utf-8")
    mine, w.settings = w.settings, w.settings.replace(docs=other, collection="other", parent=str(w.page("Sub")["id"]))
    w.publish()
    make(w, "Theirs", "Other", "<p>n</p>")
    w.settings = mine
    for _ in range(2):
        assert not w.findings() and "nothing was changed" in pull(w, "--new")
        w.publish()


def test_a_pull_of_one_document_names_what_is_right_below_its_page(w: World) -> None:
    make(w, "Below sub", "Sub", "<p>n</p>")
    make(w, "Below y", "Y", "<p>n</p>")
    w.store.add_labels(w.page("X")["id"], ["theirs"])
    result = run(w, "pull", "--docs", str(w.docs), str(w.docs / "y.md")).stdout
    assert "Below y" in result and "Below sub" not in result and "theirs" not in result
