"""mcp-atlassian over stdio against a Confluence: what an assistant does with pages, comments, labels and files."""

import json
import os
import subprocess
import sys
from pathlib import Path

program, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
login = {"CONFLUENCE_USERNAME": "a@b.c", "CONFLUENCE_API_TOKEN": "good"}
if sys.argv[4] == "datacenter":
    login = {"CONFLUENCE_PERSONAL_TOKEN": "good"}
server = subprocess.Popen(
    [program, "--transport", "stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    env={**os.environ, "CONFLUENCE_URL": url, **login}, cwd=folder,
)  # fmt: skip
count = 0


def ask(method, params, wait=True):
    global count
    count += 1
    message = {"jsonrpc": "2.0", "method": method, "params": params, **({"id": count} if wait else {})}
    server.stdin.write(json.dumps(message) + "\n")
    server.stdin.flush()
    while wait:
        answer = json.loads(server.stdout.readline())
        if answer.get("id") == count:
            return answer
    return {}


def tool(tool_name, **arguments):
    answer = ask("tools/call", {"name": "confluence_" + tool_name, "arguments": arguments})
    result = answer.get("result", answer)
    text = result["content"][0]["text"] if "content" in result else str(result)
    assert not result.get("isError") and not text.startswith("Error"), f"{tool_name}: {text[:800]}"
    return json.loads(text) if text[:1] in "[{" else text


def check(what, condition, shown=""):
    assert condition, f"{what}: {shown}"


capabilities = {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}
ask("initialize", capabilities)
ask("notifications/initialized", {}, wait=False)
page = tool("create_page", space_key="DOCS", title="MCP page", content="# Hi\n\nSome text")["page"]["id"]
child = tool("create_page", space_key="DOCS", title="MCP child", content="words", parent_id=page)["page"]["id"]
shown = tool("get_page", page_id=page)
check("get_page", "Some text" in json.dumps(shown), shown)
tool("update_page", page_id=page, title="MCP page", content="# Hi\n\nOther text")
check("get_page by title", "Other text" in json.dumps(tool("get_page", title="MCP page", space_key="DOCS")))
found = tool("search", query="MCP")
check("search", {row["title"] for row in found} == {"MCP page", "MCP child"}, found)
check("search has the space", found[0]["space"]["key"] == "DOCS", found[0])
found = tool("search", query='space = DOCS and (title = "MCP page" or type = blogpost)')
check("search with brackets", [row["id"] for row in found] == [page], found)
comment = tool("add_comment", page_id=page, body="well done")
number = comment["comment"]["id"]
tool("reply_to_comment", comment_id=number, body="thank you")
comments = tool("get_comments", page_id=page)
check(
    "comments have a body and an author",
    "well done" in json.dumps(comments) and "Sandbox" in json.dumps(comments),
    comments,
)
check("add_label", "one" in json.dumps(tool("add_label", page_id=page, name="one")))
check("get_labels", "one" in json.dumps(tool("get_labels", page_id=page)))
check("children", child in json.dumps(tool("get_page_children", parent_id=page)))
check("tree", "MCP child" in json.dumps(tool("get_space_page_tree", space_key="DOCS")))
home = sys.argv[5]
tool("move_page", page_id=child, target_parent_id=home, position="append")
check("moved", child not in json.dumps(tool("get_page_children", parent_id=page)))
check("history", "Some text" in json.dumps(tool("get_page_history", page_id=page, version=1)))
check("diff", "Other text" in json.dumps(tool("get_page_diff", page_id=page, from_version=1, to_version=2)))
(folder / "note.txt").write_text("hello")
uploaded = tool("upload_attachment", content_id=page, file_path=str((folder / "note.txt").resolve()))
files = tool("get_attachments", content_id=page)
check("attachments", "note.txt" in json.dumps(files), (uploaded, files))
check("restrictions", "read" in json.dumps(tool("get_page_restrictions", page_id=page)))
if sys.argv[4] == "cloud":
    tool("copy_page", source_page_id=page, destination_space_key="DOCS", new_title="MCP copy")
if sys.argv[4] == "datacenter":
    check("user", "Sandbox" in json.dumps(tool("search_user", query='user.fullname ~ "Sandbox"')))
tool("delete_page", page_id=child)
print(f"{count} calls")
server.terminate()
