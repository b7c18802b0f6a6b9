"""The front matter of a document: what is known of a page besides its text."""

from collections.abc import Mapping
from typing import Any

from publisher.formats import write_yaml
from publisher.importing.spool import PageRecord
from publisher.markdown.frontmatter import KEYS, STATUS_COLOURS
from publisher.storage import Product

_TOP = ("title", "labels")


def front_matter(values: Mapping[str, object], notes: tuple[str, ...] = ()) -> str:
    """The lines at the top; ``notes`` are comments. Our keys are below ``confluence:``, but for two that other tools have too."""
    top = {name: values[name] for name in _TOP if name in values}
    ours = {name: value for name, value in values.items() if name not in _TOP}
    data: dict[str, Any] = {**top, **({"confluence": ours} if ours else {})}
    if not data and not notes:
        return ""
    comments = "".join(f"# {' '.join(note.split())}\n" for note in notes)
    return f"---\n{write_yaml(data) if data else ''}{comments}---\n\n"


def values_of(record: PageRecord, number: str, product: Product) -> tuple[dict[str, object], list[tuple[str, str]]]:
    """(values for the front matter, what it cannot say and why)."""
    losses: list[tuple[str, str]] = []
    values: dict[str, object] = {}
    labels = [label for label in record.labels if KEYS["labels"]([label]) == (label,)]
    if labels:
        values["labels"] = labels
    losses += [
        (f"the label {label}", "a document cannot name it; it stays on the page")
        for label in record.labels
        if label not in labels
    ]
    values["page_id"] = number
    if not product.document_format:
        return values, losses
    if record.owner and record.owner != record.author:
        values["owner"] = record.owner
    status = _status(record)
    if status:
        values["status"] = status
    elif record.status[0]:
        losses.append((f"the status {record.status[0]}", "a document cannot name it; it stays on the page"))
    for name in ("width", "emoji", "cover", "editor"):
        value = getattr(record, name)
        if value and KEYS[name](value) == value:
            values[name] = value
    return values, losses


def _status(record: PageRecord) -> dict[str, str] | None:
    name, colour = record.status
    named = next((word for word, code in STATUS_COLOURS.items() if code == colour.lower()), "")
    found = {"name": name, "colour": named}
    return found if named and KEYS["status"](found) == (name, STATUS_COLOURS[named]) else None


def restriction_notes(record: PageRecord, people: Mapping[str, str]) -> tuple[str, ...]:
    """Who alone may view or edit the page: a note for people, which a publish does not read."""
    found = []
    for word, accounts in (("view", record.view), ("edit", record.edit)):
        if accounts:
            named = ", ".join(f"{people[one]} ({one})" if one in people else one for one in accounts)
            found.append(f"In Confluence only these may {word} the page: {named}")
    return tuple(found)
