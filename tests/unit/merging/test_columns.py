"""merging/columns and reading/traces: rows, columns and cells that people add to a table with aligned columns, or take out."""

from pathlib import Path

import pytest

from publisher.convert.compose import convert
from publisher.convert.pulling import PulledDocument, pull_documents
from publisher.convert.pullwork import PageEdit
from publisher.merging.columns import keep_columns
from publisher.model.document import Block, Cell, Paragraph, Quote, Table
from publisher.model.inlines import Text
from publisher.model.settings import Settings
from publisher.storage import PRODUCTS

TEXT = "| Key | Value | C |\n|:----|------:|:-:|\n| a   |     1 | x |\n| b   |     2 | y |\n| c   |     3 | z |\n"
SECOND = '<tr><td><p>b</p></td><td><p style="text-align: right;">2</p></td><td><p style="text-align: center;">y</p></td></tr>'
PLAIN = "<tr><td><p>n</p></td><td><p>9</p></td><td><p>w</p></td></tr>"
TWO = '<p style="text-align: right;">2</p>'


def pull(root: Path, target: str, *changes: tuple[str, str], text: str = TEXT) -> tuple[PulledDocument, str]:
    """(what is pulled, the page that the document then is)."""
    file = root / "g.md"
    file.write_text(text, encoding="utf-8")
    settings = Settings.of(root, dialect="gfm", target=target, banner="off", gitignore=False)
    conversion = convert(settings)
    body = stored = conversion.rendered.pages["g.md"].body
    for old, new in changes:
        assert stored.count(old) == 1, (old, stored)
        stored = stored.replace(old, new)
    [found] = pull_documents(conversion, settings, {"g.md": PageEdit(body, stored)}, "gfm").documents.values()
    assert not (found.conflicts or found.refused)
    file.write_text(found.text, encoding="utf-8")
    return found, convert(settings).rendered.pages["g.md"].body


@pytest.mark.parametrize("target", PRODUCTS)
@pytest.mark.parametrize(
    "row",
    [
        PLAIN,
        PLAIN.replace("<p>", '<p style="text-align: left;">'),
        PLAIN.replace("<p>", '<p style="text-align: start;">'),
        PLAIN.replace("<p>", "").replace("</p>", "").replace("<td>", '<td colspan="1" rowspan="1">'),
        PLAIN.replace("<td><p>9</p>", '<td style="text-align: right;">9'),
        PLAIN.replace("<td><p>9</p>", '<td style="text-align: right;"><p>9</p>'),
    ],
)
def test_a_new_row_has_the_alignment_of_its_columns(tmp_path: Path, target: str, row: str) -> None:
    found, page = pull(tmp_path, target, (SECOND, SECOND + row))
    assert found.text == TEXT.replace("| c   |", "| n | 9 | w |\n| c   |")
    assert '<p style="text-align: right;">9</p>' in page and '<p style="text-align: center;">w</p>' in page


@pytest.mark.parametrize("target", PRODUCTS)
@pytest.mark.parametrize(
    ("changes", "rows"),
    [
        ([(TWO, '<p style="text-align: right;" />')], {4: "| b   |  | y |"}),
        ([(TWO, "<p />")], {4: "| b   |  | y |"}),
        ([(f"{TWO}</td>", "<br/></td>")], {4: "| b   |  | y |"}),
        ([(TWO, '<p style="text-align: right;"><br/></p>')], {4: "| b   |  | y |"}),
        ([(TWO, "<p>22</p>")], {4: "| b   |     22 | y |"}),
        ([(SECOND, "")], {4: None}),
        ([(SECOND, ""), ("<tr><td><p>a</p>", f"{SECOND}<tr><td><p>a</p>")], {3: "| b | 2 | y |\n| a   |     1 | x |", 4: None}),
        (
            [(SECOND, ""), ("<tr><td><p>a</p>", "<tr><td><p>b</p></td><td><p>2</p></td><td><p>y</p></td></tr><tr><td><p>a</p>")],
            {3: "| b | 2 | y |\n| a   |     1 | x |", 4: None},
        ),
    ],
)  # fmt: skip
def test_a_table_stays_one_with_pipes(
    tmp_path: Path, target: str, changes: list[tuple[str, str]], rows: dict[int, str | None]
) -> None:
    lines: list[str | None] = list(TEXT.split("\n"))
    for number, row in rows.items():
        lines[number - 1] = row
    assert pull(tmp_path, target, *changes)[0].text == "\n".join(line for line in lines if line is not None)


@pytest.mark.parametrize("target", PRODUCTS)
def test_a_new_column_and_a_new_row_together(tmp_path: Path, target: str) -> None:
    changes = [(f"{n}</p></td>", f"{n}</p></td><td><p>n{n}</p></td>") for n in (1, 2, 3)]
    row = "<tr><td><p>n</p></td><td><p>9</p></td><td><p>n9</p></td><td><p>w</p></td></tr>"
    found, _ = pull(
        tmp_path,
        target,
        *changes,
        ("Value</p></th>", "Value</p></th><th><p>New</p></th>"),
        ("<tr><td><p>c</p>", row + "<tr><td><p>c</p>"),
    )
    assert found.text == (
        "| Key | Value | New | C |\n|:----|------:|--- | :-:|\n| a   |     1 | n1 | x |\n| b   |     2 | n2 | y |\n"
        "| n | 9 | n9 | w |\n| c   |     3 | n3 | z |\n"
    )


def test_a_column_that_people_align_gets_the_marks_for_it(tmp_path: Path) -> None:
    found, _ = pull(tmp_path, "datacenter", *[(f"<td><p>{n}</p>", f'<td style="text-align: right;">{n}') for n in "abc"],
                    ("<th><p>Key</p>", '<th style="text-align: right;"><p>Key</p>'))  # fmt: skip
    assert found.text.split("\n")[1] == "| --: | --: | :-: |" and found.same


def test_one_cell_whose_alignment_people_take_away_is_meant(tmp_path: Path) -> None:
    found, page = pull(tmp_path, "cloud", (TWO, "<p>2</p>"))
    assert '<td align="right">3</td>' in found.text and "<td><p>2</p></td>" in page


def grid(*rows: str, wrap: bool = False) -> tuple[Block, ...]:
    """Rows of cells; ``>`` before a cell: on the right."""

    def cell(text: str) -> Cell:
        line = (Text(text.lstrip(">")),) if text.strip(">.") else ()
        return Cell(line, "right" if text.startswith(">") else None)

    table = Table((), tuple(tuple(map(cell, row.split())) for row in rows), 1)
    return (Quote((table,), 1),) if wrap else (Paragraph((Text("before"),), 1), table)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (["a >1", "b >2"], ["a >1", "n 9", "b >2"], ["a >1", "n >9", "b >2"]),
        (["a >1", "b >2"], [">1 a", "9 n", ">2 b"], [">1 a", ">9 n", ">2 b"]),  # columns that changed places
        (["a >1", "b >2"], ["a >1", "n .", "m 3"], ["a >1", "n .", "m >3"]),
        (["a >1", "b >2"], ["a >1", "b 2"], ["a >1", "b 2"]),  # a row that stays
        (["a >1", "b 2"], ["a >1", "b 2", "n 9"], ["a >1", "b 2", "n 9"]),  # the column had no one alignment
        (["a >1", "b >2"], ["a 1", "b 2", "n 9"], ["a 1", "b 2", "n 9"]),
        (["a 1", "b 2"], ["a 1", "b 2", "n >9"], ["a 1", "b 2", "n >9"]),
        (["a >1"], ["x >7", "y 8"], ["x >7", "y 8"]),  # another table
        (["a >1", "b >2"], ["a >1", "n 9 8"], ["a >1", "n 9 8"]),  # rows of two lengths
    ],
)
def test_only_new_and_rewritten_cells_take_the_alignment(old: list[str], new: list[str], wanted: list[str]) -> None:
    assert keep_columns(grid(*old), grid(*new)) == grid(*wanted)
    assert keep_columns(grid(*old, wrap=True), grid(*new, wrap=True)) == grid(*wanted, wrap=True)


def test_of_tables_that_say_the_same_the_one_with_the_alignment_is_meant() -> None:
    left, right = (table for rows in (["a 1", "b >2"], ["a >1", "b >2"]) for table in grid(*rows)[1:])
    new = grid("a >1", "b >2", "n 9")[1:]
    assert keep_columns((left, right), (left, *new)) == (left, *grid("a >1", "b >2", "n >9")[1:])
