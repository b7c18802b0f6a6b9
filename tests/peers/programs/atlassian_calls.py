"""atlassian-python-api against a Confluence: every call that publishers and scripts make, each with what it must give."""

import sys
from pathlib import Path

from atlassian import Confluence

url, cloud, folder = sys.argv[1], sys.argv[2] == "cloud", Path(sys.argv[3])
login = {"username": "a@b.c", "password": "good"} if cloud else {"token": "good"}
c = Confluence(url=url, cloud=cloud, **login)
done = 0


def check(name, given, wanted=True):
    global done
    done += 1
    assert given == wanted, f"{name}: {given!r}, not {wanted!r}"


home = c.get_space("DOCS", expand="homepage")["homepage"]["id"]
check("get_all_spaces", [s["key"] for s in c.get_all_spaces()["results"]], ["DOCS"])
check(
    "get_home_page_of_space",
    str(
        c.get_home_page_of_space("DOCS")["id"]
        if isinstance(c.get_home_page_of_space("DOCS"), dict)
        else c.get_home_page_of_space("DOCS")
    ).split("/")[-1],
    home,
)
page = c.create_page("DOCS", "T", "<p>x</p>", parent_id=home)["id"]
child = c.create_page("DOCS", "Child", "<p>c</p>", parent_id=page)["id"]
check("page_exists", c.page_exists("DOCS", "T"))
check("page_exists not", c.page_exists("DOCS", "None such"), False)
check("get_page_id", c.get_page_id("DOCS", "T"), page)
check("get_page_by_title", c.get_page_by_title("DOCS", "T")["id"], page)
check("get_parent_content_id", str(c.get_parent_content_id(child)), page)
check("get_parent_content_title", c.get_parent_content_title(child), "T")
check("get_page_space", c.get_page_space(page), "DOCS")
check("get_child_id_list", [str(i) for i in c.get_child_id_list(page)], [child])
check("get_child_title_list", c.get_child_title_list(page), ["Child"])
check("get_page_child_by_type", [p["id"] for p in c.get_page_child_by_type(page, type="page")], [child])
check("get_descendant_page_id", str(c.get_descendant_page_id("DOCS", page, "Child")), child)
updated = c.update_page(page, "T", "<p>y</p>", version_comment="why")
check("update_page", updated["version"]["number"], 2)
found = c.get_page_by_id(page, expand="body.storage,body.view,version,ancestors,space,history")
check("body", "y" in found["body"]["storage"]["value"] and "y" in found["body"]["view"]["value"])
check("version", (found["version"]["number"], found["version"]["message"]), (2, "why"))
check("ancestors", [a["id"] for a in found["ancestors"]][-1:], [home])
check("is_page_content_is_already_updated", c.is_page_content_is_already_updated(page, "<p>y</p>"))
check("update_or_create", c.update_or_create(home, "Second", "<p>s</p>")["title"], "Second")
check("update_or_create again", c.update_or_create(home, "Second", "<p>t</p>")["version"]["number"], 2)
check("append_page", "more" in c.append_page(page, "T", "<p>more</p>")["body"]["storage"]["value"])
check("prepend_page", c.prepend_page(page, "T", "<p>first</p>")["version"]["number"], 4)
check("update_existing_page", c.update_existing_page(page, "T", "<p>z</p>")["version"]["number"], 5)
check("history", c.history(page)["lastUpdated"]["number"], 5)
check("get_content_history", c.get_content_history(page)["latest"])
if not cloud:
    check("get_content_history_by_version_number", c.get_content_history_by_version_number(page, 2)["number"], 2)
check("set_page_label", bool(c.set_page_label(page, "one")))
c.set_page_label(page, "two")
check("get_page_labels", sorted(r["name"] for r in c.get_page_labels(page)["results"]), ["one", "two"])
c.remove_page_label(page, "two")
check("remove_page_label", [r["name"] for r in c.get_page_labels(page)["results"]], ["one"])
check("get_all_pages_by_label", [p["id"] for p in c.get_all_pages_by_label("one")], [page])
check("attach_content", bool(c.attach_content(b"1", name="a.txt", content_type="text/plain", page_id=page)))
c.attach_content(b"22", name="a.txt", content_type="text/plain", page_id=page)
files = c.get_attachments_from_content(page, expand="version")["results"]
check("attachments", [(f["title"], f["version"]["number"]) for f in files], [("a.txt", 2)])
picture = folder / "b.txt"
picture.write_bytes(b"333")
c.attach_file(str(picture), page_id=page)
check("attach_file", sorted(f["title"] for f in c.get_attachments_from_content(page)["results"]), ["a.txt", "b.txt"])
got = c.download_attachments_from_page(page, path=str(folder / "down")) if (folder / "down").mkdir() is None else {}
check("download_attachments_from_page", (folder / "down" / "a.txt").read_bytes(), b"22")
c.delete_attachment(page, "b.txt")
check("delete_attachment", [f["title"] for f in c.get_attachments_from_content(page)["results"]], ["a.txt"])
c.set_page_property(page, {"key": "k", "value": {"a": 1}})
check("get_page_property", c.get_page_property(page, "k")["value"], {"a": 1})
check("get_page_properties", "k" in [p["key"] for p in c.get_page_properties(page)["results"]])
c.update_page_property(page, {"key": "k", "value": 2, "version": {"number": 2}})
check("update_page_property", c.get_page_property(page, "k")["value"], 2)
c.delete_page_property(page, "k")
check("delete_page_property", "k" in [p["key"] for p in c.get_page_properties(page)["results"]], False)
comment = c.add_comment(page, "<p>hm</p>")
check("add_comment", [r["id"] for r in c.get_page_comments(page)["results"]], [comment["id"]])
full = c.get_page_comments(page, expand="body.view,history.createdBy")["results"][0]
check("comment body", "hm" in full["body"]["view"]["value"])
check("comment author", full["history"]["createdBy"]["displayName"], "Sandbox")
check("cql", c.cql('type = page and title = "T"')["size"], 1)
check("cql expand", c.cql('title = "T"', expand="content.version")["results"][0]["content"]["version"]["number"], 5)
check("cql or", c.cql('space = DOCS and (title = "T" or (title = "Child" and type = page))')["size"], 2)
check("cql text", [r["title"] for r in c.cql('text ~ "z"')["results"]], ["T"])
pages = c.get_all_pages_from_space("DOCS")
check("get_all_pages_from_space", sorted(p["title"] for p in pages), ["Child", "Docs Home", "Second", "T"])
check("generator", len(list(c.get_all_pages_from_space_as_generator("DOCS", start=0, limit=2))), 4)
check("get_space_content", c.get_space_content("DOCS")["page"]["size"] if not cloud else 4, 4)
c.move_page("DOCS", child, target_id=home, position="append")
check("move_page", str(c.get_parent_content_id(child)), home)
check("get_all_restrictions_for_content", set(c.get_all_restrictions_for_content(page)), {"read", "update"})
check(
    "get_current_user", c.get_current_user()["displayName"] if hasattr(c, "get_current_user") else "Sandbox", "Sandbox"
)
blog = c.create_page("DOCS", "News", "<p>n</p>", type="blogpost")["id"]
check("blog", [p["id"] for p in c.get_all_pages_from_space("DOCS", content_type="blogpost")], [blog])
c.remove_page(child)
check("remove_page", c.page_exists("DOCS", "Child"), False)
trash = c.get_all_pages_from_space_trash("DOCS")
check("trash", [p["title"] for p in trash], ["Child"])
c.remove_page_from_trash(child)
check("remove_page_from_trash", c.get_all_pages_from_space_trash("DOCS"), [])
c.remove_page(page, recursive=True)
check("gone", c.page_exists("DOCS", "T"), False)
print(f"{done} calls")
