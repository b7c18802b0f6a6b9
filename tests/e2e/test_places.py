"""Where pages go: places per document, folders, an existing root, blog posts, collections, and what a page is besides its text."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from world import World, pages_of, run_cli, world

import publisher.app as app
from publisher.app import RunOptions, Site
from publisher.cli.main import cli
from publisher.config.load import Config, load_config
from publisher.convert.compose import convert
from publisher.convert.parts import split_places
from publisher.errors import PlanRefused, UsageError
from publisher.sandbox.app import running
from publisher.sandbox.store import ACCOUNT, Store
from publisher.sync.options import rules_of
from publisher.sync.publish import publish


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def publish_all(w: World, **changes: Any) -> int:
    """Every part, and how many writes that took."""

    settings = w.settings.replace(**changes)
    with w.remote() as remote:
        for conversion, place in split_places(convert(settings), settings):
            publish(conversion, remote, place, rules_of(place, None), lambda plan: lambda result: None)
        return remote.session.writes


def test_a_subtree_goes_to_another_space_and_links_lead_there(w: World) -> None:
    other = w.store.create_space("OPS", "Ops")
    w.store.create_page(other["id"], {"title": "Runbooks"})
    w.write(
        {
            "index.md": "# Home\n\n[r](run/index.md#deep) [d](run/deep.md)\n",
            "run/index.md": "---\nconfluence: {space: OPS, parent: Runbooks}\n---\n# Run\n\n## Deep\n\n[h](../index.md)\n",
            "run/deep.md": "# Deeper\n\n[up](index.md)\n",
        }
    )
    publish_all(w)
    here = {row["title"]: row for row in w.store.pages(["current"], w.space)}
    there = {row["title"]: row for row in w.store.pages(["current"], other["id"])}
    assert set(here) == {"Docs Home", "Home"} and {"Run", "Deeper"} <= set(there)
    assert there["Run"]["parent"] == there["Runbooks"]["id"] and there["Deeper"]["parent"] == there["Run"]["id"]
    assert 'ri:space-key="OPS" ri:content-title="Run"' in here["Home"]["body"]
    assert 'ri:space-key="DOCS" ri:content-title="Home"' in there["Run"]["body"]
    assert "ri:space-key" not in there["Deeper"]["body"]
    assert publish_all(w) == 0
    w.write({"run/deep.md": None})
    publish_all(w, prune="trash")
    assert "Deeper" not in {row["title"] for row in w.store.pages(["current"], other["id"])}
    assert "Runbooks" in {row["title"] for row in w.store.pages(["current"], other["id"])}


def test_a_root_that_names_its_space_is_looked_for_in_that_space(w: World) -> None:
    """The space of the settings has no page of its title, which says nothing of the other one."""
    other = w.store.create_space("OPS", "Ops")
    w.write({"index.md": "---\nconfluence: {space: OPS}\n---\n# Home\n", "a.md": "# A\n"})

    @contextmanager
    def connect(config: Config) -> Iterator[Site]:
        with w.remote() as remote:
            yield Site(remote, w.settings)

    for _ in range(2):
        w.requests.clear()
        app.publish([load_config((w.docs,), {})], connect, RunOptions())
    root = next(row for row in w.store.pages(["current"], other["id"]) if row["title"] == "Home")
    assert w.requests.count(f"GET /wiki/api/v2/pages/{root['id']}/properties") == 1
    assert not [line for line in w.requests if line.endswith(f"/spaces/{other['id']}/pages")], "the whole space is read"


def test_a_flag_beats_the_front_matter_and_says_so(w: World) -> None:
    w.store.create_space("OPS", "Ops")
    w.write({"index.md": "# Home\n", "a.md": "---\nconfluence: {space: OPS}\n---\n# A\n"})
    conversion = convert(w.settings.__class__.of(w.docs, space="DOCS", given=frozenset({"space"})))
    assert [item.code for item in conversion.problems] == ["target-ignored"]
    assert len(split_places(conversion, w.settings)) == 1


def test_folders_of_cloud_hold_pages(w: World) -> None:
    w.write({"index.md": "# Home\n", "guide/a.md": "# A\n", "guide/deep/b.md": "# B\n\nwords of b\n"})
    w.publish(directories="folder")
    kinds = {row["title"]: row["kind"] for row in w.store.pages(["current"], w.space, None, ("page", "folder"))}
    assert (kinds["Guide"], kinds["Deep"], kinds["A"]) == ("folder", "folder", "page")
    assert w.publish(directories="folder").writes == 0
    w.write({"guide/c.md": "# C\n"})
    before = w.ids()
    w.publish(directories="folder")
    assert w.ids().items() > before.items()
    (w.docs / "guide").rename(w.docs / "manual")  # a folder cannot be renamed: its pages go to a new one
    w.publish(directories="folder")
    folders = {row["id"]: row["title"] for row in w.store.pages(["current"], w.space, None, ("folder",))}
    assert w.ids()["A"] == before["A"] and folders[w.page("A")["parent"]] == "Manual"
    assert w.ids()["B"] == before["B"]
    assert w.plan(directories="folder").changes == 0


def test_folders_survive_a_lost_index(w: World) -> None:
    w.write({"index.md": "# Home\n", "guide/a.md": "# A\n"})
    w.publish(directories="folder")
    root = w.page("Home")["id"]
    for row in w.store.properties(root):
        if row["key"].startswith("publisherindex"):
            w.store.delete_property(root, row["id"])
    count = len(w.store.pages(["current"], w.space, None, ("page", "folder")))
    w.publish(directories="folder")
    assert len(w.store.pages(["current"], w.space, None, ("page", "folder"))) == count


def test_a_folder_of_somebody_else_with_our_title(w: World) -> None:
    w.store.create_page(w.space, {"title": "Guide", "kind": "folder"})
    w.write({"index.md": "# Home\n", "guide/a.md": "# A\n"})
    w.publish(directories="folder")
    assert len(w.store.pages(["current"], w.space, None, ("folder",))) == 2
    assert w.publish(directories="folder").writes == 0


def test_flattened_directories(w: World) -> None:
    w.write({"index.md": "# Home\n\n[g](guide/)\n", "guide/a.md": "# A\n", "x/index.md": "# X\n", "x/y/z.md": "# Z\n"})
    w.publish(directories="flatten")
    assert w.tree("Home") == ["A", ["Z"]]


@pytest.mark.parametrize("root", ["parent", "id"])
def test_the_root_is_a_page_that_was_there(w: World, root: str) -> None:
    home = w.home
    w.write({"index.md": "# Our docs\n\nwelcome\n", "a.md": "# A\n\n[up](index.md)\n"})
    setting = "parent" if root == "parent" else str(home)
    w.publish(root=setting)
    page = w.store.page(home)
    assert page["title"] == "Docs Home" and "welcome" in page["body"] and page["parent"] is None
    assert w.page("A")["parent"] == home and 'ri:content-title="Docs Home"' in w.page("A")["body"]
    assert w.publish(root=setting).writes == 0
    w.write({"index.md": "# Another title\n\nwelcome back\n"})
    w.publish(root=setting)
    page = w.store.page(home)
    assert page["title"] == "Docs Home" and "welcome back" in page["body"]
    w.write({"index.md": None, "b.md": "# B\n"})
    report = w.publish(root=setting, prune="trash")  # no index any more: the page stays, as it is
    assert "welcome back" in w.store.page(home)["body"] and not report.removed
    assert w.plan(root=setting).changes == 0


def test_a_root_without_an_index_keeps_its_text(w: World) -> None:
    home = w.home
    w.store.update_page(home, {"title": "Docs Home", "body": "<p>by hand</p>", "version": 2})
    w.write({"a.md": "# A\n", "b.md": "# B\n"})
    w.publish(root="parent")
    assert "by hand" in w.store.page(home)["body"] and w.store.page(home)["version"] == 2
    assert w.publish(root="parent").writes == 0


def test_blog_posts(w: World) -> None:
    post = "---\nconfluence: {type: blogpost, date: 2026-01-31}\nlabels: [news]\n---\n# News\n\nold words\n"
    w.write({"index.md": "# Home\n\n[n](blog/one.md)\n", "blog/one.md": post, "news.md": "# News\n\nthe page\n"})
    w.publish()
    posts = w.store.pages(["current"], w.space, None, ("blogpost",))
    assert [row["title"] for row in posts] == ["News"] and posts[0]["created"].startswith("2026-01-31")
    assert [row["name"] for row in w.store.labels(posts[0]["id"])] == ["news"]
    assert 'ri:posting-day="2026/01/31"' in w.page("Home")["body"]
    assert "the page" in w.page("News")["body"]  # posts have titles of their own
    assert w.publish().writes == 0
    w.write({"blog/one.md": post.replace("old words", "new words")})
    (w.docs / "blog/one.md").rename(w.docs / "blog/two.md")
    w.publish()
    again = w.store.pages(["current"], w.space, None, ("blogpost",))
    assert [row["id"] for row in again] == [posts[0]["id"]] and "new words" in again[0]["body"]
    w.write({"blog/two.md": None})
    w.publish(prune="trash")
    assert not w.store.pages(["current"], w.space, None, ("blogpost",))


FACETS = """---
confluence:
  owner: bob
  status: {name: In review, colour: blue}
  edit_lock: true
  restrict: {view: [bob, carol]}
  editor: legacy
  cover: https://example.com/a.png
  notify: true
---
# Secret

hidden words
"""


def test_facets_of_a_page(w: World) -> None:
    seen: list[tuple[str, bool]] = []

    def watch(request: Any, send: Any) -> Any:
        if request.method in {"POST", "PUT"} and "/pages" in request.url.path and "properties" not in request.url.path:
            data = json.loads(request.content)
            if data["title"] == "Secret":
                page = next((row for row in w.store.pages(["current"], w.space) if row["title"] == "Secret"), None)
                closed = bool(page and w.store.restrictions(page["id"]))
                seen.append((data["body"]["value"], closed))
        return send()

    w.write({"index.md": "# Home\n", "s.md": FACETS})
    w.publish(watch, unwatch=True)
    assert all(closed for body, closed in seen if "hidden" in body)  # restricted before its text was there
    page = w.page("Secret")
    assert (page["owner"], page["state"], page["watched"], page["minor"]) == ("bob", "In review", 0, 0)
    rights = {(row["operation"], row["name"]) for row in w.store.restrictions(page["id"])}
    assert rights == {("read", "bob"), ("read", "carol"), ("read", ACCOUNT), ("update", ACCOUNT)}
    properties = {row["key"]: json.loads(row["value"]) for row in w.store.properties(page["id"])}
    assert properties["editor"] == "v1" and "example.com" in properties["cover-picture-id-published"]
    assert w.publish(unwatch=True).writes == 0

    w.store.set_restrictions(page["id"], [("read", "user", "dave"), *((o, "user", n) for o, n in sorted(rights))])
    w.write(
        {"s.md": FACETS.replace("bob, carol", "bob").replace("  edit_lock: true\n", "").replace("In review", "Done")}
    )
    w.publish()
    now = {(row["operation"], row["name"]) for row in w.store.restrictions(page["id"])}
    assert now == {("read", "bob"), ("read", "dave"), ("read", ACCOUNT)}  # dave's is not ours
    assert w.page("Secret")["state"] == "Done"
    w.write({"s.md": "# Secret\n\nopen words\n"})
    w.publish()
    left = {(row["operation"], row["name"]) for row in w.store.restrictions(page["id"])}
    assert left == {("read", "dave"), ("read", ACCOUNT)} and w.page("Secret")["state"] is None
    assert w.plan().changes == 0


def test_the_banner_names_the_source_and_makes_no_version(w: World) -> None:
    w.write({"index.md": "# Home\n", "a b.md": "# A\n", "c.md": "---\nconfluence: {banner: false}\n---\n# C\n"})
    w.publish(banner="auto")
    assert "Published from a b.md." in w.page("A")["body"] and "Published" not in w.page("C")["body"]
    assert w.publish(banner="auto").writes == 0
    w.publish(banner="See {source} & co")
    assert "See a b.md &amp; co" in w.page("A")["body"]


def test_reasons_tell_a_converter_from_a_change(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n\none\n", "b.md": "# B\n\ntwo\n"})
    w.publish()
    w.write({"a.md": "# A\n\none more\n"})
    reasons = {action.page.key: action.reasons for action in w.plan(banner="x {source}").actions}
    assert reasons["a.md"] == ("content",) and reasons["b.md"] == ("settings",)
    assert {a.kind for a in w.plan(banner="x {source}", skip_reason=("settings",)).actions} == {"unchanged", "update"}
    for module in ("build", "compare"):
        monkeypatch.setattr(f"publisher.planning.{module}.__version__", "99.0.0")
    reasons = {action.page.key: action.reasons for action in w.plan(banner="x {source}").actions}
    assert reasons["b.md"] == ("converter",)
    for module in ("build", "compare"):
        monkeypatch.setattr(f"publisher.planning.{module}.__version__", "0.0.9")
    with pytest.raises(PlanRefused, match="--allow-downgrade"):
        w.plan(banner="x {source}")
    assert w.plan(banner="x {source}", allow_downgrade=True).changes == 3
    with pytest.raises(UsageError, match="is not a known reason"):
        w.plan(skip_reason=("weather",))


def test_the_root_is_not_made_twice_in_another_space(w: World) -> None:
    other = w.store.create_space("OTHER", "Other")
    w.write({"index.md": "# Home\n", "a.md": "# A\n"})
    w.publish()
    ids = w.ids()
    with pytest.raises(PlanRefused, match=r"is in the space DOCS.*--move-root"):
        w.publish(space="OTHER")
    w.publish(space="OTHER", move_root=True)
    there = {row["title"]: row["id"] for row in w.store.pages(["current"], other["id"])}
    assert (there["Home"], there["A"]) == (ids["Home"], ids["A"])
    assert w.publish(space="OTHER").writes == 0
    w.publish(space="DOCS", collection="another name")
    assert {row["title"]: row["id"] for row in w.store.pages(["current"], other["id"])} == there


def test_a_collection_under_a_new_name(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "# A\n", "b.md": "# B\n"})
    w.publish(collection="org/old")
    ids = w.ids()
    with pytest.raises(PlanRefused, match="--take-over org/old"):
        w.publish(collection="org/new")
    w.publish(collection="org/new", take_over=("org/old",))
    assert w.ids() == ids and w.publish(collection="org/new").writes == 0
    with pytest.raises(PlanRefused):
        w.publish(collection="org/old")


def git(folder: Path, *words: str) -> None:
    import subprocess

    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True, capture_output=True
    )


def test_a_renamed_repository_is_found_by_its_pages(w: World) -> None:
    git(w.root, "init", "-q")
    git(w.root, "remote", "add", "origin", "git@github.com:org/old.git")
    w.write({"index.md": "# Home\n", "a.md": "# A\n", "b.md": "# B\n"})
    w.publish(collection="")
    assert w.plan(collection="").collection == "org/old/docs"
    git(w.root, "remote", "set-url", "origin", "https://github.com/org/old")
    assert w.plan(collection="").changes == 0  # the same repository
    git(w.root, "remote", "set-url", "origin", "https://github.com/org/new.git")
    w.write({"index.md": "# Home again\n"})
    with pytest.raises(PlanRefused, match="--take-over org/old/docs"):
        w.publish(collection="")


SERVICES = """
space: DOCS
collections:
  - {docs: "services/*/docs"}
  - {docs: handbook, collection: handbook, space: HAND, title: Handbook}
links:
  ../other/x.md: {space: EXT, title: Their page}
  https://github.com/org/other/blob/main/y.md: https://example.atlassian.net/wiki/spaces/EXT/pages/9
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for name, text in {
        "publisher.yml": SERVICES,
        "services/billing/docs/a.md": "# A\n\n[h](../../../handbook/rules.md#rule) [s](../../shipping/docs/)\n",
        "services/billing/docs/b.md": "# B\n\n[x](../other/x.md) [y](https://github.com/org/other/blob/main/y.md)\n",
        "services/shipping/docs/index.md": "# Shipping guide\n",
        "services/shipping/docs/a.md": "# A\n",
        "handbook/rules.md": "# Rules\n\n## Rule\n\n[b](../services/billing/docs/b.md)\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    with running(":memory:") as (address, store):
        store.create_space("DOCS", "Docs")
        store.create_space("HAND", "Hand")
        monkeypatch.setenv("CONFLUENCE_URL", address)
        monkeypatch.setenv("CONFLUENCE_TOKEN", "t")
        yield store


def test_a_reviewed_plan_is_applied_whole_or_not_at_all(site: Store) -> None:
    run_cli("plan", "--output", "plan.json")
    before = len(site.pages(["current"]))
    Path("handbook/rules.md").write_text("# Rules\n\n## Rule\n\nother words\n")  # the last collection of three
    assert "rules.md: the document has changed" in run_cli("publish", "--plan", "plan.json", code=4)
    assert len(site.pages(["current"])) == before
    run_cli("plan", "--output", "plan.json")
    assert "which this run does not publish" in run_cli("publish", "handbook", "--plan", "plan.json", code=4)
    assert len(site.pages(["current"])) == before
    planned = {
        row["title"] for found in json.loads(Path("plan.json").read_text())["collections"] for row in found["pages"]
    }
    run_cli("publish", "--plan", "plan.json")
    assert planned == {*pages_of(site, "HAND"), *pages_of(site, "DOCS")} - {"Hand Home", "Docs Home"}
    assert "other words" in pages_of(site, "HAND")["Rules"]["body"] and "Billing" in pages_of(site, "DOCS")


def test_several_collections_in_one_file(site: Store) -> None:
    out = run_cli("publish")
    docs, hand = pages_of(site, "DOCS"), pages_of(site, "HAND")
    assert {"Billing", "B", "Shipping guide", "A"} <= set(docs) and {"Handbook", "Rules"} <= set(hand), out
    body = next(row["body"] for row in docs.values() if "#rule" in row["body"] or 'ac:anchor="rule"' in row["body"])
    assert 'ri:space-key="HAND" ri:content-title="Rules"' in body and 'ri:content-title="Shipping guide"' in body
    assert 'ri:space-key="EXT" ri:content-title="Their page"' in docs["B"]["body"] and "/pages/9" in docs["B"]["body"]
    assert 'ri:space-key="DOCS" ri:content-title="B"' in hand["Rules"]["body"]
    assert '<ac:parameter ac:name="">rule</ac:parameter>' in hand["Rules"]["body"]  # the link's heading can be reached
    assert "no changes" in run_cli("publish")
    before = pages_of(site, "DOCS")
    Path("handbook/rules.md").write_text("# Rules\n\n## Rule\n\nnew\n")
    assert "1 updated" in run_cli("publish", "--collection", "handbook")
    assert pages_of(site, "DOCS") == before
    assert "known:" in run_cli("publish", "--collection", "nothing", code=2)
    assert "services/billing/docs" in run_cli("doctor", code=2)
    assert "no changes" in run_cli("plan", "services/billing/docs")
    out = run_cli("publish", "--format", "json")
    values = json.loads(out[out.index("{") :])
    assert values["summary"]["unchanged"] == 7 and "handbook" in values["where"]["collection"]


@pytest.mark.parametrize("titles", [("Billing", "Shipping"), ("Overview", "Overview")])
def test_folders_of_one_file_that_look_the_same_are_no_rivals(site: Store, titles: tuple[str, str]) -> None:
    """Made from one template: with the same paths, and most titles the same."""
    for name, title in zip(("billing", "shipping"), titles, strict=True):
        for path, text in {"index.md": f"# {title}\n", "a.md": "# Setup\n", "b.md": "# Errors\n"}.items():
            Path(f"services/{name}/docs/{path}").write_text(text)
    out = run_cli("publish")
    assert "8 created" in out, out
    assert len(pages_of(site, "DOCS")) == 7  # the home page too
    assert "no changes" in run_cli("publish")
    assert "no changes" in run_cli("publish", "--collection", "shipping")


def test_a_page_without_its_parent_is_told_with_the_title_of_that(site: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path below the folder that is published makes another docs folder of its own, where there is no publisher.yml."""
    monkeypatch.setenv("CONFLUENCE_SPACE", "DOCS")
    Path("publisher.yml").unlink()
    told = run_cli("publish", "services/shipping/docs/a.md", code=4)
    assert "a.md: its parent “Shipping guide” is not published yet" in told and "--docs" in told, told
    assert set(pages_of(site, "DOCS")) == {"Docs Home"}


def test_a_scratch_copy_beside_the_live_pages(site: Store) -> None:
    run_cli("publish")
    live = pages_of(site, "DOCS")
    parent = site.create_page(next(row["id"] for row in site.spaces() if row["key"] == "DOCS"), {"title": "Drafts"})
    live_rows = {title: (row["version"], row["parent"]) for title, row in live.items()}
    Path("services/billing/docs/b.md").write_text(
        f"---\nconfluence: {{page_id: {live['B']['id']}, space: HAND}}\n---\n# B\n\nnew\n"
    )
    run_cli("publish", "services/billing/docs", "--scratch", "Drafts", "--name", "try")
    now = pages_of(site, "DOCS")
    assert now["Billing [try]"]["parent"] == parent["id"] and "B [try]" in now
    assert {title: (row["version"], row["parent"]) for title, row in now.items() if title in live} == live_rows
    assert "no changes" in run_cli("publish", "services/billing/docs", "--scratch", "Drafts", "--name", "try")
    run_cli("unpublish", "services/billing/docs", "--collection", "try", "--yes")
    assert set(pages_of(site, "DOCS")) == {*live, "Drafts"}


def test_translations_beside_their_originals(w: World) -> None:
    w.write({"index.md": "# Home\n\n[a](a.md)\n", "a.md": "# A\n", "a.fr.md": "# A en français\n", "b.md": "# B\n"})
    w.publish(i18n="suffix")
    assert set(w.ids()) == {"Docs Home", "Home", "A", "B"}
    w.publish(i18n="suffix", lang="fr", title_suffix=" ({lang})", collection="fr")
    assert {"Home (fr)", "A en français (fr)", "B (fr)"} <= set(w.ids())
    assert 'ri:content-title="A en français (fr)"' in w.page("Home (fr)")["body"]


def test_a_scratch_collection_is_removed_by_its_name(w: World) -> None:
    env = {"CONFLUENCE_URL": w.address, "CONFLUENCE_TOKEN": "t", "CONFLUENCE_SPACE": "DOCS"}
    w.write({"index.md": "# Home\n", "a.md": "# A\n"})
    home = w.home
    runner = CliRunner()
    assert runner.invoke(cli, ["publish", str(w.docs), "--scratch", str(home), "--name", "ada"], env=env).exit_code == 0
    assert set(w.ids()) == {"Docs Home", "Home [ada]", "A [ada]"}
    result = runner.invoke(cli, ["unpublish", str(w.docs), "--collection", "ada", "--yes"], env=env)
    assert result.exit_code == 0 and set(w.ids()) == {"Docs Home"}, result.output


def test_labels_that_are_changed_are_named_once(w: World) -> None:
    w.write(
        {"index.md": "---\nlabels: [Two Words]\n---\n# Home\n", "a.md": "---\nlabels: [Two Words, fine]\n---\n# A\n"}
    )
    assert [item.message for item in convert(w.settings).problems] == ["the label `Two Words` becomes `two-words`"]


def test_a_draft_is_published_when_it_is_none_any_more(w: World) -> None:
    text = "---\nconfluence: {draft: true}\n---\n# D\n\nearly words\n"
    w.write({"index.md": "# Home\n", "d.md": text})
    w.publish()
    (draft,) = w.store.pages(["draft"], w.space)
    assert draft["title"] == "D" and "D" not in w.ids()
    assert w.publish().writes == 0
    w.write({"d.md": text.replace("early", "later")})
    w.publish()
    (again,) = w.store.pages(["draft"], w.space)
    assert again["id"] == draft["id"] and "later" in again["body"]
    w.write({"d.md": "# D\n\nlater words\n"})
    w.publish()
    assert w.page("D")["id"] == draft["id"] and not w.store.pages(["draft"], w.space)
    assert w.publish().writes == 0
    w.write({"d.md": text})
    assert [item.code for item in w.plan().problems] == ["published-draft"]
    w.write({"d.md": None, "e.md": text.replace("# D", "# E")})
    w.publish()
    w.write({"e.md": None})
    w.publish(prune="trash")
    assert not w.store.pages(["draft"], w.space)


def test_a_page_id_of_another_space_than_the_one_that_is_given(w: World) -> None:
    w.write({"index.md": "# Home\n", "a.md": "---\nconfluence: {page_id: 987654}\n---\n# A\n"})
    with pytest.raises(PlanRefused, match="987654"):
        w.plan()
    plan = w.plan(given=frozenset({"space"}))
    assert [item.code for item in plan.problems] == ["target-ignored"] and len(plan.actions) == 2


def test_a_macro_that_cloud_does_not_know(w: World) -> None:
    w.write({"index.md": "# Home\n\n```macro\nname: html\n---\nx\n```\n"})
    assert [(item.code, item.line) for item in convert(w.settings).problems] == [("unsupported-macro", 3)]


def test_the_sandbox_has_no_other_spaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_SANDBOX_STATE", str(tmp_path / "state"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Home\n")
    (tmp_path / "docs" / "a.md").write_text("---\nconfluence: {space: OPS, parent: Runbooks}\n---\n# A\n")
    out = run_cli("publish", str(tmp_path / "docs"), "--sandbox")
    assert "2 created" in out and "target-ignored" in out
    assert "no changes" in run_cli("plan", str(tmp_path / "docs"), "--sandbox")


def test_many_documents_with_a_blog_post_are_proved_unchanged(w: World) -> None:
    from publisher.convert.sources import read_source
    from publisher.sync.unchanged import plan_unchanged

    w.write({"index.md": "# Home\n", **{f"p{number}.md": f"# P {number}\n" for number in range(205)}})
    w.write({"n.md": "---\nconfluence: {type: blogpost, date: 2026-01-31}\n---\n# News\n"})
    w.publish()
    with w.remote() as remote:
        found = plan_unchanged(read_source(w.settings), remote, w.settings)
    assert isinstance(found, tuple) and len(found[0].plan.actions) == 207
    assert w.findings() == []
    post = w.store.pages(["current"], w.space, None, ("blogpost",))[0]
    w.store.update_page(post["id"], {"title": "News", "body": "<p>by hand</p>", "version": 2, "author": "eve"})
    with w.remote() as remote:
        assert not isinstance(plan_unchanged(read_source(w.settings), remote, w.settings), tuple)
