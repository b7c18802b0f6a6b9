"""How our writes are known again: version messages, intents, comments of attachments. Pure."""

import json
import re

from publisher.model.snapshot import RemotePage
from publisher.storage import digest

_OUR_MESSAGE = re.compile(r"\[publisher (\w+)\]$")
#: Properties that Confluence itself makes for every page: what a document says of them counts.
APPEARANCE = frozenset(
    f"{name}-{when}" for name in ("content-appearance", "emoji-title") for when in ("published", "draft")
)
#: In the message of a write that is not the last one: it never counts as the text of a document.
UNFINISHED = "0" * 8
_OUR_FILE = re.compile(r"\[publisher (\w+)\]$")


def intent(title: str, parent_key: str | None) -> str:
    """The digest by which a page that was created but not yet stamped is known again."""
    return digest(f"{title}\0{parent_key}")[:12]


def mark_message(message: str, body_digest: str) -> str:
    """A version message that tells our write from a hand edit."""
    return f"{message[:200]} [publisher {body_digest[:8]}]"


def marked_digest(message: str) -> str | None:
    """The beginning of the digest in a message of ours; None for somebody else's."""
    found = _OUR_MESSAGE.search(message)
    return found[1] if found else None


def digest_value(value: object) -> str:
    """The digest of a content property's value."""
    return digest(json.dumps(value, sort_keys=True, ensure_ascii=False))[:16]


def mark_file(digest_of_bytes: str) -> str:
    """The comment of an attachment that is ours."""
    return f"[publisher {digest_of_bytes[:8]}]"


def is_our_file(comment: str) -> bool:
    """Whether an attachment's comment is ours."""
    return _OUR_FILE.search(comment) is not None


def is_unfinished(remote: RemotePage, account: str) -> bool:
    """Whether a run of this account may have written the page and been killed before it could stamp it."""
    # A content status creates a version of its own, without a message (docs/confluence-api.md#pages): that one is the account's too.
    ours = marked_digest(remote.message) is not None or (not remote.message and remote.editor == account)
    untouched = remote.version == 1 or ours
    return remote.stamp is None and bool(account) and remote.author == account and untouched
