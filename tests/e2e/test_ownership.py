"""Whose pages these are: two repositories under one name, hidden pages, migrated ones, texts of people. Both products."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from world import World, hiding, run_cli, world

from publisher.errors import PlanRefused
from publisher.model.plan import Reason
from publisher.model.settings import Settings


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        yield made


def project(w: World, name: str, files: dict[str, str], *, remote: str = "") -> Path:
    """A folder `docs` of another project."""
    docs = w.root / name / "docs"
    for path, text in files.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text)
    if remote:
        git = ["git", "-C", str(docs.parent)]
        subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "remote", "add", "origin", remote], check=True)
    return docs


def use(w: World, docs: Path, **values: object) -> None:
    w.settings = Settings.of(docs, space="DOCS", banner="off").replace(**values)


ALPHA = {"index.md": "# Alpha\n", "setup.md": "# Setup alpha\n\nalpha\n", "use.md": "# Use alpha\n"}
BETA = {"index.md": "# Beta\n", "setup.md": "# Setup beta\n\nbeta\n", "faq.md": "# Questions\n"}


def bodies(w: World) -> dict[str, tuple[str, int]]:
    return {row["title"]: (row["body"], row["version"]) for row in w.store.pages(["current"], w.space)}


@pytest.mark.parametrize("remote", ["", "https://git.example.org/{}/docs.git"], ids=["no Git", "a remote"])
def test_two_repositories_of_one_derived_name_do_not_meet(w: World, remote: str) -> None:
    """Two folders called `docs`, or two groups with a project of the same name, are told apart."""
    use(w, project(w, "alpha", ALPHA, remote=remote.format("a/team")))
    w.publish()
    before = bodies(w)
    use(w, project(w, "beta", BETA, remote=remote.format("b/team")))
    with pytest.raises(PlanRefused) as refused:
        w.publish()
    assert "--take-over" in str(refused.value) and "`collection: NAME`" in str(refused.value)
    assert bodies(w) == before
    w.publish(collection="beta")
    assert {title: found for title, found in bodies(w).items() if title in before} == before
    assert {"Beta", "Questions"} <= set(w.ids())


def test_one_explicit_name_in_two_repositories_is_refused_until_it_is_taken_over(w: World) -> None:
    use(w, project(w, "alpha", ALPHA, remote="https://github.com/acme/alpha"), collection="handbook")
    w.publish()
    ids = w.ids()
    moved = project(w, "moved", ALPHA, remote="https://github.com/other/alpha")
    use(w, moved, collection="handbook")
    with pytest.raises(PlanRefused, match="--take-over handbook"):
        w.publish()
    w.publish(take_over=("handbook",))
    assert w.ids() == ids and w.publish().writes == 0
    use(w, w.root / "alpha" / "docs", collection="handbook")
    with pytest.raises(PlanRefused, match="--take-over handbook"):
        w.publish()


def test_the_case_and_the_form_of_an_address_do_not_matter_and_its_host_does(w: World) -> None:
    docs = project(w, "alpha", ALPHA, remote="https://github.com/Acme/Harbour.git")
    use(w, docs)
    w.publish()
    git = ["git", "-C", str(docs.parent), "remote", "set-url", "origin"]
    for same in ("git@github.com:acme/harbour", "ssh://git@GITHUB.com/acme/HARBOUR.git/"):
        subprocess.run([*git, same], check=True)
        assert w.publish().writes == 0
    subprocess.run([*git, "https://gitlab.com/acme/harbour"], check=True)
    with pytest.raises(PlanRefused, match="another repository"):
        w.publish()


def test_one_retitled_page_a_move_of_the_folder_and_growth_are_the_same_repository(w: World) -> None:
    use(w, project(w, "alpha", ALPHA))
    w.publish()
    ids = w.ids()
    use(w, Path(shutil.move(w.docs.parent, w.root / "elsewhere")) / "docs")
    w.write({"index.md": "# Alpha, again\n"})
    w.publish()
    assert w.ids()["Alpha, again"] == ids["Alpha"]
    use(w, Path(shutil.move(w.docs.parent, w.root / "third")) / "docs")
    w.write({f"new{i}.md": f"# New {i}\n" for i in range(9)})
    w.publish()
    assert len(w.ids()) == len(ids) + 9


def test_pages_without_an_identity_are_read_and_get_one(w: World) -> None:
    """Stamps of the version before name no repository: nothing is asked, and no page is written for that."""
    docs = project(w, "alpha", ALPHA)
    use(w, docs, collection="handbook")
    w.publish()
    versions = {title: version for title, (_, version) in bodies(w).items()}
    git = ["git", "-C", str(docs.parent)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "remote", "add", "origin", "https://github.com/acme/alpha"], check=True)
    assert w.publish().writes == 0
    w.write({"new.md": "# New\n"})
    w.publish()
    assert {title: version for title, (_, version) in bodies(w).items() if title in versions} == versions
    subprocess.run([*git, "remote", "set-url", "origin", "https://github.com/acme/other"], check=True)
    with pytest.raises(PlanRefused, match="another repository"):
        w.publish()


def test_another_edition_without_git_is_the_same_repository(w: World) -> None:
    """All titles bear a version: where nothing else tells, the paths and the rest of the titles do."""
    use(w, project(w, "alpha", ALPHA), title_prefix="[1.0] ")
    w.publish()
    ids = w.ids()
    use(w, Path(shutil.move(w.docs.parent, w.root / "container")) / "docs", title_prefix="[1.1] ")
    w.publish()
    assert w.ids()["[1.1] Alpha"] == ids["[1.0] Alpha"] and len(w.ids()) == len(ids)


def test_the_name_in_force_and_its_origin_are_shown(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = project(w, "alpha", ALPHA, remote="https://github.com/Acme/Harbour.git")
    monkeypatch.setenv("CONFLUENCE_URL", w.address + ("/confluence" if w.flavor == "datacenter" else ""))
    for name, value in {"CONFLUENCE_TOKEN": "t", "CONFLUENCE_SPACE": "DOCS"}.items():
        monkeypatch.setenv(name, value)
    for command in ("plan", "config"):
        assert re.search(r"acme/harbour/docs.*from the address of the repository", run_cli(command, str(docs)))
    assert "set by `collection`" in run_cli("plan", str(docs), "--collection", "mine")


def test_the_command_line_names_the_text_and_takes_yes(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    page = w.store.create_page(w.space, {"title": "Old", "body": "<p>by hand</p>", "author": "ann"})["id"]
    front = f"---\nconfluence: {{page_id: {page}}}\n---\n# Alpha\n\nours\n"
    docs = project(w, "alpha", {"index.md": "# Home\n", "a.md": front})
    monkeypatch.setenv("CONFLUENCE_URL", w.address + ("/confluence" if w.flavor == "datacenter" else ""))
    for name, value in {"CONFLUENCE_TOKEN": "t", "CONFLUENCE_SPACE": "DOCS"}.items():
        monkeypatch.setenv(name, value)
    assert "replaces-text" in run_cli("plan", str(docs))
    assert "ann wrote" in run_cli("publish", str(docs), code=4)
    assert "by hand" in w.store.page(page)["body"]
    run_cli("publish", str(docs), "--yes")
    assert "ours" in w.store.page(page)["body"]


def test_another_repositorys_pages_are_no_orphans(w: World) -> None:
    """The same name at another place of the space: even `--new-root` with `prune` leaves its pages alone."""
    use(w, project(w, "alpha", ALPHA, remote="https://a.example.org/x/docs"), collection="handbook")
    w.publish()
    before = bodies(w)
    home = w.store.create_page(w.space, {"title": "Team"})["id"]
    use(w, project(w, "beta", BETA, remote="https://b.example.org/y/docs"), collection="handbook", parent=str(home))
    w.publish(new_root=True, prune="trash")
    assert {title: found for title, found in bodies(w).items() if title in before} == before


# Hidden pages


def test_a_hidden_page_is_withheld_and_never_copied(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nfirst\n", "b.md": "# B\n"})
    w.publish()
    page = w.page("A")["id"]
    blind = hiding(page)
    before = w.ids()
    for text in ("second", "third"):
        w.write({"a.md": f"# A\n\n{text}\n"})
        report = w.publish(blind)
        assert w.ids() == before and w.store.page(page)["version"] == 1
        assert [(r.action.page.key, r.action.kind) for r in report.results if r.action.kind == "withheld"] == [
            ("a.md", "withheld")
        ]
        assert "hidden-page" in [item.code for item in report.problems]
        assert not [result.error for result in report.results if result.error]
    w.publish()  # it is shown again
    assert "third" in w.page("A")["body"] and w.page("A")["id"] == page
    assert w.plan().changes == 0


def test_a_hidden_page_is_not_copied_under_a_new_title(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nfirst\n", "b.md": "# B\n"})
    w.publish()
    before = w.ids()
    blind = hiding(before["A"])
    w.write({"a.md": "# Another title\n\nfirst\n"})
    report = w.publish(blind)
    assert w.ids() == before and "hidden-page" in [item.code for item in report.problems]


def test_a_hidden_page_is_known_while_planning_by_what_is_around_it(w: World) -> None:
    """A page that is seen is below it; or the page above it is known to be hidden."""
    w.write(
        {"index.md": "# Home\n", "s/index.md": "# S\n", "s/t/index.md": "# T\n", "s/t/u.md": "# U\n", "v.md": "# V\n"}
    )
    w.publish()
    ids = w.ids()
    w.write({"s/index.md": "# S\n\nsecond\n", "v.md": "# V\n\nsecond\n"})
    report = w.publish(hiding(ids["S"]))  # T and U are seen
    assert w.ids() == ids
    assert not [line for line in w.requests if line.startswith("POST") and line.endswith(("/pages", "/content"))]
    assert {r.action.page.key for r in report.results if r.action.kind == "withheld"} == {"s/index.md"}
    w.write({"s/t/u.md": "# U\n\nthird\n"})
    report = w.publish(hiding(ids["S"], ids["T"], ids["U"]))  # as Confluence does: a restriction holds for all below
    assert not [line for line in w.requests if line.startswith("POST") and line.endswith(("/pages", "/content"))]
    assert {r.action.page.key for r in report.results if r.action.kind == "withheld"} == {
        "s/index.md",
        "s/t/index.md",
        "s/t/u.md",
    }
    w.publish()
    assert w.ids() == ids and w.plan().changes == 0


def test_a_hidden_leaf_is_known_while_planning_where_confluence_tells(w: World) -> None:
    """Cloud's check of permissions knows what is hidden; Data Center has none, and its plan says what it cannot know."""
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nfirst\n", "b.md": "# B\n"})
    w.publish()
    ids = w.ids()
    w.store.set_restrictions(ids["A"], [("read", "user", "somebody-else")])
    w.write({"a.md": "# A\n\nsecond\n"})
    [action] = [action for action in w.plan().actions if action.page.key == "a.md"]
    if w.flavor == "cloud":
        assert (action.kind, action.reasons) == ("withheld", (Reason.HIDDEN,))
    else:
        assert (action.kind, action.reasons) == ("create", (Reason.PURGED,))
    report = w.publish()
    assert w.ids() == ids and "hidden-page" in [item.code for item in report.problems]
    if w.flavor == "cloud":
        assert not [line for line in w.requests if line.startswith("POST") and line.endswith("/pages")]
        w.store.set_restrictions(ids["A"], [])
        for purge in (False, True):
            w.store.delete_page(ids["B"], purge=purge)
        [action] = [action for action in w.plan().actions if action.page.key == "b.md"]
        assert (action.kind, action.reasons) == ("create", (Reason.PURGED,))


def test_a_purged_page_is_made_anew_after_repair(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n", "b.md": "# B\n"})
    w.publish()
    page = w.page("A")["id"]
    blind = hiding(page)
    w.write({"a.md": "# A\n\nnew\n"})
    w.publish(blind)
    for purge in (False, True):
        w.store.delete_page(page, purge=purge)
    assert "hidden-page" in [item.code for item in w.publish().problems]
    w.publish(repair=True)
    assert w.ids()["A"] != page and w.plan().changes == 0


def test_a_hidden_root_stops_the_run(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n"})
    w.publish()
    before = w.ids()
    with pytest.raises(PlanRefused):
        w.publish(hiding(*(number for title, number in before.items() if title != "Docs Home")))
    assert w.ids() == before


# New ids


def migrate(w: World) -> None:
    """Every page has another id now, and the stamps name the old ones."""
    w.store._run(
        "UPDATE property SET value = replace(value, '\"page\": \"', '\"page\": \"9') WHERE key = 'publisherstamp'"
    )
    w.store._run("DELETE FROM property WHERE key LIKE 'publisherindex%' OR key = 'publisherlease'")


def test_after_a_migration_nothing_is_made_twice(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nwords\n", "b/c.md": "# C\n"})
    w.publish()
    ids = w.ids()
    migrate(w)
    with pytest.raises(PlanRefused, match="publisher adopt"):
        w.publish()
    assert w.ids() == ids
    w.publish(adopt=True)
    assert w.ids() == ids and w.plan().changes == 0


def test_adopt_repairs_what_was_doubled(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\nwords\n", "b/c.md": "# C\n"})
    w.publish()
    ids = w.ids()
    w.store._run("DELETE FROM property WHERE key LIKE 'publisher%'")
    w.store._run("UPDATE page SET author = 'migration'")
    w.publish()  # what a version without the check made beside pages that it did not know: a second tree
    assert len(w.ids()) == 2 * len(ids) - 1
    for title, number in ids.items():
        if title == "Docs Home":
            continue
        twin = next(row for row in w.store.pages(["current"], w.space) if row["title"].startswith(f"{title} ("))
        stamp = next(row for row in w.store.properties(twin["id"]) if row["key"] == "publisherstamp")
        import json

        value = {**json.loads(stamp["value"]), "page": f"9{number}", "title": title, "wanted": title}
        w.store.create_property(number, "publisherstamp", value)
    w.publish(adopt=True, yes=True)
    w.publish()
    assert w.ids() == ids and w.plan().changes == 0


# Texts of people


def test_a_text_that_a_person_wrote_is_named_and_needs_yes(w: World) -> None:
    home = w.home
    w.store.update_page(home, {"title": "Docs Home", "body": "<p>by hand</p>", "version": 2, "author": "ann"})
    w.write({"index.md": "# Home\n\nours\n", "a.md": "# A\n"})
    assert [item.code for item in w.plan(root="parent").problems] == ["replaces-text"]
    for root in ("parent", str(home)):
        with pytest.raises(PlanRefused, match=r"ann wrote[\s\S]*--yes"):
            w.publish(root=root)
    assert "by hand" in w.store.page(home)["body"] and set(w.ids()) == {"Docs Home"}
    w.publish(root="parent", yes=True)
    assert "ours" in w.store.page(home)["body"]
    assert w.publish(root="parent").writes == 0


def test_an_empty_page_needs_no_yes(w: World) -> None:
    page = w.store.create_page(w.space, {"title": "Empty", "body": "<p />"})["id"]
    w.write({"index.md": "# Home\n", "a.md": f"---\nconfluence: {{page_id: {page}}}\n---\n# A\n\nours\n"})
    w.publish()
    assert w.ids()["A"] == page


def test_files_without_their_repository_keep_what_pages_say_of_it(w: World) -> None:
    """A tarball knows no address: footers and links to code stay as the last publish wrote them."""
    files = {"index.md": "# Alpha\n\n[code](../src/x.py)\n", "setup.md": "# Setup alpha\n", "use.md": "# Use alpha\n"}
    docs = project(w, "alpha", files, remote="https://git.example.org/a/team")
    (docs.parent / "src").mkdir()
    (docs.parent / "src" / "x.py").write_text("x")
    use(w, docs, banner="auto")
    w.publish()
    before = bodies(w)
    assert "https://git.example.org/a/team" in before["Alpha"][0]
    shutil.rmtree(docs.parent / ".git")
    use(w, docs, banner="auto")
    w.publish()
    assert bodies(w) == before
    (docs / "use.md").write_text("# Use alpha\n\nmore\n")
    w.publish()
    after = bodies(w)
    assert {title for title in after if after[title] != before[title]} == {"Use alpha"}
    shutil.rmtree(docs.parent / "src")  # only the documents were copied
    (docs / "use.md").write_text("# Use alpha\n\nmore\n\n[code](../src/y.py) [above](../../z.py)\n")
    (docs / "index.md").write_text(files["index.md"] + "\nother text\n")
    w.publish()
    texts = {title: body for title, (body, *_) in bodies(w).items()}
    assert "other text" in texts["Alpha"] and "more" in texts["Use alpha"]
    for title, names in {"Alpha": ("src/x.py", "docs/index.md"), "Use alpha": ("src/y.py", "docs/use.md")}.items():
        for name in names:  # the footer too
            assert re.search(rf'"https://git\.example\.org/a/team/[^"]*/{name}"', texts[title]), (title, name)
    assert "z.py" not in texts["Use alpha"]  # outside the repository
    seen = bodies(w)
    use(w, docs, banner="auto")
    w.publish()
    assert bodies(w) == seen
