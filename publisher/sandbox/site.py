"""The site and its one account, as each flavor names them."""

import uuid
from urllib.parse import quote

from publisher.sandbox.store import ACCOUNT, Row

CLOUD_ID = "5a6dbb0c-0000-4000-8000-00000000c10d"
NAME = "Sandbox"
#: The user name of the account on Data Center.
USERNAME = "sandbox"


def user_value(account: str, *, cloud: bool) -> Row:
    """A person as v1 writes one: by account id on Cloud, by name and key on Data Center."""
    ours = account == ACCOUNT
    shown = NAME if ours else account
    picture = {"path": "/images/icons/profilepics/default.svg", "width": 48, "height": 48, "isDefault": True}
    value: Row = {"type": "known", "displayName": shown, "profilePicture": picture}
    if cloud:
        value |= {"accountId": account, "accountType": "atlassian", "publicName": shown}
        value |= {
            "email": "sandbox@example.invalid" if ours else "",
            "timeZone": "UTC",
            "isExternalCollaborator": False,
        }
        value |= {"_expandable": {"operations": "", "personalSpace": ""}}
        value["_links"] = {"self": f"/rest/api/user?accountId={quote(account)}"}
        return value
    value |= {"username": USERNAME if ours else account, "userKey": account}
    value["_links"] = {"self": f"/rest/experimental/user?key={quote(account)}"}
    return value


def file_id(number: int) -> str:
    """The id that documents (ADF) name an attachment by."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"publisher-sandbox/{number}"))


def webui_of(row: Row, space: Row, *, cloud: bool) -> str:
    """Where people find content, relative to the site; a home page is its space's overview (docs/confluence-api.md#links)."""
    if not cloud:
        return f"/pages/viewpage.action?pageId={row['id']}"
    if row["id"] == space.get("homepage"):
        return f"/spaces/{space['key']}/overview"
    part = {"blogpost": "blog", "folder": "folder"}.get(row["kind"], "pages")
    title = quote(row["title"].replace(" ", "+"), safe="+")
    return f"/spaces/{space.get('key')}/{part}/{row['id']}" + ("" if row["kind"] == "folder" else f"/{title}")
