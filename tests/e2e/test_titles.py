"""A changed rule for titles: published pages keep their ids, and the plan says what happens and why."""

from pathlib import Path

from world import world


def test_a_changed_rule_retitles_the_same_pages_and_the_plan_gives_the_reason(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.write(
            {
                "index.md": "# Home\n",
                "a.md": "text\n\n## This is a heading\n\n[b](b.md)\n",
                "b.md": "# B\n\n[a](a.md)\n",
            }
        )
        w.publish(title_from="heading")
        before = w.ids()
        assert {"Home", "This is a heading", "B"} <= set(before)
        proposal = w.propose()
        action = next(item for item in proposal.plan.actions if item.page.key == "a.md")
        assert action.reasons[:2] == ("title", "title rule")
        assert action.remote is not None
        assert (action.remote.title, action.page.title) == ("This is a heading", "A")
        w.publish()
        after = w.ids()
        assert (after["Home"], after["A"], after["B"]) == (before["Home"], before["This is a heading"], before["B"])
        assert "This is a heading" not in after
        assert w.plan().changes == 0


def test_a_title_that_its_author_changed_has_no_other_reason(tmp_path: Path) -> None:
    with world(tmp_path) as w:
        w.write({"index.md": "# Home\n", "a.md": "# One\n\ntext\n"})
        w.publish()
        w.write({"a.md": "# Two\n\ntext\n"})
        action = next(item for item in w.plan().actions if item.page.key == "a.md")
        assert "title" in action.reasons and "title rule" not in action.reasons
