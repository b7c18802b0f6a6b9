"""What looks like something and is not is told once for each kind and document, with the remedy."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.convert.options import find_dialect
from publisher.convert.sources import read_source
from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.settings import Settings
from publisher.storage import CLOUD, DATACENTER
from publisher.storage.languages import ALIASES

NEAR = "near-syntax"


def problems(markdown: str, dialect: str = "gfm") -> list[tuple[str, int | None, str]]:
    found = parse_document("a.md", markdown.encode(), Grammar(DIALECTS[dialect])).problems
    return [(item.code, item.line, item.hint) for item in found if item.code in {NEAR, "unknown-container"}]


@pytest.mark.parametrize(
    ("markdown", "line", "remedy"),
    [
        ("x\n\n[raw](other page.md) [b](c d.md)\n", 3, "`<other page.md>`"),
        ("![x](my img.png)\n", 1, "`<my img.png>`"),
        ("> [!NOET]\n> x\n\n> [!NOET]\n", 1, "[!NOTE]"),
        ("a\n{staus:green|x} {staus:red|y}\n", 2, "{status:…}"),
        ("{status:pink|x}\n", 1, "green"),
        ("[childrn]\n", 1, "[children]"),
        ("{tocc}\n", 1, "{toc}"),
        ("![a](i.png){width=120}\n", 1, "+attributes"),
        ("---\ntitle: x\nno end\n", 1, "---"),
        ("\n\n---\ntitle: x\n---\ntext\n", 3, "empty lines"),
        ("---\nlables: [a]\n---\n", 2, "labels"),
        ("---\nx: 1\npublish: maybe\n---\n", 3, "true or false"),
        ("---\ntitle: [a, b]\n---\n", 2, "one line"),
    ],
)
def test_one_notice_with_the_remedy(markdown: str, line: int, remedy: str) -> None:
    [(code, where, hint)] = problems(markdown)
    assert (code, where, remedy in hint) == (NEAR, line, True), hint


@pytest.mark.parametrize(
    "markdown",
    [
        "[ok](other.md 'a title') [e](<a b.md>) `[x](a b.md)` (see [1] (a b)) [x](a 'b c')\n",
        "> [!NOTE]\n> x\n\n```\n> [!NOET]\n```\n",
        "{date:2026-01-31} {status:green|x} ${foo:bar} {0,128} {name: value} `{staus:x|y}`\n",
        "[chapter]\n\n[childrn]: https://e.org\n",
        "---\ntitle: x\nlabels: [a]\nlabel: y\ntags: [b]\npublished: true\n---\n",
        "---\n\ntext between rules: fine\n\n---\n",
        "::: tip\nx\n:::\n\n::: tabs\ny\n:::\n",
    ],
)
def test_what_is_right_is_not_named(markdown: str) -> None:
    assert problems(markdown) == []


def test_kinds_of_containers_are_one_notice() -> None:
    found = problems("::: unknwn\nx\n:::\n\n::: other\ny\n:::\n")
    assert [(code, line) for code, line, _ in found] == [("unknown-container", 1)]


def write(folder: Path, files: dict[str, str]) -> Settings:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Settings.of(folder, gitignore=False)


def test_a_vault_is_recognised_by_its_links(tmp_path: Path) -> None:
    files = {"a.md": "See [[Second note]] and [[b/Third|x]].\n", "Second note.md": "x\n", "b/Third.md": "![[a]]\n"}
    settings = write(tmp_path, files)
    assert find_dialect(settings, read_source(settings)) == "obsidian"
    codes = [(item.code, item.path, item.line) for item in convert(settings).problems]
    assert codes.count(("detected-dialect", "a.md", 1)) == 1
    assert not [code for code, _, _ in codes if code == "syntax-off"]


def test_links_that_name_nothing_are_no_vault(tmp_path: Path) -> None:
    settings = write(tmp_path, {"a.md": "[[ -f x ]] and [[nothing]], `[[b]]`.\n", "b.md": "x\n"})
    assert find_dialect(settings, read_source(settings)) == "gfm"


def test_names_of_languages() -> None:
    known = {"python3": "python", "C#": "csharp", "tf": "hcl", "kts": "kotlin", "jsonl": "json", "pwsh": "powershell"}
    assert {name: CLOUD.map_language(name) for name in known} == known
    assert all(CLOUD.map_language(name) in CLOUD.languages for name in ALIASES)
    assert all(DATACENTER.map_language(name) in DATACENTER.languages for name in ALIASES)


def test_a_status_in_a_table_is_one(tmp_path: Path) -> None:
    text = b"# A\n\n| a |\n|---|\n| {status:green\\|Done} |\n"
    assert [item.code for item in parse_document("a.md", text).problems] == []
