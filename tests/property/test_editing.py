"""Random edits as an editor makes them: pulled, and converted again, they give the edited page. No other line is touched."""

import difflib
import re
from pathlib import Path
from random import Random

import pytest
from editor import edit_page
from msgspec.structs import replace

from publisher.convert.compose import Conversion, convert
from publisher.convert.pulling import pull_documents
from publisher.convert.pullwork import PageEdit
from publisher.model.settings import Settings
from publisher.storage import PRODUCTS, canonical

CORPORA = Path(__file__).parents[3] / "shared/corpora"
GUIDE = Path(__file__).parents[2] / "sample-docs"
DIALECTS = {
    "rust-book": "mdbook", "mkdocs-material": "mkdocs", "docusaurus-jest": "docusaurus", "vitepress": "vitepress",
    "obsidian-tasks": "obsidian", "hugo": "hugo",
}  # fmt: skip


def pull_edits(
    conversion: Conversion, settings: Settings, dialect: str, share: int, first: int
) -> tuple[int, int, int]:
    """(edited pages, those that the documents now convert to, changed lines) of one page in ``share``, from ``first`` on."""
    keys = [key for key, page in conversion.tree.pages.items() if page.document][first % share :: share]
    bodies = {key: conversion.rendered.pages[key].body for key in keys}
    edits = {
        key: PageEdit(bodies[key], edit_page(bodies[key], first * 1000 + n, 1 + n % 3)) for n, key in enumerate(keys)
    }
    pulled = pull_documents(conversion, settings, edits, dialect).documents
    texts = {file.key: (file.data or b"").decode().replace("\r\n", "\n") for file in conversion.source.documents}
    lines = 0
    for key, found in pulled.items():
        footnotes = "fn-1" in bodies[key]  # a note that nothing leads to any more goes
        assert found.same or found.refused or footnotes, key  # what is left in Confluence is named
        changed = difflib.unified_diff(texts[key].split("\n"), found.text.split("\n"), lineterm="", n=0)
        lines += sum(line[:1] in "+-" and line[:3] not in {"+++", "---"} for line in changed)
        if canonical(edits[key].stored) == canonical(bodies[key]):
            assert found.text == texts[key], key
    return len(keys), sum(found.same for found in pulled.values()), lines


@pytest.mark.parametrize("target", PRODUCTS)
def test_edits_of_the_guide_come_back(target: str, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings.of(GUIDE, dialect="gfm", target=target, banner="off")
    conversion = convert(settings)
    for first in range(12 if full else 1):
        pages, same, lines = pull_edits(conversion, settings, "gfm", 1 if full else 3, first)
        with capsys.disabled():
            print(f"\nguide on {target}: {same} of {pages} edited pages, {lines} lines", end="")
        assert same >= pages * 0.97 - 1


@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared")
@pytest.mark.parametrize("name", DIALECTS)
def test_edits_of_real_documents_come_back(name: str, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    for target in PRODUCTS if full else ("cloud",):
        settings = Settings.of(CORPORA / name, dialect=DIALECTS[name], gitignore=False, target=target, banner="off")
        conversion = convert(settings)
        for first in range(4 if full else 1):
            pages, same, lines = pull_edits(conversion, settings, DIALECTS[name], 2 if full else 25, first)
            with capsys.disabled():
                print(f"\n{name} on {target}: {same} of {pages} edited pages, {lines} lines", end="")
            assert same >= pages * 0.9 - 1


WORD = re.compile(r"(?:ours|theirs)\d+")


def mark_words(body: str, side: str, seed: int, count: int = 3) -> str:
    """The body with so many words of one side put into its paragraphs."""
    random = Random(seed)
    places = [match.end() for match in re.finditer(r"<p>(?=[A-Z][a-z]+ )[A-Z][a-z]+ ", body)]
    for number, place in enumerate(sorted(random.sample(places, min(count, len(places))), reverse=True)):
        body = f"{body[:place]}{side}{number} {body[place:]}"
    return body


def test_no_edit_is_lost_where_both_sides_changed(full: bool) -> None:
    settings = Settings.of(GUIDE, dialect="gfm", target="cloud", banner="off")
    conversion = convert(settings)
    keys = [key for key, page in conversion.tree.pages.items() if page.document][:: 1 if full else 4]
    bodies = {key: conversion.rendered.pages[key].body for key in keys}
    for seed in range(10 if full else 1):
        ours = {
            key: PageEdit(body, mark_words(body, "ours", seed * 7 + n)) for n, (key, body) in enumerate(bodies.items())
        }
        mine = pull_documents(conversion, settings, ours, "gfm").documents
        files = tuple(
            replace(f, data=mine[f.key].text.encode()) if f.key in mine else f for f in conversion.source.documents
        )
        now = convert(settings, replace(conversion.source, documents=files))
        stored = {key: mark_words(body, "theirs", seed * 13 + n) for n, (key, body) in enumerate(bodies.items())}
        edits = {key: PageEdit(bodies[key], stored[key]) for key in keys}
        merged = pull_documents(now, settings, edits, "gfm").documents
        for key in keys:
            words = set(WORD.findall(mine[key].text)) | set(WORD.findall(stored[key]))
            left = len(merged[key].refused)
            assert len(words - set(WORD.findall(merged[key].text))) <= left, (key, merged[key].refused)
            touched = set(paragraphs_with(ours[key].stored, "ours")) & set(paragraphs_with(stored[key], "theirs"))
            assert bool(merged[key].conflicts) <= bool(touched), key  # conflicts only where both touched a block


def paragraphs_with(body: str, side: str) -> list[str]:
    """The paragraphs that hold a word of one side, as they were without it."""
    found = re.findall(r"<p>(?:(?!</p>).)*?</p>", body, re.S)
    return [re.sub(r"(?:ours|theirs)\d+ ", "", text) for text in found if side in text]
