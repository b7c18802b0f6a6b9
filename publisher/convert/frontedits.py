"""What is said of a page beside its text, in the document: a new title where the old one came from, labels."""

import json
import re
from collections.abc import Mapping

_FRONT = re.compile(r"\A---\n(?P<body>.*?\n)?---\n", re.S)
#: The key with its lines: those that are indented more, or begin with a dash.
_ATTACHMENTS = re.compile(r"^(?P<indent>[ \t]*)attachments:[^\n]*\n(?:(?P=indent)(?:[ \t]+|-)[^\n]*\n|[ \t]*\n)*", re.M)
_TITLE = re.compile(r"^title:[^\n]*$", re.M)
_ATX = re.compile(
    r"^(?P<mark> {0,3}#[ \t]+)(?P<text>[^\n]*?)(?P<rest>[ \t]*(?:#+[ \t]*)?(?:\{[^}\n]*\}[ \t]*)?)$", re.M
)
_SETEXT = re.compile(r"^(?P<text>[^\n]+)\n(?P<line>=+)[ \t]*$", re.M)


def retitle_text(text: str, title: str, *, in_heading: bool) -> str:
    """The text with another title: in the front matter if it has one there, else in the first heading, else put in front.

    ``in_heading``: the title of the page is the document's first heading.
    """
    front = _FRONT.match(text)
    if front and front["body"] and _TITLE.search(front["body"]):
        start = front.start("body")
        found = _TITLE.search(front["body"])
        assert found is not None
        return text[: start + found.start()] + f"title: {scalar(title)}" + text[start + found.end() :]
    if in_heading:
        body = text[front.end() :] if front else text
        head = text[: len(text) - len(body)]
        atx, setext = _ATX.search(body), _SETEXT.search(body)
        if atx and (setext is None or atx.start() < setext.start()):
            return head + body[: atx.start("text")] + escape_title(title) + body[atx.end("text") :]
        if setext:
            return head + body[: setext.start("text")] + escape_title(title) + body[setext.end("text") :]
    if front:
        return text[:4] + f"title: {scalar(title)}\n" + text[4:]
    return f"---\ntitle: {scalar(title)}\n---\n\n" + text


def replace_attachments(text: str, paths: Mapping[str, str]) -> str:
    """The text with other paths where the front matter says which files are attached."""
    front = _FRONT.match(text)
    if front is None or not front["body"] or not paths:
        return text

    def replace(match: re.Match[str]) -> str:
        found = match[0]
        for old, new in paths.items():
            written = rf"(?<![^\s\[,\"']){re.escape(old)}(?=[\"']?[ \t]*(?:[,\]\n#]|\Z))"
            found = re.sub(written, new.replace("\\", r"\\"), found)
        return found

    body = _ATTACHMENTS.sub(replace, front["body"])
    return text[: front.start("body")] + body + text[front.end("body") :]


def scalar(title: str) -> str:
    """A title as YAML: as it is where that is one plain string."""
    plain = re.fullmatch(r"[A-Za-zÀ-￿][^:#\"'\\\n{}\[\]&*!|>%@`]*[^\s:#\"'\\\n]", title)
    word = title.lower() in {"true", "false", "null", "yes", "no", "on", "off"}
    return title if plain and not word else json.dumps(title, ensure_ascii=False)


def escape_title(title: str) -> str:
    """A title as the text of a heading."""
    return re.sub(r"([\\`*_\[\]<])", r"\\\1", title)


_LABELS = re.compile(r"^(?P<key>labels:[ \t]*)(?P<value>[^\n]*)\n(?P<items>(?:[ \t]*-[ \t][^\n]*\n)*)", re.M)


def add_labels(text: str, labels: tuple[str, ...]) -> str:
    """The text with more labels in its front matter, in the form of the list that is there."""
    front = _FRONT.match(text)
    found = _LABELS.search(text, 0, front.end()) if front else None
    written = [scalar(label) for label in labels]
    if found is None:
        line = f"labels: [{', '.join(written)}]\n"
        return text[:4] + line + text[4:] if front else f"---\n{line}---\n\n{text}"
    if found["items"]:
        last = re.findall(r"^([ \t]*-[ \t]+)", found["items"], re.M)[-1]
        return text[: found.end()] + "".join(f"{last}{label}\n" for label in written) + text[found.end() :]
    value = found["value"].strip()
    inner = value[1:-1].strip() if value.startswith("[") and value.endswith("]") else value
    line = f"[{', '.join([*([inner] if inner else []), *written])}]"
    return text[: found.start("value")] + line + text[found.end("value") :]
