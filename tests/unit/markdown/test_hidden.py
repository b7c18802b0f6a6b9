"""Hidden text: SECRET is never in a page of a document without errors, and all that is `shown` is."""

from collections.abc import Callable

import pytest

from publisher.model.problem import Level, Problem

Convert = Callable[..., tuple[str, list[Problem]]]

S, E = "<!-- publisher:skip -->", "<!-- publisher:end -->"
ONLY = "<!-- publisher:only -->"

HIDDEN = {
    "behind an item that begins with a fence": f"- ```sh\n  a\n  ```\n\n{S}\nSECRET\n{E}\n\nshown",
    "behind a fence in a deeper item": f"1. a\n   - ```\n     x\n     ```\n   - {S} SECRET\n   - SECRET {E} shown\n2. shown",
    "behind ticks in pre": f"<pre>\n```\n</pre>\n\n{S}\nSECRET\n{E}\n\nshown",
    "behind ticks in a comment": f"<!-- a\n```\n-->\n\n{S}\nSECRET\n{E}\n\nshown",
    "behind ticks in another fence": f"~~~\n```\n~~~\n{S}\nSECRET\n{E}\nshown",
    "a line of its own": f"{S} SECRET {E} shown",
    "in a line": f"shown {S}SECRET{E} shown",
    "twice in a line": f"{S}SECRET{E} shown {S}SECRET{E} shown",
    "over the lines of a paragraph": f"shown {S}SECRET\nSECRET{E} shown",
    "indented": f"   {S}   \nSECRET\n   {E}  \nshown",
    "capitals": f"<!-- PUBLISHER:SKIP -->\nSECRET\n{E}\nshown",
    "blanks": "<!--  publisher : skip  -->\nSECRET\n<!--\npublisher:end\n-->\nshown",
    "no blanks": "<!--publisher:skip-->\nSECRET\n<!--publisher:end-->\nshown",
    "a colon of another script": f"<!-- publisher\uff1askip -->\nSECRET\n{E}\nshown",
    "a character of no width": f"<!-- publisher\u200b:skip -->\nSECRET\n{E}\nshown",
    "CRLF": f"shown\r\n\r\n{S}\r\nSECRET\r\n{E}\r\nshown",
    "in a quote": f"> shown\n> {S}\n> SECRET\n> {E}\n> shown",
    "in an item": f"- shown\n  {S}\n  SECRET\n  {E}\n- shown",
    "whole items": f"- shown\n{S}\n- SECRET\n{E}\n- shown",
    "over items": f"- shown {S}\n- SECRET\n\nSECRET {E} shown",
    "in a cell": f"| shown | b |\n|---|---|\n| 1 {S} SECRET {E} 2 | shown |",
    "rows": f"| shown | b |\n|---|---|\n| 1 | 2 |\n{S}\n| SECRET | x |\n{E}\n| 3 | shown |",
    "in a container": f":::note\n{S}\nSECRET\n{E}\nshown\n:::\n",
    "in an admonition": f"!!! note\n    {S}\n    SECRET\n    {E}\n    shown\n",
    "in a tab": f'=== "T"\n\n    {S}\n    SECRET\n    {E}\n    shown\n',
    "in pre": f"<pre>\nshown {S} SECRET {E} shown\n</pre>\n",
    "in a div": f"<div>\n{S}\nSECRET\n{E}\nshown</div>\n",
    "in a cell of HTML": f"<table><tr><td>{S}SECRET{E} shown</td></tr></table>\n",
    "in details": f"<details>\n<summary>shown {S}SECRET{E}</summary>\n\n{S}\nSECRET\n{E}\n\nshown\n</details>",
    "in a heading": f"text\n\n## shown {S}SECRET{E}\n",
    "in the text of a link": f"[shown {S}SECRET{E}](https://e.org)",
    "in an alternative text": f"![shown {S}SECRET{E}](https://e.org/a.png)",
    "over marks": f"**shown {S}SECRET** SECRET{E} shown",
    "a definition of a link": f"shown [x]\n\n{S}\n[x]: https://SECRET.org\n{E}\n",
    "a footnote": f"shown[^1]\n\n{S}\n[^1]: SECRET\n{E}\n",
    "in a footnote": f"shown[^1]\n\n[^1]: shown {S}SECRET{E}\n\n[^2]: {S} SECRET {E}",
    "a region in a region": f"{S}\nSECRET\n{S}\nSECRET\n{E}\nSECRET\n{E}\nshown",
    "only": f"SECRET\n\n{ONLY}\nshown\n{E}\nSECRET",
    "only, in a line": f"SECRET {ONLY}shown{E} SECRET",
    "only, in a quote": f"> SECRET\n> {ONLY}\n> shown\n> {E}\n",
    "skip in only": f"SECRET\n\n{ONLY}\nshown {S}SECRET{E}\n{E}\nSECRET",
    "only in skip": f"shown\n\n{S}\n{ONLY}\nSECRET\n{E}\n{E}\n",
    "a comment that is never closed": "shown\n\n<div><!-- SECRET\n\n</div>",
}


def errors(problems: list[Problem]) -> list[tuple[int | None, str]]:
    return [(item.line, item.code) for item in problems if item.level is Level.ERROR]


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_not_published(name: str, convert: Convert) -> None:
    text = HIDDEN[name]
    body, problems = convert("first\n\n" + text)
    assert errors(problems) == []
    assert "SECRET" not in body and "publisher" not in body
    assert body.count("shown") == text.count("shown")


CODE = {
    "a code span": f"`{S}` shown `{E}`",
    "a fence": f"```\n{S}\nshown\n{E}\n```\n",
    "a fence in an item": f"- ```\n  {S}\n  shown\n  {E}\n  ```\n",
    "indented code": f"    {S}\n    shown\n    {E}\n",
    "a fence in an admonition": f"!!! note\n    ```\n    {S}\n    shown\n    {E}\n    ```\n",
    "escaped HTML": "<pre>&lt;!-- publisher:skip --&gt; shown &lt;!-- publisher:end --&gt;</pre>",
}


@pytest.mark.parametrize("name", CODE)
def test_a_marker_in_code_is_code(name: str, convert: Convert) -> None:
    body, problems = convert(CODE[name])
    assert errors(problems) == []
    assert "publisher:skip" in body and "publisher:end" in body and "shown" in body


#: Text → (line, code) of the first error.
WRONG = {
    f"a\n\n{S}\nSECRET": (3, "open-region"),
    f"a\n\n{ONLY}\nSECRET": (3, "open-region"),
    f"a\n\n{E}\n": (3, "open-region"),
    f"{S}\n```\n{E}\nSECRET": (1, "open-region"),
    "a\n\n<!-- publisher:skip\nSECRET": (3, "unknown-marker"),
    "a <!-- publisher:skip SECRET": (1, "unknown-marker"),
    f"<!-- publisher:hide -->\nSECRET\n{E}": (1, "unknown-marker"),
    f"<!-- publisher:skip this -->\nSECRET\n{E}": (1, "unknown-marker"),
    f"<!-- pubisher:skip -->\nSECRET\n{E}": (1, "unknown-marker"),
    f"<!-- publisher skip -->\nSECRET\n{E}": (1, "unknown-marker"),
    f"<!---- publisher:skip ---->\nSECRET\n{E}": (1, "unknown-marker"),
    "a\n\n<!-- see publisher: the house -->": (3, "unknown-marker"),
    f'[a](https://e.org "{S}") SECRET {E}': (1, "unknown-marker"),
    f"---\ntitle: a {S}SECRET{E}\n---\nx": (2, "unknown-marker"),
    "<!-- confluence-skip-start -->\nSECRET\n<!-- confluence-skip-end -->": (1, "unknown-marker"),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_not_understood_is_an_error_with_its_line(text: str, convert: Convert) -> None:
    assert errors(convert(text)[1])[0] == WRONG[text]


def test_comments_of_others_and_ignored_problems_are_no_errors(convert: Convert) -> None:
    text = "<!-- publisher:ignore broken-link, missing-alt -->\n[a](gone.md) <!-- the publisher said -->\n\n<!-- prettier-ignore -->\n"
    body, problems = convert(text)
    assert errors(problems) == [] and "publisher" not in body


def test_text_that_only_confluence_shows(convert: Convert) -> None:
    body, problems = convert("a\n\n<!-- publisher:only\nb **shown**\n\n- c\n-->\n\nd")
    assert errors(problems) == []
    assert body == "<p>a</p><p>b <strong>shown</strong></p><ul><li><p>c</p></li></ul><p>d</p>"


DIALECT = {
    ("obsidian", "shown %%SECRET%% shown"),
    ("obsidian", "shown %%SECRET\nSECRET%% shown"),
    ("obsidian", "%%\nSECRET\n\nSECRET\n%%\nshown"),
    ("obsidian", "- shown %%SECRET\n- SECRET\n\nSECRET %%\nshown"),
    ("obsidian", "> shown\n> %% SECRET\n> SECRET\n> %%\n> shown"),
    ("obsidian", "| shown | b |\n|--|--|\n| shown %%SECRET%% | shown |"),
    ("obsidian", "**shown %%SECRET** SECRET%% shown"),
    ("obsidian", "shown %% SECRET 50% SECRET %% shown"),
    ("obsidian", "## shown %%SECRET%%\n\n[[shown %%SECRET%%]] <!-- 5%% --> shown"),
    ("obsidian", "`%%shown%%`\n\n```\n%%shown%%\n```"),
    ("obsidian", "shown \\%% [shown](https://e.org/x%%20y) $a %% b$"),
    ("jekyll", "shown {% comment %}SECRET{% endcomment %} shown"),
    ("jekyll", "- shown {%- comment -%}SECRET\n- SECRET\n\n{%- endcomment -%}\nshown"),
    ("jekyll", "> {% comment %}\n> SECRET\n> {% endcomment %}\n> shown"),
    ("jekyll", "shown {% # SECRET %} shown"),
    ("jekyll", "{% raw %}`{% comment %}shown{% endcomment %}`{% endraw %}"),
    ("hugo", "shown {{< comment >}}SECRET{{< /comment >}} shown"),
    ("hugo", "{{% comment %}}\nSECRET\n{{% /comment %}}\nshown"),
    (
        "docusaurus",
        "shown {/* SECRET */} shown\n\n1. ```js\n   {/* shown */}\n   ```\n2. {/* SECRET\n   SECRET */} shown",
    ),
    (
        "docusaurus",
        f"<Tabs>\n  <TabItem value='a'>\n\n    {S}\n    SECRET\n    {E}\n\n    shown\n\n  </TabItem>\n</Tabs>",
    ),
    ("vitepress", f"::: tip\n{S}\nSECRET\n{E}\nshown\n:::"),
}


@pytest.mark.parametrize(("dialect", "text"), sorted(DIALECT))
def test_comments_of_a_dialect_are_hidden(dialect: str, text: str, convert: Convert) -> None:
    body, problems = convert("first\n\n" + text, dialect)
    assert errors(problems) == []
    assert "SECRET" not in body and body.count("shown") == text.count("shown")


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("obsidian", "at 100%% SECRET"),
        ("jekyll", "{% comment %}SECRET"),
        ("hugo", "{{< comment >}}SECRET"),
        ("docusaurus", "{/* SECRET"),
    ],
)
def test_a_comment_of_a_dialect_that_is_never_closed_is_an_error(dialect: str, text: str, convert: Convert) -> None:
    body, problems = convert("a\n\n" + text, dialect)
    assert errors(problems) == [(3, "open-region")] and "SECRET" not in body


def test_markers_of_md2conf_with_its_compat(convert: Convert) -> None:
    start, end = "<!-- confluence-skip-start -->", "<!-- confluence-skip-end -->"
    body, problems = convert(f"- ```\n  {start}\n  shown\n  ```\n- a {start}SECRET{end} shown\n", compat="md2conf")
    assert errors(problems) == []
    assert "SECRET" not in body and body.count("shown") == 2


@pytest.mark.parametrize("dialect", ["mkdocs", "mdbook"])
def test_an_included_file_hides_its_own_text(dialect: str, convert: Convert) -> None:
    line = '--8<-- "b.md"' if dialect == "mkdocs" else "{{#include b.md}}"
    body, problems = convert(line, dialect, read=lambda path: (path, f"shown\n\n{S}\nSECRET\n{E}\n"))
    assert errors(problems) == []
    assert body == "<p>shown</p>"
    assert errors(convert(line, dialect, read=lambda path: (path, f"{S}\nSECRET\n"))[1]) == [(1, "open-region")]


def test_the_body_of_a_macro_hides_its_own_text(convert: Convert) -> None:
    body, problems = convert(f"```macro\nname: info\n---\n{S}\nSECRET\n{E}\nshown\n```\n")
    assert errors(problems) == []
    assert "SECRET" not in body and "shown" in body
