"""Eight collections of two repositories in two spaces: no page of another one ever gets a request that writes."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from world import World, world

from publisher.errors import PlanRefused
from publisher.model.settings import Settings
from publisher.source.git.repository import find_repository
from publisher.sync.options import collection_name


@pytest.fixture
def w(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as made:
        yield made


def checkout(root: Path, remote: str) -> Path:
    for name, text in {
        "docs/index.md": "# {} guide\n\n[s](setup.md)\n", "docs/setup.md": "# Setup\n\nhow {} is set up\n",
        "api/index.md": "# {} API\n", "api/calls.md": "# Calls\n\ncalls of {}\n",
    }.items():  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(root.name.title()))
    for words in (["init", "-q"], ["remote", "add", "origin", remote]):
        subprocess.run(["git", "-C", str(root), *words], check=True)
    return root


@dataclass
class Owner:
    """Publishes collections, and sees to it that each writes to its own pages only."""

    w: World

    def owned(self, name: str) -> set[str]:
        found = set()
        for page in self.w.store.pages(["current", "archived", "trashed"]):
            stamps = [row["value"] for row in self.w.store.properties(page["id"]) if row["key"] == "publisherstamp"]
            if any(f'"collection": "{name}"' in value for value in stamps):
                found.add(str(page["id"]))
        return found

    def publish(self, settings: Settings, **changes: Any) -> str:
        settings = settings.replace(**changes)
        name = collection_name(settings, find_repository(settings.source))
        before = {str(page["id"]) for page in self.w.store.pages(["current", "archived", "trashed"])}
        old = self.w.settings
        self.w.settings = settings
        try:
            self.w.publish()
        finally:
            self.w.settings = old
        own = self.owned(name)
        for request in self.w.requests:
            method, path = request.split(" ", 1)
            number = re.search(r"/(?:pages|content|blogposts)/(\d+)", path)
            if method != "GET" and number and number[1] in before:
                assert number[1] in own, f"{name}: {request}"
        return name


def test_eight_collections_in_two_spaces(w: World) -> None:
    w.store.create_space("OTHER", "Other")
    one = checkout(w.root / "one", "https://github.com/org/one.git")
    two = checkout(w.root / "two", "git@github.com:org/two.git")
    owner = Owner(w)
    base = w.settings.replace(collection="")
    places = [(root / part, space) for root in (one, two) for part in ("docs", "api") for space in ("DOCS", "OTHER")]
    sets = [base.replace(docs=docs, space=space, edition="" if space == "DOCS" else "@other") for docs, space in places]
    names = [owner.publish(settings) for settings in sets]
    assert len(set(names)) == 8 and {"org/one/docs", "org/two/api@other"} <= set(names)
    pages = {name: owner.owned(name) for name in names}
    assert all(len(found) == 2 for found in pages.values()) and len(set().union(*pages.values())) == 16

    for docs in (one / "docs", two / "api"):
        for file in docs.glob("*.md"):
            file.write_text(file.read_text() + "\nmore\n")
    for settings in sets:
        owner.publish(settings)

    # The remote in another form is the same repository; under another name it is refused, or taken over by name.
    subprocess.run(["git", "-C", str(one), "remote", "set-url", "origin", "ssh://git@github.com/org/one"], check=True)
    assert owner.publish(sets[0]) == "org/one/docs" and owner.owned("org/one/docs") == pages["org/one/docs"]
    subprocess.run(["git", "-C", str(one), "remote", "set-url", "origin", "https://github.com/org/renamed"], check=True)
    with pytest.raises(PlanRefused, match="--take-over org/one/docs"):
        owner.publish(sets[0])
    subprocess.run(["git", "-C", str(one), "remote", "set-url", "origin", "https://github.com/org/one"], check=True)

    # A fork has another name: with its own root title, its pages stand beside; with the same, nothing is written.
    fork = checkout(w.root / "fork" / "two", "https://github.com/fork/two")
    forked = base.replace(docs=fork / "docs", space="DOCS")
    with pytest.raises(PlanRefused):
        owner.publish(forked)
    owner.publish(forked, title_suffix=" (fork)", collection="fork")

    # A release branch below a page of its own, and a scratch tree beside the live one.
    home = w.store.create_page(w.space, {"title": "Releases"})["id"]
    with pytest.raises(PlanRefused, match="--move-root"):
        owner.publish(sets[0], parent=str(home))
    owner.publish(sets[0], parent=str(home), collection="one-v1", title_suffix=" (v1)")
    owner.publish(sets[0], parent=str(home), collection="ada", title_suffix=" [ada]", scratch="ada")
    for settings in sets:
        owner.publish(settings, prune="trash")
    assert {name: owner.owned(name) for name in names} == pages
    assert all(row["status"] == "current" for row in w.store.pages(["current", "trashed", "archived"]))
