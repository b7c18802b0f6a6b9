"""What is said of a page beside its text, in the document: a new title where the old one came from, labels, names of files.

The front matter keeps its form and its lines. An edit that its reader does not find again is not made.
"""

import json
import re
from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from publisher.convert.frontforms import set_value
from publisher.markdown.frontmatter import parse_front_matter, split_front_matter
from publisher.model.document import FrontMatter

#: The key with its lines: those that are indented more, or begin with a dash.
_ATTACHMENTS = re.compile(r"^(?P<indent>[ \t]*)attachments:[^\n]*\n(?:(?P=indent)(?:[ \t]+|-)[^\n]*\n|[ \t]*\n)*", re.M)
_LABELS = re.compile(r"[ \t]*labels:[ \t]*(?P<value>[^\n]*)\n(?P<items>(?:[ \t]*-[ \t][^\n]*\n)*)")
_OURS = re.compile(r"^confluence:[ \t]*(?:#[^\n]*)?\n(?P<inner>(?:[ \t]+[^\n]*\n|[ \t]*\n)*)", re.M)
_ATX = re.compile(
    r"^(?P<mark> {0,3}#[ \t]+)(?P<text>[^\n]*?)(?P<rest>[ \t]*(?:#+[ \t]*)?(?:\{[^}\n]*\}[ \t]*)?)$", re.M
)
_SETEXT = re.compile(r"^(?P<text>[^\n]+)\n(?P<line>=+)[ \t]*$", re.M)


class _Front(Struct, frozen=True):
    """A document with front matter: its ``form``, what stands around its text, and the text with its line ends."""

    form: str
    before: str
    text: str
    behind: str

    def with_text(self, text: str) -> str:
        """The document with another front matter."""
        return self.before + text + self.behind

    def set(self, path: tuple[str, ...], value: object) -> str | None:
        """The document with one value set; for TOML and JSON."""
        changed = set_value(self.form, self.text, path, value)
        return None if changed is None else self.with_text(changed)


def _front_of(text: str) -> _Front | None:
    source, body = split_front_matter(text)
    if not source.lines:
        return None
    head = text[: len(text) - len(body)]
    start = 0 if head.startswith("{") else head.index("\n") + 1
    end = start + len(source.text)
    return _Front(source.form, text[:start], source.text, text[end:])


def _read(text: str) -> FrontMatter:
    return parse_front_matter("", split_front_matter(text)[0])[0]


def retitle_text(text: str, title: str, *, in_heading: bool) -> str:
    """The text with another title: in the front matter if it has one there, else in the first heading, else put in front.

    ``in_heading``: the title of the page is the document's first heading.
    """
    front = _front_of(text)
    if _read(text).title is not None or not in_heading:
        return _retitle_front(text, front, title)
    body = split_front_matter(text)[1]
    head = text[: len(text) - len(body)]
    atx, setext = _ATX.search(body), _SETEXT.search(body)
    found = atx if atx and (setext is None or atx.start() < setext.start()) else setext
    if found is None:
        return _retitle_front(text, front, title)
    return head + body[: found.start("text")] + escape_title(title) + body[found.end("text") :]


def _retitle_front(text: str, front: _Front | None, title: str) -> str:
    written = f"title: {scalar(title)}"
    if front is None:
        return f"---\n{written}\n---\n\n{text}"
    if front.form != "yaml":
        tries = [front.set(path, title) for path in (("title",), ("confluence", "title"))]
        return next((each for each in tries if each is not None and _read(each).title == title), text)
    place = _key_place(front.text, "title")
    if place is None:
        return front.with_text(f"{written}\n{front.text}")
    start, indent = place
    end = front.text.index("\n", start)
    return front.with_text(front.text[:start] + indent + written + front.text[end:])


def _key_place(text: str, key: str) -> tuple[int, str] | None:
    """(where the line of a key begins, what it is indented by): below ``confluence``, which counts first, or by itself."""
    ours = _OURS.search(text)
    inner = re.compile(rf"^([ \t]+){key}:", re.M).search(text, ours.start("inner"), ours.end("inner")) if ours else None
    found = inner or re.compile(rf"^(){key}:", re.M).search(text)
    return (found.start(), found[1]) if found else None


def replace_attachments(text: str, paths: Mapping[str, str]) -> str:
    """The text with other paths where the front matter says which files are attached."""
    front = _front_of(text)
    if front is None or front.form != "yaml" or not paths:
        return text

    def replace_paths(match: re.Match[str]) -> str:
        found = match[0]
        for old, new in paths.items():
            written = rf"(?<![^\s\[,\"']){re.escape(old)}(?=[\"']?[ \t]*(?:[,\]\n#]|\Z))"
            found = re.sub(written, new.replace("\\", r"\\"), found)
        return found

    return front.with_text(_ATTACHMENTS.sub(replace_paths, front.text))


def scalar(title: str) -> str:
    """A title as YAML: as it is where that is one plain string."""
    plain = re.fullmatch(r"(?=[A-Za-zÀ-￿])[^:#\"'\\\n{}\[\]&*!|>%@`]*[^\s:#\"'\\{}\[\]&*!|>%@`]", title)
    word = title.lower() in {"true", "false", "null", "yes", "no", "y", "n", "on", "off"}
    return title if plain and not word else json.dumps(title, ensure_ascii=False)


def escape_title(title: str) -> str:
    """A title as the text of a heading."""
    return re.sub(r"([\\`*_\[\]<])", r"\\\1", title)


def add_labels(text: str, labels: tuple[str, ...]) -> str:
    """The text with more labels in its front matter, in the form of the list that is there."""
    front = _front_of(text)
    written = [scalar(label) for label in labels]
    line = f"labels: [{', '.join(written)}]\n"
    if front is None:
        return f"---\n{line}---\n\n{text}"
    if front.form != "yaml":
        wanted = [*_read(text).labels, *labels]
        tries = [front.set(path, wanted) for path in (("labels",), ("confluence", "labels"))]
        return next((each for each in tries if each is not None and set(labels) <= set(_read(each).labels)), text)
    place = _key_place(front.text, "labels")
    if place is None:
        return front.with_text(line + front.text)
    found = _LABELS.match(front.text, place[0])
    assert found is not None
    if found["items"]:
        last = re.findall(r"^([ \t]*-[ \t]+)", found["items"], re.M)[-1]
        more = "".join(f"{last}{label}\n" for label in written)
        return front.with_text(front.text[: found.end()] + more + front.text[found.end() :])
    value = found["value"].strip()
    inner = value[1:-1].strip() if value.startswith("[") and value.endswith("]") else value
    row = f"[{', '.join([*([inner] if inner else []), *written])}]"
    return front.with_text(front.text[: found.start("value")] + row + front.text[found.end("value") :])


def name_files(text: str, names: Mapping[str, str], *, own: bool) -> str:
    """The text whose front matter says what files are called on the page: ``names``, by the names that the files have.

    ``own``: all of them, and those that the document showed before, are called as the files are. The text as it was where
    the front matter has no place for it.
    """
    before, front = _read(text), _front_of(text)
    if own:
        wanted, rows = replace(before, attachment_names="file"), ["attachment_names: file"]
    else:
        wanted = replace(before, file_names={**before.file_names, **names})
        rows = ["attachment_names:", *(f"  {scalar(file)}: {scalar(name)}" for file, name in names.items())]
    value = "file" if own else dict(wanted.file_names)
    if front is None:
        found: str | None = f"---\n{_put_ours('', rows)}---\n\n{text}"
    elif front.form != "yaml":
        found = front.set(("confluence", "attachment_names"), value)
    else:
        found = front.with_text(_put_ours(front.text, rows))
    return found if found is not None and _read(found) == wanted else text


def _put_ours(text: str, rows: list[str]) -> str:
    """YAML with lines below ``confluence``; what the first of them names may be there."""
    ours = _OURS.search(text)
    if ours is None:
        return text + "".join(f"{row}\n" for row in ["confluence:", *(f"  {row}" for row in rows)])
    key = rows[0].partition(":")[0]
    there = re.compile(rf"^([ \t]+){key}:[ \t]*\n", re.M).search(text, ours.start("inner"), ours.end("inner"))
    if there:
        return text[: there.end()] + "".join(f"{there[1]}{row}\n" for row in rows[1:]) + text[there.end() :]
    first = re.match(r"[ \t]+(?=[^\s#])", ours["inner"])
    indent = first[0] if first else "  "
    end = ours.start("inner") + len(ours["inner"].rstrip()) + 1 if ours["inner"].strip() else ours.start("inner")
    return text[:end] + "".join(f"{indent}{row}\n" for row in rows) + text[end:]
