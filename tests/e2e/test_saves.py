"""A watch costs what a save touches, and leaves what a publish would leave."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from world import World, world

from publisher.planning import index, match
from publisher.sync.follow import Follower


@pytest.fixture(params=["cloud", "datacenter"])
def w(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, request.param) as found:
        yield found


def pages(count: int) -> dict[str, str | bytes | None]:
    found: dict[str, str | bytes | None] = {
        f"d{n % 4}/p{n}.md": f"# Page {n}\n\n[next](../d{(n + 1) % count % 4}/p{(n + 1) % count}.md#more) {n}\n\n## More\n"
        for n in range(count)
    }
    return {"index.md": "# Home\n", **found}


def test_after_any_saves_nothing_is_left_to_do(w: World) -> None:
    dice, count = random.Random(5), 24
    w.write(pages(count))
    with w.remote() as remote:
        follower = Follower(remote, w.settings)
        follower.follow(follower.convert())
        for step in range(30):
            number = dice.randrange(count)
            name = f"d{number % 4}/p{number}.md"
            text = (w.docs / name).read_text()
            edits = [text + f"\nwords {step}\n"] * 5
            edits += [text.replace("# Page", "# Other page", 1), text + "\n[up](../index.md)\n", text + "\n### New\n"]
            w.write({name: dice.choice(edits)})
            if step % 9 == 8:
                gone = dice.randrange(count)
                w.write({f"d1/new{step}.md": f"# New {step}\n", f"d{gone % 4}/p{gone}.md": f"# Again {gone}\n"})
            follower.follow(follower.convert())
            plan = w.plan()
            assert [a.page.key for a in plan.actions if not a.idle] == [] and not plan.reorders, step


def test_a_save_looks_at_its_own_page_alone(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the index, the part that holds the page is written; no other page is matched or compared."""
    w.write(pages(200))
    with w.remote() as remote:
        follower = Follower(remote, w.settings)
        follower.follow(follower.convert())
        entries: list[str] = []
        matched: list[int] = []
        real = index._entry

        def noting(page: str, *rest: Any) -> dict[str, Any]:
            entries.append(page)
            return real(page, *rest)

        monkeypatch.setattr(index, "_entry", noting)
        monkeypatch.setattr(match, "match_pages", lambda *rest, **more: matched.append(1))
        w.write({"d1/p9.md": "# Page 9\n\n[next](../d2/p10.md#more) other words\n\n## More\n"})
        w.requests.clear()
        [report] = follower.follow(follower.convert())
    assert [result.action.page.key for result in report.results] == ["d1/p9.md"] and not matched
    assert len(entries) < 100 and len(w.requests) == 4


def test_what_was_held_back_is_looked_at_again(w: World) -> None:
    w.write(pages(8))
    with w.remote() as remote:
        follower = Follower(remote, w.settings)
        follower.follow(follower.convert())
        w.edit("Page 3", "<p>by hand</p>")
        w.write({"d3/p3.md": "# Page 3\n\nby document\n"})
        follower.follow(follower.convert())
        follower.follow(follower.convert())
        assert "by hand" in w.page("Page 3")["body"]
        w.write({"d1/p5.md": "# Page 5\n\nother words\n\n## More\n"})
        follower.follow(follower.convert())
        assert "other words" in w.page("Page 5")["body"] and "by hand" in w.page("Page 3")["body"]
        [report] = follower.follow(follower.convert())
        assert [r.action.page.key for r in report.results if r.action.kind == "withheld"] == ["d3/p3.md"]
