"""The dialect of MyST, Jupyter Book and Sphinx: what it hides, and what leads elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.model.problem import Problem
from publisher.model.settings import Settings

Convert = Callable[..., tuple[str, list[Problem]]]

HIDDEN = {
    "behind a paragraph": "shown\n% SECRET\nshown",
    "first": "% SECRET\n% SECRET\nshown",
    "indented": "shown\n\n   % SECRET\nshown\n    % SECRET",
    "behind front matter": "---\ntitle: x\n---\n% SECRET\nshown",
    "in an item": "- shown\n  % SECRET\n- % SECRET\n- shown\n% SECRET\n- shown",
    "behind a list": "- shown\n% SECRET\nshown",
    "in deep items": "- a\n  - shown\n    % SECRET\n\n    % SECRET\n1. b\n\n   > c\n   > % SECRET\n   % SECRET",
    "in an item behind a tab": "- shown\n\n\t% SECRET",
    "in a quote": "> shown\n> % SECRET\n> shown\n% SECRET\n>% SECRET",
    "in a table": "| a | b |\n|--|--|\n| shown | x |\n% SECRET\n| shown | y |",
    "in a table without pipes": "a | b\n--|--\nshown | x\n% SECRET | y",
    "in a definition": "term\n: % SECRET\n: shown\n  % SECRET",
    "in a footnote": "x[^1]\n\n[^1]: % SECRET\n\n    % SECRET\n\n    shown",
    "in HTML": "<div>\n% SECRET\n</div>\n\n<details>\n<summary>shown</summary>\n\n% SECRET\n\n</details>",
    "in a directive": "```{note}\n% SECRET\nshown\n% SECRET\n```",
    "behind options": "````{note}\n```{tip}\n:class: x\n% SECRET\n```\n% SECRET\nshown\n````",
    "between colons": "::::{note}\n:::{tip}\n% SECRET\nshown\n:::\n% SECRET\n::::\n% SECRET",
    "in an item of colons": "- :::{note}\n  % SECRET\n  shown\n  :::\n  % SECRET",
    "in a caption": "```{figure} https://e.org/a.png\nshown\n% SECRET\nshown\n\n% SECRET\n```",
    "in a glossary": "```{glossary}\nshown\n  shown\n  % SECRET\n% SECRET\n```",
    "in a card": "```{card} shown\n% SECRET\n^^^\nshown\n```",
    "in what nobody knows": "````{what}\nshown\n% SECRET\n```{note}\n% SECRET\n```\n````",
    "behind code": "```\n% shown\n```\n% SECRET",
    "before code that never ends": "% SECRET\n```\n% shown",
    "behind code that ends with its item": "- ```\n  % shown\n\n% SECRET\nshown",
    "behind code between colons": ":::{code-block} tex\n% shown\n:::\n% SECRET",
    "behind a fence in such code": ":::{code-block} md\n```\n% shown\n:::\n% SECRET",
    "behind a comment in such code": ":::{code-block} html\n<!--\n:::\n% SECRET",
    "behind such code that ends with its item": "- :::{code-block} tex\n  % shown\n% SECRET\n\n% SECRET\nshown",
    "behind such code in an item": "- :::{code-block} tex\n  % shown\n  :::\n  % SECRET\n  shown\n  - a\n    % SECRET",
    "behind such code in a quote": "> :::{code-block} tex\n> % shown\n> :::\n> % SECRET\n\n% SECRET",
    "behind what only looks like such code": "shown\n    :::{code-block}\n% SECRET\n:::",
    "in code spans": "`shown\n% SECRET\nshown`",
    "behind a heading": "## shown\n% SECRET\n## shown\n% SECRET\n===",
    "in links": "[a]: b\n% SECRET\nshown [a] ![shown](https://e.org/x.png)\n% SECRET",
    "behind comments": "<!-- a\n% b\n-->\n% SECRET\nshown",
    "with Windows ends": "shown\r\n% SECRET\r\nshown",
    "block breaks": "shown\n+++ SECRET\nshown\n\n+++ {\"a\": \"SECRET\"}\n- a\n+++SECRET\n",
    "cells": "```{code-cell} python\n:tags: [remove-cell]\nSECRET\n```\n\n```{code-cell}\n---\ntags: [remove_input, x]\n---\nSECRET\n```",
    "for other builders": "```{only} latex\nSECRET\n```\n\n```{raw} latex\nSECRET\n```\n\n```{only} html and not draft\nSECRET\n```",
    "notes to oneself": "```{todo}\nSECRET\n```\n\n:::{todo}\nSECRET\n:::\n\n:::{ifconfig} x\nSECRET\n:::",
    "comments of reStructuredText": "```{eval-rst}\n.. SECRET\n   SECRET\n\n..\n   SECRET\n\n.. note:: shown\n```",
    "in lines that belong to a quote above": "> - shown\n    % SECRET\n\n> - \n    % SECRET",
    "in lines that belong to a box above": "> - !!! note\n\t% SECRET\n\nshown",
    "in an indented caption": "```{figure} https://e.org/a.png\n\t% SECRET\n```\n\nshown",
    "literal": "\\% shown\n\n100 % shown\n\n`% shown`\n\n    % shown",
}  # fmt: skip


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_not_published(name: str, convert: Convert) -> None:
    text = HIDDEN[name]
    body, _ = convert(text, "myst")
    assert "SECRET" not in body and body.count("shown") == text.count("shown")


def test_the_deepest_fences_hide_their_text(convert: Convert) -> None:
    text = "".join("`" * (20 - depth) + "{note}\n" for depth in range(14))
    assert "SECRET" not in convert(text + "% SECRET\nshown\n", "myst")[0]


def test_an_included_text_hides_its_own(convert: Convert) -> None:
    body, _ = convert(
        "```{include} b.md\n```", "myst", read=lambda path: (path, "---\na: SECRET\n---\nx\n% SECRET\ny\n")
    )
    assert body == "<p>x</p><p>y</p>"


def test_a_comment_is_text_in_other_dialects(convert: Convert) -> None:
    assert convert("a\n% b\n\n+++\n\n{ref}`c`")[0] == "<p>a % b</p><p>+++</p><p>{ref}<code>c</code></p>"


def test_problems_have_their_lines(convert: Convert) -> None:
    text = "% x\na\n% x\n{one}`a`\n\n:::{note}\n:class: x\n% x\n{two}`a`\n:::\n\n```{tip}\n\n% x\n{three}`a`\n```\n\n```{four}\n```\n"
    problems = convert(text, "myst")[1]
    assert [(item.code, item.line) for item in problems] == [("unknown-shortcode", line) for line in (4, 9, 15, 18)]


def book(root: Path, files: dict[str, str]) -> Conversion:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return convert(Settings.of(root, banner="off", dialect="myst", workers=1))


def test_labels_lead_to_other_documents(tmp_path: Path) -> None:
    text = "{ref}`Far`, {ref}`x <far>`, [](#far), [y](#far), {doc}`/part/b`, {any}`far`, {eq}`gone`, {ref}`part/b:A heading`"
    far = "% c\n(top)=\n# Title\n\n(far)=\n\n## A *heading*\n\n{ref}`top`\n"
    found = book(tmp_path, {"a.md": f"# A\n\n{text} [z](far) [](part/b)\n", "part/b.md": far})
    body = found.rendered.pages["a.md"].body
    link = '<ac:link ac:anchor="far"><ri:page ri:content-title="Title"/><ac:link-body>'
    assert body.count(f"{link}A heading</ac:link-body>") == 3
    assert all(f"{link}{text}</ac:link-body>" in body for text in "xyz")
    assert body.count('<ac:link><ri:page ri:content-title="Title"/><ac:link-body>Title</ac:link-body>') == 2
    assert [(item.path, item.line, item.code) for item in found.problems] == [("a.md", 3, "broken-anchor")]
    assert "<h1>" not in found.rendered.pages["part/b.md"].body  # it is the title of the page
    assert 'ac:anchor="top"><ac:link-body>Title<' in found.rendered.pages["part/b.md"].body


def test_a_file_that_includes_itself_is_told(tmp_path: Path) -> None:
    found = book(tmp_path, {"a.md": "# A\n\n```{include} b.txt\n```\n", "b.txt": "x\n\n```{include} b.txt\n```\n"})
    assert [(item.line, item.code) for item in found.problems] == [(3, "include-loop")]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (":lines: 1, 3-", "a\nc\nd"),
        (":start-after: a\n:end-before: d", "b\nc"),
        (":start-at: b\n:end-at: c", "b\nc"),
        (":start-line: 1\n:end-line: -1", "b\nc"),
        (":pyobject: x", None),
        (":start-after: z", None),
        (":lines: x", None),
    ],
)
def test_a_part_of_a_file(options: str, text: str | None, convert: Convert) -> None:
    written = f"```{{literalinclude}} x.py\n{options}\n```"
    body, problems = convert(written, "myst", read=lambda path: (path, "a\nb\nc\nd\n"))
    shown = f"<![CDATA[{text}]]>" if text else "<p><code>{literalinclude} x.py</code></p>"
    assert shown in body and [item.code for item in problems] == ([] if text else ["missing-include"])


def test_substitutions(convert: Convert) -> None:
    front = "---\nsubstitutions: {a: '*x*', b: \"1\\n2\"}\nmyst:\n  substitutions: {c: 3}\n---\n"
    text = "{{ a }} {{ b }} {{c}} `{{ a }}`\n\n```{note}\n{{ c }}\n```\n\n```\n{{ c }}\n```\n"
    body, _ = convert(front + text, "myst")
    assert body.startswith("<p><em>x</em> {{ b }} 3 <code>{{ a }}</code></p>")
    assert "<p>3</p>" in body and "<![CDATA[{{ c }}]]>" in body


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{sub}`a`b", "<sub>a</sub>b"),
        ("`` {sub}`a` ``", "<code>{sub}`a`</code>"),
        ("{code}`` a`b ``", "<code>a`b</code>"),
        ("{code}`a", "{code}`a"),
        ("{1}`a`", "{1}<code>a</code>"),
        ("{x:y}`~a.b`", "<code>b</code>"),
        ("{x:y}`!a.b`", "<code>a.b</code>"),
        ("[{kbd}`a`](https://e.org)", '<a href="https://e.org"><code>a</code></a>'),
        ("{date:2026-01-31}`a`", '<time datetime="2026-01-31"/>'),
        ("{abbr}`A`", "<p>A</p>"),
        ("{pep}`8`", '<a href="https://peps.python.org/pep-0008/">PEP 8</a>'),
        ("*{code}`a`* {strong}`b\nc`", "<strong>b c</strong>"),
    ],
)
def test_roles(text: str, part: str, convert: Convert) -> None:
    assert part in convert(text, "myst")[0]


def test_latex(convert: Convert) -> None:
    body, _ = convert("a\n\\begin{align}\nx\n% SECRET\ny\n\\end{align}\nb\n\n\\begin{align}\n\\end{align} c", "myst")
    assert body.startswith("<p>a</p>") and "[CDATA[\\begin{align}\nx\ny\n\\end{align}]]" in body and "<p>b</p>" in body
    assert body.endswith("\\end{align} c</p>")


def test_names_in_other_documentation_are_text(convert: Convert) -> None:
    body, problems = convert("[a](inv:sphinx#x) [](inv:sphinx:std:label#y.z) [b](project:a.md)", "myst")
    assert body.startswith("<p>a <code>y.z</code> <ac:link>") and not problems


def test_a_target_ends_a_paragraph(convert: Convert) -> None:
    body, _ = convert("a\n(b)=\nc {ref}`x <b>`", "myst")
    assert body.startswith("<p>a</p>") and body.endswith(
        '<p>c <ac:link ac:anchor="b"><ac:link-body>x</ac:link-body></ac:link></p>'
    )


def test_what_a_box_of_an_unknown_kind_holds_stays(convert: Convert) -> None:
    body, problems = convert(":::{what} *Title*\n:a: b\ntext\n:::", "myst")
    assert body == "<p><strong><em>Title</em></strong></p><p>text</p>"
    assert [item.code for item in problems] == ["unknown-container"]


@pytest.mark.parametrize("rows", ["x" * 200_000 + ",b", "a," * 1000 + "\n" + "b\n" * 1000], ids=["field", "cells"])
def test_what_is_no_table_that_a_page_can_hold_is_code(convert: Convert, rows: str) -> None:
    body, problems = convert(f"```{{csv-table}} Title\n{rows}\n```\n", "myst")
    assert "<table" not in body and "<strong>Title</strong>" in body and 'ac:name="code"' in body
    assert [item.code for item in problems] == []
