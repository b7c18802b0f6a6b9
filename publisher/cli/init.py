"""``publisher init``: a publisher.yml that works at once."""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from msgspec import Struct

from publisher.cli.started import own_command
from publisher.config.file import FILE, FILES
from publisher.config.load import load_config
from publisher.config.options import OPTIONS
from publisher.config.schema import SETTINGS_ID
from publisher.errors import UsageError
from publisher.formats import BadData, read_yaml
from publisher.model.repository import Repository
from publisher.source.git.repository import read_repository
from publisher.sync.naming import name_collection

_DOCUSAURUS = tuple(f"docusaurus.config.{end}" for end in ("js", "ts", "mjs", "cjs"))


class Answers(Struct, frozen=True):
    """What is written, from flags, from what is there, or from a person."""

    docs: str = ""
    url: str = ""
    space: str = ""
    parent: str = ""
    full: bool = False


def run_init(given: Answers) -> int:
    """Writes publisher.yml; refuses to overwrite one. ``given``: by flags."""
    folder = Path.cwd()
    for name in FILES:
        if (folder / name).exists():
            raise UsageError(f"{folder / name} already exists. Delete it first to start again")
    found, why = find_docs(folder)
    answers = _ask(given, found)
    docs = answers.docs or found
    if not (folder / docs).is_dir():
        raise UsageError(f"--docs {docs}: there is no such folder")
    lines = [*_short(folder, docs, answers)]
    if answers.full:
        lines += ["", "# Every other setting, with its default.", *_settings(answers)]
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo(
        f"Wrote {FILE}. Found {docs if docs != '.' else 'documents in this folder'}{why if docs == found else ''}."
    )
    click.echo(f"Next: {own_command('check')}")
    return 0


def _ask(given: Answers, found: str) -> Answers:
    """On a terminal, a person is asked for what no flag gives; an empty answer leaves it open."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()) or os.environ.get("CI"):
        return given

    def ask(question: str, known: str, default: str = "") -> str:
        if known:
            return known
        return str(click.prompt(question, default=default, show_default=bool(default), err=True)).strip()

    docs = ask("Folder of the documents", given.docs, found)
    url = ask("Address of Confluence, e.g. https://example.atlassian.net (empty: later)", given.url)
    space = ask("Key of the space, e.g. DOCS (empty: later)", given.space)
    parent = (
        ask("Page to publish below: id, URL or title (empty: the space's home page)", given.parent) if space else ""
    )
    return Answers(docs, url, space, parent, given.full)


def find_docs(folder: Path) -> tuple[str, str]:
    """The folder of the documents, as MkDocs or Docusaurus have it, else docs/, else this one; and what told it."""
    for name, wanted in _named(folder):
        place = (folder / wanted).resolve()
        if place.is_dir() and place.is_relative_to(folder.resolve()):
            return os.path.relpath(place, folder.resolve()).replace(os.sep, "/"), f" (from {name})"
    return ("docs" if (folder / "docs").is_dir() else "."), ""


def _named(folder: Path) -> Iterator[tuple[str, str]]:
    for name in ("mkdocs.yml", "mkdocs.yaml"):
        if (folder / name).is_file():
            yield name, _docs_dir(folder / name)
    for name in _DOCUSAURUS:
        if (folder / name).is_file():
            yield name, _docusaurus_path(folder / name)


def _docs_dir(file: Path) -> str:
    """MkDocs' `docs_dir`; its default where the file does not say, or cannot be read."""
    try:
        found = read_yaml(file.read_text(encoding="utf-8"), any_tag=True)
    except (OSError, UnicodeDecodeError, BadData):
        return "docs"
    wanted = found.get("docs_dir") if isinstance(found, dict) else None
    return wanted if isinstance(wanted, str) and wanted else "docs"


def _docusaurus_path(file: Path) -> str:
    """The `path` of the docs plug-in, where it is written out."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return "docs"
    found = re.search(r"\bdocs\s*:\s*\{[^{}]*?\bpath\s*:\s*(['\"`])([^'\"`$]+)\1", text)
    return found[2] if found else "docs"


def _short(folder: Path, docs: str, answers: Answers) -> Iterator[str]:
    yield f"# yaml-language-server: $schema={SETTINGS_ID}"
    yield "# Settings of Publisher. Flags and environment variables come first; `publisher config` shows what is in force."
    yield "# Never put the token here: run `publisher login`, or set CONFLUENCE_TOKEN as an environment variable."
    yield ""
    yield "# The folder with the documents."
    yield f"docs: {_quoted(docs)}"
    yield "# The name of this tree, written on every page; keep it."
    repository = read_repository(folder / docs, os.environ)
    yield f"collection: {_quoted(_name(folder, docs, repository))}"
    remote = repository.remote
    if remote.startswith("https://"):
        yield "# The repository, for links to files that are not published."
        yield f"repo_url: {_quoted(remote)}"
    yield ""
    missing = not (answers.url and answers.space)
    yield "# Where to publish." + (
        " Remove the # and fill in, or set CONFLUENCE_URL and CONFLUENCE_SPACE." if missing else ""
    )
    yield f"url: {_quoted(answers.url)}" if answers.url else "# url: https://example.atlassian.net"
    yield f"space: {_quoted(answers.space)}" if answers.space else "# space: DOCS"
    about = "the page to publish below: id, URL or title"
    yield f"parent: {_quoted(answers.parent)} # {about}" if answers.parent else f'# parent: "123456" # {about}'
    yield ""
    yield "# What to do with pages whose document was deleted: off, archive or trash."
    yield "prune: off"
    yield "# The lowest level of problem that stops a publish: notice, warning or error."
    yield "fail_on: error"


def _name(folder: Path, docs: str, repository: Repository) -> str:
    """The name that the pages have if they were published before."""
    try:
        return name_collection(load_config((folder / docs,), {}).settings(), repository).name
    except UsageError:  # a variable that needs a publisher.yml
        return folder.name or "docs"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _settings(answers: Answers) -> list[str]:
    written = {"docs", "collection", "prune", "fail_on", "url", "space", "parent", "repo_url"}
    lines = []
    for option in OPTIONS:
        if option.in_file and option.key not in written:
            value = json.dumps(list(option.default) if isinstance(option.default, tuple) else option.default)
            lines += ["", f"# {option.help} ({option.flag}, {option.environment})", f"# {option.key}: {value}"]
    return lines
