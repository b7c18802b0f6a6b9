"""What the shape of the code promises: one rendering, for the site's product; each document read once; one Git log."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from world import World, pages_of, run_cli, world

from publisher.convert import documents as parsing
from publisher.pictures import gather
from publisher.render import page as rendering
from publisher.sandbox.app import running
from publisher.sandbox.store import Store
from publisher.source.git import git
from publisher.sync.follow import Follower


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def counting(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> list[tuple[Any, ...]]:
    """The arguments of each call from now on."""
    calls: list[tuple[Any, ...]] = []
    real = getattr(module, name)

    def count(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, count)
    return calls


@pytest.fixture(params=["cloud", "datacenter"])
def site(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Store]]:
    with running(":memory:", token="good", flavor=request.param) as (address, store):
        store.create_space("DOCS", "Docs")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("CONFLUENCE_URL", address + ("/confluence" if request.param == "datacenter" else ""))
        monkeypatch.setenv("CONFLUENCE_TOKEN", "good")
        monkeypatch.setenv("CONFLUENCE_SPACE", "DOCS")
        yield request.param, store


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def test_problems_are_those_of_the_product_that_is_written_for(
    site: tuple[str, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lua has no name of its own on Data Center; an icon of a panel is Cloud's."""
    flavor, store = site
    write(tmp_path / "docs", {"index.md": "# Home\n\n```lua\nx\n```\n"})
    rendered = counting(monkeypatch, rendering, "render_page")
    code = 0 if flavor == "cloud" else 3
    out = run_cli("publish", "docs", "--levels", "mapped-language=error", code=code)
    assert ("mapped-language" in out) == (flavor == "datacenter")
    assert ("Home" in pages_of(store, "DOCS")) == (flavor == "cloud")
    assert len(rendered) == 1
    run_cli("publish", "docs", "--levels", "mapped-language=off")
    assert "Home" in pages_of(store, "DOCS")


@pytest.mark.parametrize("root", ["page", "parent"])
@pytest.mark.parametrize("taken", [False, True])
def test_a_saved_paragraph_renders_its_page_alone(
    w: World, monkeypatch: pytest.MonkeyPatch, root: str, taken: bool
) -> None:
    if taken:
        w.store.create_page(w.space, {"title": "Page 7", "body": "<p>somebody's</p>", "author": "alice"})
    parent = w.store.create_page(w.space, {"title": "Top", "body": "", "author": "alice"})["id"]
    w.write({"index.md": "# Home\n", **{f"p{n}.md": f"# Page {n}\n\nwords of {n}\n" for n in range(20)}})
    settings = w.settings.replace(root=root, parent=str(parent), yes=True)
    with w.remote() as remote:
        follower = Follower(remote, settings)
        follower.follow(follower.convert())
        rendered = counting(monkeypatch, rendering, "render_page")
        w.write({"p3.md": "# Page 3\n\nother words\n"})
        reports = follower.follow(follower.convert())
    assert [result.action.page.key for result in reports[0].results if not result.action.idle] == ["p3.md"]
    assert [arguments[0].key for arguments in rendered] == ["p3.md"]


SIBLINGS = {
    "publisher.yml": "collections:\n  - {docs: one, collection: one}\n  - {docs: two, collection: two}\n  - {docs: three, collection: three}\n",
    "one/index.md": "# One\n\n## Part\n\n[two](../two/a.md)\n",
    "two/index.md": "# Two\n",
    "two/a.md": "# A of two\n\n```mermaid\ngraph TD; a-->b\n```\n",
    "three/index.md": "# Three\n\n```mermaid\ngraph TD; c-->d\n```\n",
}


def test_of_siblings_only_what_links_need_is_read(
    site: tuple[str, Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, SIBLINGS)
    parsed = counting(monkeypatch, parsing, "parse_document")
    rendered = counting(monkeypatch, rendering, "render_page")
    drawn = counting(monkeypatch, gather, "draw")
    run_cli("publish", "one")
    assert Counter(arguments[0] for arguments in parsed) == {"index.md": 2, "a.md": 1}  # one and two, each once
    assert [arguments[0].key for arguments in rendered] == ["index.md"] and drawn == []
    assert "A of two" in str(pages_of(site[1], "DOCS")["One"]["body"])


@pytest.mark.parametrize(
    "broken",
    [
        {"two/index.md": None, "two/a.md": None},
        {"publisher.yml": SIBLINGS["publisher.yml"].replace("docs: two, ", "docs: two, title_prefix: '{nothing}', ")},
        {"publisher.yml": SIBLINGS["publisher.yml"].replace("docs: three, ", "docs: gone, ")},
    ],
    ids=["empty", "unknown variable", "missing folder"],
)
def test_a_broken_sibling_stops_nobody(site: tuple[str, Store], tmp_path: Path, broken: dict[str, str | None]) -> None:
    write(tmp_path, SIBLINGS)
    for name, text in broken.items():
        if text is None:
            (tmp_path / name).unlink()
        else:
            (tmp_path / name).write_text(text)
    run_cli("publish", "one")
    assert "One" in pages_of(site[1], "DOCS")


def test_an_anchor_that_a_sibling_links_to_is_there(site: tuple[str, Store], tmp_path: Path) -> None:
    """A publish of one collection and of all write the same page."""
    write(tmp_path, {**SIBLINGS, "three/index.md": "# Three\n\n[part](../one/index.md#part)\n"})
    run_cli("publish", "one")
    alone = pages_of(site[1], "DOCS")["One"]
    run_cli("publish")
    assert pages_of(site[1], "DOCS")["One"]["version"] == alone["version"]
    assert 'ac:name="anchor"' in str(alone["body"]) or site[0] == "datacenter"


def commit(folder: Path, subject: str) -> None:
    for words in (["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", subject]):
        subprocess.run(["git", "-C", str(folder), *words], check=True)


def test_git_is_asked_once_for_all_pages(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    w.write({"index.md": "# Home\n", **{f"p{n}.md": f"# Page {n}\n" for n in range(12)}})
    subprocess.run(["git", "-C", str(w.docs), "init", "-q"], check=True)
    commit(w.docs, "First")
    w.publish()
    w.write({f"p{n}.md": f"# Page {n}\n\nmore\n" for n in range(12)})
    commit(w.docs, "Second")
    runs = counting(monkeypatch, git, "run_program")
    w.publish()
    assert "Second" in str(w.store.versions(w.page("Page 3")["id"])[0]["message"])
    assert len(runs) <= 20
