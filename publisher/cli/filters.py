"""What the filters of v2 are, for the help; and a value as an example for each argument of the client commands."""

#: Name of a filter → what it is, ready for the help.
FILTERS = {
    "sort": "field to sort by, - before it turns the order round, e.g. -modified-date",
    "status": "only those with this status",
    "body-format": "format of the body",
    "title": "only those with this title",
    "version": "number of the version to get",
    "prefix": "only labels with this prefix, e.g. global",
    "id": "only those with these ids",
    "resolution-status": "only inline comments with this status, e.g. open",
    "get-draft": "get the draft, e.g. true",
    "depth": "levels to go down, e.g. 2",
    "mediaType": "only files of this type, e.g. image/png",
    "filename": "only the file of this name, e.g. plan.pdf",
    "key": "only that of this key",
    "description-format": "format of the description, e.g. plain",
    "subtype": "only pages of this kind, e.g. live",
    "ids": "only spaces with these ids, e.g. 98306",
    "keys": "only spaces with these keys, e.g. DOCS,OPS",
    "type": "only those of this type, e.g. global",
    "labels": "only those with these labels, e.g. howto",
    "favorited-by": "only favourites of this account, e.g. 5b10a2844c20165700",
    "not-favorited-by": "none of this account's favourites, e.g. 5b10a2844c20165700",
    "label-id": "only labels with these ids, e.g. 512",
    "include-blank-tasks": "with empty tasks, e.g. true",
    "task-id": "only tasks with these ids, e.g. 567890",
    "space-id": "only those in these spaces, e.g. 98306",
    "page-id": "only those on these pages, e.g. 123456",
    "blogpost-id": "only those on these blog posts, e.g. 234567",
    "created-by": "only those that this account created, e.g. 5b10a2844c20165700",
    "assigned-to": "only those of this account, e.g. 5b10a2844c20165700",
    "completed-by": "only those that this account finished, e.g. 5b10a2844c20165700",
    **{
        f"{what}-at-{side}": f"{text} at or {'after' if side == 'from' else 'before'} this time (ms since 1970), e.g. 1767225600000"
        for what, text in (("created", "created"), ("due", "due"), ("completed", "finished"))
        for side in ("from", "to")
    },
    "excerpt": "how hits are quoted, e.g. highlight",
    "includeArchivedSpaces": "search archived spaces too, e.g. true",
    **{
        f"include-{name}": f"with {text}, e.g. true"
        for name, text in {
            "labels": "labels", "properties": "properties", "operations": "what this account may do", "versions": "versions",
            "likes": "likes", "version": "the version", "collaborators": "collaborators", "direct-children": "child pages",
            "webresources": "web resources", "favorited-by-current-user-status": "whether it is a favourite",
            "icon": "the icon", "permissions": "permissions", "role-assignments": "role assignments",
        }.items()
    },
}  # fmt: skip

#: Name of an argument → a value as people would type it.
VALUES = {
    "page": "123456", "space": "DOCS", "blogpost": "234567", "comment": "345678", "attachment": "att456789",
    "task": "567890", "folder": "678901", "key": "reviewed", "text": "ada", "names": "howto draft", "connection": "0a1b2c3d",
    "value": "true", "file": "plan.pdf", "id": "789012", "account": "5b10a2844c20165700", "name": "Handbook", "title": "Guide",
    "cql": '"type = page"', "body": '"<p>Hello</p>"', "body-file": "page.md", "markdown": "page.md", "parent": "Home", "body-format": "storage",
    "representation": "storage", "version": "7", "message": '"Fix a typo"', "label": "howto", "to": "654321", "position": "append",
    "reply-to": "345678", "selection": '"the first words"', "match": "2", "kind": "inline", "output": "plan.pdf",
    "type": "ac:my-app:card", "status": "current", "app": "confluence",
}  # fmt: skip


def with_example(text: str, name: str) -> str:
    """What an argument is, with an example."""
    return text if "e.g." in text or name not in VALUES else f"{text}, e.g. {VALUES[name]}"
