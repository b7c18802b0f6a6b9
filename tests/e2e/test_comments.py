"""Comments as reviews: by document and line, answered, resolved, in the plan and in the preview; on both products."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pullhelp import change, read, run
from world import World, world

GUIDE = "---\nlabels: [a]\n---\n\n# Guide\n\nThe server restarts\nevery *night* at three.\n\n* one\n* two of them\n\nLast words.\n"


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as made:
        made.settings = made.settings.replace(target=request.param)
        made.write({"index.md": "# Home\n", "guide.md": GUIDE})
        made.publish()
        yield made


def said(w: World, *words: str, code: int = 0) -> str:
    done = run(w, "comments", *words)
    assert done.exit_code == code, done.output
    return done.output


def rows(w: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(w, "--format", "json"))
    return found


def footer(w: World, text: str) -> int:
    return int(w.store.create_footer_comment(w.page("Guide")["id"], f"<p>{text}</p>", "bob")["id"])


def test_comments_have_lines_and_replies(w: World) -> None:
    w.comment("Guide", "every night at")
    w.comment("Guide", "two of")
    number = footer(w, "Nice &amp; short")
    w.store.create_reply(number, "<p>Thanks</p>", "alice")
    found = rows(w)
    assert [(row["path"], row["line"], row["kind"], row["selection"], row["text"]) for row in found] == [
        ("guide.md", 8, "inline", "every night at", "hm"),
        ("guide.md", 11, "inline", "two of", "hm"),
        ("guide.md", None, "footer", "", "Nice & short"),
    ]
    assert set(found[0]) == {
        "path", "line", "page", "id", "kind", "author", "created", "text", "selection", "replies", "url",
    }  # fmt: skip
    assert found[2]["page"] == str(w.page("Guide")["id"]) and found[2]["author"] == "bob" and found[2]["created"]
    assert [reply["text"] for reply in found[2]["replies"]] == ["Thanks"]
    assert f"focusedCommentId={number}" in found[2]["url"]
    shown = said(w)
    assert "guide.md:8: alice" in shown and "“every night at”: hm" in shown and "open comments: 3" in shown


def test_other_formats(w: World) -> None:
    w.comment("Guide", "two of")
    footer(w, "::error::x")
    github = said(w, "--format", "github").splitlines()
    assert github[0].startswith("::notice file=") and "line=11" in github[0] and len(github) == 2
    [run_] = json.loads(said(w, "--format", "sarif"))["runs"]
    assert [r["ruleId"] for r in run_["results"]] == ["open-comment"] * 2
    summary = w.root / "s.md"
    said(w, "--summary", str(summary))
    assert "`guide.md:11` alice on “two of”: hm" in summary.read_text(encoding="utf-8")


def test_a_comment_is_answered_and_resolved(w: World) -> None:
    w.comment("Guide", "two of")
    [row] = rows(w)
    said(w, "--reply", row["id"], "Yes & <no>\n\nMore")
    [row] = rows(w)
    assert [reply["text"] for reply in row["replies"]] == ["Yes & <no> More"]
    number = footer(w, "hello")
    if w.flavor == "cloud":
        said(w, "--resolve", row["id"])
        assert [r["id"] for r in rows(w)] == [str(number)]
        assert "only inline comments" in said(w, "--resolve", str(number), code=2)
    else:
        assert "cannot resolve" in said(w, "--resolve", row["id"], code=2)


def test_nothing_of_other_pages_is_answered(w: World) -> None:
    other = w.store.create_page(w.space, {"title": "Other", "body": "<p>x</p>", "author": "al"})["id"]
    number = w.store.create_footer_comment(other, "<p>hello</p>", "bob")["id"]
    refused = said(w, "--reply", str(number), "text", code=2)
    assert "no open comment" in refused
    assert re.search(r"see `[^`]* comments [^`]*docs`", refused), refused  # to be pasted: with the folder
    assert w.store.replies(number) == []


def test_a_comment_whose_text_changes_is_beside_the_change(w: World) -> None:
    w.comment("Guide", "every night at three")
    w.write({"guide.md": GUIDE.replace("at three", "at four")})
    [found] = [p for p in w.plan().problems if p.code == "changed-comment"]
    assert (found.path, found.line) == ("guide.md", 8)
    assert "“every night at three”, which becomes “every night at”: “hm”" in found.message
    [row] = rows(w)
    assert row["line"] == 8 and "the document says now: “every night at”" in said(w)
    w.write({"guide.md": "# Guide\n\nAltogether new.\n"})
    assert [p.code for p in w.plan().problems] == ["lost-comment"]
    assert rows(w)[0]["line"] is None


def test_a_comment_on_text_that_is_pulled_stays(w: World) -> None:
    w.comment("Guide", "Last words")
    change(w, "Guide", ("at three", "at five"))
    assert run(w, "pull").exit_code == 0 and "at five" in read(w, "guide.md")
    w.publish()
    assert list(w.resolution("Guide").values()) == ["open"]
    assert [row["line"] for row in rows(w)] == [13]


def test_the_preview_shows_what_was_written(w: World) -> None:
    w.comment("Guide", "two of")
    file = w.root / "comments.json"
    file.write_text(said(w, "--format", "json"), encoding="utf-8")
    done = run(w, "preview", "--output", str(w.root / "view"), "--comments", str(file))
    assert done.exit_code == 0, done.output
    assert any(
        '<mark class="comment"' in page.read_text(encoding="utf-8") for page in (w.root / "view").rglob("*.html")
    )
    file.write_text("[1]", encoding="utf-8")
    assert run(w, "preview", "--output", str(w.root / "view"), "--comments", str(file)).exit_code == 2
