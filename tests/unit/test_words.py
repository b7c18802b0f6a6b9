"""Plain English everywhere people read: no phrase of the old language is left, and counts agree with their nouns."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from publisher.cli.main import cli
from publisher.naming import count_of

ROOT = Path(__file__).parents[2]
#: Phrases that nobody says, with what people say. They are looked for in code, too: docstrings are read by people.
OLD_LANGUAGE = {
    r"mend(s|ed|ing)?": "fix",
    r"say --yes": "re-run with --yes to confirm",
    r"made anew": "created again",
    r"becomes? of": "happens to",
    r"leads? to nothing": "was not found",
    r"nearest is": "did you mean",
    r"known are": "known:",
    r"bears? (our|its|the|a|another|one|labels)": "has",
    r"stands? in (the|Confluence|quotes|a box|an)": "is in",
    r"stands? (below|beside|there|behind|here)": "is",
    r"(goes?|put[s]?|would go) into the trash": "moves to the trash",
    r"an? text (that|there|of your own)": "text",
    r"must be a text": "must be a string",
    r"is not the code of": "unknown problem code",
    r"held the lease": "no run holds the lock",
    r"watchers are told": "watchers are notified",
    r"without a trace|leaving (a|no) trace": "without affecting …",
    r"sign of life": "stops responding",
    r"without any answer": "without a response",
    r"longest wait for": "timeout",
    r"makes a version": "creates a version",
    r"has no meaning without": "requires",
    r"a page of others": "another page",
    r"none is named|no address:": "not set",
    r"with a blank|blank lines? around": "space, empty line",
}
_PATTERN = re.compile(r"\b(" + "|".join(f"({phrase})" for phrase in OLD_LANGUAGE) + r")(?!\w)", re.IGNORECASE)


def readable_files() -> list[Path]:
    folders = ("publisher", "sample-docs", "docs", "templates")
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    kinds = {".py", ".md", ".html", ".j2", ".yml", ".json", ".js"}
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *(path for path in found if path.suffix in kinds)]


def test_no_phrase_of_the_old_language() -> None:
    found = []
    for path in readable_files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found += [f"{path.relative_to(ROOT)}:{number}: {match[0]!r}" for match in _PATTERN.finditer(line)]
    assert found == []


@pytest.mark.parametrize(
    "phrase",
    ["Mend them and save", "known are none", "say --yes", "is made anew", "what becomes of it", "it bears our stamp"],
)
def test_the_list_finds_what_it_is_for(phrase: str) -> None:
    assert _PATTERN.search(phrase)
    assert not _PATTERN.search("amend the recommendation; the stand in aisle 3")


def run_linter(*words: str) -> str:
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, cwd=ROOT)
    return done.stdout + done.stderr if done.returncode else ""


def test_spelling() -> None:
    """Of docs, code, help and messages. Words that are meant are in pyproject.toml."""
    files = [str(path.relative_to(ROOT)) for path in ROOT.glob("*.md")]
    assert run_linter("codespell_lib", *files, "publisher", "sample-docs", "docs", "templates") == ""


def messages() -> Iterator[str]:
    """Texts of the code that people read: help and messages, one a line, without what is put in."""
    for path in sorted((ROOT / "publisher").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value.split()) > 3:
                yield f"{path.relative_to(ROOT)}: {' '.join(node.value.split())}"


def test_prose(tmp_path: Path) -> None:
    """Clichés, redundancy, hedging and the like, in docs, help and messages."""
    said = tmp_path / "messages.md"
    said.write_text("\n\n".join(messages()), encoding="utf-8")
    texts = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "sample-docs", str(said))
    found = run_linter("proselint", "check", "--config", "tests/proselint.json", *texts)
    assert found == ""


@pytest.mark.parametrize(("number", "text"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1000, "1,000 pages")])
def test_counts_agree_with_their_nouns(number: int, text: str) -> None:
    assert count_of(number, "page") == text


def run_cli(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli, list(words))
    assert done.exit_code == code, done.output
    return done.output


def test_check_counts_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\ntitle: [\n---\n# A\n", encoding="utf-8")
    assert "1 document read: 1 error" in run_cli("check", str(tmp_path), code=3)
    (tmp_path / "a.md").write_text("# A\n\n[b](missing.md) [c](gone.md)\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("# B\n\ntext\n", encoding="utf-8")
    assert "2 documents read: 2 warnings" in run_cli("check", str(tmp_path))
    (tmp_path / "a.md").write_text("# A\n\ntext\n", encoding="utf-8")
    assert "2 documents read: no problems" in run_cli("check", str(tmp_path))


def test_the_summary_has_no_zeros(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# A\n\ntext\n", encoding="utf-8")
    publish = ("publish", str(docs), "--sandbox", "--sandbox-state", str(tmp_path / "state"))
    first, second = run_cli(*publish), run_cli(*publish)
    assert re.search(r"^2 created in \d+\.\d s \(\d+ requests, \d+ writes\)$", first, re.MULTILINE), first
    assert re.search(r"^no changes, 2 unchanged in \d+\.\d s \(\d+ requests\)$", second, re.MULTILINE), second


def test_what_was_skipped_is_counted(tmp_path: Path) -> None:
    (tmp_path / ".a.md").write_text("# A\n", encoding="utf-8")
    (tmp_path / ".b.md").write_text("# B\n", encoding="utf-8")
    assert "(skipped 2 hidden files)" in run_cli("check", str(tmp_path), code=2)
