"""A vault of Obsidian without its folder `.obsidian`: recognised by its links to notes by name."""

import re
from pathlib import Path

from publisher.markdown.structure import mask_code
from publisher.model.problem import Problem, problem

_LINK = re.compile(r"!?\[\[(?P<name>[^\[\]|#\n]+)(?:[#|][^\[\]\n]*)?\]\]")
_MOST_FILES, _MOST_BYTES = 400, 64 * 1024  # that are looked at


def find_vault(docs: Path) -> Problem | None:
    """The notice that names the first link to a note, if most wikilinks of the documents name documents or files there.

    Reads some of the documents.
    """
    if not docs.is_dir():
        return None
    files = sorted(path for path in docs.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(docs)))
    names = {name.casefold() for path in files for name in (path.name, path.stem)}
    found: Problem | None = None
    named = others = 0
    for path in [path for path in files if path.suffix.lower() in {".md", ".markdown"}][:_MOST_FILES]:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode(errors="replace")
        if "[[" not in text or "\x00" in text:
            continue
        masked = mask_code(text)
        for match in _LINK.finditer(masked):
            if match["name"].strip().rpartition("/")[2].casefold() not in names:
                others += 1
                continue
            named += 1
            if found is None:
                what = f"`{match[0][:60]}` names a document: the documents are read as those of Obsidian"
                line = masked.count("\n", 0, match.start()) + 1
                hint = "set `dialect: obsidian`, or the dialect that is right"
                found = problem(path.relative_to(docs).as_posix(), line, "detected-dialect", what, hint)
    return found if named > others else None


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)
