"""``publisher init``: a publisher.yml that works at once."""

import json
from pathlib import Path

import click

from publisher.config.file import FILE
from publisher.config.options import OPTIONS
from publisher.errors import UsageError
from publisher.formats import BadData, read_yaml


def run_init(*, full: bool) -> int:
    """Writes publisher.yml; refuses to overwrite one. ``full``: with every setting, commented out."""
    folder = Path.cwd()
    target = folder / FILE
    if target.exists():
        raise UsageError(f"{target} already exists. Delete it first to start again")
    docs = find_docs(folder)
    lines = _short(folder.name, docs)
    if full:
        lines += ["", "# Every other setting, with its default.", *_settings()]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(f"Wrote {target}\nFound {docs if docs != '.' else 'documents in this folder'}. Run: publisher check")
    return 0


def find_docs(folder: Path) -> str:
    """The folder of the documents: that of mkdocs.yml, else docs/, else this one."""
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        if (folder / name).is_file():
            wanted = _docs_dir(folder / name)
            if (folder / wanted).is_dir() and (folder / wanted).resolve().is_relative_to(folder.resolve()):
                return wanted
    return "docs" if (folder / "docs").is_dir() else "."


def _docs_dir(file: Path) -> str:
    """MkDocs' `docs_dir`; its default where the file does not say, or cannot be read."""
    try:
        found = read_yaml(file.read_text(encoding="utf-8"), any_tag=True)
    except (OSError, UnicodeDecodeError, BadData):
        return "docs"
    wanted = found.get("docs_dir") if isinstance(found, dict) else None
    return wanted if isinstance(wanted, str) and wanted else "docs"


def _short(name: str, docs: str) -> list[str]:
    return [
        "# Settings of Publisher. Flags and environment variables come first; `publisher config` shows what is in force.",
        "# Never put the token here: set CONFLUENCE_TOKEN as an environment variable.",
        "",
        "# The folder with the documents.",
        f"docs: {json.dumps(docs, ensure_ascii=False)}",
        "# The name of this tree, written on every page; keep it.",
        f"collection: {json.dumps(name or 'docs', ensure_ascii=False)}",
        "",
        "# Where to publish. Remove the # and fill in, or set CONFLUENCE_URL and CONFLUENCE_SPACE.",
        "# url: https://example.atlassian.net",
        "# space: DOCS",
        '# parent: "123456" # the page to publish below: id, URL or title',
        "",
        "# What to do with pages whose document was deleted: off, archive or trash.",
        "prune: off",
        "# The lowest level of problem that stops a publish: notice, warning or error.",
        "fail_on: error",
    ]


def _settings() -> list[str]:
    lines = []
    for option in OPTIONS:
        if option.in_file:
            value = json.dumps(list(option.default) if isinstance(option.default, tuple) else option.default)
            lines += ["", f"# {option.help} ({option.flag}, {option.environment})", f"# {option.key}: {value}"]
    return lines
