"""markdown/compat: what documents say to other publishers is read as our front matter, or named with its line."""

from typing import Any

import pytest

from publisher.markdown.compat import READERS, Found

Said = list[tuple[int, str]]


def read(tool: str, text: str, **data: Any) -> tuple[Found, Said]:
    said: Said = []
    found = READERS[tool](text, data, lambda line, code, message, hint: said.append((line + 1, message)))
    assert found.text.count("\n") == text.count("\n"), "the number of lines stays"
    return found, said


def test_headers_of_mark() -> None:
    text = """<!-- Space: DOCS -->
<!-- Parent: Top -->
<!-- Parent: Below -->
<!-- Title: A page -->
<!-- Label: a -->
<!-- Label: b -->
<!-- Attachment: file.pdf -->
<!-- Type: blogpost -->
<!-- Order: 3 -->
<!-- Emoji: 🚀 -->
<!-- Content-Appearance: full-width -->
<!-- Author: nobody -->
text
"""
    found, said = read("mark", text)
    assert found.values == {
        "space": "DOCS", "title": "A page", "kind": "blogpost", "order": 3.0, "emoji": "🚀", "width": "full",
        "chain": ("Top", "Below"), "labels": ("a", "b"), "attachments": ("file.pdf",),
    }  # fmt: skip
    assert said == [] and found.text.strip() == "<!-- Author: nobody -->\ntext"


def test_headers_of_mark_that_cannot_be_used_are_named_with_their_line() -> None:
    found, said = read("mark", "<!-- Order: first -->\n<!-- Type: whiteboard -->\n<!-- Layout: article -->\n")
    assert found.values == {} and [line for line, _ in said] == [1, 2, 3]
    assert "`Order: first` cannot be used" in said[0][1] and "`Layout` of mark has no equal here" in said[2][1]


def test_links_and_includes_of_mark() -> None:
    text = "[see](ac:Other page) [](<ac:Third>) [Fourth](ac:)\n<!-- Include: parts/a.md -->\n<!-- Include: ac:box\n     Title: x -->\n"
    found, said = read("mark", text)
    assert found.text.splitlines()[0] == "[see](title:Other%20page) [Third](title:Third) [Fourth](title:Fourth)"
    assert found.text.splitlines()[1] == '--8<-- "parts/a.md"'
    assert [line for line, _ in said] == [3] and "the template ac:box is not read" in said[0][1]


@pytest.mark.parametrize(
    ("macro", "text", "becomes"),
    [
        ("<!-- Macro: :toc:\n     Template: ac:toc -->", ":toc:", "{toc}"),
        ("<!-- Macro: :kids:\n     Template: ac:children -->", ":kids:", "{children}"),
        ("<!-- Macro: !(\\w+)!\n     Template: ac:status\n     Title: ${1}\n     Color: Red -->", "!done!", "{status:red|done}"),
        ("<!-- Macro: JIRA-\\d+\n     Template: ac:jira:ticket -->", "JIRA-7", "{jira:JIRA-7}"),
        ("<!-- Macro: @(\\w+)@\n     Template: ac:anchor\n     Anchor: ${1} -->", "@here@", "{anchor:here}"),
    ],
)  # fmt: skip
def test_macros_of_mark(macro: str, text: str, becomes: str) -> None:
    found, said = read("mark", f"{macro}\n{text}\n")
    assert found.text.strip() == becomes and said == []


@pytest.mark.parametrize(
    ("macro", "message"),
    [
        ("x\n     Template: own", "the template own of mark is not known"),
        ("x", "the template of a macro of mark is not known"),
        ("(a+)+\n     Template: ac:toc", "is too complicated"),
        ("(a\n     Template: ac:toc", "is no regular expression"),
    ],
)
def test_macros_of_mark_that_are_not_written(macro: str, message: str) -> None:
    found, [(line, said)] = read("mark", f"text x aaaa\n<!-- Macro: {macro} -->\n")
    assert message in said and line == 2 and found.text.startswith("text x aaaa\n")


def test_md2conf() -> None:
    text = "<!-- confluence-page-id: 123 -->\n<!-- confluence-space-key: DOCS -->\n<!-- generated-by: x -->\ntext\n"
    found, said = read("md2conf", text)
    assert (found.values, found.text.strip(), said) == (
        {"page_id": "123", "space": "DOCS", "banner": False},
        "text",
        [],
    )
    front = {"page_id": 7, "space_key": "X", "properties": {"a": 1}, "tags": ["t"], "synchronized": False, "layout": {}}
    found, said = read("md2conf", "text\n", **front)
    assert found.values == {"page_id": "7", "space": "X", "properties": {"a": 1}, "labels": ("t",), "publish": False}
    assert ["`layout` of md2conf" in message for _, message in said] == [True]


def test_text2confl() -> None:
    front = {"parentId": 12, "property_a": "1", "type": "blogpost", "editorVersion": "v2", "virtual": True}
    found, said = read("text2confl", "text\n", **front)
    assert found.values == {"parent": "12", "properties": {"a": "1"}, "kind": "blogpost", "editor": "new"}
    assert len(said) == 1 and "virtual" in said[0][1]
    assert read("text2confl", "x\n", editorVersion="v1")[0].values == {"editor": "legacy"}


@pytest.mark.parametrize("tool", sorted(READERS))
def test_a_document_that_says_nothing_to_a_tool_is_left_as_it_is(tool: str) -> None:
    text = "# Title\n\n<!-- a comment -->\n\n[x](y.md)\n"
    found, said = read(tool, text)
    assert (found.text, found.values, said) == (text, {}, [])
