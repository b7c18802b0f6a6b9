"""What the client commands print: addresses, bodies, columns by known names, and what jq makes of it."""

import json
import sys
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from publisher.cli.main import cli
from publisher.sandbox.app import running

Run = Callable[..., Result]


@pytest.fixture(params=["cloud", "datacenter"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    with running(":memory:", flavor=request.param) as (address, store):
        store.create_space("DOCS", "Docs")
        base = address + ("/confluence" if request.param == "datacenter" else "/wiki")
        monkeypatch.setenv("CONFLUENCE_URL", base)
        monkeypatch.setenv("CONFLUENCE_TOKEN", "t0ken")
        monkeypatch.setenv("CONFLUENCE_FLAVOR", request.param)
        monkeypatch.setenv("PUBLISHER_TRUSTED_HOSTS", "127.0.0.1,localhost")

        def command(*words: str, code: int = 0) -> Result:
            done = CliRunner().invoke(cli, [*words])
            assert done.exit_code == code, done.output
            return done

        yield command


def create(run: Run) -> str:
    """The id of a new page."""
    made = run("page", "create", "--space", "DOCS", "--title", "Guide", "--body", "<p>Hi</p>", "--format", "json")
    return str(json.loads(made.stdout)["id"])


def test_what_was_written_is_named_with_its_address(run: Run) -> None:
    told = run("page", "create", "--space", "DOCS", "--title", "Guide", "--body", "<p>Hi</p>").stdout
    page = told.splitlines()[1].split()[0]
    assert told.splitlines()[-1].startswith("http://") and page in told.splitlines()[-1]
    told = run("page", "update", page, "--title", "Guide", "--body", "<p>Ho</p>").stdout
    assert told.splitlines()[-1].startswith("http://") and "<p>" not in told


def test_get_shows_the_text(run: Run) -> None:
    page = create(run)
    assert run("page", "get", page).stdout.endswith("\n\n<p>Hi</p>\n")
    assert json.loads(run("page", "get", page, "--format", "json").stdout)["title"] == "Guide"


def test_the_browser_is_opened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    monkeypatch.setenv("DISPLAY", ":0")
    page = create(run)
    assert "<p>" not in run("page", "get", page, "--web").stdout
    assert len(opened) == 1 and opened[0].startswith("http://") and page in opened[0]
    assert "--web opens one page" in run("page", "list", "--web", code=2).output


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a browser")
def test_a_machine_without_a_screen_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.launch", lambda address: pytest.fail("opened"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    page = create(run)
    assert "there is no browser here; open it elsewhere: http" in run("page", "get", page, "--web").stderr


def test_columns_are_all_that_is_shown(run: Run) -> None:
    page = create(run)
    assert run("page", "get", page, "--columns", "id,title").stdout.splitlines()[1].split() == [page, "Guide"]
    assert "<p>" not in run("page", "get", page, "--columns", "id").stdout


def test_cells_are_whole_where_they_have_room(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    title = "A title of some length " * 5
    run("page", "create", "--space", "DOCS", "--title", title.strip(), "--body", "<p>x</p>")
    assert title.strip() in run("page", "list", "--columns", "id,title").stdout  # no terminal
    for width, cut in ((200, False), (60, True), (10, True)):
        monkeypatch.setattr("publisher.cli.items.columns", lambda width=width: width)
        lines = run("page", "list", "--columns", "id,title").stdout.splitlines()
        assert any(line.endswith("…") for line in lines) == cut
        assert max(map(len, lines)) <= max(width, 40)


def test_columns_have_known_names(run: Run) -> None:
    create(run)
    told = run("page", "list", "--columns", "title, version.number").stdout
    assert told.splitlines()[0].split() == ["title", "version.number"] and "Guide" in told
    told = run("page", "list", "--columns", "titel", code=2).output
    assert "there is no column 'titel'; did you mean title? known: id, title," in told
    run("page", "list", "--columns", "version")


def test_jq(run: Run) -> None:
    page = create(run)
    assert run("page", "get", page, "--jq", ".title").stdout == "Guide\n"
    assert "Guide" in run("page", "list", "--jq", ".[] | .title").stdout.splitlines()
    assert run("page", "get", page, "--jq", "{title}").stdout == '{"title": "Guide"}\n'
    assert "--jq .[" in run("page", "list", "--jq", ".[", code=2).output
    assert "Guide" in run("api", "GET", f"/rest/api/content/{page}", "--jq", ".title").stdout


def test_without_jq_it_is_said_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jq", None)
    assert "pip install 'publisher-confluence[jq]'" in run("space", "list", "--jq", ".", code=2).output
