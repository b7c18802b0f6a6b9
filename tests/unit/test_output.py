"""What plan, publish and check show: changes with their reasons, counts for the rest, problems by code."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from terminal import on_terminal

from publisher.cli.main import cli
from publisher.cli.shared import mask

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command in a folder with `docs`, on a sandbox of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PUBLISHER_SANDBOX_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("PUBLISHER_PRUNE_LIMIT", "100%")

    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli, list(words))
        assert done.exit_code == code, done.output
        return done.output

    return command


def write(folder: Path, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def test_a_plan_says_how_many_pages_notify_watchers(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# A\n", "index.md": "# Home\n"})
    assert "2 pages will notify watchers\n" in run("plan", "docs", "--sandbox")
    run("publish", "docs", "--sandbox")
    write(tmp_path, {"a.md": "# A\n\nnew\n"})
    assert "notify" not in run("plan", "docs", "--sandbox")
    assert "1 page will notify watchers\n" in run("plan", "docs", "--sandbox", "--notify")


def test_a_plan_shows_what_changes_and_why(run: Run, tmp_path: Path) -> None:
    write(
        tmp_path,
        {"index.md": "# Home\n", "a.md": "# A\n\nx\n", "b.md": "# B\n", "c.md": "# C\n", "s/index.md": "# S\n"},
    )
    first = run("plan", "docs", "--sandbox")
    assert re.search(r"^\+ create     Home \(new\)  index.md$", first, re.M) and "5 to create in " in first
    run("publish", "docs", "--sandbox")
    write(tmp_path, {"a.md": "# A\n\ny\n", "b.md": None, "s/c.md": "# C\n", "c.md": None, "new.md": "# New\n"})
    told = run("plan", "docs", "--sandbox", "--prune", "trash")
    assert re.search(r"^\+ create     New \(new\)  new.md$", told, re.M), told
    assert re.search(r"^~ update     A \(content\)  a.md  http\S+$", told, re.M), told
    assert re.search(r"^→ move       +C \(moved, renamed\)  s/c.md  http\S+$", told, re.M), told
    assert re.search(r"^- remove     B \(its document is gone\)  b.md  http\S+$", told, re.M), told
    assert "Home" not in told and "unchanged  " not in told
    assert re.search(r"^1 to create, 1 to update, 1 to move, 2 unchanged, 1 to remove in \d+\.\d s ", told, re.M), told
    whole = run("plan", "docs", "--sandbox", "--prune", "trash", "-v")
    assert re.search(r"^  unchanged  Home  index.md$", whole, re.M), whole
    done = run("publish", "docs", "--sandbox", "--prune", "trash")
    assert re.search(r"^~ updated    A \(content\)", done, re.M) and re.search(r"^- removed    B", done, re.M), done


def test_a_plan_of_many_pages_with_one_change_is_short(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {f"{number}.md": f"# Page {number}\n" for number in range(100)})
    run("publish", "docs", "--sandbox")
    write(tmp_path, {"7.md": "# Page 7\n\nchanged\n"})
    told = run("plan", "docs", "--sandbox")
    assert len(told.splitlines()) <= 15 and "100 unchanged" in told, told
    write(tmp_path, {f"{number}.md": None for number in range(20)})
    told = run("plan", "docs", "--sandbox")
    assert len(told.splitlines()) <= 15 and "17 more orphans; -v lists them" in told, told
    assert run("plan", "docs", "--sandbox", "-v").count("? orphan ") == 20


def test_quiet_prints_errors_and_the_summary(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# A\n\n[x](gone.md)\n", "b.md": "# B\n"})
    assert re.fullmatch(r"3 to create in \d+\.\d s \(\d+ requests\)\n", run("plan", "docs", "--sandbox", "--quiet"))
    assert run("check", "docs", "--quiet") == "2 documents read: 1 warning\n"
    write(tmp_path, {"b.md": "---\ntitle: [\n---\n"})
    told = run("check", "docs", "--quiet", code=3).splitlines()
    assert len(told) == 2 and "error front-matter" in told[0] and told[1] == "2 documents read: 1 error, 1 warning"


LINKS = {f"{name}.md": f"# {name}\n\n[x](gone.md)\n" for name in "abcde"}


def test_problems_are_grouped_by_code(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {**LINKS, "f.md": "---\ntitle: [\n---\n"})
    lines = run("check", "docs", code=3).splitlines()
    assert lines[0].startswith("docs/f.md:") and "error front-matter: " in lines[0]  # the worst comes first
    assert lines[1] == "warning broken-link: 5 places"
    assert [line.split(": ")[0] for line in lines[2:5]] == ["  docs/a.md:3", "  docs/b.md:3", "  docs/c.md:3"]
    assert lines[5:7] == ["  2 more; --all-problems lists them", "6 documents read: 1 error, 5 warnings"]
    assert len(lines) == 8 and lines[7].endswith(" explain front-matter")
    whole = run("check", "docs", "--all-problems", code=3)
    assert whole.count(": warning broken-link: ") == 5 and "more" not in whole
    planned = run("plan", "docs", "--sandbox")
    assert "warning broken-link: 5 places" in planned and planned.count("docs/") == 4, planned


def test_problems_are_chosen_by_code_and_counted(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {**LINKS, "f.md": "# F\n\n![](none.png)\n"})
    assert "missing-image" in run("check", "docs", "--ignore", "broken-link")
    assert "broken-link" not in run("check", "docs", "--ignore", "broken-link")
    assert "missing-image" not in run("check", "docs", "--select", "broken-link,missing-alt")
    run("check", "docs", "--strict", "--ignore", "broken-link,missing-image")  # what is not chosen does not count
    rows = json.loads(run("check", "docs", "--format", "json", "--select", "broken-link"))["problems"]
    assert {row["code"] for row in rows} == {"broken-link"}
    told = run("check", "docs", "--statistics")
    assert re.search(r"^5 warning broken-link +\w", told, re.M) and "docs/" not in told, told
    assert "did you mean `broken-link`?" in run("check", "docs", "--select", "broken-lnk", code=2)
    assert "unknown problem code" in run("publish", "docs", "--sandbox", "--ignore", "nothing-of-it", code=2)


def test_a_proposed_path_can_be_pasted(run: Run, tmp_path: Path) -> None:
    """A link that leads nowhere is answered with a path from its own document, not from the docs folder."""
    broken = "[1](../b/tast.md) [2](b/test.md) [3](/b/tset.md) ![p](../b/pix.png)"
    write(tmp_path, {"a/x.md": f"# X\n\n{broken}\n", "b/test.md": "# T\n\n[4](tset.md)\n", "b/pic.png": "x"})
    told = run("check", "docs", "--all-problems")
    assert told.count("did you mean `../b/test.md`?") == 3 and "did you mean `../b/pic.png`?" in told, told
    assert "did you mean `test.md`?" in told
    write(tmp_path, {"a/x.md": "# X\n\n[1](../b/test.md)\n", "b/test.md": "# T\n"})
    assert "did you mean" not in run("check", "docs")


def test_a_file_that_is_no_plan_is_told_as_one(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# Basic usage\n"})
    for text in ("{}", "[]", "3"):
        Path("plan.json").write_text(text)
        told = run("publish", "docs", "--sandbox", "--plan", "plan.json", code=2)
        assert "plan.json: this is no plan of Publisher" in told and "plan --output FILE" in told, told
    run("plan", "docs", "--sandbox", "--output", "plan.json")
    assert "Basic usage" in run("publish", "docs", "--sandbox", "--plan", "plan.json")


@pytest.mark.parametrize("text", ["Basic usage", "Basic 2.0", "Basic internationalization", "a Bearer token, or Basic"])
def test_words_are_no_credentials(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("secret", ["YWRhOnNlY3JldA==", "0123456789abcdef0123", "ATATT3xFfGF0-x_y.z=4B"])
def test_credentials_in_a_header_are_masked(secret: str) -> None:
    for scheme in ("Basic", "Bearer"):
        assert mask(f"Authorization: {scheme} {secret}, done") == f"Authorization: {scheme} ***, done"


def test_config_shows_no_header_and_no_password(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "CONFLUENCE_HEADERS": "X-Team=docs,X-Client-Secret=hidden1",
        "CONFLUENCE_PROXY": "http://ada:hidden2@proxy.example.com:3128",
        "CONFLUENCE_URL": "https://ada:hidden3@example.atlassian.net",
    }.items():
        monkeypatch.setenv(name, value)
    told = run("config")
    assert "hidden" not in told and '"X-Client-Secret": "***"' in told, told
    assert "http://ada:***@proxy.example.com:3128" in told


@pytest.mark.parametrize("words", [("doctor",), ("space", "list")])
def test_what_is_proposed_without_an_address_can_be_run(run: Run, words: tuple[str, ...]) -> None:
    """These commands have no ``--sandbox``."""
    told = run(*words, code=5 if words == ("doctor",) else 2)
    assert "no URL" in told and " sandbox` runs one" in told and "--sandbox" not in told


def test_languages_that_have_another_name_are_no_notice(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# A\n\n```console\n$ x\n```\n\n```txt\nx\n```\n"})
    assert run("check", "docs") == "1 document read: no problems\n"
    write(tmp_path, {"a.md": "# A\n\n```brainf\n+\n```\n"})
    assert "mapped-language" in run("check", "docs")


def test_titles_are_links_where_the_terminal_takes_them(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": "# A\n\nx\n"})
    state = {"PUBLISHER_SANDBOX_STATE": str(tmp_path / "state")}
    _, linked = on_terminal(["publish", "docs", "--sandbox"], tmp_path, state)
    assert re.search(r"\033]8;;http://\S+?\033\\A\033]8;;\033\\ \(new\)\n", linked), linked
    for plain in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "linux"}):
        write(tmp_path, {"a.md": f"# A\n\n{plain}\n"})
        _, told = on_terminal(["publish", "docs", "--sandbox"], tmp_path, {**state, **plain})
        assert "\033]" not in told and re.search(r"A \(content\)  http://", told), told
    write(tmp_path, {"a.md": "# A\n\nlast\n"})
    told = on_terminal(["plan", "docs", "--sandbox"], tmp_path, {**state, "NO_COLOR": "1"})[1]
    assert not re.search(r"\033(\]|\[[0-9;]*m)", told), told  # no link and no colour; a slow run shows its progress


def test_a_console_without_arrows_gets_other_signs(run: Run, tmp_path: Path) -> None:
    from publisher.cli.terminal import sign

    assert sign("→", ">") == "→"
    write(tmp_path, {"a.md": "# A\n", "s/index.md": "# S\n"})
    run("publish", "docs", "--sandbox")
    write(tmp_path, {"a.md": None, "s/a.md": "# A\n"})
    state = {"PUBLISHER_SANDBOX_STATE": str(tmp_path / "state"), "PYTHONIOENCODING": "ascii"}
    assert "> move" in on_terminal(["plan", "docs", "--sandbox"], tmp_path, state)[1]


def test_paths_leave_the_lines_of_a_terminal_as_wide_as_they_were(tmp_path: Path) -> None:
    long = "a-long-name-for-a-document-that-says-it-all.md"
    write(tmp_path, {"index.md": "# Home\n", f"guide/{long}": "# Page\n", "x.md": f"# {'Title ' * 14}\n"})
    env = {"PUBLISHER_SANDBOX_STATE": str(tmp_path / "state")}

    def shown(columns: int) -> list[str]:
        _, told = on_terminal(["plan", "docs", "--sandbox", "--no-color"], tmp_path, env, columns=columns)
        return [line.rstrip() for line in told.splitlines() if line.startswith("+ create")]

    wide, narrow = shown(200), shown(60)
    assert any(line.endswith(f"Page (new)  guide/{long}") for line in wide) and any("  x.md" in line for line in wide)
    cut = next(line for line in narrow if "Page" in line)
    assert len(cut) == 60 and re.search(r"Page \(new\)  …\S*that-says-it-all\.md$", cut), cut
    assert not any(" x.md" in line for line in narrow)  # no room behind its title


@pytest.mark.parametrize("words", [("check", "docs"), ("plan", "docs", "--sandbox"), ("publish", "docs", "--sandbox")])
def test_one_line_behind_the_problems_leads_to_the_worst(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    write(tmp_path, {"index.md": "# Home\n\n[a](gone.md)\n\n![](x.png)\n\n[b](gone2.md)\n"})
    told = run(*words)
    assert len(re.findall(r"^What it means, and the fix: .* explain (broken-link|missing-image)$", told, re.M)) == 1
    for more in (("--quiet",), ("--statistics",), ("--select", "not-utf8"), ("--format", "json")):
        assert "What it means" not in run(*words, *more)


def test_problems_that_end_a_publish_lead_to_their_page(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"index.md": "---\ntitle: [\n---\n"})
    assert re.search(r" explain front-matter\npublisher: problems in", run("publish", "docs", "--sandbox", code=3))


def test_publish_names_the_collection(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"index.md": "# Home\n"})
    told = run("publish", "docs", "--sandbox")
    assert re.search(r"^collection “docs”, from the name of the folder\n1 created in ", told, re.M), told
    assert "collection" not in run("publish", "docs", "--sandbox", "--quiet")
