"""Branches in names and titles, names in two Unicode forms, and a Git that does not answer."""

import os
import subprocess
import unicodedata
from pathlib import Path

import pytest

from publisher.config.load import load_config
from publisher.convert.compose import convert
from publisher.errors import UsageError
from publisher.model.settings import Settings
from publisher.source.git.repository import read_repository
from publisher.sync.naming import name_collection


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("GITHUB", "CI_", "GITLAB", "PUBLISHER"))]:
        monkeypatch.delenv(name)
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n")
    subprocess.run(["git", "init", "-qb", "feature/x"], cwd=tmp_path, check=True)
    return docs


def name(settings: Settings) -> str:
    return name_collection(settings, read_repository(settings.docs, os.environ)).name


def test_a_collection_for_each_branch(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.of(docs, collection="docs-{branch}", title_suffix=" ({branch})", banner="off")
    assert name(settings) == "docs-feature/x" and convert(settings).problems == ()
    assert convert(settings).rendered.pages["index.md"].title == "Home (feature/x)"
    monkeypatch.setenv("PUBLISHER_BRANCH", "other")
    assert name(settings) == "docs-other"
    monkeypatch.delenv("PUBLISHER_BRANCH")
    (docs.parent / ".git" / "HEAD").write_text("0" * 40 + "\n")
    with pytest.raises(UsageError, match="PUBLISHER_BRANCH"):
        name(settings)


def test_a_branch_in_titles_of_one_collection_for_all(docs: Path) -> None:
    made = convert(Settings.of(docs, collection="docs", title_prefix="{branch}: ", banner="off"))
    assert [item.code for item in made.problems] == ["branch-titles"]


def test_a_git_that_does_not_answer_is_told_once(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(docs))
    [problem] = convert(Settings.of(docs, banner="off")).problems
    assert problem.code == "git-silent" and "`git` is not installed" in problem.message


def test_names_in_two_forms(docs: Path) -> None:
    (docs / unicodedata.normalize("NFC", "é.md")).write_text("# A\n")
    (docs / unicodedata.normalize("NFD", "é.md")).write_text("# B\n")
    if len(list(docs.glob("*.md"))) < 3:
        pytest.skip("this file system knows one form only")
    made = convert(Settings.of(docs, banner="off"))
    assert [(item.code, item.path) for item in made.problems if item.code == "twin-names"] == [("twin-names", "é.md")]
    path = docs / unicodedata.normalize("NFD", "é.md")
    assert load_config((path,), {}).selected == (unicodedata.normalize("NFC", "é.md"),)
