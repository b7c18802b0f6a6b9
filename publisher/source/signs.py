"""Which tool a project uses, as its files tell."""

from pathlib import Path

#: Files and folders that tell a project's dialect, at the docs root or above it up to the repository's.
_SIGNS = (
    ("mkdocs.yml", "mkdocs"), ("mkdocs.yaml", "mkdocs"), ("docusaurus.config.js", "docusaurus"),
    ("docusaurus.config.ts", "docusaurus"), ("docusaurus.config.mjs", "docusaurus"), (".vitepress", "vitepress"),
    ("book.toml", "mdbook"), (".obsidian", "obsidian"), ("hugo.toml", "hugo"), ("hugo.yaml", "hugo"), ("hugo.json", "hugo"),
    ("_config.yml", "jekyll"), ("docfx.json", "learn"), (".openpublishing.publish.config.json", "learn"),
    (".gitbook.yaml", "gitbook"), (".gitbook", "gitbook"), ("SUMMARY.md", "mdbook"), (".gitlab-ci.yml", "gitlab"),
)  # fmt: skip


def detect_dialect(docs: Path, top: Path | None) -> str:
    """The name of the dialect that the project's files tell; ``gfm`` if none does. ``top``: where to stop looking."""
    folders = [docs, *(parent for parent in docs.parents if top is not None and parent.is_relative_to(top))]
    for folder in folders:
        for name, dialect in _SIGNS:
            if (folder / name).exists():
                return dialect
    return "gfm"
