"""Every problem code has a page in the guide, whose example has the problem, and whose fix has not."""

import os
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from guide import GUIDE, Block, Desk, blocks_of, desk, headings_of

from publisher.cli.main import cli
from publisher.model.problem import CODES, ONLINE, Level

FOLDER = GUIDE / "reference" / "problems"
PAGES = {path.stem: path for path in sorted(FOLDER.glob("*.md")) if path.stem != "index"}
#: Faults of Publisher itself, which no document can show.
FAULTS = {"internal-error", "storage-violation", "not-well-formed"}
#: What a person does in Confluence, and no command can: the test does it, between a publish and the next one.
BY_HAND: dict[str, Callable[[Desk, int], object]] = {
    "archived-page": lambda at, page: at.store.archive_pages([page]),
    "live-doc": lambda at, page: at.store._run("UPDATE page SET subtype = 'live' WHERE id = ?", page),
}
#: Told by another test, which makes an account that sees less: tests/e2e/test_ownership.py.
ELSEWHERE = {"hidden-page"}
PROGRAMS = {"not-drawn": "dot"}
#: A program that is not to be found, wherever it is installed.
ABSENT = {"no-drawer": "d2"}
FLAVORS = {"page-order": "datacenter"}


def head_of(code: str) -> str:
    """The first lines of a page, from the table of codes."""
    level = CODES[code][0]
    by = "`plan` and `publish`" if code in ONLINE else "`check`, `plan` and `publish`"
    by = {"dead-link": "`check --external`", "newer-in-confluence": "`adopt`", "open-comment": "`comments`"}.get(
        code, by
    )
    fixed = ", and cannot be ignored" if level is Level.ERROR else ""
    return f"# {code}\n\n**{level.name.capitalize()}**, found by {by}{fixed}.\n"


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page(code: str, update: bool) -> None:
    path = FOLDER / f"{code}.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    body = re.sub(r"\A# [^\n]*\n\n\*\*[^\n]*\n", "", text) or "\n\n## Why it matters\n\n## Example\n\n## Fix\n"
    if update:
        path.write_text(head_of(code) + body, encoding="utf-8")
    assert text == head_of(code) + body, "run pytest --update-golden, and write what is missing"
    assert headings_of(path, 2) == ["Why it matters", "Example", "Fix"]
    parts = re.split(r"^## (?:Why it matters|Example|Fix)$", text, flags=re.M)
    assert all(part.strip() for part in parts), "a part is empty"


def test_every_page_has_a_code() -> None:
    assert set(PAGES) == set(CODES)


def do(at: Desk, blocks: list[Block]) -> None:
    for block in blocks:
        if block.title:
            at.write(block)
        elif block.language == "sh":
            at.run(block.text)


def find(at: Desk, code: str, blocks: list[Block]) -> bool:
    """Whether the last command of the blocks names the code, or `check` where they have none."""
    if not any("publisher " in block.text for block in blocks if block.language == "sh"):
        at.publisher("check", "docs", "--format", "json")
    return re.search(rf"(?<![\w-]){code}(?![\w-])", at.said) is not None


@pytest.mark.parametrize("code", [code for code in CODES if code not in FAULTS | ELSEWHERE | set(BY_HAND)])
def test_the_example_has_the_problem_and_the_fix_has_not(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if (program := PROGRAMS.get(code)) and not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    if absent := ABSENT.get(code):
        folders = os.environ["PATH"].split(os.pathsep)
        monkeypatch.setenv("PATH", os.pathsep.join(f for f in folders if not (Path(f) / absent).exists()))
    blocks = blocks_of(PAGES[code])
    example = [block for block in blocks if block.section == "Example"]
    fix = [block for block in blocks if block.section == "Fix"]
    with desk(tmp_path, monkeypatch, FLAVORS.get(code, "cloud")) as at:
        do(at, example)
        assert find(at, code, example), at.said
        if code == "newer-in-confluence":
            time.sleep(1.0)  # Git counts in whole seconds: a commit of the same one is not newer
        do(at, fix)
        assert not find(at, code, fix), at.said


@pytest.mark.parametrize("code", BY_HAND)
def test_what_is_done_in_confluence_by_hand(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk(tmp_path, monkeypatch) as at:
        at.run("mkdir -p docs\nprintf '# Home\\n' > docs/index.md\nprintf '# Setup\\n' > docs/setup.md")
        at.publisher("publish", "docs")
        page = next(row["id"] for row in at.store.pages(["current"]) if row["title"] == "Setup")
        BY_HAND[code](at, page)
        at.run("printf '# Setup\\n\\nwords\\n' > docs/setup.md")
        at.publisher("plan", "docs", "--format", "json")
        (block,) = blocks_of(PAGES[code])
        message = block.text.split(f"{code}: ")[1].split(" (")[0].strip()
        assert message.rpartition("98391")[2].strip() in at.said.replace('\\"', '"')


def explain(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, ["explain", *words])
    assert done.exit_code == code, done.output
    return done.output


def test_explain_prints_the_page() -> None:
    out = explain("broken-link")
    assert "# broken-link" in out and "[how to set up](setpu.md)" in out  # an example stays as it is
    assert "`docs/setup.md`:\n\n```markdown\n" in out and "title=" not in out
    assert "(../" not in out, "a terminal follows no link to a page of the guide"
    assert "levels: {broken-link: off}" in out
    assert "levels:" not in explain("open-region")  # errors cannot be ignored


def test_explain_takes_several_codes_and_other_spellings() -> None:
    out = explain("Missing_Alt", "`broken-link`")
    assert out.index("# missing-alt") < out.index("# broken-link")


@pytest.mark.parametrize(("word", "near"), [("brokenlink", "broken-link"), ("anchor", "broken-anchor"), ("xyz", "")])
def test_explain_suggests_codes(word: str, near: str) -> None:
    out = explain(word, code=2)
    assert f"unknown problem code `{word}`" in out
    assert f"did you mean `{near}`" in out if near else "lists them all" in out


def test_explain_lists_all_codes() -> None:
    out = explain()
    assert [code for code in CODES if f"  {code} " not in out] == []
    assert out.index("errors:") < out.index("warnings:") < out.index("notices:")
