"""No input is quadratic: twice the input makes about twice the work. Work is counted in calls, never in seconds.

Texts that are looked at again from each of their signs, and trees in which each file is compared with every other one.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from pages import result, wanted

from publisher.apply.schedule import run_parents_first
from publisher.convert.compose import convert
from publisher.markdown.dialects import SYNTAXES
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.model.plan import Existing, PageAction
from publisher.model.settings import Settings
from publisher.naming import NearestNames
from publisher.planning.order import plan_moves

PLAIN = Grammar(frozenset(SYNTAXES) - {"mdx"}, {"ada": "5:1"}, frozenset({"ABC"}), {"version": "1"})
MDX = Grammar(frozenset(SYNTAXES), {"ada": "5:1"}, frozenset({"ABC"}), {"version": "1"})


def count_calls(work: Callable[[], object]) -> int:
    """Calls of Python and of C functions."""
    calls = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def grows_evenly(work: Callable[[int], Callable[[], object]], size: int) -> tuple[bool, list[int]]:
    """Whether the step from 2n to 4n costs about twice the step from n to 2n; with what each size costs."""
    work(size // 2)()  # what is made once: patterns, tables
    counts = [count_calls(work(size * factor)) for factor in (1, 2, 4)]
    first, second = counts[1] - counts[0], counts[2] - counts[1]
    return second <= 2.7 * max(first, size) + 2000, counts


TEXTS: dict[str, Callable[[int], str]] = {
    "://": lambda n: "://" * n,
    "://sp": lambda n: ":// " * n,
    "http://": lambda n: "http://" * n,
    "https://e.org/ x": lambda n: "https://e.org/a " * n,
    "<!-- ": lambda n: "<!-- " * n,
    "<!-- line": lambda n: "<!-- \n" * n,
    "void elements": lambda n: "<hr>\n\nx\n\n" * n,
    "<!-- pub": lambda n: "<!-- publisher:" * n,
    "<!-- pub -->": lambda n: "<!-- publisher:x -->\n\n" * n,
    "skip inline": lambda n: "<!-- publisher:skip --> a <!-- publisher:end --> " * n,
    "<!-- para": lambda n: "<!-- a\n\n" * n,
    "x <!--": lambda n: "x <!-- " * n,
    "long word": lambda n: "a" * n * 20,
    "long a.b": lambda n: "a." * n * 5,
    "long a@": lambda n: "a@" * n,
    "a@b.": lambda n: "a@b." * n,
    "www.": lambda n: "www." * n,
    "-a": lambda n: "a-" * n,
    "A-1": lambda n: "ABC-" * n,
    "long_": lambda n: "a_" * n,
    "ticks": lambda n: "`" * n + "a",
    "ticks2": lambda n: "`a" * n,
    "ticks3": lambda n: "".join("`" * i + "a " for i in range(1, int(n**0.5) * 2)),
    "ticks4": lambda n: "`` ` " * n,
    "brackets": lambda n: "[" * n,
    "br2": lambda n: "[a](" * n,
    "br3": lambda n: "[a]" * n,
    "br4": lambda n: "![[" * n,
    "br5": lambda n: "[" * n + "a" + "]" * n,
    "br6": lambda n: "[a](<b" * n,
    "br7": lambda n: "[a][b" * n,
    "[^": lambda n: "[^" * n,
    "![]": lambda n: "![" * n,
    "em": lambda n: "*a " * n,
    "em2": lambda n: "*a**b" * n,
    "em3": lambda n: "a**b*c" * n,
    "em4": lambda n: "*" * n,
    "em5": lambda n: "_a__b" * n,
    "em6": lambda n: "**a *b " * n,
    "~": lambda n: "~~a " * n,
    "=": lambda n: "==a " * n,
    "^": lambda n: "^a " * n,
    "~1": lambda n: "~a " * n,
    "++": lambda n: "++a " * n,
    "^^": lambda n: "^^a " * n,
    "quotes": lambda n: ">" * n + " x",
    "quote lines": lambda n: "> a\n" * n,
    "q2": lambda n: "> " * n + "a",
    "q3": lambda n: "".join("> " * (i % 30) + "a\n" for i in range(n)),
    "pipes": lambda n: "|" * n + "\n" + "|-" * n,
    "pipes2": lambda n: "a|b\n-|-\n" + "|" * n,
    "rows": lambda n: "|a|b|\n|-|-|\n" + "|1|2|\n" * n,
    "tbl": lambda n: "|a|b|\n|-|-|\n\n" * n,
    "pipes3": lambda n: "a | " * n,
    "notes": lambda n: "".join(f"[^{i}]: x\n" for i in range(n)) + "".join(f"[^{i}] " for i in range(n)),
    "notes2": lambda n: "[^1]: a [^1]\n" * n,
    "notes nest": lambda n: "[^0]\n\n" + "".join(f"[^{i}]: [^{i + 1}]\n\n" for i in range(n)),
    "html": lambda n: "<" * n,
    "html2": lambda n: "<a " * n,
    "html3": lambda n: "<a href='" * n,
    "html4": lambda n: "<div>\n" * n,
    "html5": lambda n: "<b>" * n,
    "html6": lambda n: "<div>\n\n" * n,
    "html7": lambda n: "</b>" * n,
    "html8": lambda n: "<b></i>" * n,
    "html9": lambda n: "<?" * n,
    "html10": lambda n: "<![CDATA[" * n,
    "html11": lambda n: "x <!A " * n,
    "pre": lambda n: "<pre>\n" * n,
    "td": lambda n: "<table><tr>" + "<td>x" * n,
    "tables": lambda n: "<table><tr><td>" * n,
    "ul": lambda n: "<ul><li>" * n,
    "p": lambda n: "<p>x" * n,
    "details": lambda n: "<details>\n\n" * n,
    "details2": lambda n: "<details><summary>" * n,
    "details3": lambda n: "<details>\n<summary>\n" * n,
    "sum": lambda n: "<details><summary>x</summary>\n\n</details>\n\n" * n,
    "a a": lambda n: "<a href=x>" * n,
    "span": lambda n: "<span id=x>" * n,
    "attr": lambda n: "<a " + "b=c " * n + ">",
    "attr2": lambda n: "<div " + "b='" * n,
    "wikilinks": lambda n: "[[" * n,
    "wl2": lambda n: "[[a|b]] " * n,
    "sc": lambda n: "{{< a >}}\n" * n,
    "sc line": lambda n: "x {{< a >}} " * n,
    "kramdown": lambda n: "{: " + ".a" * n + " !",
    "kramdown2": lambda n: "{:" + " " * n + "!",
    "kramdown3": lambda n: "{: .note }\nx\n\n" * n,
    "long texts": lambda n: ':::image type="complex" source="a.png":::\n' * n,
    "directives in directives": lambda n: "```{note}\n" * n,
    "macros in macros": lambda n: "```macro\nname: panel\n---\n" * n,
    "directives": lambda n: "```{note}\n" + ":a: b\n" * n,
    "roles": lambda n: "{ref}`a` " * n,
    "roles2": lambda n: "{ref}`a" * n,
    "roles3": lambda n: "{a}" * n + "`",
    "roles4": lambda n: "".join("{a}" + "`" * i for i in range(1, int(n**0.5) * 2)),
    "roles5": lambda n: "{ref}`" + "a <" * n + "`",
    "roles6": lambda n: "{abbr}`" + "a (" * n + "`",
    "roles7": lambda n: "[{ref}`a`](b) " * n,
    "line comments": lambda n: "% a\n" * n,
    "line comments2": lambda n: "a\n% b\n\n" * n,
    "line comments3": lambda n: "- a\n  % b\n" * n,
    "block breaks": lambda n: "a\n\n+++ {}\n" * n,
    "colons": lambda n: ":::{note}\n" * n,
    "colons2": lambda n: ":::{note}\nx\n:::\n" * n,
    "colons3": lambda n: ":::{code-block}\n" * n,
    "colons4": lambda n: "- :::{code-block}\n" * n,
    "colons5": lambda n: ":::{code-block}\n:::\n" * n,
    "targets": lambda n: "(a)=\n" * n,
    "targets2": lambda n: "(" + "a" * n + "\n",
    "labelled": lambda n: "$$\na\n$$ (b)\n" * n,
    "labelled2": lambda n: "$$\na\n" * n,
    "options": lambda n: "```{code-cell}\n---\n" + "a: b\n" * n,
    "latex": lambda n: "\\begin{align}\n" * n,
    "latex3": lambda n: "\\begin{align}\n" * n + "\\end{align} x",
    "latex2": lambda n: "\\begin{align}\na\n\\end{align}\n" * n,
    "attribute lines": lambda n: "{#a .b}\n" * n,
    "list table": lambda n: "```{list-table}\n" + "* - a\n  - b\n" * n + "```\n",
    "glossary": lambda n: "```{glossary}\n" + "a\n  b\n" * n + "```\n",
    "substitutions": lambda n: "---\nsubstitutions: {a: b}\n---\n" + "{{ a }} " * n,
    "sc2": lambda n: "{{< a " * n,
    "sc3": lambda n: "{{<" * n,
    "sc4": lambda n: "{{< a >}}\n{{< /a >}}\n" * n,
    "sc5": lambda n: "{{< comment >}}\n" * n,
    "liq": lambda n: "{% a %}\n" * n,
    "liq2": lambda n: "{% comment %}" * n,
    "liq3": lambda n: "{%" * n,
    "liq4": lambda n: "{% a " * n,
    "liq5": lambda n: "{% raw %}" * n,
    "critic": lambda n: "{++" * n,
    "critic2": lambda n: "{~~a" * n,
    "critic3": lambda n: "{>>" * n,
    "attrs": lambda n: "{ .a " * n,
    "attrs2": lambda n: "{" + ".a " * n,
    "attrs3": lambda n: "{.a " * n + "\n",
    "attrs4": lambda n: "{a=b " * n,
    "attrs5": lambda n: "[a]{.a " * n,
    "attrs6": lambda n: "{" + "a=b" * n,
    "attrs7": lambda n: "{.a" + " " * n,
    "math": lambda n: "$$\n" * n,
    "math2": lambda n: "$x" * n,
    "math3": lambda n: "$`" * n,
    "math4": lambda n: "$$x" * n,
    "math5": lambda n: "$x\\" * n,
    "status": lambda n: "{status:" * n,
    "date": lambda n: "@2026-01-01" * n,
    "emoji": lambda n: ":a" * n,
    "emoji2": lambda n: ":smile:" * n,
    "person": lambda n: "@ada" * n,
    "%%": lambda n: "%% a " * n,
    "%": lambda n: "%" * n,
    "fences": lambda n: "```\n" * n,
    "fences2": lambda n: "~~~ a\n" * n,
    "fences3": lambda n: "``` a ` b\n" * n,
    "fences4": lambda n: "".join("`" * (3 + i) + "\n" for i in range(int(n**0.5) * 2)),
    "fences5": lambda n: "```a\n" + "x\n" * n,
    "info": lambda n: "``` " + "a " * n + "\nx\n```",
    "info2": lambda n: "```{" + ".a " * n,
    "title": lambda n: "``` a " + "[" * n + "\nx\n```",
    "items": lambda n: "- a\n" * n,
    "items2": lambda n: "- " * n,
    "items3": lambda n: "".join(" " * (2 * (i % 12)) + "- a\n" for i in range(n)),
    "items4": lambda n: "- a\n\n" * n,
    "items5": lambda n: "- a\nb\n" * n,
    "items6": lambda n: "- [ ] a\n" * n,
    "tasks": lambda n: "- [x] a\n  - b\n" * n,
    "items7": lambda n: "1. a\n2) b\n" * n,
    "items8": lambda n: "* a\n+ b\n- c\n" * n,
    "lazy": lambda n: "- a\n" + "b\n" * n,
    "lazyq": lambda n: "> a\n" + "b\n" * n,
    "loose": lambda n: "- a\n" + "\n" * n,
    "cont": lambda n: "::: note\n" * n,
    "cont2": lambda n: "::: note\n:::\n" * n,
    "cont3": lambda n: ":::\n" * n,
    "cont4": lambda n: "::: note\n\n" * n,
    "cont5": lambda n: ":::: a\n::: b\n" * n,
    "cols": lambda n: "::: columns\n::: column\n" * n,
    "conti": lambda n: "- ::: note\n" * n,
    "adm": lambda n: "!!! note\n    " * n,
    "adm2": lambda n: "!!! note\n    a\n" * n,
    "tab": lambda n: '=== "a"\n    b\n' * n,
    "defs": lambda n: "a\n: b\n" * n,
    "defs2": lambda n: ": b\n" * n,
    "defs3": lambda n: "a\n\n:   b\n\n" * n,
    "defs4": lambda n: "a\n" * n + ": b\n",
    "heads": lambda n: "# a\n" * n,
    "setext": lambda n: "a\n=\n" * n,
    "setext2": lambda n: "a\n" * n + "=",
    "hashes": lambda n: "#" * n,
    "rule": lambda n: "---\n" * n,
    "rule2": lambda n: "- " * n + "x",
    "rule3": lambda n: "* * *\n" * n,
    "refs": lambda n: "".join(f"[a{i}]: b\n" for i in range(n)) + "".join(f"[a{i}] " for i in range(n)),
    "refs2": lambda n: "[a]: b\n" * n,
    "refs3": lambda n: "[a]: b '" * n,
    "refs4": lambda n: "[a]: b\n'" * n,
    "refs5": lambda n: "[a]:\n" * n,
    "abbr": lambda n: "".join(f"*[A{i}]: b\n" for i in range(n)) + "A1 " * n,
    "inc": lambda n: "{{#include a}}\n" * n,
    "inc2": lambda n: '--8<-- "' * n,
    "inc3": lambda n: "{! " * n,
    "vars": lambda n: "{{ version " * n,
    "vars2": lambda n: "{{ version }}" * n,
    "vars3": lambda n: "".join(f"{{{{ vers{i} }}}} " for i in range(n)),
    "lines": lambda n: "a\n" * n,
    "blank": lambda n: "\n" * n,
    "spaces": lambda n: " " * n,
    "spaces2": lambda n: "a" + " " * n + "b",
    "tabs": lambda n: "\t" * n,
    "indent": lambda n: "    a\n" * n,
    "indent2": lambda n: "a\n" + "    b\n" * n,
    "esc": lambda n: "\\*" * n,
    "bs": lambda n: "\\" * n,
    "ents": lambda n: "&amp;" * n,
    "ents2": lambda n: "&" * n,
    "ents3": lambda n: "&#1" * n,
    "br": lambda n: "a  \n" * n,
    "nl sp": lambda n: "a " * n + "\n",
    "block id": lambda n: "a ^b " * n,
    "mdx": lambda n: "<Foo>" * n,
    "mdx2": lambda n: "<Foo a=" * n,
    "mdx3": lambda n: "{/*" * n,
    "mdx4": lambda n: "<Foo a={" * n,
    "mdx5": lambda n: "<Foo " + "a='b' " * n,
    "mdx6": lambda n: "<Tabs><TabItem value='a'>" * n,
    "mdx7": lambda n: "import a from 'b'\n" * n,
    "mdx8": lambda n: "import " * n,
    "mdx9": lambda n: "<Foo a={{" * n,
    "mdx10": lambda n: "<A " + "{" * n,
    "markdown": lambda n: "<div markdown>\n`x`\n</div>\n" * n,
    "markdown2": lambda n: "<div markdown>\n```\n</div>\n```\n" * n,
    "markdown3": lambda n: "<div markdown>\n`a\n" * n,
    "markdown4": lambda n: "<div markdown>\n`a\n" * n + "</div>\n" * n,
    "markdown5": lambda n: "<div markdown>\n`x` </div>\n" * n,
    "fences in items": lambda n: "- ```\n" * n + "<A ",
    "fences6": lambda n: "``` a\n~~~\n" * n + "<A ",
    "headings": lambda n: "# `a\n\n" * n + "<A ",
    "toc": lambda n: "[TOC]\n\n" * n,
    "mdxq": lambda n: '<A b="' * n,
    "mdxq2": lambda n: "<A b='" * n,
    "mdxb": lambda n: "<A {" * n,
    "mdxb2": lambda n: "<A {{" * n,
    "dots": lambda n: "http://e.org" + "." * n,
    "parens": lambda n: "http://e.org" + ")" * n,
    "ent;": lambda n: "http://e.org" + "&a;" * n,
    "auto_": lambda n: "http://a.b_c/" * n,
    "fm": lambda n: "---\n" + "a: b\n" * n,
    "fm2": lambda n: "---\n" * n,
    "fm3": lambda n: "+++\n" * n,
    "fm4": lambda n: "{\n" * n,
    "fm5": lambda n: "---\na" + " " * n,
    "img": lambda n: "![a](b.png =3x4" * n,
    "img2": lambda n: "![a](" * n,
    "keys": lambda n: "++a+b" * n,
    "autolink": lambda n: "<http://" * n,
    "al2": lambda n: "<a@b" * n,
    "cell br": lambda n: "|a|\n|-|\n|" + "<br>" * n + "|",
    "close": lambda n: "a " * n + "]" * n,
    "[](": lambda n: "[](" * n,
    "[x](": lambda n: "[x](y " * n,
    "[(": lambda n: "[x]((((((((((((((((((((((((((((((((((((((" + "(" * n,
    "strike": lambda n: "a~~" * n,
    "alert": lambda n: "> [!NOTE]\n> a\n\n" * n,
    "alert2": lambda n: "> [!" * n,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_read_once(name: str, full: bool) -> None:
    grammars = (PLAIN, MDX) if full or "<" in TEXTS[name](1) or "{" in TEXTS[name](1) else (PLAIN,)
    for grammar in grammars:

        def parse(count: int, grammar: Grammar = grammar) -> Callable[[], object]:
            data = TEXTS[name](count).encode()
            return lambda: parse_document("a.md", data, grammar)

        even, counts = grows_evenly(parse, 400 if full else 60)
        assert even, counts


def _links(count: int) -> dict[str, str]:
    return {
        f"d{n}.md": f"# D{n}\n\n[x](gone-{n}.md) [y](/a/gone-{n}) [z](#gone-{n}) [w](d{n}.md#gone)\n"
        for n in range(count)
    }


TREES: dict[str, Callable[[int], dict[str, str]]] = {
    "broken links": _links,
    "missing pictures": lambda n: {f"d{i}.md": f"# D{i}\n\n![a](gone-{i}.png)\n" for i in range(n)},
    "unused files": lambda n: {"a.md": "# A\n\n" + "word" * n, **{f"p/unused-{i}.png": "x" for i in range(n)}},
    "long words and unused files": lambda n: {
        **{f"d{i}.md": f"# D{i}\n\n" + "a" * 200 + "." * 50 for i in range(n)}, "unused.png": "x",
    },
    "one title": lambda n: {f"f{i}/a.md": "# Same\n" for i in range(n)},
    "headings and anchors": lambda n: {"a.md": "".join(f"# H {i}\n\n[x](#h_{i}) [y](#gone-{i})\n\n" for i in range(n))},
    "folders": lambda n: {f"f{i}/index.md": f"# F{i}\n\n[x](/f{i}/) [y](../f{n - i - 1}/)\n" for i in range(n)},
    "variables": lambda n: {
        "a.md": "---\nconfluence:\n  variables:\n" + "".join(f"    name{i}: x\n" for i in range(n)) + "---\n\n"
        + "".join(f"{{{{ nam{i} }}}} " for i in range(n)),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_a_tree_is_compared_once(name: str, full: bool, tmp_path: Path) -> None:
    def check(count: int) -> Callable[[], object]:
        root = tmp_path / str(count)
        for path, text in TREES[name](count).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        settings = Settings.of(root, gitignore=False, workers=1)  # calls of other processes are not counted
        return lambda: convert(settings)

    even, counts = grows_evenly(check, 160 if full else 60)
    assert even, counts


def _in_flight(count: int) -> Callable[[], object]:
    """Pages that are written side by side."""
    actions = [
        PageAction(kind="create", page=wanted(f"{n}.md", parent=""), remote=None, parent=Existing("1"))
        for n in range(count)
    ]
    return lambda: run_parents_first(actions, 6, result, lambda done: None)


def _reordered(count: int) -> Callable[[], object]:
    """Siblings that stand in another order than the wanted one."""
    names = [str(number) for number in range(count)]
    return lambda: plan_moves(names, [*names[1::2], *names[::-2]])


def _labelled(count: int) -> Callable[[], object]:
    """Labels in front matter and in the text."""
    labels = ", ".join(f"label-{n}" for n in range(count))
    data = f"---\ntags: [{labels}]\n---\n\n{' '.join(f'#tag{n}' for n in range(count))}\n".encode()
    return lambda: parse_document("a.md", data, PLAIN)


PLANS = {"pages in flight": _in_flight, "reordering": _reordered, "labels": _labelled}


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_is_gone_through_once(name: str, full: bool) -> None:
    even, counts = grows_evenly(PLANS[name], 400 if full else 100)
    assert even, counts


def test_the_nearest_of_many_names_is_found_with_few_comparisons() -> None:
    def look_up(count: int) -> Callable[[], object]:
        names = NearestNames(f"chapter-{number}-of-the-guide.md" for number in range(count))
        return lambda: [names.find(f"chapter-{number}-of-the-giude.md") for number in range(0, count, 10)]

    even, counts = grows_evenly(look_up, 500)
    assert even, counts
    names = NearestNames(f"chapter-{number}-of-the-guide.md" for number in range(5000))
    assert names.find("chpter-4321-of-the-guide.md") == "chapter-4321-of-the-guide.md"
    assert names.find("something else") == ""
