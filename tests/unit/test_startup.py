"""What a command imports: those that work offline pay for no network."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from publisher.cli.main import cli
from publisher.sandbox.app import running

SCRIPT = """
import contextlib, io, sys
from publisher.cli.main import cli
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
    cli(sys.argv[1:])
print(*sorted(name for name, module in sys.modules.items() if module is not None))
"""


def imported(*words: str, environ: Mapping[str, str] | None = None) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize("words", ["--help", "check", "convert", "page --help"])
def test_offline_commands_do_not_import_the_network(words: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    path = {"check": [str(tmp_path)], "convert": [str(tmp_path / "a.md")]}.get(words, [])
    assert not [name for name in imported(*words.split(), *path) if name.startswith("http")]


def test_a_check_imports_what_the_documents_need(tmp_path: Path) -> None:
    """Ignore files and what Confluence holds are for those who have them."""
    (tmp_path / "a.md").write_text("# A\n\nwords\n")
    seldom = ("pathspec", "publisher.model.snapshot")
    assert names_below(imported("check", str(tmp_path)), seldom) == []
    (tmp_path / ".publisherignore").write_text("b.md\n")
    (tmp_path / "b.md").write_text("[no](nowhere.md)\n")
    assert names_below(imported("check", str(tmp_path)), ("pathspec",)) != []


def test_all_commands_share_the_options_of_settings() -> None:
    found = {id(param) for command in cli.commands.values() for param in command.params if param.name == "fail_on"}
    assert len(found) == 1


def test_the_list_of_commands_does_not_read_the_table() -> None:
    names = imported("--help")
    assert not [name for name in names if name.startswith(("http", "publisher.confluence.operations"))]


#: What an unchanged set needs none of: it is not converted, planned or applied.
CONVERTS = ("jinja2", "publisher.render", "publisher.convert.compose", "publisher.convert.engine", "publisher.checking")
PLANS = ("publisher.planning.build", "publisher.apply.run", "publisher.sync.publish", "publisher.sync.propose")


def names_below(found: list[str], packages: tuple[str, ...]) -> list[str]:
    return [name for name in found if any(name == package or name.startswith(f"{package}.") for package in packages)]


def test_an_unchanged_publish_imports_neither_what_converts_nor_what_plans(tmp_path: Path) -> None:
    for name in ("index", "a"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nwords\n")
    with running(":memory:", token="good") as (address, store):
        store.create_space("DOCS", "Docs")
        words = ("publish", str(tmp_path), "--space", "DOCS", "--yes")
        environ = {**os.environ, "CONFLUENCE_URL": address, "CONFLUENCE_TOKEN": "good"}
        first, second = imported(*words, environ=environ), imported(*words, environ=environ)
        (tmp_path / "a.md").write_text("# a\n\nother words\n")
        third = imported(*words, environ=environ)
    assert {*CONVERTS, *PLANS} - {"jinja2"} <= set(first) & set(third) and "jinja2" not in third  # no macro in it
    assert names_below(second, CONVERTS + PLANS) == []
    assert "httpx" in second and names_below([*first, *second, *third], ("rich", "pygments", "httpx._main")) == []


COLLECTIONS = """
import atexit, contextlib, gc, io, sys
def tell():
    print(sum(kept["collections"] for kept in gc.get_stats()) - before, gc.get_freeze_count() > 10_000, file=real)
real, before = sys.stdout, sum(kept["collections"] for kept in gc.get_stats())
atexit.register(tell)
from publisher.__main__ import main
sys.argv = ["publisher", "--help"]
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
"""


def test_nothing_that_is_imported_is_looked_for_garbage() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECTIONS], capture_output=True, text=True, check=True)
    collections, frozen = done.stdout.split()
    assert int(collections) < 20  # without it: about fifty
    assert frozen == "True"


def test_httpx_is_whole_without_its_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import publisher.confluence, httpx; print(httpx.Client, httpx.main)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "httpx.Client" in done.stdout
