"""What is asked of a site: a small story over everything that publishing and the commands rest on. It cleans up behind itself."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from publisher.confluence.operations.client import Confluence
from publisher.errors import NotFound, PublisherError, Rejected, RemoteError, TitleTaken, VersionConflict

#: Sets the name of the step that follows.
Tell = Callable[[str], None]


def raises(kind: type[PublisherError], act: Callable[[], Any]) -> None:
    try:
        act()
    except kind:
        return
    raise AssertionError(f"{kind.__name__} was expected")


class Story:
    """``name``: a title that nobody else uses. Everything that is made is below one page of that title."""

    def __init__(self, confluence: Confluence, space: str, name: str, tell: Tell) -> None:
        self.confluence, self.space, self.name, self.tell = confluence, space, name, tell
        self.made: list[str] = []

    def run(self, folder: Path) -> None:
        """Raises what goes wrong; the site is as it was in any case."""
        try:
            self._tell_all(folder)
        finally:
            self.tell("clean up")
            self._clean_up()

    def _tell_all(self, folder: Path) -> None:
        site = self.confluence
        self.tell("who")
        assert site.user.current().get("displayName")
        self.tell("space")
        assert site.space.get(self.space).get("key") == self.space
        self.tell("create")
        root = site.page.create(self.space, self.name, "<p>root</p>")
        self.made.append(root.id)
        child = site.page.create(self.space, f"{self.name} child", "<p>some words</p>", parent=root.id)
        self.made.insert(0, child.id)
        self.tell("title taken")
        raises(TitleTaken, lambda: site.page.create(self.space, self.name.upper()))
        self.tell("update")
        assert site.page.update(child.id, body="<p>other words</p>", message="second").version == 2
        self.tell("stale version")
        raises(VersionConflict, lambda: site.page.update(child.id, body="<p>x</p>", version=2))
        self.tell("bad storage format")
        raises(Rejected, lambda: site.page.update(child.id, body="<p>open"))
        self.tell("not there")
        raises(NotFound, lambda: site.page.get("9007199254740991"))
        self._details(child.id, folder)
        self.tell("trash and back")
        site.page.delete(child.id)
        assert site.page.restore(child.id).status == "current"

    def _details(self, page: str, folder: Path) -> None:
        site = self.confluence
        self.tell("properties")
        site.property.set(page, "publisherLive", {"a": [1, "x"]})
        assert site.property.set(page, "publisherLive", {"a": []}).version == 2
        site.property.delete(page, "publisherLive")
        self.tell("labels")
        assert {row.title for row in site.label.add(page, ["publisher-live", "Upper"])} >= {"publisher-live", "upper"}
        site.label.remove(page, ["upper"])
        self.tell("bad label")
        raises(RemoteError, lambda: list(site.label.add(page, ["a.b"])))
        self.tell("attachments")
        file = folder / "live.txt"
        file.write_text("one")
        first = site.attachment.upload(page, str(file), comment="ü")
        file.write_text("two")
        assert site.attachment.upload(page, str(file)).version == 2
        assert site.attachment.download(first.id) == b"two"
        site.attachment.delete(first.id)
        self.tell("comments")
        site.comment.add("a footer comment", page)
        assert [row.get("kind") for row in site.comment.list(page)] == ["footer"]
        self.tell("versions")
        assert len(list(site.page.versions(page))) >= 2

    def _clean_up(self) -> None:
        """Deepest first; then out of the trash, where the account may do that."""
        for purge in (False, True):
            for page in self.made:
                with suppress(RemoteError):
                    self.confluence.page.delete(page, purge=purge)
