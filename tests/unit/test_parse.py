"""Parsing: lines of every construct, front matter, files that are no text."""

import pytest

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.document import Callout, Expand, ListBlock, Table
from publisher.model.problem import Level

SOURCE = b"""---
title: x
---
# H

para [a](b.md)
two [c](d.md)

- one
- two
  [l](x.md)

  > q [z](q.md)
1.
   foo [f](f.md)

!!! note "T"
    hi [adm](adm.md)

| a | b |
|---|--:|
| 1 | [t](t.md) |

<details><summary>S</summary>

inner

</details>
"""


def test_every_link_has_its_line() -> None:
    document = parse_document("a.md", SOURCE)
    lines = {link.href: link.line for link in document.links}
    assert lines == {"b.md": 6, "d.md": 7, "x.md": 11, "q.md": 13, "f.md": 15, "adm.md": 18, "t.md": 22}


def test_a_list_right_behind_a_tag_has_its_lines() -> None:
    text = b"x\n\n<div markdown>- [a](a.md)\n- [b](b.md)</div>\n\n<section markdown=1>> [c](c.md)</section>\n"
    document = parse_document("a.md", text, Grammar(DIALECTS["mkdocs"]))
    assert {link.href: link.line for link in document.links} == {"a.md": 3, "b.md": 4, "c.md": 6}


def test_block_kinds_and_their_lines() -> None:
    document = parse_document("a.md", SOURCE)
    found = {type(block): block.line for block in document.blocks}
    assert (found[ListBlock], found[Callout], found[Table], found[Expand]) == (14, 17, 20, 24)


def test_line_ends_and_byte_order_mark_do_not_matter() -> None:
    crlf = b"\xef\xbb\xbf" + SOURCE.replace(b"\n", b"\r\n")
    assert parse_document("a.md", crlf) == parse_document("a.md", SOURCE)


def test_files_that_cannot_be_read_say_why() -> None:
    assert [p.code for p in parse_document("a.md", b"\x00\x01").problems] == ["binary-file"]
    latin = parse_document("a.md", b"one\ntw\xf6\n").problems
    assert [(p.code, p.line) for p in latin] == [("not-utf8", 2)]


def test_broken_front_matter_names_the_line() -> None:
    problems = parse_document("a.md", b"---\ntitle: x\nlabels: [a\n---\n# H\n").problems
    assert [(p.code, p.line) for p in problems] == [("front-matter", 3)]


def test_typos_are_looked_for_below_confluence_only() -> None:
    document = parse_document("a.md", b"---\nstatus: accepted\nconfluence:\n  lables: [a]\n---\n")
    assert [(p.code, p.line, p.hint) for p in document.problems] == [("front-matter-key", 4, "did you mean `labels`?")]


def test_a_fence_that_is_none_is_named() -> None:
    text = '````\n```x `y`\n````\n\n```inline `code` ```\n\n```yaml title="`x`"\nb\n```\n'
    assert [(p.code, p.line) for p in parse_document("a.md", text.encode()).problems] == [("broken-fence", 7)]


def test_a_conflict_that_is_not_resolved_is_an_error() -> None:
    conflict = "<<<<<<< document\nours\n||||||| published\nold\n=======\ntheirs\n>>>>>>> Confluence\n"
    code = "<<<<<<< HEAD\n```sh\na\n```\n=======\n```sh\nb\n```\n>>>>>>> main\n"
    text = f"# H\n\n{conflict}\n- a\n{conflict}\n{code}"
    problems = parse_document("a.md", text.encode()).problems
    assert [(p.code, p.level, p.line) for p in problems if p.code == "conflict-marker"] == [
        ("conflict-marker", Level.ERROR, line) for line in (3, 12, 20)
    ]


@pytest.mark.parametrize("text", ["```diff\n{}\n```", "    {}", "~~~\n{}\n~~~"])
def test_a_conflict_in_code_is_an_example(text: str) -> None:
    lines = "<<<<<<< a", "x", "=======", "y", ">>>>>>> b"
    shown = text.format(("\n    " if text.startswith(" ") else "\n").join(lines))
    found = parse_document("a.md", f"# H\n\n{shown}\n\nHeading\n=======\n\n>>>>>>> b\n".encode()).problems
    assert not any(p.code == "conflict-marker" for p in found)


def test_links_in_a_list_of_definitions_of_html_are_links_of_the_document() -> None:
    document = parse_document("a.md", b'<dl><dt>t <a href="b.md">b</a></dt><dd><a href="c.md">c</a></dd></dl>\n')
    assert [link.href for link in document.links] == ["b.md", "c.md"]


def test_every_block_knows_its_first_and_last_line() -> None:
    text = (
        "---\ntitle: t\n---\n\n# H\n\npara\ngoes on\n\n[r]: https://e.org\n\n- a\n\n  b\n- c\n\n\n> q\nlazy\n\n```py\nx\n\n```\n\n"
        "| a |\n|---|\n| b |\n\n    code\n\n    more\n\n<details>\n<summary>s</summary>\n\nx\n\n</details>\n\n!!! note\n    n\n\n    m\n\n"
        "::: tip\nt\n:::\n\nterm\n:   d\n\n    e\n\nSetext\n======\n\n<!-- c -->\n\nlast[^1]\n\n[^1]: note\n"
    )
    lines = text.split("\n")
    document = parse_document("a.md", text.encode(), Grammar(DIALECTS["hugo"]))
    found = ["\n".join(lines[start - 1 : end]) for start, end in document.spans[:-1]]
    assert found == [
        "# H", "para\ngoes on", "- a\n\n  b\n- c", "> q\nlazy", "```py\nx\n\n```", "| a |\n|---|\n| b |", "    code\n\n    more",
        "<details>\n<summary>s</summary>\n\nx\n\n</details>", "!!! note\n    n\n\n    m", "::: tip\nt\n:::", "term\n:   d\n\n    e",
        "Setext\n======", "last[^1]",
    ]  # fmt: skip
