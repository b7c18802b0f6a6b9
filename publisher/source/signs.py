"""Which tool a project uses, as its files tell."""

import re
from pathlib import Path

#: Files and folders that tell a project's dialect, at the docs root or above it up to the repository's.
_SIGNS = (
    ("mkdocs.yml", "mkdocs"), ("mkdocs.yaml", "mkdocs"), ("docusaurus.config.js", "docusaurus"),
    ("docusaurus.config.ts", "docusaurus"), ("docusaurus.config.mjs", "docusaurus"), (".vitepress", "vitepress"),
    ("book.toml", "mdbook"), (".obsidian", "obsidian"), ("hugo.toml", "hugo"), ("hugo.yaml", "hugo"), ("hugo.json", "hugo"),
    ("myst.yml", "myst"), ("_config.yml", "jekyll"), ("docfx.json", "learn"), (".openpublishing.publish.config.json", "learn"),
    (".gitbook.yaml", "gitbook"), (".gitbook", "gitbook"), ("SUMMARY.md", "mdbook"), (".gitlab-ci.yml", "gitlab"),
)  # fmt: skip
#: In the configuration of Sphinx, where it reads Markdown.
_SPHINX = re.compile(r"^[^#\n]*[\"'](?:myst_parser|myst_nb|jupyter_book)\b", re.M)
_LARGEST = 200_000


def detect_dialect(docs: Path, top: Path | None) -> str:
    """The name of the dialect that the project's files tell; ``gfm`` if none does. ``top``: where to stop looking."""
    folders = [docs, *(parent for parent in docs.parents if top is not None and parent.is_relative_to(top))]
    for folder in folders:
        if _is_myst(folder):
            return "myst"
        for name, dialect in _SIGNS:
            if (folder / name).exists():
                return dialect
    return "gfm"


def _is_myst(folder: Path) -> bool:
    """Jupyter Book, whose other file Jekyll has too; Sphinx with a parser for Markdown."""
    if (folder / "_toc.yml").is_file() and (folder / "_config.yml").is_file():
        return True
    try:
        with (folder / "conf.py").open(encoding="utf-8", errors="replace") as file:
            return _SPHINX.search(file.read(_LARGEST)) is not None
    except OSError:
        return False
