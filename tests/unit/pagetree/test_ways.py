"""Where a path leads: one that begins at the docs root is looked for once, whatever document it is in."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.model.settings import Settings
from publisher.pagetree.addresses import LinkContext


def test_paths_from_the_docs_root_are_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    paths_of = LinkContext.paths_of

    def counted(self: LinkContext, key: str, path: str) -> object:
        asked.append(path)
        return paths_of(self, key, path)

    monkeypatch.setattr(LinkContext, "paths_of", counted)
    for number in range(5):
        (tmp_path / f"d{number}").mkdir()
        (tmp_path / f"d{number}" / "page.md").write_text(f"# {number}\n\n[a](/none/) [b](/d1/page.md) [c](other.md)\n")
        (tmp_path / f"d{number}" / "other.md").write_text(f"# Other {number}\n")
    made = convert(Settings.of(tmp_path, gitignore=False))
    assert sorted(asked) == ["/d1/page.md", "/none/", *["other.md"] * 5]
    assert [problem.code for problem in made.problems].count("broken-link") == 5
    for number in range(5):  # a path that does not begin there depends on its document
        assert f'ri:content-title="Other {number}"' in made.rendered.pages[f"d{number}/page.md"].body
