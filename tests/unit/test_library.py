"""The public API: what a script that imports publisher can rely on."""

import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

import publisher
from publisher.config.keywords import SettingKeywords
from publisher.config.options import OPTIONS
from publisher.errors import DocumentsError, UsageError
from publisher.sandbox.app import running
from publisher.sandbox.store import Store

TYPES = {"text": str, "flag": bool, "count": int, "seconds": float}


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "index.md").write_text("# Home\n\n[a](a.md)\n")
    (folder / "a.md").write_text("# A\n\nwords\n")
    return folder


@pytest.fixture(params=["cloud", "datacenter"])
def site(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    with running(":memory:", token="good", flavor=request.param) as (address, store):
        store.create_space("DOCS", "Docs")
        path = "/confluence" if request.param == "datacenter" else ""
        monkeypatch.setenv("CONFLUENCE_URL", address + path)
        monkeypatch.setenv("CONFLUENCE_TOKEN", "good")
        monkeypatch.setenv("CONFLUENCE_SPACE", "DOCS")
        yield store


def test_keywords_are_the_settings() -> None:
    keywords = typing.get_type_hints(SettingKeywords)
    assert list(keywords) == [option.key for option in OPTIONS if option.key != "docs"]
    assert [
        o.key for o in OPTIONS if o.kind in TYPES and o.key != "docs" and keywords[o.key] is not TYPES[o.kind]
    ] == []


def test_check(docs: Path) -> None:
    (docs / "a.md").write_text("# A\n\n[gone](gone.md)\n")
    found = publisher.check(docs, levels={"broken-link": "error"})
    assert [(problem.path, problem.line, problem.code) for problem in found.problems] == [("a.md", 3, "broken-link")]
    assert found.fails and set(found.conversion.rendered.pages) == {"index.md", "a.md"}


def test_plan_publish_and_status(docs: Path, site: Store) -> None:
    planned = publisher.plan(docs)
    assert [result.action.kind for result in planned.report.results] == ["create", "create"]
    assert not [row for row in site.pages(["current"]) if row["title"] == "A"]
    report = publisher.publish(docs)
    assert all(result.id and not result.error for result in report.results)
    assert [action.idle for action in (result.action for result in publisher.publish(docs).results)] == [True, True]
    page = next(row for row in site.pages(["current"]) if row["title"] == "A")
    site.update_page(page["id"], {"title": "A", "body": "<p>edited</p>", "version": page["version"] + 1,
                                  "message": "", "author": "alice"})  # fmt: skip
    assert [(finding.kind, finding.title) for finding in publisher.status(docs)] == [("hand-edited", "A")]


def test_a_broken_document_is_never_published(docs: Path, site: Store) -> None:
    """The gate is in the composer: nobody has to think of it."""
    (docs / "b.md").write_text("---\ntitle: [\n---\n# B\n")
    with pytest.raises(DocumentsError) as caught:
        publisher.publish(docs)
    assert [getattr(problem, "path", "") for problem in caught.value.problems] == ["b.md"]
    assert not [row for row in site.pages(["current"]) if row["title"] in {"Home", "A", "B"}]


def test_connect(docs: Path, site: Store) -> None:
    publisher.publish(docs)
    with publisher.connect() as confluence:
        assert "A" in {page.title for page in confluence.page.list(space="DOCS")}


def test_wrong_settings(docs: Path) -> None:
    with pytest.raises(UsageError, match="no space"):
        publisher.plan(docs, url="https://wiki.example.com")
    with pytest.raises(UsageError, match="prune"):
        publisher.check(docs, prune="maybe")


def test_importing_it_loads_no_library() -> None:
    """The command line imports the package at every start."""
    code = (
        "import sys, publisher; print([name for name in ('httpx', 'mistune', 'lxml', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_example_of_the_guide(docs: Path, site: Store, capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(__file__).parents[2] / "sample-docs" / "reference" / "library.md"
    code = page.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    exec(compile(code, str(page), "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["create Home", "create A"] and [line.split()[0] for line in lines[2:]] == ["Home", "A"]
