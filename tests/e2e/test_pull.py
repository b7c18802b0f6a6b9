"""People edit pages; `pull` brings that into the documents, and the next publish holds nothing back."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pullhelp import change, commit, read, run
from world import World, world

GUIDE = (
    "# Guide\n\nThis is *wrapped*\nat some column.\n\n* one\n* two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nLast words.\n"
)


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        made.write({"index.md": "# Home\n", "guide.md": GUIDE, "titled.md": "---\ntitle: Titled\n---\n\nText.\n"})
        made.publish()
        yield made


def test_an_edit_comes_back_and_the_next_publish_leaves_the_page_as_it_is(w: World) -> None:
    body = change(
        w,
        "Guide",
        ("at some column", "at any column"),
        ("<li><p>two</p></li>", "<li><p>two</p></li><li><p>three</p></li>"),
    )
    done = run(w, "pull")
    assert done.exit_code == 0 and "guide.md" in done.stdout
    assert read(w, "guide.md") == GUIDE.replace("some column", "any column").replace("* two\n", "* two\n* three\n")
    version = w.page("Guide")["version"]
    report = w.publish()
    [guide] = [result for result in report.results if result.action.page.key == "guide.md"]
    assert (guide.action.kind, guide.version) == ("note", version)
    assert guide.action.reasons == ("merged", "new version")
    assert not [request for request in w.requests if request.startswith("PUT") and request.endswith(f"/{guide.id}")]
    assert (w.page("Guide")["version"], w.page("Guide")["body"]) == (version, body)
    assert "nothing was changed" in run(w, "pull").stdout
    assert all(result.action.kind == "unchanged" for result in w.publish().results)


def test_an_edit_that_was_copied_by_hand_is_seen_as_merged(w: World) -> None:
    change(w, "Guide", ("Last words.", "The last words."))
    w.write({"guide.md": GUIDE.replace("Last words.", "The last words.").replace("* one", "* number one")})
    report = w.publish()
    assert "withheld" not in [result.action.kind for result in report.results]
    assert "number one" in w.page("Guide")["body"] and "The last words." in w.page("Guide")["body"]


def test_an_edit_that_is_not_in_the_document_is_kept(w: World) -> None:
    body = change(w, "Guide", ("Last words.", "The last words."))
    w.write({"guide.md": GUIDE.replace("* one", "* number one")})
    report = w.publish()
    assert "withheld" in [result.action.kind for result in report.results]
    assert w.page("Guide")["body"] == body


def test_both_sides_changed_and_a_conflict_is_resolved_by_hand(w: World) -> None:
    change(w, "Guide", ("Last words.", "Their last words."), (">2</p>", ">22</p>"))
    w.write({"guide.md": GUIDE.replace("Last words.", "Our last words.")})
    done = run(w, "pull")
    assert done.exit_code == 6 and "both sides changed" in done.stdout
    text = read(w, "guide.md")
    assert "| 1 | 22 |" in text
    assert (
        "<<<<<<< document\nOur last words.\n||||||| published\nLast words.\n=======\nTheir last words.\n>>>>>>> Confluence\n"
        in text
    )
    notes = w.docs / ".publisher/merged.yml"
    assert str(w.page("Guide")["id"]) in notes.read_text(encoding="utf-8")
    start, end = text.index("<<<<<<<"), text.index(">>>>>>> Confluence\n") + len(">>>>>>> Confluence\n")
    w.write({"guide.md": text[:start] + "The last words of both.\n" + text[end:]})
    w.publish()
    assert "The last words of both." in w.page("Guide")["body"] and ">22</p>" in w.page("Guide")["body"]


def test_theirs_takes_their_version_of_what_both_changed(w: World) -> None:
    change(w, "Guide", ("Last words.", "Their last words."))
    w.write({"guide.md": GUIDE.replace("Last words.", "Our last words.")})
    assert run(w, "pull", "--theirs", "--ours").exit_code == 2
    assert run(w, "pull", "--theirs").exit_code == 0
    assert read(w, "guide.md") == GUIDE.replace("Last words.", "Their last words.")


def test_ours_keeps_the_document_and_the_next_publish_writes_it(w: World) -> None:
    change(w, "Guide", ("Last words.", "Their last words."))
    ours = GUIDE.replace("Last words.", "Our last words.")
    w.write({"guide.md": ours})
    assert run(w, "pull", "--ours").exit_code == 0 and read(w, "guide.md") == ours
    w.publish()
    assert "Our last words." in w.page("Guide")["body"]


def test_a_new_title_goes_where_the_old_one_came_from(w: World) -> None:
    for old, new in (("Guide", "The guide"), ("Titled", "Titled: anew")):
        page = w.page(old)
        fields = {"title": new, "body": None, "version": page["version"] + 1, "message": "", "author": "bob"}
        w.store.update_page(page["id"], fields)
    assert run(w, "pull").exit_code == 0
    assert read(w, "guide.md") == GUIDE.replace("# Guide", "# The guide")
    assert read(w, "titled.md") == '---\ntitle: "Titled: anew"\n---\n\nText.\n'
    w.publish()
    assert {"The guide", "Titled: anew"} <= set(w.ids())


def test_check_diff_and_patch_write_no_document(w: World, tmp_path: Path) -> None:
    assert run(w, "pull", "--check").exit_code == 0
    commit(w)
    change(w, "Guide", ("Last words.", "The last words."))
    assert run(w, "pull", "--check").exit_code == 10
    shown = run(w, "pull", "--diff").stdout
    assert "-Last words." in shown and "+The last words." in shown
    patch = tmp_path / "edits.patch"
    assert run(w, "pull", "--patch", str(patch)).exit_code == 0
    assert read(w, "guide.md") == GUIDE
    subprocess.run(["git", "apply", str(patch)], cwd=w.docs, check=True)
    assert read(w, "guide.md") == GUIDE.replace("Last words.", "The last words.")
    rows = json.loads(run(w, "pull", "--check", "--format", "json").stdout)
    assert rows == {
        "schema": 1,
        "documents": [],
        "included": [],
        "linked": [],
        "new": [],
        "moved": [],
        "files": [],
        "notes": [],
    }


def test_a_file_with_changes_that_are_not_committed_is_refused(w: World) -> None:
    commit(w)
    change(w, "Guide", ("Last words.", "The last words."))
    mine = GUIDE.replace("* one", "* my one")
    w.write({"guide.md": mine})
    done = run(w, "pull")
    assert done.exit_code == 4 and read(w, "guide.md") == mine
    assert run(w, "pull", "--force").exit_code == 0
    assert read(w, "guide.md") == mine.replace("Last words.", "The last words.")


def test_without_git_the_file_is_kept_beside(w: World) -> None:
    change(w, "Guide", ("Last words.", "The last words."))
    assert run(w, "pull").exit_code == 0
    assert read(w, "guide.md.orig") == GUIDE and read(w, "guide.md") != GUIDE


def test_an_edit_in_an_included_text_is_left_and_named(w: World) -> None:
    w.settings = w.settings.replace(dialect="mkdocs")
    w.write(
        {"guide.md": '# Guide\n\n--8<-- "part.md"\n\nBehind.\n', "part.md": "---\npublish: false\n---\n\nIncluded.\n"}
    )
    w.publish()
    change(w, "Guide", ("Behind.", "Behind it."))
    assert run(w, "pull", "--dialect", "mkdocs").exit_code == 0
    assert read(w, "guide.md").endswith("\n\nBehind it.\n")


def test_pages_that_were_moved_or_deleted_are_reported(w: World) -> None:
    w.store.delete_page(w.page("Guide")["id"], purge=False)
    done = run(w, "pull")
    assert done.exit_code == 0 and "guide.md: its page" in done.stdout and (w.docs / "guide.md").exists()


PNG = b"\x89PNG new"


def put_image(w: World, title: str, name: str) -> int:
    """Somebody puts an image at the end of a page; the page's version then."""
    page = w.page(title)
    upload = {"name": name, "media": "image/png", "comment": "", "data": PNG}
    w.store.put_attachment(page["id"], upload, replace=False)
    image = f'<ac:image ac:alt="shot"><ri:attachment ri:filename="{name}"/></ac:image>'
    w.edit(title, str(page["body"]) + image)
    return int(w.page(title)["version"])


@pytest.mark.parametrize(
    ("front", "before", "now"),
    [
        ("", "", "---\nconfluence:\n  attachment_names: file\n---\n\n"),
        (
            "---\norder: 3  # kept\n---\n\n",
            "![old](img/old.png)\n\n",
            "---\norder: 3  # kept\nconfluence:\n  attachment_names:\n    new shot.png: new shot.png\n---\n\n",
        ),
        (
            "---\nconfluence:\n    order: 3\nother: 1\n---\n\n",
            "",
            "---\nconfluence:\n    order: 3\n    attachment_names: file\nother: 1\n---\n\n",
        ),
        ("+++\norder = 3\n+++\n\n", "", '+++\norder = 3\n\n[confluence]\nattachment_names = "file"\n+++\n\n'),
    ],
)
def test_an_image_that_people_put_in_comes_beside_the_document_and_its_page_is_not_written(
    w: World, front: str, before: str, now: str
) -> None:
    w.write({"sub/index.md": "# Sub\n", "sub/pic.md": f"{front}# Pic\n\n{before}Before.\n"})
    (w.docs / "sub/img").mkdir()
    (w.docs / "sub/img/old.png").write_bytes(b"\x89PNG old")
    w.publish()
    version = put_image(w, "Pic", "new shot.png")
    assert run(w, "pull", "--diff").exit_code == 0 and not (w.docs / "sub/new shot.png").exists()
    assert run(w, "pull").exit_code == 0
    assert read(w, "sub/pic.md") == f"{now}# Pic\n\n{before}Before.\n\n![shot](new%20shot.png)\n"
    assert (w.docs / "sub/new shot.png").read_bytes() == PNG
    files = [(file["name"], file["version"]) for file in w.store.attachments(w.page("Pic")["id"])]
    report = w.publish()
    assert not report.problems and w.page("Pic")["version"] == version
    assert [(file["name"], file["version"]) for file in w.store.attachments(w.page("Pic")["id"])] == files
    assert all(result.action.kind == "unchanged" for result in w.publish().results)


def test_an_image_whose_name_another_file_has_keeps_the_name_on_the_page(w: World) -> None:
    w.write({"sub/index.md": "# Sub\n", "sub/pic.md": "# Pic\n\nBefore.\n"})
    (w.docs / "sub/new.png").write_bytes(b"\x89PNG another")
    w.publish()
    version = put_image(w, "Pic", "new.png")
    assert run(w, "pull").exit_code == 0
    assert read(w, "sub/pic.md").startswith(
        "---\nconfluence:\n  attachment_names:\n    new-2.png: new.png\n---\n\n# Pic\n"
    )
    w.publish()
    assert w.page("Pic")["version"] == version
    assert all(result.action.kind == "unchanged" for result in w.publish().results)


def test_labels_that_people_added(w: World) -> None:
    w.write({"titled.md": "---\ntitle: Titled\nlabels:\n  - ours\n---\n\nText.\n"})
    w.publish()
    for title in ("Guide", "Titled"):
        w.store.add_labels(w.page(title)["id"], ["theirs", "c-d"])
    assert run(w, "pull").exit_code == 0 and read(w, "guide.md") == GUIDE
    assert run(w, "pull", "--labels").exit_code == 0
    assert read(w, "guide.md") == "---\nlabels: [c-d, theirs]\n---\n\n" + GUIDE
    assert read(w, "titled.md") == "---\ntitle: Titled\nlabels:\n  - ours\n  - c-d\n  - theirs\n---\n\nText.\n"


def test_the_policy_pull_keeps_the_edit_and_names_the_command(w: World) -> None:
    change(w, "Guide", ("Last words.", "The last words."))
    w.write({"guide.md": GUIDE.replace("* one", "* number one")})
    plan = w.plan(on_hand_edit="pull")
    assert [action.kind for action in plan.actions if action.page.key == "guide.md"] == ["withheld"]
    assert [p.hint for p in plan.problems if p.code == "hand-edit-kept"] == [
        "`publisher pull guide.md` brings it into the document"
    ]


def test_a_row_in_the_editors_form_stays_a_row_and_the_page_is_written_once(w: World) -> None:
    w.write({"guide.md": "# Guide\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n"})
    w.publish()
    row = '<tr><td><p>1</p></td><td><p style="text-align: right;">2</p></td></tr>'
    change(w, "Guide", (row, f"{row}<tr><td><p>3</p></td><td><p>4</p></td></tr>"))
    assert run(w, "pull").exit_code == 0
    assert read(w, "guide.md") == "# Guide\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n"
    assert "nothing was changed" in run(w, "pull").stdout
    w.publish()
    assert '<p style="text-align: right;">4</p>' in w.page("Guide")["body"]
    assert all(result.action.kind == "unchanged" for result in w.publish().results)
