"""merging/rows: rows of a table that come, go and change; what else a line says stays."""

import re

import pytest

from publisher.merging.rows import carry_rows
from publisher.merging.tokens import NotFound

NOTHING = re.compile(r"(?!)")
BASE = "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"
SOURCE = "| a | <!-- c --> b |\n|---|---|\n| :x: 1 | 2\n| :y: 3 | 4"


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        (BASE.replace("\n| 1 | 2 |", ""), SOURCE.replace("\n| :x: 1 | 2", "")),
        (BASE + "\n| 5 | 6 |", SOURCE + "\n| 5 | 6 |"),
        (BASE.replace("| 3 |", "| 33 |"), SOURCE.replace(":y: 3", ":y: 33")),
    ],
)
def test_rows_that_stay_keep_their_lines(other: str, wanted: str) -> None:
    assert carry_rows(SOURCE, BASE, other, NOTHING) == wanted


def test_what_is_no_table_is_not_taken_for_one() -> None:
    for source, base in ((SOURCE + "\n", BASE), ("text", "text")):
        with pytest.raises(NotFound):
            carry_rows(source, base, "other", NOTHING)
    with pytest.raises(NotFound):
        carry_rows(SOURCE, BASE, BASE.replace("| 1 | 2 |\n| 3 | 4 |", "| 7 | 8 |"), NOTHING)
