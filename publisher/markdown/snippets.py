"""VitePress' ``<<< @/path/file.js#region{2,4 js} [title]``: code that is in a file of its own."""

import re
from dataclasses import dataclass
from typing import Any

from publisher.markdown.grammar import Reader
from publisher.markdown.lines import LineState
from publisher.markdown.paired import allow_in_containers

_PATTERN = (
    r"^ {0,3}<<<[ \t]+(?P<snippet_path>[^\s{}\[\]#]+(?: [^\s{}\[\]#]+)*)(?:#(?P<snippet_region>[\w-]+))?"
    r"[ \t]*(?:\{(?P<snippet_marks>[^}\n]*)\})?[ \t]*(?:\[(?P<snippet_title>[^\]\n]*)\])?[ \t]*$"
)


@dataclass(frozen=True, slots=True)
class Snippet:
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
    markdown.block.register("snippet", _PATTERN, _parse, before="list")
    allow_in_containers(markdown, "snippet")


def read_snippet(token: dict[str, Any], read: Reader) -> Snippet:
    """The code that a token asks for; its language is the given one, else what the file's name ends with."""
    path = token["path"].removeprefix("@/").removeprefix("/")
    found = read(path)
    given = re.search(r"(?:^|\s)([A-Za-z][\w+#-]*)(?::[\w-]+)?\s*$", token["marks"])
    language = given[1] if given else path.rpartition(".")[2] if "." in path else ""
    text = _region(found[1], token["region"]) if found and token["region"] else found[1] if found else None
    return Snippet(text.rstrip("\n") if text is not None else None, language, token["title"])


def _region(text: str, name: str) -> str | None:
    """The lines between ``#region name`` and ``#endregion``, in whatever comment they are."""
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if re.search(rf"#?region\b[: ]*{re.escape(name)}\b", line)), None)
    if start is None:
        return None
    end = next(
        (at for at in range(start + 1, len(lines)) if re.search(r"#?end ?region\b", lines[at], re.I)), len(lines)
    )
    return "\n".join(lines[start + 1 : end])
