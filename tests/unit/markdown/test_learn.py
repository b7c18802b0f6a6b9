"""Microsoft Learn's and DocFX's blocks: pictures, columns, zones, tabs, quotes that only dress, included files."""

from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.markdown.learn import read_learn
from publisher.model.settings import Settings


def page(root: Path, text: str, **more: str) -> tuple[str, Conversion]:
    (root / "a.md").write_text(text)
    for name, content in more.items():
        (root / f"{name}.md").write_text(content)
    found = convert(Settings.of(root, banner="off", dialect="learn"))
    return found.rendered.pages["a.md"].body, found


def quiet(text: str) -> str:
    return read_learn(text, lambda *_: None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (':::image type="content" source="m/a b.png" alt-text="A [b]":::', "![A \\[b\\]](<m/a b.png>)"),
        ("| :::image source='i.png'::: | x |\n|---|---|", "| ![](<i.png>) | x |\n|---|---|"),
        (
            '1. x\n\n    :::image type="complex" source="a.png" alt-text="A":::\n       long\n    :::image-end:::\ny',
            "1. x\n\n    ![A](<a.png>)\n\n\ny",
        ),
        ('a :::no-loc text="Teams"::: b', "a Teams b"),
        ('`:::image source="a.png":::`', '`:::image source="a.png":::`'),
        ('```\n:::image source="a.png":::\n```', '```\n:::image source="a.png":::\n```'),
        ('> [!div class="checklist"]\n> * one\n> * two\n\n> quote', "\n* one\n* two\n\n> quote"),
        ("  > [!VIDEO https://e.org/v]", "  <https://e.org/v>"),
        ("> [!NOTE]\n> text", "> [!NOTE]\n> text"),
        ("a `](#tab/x)` b ::: c", "a `](#tab/x)` b ::: c"),
        ("::: column\nours\n:::", "::: column\nours\n:::"),
        ("# [A](#tab/a)\ntext\n# [B](#tab/b)\ntext", None),
    ],
)
def test_texts(text: str, read: str | None) -> None:
    found = quiet(text)
    assert found.count("\n") == text.count("\n")
    assert read is None or found == read


def test_tabs_end_at_a_rule_and_stay_in_their_list_item(tmp_path: Path) -> None:
    text = (
        "1. Do\n\n   # [CLI](#tab/cli)\n\n   one\n\n   # [Portal](#tab/portal)\n\n   two\n\n   ---\n\n2. Next\n\n---\n"
    )
    body, found = page(tmp_path, text)
    assert 'name="title">CLI</ac:parameter>' in body and 'name="title">Portal</ac:parameter>' in body
    assert body.count("<hr/>") == 1 and "#tab" not in body and 'start="2"' in body
    assert not [p for p in found.problems if p.code == "broken-anchor"]


def test_tabs_without_empty_lines_around_stay_headings(tmp_path: Path) -> None:
    body, _ = page(tmp_path, "## [A](#tab/a)\ntext\n## [B](#tab/b)\nmore\n***\nend\n")
    assert 'title">A</ac:parameter>' in body and "<h2>B</h2>" in body and "<p>end</p>" in body


def test_columns_zones_and_versions(tmp_path: Path) -> None:
    text = (
        ':::row:::\n   :::column span="2":::\n      **left**\n\n      - a\n   :::column-end:::\n   :::column:::\n      right\n'
        '   :::column-end:::\n:::row-end:::\n\n:::zone pivot="programming-language-go"\n\ngo\n\n:::zone-end\n\n'
        '::: moniker range="&gt;= 2"\nnew\n::: moniker-end\n\n::: zone target="docs"\nplain\n::: zone-end\n\nbehind\n'
    )
    body, found = page(tmp_path, text)
    assert "<ac:layout-cell><p><strong>left</strong></p><ul>" in body and "<ac:layout-cell><p>right</p>" in body
    assert 'title">go</ac:parameter>' in body and "<p>plain</p><p>behind</p>" in body and ":::" not in body
    assert not found.problems


def test_code_of_another_repository_stays_as_it_is_written(tmp_path: Path) -> None:
    body, found = page(tmp_path, 'before\n\n:::code language="cs" source="~/x.cs" range="1-3":::\n\n## After\n')
    assert "<code>:::code language=" in body and "<h2>After</h2>" in body
    assert [(p.code, p.line) for p in found.problems] == [("missing-include", 3)]


def test_a_leaf_opens_no_box(tmp_path: Path) -> None:
    body, _ = page(
        tmp_path, '::: note\n:::thing a="b":::\ninside\n:::\n\n:::other:::\n\n::: tip :::\nin\n:::\n\nbehind\n'
    )
    assert body.endswith("<p>behind</p>") and "inside</p></ac:rich-text-body>" in body


def test_included_files_come_without_their_front_matter(tmp_path: Path) -> None:
    body, found = page(
        tmp_path, "[!INCLUDE [name](part.md)]\n\n[!INCLUDE [no](no.md)]\n", part="---\ntitle: x\n---\n**part**\n"
    )
    assert body.startswith("<p><strong>part</strong></p>") and "title: x" not in body
    assert [p.code for p in found.problems] == ["missing-include"]


@pytest.mark.parametrize(("name", "dialect"), [("a.mdx", "gfm"), ("a.mdx", "mkdocs")])
def test_an_mdx_document_is_mdx_in_every_dialect(name: str, dialect: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("import X from './x'\n\n# T\n\n<Note>\nin it\n</Note>\n\n{/* hidden */}\n")
    found = convert(Settings.of(tmp_path, banner="off", dialect=dialect))
    assert found.rendered.pages[name].body == "<p>in it</p>"
