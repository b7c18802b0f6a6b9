"""What reports say where others read them: no command of a runner, no mention, no format that a title or a file name makes."""

import io
import re
import sys
from pathlib import Path

import pytest

from publisher.cli.streams import SafeBuffer, SafeStream, echo_command, protect_streams
from publisher.convert.compose import convert
from publisher.model.settings import Settings
from publisher.report.changes import Change
from publisher.report.problems import (
    code_span,
    escape_markdown,
    escape_message,
    github_annotations,
    markdown_problems,
    sarif,
)
from publisher.report.summary import plan_markdown
from publisher.web.public import is_public

HOSTILE = [
    "::error::x",
    "  ::set-output name=a::b",
    "a\n::add-mask::b",
    "a\r::warning::b",
    "##[error]x",
    "a ##vso[task.complete]b",
    "##teamcity[x]",
    "\t::x",
]


def commands(log: str) -> list[str]:
    return [line for line in re.split(r"[\r\n]", log) if line.lstrip().startswith("::") or re.search(r"##\w*\[", line)]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_others_is_no_command(text: str) -> None:
    log = SafeBuffer()
    print("title:", text, file=log)
    print(text, file=log)
    for part in text:  # in pieces, as progress bars write
        log.write(part)
    print(file=log)
    assert commands(log.getvalue()) == []
    log.write_command("::warning::ours")
    assert commands(log.getvalue())[-1] == "::warning::ours"


def test_streams_of_a_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "cp1252"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), "cp1252"))
    protect_streams({"GITHUB_ACTIONS": "true"})
    assert isinstance(sys.stdout, SafeStream)
    print("::error::x \u2713 \U0001f600")
    echo_command("::notice::y")
    sys.stdout.flush()
    assert raw.getvalue().decode("cp1252").split() == [":", ":error::x", "\\u2713", "\\U0001f600", "::notice::y"]


@pytest.mark.parametrize("text", ["@team", "\\@team", "a @org/team", "#12", "GH-12", "[x](https://evil.example)", "https://evil.example", "www.evil.example",
                                  "<img src=x>", "# heading", "- item", "1. item", "a\n# heading", "a\u2028b", "`code` @team", "**bold**", "|cell|", "$x$"])  # fmt: skip
def test_markdown_means_nothing(text: str) -> None:
    shown = escape_markdown(text)
    assert "\n" not in shown and "\u2028" not in shown
    assert not re.search(r"(?<!\\)[<\[`*|]|[@#]\w|\w://|www\.|GH-\d|^[#>-]|^\d+\.", shown), shown


def test_words_between_backticks_stay_code() -> None:
    assert escape_message("there is no `a @b.md` to include, @you") == "there is no `a @b.md` to include, @\u200byou"
    assert "@\u200bteam" in escape_message("there is no `a` @team `b` here")
    assert "`" not in escape_message("odd ` @team").replace("\\`", "")
    assert code_span("a`b``c\nd") == "```a`b``c d```"


def test_reports_with_hostile_names() -> None:
    row = {
        "path": "a`\n# @team/[x](y).md",
        "line": 3,
        "level": "warning",
        "code": "broken-link",
        "message": "@all <b> `x`",
        "hint": "",
    }
    shown = "\n".join(markdown_problems([row]))
    assert "@all" not in shown and "<b>" not in shown and "\n#" not in shown
    change = Change(
        "changed", "@team ](http://x) \n# h", "was @you", "f`@x`.md", "https://wiki/a b)c", diff=("+```", "+@x")
    )
    text = plan_markdown([change], [row], "Plan")
    outside = re.sub(r"(?s)(`{3,})diff.*?\1|(`+)[^`].*?\2", "", text)
    assert not re.search(r"@\w|\n# ", outside) and "](https://wiki/a%20b%29c)" in text
    [line] = github_annotations([{**row, "file": "docs/x.md"}])
    assert line.startswith("::warning file=docs/x.md,line=3") and "\n" not in line
    assert '"uri": "docs/a%20b.md"' in sarif([{**row, "file": "docs/a b.md"}])


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.0.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
     ("224.0.0.1", False), ("239.1.1.1", False), ("ff02::1", False), ("ff0e::1", False), ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", False),
     ("64:ff9b:1::a00:1", False), ("2002:7f00:1::", False), ("2002:a9fe:a9fe::1", False), ("2001:0:1::1", False), ("::ffff:127.0.0.1", False), ("::1", False),
     ("::", False), ("0.0.0.0", False), ("fe80::1%eth0", False), ("fc00::1", False), ("255.255.255.255", False), ("240.0.0.1", False), ("::127.0.0.1", False)],
)  # fmt: skip
def test_addresses_of_the_public_network(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_problem_is_one_line_and_so_is_a_title(tmp_path: Path) -> None:
    """Whatever the file is called: a line end in it begins no line of the log, and none is in a title."""
    name = "a\n# H\r::error::y\u2028z.md"
    (tmp_path / name).write_text('---\ntitle: "one\\n::warning::two"\n---\n[x](gone.md)\n')
    conversion = convert(Settings.of(tmp_path))
    assert any("a # H ::error::y z.md:4" in str(found) for found in conversion.problems)
    assert [str(found).splitlines() for found in conversion.problems] == [[str(found)] for found in conversion.problems]
    assert "one ::warning::two" in {page.title for page in conversion.rendered.pages.values()}


def test_files_are_named_from_the_top_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from publisher.cli.documents import paths_on_host
    from publisher.config.load import load_config

    docs = tmp_path / "repo" / "site" / "docs"
    docs.mkdir(parents=True)
    (tmp_path / "repo" / ".git").mkdir()
    for name in ("GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(docs)
    config = load_config((docs,), {})
    assert paths_on_host(config, ["a.md"]) == {"a.md": "site/docs/a.md"}
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    assert paths_on_host(config, ["a.md"]) == {"a.md": "repo/site/docs/a.md"}
