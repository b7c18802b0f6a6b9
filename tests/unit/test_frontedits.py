"""convert/frontedits and convert/frontforms: titles, labels and names of files in front matter of every form."""

import pytest

from publisher.convert.frontedits import add_labels, name_files, retitle_text
from publisher.convert.frontforms import set_value
from publisher.markdown.frontmatter import parse_front_matter, split_front_matter
from publisher.model.document import FrontMatter

TEXT = "# Old\n\nText.\n"


def front(text: str) -> FrontMatter:
    return parse_front_matter("a.md", split_front_matter(text)[0])[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "# New: one\n\nText.\n"),
        ("---\ntitle: Old # x\n---\n", '---\ntitle: "New: one"\n---\n'),
        ("---\na: 1\nconfluence:\n  title: Old\n---\n", '---\na: 1\nconfluence:\n  title: "New: one"\n---\n'),
        ("---\na: 1\n---\n", "---\na: 1\n---\n# New: one\n\nText.\n"),
        ('+++\ntitle = "Old"\n[menu]\ntitle = "x"\n+++\n', '+++\ntitle = "New: one"\n[menu]\ntitle = "x"\n+++\n'),
        ('+++\n[confluence]\ntitle = "Old"\n+++\n', '+++\n[confluence]\ntitle = "New: one"\n+++\n'),
        ('{\n  "title": "Old",\n  "a": [1]\n}\n', '{\n  "title": "New: one",\n  "a": [\n    1\n  ]\n}\n'),
    ],
)
def test_a_title_goes_where_the_old_one_came_from(before: str, after: str) -> None:
    changed = retitle_text(before + TEXT, "New: one", in_heading=True)
    assert changed == (after if after.endswith(".\n") else after + TEXT)


@pytest.mark.parametrize("before", ["", "---\na: 1\n---\n", "+++\na = 1\n[b]\nc = 1\n+++\n", '{\n"a": 1\n}\n'])
def test_a_title_that_came_from_nowhere_is_put_in_front(before: str) -> None:
    changed = retitle_text(before + "Text.\n", "New", in_heading=False)
    assert front(changed).title == "New" and split_front_matter(changed)[1].strip() == "Text."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "---\nlabels: [bb, c-d]\n---\n\n"),
        ("---\nlabels: [a] \n---\n", "---\nlabels: [a, bb, c-d]\n---\n"),
        ("---\nconfluence:\n  labels:\n    - a\nx: 1\n---\n", "---\nconfluence:\n  labels:\n    - a\n    - bb\n    - c-d\nx: 1\n---\n"),
        ('+++\nx = 1 # kept\n+++\n', '+++\nlabels = ["bb", "c-d"]\nx = 1 # kept\n+++\n'),
        ('+++\nlabels = ["a"]\n+++\n', '+++\nlabels = ["a", "bb", "c-d"]\n+++\n'),
        ('+++\n[confluence]\nlabels = ["a"]\n+++\n', '+++\n[confluence]\nlabels = ["a", "bb", "c-d"]\n+++\n'),
        ('{\n  "labels": ["a"]\n}\n', '{\n  "labels": [\n    "a",\n    "bb",\n    "c-d"\n  ]\n}\n'),
    ],
)  # fmt: skip
def test_labels_join_those_that_are_there(before: str, after: str) -> None:
    assert add_labels(before + TEXT, ("bb", "c-d")) == after + TEXT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '---\nconfluence:\n  attachment_names:\n    a b.png: c.png\n---\n\n'),
        ("---\na: 1\n---\n", '---\na: 1\nconfluence:\n  attachment_names:\n    a b.png: c.png\n---\n'),
        ("---\nconfluence:\n---\n", '---\nconfluence:\n  attachment_names:\n    a b.png: c.png\n---\n'),
        (
            "---\nconfluence: # ours\n    attachment_names:\n      x.png: y.png\n    order: 1\n\na: 1\n---\n",
            '---\nconfluence: # ours\n    attachment_names:\n      a b.png: c.png\n      x.png: y.png\n    order: 1\n\na: 1\n---\n',
        ),
        (
            "---\nconfluence:\n    order: 1\n\na: 1\n---\n",
            '---\nconfluence:\n    order: 1\n    attachment_names:\n      a b.png: c.png\n\na: 1\n---\n',
        ),
        ("+++\na = 1\n+++\n", '+++\na = 1\n\n[confluence]\nattachment_names = {"a b.png" = "c.png"}\n+++\n'),
        ("+++\n[confluence]\norder = 1\n+++\n", '+++\n[confluence]\nattachment_names = {"a b.png" = "c.png"}\norder = 1\n+++\n'),
        ('{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "confluence": {\n    "attachment_names": {\n      "a b.png": "c.png"\n    }\n  }\n}\n'),
        ("---\nconfluence: {order: 1}\n---\n", ""),  # no line of its own: it stays as it is
        ("---\nconfluence:\n  attachment_names: path\n---\n", ""),
        ("---\na: [\n---\n", ""),
    ],
)  # fmt: skip
def test_files_keep_the_names_that_they_have_on_the_page(before: str, after: str) -> None:
    changed = name_files(before + TEXT, {"a b.png": "c.png"}, own=False)
    assert changed == (after or before) + TEXT
    if after:
        assert front(changed).file_names["a b.png"] == "c.png"


def test_toml_and_json_that_cannot_hold_a_value_are_left() -> None:
    assert set_value("toml", "a = ", ("b",), "x") is None and set_value("json", "{", ("b",), "x") is None
    assert set_value("toml", "confluence = 1\n", ("confluence", "b"), "x") is None
    assert set_value("toml", 'labels = [\n  "a",\n]\n', ("labels",), ["a", "b"]) is None  # a list of several lines
    assert set_value("toml", "a.b = 1\n", ("c",), True) == "c = true\na.b = 1\n"
