"""VitePress' ``<<< @/path/file.js#region{2,4 js} [title]``: code that is in a file of its own."""

import re
from typing import Any

from msgspec import Struct

from publisher.markdown.grammar import Reader
from publisher.markdown.lines import LineState
from publisher.markdown.paired import allow_in_containers

#: A line that asks for code.
SNIPPET = (
    r"^ {0,3}<<<[ \t]+(?P<snippet_path>[^\s{}\[\]#]+(?: [^\s{}\[\]#]+)*)(?:#(?P<snippet_region>[\w-]+))?"
    r"[ \t]*(?:\{(?P<snippet_marks>[^}\n]*)\})?[ \t]*(?:\[(?P<snippet_title>[^\]\n]*)\])?[ \t]*$"
)


class Snippet(Struct, frozen=True):
    """``text`` is None where the file, or the region of it, is not there."""

    text: str | None
    language: str
    title: str


def _parse(block: Any, match: re.Match[str], state: LineState) -> int:
    names = ("path", "region", "marks", "title")
    token = {name: match[f"snippet_{name}"] or "" for name in names}
    state.append_token(
        {**token, "type": "snippet", "line": state.line_at(match.start()), "raw": match.group(0).strip()}
    )
    return match.end() + 1


def snippets(markdown: Any) -> None:
    """The mistune plug-in."""
    markdown.block.register("snippet", SNIPPET, _parse, before="list")
    allow_in_containers(markdown, "snippet")


def read_snippet(token: dict[str, Any], read: Reader) -> Snippet:
    """The code that a token asks for; its language is the given one, else what the file's name ends with."""
    path = token["path"].removeprefix("@/").removeprefix("/")
    found = read(path)
    given = re.search(r"(?:^|\s)([A-Za-z][\w+#-]*)(?::[\w-]+)?\s*$", token["marks"])
    language = given[1] if given else path.rpartition(".")[2] if "." in path else ""
    lines = region_lines(found[1], token["region"]) if found else None
    text = "\n".join(line for _, line in lines) if lines is not None else None
    return Snippet(text.rstrip("\n") if text is not None else None, language, token["title"])


def region_lines(text: str, name: str) -> list[tuple[int, str]] | None:
    """The lines between ``#region name`` and ``#endregion``, in whatever comment they are, each with its number.

    Without a name, all lines; None if there is no such region.
    """
    lines = text.splitlines()
    if not name:
        return list(enumerate(text.split("\n"), 1))
    start = next((at for at, line in enumerate(lines) if re.search(rf"#?region\b[: ]*{re.escape(name)}\b", line)), None)
    if start is None:
        return None
    end = next(
        (at for at in range(start + 1, len(lines)) if re.search(r"#?end ?region\b", lines[at], re.I)), len(lines)
    )
    return list(enumerate(lines[start + 1 : end], start + 2))
