"""Whatever is edited between two runs, what the first one kept changes no byte of the second."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cached import FILES, OPTIONS, both, seen, settings_of, write_files

from publisher.convert.cache import ConversionCache
from publisher.convert.collections import convert_collections
from publisher.convert.compose import convert
from publisher.convert.settled import find_settled, keep_settled
from publisher.convert.sources import read_source

_WORDS = ("alpha", "[one](part/one.md#deep)", "{{ product }}", "![pic](pic.svg)", "<b>x", "`code`", "@ann", "AB-2", "[x](gone.md)",
          "[h](index.md#home)", "- [ ] task", "$b^2$", "<!-- publisher:ignore broken-link -->", "[t](title:One)", "&amp;")  # fmt: skip
Edit = Callable[[random.Random, Path, dict[str, Any]], None]


def _document(dice: random.Random, root: Path) -> Path:
    return dice.choice(sorted((root / "docs").rglob("*.md")))


def change_text(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    path = _document(dice, root)
    lines = path.read_text(encoding="utf-8").split("\n")
    lines.insert(dice.randrange(len(lines) + 1), dice.choice(_WORDS))
    path.write_text("\n".join(lines), encoding="utf-8")


def change_title(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    path = _document(dice, root)
    path.write_text(f"# Title {dice.randrange(5)}\n\n## Deep\n\n## End\n\n[home](/index.md)\n", encoding="utf-8")


def change_include(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    (root / "docs/part/shared.md").write_text(f"## Shared {dice.randrange(3)}\n\n{dice.choice(_WORDS)}\n")


def add_or_remove_include(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    path = root / dice.choice(["docs/nothing.md", "docs/shared.md"])
    if path.exists():
        path.unlink()
    else:
        path.write_text("found\n")


def add_document(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    (root / f"docs/more/new{dice.randrange(3)}.md").write_text("# One\n\n[two](../part/two.md)\n")


def remove_document(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    _document(dice, root).unlink()
    (root / "docs/index.md").touch()


def move_document(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    path = _document(dice, root)
    shutil.move(path, root / "docs/part" / path.name)


def change_picture(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    """The size of a picture is in the page."""
    path = root / "docs/pic.svg"
    if path.exists() and dice.random() < 0.2:
        path.unlink()
    else:
        path.write_text(FILES["docs/pic.svg"].replace("40", str(dice.randrange(1, 99)), 1))


def change_template(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    """One that another one includes, in a folder below."""
    (root / "templates/parts/line.xml.j2").write_text(f"<em>hint {dice.randrange(9)}</em>")


def override_template(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    path = root / "templates/status.xml.j2"
    path.write_text(f"{{#- status: title, colour. -#}}\n<strong>{{{{ title }}}}{dice.randrange(3)}</strong>")


def change_navigation(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    title, first = f"Nav {dice.randrange(3)}", dice.choice(["front.md", "math.md"])
    (root / "docs/mkdocs.yml").write_text(f"site_name: {title}\nnav:\n  - {title}: {first}\n  - Home: index.md\n")


def change_options(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    known: list[tuple[str, list[Any]]] = [
        ("variables", [{"product": "Rocket"}, {"product": "Train"}, {"product": 1}, {"product": "1"}]),
        ("people", [{}, {"ann": "a1"}, {"ann": "a2"}]),
        ("syntax", [OPTIONS["syntax"], ("+includes",), ("+includes", "+emoji", "-math")]),
        ("dialect", ["gfm", "mkdocs", "obsidian"]),
        ("defaults", [{}, {"more/*.md": {"labels": ["new"]}}, {"*.md": {"table_layout": "wide", "banner": False}}]),
        ("title_from", ["auto", "file", "heading", "h1"]),
        ("title_suffix", ["", " (x)"]),
        ("banner", ["auto", "off", "From {source}"]),
        ("table_layout", ["default", "wide"]),
        ("target", ["cloud", "datacenter"]),
        ("directories", ["page", "flatten", "folder"]),
        ("diagrams", [OPTIONS["diagrams"], {"mermaid": "macro:drawn", "math": "macro:tex"}]),
        ("tasks", ["tasks", "text"]),
        ("jira_projects", [(), ("AB",)]),
        ("jira_server", ["", "Jira"]),
        ("repo_url", ["", "https://github.com/acme/docs"]),
        ("labels_from", [(), ("tags",)]),
        ("links", [{}, {"gone.md": "https://example.com/x"}, {"gone.md": {"title": "There", "space": "S"}}]),
        ("scratch", [False, True]),
        ("space", ["", "ONE"]),
    ]
    name, values = dice.choice(known)
    options[name] = dice.choice(values)


EDITS: tuple[Edit, ...] = (
    change_text, change_text, change_title, change_include, add_or_remove_include, add_document, remove_document, move_document,
    change_picture, change_template, override_template, change_navigation, change_options, change_options, change_options,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_random_edits(seed: int, tmp_path: Path, full: bool) -> None:
    dice = random.Random(seed)
    write_files(tmp_path)
    options: dict[str, Any] = {}
    for step in range(120 if full else 12):
        plain, kept = both(tmp_path, tmp_path / "cache", **options)
        assert plain == kept, (seed, step)
        for _ in range(dice.randrange(1, 4)):
            edit = dice.choice(EDITS)
            edit(dice, tmp_path, options)
        if len(list((tmp_path / "docs").rglob("*.md"))) < 21:
            write_files(tmp_path)


@pytest.mark.parametrize("seed", range(8))
def test_random_edits_of_a_whole(seed: int, tmp_path: Path, full: bool) -> None:
    """What is taken for settled is what a conversion without a cache makes."""
    dice = random.Random(2000 + seed)
    write_files(tmp_path)
    options: dict[str, Any] = {}
    found = 0
    for step in range(120 if full else 20):
        settings = settings_of(tmp_path, tmp_path / "cache", **options, templates="")
        memory = ConversionCache()
        made = convert(settings_of(tmp_path, None, **options, templates=""), None, memory)
        for _ in range(2):
            known = find_settled(settings, read_source(settings))
            if known is not None:
                assert known.problems == made.problems, (seed, step)
                assert known.pages == {key: page.digests["body"] for key, page in made.rendered.pages.items()}, (
                    seed,
                    step,
                )
                found += 1
            keep_settled(settings, made, {key: parsed.read for key, parsed in memory.documents.items()})
        for _ in range(dice.randrange(1, 3)):
            dice.choice(EDITS)(dice, tmp_path, options)
        if len(list((tmp_path / "docs").rglob("*.md"))) < 21:
            write_files(tmp_path)
    assert found > 5


@pytest.mark.parametrize("seed", range(8))
def test_random_saves(seed: int, tmp_path: Path, full: bool) -> None:
    """What a watch keeps in mind changes no byte either. Most saves change words alone, and cost these."""
    dice = random.Random(1000 + seed)
    write_files(tmp_path)
    options: dict[str, Any] = {}
    memory, quick = ConversionCache(), 0
    for step in range(150 if full else 25):
        settings = settings_of(tmp_path, None, **options)
        kept = convert_collections([(settings, None)], (), [memory])[0]
        assert seen(kept) == seen(convert(settings)), (seed, step)
        quick += bool(kept.changed)
        for _ in range(dice.randrange(1, 3)):
            dice.choice(EDITS if dice.random() < 0.3 else (add_words,))(dice, tmp_path, options)
        if len(list((tmp_path / "docs").rglob("*.md"))) < 21:
            write_files(tmp_path)
    assert quick > 2


def add_words(dice: random.Random, root: Path, options: dict[str, Any]) -> None:
    path = _document(dice, root)
    path.write_text(
        path.read_text(encoding="utf-8") + f"\nwords {dice.randrange(99)} {dice.choice(_WORDS)}\n", encoding="utf-8"
    )
