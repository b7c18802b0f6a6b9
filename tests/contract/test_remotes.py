"""What the port promises, on each of its adapters: the same story of a page on Cloud and on Data Center."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from world import World, hiding_the_trash, world

from publisher.errors import NotFound, RemoteError, TitleTaken, UsageError, VersionConflict
from publisher.model.snapshot import ContentKind, ContentRef, RemotePage, Space
from publisher.remote.port import NewPage, PageUpdate, Remote, Upload


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        yield made


@pytest.fixture
def remote(w: World) -> Iterator[Remote]:
    with w.remote() as made:
        yield made


@pytest.fixture
def space(remote: Remote) -> Space:
    return remote.find_space("DOCS")


def create(remote: Remote, space: Space, title: str, body: str = "<p>text</p>") -> RemotePage:
    return remote.create_page(NewPage(space_id=space.id, parent=ContentRef(space.home), title=title, body=body))


def update(page: RemotePage, *, title: str = "", message: str = "m") -> PageUpdate:
    return PageUpdate(parent=page.parent or "", title=title or page.title, body="<p>new</p>", message=message)


def test_a_space_is_asked_for_once_and_an_unknown_one_names_the_setting(w: World, remote: Remote, space: Space) -> None:
    assert space.key == "DOCS" and remote.find_space("DOCS") == space
    assert sum("space" in request for request in w.requests) == 1
    with pytest.raises(NotFound, match="CONFLUENCE_SPACE"):
        remote.find_space("NONE")


def test_a_page_is_created_found_updated_and_removed(remote: Remote, space: Space) -> None:
    page = create(remote, space, "One")
    assert (page.version, page.status, page.parent, page.author) == (1, "current", space.home, remote.account())
    assert [found.id for found in remote.find_pages(space.id, "oNE")] in ([page.id], [])  # Data Center is exact
    assert [found.id for found in remote.find_pages(space.id, "One")] == [page.id]
    assert (page.id, "DOCS") in [(found.id, key) for found, key in remote.find_everywhere("One")]
    changed = remote.update_page(page, update(page, title="Two", message="why"))
    assert (changed.id, changed.version, changed.title, changed.message) == (page.id, 2, "Two", "why")
    stored = remote.read_body(page.ref)
    assert "new" in stored.body and stored.page.version == 2 and stored.labels == frozenset()
    assert {found.id for found in remote.list_content(space.id, ContentKind.PAGE)} >= {page.id, space.home}
    other = create(remote, space, "Three")
    assert {found.id for found in remote.read_pages(space.id, [page.ref, other.ref])} == {page.id, other.id}
    assert [found.id for found in remote.read_pages(space.id, [page.ref])] == [page.id]
    assert {ref.id for ref in remote.read_children(ContentRef(space.home))} == {page.id, other.id}
    for _ in range(2):  # what is gone is no error
        remote.remove_page(page.ref, "trash")
    trashed = remote.read_page(page.ref)
    assert trashed is not None and trashed.status == "trashed"
    assert remote.read_pages(space.id, [page.ref]) == []
    assert [found.id for found in remote.find_pages(space.id, "Two", trashed=True)] == [page.id]
    assert remote.read_page(ContentRef("999999")) is None


def test_titles_are_taken_and_versions_conflict(w: World, remote: Remote, space: Space) -> None:
    page = create(remote, space, "One")
    with pytest.raises(TitleTaken):
        create(remote, space, "One")
    w.edit("One", "<p>by hand</p>")
    with pytest.raises(VersionConflict, match="was changed in Confluence"):
        remote.update_page(page, update(page))
    assert "by hand" in remote.read_body(page.ref).body


def test_a_page_comes_back_with_its_text_also_where_the_trash_is_hidden(w: World, space: Space) -> None:
    with w.remote(hiding_the_trash(w.store)) as remote:
        page = create(remote, space, "One", "<p>kept</p>")
        remote.remove_page(page.ref, "trash")
        trashed = remote.read_page(page.ref)
        assert trashed is not None
        back = remote.restore_page(trashed)
        assert back.status == "current" and "kept" in remote.read_body(page.ref).body
        remote.remove_page(page.ref, "trash")
        create(remote, space, "One")
        with pytest.raises(RemoteError):
            remote.restore_page(trashed)


def test_properties_have_versions(remote: Remote, space: Space) -> None:
    ref = create(remote, space, "One").ref
    first = remote.write_property(ref, "k", {"a": 1}, None)
    second = remote.write_property(ref, "k", {"a": 2}, first)
    assert (first.version, second.version) == (1, 2)
    assert remote.read_properties(ref)["k"].value == {"a": 2}
    assert remote.write_property(ref, "k", {"a": 2}, first).version == 2  # it is there already
    with pytest.raises(VersionConflict):
        remote.write_property(ref, "k", {"a": 3}, first)
    for _ in range(2):
        remote.remove_property(ref, "k", second)
    assert "k" not in remote.read_properties(ref)


def test_files_and_labels(remote: Remote, space: Space) -> None:
    ref, details = create(remote, space, "One").ref, remote.details
    for data in (b"1", b"22"):
        details.put_attachment(ref, Upload("a b.png", data, "image/png", "ours ✓"))
    found = details.read_attachments(ref)
    assert {name: file.comment for name, file in found.items()} == {"a b.png": "ours ✓"}
    for _ in range(2):
        details.remove_attachment(found["a b.png"].id)
    assert details.read_attachments(ref) == {}
    details.add_labels(ref, ["one", "two"])
    assert details.read_labels(ref) == remote.read_body(ref).labels == {"one", "two"}
    bare, gone = create(remote, space, "Two").ref, ContentRef("999999")
    assert details.find_labels([ref, bare, gone]) == {ref.id: {"one", "two"}, bare.id: frozenset()}
    assert details.find_labels([]) == {}
    for _ in range(2):
        details.remove_label(ref, "one")
    assert details.read_labels(ref) == {"two"}


def test_open_comments_of_both_kinds(w: World, remote: Remote, space: Space) -> None:
    page = create(remote, space, "One", "<p>some words here</p>")
    marker = w.comment("One", "words")
    w.store.create_footer_comment(int(page.id), "<p>why?</p>", "bob")
    found = {(comment.ref, comment.author, "why" in comment.text) for comment in remote.details.read_comments(page.ref)}
    assert found == {(marker, "alice", False), ("", "bob", True)}


def test_blog_posts(remote: Remote, space: Space) -> None:
    new = NewPage(
        space_id=space.id,
        parent=ContentRef(""),
        title="News",
        body="<p>n</p>",
        kind=ContentKind.BLOGPOST,
        date="2026-01-31",
    )
    post = remote.create_page(new)
    assert post.kind == ContentKind.BLOGPOST and post.parent is None
    assert [found.id for found in remote.list_content(space.id, ContentKind.BLOGPOST)] == [post.id]
    assert [found.id for found in remote.read_pages(space.id, [post.ref])] == [post.id]
    assert remote.read_children(post.ref) == []
    changed = remote.update_page(post, update(post, title="More news"))
    assert changed.version == 2 and changed.kind == ContentKind.BLOGPOST
    remote.remove_page(post.ref, "trash")
    trashed = remote.read_page(post.ref)
    assert trashed is not None and trashed.status == "trashed"


def test_what_a_product_cannot_do_is_among_its_capabilities(w: World, remote: Remote, space: Space) -> None:
    can, page = remote.capabilities, create(remote, space, "One")
    sibling = create(remote, space, "Another")
    if w.flavor == "datacenter":
        assert not (can.ordered or can.archives or can.folders or can.metadata)
        with pytest.raises(UsageError):
            remote.move_page(page.ref, "before", sibling.id)
        assert remote.find_folders(space, "One") == []
        return
    assert can.ordered and can.archives and can.folders and can.metadata
    remote.move_page(page.ref, "before", sibling.id)
    assert [ref.id for ref in remote.read_children(ContentRef(space.home))] == [page.id, sibling.id]
    made = NewPage(space_id=space.id, parent=ContentRef(space.home), title="F", body="", kind=ContentKind.FOLDER)
    folder = remote.create_page(made)
    assert folder.kind == ContentKind.FOLDER and remote.create_page(made).id == folder.id  # an unstamped one is ours
    remote.remove_page(page.ref, "archive")
    assert w.store.page(int(page.id))["status"] == "archived"


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_write_without_an_answer_takes_effect_once(w: World, space: Space, after: bool) -> None:
    """Each write is lost once on the wire, before or after it took effect."""
    lost: set[str] = set()

    def lose(request: httpx.Request, send: Callable[[], httpx.Response]) -> httpx.Response:
        key = f"{request.method} {request.url.path}"
        if request.method == "GET" or key in lost:
            return send()
        lost.add(key)
        if after:
            send().close()
        raise httpx.ReadTimeout("timed out", request=request)

    with w.remote(lose) as remote:
        page = create(remote, space, "One")
        changed = remote.update_page(page, update(page))
        record = remote.write_property(page.ref, "k", 1, None)
        record = remote.write_property(page.ref, "k", 2, record)
        remote.details.put_attachment(page.ref, Upload("a.png", b"1", "image/png", "c"))
        remote.details.add_labels(page.ref, ["x"])
        remote.remove_page(page.ref, "trash")
        trashed = remote.read_page(page.ref)
        assert trashed is not None
        remote.restore_page(trashed)
    assert len([row for row in w.store.pages(["current"], w.space) if row["title"] == "One"]) == 1
    assert (changed.version, record.version) == (2, 2)
    assert [row["name"] for row in w.store.attachments(int(page.id))] == ["a.png"]
    assert [row["name"] for row in w.store.labels(int(page.id))] == ["x"]


def test_what_an_import_asks(w: World, remote: Remote, space: Space, tmp_path: Path) -> None:
    page = create(remote, space, "One")
    assert remote.find_space_of(page.ref) == space
    with pytest.raises(NotFound):
        remote.find_space_of(ContentRef("999999"))
    remote.details.put_attachment(page.ref, Upload("a.bin", b"x" * 70_000, "application/octet-stream", ""))
    remote.details.save_file(remote.details.read_attachments(page.ref)["a.bin"], tmp_path / "a.bin")
    assert (tmp_path / "a.bin").read_bytes() == b"x" * 70_000
    assert remote.details.read_user(remote.account()) and remote.details.read_user("nobody") == ""
    facets = remote.details.read_facets(page.ref)
    assert (facets.view, facets.edit, facets.status) == ((), (), ("", ""))
    if remote.capabilities.metadata:
        remote.details.set_status(page.ref, "Done", "#57d9a3")
        remote.details.restrict(page.ref, {"update": ["ada"]}, {})
        facets = remote.details.read_facets(page.ref)
        assert facets.status == ("Done", "#57d9a3") and set(facets.edit) == {"ada", remote.account()}
