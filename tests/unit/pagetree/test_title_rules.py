"""Where a page's title comes from: the front matter, the heading that opens the document, the file, as each tool does."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.model.settings import Settings

BADGE = "[![build](https://e.org/a.svg)](https://e.org) ![x](https://e.org/b.svg)"


def title_and_body(
    root: Path, text: str, dialect: str, title_from: str = "auto", name: str = "03-my_note.md"
) -> tuple[str, str]:
    (root / "index.md").write_text("# Home\n")
    (root / name).write_text(text)
    page = convert(Settings.of(root, dialect=dialect, title_from=title_from, banner="off")).rendered.pages[name]
    return page.title, page.body


@pytest.mark.parametrize(
    "text",
    [
        "# Opening\n\ntext\n",
        "<!-- a comment -->\n\n# Opening\n",
        f"{BADGE}\n\n# Opening\n",
        '<p align="center"><img src="https://e.org/logo.png"></p>\n\n# Opening\n',
        "Opening\n=======\n\ntext\n",
        "<h1 align=center>Opening</h1>\n\ntext\n",
        "<div align=center>\n\n# Opening\n\n</div>\n\ntext\n",
        '<a name="top"></a>\n\n# Opening\n',
        "---\nlayout: x\n---\n# Opening\n",
    ],
)
@pytest.mark.parametrize(
    "dialect", ["gfm", "mkdocs", "docusaurus", "vitepress", "mdbook", "hugo", "jekyll", "gitlab", "pandoc"]
)
def test_an_h1_that_opens_the_document_is_the_title_and_is_not_repeated(
    text: str, dialect: str, tmp_path: Path
) -> None:
    title, body = title_and_body(tmp_path, text, dialect)
    assert title == "Opening"
    assert "Opening" not in body


def test_imports_stand_before_the_title(tmp_path: Path) -> None:
    assert title_and_body(tmp_path, "import A from 'a'\n\n# Opening\n", "docusaurus")[0] == "Opening"


@pytest.mark.parametrize(
    "text", ["text\n\n## Below\n", "## Below\n", "text\n\n# Below\n", "> # Below\n", "- # Below\n"]
)
@pytest.mark.parametrize("dialect", ["gfm", "mkdocs", "docusaurus", "mdbook", "hugo", "jekyll", "gitlab", "pandoc"])
def test_a_heading_below_is_not_the_title(text: str, dialect: str, tmp_path: Path) -> None:
    title, body = title_and_body(tmp_path, text, dialect)
    assert title == "My note"
    assert "Below" in body


def test_vitepress_takes_the_first_h1_anywhere(tmp_path: Path) -> None:
    title, body = title_and_body(tmp_path, "text\n\n# Below\n", "vitepress")
    assert (title, "Below" in body) == ("Below", False)
    assert title_and_body(tmp_path, "text\n\n## Below\n", "vitepress")[0] == "My note"


def test_obsidian_shows_the_name_of_the_file(tmp_path: Path) -> None:
    title, body = title_and_body(tmp_path, "# Opening\n\ntext\n", "obsidian")
    assert title == "03-my_note" and "<h1>Opening</h1>" in body
    assert title_and_body(tmp_path, "# 03-my_note\n\ntext\n", "obsidian") == ("03-my_note", "<p>text</p>")
    assert title_and_body(tmp_path, "---\ntitle: Given\n---\n# Opening\n", "obsidian")[0] == "Given"


def test_a_vault_is_known_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()
    assert title_and_body(tmp_path, "# Opening\n", "auto")[0] == "03-my_note"


@pytest.mark.parametrize(
    ("rule", "text", "title"),
    [
        ("heading", "text\n\n## Below\n\n# Deeper\n", "Deeper"),
        ("heading", "text\n\n## Below\n", "Below"),
        ("h1", "text\n\n## Below\n\n# Deeper\n", "Deeper"),
        ("h1", "text\n\n## Below\n", "My note"),
        ("file", "# Opening\n", "My note"),
        ("file", "---\ntitle: Given\n---\n# Opening\n", "Given"),
    ],
)
@pytest.mark.parametrize("dialect", ["gfm", "obsidian", "vitepress"])
def test_the_setting_comes_over_the_dialect(rule: str, text: str, title: str, dialect: str, tmp_path: Path) -> None:
    assert title_and_body(tmp_path, text, dialect, rule)[0] == title


def test_a_folder_and_the_names_of_navigation(tmp_path: Path) -> None:
    (tmp_path / "02-guide").mkdir()
    (tmp_path / "02-guide" / "index.md").write_text("text\n\n## Below\n")
    (tmp_path / "03-api").mkdir()
    (tmp_path / "03-api" / "index.md").write_text("text\n\n## Below\n")
    (tmp_path / "03-api" / "_category_.json").write_text('{"label": "The API"}')
    pages = convert(Settings.of(tmp_path, dialect="docusaurus")).rendered.pages
    assert pages["02-guide/index.md"].title == "Guide"
    assert pages["03-api/index.md"].title == "The API"
