"""Links that are written as addresses of the site: below its base, without the numbers of files, with any suffix."""

import subprocess
from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.model.settings import Settings


def lines_of(root: Path, links: str, site_url: str = "", name: str = "index.md") -> tuple[str, list[str]]:
    """(the body of a document with these links, codes of its problems) in a folder that a site serves at ``/docs/``."""
    docs = root / "content" / "docs"
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for path, text in {
        "index.md": "# Home\n",
        "guide/setup.md": "# Setup\n",
        "guide/view.mdx": "# View\n",
        "02-core/01-first_run.md": "# First run\n\n## Next\n",
        "02-core/index.md": "# Core\n",
        "03-bare/2. Notes.md": "# Notes\n",
        "1984.md": "# Year\n",
        name: f"# Links\n\n{links}\n",
    }.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text)
    found = convert(Settings.of(docs, banner="off", site_url=site_url))
    return found.rendered.pages[name].body, [p.code for p in found.problems]


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("/docs/guide/setup", "Setup"),
        ("/docs/guide/setup/", "Setup"),
        ("/docs/guide/setup.md", "Setup"),
        ("/content/docs/guide/setup", "Setup"),
        ("/docs/guide/view", "View"),
        ("/old/guide/view", ""),
        ("/view", "View"),
        ("/docs/guide", "Guide"),
        ("/docs/core/first_run#next", "First run"),
        ("/core/first_run", "First run"),
        ("core/first_run", "First run"),
        ("./core/first_run.md", "First run"),
        ("/docs/core", "Core"),
        ("/docs/core/", "Core"),
        ("bare", "Bare"),
        ("/docs/1984", "Year"),
        ("/docs/guide/none", ""),
    ],
)
def test_an_address_of_the_site_leads_to_its_document(link: str, title: str, tmp_path: Path) -> None:
    body, problems = lines_of(tmp_path, f"[x]({link})")
    assert f'ri:content-title="{title}"' in body if title else problems == ["broken-link"]
    assert bool(title) != ("broken-link" in problems)


def test_where_the_repository_is_checked_out_means_nothing(tmp_path: Path) -> None:
    assert lines_of(tmp_path, f"[x](/{tmp_path.name}/content/docs/guide/setup)")[1] == ["broken-link"]


def test_links_of_a_document_below_lead_to_neighbours_without_numbers(tmp_path: Path) -> None:
    body, problems = lines_of(tmp_path, "[x](../core/first_run) [y](./setup)", name="guide/links.md")
    assert (body.count('ri:content-title="First run"'), body.count('"Setup"'), problems) == (1, 1, [])


def test_the_address_of_the_site_may_have_a_path(tmp_path: Path) -> None:
    assert lines_of(tmp_path, "[x](/project/guide/setup/)")[1] == ["broken-link"]
    body, problems = lines_of(tmp_path, "[x](/project/guide/setup/)", "https://e.org/project/")
    assert 'ri:content-title="Setup"' in body and not problems


def test_the_path_of_the_docs_root_itself_leads_to_its_first_page(tmp_path: Path) -> None:
    (tmp_path / "content" / "docs").mkdir(parents=True)
    body, problems = lines_of(tmp_path, "[x](/docs/)", name="guide/links.md")
    assert 'ri:content-title="Home"' in body and not problems
