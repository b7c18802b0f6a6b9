"""MyST's directives in fences of backticks and of colons, and its labels."""

from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.model.settings import Settings


def page(root: Path, text: str) -> tuple[str, Conversion]:
    (root / "a.md").write_text(text)
    found = convert(Settings.of(root, banner="off", dialect="gfm"))
    return found.rendered.pages["a.md"].body, found


def fence(head: str, body: str) -> str:
    return f"````{{{head.partition(' ')[0]}}} {head.partition(' ')[2]}\n{body}\n````\n"


def box(name: str, text: str) -> str:
    return f'ac:name="{name}" ac:schema-version="1"><ac:rich-text-body>{text}'


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (fence("note", "*x*"), box("info", "<p><strong>Note</strong></p><p><em>x</em></p>")),
        (fence("warning Mind", "the gap"), box("note", "<p><strong>Warning</strong></p><p>Mind the gap</p>")),
        (fence("admonition Name", ":class: tip\n\nx"), box("tip", "<p><strong>Name</strong></p><p>x</p>")),
        (fence("seealso", "x"), box("info", "<p><strong>See also</strong></p>")),
        (fence("versionadded 1.2", "x"), box("info", "<p><strong>New in version 1.2</strong></p><p>x</p>")),
        (
            fence("dropdown More", "```py\nx\n```"),
            'title">More</ac:parameter><ac:rich-text-body><ac:structured-macro ac:name="code"',
        ),
        (fence("tab-set", "```{tab-item} One\nx\n```"), 'title">One</ac:parameter>'),
        (fence("code-block python", ":linenos:\n:caption: a.py\n\nx = 1"), "<![CDATA[x = 1]]>"),
        (fence("code-cell ipython3", "x = 1"), 'language">python</ac:parameter>'),
        (fence("toctree", ":maxdepth: 2\nb"), "<p>before</p><p>behind</p>"),
        (fence("contents", ":local:"), 'ac:name="toc"'),
        (fence("image https://e.org/p.png", ":alt: A\n:width: 200px"), 'ac:alt="A"'),
        (fence("figure https://e.org/p.png", ":name: x\n\nThe *caption*"), "caption"),
        (fence("card Head", "x"), "<p><strong>Head</strong></p><p>x</p>"),
        ("```{r}\nx\n```\n", "<![CDATA[x]]>"),
        ("```{unknown} y\nx\n```\n", "<![CDATA[x]]>"),
        (":::{admonition} Name\n:class: tip\nx\n:::\n", box("tip", "<p><strong>Name</strong></p><p>x</p>")),
        (":::{dropdown} More\nx\n:::\n", 'title">More</ac:parameter>'),
        (":::{note}\nx\n:::\n", box("info", "<p><strong>Note</strong></p><p>x</p>")),
        (":::note\n:a: b\n:::\n", ":a: b"),
    ],
)
def test_a_directive_becomes_what_it_stands_for(text: str, part: str, tmp_path: Path) -> None:
    body, _ = page(tmp_path, f"before\n\n{text}\nbehind\n")
    assert part in body and body.endswith("<p>behind</p>")


def test_a_label_is_an_anchor(tmp_path: Path) -> None:
    body, found = page(tmp_path, "[x](#here)\n\n(here)=\n## Other\n\n(not a label)= x\n")
    assert "(here)=" not in body and "(not a label)= x" in body and not found.problems


def test_a_picture_that_is_missing_is_told_at_the_line_of_its_directive(tmp_path: Path) -> None:
    problems = page(tmp_path, "a\n\n" + fence("image no.png", ":alt: A"))[1].problems
    assert [(p.code, p.line) for p in problems] == [("missing-image", 3)]


def test_problems_have_the_line_that_they_are_on(tmp_path: Path) -> None:
    """Options are not in the text; words behind the name are its first line."""
    text = "```{note}\n:class: x\n:name: y\n\n[a](a1.md)\n```\n\n```{tip} [b](b1.md)\n[c](c1.md)\n```\n"
    more = "\n```{dropdown} T\n[d](d1.md)\n```\n\n:::{note}\n:class: x\n[e](e1.md)\n:::\n"
    _, found = page(tmp_path, text + more)
    assert [item.line for item in found.problems if item.code == "broken-link"] == [5, 8, 9, 13, 18]
