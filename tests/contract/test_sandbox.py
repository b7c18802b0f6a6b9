"""The sandbox as a faithful Confluence: what only a real one would otherwise show."""

import json
import re
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.errors import UsageError
from publisher.sandbox import Refused, Service, Store, free_port, running
from publisher.sandbox.documented import documented_operations

GOOD = {"Authorization": "Bearer good"}
V2, V1 = "/wiki/api/v2", "/wiki/rest/api"


class Site:
    """A served sandbox with one space, and a client of it."""

    def __init__(self, address: str, store: Store) -> None:
        self.store, self.space = store, store.create_space("DOCS", "Docs")
        self.client = httpx.Client(base_url=address, headers=GOOD, timeout=30)

    def page(self, title: str = "Page", body: str = "<p>Some text</p>", **fields: Any) -> int:
        return int(self.store.create_page(self.space["id"], {"title": title, "body": body, **fields})["id"])

    def get(self, path: str, code: int = 200, asked: Mapping[str, str] = {}, **query: Any) -> Any:
        answer = self.client.get(path, params={**asked, **query})
        assert answer.status_code == code, answer.text
        return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.text

    def send(self, method: str, path: str, data: Any, status: int = 200) -> Any:
        answer = self.client.request(method, path, json=data)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def site() -> Iterator[Site]:
    with running(":memory:", token="good") as (address, store):
        found = Site(address, store)
        yield found
        found.client.close()


@pytest.fixture
def server() -> Iterator[Site]:
    with running(":memory:", service=Service("good", "datacenter", password="secret")) as (address, store):
        found = Site(address + "/confluence", store)
        yield found
        found.client.close()


# Ids, the trash, restricted content, drafts


def test_an_id_is_never_used_again(site: Site) -> None:
    seen: list[int] = []
    for number in range(3):
        page = site.page(f"P{number}")
        comment = site.store.create_footer_comment(page, "<p>c</p>")["id"]
        upload = {"name": "a", "media": "text/plain", "comment": "", "data": b"x"}
        file = site.store.put_attachment(page, upload, replace=False)["id"]
        property_ = site.store.create_property(page, "k", 1)["id"]
        seen += [page, comment, file, property_]
        site.store.delete_comment(comment)
        site.store.delete_attachment(file)
        site.store.delete_attachment(file, purge=True)
        site.store.delete_property(page, property_)
        site.store.delete_page(page, purge=False)
        site.store.delete_page(page, purge=True)
    assert len(set(seen)) == len(seen) == 12


def test_a_deleted_attachment_is_in_the_trash_until_it_is_purged(site: Site) -> None:
    page = site.page()
    upload = {"name": "a.txt", "media": "text/plain", "comment": "", "data": b"x"}
    first = site.store.put_attachment(page, upload, replace=False)["id"]
    below, one = f"{V2}/pages/{page}/attachments", f"{V2}/attachments/att{first}"
    assert site.client.delete(one, params={"purge": "true"}).status_code == 400
    assert site.client.delete(one).status_code == 204 and site.client.delete(one).status_code == 404
    assert site.get(below)["results"] == [] and site.get(one)["status"] == "trashed"
    assert [row["id"] for row in site.get(below, status="trashed")["results"]] == [f"att{first}"]
    again = site.store.put_attachment(page, upload, replace=False)["id"]
    assert again != first
    body = {
        "id": f"att{first}",
        "type": "attachment",
        "title": "old.txt",
        "status": "current",
        "version": {"number": 1},
    }
    site.send("PUT", f"{V1}/content/{page}/child/attachment/att{first}", body)
    assert {row["title"] for row in site.get(below)["results"]} == {"a.txt", "old.txt"}
    site.store.delete_attachment(first)
    assert site.client.delete(one, params={"purge": "true"}).status_code == 204
    site.get(one, 404)


def test_what_is_restricted_to_others_is_not_there_and_keeps_its_title(site: Site) -> None:
    page = site.page("Secret")
    child = site.page("Below", parent=page)
    site.store.set_restrictions(page, [("read", "user", "alice")])
    for number in (page, child):
        site.get(f"{V2}/pages/{number}", 404)
        site.get(f"{V1}/content/{number}", 404)
    assert {row["title"] for row in site.get(f"{V2}/pages")["results"]} == {"Docs Home"}
    assert site.get(f"{V1}/search", cql='title = "Secret"')["results"] == []
    new = {"spaceId": str(site.space["id"]), "title": "secret", "body": {"representation": "storage", "value": ""}}
    assert "already exists" in site.send("POST", f"{V2}/pages", new, 400)["errors"][0]["title"]
    site.store.set_restrictions(page, [("update", "user", "alice")])
    assert site.get(f"{V2}/pages/{child}")["title"] == "Below"


@pytest.mark.parametrize("hides", [False, True])
def test_servers_differ_in_what_they_answer_for_the_trash(hides: bool) -> None:
    with running(":memory:", service=Service(hides_trash=hides)) as (address, store):
        site = Site(address, store)
        page = site.page()
        store.delete_page(page, purge=False)
        site.get(f"{V2}/pages/{page}", 404 if hides else 200)
        assert site.get(f"{V2}/pages/{page}", status="current,trashed")["status"] == "trashed"
        site.client.close()


def test_live_docs_drafts_and_folders_as_parents(site: Site) -> None:
    space = str(site.space["id"])
    live = site.send("POST", f"{V2}/pages", {"spaceId": space, "title": "Live", "subtype": "live"})
    assert live["subtype"] == "live"
    assert [row["title"] for row in site.get(f"{V2}/pages", subtype="live")["results"]] == ["Live"]
    page = site.page()
    site.store.edit_draft(page, "<p>half done</p>", blocks=True)
    asked = {"get-draft": "true", "body-format": "storage"}
    assert "half done" in site.get(f"{V2}/pages/{page}", asked=asked)["body"]["storage"]["value"]
    change = {"id": str(page), "status": "current", "title": "Page", "version": {"number": 2}}
    refused = site.send(
        "PUT", f"{V2}/pages/{page}", {**change, "body": {"representation": "storage", "value": ""}}, 409
    )
    assert "draft" in refused["errors"][0]["title"] and "Version must" not in refused["errors"][0]["title"]
    folder = site.send("POST", f"{V2}/folders", {"spaceId": space, "title": "Folder"})["id"]
    inside = site.send("POST", f"{V2}/pages", {"spaceId": space, "title": "Inside", "parentId": folder})
    assert (inside["parentId"], inside["parentType"]) == (folder, "folder")
    assert site.get(f"{V1}/content/{inside['id']}", expand="ancestors")["ancestors"][-1]["type"] == "folder"


# Bodies


def test_storage_is_rewritten_on_save_and_cdata_is_kept(site: Site) -> None:
    body = '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[a < b />]]></ac:plain-text-body></ac:structured-macro><hr/>'
    stored = site.store.page(site.page(body=body))["body"]
    assert "<![CDATA[a < b />]]>" in stored and "<hr />" in stored and "ac:macro-id=" in stored and stored != body


def test_data_center_names_letters_and_drops_comments(server: Site) -> None:
    code = '<ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[ç <!-- x -->]]></ac:plain-text-body></ac:structured-macro>'
    page = server.page("Façade", f"<p>Leçon — 🚀<!-- hidden --></p>{code}")
    value = server.get(f"/rest/api/content/{page}", expand="body.storage")["body"]["storage"]["value"]
    assert value.startswith("<p>Le&ccedil;on &mdash; 🚀</p>") and "<![CDATA[ç <!-- x -->]]>" in value


def test_a_document_is_given_back_as_it_was_sent_and_both_forms_are_there(site: Site) -> None:
    text = {"type": "text", "text": "bold", "marks": [{"type": "strong"}]}
    panel = {"type": "panel", "attrs": {"panelType": "info"}, "content": [{"type": "paragraph", "content": [text]}]}
    document = {"type": "doc", "version": 1, "content": [panel]}
    body = {"representation": "atlas_doc_format", "value": json.dumps(document)}
    made = site.send("POST", f"{V2}/pages", {"spaceId": str(site.space["id"]), "title": "ADF", "body": body})
    path = f"{V2}/pages/{made['id']}"
    given = site.get(path, asked={"body-format": "atlas_doc_format"})["body"]["atlas_doc_format"]["value"]
    assert json.loads(given) == document
    storage = site.get(path, asked={"body-format": "storage"})["body"]["storage"]["value"]
    assert "<strong>bold</strong>" in storage and 'ac:name="info"' in storage
    change = {"id": made["id"], "status": "current", "title": "ADF", "version": {"number": 2}}
    site.send("PUT", path, {**change, "body": {"representation": "storage", "value": "<h1>New</h1>"}})
    given = json.loads(site.get(path, asked={"body-format": "atlas_doc_format"})["body"]["atlas_doc_format"]["value"])
    assert [node["type"] for node in given["content"]] == ["heading"]


@pytest.mark.parametrize("value", ["{}", "not json", '{"type": "doc", "version": 1, "content": [{"type": "odd"}]}'])
def test_a_document_that_the_mapper_does_not_know_is_refused(site: Site, value: str) -> None:
    body = {"representation": "atlas_doc_format", "value": value}
    answer = site.send("POST", f"{V2}/pages", {"spaceId": str(site.space["id"]), "title": "X", "body": body}, 400)
    assert "Content body" in answer["errors"][0]["title"] and len(site.store.pages(["current"])) == 1


def test_data_center_knows_no_documents(server: Site) -> None:
    body = {"atlas_doc_format": {"representation": "atlas_doc_format", "value": '{"type":"doc","content":[]}'}}
    server.send(
        "POST", "/rest/api/content", {"type": "page", "space": {"key": "DOCS"}, "title": "X", "body": body}, 400
    )


# Logins and gateways


def test_bad_is_refused_everywhere() -> None:
    bad = {"Authorization": "Bearer bad"}
    with running(":memory:") as (address, store), httpx.Client(base_url=address, headers=bad) as client:
        store.create_space("DOCS", "Docs")
        found = {path: client.get(path).status_code for path in (
            V2 + "/pages", V1 + "/user/current", "/oauth/token/accessible-resources", "/connections", "/wiki/rest/api/content",
            "/ex/confluence/5a6dbb0c-0000-4000-8000-00000000c10d/wiki/api/v2/pages",
        )}  # fmt: skip
        assert list(found.values()) == [404, 403, 401, 401, 403, 404]
        basic = httpx.BasicAuth("me", "bad")
        assert client.get(V2 + "/pages", auth=basic, headers={"Authorization": ""}).status_code == 404
        assert client.get(V2 + "/pages", headers={"Authorization": "Bearer other"}).status_code == 200
    with (
        running(":memory:", flavor="datacenter") as (address, _),
        httpx.Client(base_url=address, headers=bad) as client,
    ):
        answer = client.get("/confluence/rest/api/user/current")
        assert answer.status_code == 401 and answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_a_connection_is_pending_until_somebody_logs_in_at_its_address(site: Site) -> None:
    below = "/confluence/ex/confluence/5a6dbb0c-0000-4000-8000-00000000c10d" + V2 + "/spaces"
    assert site.get(below)["results"][0]["key"] == "DOCS"  # a fresh sandbox is connected
    made = site.send("POST", "/connections", {"app": "confluence"})["connection"]
    one = "/connections/" + made["connection_id"]
    assert [site.get(one)["connection"]["status"] for _ in range(3)] == ["PENDING"] * 3
    chosen = {"Maton-Connection": made["connection_id"]}
    assert site.client.get(below, headers=chosen).status_code == 400
    assert site.client.get(below, headers={"Maton-Connection": "nobody"}).status_code == 404
    assert site.client.get("/connect?session_token=wrong").status_code == 404
    assert site.client.get(made["url"]).status_code == 200
    assert (
        site.get(one)["connection"]["status"] == "ACTIVE" and site.client.get(below, headers=chosen).status_code == 200
    )
    site.client.delete(one)
    assert site.client.get(below, headers=chosen).status_code == 404 and site.get(below)["results"]


def test_data_center_takes_a_token_alone_or_a_name_with_a_password(server: Site) -> None:
    address = str(server.client.base_url)
    for login, status in (("good", 401), ("secret", 200)):
        assert httpx.get(address + "rest/api/space", auth=("me", login)).status_code == status


# What is served, and what is not


def test_every_documented_operation_is_served_or_says_that_it_is_not(site: Site) -> None:
    page, missing = site.page(), []
    for method, path in documented_operations():
        where = re.sub(r"\{[^}]*\}", str(page), path)
        answer = site.client.request(method, where, headers={"X-Atlassian-Token": "no-check"}, json={})
        said = "The sandbox does not serve" in answer.text if answer.status_code == 501 else answer.status_code < 500
        if not said or answer.status_code == 405 or "null for uri" in answer.text:
            missing.append(f"{method} {path}: {answer.status_code} {answer.text[:100]}")
    assert missing == [] and len(documented_operations()) == 316


def test_v1_has_the_shape_of_its_flavor(site: Site, server: Site) -> None:
    for each, context, cloud in ((site, V1, True), (server, "/rest/api", False)):
        page = each.page("A & B")
        value = each.get(f"{context}/content/{page}", expand="version,history,space,ancestors,body.view")
        by = value["version"]["by"]
        assert ("accountId" in by, "userKey" in by) == (cloud, not cloud)
        assert value["space"]["status"] == ("current" if cloud else "CURRENT")
        assert "Some text" in value["body"]["view"]["value"]
        base = value["_links"]["base"]
        assert each.client.get(base + value["_links"]["webui"], follow_redirects=True).status_code == 200
        assert each.client.get(base + value["space"]["_links"]["webui"], follow_redirects=True).status_code == 200
        found = each.get(f"{context}/search", cql="type = page")
        assert found["totalSize"] == 2 and found["cqlQuery"] == "type = page"
        comment = each.store.create_footer_comment(page, "<p>hm</p>")["id"]
        shown = each.get(f"{context}/content/{page}/child/comment", expand="body.view")["results"][0]
        assert shown["id"] == str(comment) and shown["history"]["createdBy"]["displayName"] == "Sandbox"


@pytest.mark.parametrize(
    ("cql", "titles"),
    [
        ('space = DOCS and (title = "One" or (title = "Two" and not label = x))', {"One"}),
        ("type in (page, blogpost) and (label = x or label = y)", {"One", "Two"}),
        ("text ~ \"first word*\"", {"One"}),
        ("creator = currentUser() and created >= now(\"-1d\") order by title desc", {"One", "Two", "Docs Home"}),
        ("type not in (page) or title !~ Home", {"One", "Two"}),
        ("type = space", {"Docs"}),
    ],
)  # fmt: skip
def test_cql(site: Site, cql: str, titles: set[str]) -> None:
    one, two = site.page("One", "<p>first words</p>"), site.page("Two", "<p>second</p>")
    site.store.add_labels(one, ["y"]), site.store.add_labels(two, ["x"])
    assert {row["title"] for row in site.get(f"{V1}/search", cql=cql)["results"]} == titles


# The view, files, the store


@pytest.mark.parametrize("flavor", ["cloud", "datacenter"])
def test_files_are_given_out_so_that_nothing_in_them_runs(site: Site, server: Site, flavor: str) -> None:
    each, start = (site, "/wiki") if flavor == "cloud" else (server, "")
    page = each.page()
    upload = {"name": "x.html", "media": "text/html", "comment": "", "data": b"<script>alert(1)</script>"}
    file = each.store.put_attachment(page, upload, replace=False)["id"]
    for path in (
        f"{start}/rest/api/content/{page}/child/attachment/att{file}/download",
        f"{start}/download/attachments/{page}/x.html",
    ):
        answer = each.client.get(path, follow_redirects=True)
        assert answer.content.startswith(b"<script>") and answer.headers["Content-Security-Policy"].startswith(
            "sandbox"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_front_page_of_several_spaces_lists_them(site: Site) -> None:
    assert site.client.get("/").status_code == 307
    site.store.create_space("MORE", "More & more")
    answer = site.client.get("/")
    assert answer.status_code == 200 and "More &amp; more" in answer.text and "Docs" in answer.text


@pytest.mark.parametrize("parameter", ["minLevel", "maxLevel", "depth", "max", "firstline"])
def test_a_parameter_that_makes_no_sense_is_as_if_it_were_not_there(site: Site, parameter: str) -> None:
    given = f'<ac:parameter ac:name="{parameter}">x</ac:parameter>'
    macros = "".join(
        f'<ac:structured-macro ac:name="{name}">{given}</ac:structured-macro>'
        for name in ("toc", "children", "recently-updated", "code")
    )
    page = site.page(body=macros + "<h1>Heading</h1>")
    site.store.create_property(page, "emoji-title-published", "nonsense")
    answer = site.client.get(f"/wiki/pages/{page}")
    assert answer.status_code == 200 and 'href="#Heading"' in answer.text


def test_tables_without_widths_take_the_pages_width(site: Site) -> None:
    row = "<tbody><tr><td><p>x</p></td></tr></tbody>"
    tables = f'<table>{row}</table><table><colgroup><col style="width: 90.0px;" /></colgroup>{row}</table>'
    html = site.client.get(
        f"/wiki/pages/{site.page(body=tables + '<ol><li><p>a</p><ol><li><p>b</p></li></ol></li></ol>')}"
    ).text
    assert html.count('class="table layout-default"') == html.count('class="table layout-default sized"') == 1
    css = site.client.get("/static/view.css").text
    assert ".table:not(.sized) > table { width: 100%; table-layout: fixed; }" in css
    assert re.search(r"#body ol ol[^{]*\{ list-style-type: lower-alpha", css) and "max-width: calc(760px" in css


def test_the_view_marks_what_the_editor_would_not_keep_and_the_api_does_not(site: Site, server: Site) -> None:
    quote = "<ul><li><p>a</p><blockquote><p>q</p></blockquote></li></ul>"
    page = site.page(body=f"{quote}<p><strong>b <code>c</code></strong></p><p>fine</p>")
    html = site.client.get(f"/wiki/pages/{page}").text
    boxes = re.findall(r'<(div|span) class="lost"[^>]*><small class="lost-why">([^<]*)</small>', html)
    assert [tag for tag, _ in boxes] == ["div", "span"] and "item" in boxes[0][1] and "code" in boxes[1][1]
    view = site.get(f"{V2}/pages/{page}", asked={"body-format": "view"})["body"]["view"]["value"]
    assert "lost" not in view and "<blockquote>" in view
    other = server.page(body="<p><strong>b <code>c</code></strong></p>")
    address = str(server.client.base_url).removesuffix("/confluence/")
    assert 'class="lost"' not in server.client.get(f"{address}/wiki/pages/{other}").text


def test_a_change_that_is_refused_half_way_changes_nothing(site: Site) -> None:
    one, two = site.page("One"), site.page("Two")
    other = site.store.create_space("OTHER", "Other")
    site.store.create_page(other["id"], {"title": "Two"})
    site.store.move_page(two, "append", one)
    with pytest.raises(Refused, match="already exists"):
        site.store.move_page(one, "append", other["homepage"])
    assert site.store.page(one)["space"] == site.store.page(two)["space"] == site.space["id"]
    assert site.store.page(one)["parent"] == site.space["homepage"]


def test_a_sandbox_of_the_version_before_is_read(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "old")
    database.executescript(
        """
        CREATE TABLE space (id INTEGER PRIMARY KEY, key TEXT UNIQUE COLLATE NOCASE, name TEXT, homepage INTEGER);
        CREATE TABLE page (id INTEGER PRIMARY KEY AUTOINCREMENT, space INTEGER, parent INTEGER, position INTEGER,
          title TEXT, title_key TEXT, body TEXT, status TEXT, version INTEGER, message TEXT, minor INTEGER, created TEXT,
          modified TEXT, author TEXT, editor TEXT, kind TEXT DEFAULT 'page', subtype TEXT, owner TEXT, state TEXT,
          state_colour TEXT, watched INTEGER DEFAULT 1);
        CREATE TABLE attachment (id INTEGER PRIMARY KEY, page INTEGER, name TEXT, media TEXT, comment TEXT, data BLOB,
          version INTEGER, created TEXT, UNIQUE (page, name));
        INSERT INTO space VALUES (1, 'DOCS', 'Docs', 1);
        INSERT INTO page VALUES (1, 1, NULL, NULL, 'Home', 'home', '<p />', 'current', 3, '', 0, '2026', '2026', 'a', 'a', 'page',
          NULL, NULL, NULL, NULL, 1);
        INSERT INTO attachment VALUES (7, 1, 'a.txt', 'text/plain', '', x'78', 2, '2026');
        PRAGMA user_version = 4;
        """
    )
    database.close()
    store = Store(tmp_path / "old", lambda: "2026-01-01T00:00:00.000Z")
    assert store.page(1)["version"] == 3 and store.attachment_data(1, 7)[0] == b"x"
    assert store.create_page(1, {"title": "New"})["id"] > 7
    store.close()


@pytest.mark.parametrize("port", ["99999", "-1", "taken"])
def test_a_port_that_cannot_be_used_is_a_message(tmp_path: Path, port: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = str(other.getsockname()[1]) if port == "taken" else port
        words = ["sandbox", f"--port={number}", "--state", str(tmp_path / "state")]
        result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2 and "Traceback" not in result.output and number in result.output
    assert "--port" in result.output and not (tmp_path / "state").exists()


def test_the_preview_takes_the_next_port_that_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        assert free_port("127.0.0.1", taken) > taken
    with pytest.raises(UsageError, match="--port"):
        free_port("127.0.0.1", 70_000)
