"""Tables with pipes, row by row: a row that stays keeps its line, whatever that says besides."""

import re
from difflib import SequenceMatcher

from publisher.merging.tokens import NotFound, apply_edits, carry_over


def carry_rows(source: str, base: str, other: str, protected: re.Pattern[str]) -> str:
    """``source`` with the rows as ``other`` has them in place of those of ``base``. NotFound if the lines are no rows of one table.

    See ``carry_over``.
    """
    mine, old, new = (text.split("\n") for text in (source, base, other))
    if len(mine) != len(old) or not all(line.lstrip().startswith("|") for line in (*mine, *old, *new)):
        raise NotFound
    if old[1:2] != new[1:2]:  # other columns: every line changes
        raise NotFound
    found: list[str] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += mine[i1:i2]
        elif kind == "replace" and i2 - i1 == j2 - j1:
            rows = zip(mine[i1:i2], old[i1:i2], new[j1:j2], strict=True)
            found += [apply_edits(line, carry_over(line, was, now, protected)) for line, was, now in rows]
        elif kind == "replace":
            raise NotFound
        else:
            found += new[j1:j2]
    return "\n".join(found)
