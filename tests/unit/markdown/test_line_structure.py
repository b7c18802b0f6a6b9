"""The scanner of lines: code is masked wherever it is, text never; containers end where their marker says."""

import re
from collections.abc import Callable

import pytest

from publisher.markdown.structure import mask_code
from publisher.model.problem import Problem

Convert = Callable[..., tuple[str, list[Problem]]]

#: CODE is code, TEXT is not.
MASKED = {
    "a fence": "TEXT\n```\nCODE\n```\nTEXT",
    "tildes": "~~~\nCODE\n```\nCODE\n~~~\nTEXT",
    "a longer fence": "````\n```\nCODE\n```\n````\nTEXT",
    "a fence that begins an item": "- ```sh\n  CODE\n  ```\n\nTEXT",
    "a fence that begins an item in an item": "1. - ```sh\n     CODE\n     ```\n   TEXT\n",
    "an item ends its fence": "- ```sh\n  CODE\n\nTEXT\n",
    "a quote ends its fence": "> ```\n> CODE\n\nTEXT ```\n",
    "an item in a quote": "> - ```\n>   CODE\n>   ```\n> TEXT\n",
    "a quote in an item": "- > ```\n  > CODE\n  > ```\n  TEXT\n",
    "a numbered item": "10. ```\n    CODE\n    ```\n11. TEXT\n",
    "an item with a wide marker": "-    ```\n     CODE\n     ```\nTEXT\n",
    "tabs": "-\t```\n\tCODE\n\t```\n\nTEXT",
    "indented code": "TEXT\n\n    CODE ```\n\nTEXT",
    "a paragraph goes on": "TEXT\n    TEXT ```\nTEXT",
    "an indented line in an item": "- TEXT\n\n      CODE ```\n\n  TEXT",
    "an admonition": "!!! note\n    TEXT\n\n    ```\n    CODE\n    ```\n\nTEXT",
    "a tab": '=== "A"\n\n    ```\n    CODE\n    ```\n\nTEXT',
    "a footnote": "[^1]: TEXT\n\n    ```\n    CODE\n    ```\n\nTEXT",
    "pre": "<pre>\n```\nCODE\n</pre>\nTEXT",
    "a comment": "<!-- CODE\n```\n-->\nTEXT",
    "a comment in an item": "- TEXT\n  <!-- CODE\n  ```\n  -->\n- TEXT",
    "ticks": "TEXT `CODE` TEXT ``CODE ` CODE`` TEXT",
    "ticks over lines": "TEXT `CODE\nCODE` TEXT",
    "ticks do not reach over paragraphs": "TEXT ` TEXT\n\nTEXT ` TEXT",
    "ticks do not reach over items": "- TEXT ` TEXT\n- TEXT ` TEXT",
    "ticks that are escaped": "TEXT \\` TEXT ` TEXT",
    "no fence": "``` a ` TEXT\nTEXT\n",
    "a rule is no item": "* * *\n```\nCODE\n```\nTEXT",
}


def test_a_tab_that_does_not_reach_into_an_item_hides_nothing() -> None:
    text = "10.  a\n\n\tfoo bar ```\n\nTEXT\n"
    assert mask_code(text, indented_code=False) == text


@pytest.mark.parametrize("name", MASKED)
def test_code_is_masked(name: str) -> None:
    text = MASKED[name]
    masked = mask_code(text)
    assert "CODE" not in masked
    assert masked.count("TEXT") == text.count("TEXT")
    assert re.sub(r"[^\n]", " ", masked) == re.sub(r"[^\n]", " ", text)  # every character stays where it is


#: A container, and what is in it before `end`; `after` is behind it.
CONTAINERS = {
    "an item that begins with a fence": "1. ```sh\n   npm i\n   ```\n",
    "an item that ends with a fence": "- a\n  ```\n  x\n  ```\n",
    "a marker in a fence": "```\n:::\n```\n",
    "a marker in a fence of an item": "- ```\n  :::\n  ```\n",
    "a marker in pre": "<pre>\n:::\n</pre>\n",
    "a marker in a comment": "<!--\n:::\n-->\n",
    "a marker in indented code": "a\n\n    :::\n\n",
    "a container in an item": "- a\n\n  :::tip\n  b\n  :::\n",
    "a container that an item leaves open": "- a\n\n  :::tip\n  b\n",
    "a container that begins an item": "- :::tip\n  b\n  :::\n",
    "a container in a quote": "> :::tip\n> b\n> :::\n",
    "a container in a container": ":::tip\nb\n:::\n",
    "a quote that begins with a fence": "> ```\n> x\n\n",
    "an element": "<div>\nx\n</div>\n",
}


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("mark", [":::", "///"])
def test_a_container_ends_at_its_marker(name: str, mark: str, convert: Convert) -> None:
    inner = CONTAINERS[name].replace(":::", mark)
    body, problems = convert(f"{mark} note\n{inner}\nend\n{mark}\n\nafter\n", "docusaurus", product="datacenter")
    assert [item for item in problems if item.code != "mapped-language"] == []
    panel, _, behind = body.rpartition("</ac:structured-macro>")
    assert behind == "<p>after</p>"
    assert "end" in panel and body.count('ac:name="info"') == 1


def test_components_in_code_stay(convert: Convert) -> None:
    code = "const a: Array<Foo> = 1;\n<Comp />\n{/* x */}"
    fenced = "```tsx\n" + code + "\n```"
    in_item = "1. " + fenced.replace("\n", "\n   ")
    in_quote = "> " + fenced.replace("\n", "\n> ")
    in_tab = "    " + fenced.replace("\n", "\n    ")
    tabs = f"<Tabs>\n    <TabItem value='a'>\n{in_tab}\n    </TabItem>\n</Tabs>"
    body, problems = convert(f"{in_item}\n\n{in_quote}\n\n{tabs}\n", "docusaurus")
    assert body.count(code) == 3
    assert [item for item in problems if item.code == "mdx-code"] == []


def test_components_are_counted(convert: Convert) -> None:
    _, problems = convert("<Foo/> <Foo>x</Foo>\n\n<Bar/>\n", "docusaurus")
    assert [item.message for item in problems if item.code == "mdx-code"] == [
        "the component `<Foo>` was dropped (2 times)",
        "the component `<Bar>` was dropped",
    ]


def test_lines_behind_hidden_rows_keep_their_numbers(convert: Convert) -> None:
    rows = "| a |\n|---|\n| 1 |\n<!-- publisher:skip -->\n| HIDDEN |\n<!-- publisher:end -->\n| 2 |\n"
    body, problems = convert(rows + "\nset <foo>\n", "gfm")
    assert body.count("<tr>") == 3 and "HIDDEN" not in body
    assert [(item.code, item.line) for item in problems] == [("unknown-element", 9)]


@pytest.mark.parametrize(("size", "pixels"), [("3in", 288), ("50%", 380), ("2.5cm", 94), ("20em", 320), ("40", 40)])
def test_widths_have_units(size: str, pixels: int, convert: Convert) -> None:
    body, _ = convert(f'![a](https://e.org/a.png){{width="{size}"}}\n', "mkdocs")
    assert f'ac:width="{pixels}"' in body
