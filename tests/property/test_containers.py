"""Every block in every container, to a depth of two, in each dialect and for both products.

Each word is on the page once, in the order of the text, and Confluence would take the page as it is.
"""

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.options.pages import TreeOptions
from publisher.model.problem import Level
from publisher.model.tree import SourceFile, SourceTree
from publisher.pagetree.build import build_pagetree
from publisher.render.options import RenderOptions
from publisher.render.page import render_pages
from publisher.storage import PRODUCTS, parse_body

Wrap = Callable[[str], str]


def _indent(text: str, width: int) -> str:
    return "\n".join(" " * width + line if line else line for line in text.split("\n"))


def _item(marker: str) -> Wrap:
    return lambda text: marker + _indent(text, len(marker)).lstrip(" ") + f"\n{marker}NEXT\n"


def _quote(first: str = "") -> Wrap:
    return lambda text: first + "\n".join(f"> {line}".rstrip() for line in text.split("\n")) + "\n"


def _below(marker: str) -> Wrap:
    return lambda text: f"{marker}\n\n{_indent(text, 4)}\n"


def _between(first: str, last: str) -> Wrap:
    return lambda text: f"{first}\n\n{text}\n\n{last}\n"


CONTAINERS: dict[str, Wrap] = {
    "item": _item("- "),
    "number": _item("1. "),
    "task": lambda text: f"- [ ] TASK\n\n{_indent(text, 2)}\n- [x] NEXT\n",
    "quote": _quote(),
    "alert": _quote("> [!NOTE]\n"),
    "admonition": _below("!!! note"),
    "folded": _below("??? note"),
    "tab": _below('=== "Name"'),
    "directive": lambda text: f"::: note\n{text}\n:::\n",
    "long directive": lambda text: f"::::: tip\n\n{text}\n\n:::::\n",
    "slashes": lambda text: f"/// note\n{text}\n///\n",
    "details": _between("<details><summary>SUMMARY</summary>", "</details>"),
    "element": _between("<div>", "</div>"),
    "list of HTML": _between("<ul><li>", "</li></ul>"),
    "cell of HTML": _between("<table><tr><td>", "</td></tr></table>"),
    "footnote": lambda text: f"REF[^n{len(text)}]\n\n[^n{len(text)}]: {_indent(text, 4).lstrip(' ')}\n",
}
BLOCKS = {
    "paragraph": "ONE\nTWO",
    "heading": "## ONE\n\nTWO",
    "fence": "```sh\nONE\n```",
    "fence with signs": "```\nONE\n:::\n///\n<Foo>\n- TWO\n```",
    "table": "| ONE | TWO |\n|---|---|\n| THREE | FOUR |",
    "list": "- ONE\n- TWO\n  - THREE",
    "numbers": "3. ONE\n4. TWO",
    "tasks": "- [ ] ONE\n- [x] TWO",
    "quote": "> ONE\n>\n> TWO",
    "rule": "ONE\n\n---\n\nTWO",
    "alert": "> [!WARNING]\n> ONE",
    "admonition": "!!! tip\n    ONE",
    "directive": "::: tip\nONE\n:::",
    "details": "<details><summary>ONE</summary>\n\nTWO\n\n</details>",
    "element": "<div>ONE</div>",
    "pre": "<pre>\nONE\n:::\n</pre>",
    "link": "[ONE](https://e.org) https://TWO.example",
    "image": "![ONE](https://e.org/a.png)",
    "comment": "ONE <!-- ::: -->\n\n<!--\n```\n-->\n\nTWO",
}
_WORD = re.compile(r"\b(?:ONE|TWO|THREE|FOUR|NEXT|TASK|SUMMARY|REF|BEFORE|AFTER)\b")

Case = tuple[str, str, str, str, str]
CASES: list[Case] = [
    *itertools.product(CONTAINERS, [""], BLOCKS, DIALECTS, PRODUCTS),
    *itertools.product(CONTAINERS, CONTAINERS, BLOCKS, DIALECTS, PRODUCTS),
]


def build(case: Case) -> tuple[str, list[str]]:
    """(the text, its words in order). Notes of the document are behind the rest."""
    outer, inner, block, _, _ = case
    text = BLOCKS[block]
    for name in (inner, outer):
        text = CONTAINERS[name](f"{text}\n\nAFTER") if name else text
    counter = itertools.count()
    text = _WORD.sub(lambda match: f"{match[0].lower()}{next(counter)}x", f"BEFORE\n\n{text}\n\nAFTER\n")
    return text, re.findall(r"[a-z]+\d+x", text)


def words_on_page(text: str, dialect: str, product: str) -> list[str]:
    document = parse_document("a.md", text.encode(), Grammar(DIALECTS[dialect]))
    root = Path("/nowhere")
    source = SourceTree(root, (SourceFile("a.md", root),), {}, {})
    tree = build_pagetree(source, [document], TreeOptions())
    rendered = render_pages(tree, options=RenderOptions(PRODUCTS[product]))
    wrong = [str(item) for item in (*document.problems, *rendered.problems) if item.level is Level.ERROR]
    wrong += [str(item) for item in rendered.problems if item.code == "storage-violation"]
    assert wrong == []
    page = parse_body(rendered.pages["a.md"].body)
    shown = " ".join(
        [*map(str, page.itertext()), *(image.get("{http://atlassian.com/content}alt", "") for image in page.iter())]
    )
    return re.findall(r"[a-z]+\d+x", shown)


def differences(case: Case) -> str:
    text, words = build(case)
    try:
        found = words_on_page(text, case[3], case[4])
    except AssertionError as error:
        return str(error).split("\n")[0]
    missing, twice = sorted(set(words) - set(found)), sorted(word for word in set(found) if found.count(word) > 1)
    if missing or twice:
        return f"missing {missing}, twice {twice}"
    # Notes are at the end, and alternative texts are attributes. A table in a cell of Cloud's becomes lines: each value
    # behind the head of its column.
    moved = "footnote" in case[:2] or "image" in case[2] or ("cell of HTML" in case[:2] and case[2] == "table")
    return "" if moved or found == words else f"order {found}"


def share(full: bool) -> list[Case]:
    return CASES if full else Random(15).sample(CASES, 700)


def test_every_block_in_every_container(full: bool) -> None:
    wrong = {"/".join(case): why for case in share(full) if (why := differences(case))}
    assert wrong == {}, f"{len(wrong)} wrong: " + "\n".join(f"{case}: {why}" for case, why in list(wrong.items())[:40])
