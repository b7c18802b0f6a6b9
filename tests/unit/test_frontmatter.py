"""Front matter in every form: the same values, and problems with the right line."""

import pytest

from publisher.markdown.parse import parse_document

FORMS = {
    "yaml": "---\ntitle: T\nconfluence:\n  labels: [a]\n  titel: x\n---\n# H\n",
    "toml": '+++\ntitle = "T"\n[confluence]\nlabels = ["a"]\ntitel = "x"\n+++\n# H\n',
    "json": '{\n  "title": "T",\n  "confluence": {"labels": ["a"],\n  "titel": "x"}\n}\n# H\n',
    "gitlab": ';;;\n{"title": "T",\n\n"confluence": {"labels": ["a"],\n"titel": "x"}}\n;;;\n# H\n',
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form(form: str) -> None:
    text = FORMS[form]
    document = parse_document("a.md", text.encode())
    assert (document.front_matter.title, document.front_matter.labels) == ("T", ("a",))
    assert [heading.line for heading in document.headings] == [text.split("\n").index("# H") + 1]
    [problem] = document.problems
    assert (problem.code, problem.hint) == ("front-matter-key", "did you mean `title`?")
    assert "titel" in text.split("\n")[(problem.line or 0) - 1]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("---\na: [1\nb: 2\n---\n", 3, "YAML"),
        ("+++\na = 1\nb = \n+++\n", 3, "TOML"),
        ('{\n"a": 1,\n"b": x\n}\n', 3, "JSON"),
        (";;;\n{\n}}\n;;;\n", 3, "JSON"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, line: int, words: str) -> None:
    [problem] = parse_document("a.md", text.encode()).problems
    assert (problem.code, problem.line) == ("front-matter", line)
    assert words in problem.message


def test_text_is_no_front_matter() -> None:
    for text in ("{ not: json }\n", "+++ x\n", "---\n\n# H\n\n---\n", "{{ x }}\n", ";;;x\n"):
        document = parse_document("a.md", text.encode())
        assert document.problems == () and document.blocks, text


def test_page_properties_from_keys_of_the_front_matter() -> None:
    text = "---\nowner: A\ntags: [x, 1]\nconfluence: {page_properties: [owner, tags, none]}\n---\n"
    rows = parse_document("a.md", text.encode()).front_matter.page_properties
    assert rows == (("owner", "A"), ("tags", "x, 1"), ("none", ""))
