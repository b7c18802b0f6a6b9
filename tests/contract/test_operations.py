"""Every operation of the table as its command, against the sandbox as Cloud, as Data Center, and through a gateway."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.confluence.operations.table import BY_NAME, OPERATIONS
from publisher.sandbox.app import running
from publisher.sandbox.store import Store

FLAVORS = ("cloud", "datacenter", "gateway")
BODY = "<p>Some text here</p><ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>do it</ac:task-body></ac:task></ac:task-list>"
#: Operation → its words; names in braces are made by `World`.
COMMANDS: dict[str, str] = {
    "page list": "--space DOCS --status current --limit 2",
    "page get": "{page} --body-format storage",
    "page create": "--space DOCS --parent {page} --title Made --body <p>x</p>",
    "page update": "{page} --title Renamed --body-file {file} --message why",
    "page move": "{child} --to {page}",
    "page delete": "{child} --yes",
    "page restore": "{trashed}",
    "page children": "{page}",
    "page descendants": "{page}",
    "page ancestors": "{child}",
    "page versions": "{page}",
    "page labels": "{page}",
    "page attachments": "{page} --filename a.txt",
    "page comments": "{page}",
    "property list": "{page}",
    "property get": "{page} color",
    "property set": '{page} size {"a":1}',
    "property delete": "{page} color --yes",
    "space list": "--keys DOCS",
    "space get": "DOCS",
    "space pages": "DOCS --limit 2",
    "space blogposts": "DOCS",
    "space properties": "DOCS",
    "space permissions": "DOCS",
    "space labels": "DOCS",
    "blogpost list": "--space DOCS",
    "blogpost get": "{post} --body-format storage",
    "blogpost create": "--space DOCS --title News --body <p>n</p>",
    "blogpost update": "{post} --title Newer",
    "blogpost delete": "{post} --yes",
    "blogpost versions": "{post}",
    "blogpost labels": "{post}",
    "blogpost comments": "{post}",
    "comment list": "--page {page}",
    "comment get": "{comment}",
    "comment add": "Well-done --page {page}",
    "comment update": "{comment} Better",
    "comment delete": "{comment} --yes",
    "comment replies": "{comment}",
    "comment resolve": "{inline}",
    "comment reopen": "{inline}",
    "attachment list": "--page {page}",
    "attachment get": "{attachment}",
    "attachment upload": "{page} {file}",
    "attachment download": "{attachment} --output {out}",
    "attachment delete": "{attachment} --yes",
    "label list": "--prefix global",
    "label add": "{page} one two",
    "label remove": "{page} howto",
    "task list": "--status incomplete --space DOCS",
    "task get": "{task}",
    "task complete": "{task}",
    "task reopen": "{task}",
    "custom-content list": "--type ac:app:note",
    "custom-content get": "{custom} --body-format storage",
    "folder create": "--space DOCS --title Drawer",
    "folder get": "{folder}",
    "folder children": "{folder}",
    "folder delete": "{folder} --yes",
    "user current": "",
    "user get": "{user}",
    "user search": "Sandbox",
    "search": "{cql}",
    "gateway sites": "",
    "connection list": "--status ACTIVE",
    "connection create": "",
    "connection get": "{connection}",
    "connection delete": "{connection} --yes",
}
#: What Data Center has no request for, beside what the table says.
NOT_THERE = {"comment resolve", "comment reopen"}


class World:
    """A Confluence with something of everything."""

    def __init__(self, store: Store, flavor: str, tmp_path: Path) -> None:
        space = store.create_space("DOCS", "Docs")["id"]
        page = store.create_page(space, {"title": "Page", "body": BODY})["id"]
        child = store.create_page(space, {"title": "Child", "parent": page})["id"]
        trashed = store.create_page(space, {"title": "Trashed", "parent": page})["id"]
        store.delete_page(trashed, purge=False)
        post = store.create_page(space, {"title": "Post", "body": "<p>p</p>", "kind": "blogpost"})["id"]
        custom = store.create_page(space, {"title": "Note", "kind": "custom", "subtype": "ac:app:note"})["id"]
        folder = store.create_page(space, {"title": "Folder", "kind": "folder"})["id"] if flavor != "datacenter" else 0
        store.create_property(page, "color", "red")
        store.add_labels(page, ["howto"])
        upload = {"name": "a.txt", "media": "text/plain", "comment": "", "data": b"hello"}
        attachment = store.put_attachment(page, upload, replace=False)["id"]
        file, self.out = tmp_path / "b.txt", tmp_path / "out.bin"
        file.write_text("<p>from a file</p>")
        self.names: dict[str, Any] = {
            "page": page, "child": child, "trashed": trashed, "post": post, "custom": custom, "folder": folder,
            "comment": store.create_footer_comment(page, "<p>c</p>")["id"],
            "inline": store.create_inline_comment(page, "<p>i</p>", {"text": "text"})["id"],
            "attachment": f"att{attachment}", "task": f"{page}0001", "file": file, "out": self.out,
            "user": "sandbox" if flavor == "datacenter" else "sandbox-account",
            "connection": store.create_connection("confluence")["id"],
        }  # fmt: skip
        store.activate_connection(self.names["connection"])  # somebody has logged in
        self.flavor = flavor

    def words(self, operation: str) -> list[str]:
        if operation == "search":
            return ['type = page and title = "Page"']
        return [self._fill(word) for word in COMMANDS[operation].split()]

    def _fill(self, word: str) -> str:
        return str(self.names[word[1:-1]]) if word.startswith("{") and word.endswith("}") and ":" not in word else word


@pytest.fixture(params=FLAVORS)
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    flavor = request.param
    for name in ("CONFLUENCE_URL", "CONFLUENCE_USER", "CONFLUENCE_TOKEN", "CONFLUENCE_SPACE", "MATON_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    kind = "datacenter" if flavor == "datacenter" else "cloud"
    with running(":memory:", token="good", flavor=kind) as (address, store):
        if flavor == "gateway":
            monkeypatch.setenv("CONFLUENCE_GATEWAY", "maton")
            monkeypatch.setenv("MATON_API_KEY", "good")
            monkeypatch.setenv("MATON_GATEWAY_URL", address)
        else:
            monkeypatch.setenv("CONFLUENCE_URL", address + ("/confluence" if kind == "datacenter" else ""))
            monkeypatch.setenv("CONFLUENCE_TOKEN", "good")
        if flavor == "cloud":
            monkeypatch.setenv("CONFLUENCE_USER", "a@b.c")
            monkeypatch.setenv("MATON_API_KEY", "good")
        monkeypatch.setenv("MATON_CONTROL_URL", address)
        yield World(store, flavor, tmp_path)


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(cli, list(words))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_table_of_commands_is_complete() -> None:
    assert set(COMMANDS) == {operation.name for operation in OPERATIONS}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_operation(world: World, name: str) -> None:
    operation = BY_NAME[name]
    words = [*name.split(), *world.words(name)]
    if operation.resource in {"connection", "gateway"} and world.flavor != "gateway":
        code, _, err = run(*words)
        assert code == 2 and "gateway" in err
        return
    code, out, err = run(*words, *([] if operation.result == "bytes" else ["--format", "json"]))
    if world.flavor == "datacenter" and (not operation.on_data_center or name in NOT_THERE):
        assert code == 2 and "not available on Data Center" in err, err
        return
    assert code == 0, err
    if operation.result == "bytes":
        assert world.out.read_bytes() == b"hello"
    elif not operation.result:
        assert out == ""
    else:
        value = json.loads(out)
        assert isinstance(value, list) == operation.paged
        rows = value if operation.paged else [value]
        assert rows or name in {"space labels", "space properties", "comment replies", "blogpost labels",
                                "blogpost comments", "folder children", "connection list"}, out  # fmt: skip
        for row in rows:
            assert isinstance(row.get("id", ""), str)
            if operation.result in {"page", "blogpost"}:
                assert isinstance(row["version"]["number"], int) and row["title"]
    # A readable table of the same.
    if operation.reads and operation.result != "bytes":
        code, out, err = run(*words)
        assert code == 0 and "\x1b" not in out, err


def test_what_the_operations_do(world: World) -> None:
    """A story over all of them: what was written is read back."""
    made = json.loads(
        run("page", "create", "--space", "DOCS", "--title", "T", "--body", "<p>1</p>", "--format", "json")[1]
    )
    number = made["id"]
    assert run("page", "update", number, "--body", "<p>2</p>", "--message", "second")[0] == 0
    read = json.loads(run("page", "get", "DOCS:T", "--format", "json")[1])
    assert (read["id"], read["version"]["number"], read["version"]["message"]) == (number, 2, "second")
    assert "2" in read["body"]["storage"]["value"]
    code, _, err = run("page", "update", number, "--title", "X", "--version", "2")
    assert code == 5 and "Version" in err
    code, _, err = run("page", "create", "--space", "DOCS", "--title", "T")
    assert code == 5 and "title" in err.lower()
    assert run("property", "set", number, "k", "1")[0] == run("property", "set", number, "k", "two")[0] == 0
    value = json.loads(run("property", "get", number, "k", "--format", "json")[1])
    assert (value["value"], value["version"]["number"]) == ("two", 2)
    file = Path("f.bin")
    file.write_bytes(b"1")
    first = json.loads(run("attachment", "upload", number, str(file), "--format", "json")[1])
    same = json.loads(run("attachment", "upload", number, str(file), "--format", "json")[1])
    file.write_bytes(b"22")
    second = json.loads(run("attachment", "upload", number, str(file), "--format", "json")[1])
    assert (first["version"]["number"], same["version"]["number"], second["version"]["number"]) == (1, 1, 2)
    assert run("label", "add", number, "a", "b")[0] == run("label", "remove", number, "a")[0] == 0
    assert [row["name"] for row in json.loads(run("page", "labels", number, "--format", "json")[1])] == ["b"]
    labelled = json.loads(run("page", "list", "--label", "b", "--format", "json")[1])
    assert [row["id"] for row in labelled] == [number]
    comment = json.loads(run("comment", "add", "a < b", "--page", number, "--format", "json")[1])["id"]
    reply = json.loads(run("comment", "add", "yes", "--reply-to", comment, "--format", "json")[1])
    assert reply["parentCommentId"] == comment
    assert "a &lt; b" in run("comment", "get", comment, "--format", "json")[1]
    assert run("page", "delete", number)[0] == 2  # nobody was asked
    assert run("page", "delete", number, "--yes")[0] == 0
    assert json.loads(run("page", "restore", number, "--format", "json")[1])["status"] == "current"
    assert run("page", "delete", number, "--yes")[0] == run("page", "delete", number, "--purge", "--yes")[0] == 0
    assert run("page", "get", number)[0] == 5


def test_mistakes_of_a_newcomer(world: World) -> None:
    for words, text in [
        (("page", "get"), "missing PAGE"),
        (("page", "get", "1", "2"), "too many words"),
        (("page", "get", "No such page"), "there is no page"),
        (("page", "create", "--space", "DOCS"), "needs `title`"),
        (("custom-content", "list"), "`type`"),
        (("page", "move", "1"), "--parent"),
        (("property", "get", str(world.names["page"])), "missing KEY"),
        (("page", "create", "--space", "DOCS", "--title", "Z", "--body-file", "none.xhtml"), "no such file"),
        (("page", "list", "--label", "howto", "--title", "x"), "--title"),
        (("api", "GET", "https://evil.example/rest/api/x"), "nothing was sent"),
        (("api", "GET", "/nonsense"), "begins with"),
    ]:
        code, _, err = run(*words)
        assert code in {2, 5} and text in err, (words, err)


def test_api_reaches_anything(world: World) -> None:
    path = "/rest/api/space/DOCS" if world.flavor == "datacenter" else "/wiki/api/v2/spaces?keys=DOCS"
    code, out, err = run("api", "GET", path)
    assert code == 0 and "DOCS" in out, err
    code, out, err = run("api", "GET", path.partition("?")[0].replace("/DOCS", ""), "--paginate")
    assert code == 0 and isinstance(json.loads(out), list), err


def test_doctor(world: World) -> None:
    code, out, err = run("doctor", "--space", "DOCS", "--parent", "Page")
    assert code == 0, out + err
    assert "good" not in out + err  # the token
    assert all(word in out for word in ("address", "login: Sandbox", "space: Docs", "parent: Page"))
    if world.flavor == "gateway":
        assert "oldest active" in out and "scopes" in out
    code, out, _ = run("doctor", "--space", "NONE")
    assert code == 5 and "NONE" in out


def test_what_data_center_does_not_take_is_said_and_not_ignored(world: World) -> None:
    if world.flavor != "datacenter":
        return
    page = str(world.names["page"])
    for words in (("page", "create", "--space", "DOCS", "--title", "P", "--private"), ("page", "get", page, "--include-labels", "true"),
                  ("comment", "list", "--page", page, "--status", "current"), ("attachment", "list", "--page", page, "--sort", "id"),
                  ("comment", "add", "x", "--page", page, "--selection", "text")):  # fmt: skip
        code, _, err = run(*words)
        assert code == 2 and "not available on Data Center" in err, (words, err)
