"""Whatever a file holds, its reader ends in data, in a problem of that document, or in one message with file and line."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.convert.compose import Conversion, convert
from publisher.errors import UsageError
from publisher.formats import BadData, read_json, read_toml, read_yaml
from publisher.markdown.grammar import Grammar, Reader
from publisher.markdown.parse import parse_document
from publisher.model.document import Document
from publisher.model.problem import Level, Problem
from publisher.model.rendered import RenderedPage
from publisher.model.settings import Settings
from publisher.model.tree import Page
from publisher.render.options import LinkTable, RenderOptions
from publisher.render.page import render_page
from publisher.source.navigation import read_navigation
from publisher.source.tree import read_tree

DEEP = 3000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
YAMLS = [
    BOMB, "a: &a [*a]", "[" * DEEP, "- " * DEEP, "{a: " * DEEP, "? " * DEEP, "a: 2024-02-30", "a: 9999-99-99", "a: 2024-01-01T99:99:99Z", "a: !!binary é",
    "a: !!int x", "a: !!float x", "a: !!timestamp x", "a: !!set {x}", "a: !!omap x", "a: !!python/object/apply:os.system [id]", "? [a]\n: b", "? {a: b}\n: c",
    "<<: 1", "<<: [1]", "&a", "*a", "%YAML 9.9\n--- a", "a: \"\\ud800\"", "a: 1e999", "a: " + "9" * 6000, "a: 0x" + "f" * 6000, "a: 1:2:3:4:5:6:7:8:9", "a: .nan",
    "a: ~", "\x00", "\x7f", "a: 'x", "a: |\n x\n  y\n z", "--- a\n--- b", "\ufeffa: b", "=", "a: =", "!", "a: !x y",
]  # fmt: skip
JSONS = [
    "[" * DEEP,
    '{"a":' * DEEP,
    "NaN",
    "[Infinity]",
    "[-Infinity]",
    "1e999",
    "9" * 6000,
    '"\\ud800"',
    '{"a": 1, "a": 2}',
    "",
    "{",
    "\x00",
    "[1,]",
    "'a'",
    '"\x01"',
]
TOMLS = ["a = " + "[" * DEEP, "[a]\n[a]", "a = 2024-02-30", "a = 1979-05-27T99:00:00Z", "a = 1e999", "a = " + "9" * 6000, "a = nan", "a.b = 1\na = 2",
         "a = \"\\ud800\"", "=", "[", "a" * 5000 + " = 1", ".".join("a" * DEEP) + " = 1", "[" + ".".join("a" * DEEP) + "]"]  # fmt: skip


@pytest.mark.parametrize(("read", "texts"), [(read_yaml, YAMLS), (read_json, JSONS), (read_toml, TOMLS)])
def test_odd_texts_are_data_or_one_error(read: Callable[[str], object], texts: list[str]) -> None:
    for text in texts:
        try:
            read(text)
        except BadData as error:
            assert str(error) and error.line >= 0


def build(folder: Path, **files: str) -> Conversion:
    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "good.md").write_text("# Good\n\nwords\n")
    for name, text in files.items():
        (docs / f"{name}.md").write_text(text, encoding="utf-8", errors="surrogatepass")
    return convert(Settings.of(docs, banner="off"))


@pytest.mark.parametrize("index", range(len(YAMLS) + len(JSONS) + len(TOMLS)))
def test_front_matter_ends_nothing_but_its_document(tmp_path: Path, index: int) -> None:
    text = [*(f"---\n{text}\n---\n# Bad\n" for text in YAMLS), *(f";;;\n{text}\n;;;\n# Bad\n" for text in JSONS),
            *(f"+++\n{text}\n+++\n# Bad\n" for text in TOMLS)][index]  # fmt: skip
    made = build(tmp_path, bad=text)
    assert made.rendered.pages["good.md"].title == "Good"
    assert all(item.path in {"bad.md", ""} for item in made.problems if item.level is Level.ERROR)


VALUES: list[object] = [
    10**400,
    -(10**400),
    1e308,
    True,
    None,
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "",
    "x" * 300,
    "2024-02-30",
    "9999999999",
    [None],
    {"1": 2},
    "\x00",
]


@pytest.mark.parametrize("key", ["title", "labels", "order", "publish", "page_properties", "properties", "emoji", "page_id", "type", "date", "space", "parent",
                                 "cover", "owner", "restrict", "status", "attachments", "ignore", "variables", "width", "banner"])  # fmt: skip
def test_each_key_with_each_odd_value(tmp_path: Path, key: str) -> None:
    files = {}
    for number, value in enumerate(VALUES):
        text = json.dumps(value)
        files[f"v{number}"] = (
            f"---\nconfluence:\n  {key}: {text}\n{key}: {text}\nweight: {text}\n---\n# V{number}\n\nwords\n"
        )
    made = build(tmp_path, **files)
    assert made.rendered.pages["good.md"].title == "Good"
    assert not [item for item in made.problems if item.code == "internal-error"]


NAVIGATION = [
    ("mkdocs.yml", [*YAMLS, "nav: x", "nav: {a: b}", "nav: [[a]]", "nav: [{}]", "nav: [{a: }]", "nav: [1, null, true]", "docs_dir: [x]", "docs_dir: ../..",
                    "docs_dir: \"a\\0b\"", "exclude_docs: '!'", "exclude_docs: [x]", "exclude_docs: |\n  !\n  [\n  **/**/**", "INHERIT: mkdocs.yml",
                    "INHERIT: ../../../etc/passwd", "INHERIT: [x]", "site_name: [x]", "site_url: 1", "[a, b]", "text"]),
    ("sidebars.json", [*JSONS, "[]", "1", '{"a": 1}', '{"a": [1, null, [], {}]}', '{"a": [{"type": "category"}]}', '{"a": {"type": "doc"}}',
                       '{"a": [{"type": "category", "items": 5, "link": 3}]}', '{"a": [{"type": ["x"]}]}', '{"a": [{"type": "autogenerated", "dirName": 1}]}']),
    ("_category_.json", [*JSONS, "[]", "1", '{"position": 1e308, "label": []}', '{"position": ' + "9" * 400 + "}", '{"position": true}', '{"label": null}']),
    ("_category_.yml", [*YAMLS, "position: .inf", "position: .nan", "label: [x]", "x"]),
    (".pages", [*YAMLS, "nav: x", "nav: 1", "nav: [1, null, {}, [], {a: {b: c}}]", "arrange: {a: b}", "title: [x]"]),
    ("SUMMARY.md", ["- [a](a.md)\n" * 50, "".join(" " * n + "- [a](good.md)\n" for n in range(0, 3000, 2)), "[" * 3000, "- [" + "\\" * 3000, "# " * 3000, "- [a](" + "(" * 3000]),
    (".gitignore", ["!", "!!", "\\", "[", "[!", "[]", "***", "/", "//", "!/", " ", "\x00", "a\\", "**/" * 200, "[a-", "!#", "\\!"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "texts"), NAVIGATION)
def test_navigation_files_end_in_data_or_a_message(tmp_path: Path, name: str, texts: list[str]) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.md").write_text("# Good\n")
    for text in texts:
        (docs / name).write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            source = read_tree(docs, gitignore=True)
            read_navigation(docs, docs, [file.key for file in source.documents])
        except UsageError as error:
            assert name in str(error)


_ALPHABET = "abn:-[]{}&*!?|>'\"%@`,#\n\t 019.~<=\\/()_+^$\x00\x85\u2028\ufeff"


@given(
    st.sampled_from(
        ["mkdocs.yml", "sidebars.json", "_category_.yml", ".pages", "SUMMARY.md", ".gitignore", "_category_.json"]
    ),
    st.text(_ALPHABET, max_size=60),
)
def test_any_navigation_file(tmp_path_factory: pytest.TempPathFactory, name: str, text: str) -> None:
    docs = tmp_path_factory.getbasetemp() / "fuzz-nav" / name.strip("._").replace(".", "-")
    docs.mkdir(parents=True, exist_ok=True)
    (docs / "good.md").write_text("# Good\n")
    (docs / name).write_text(text, encoding="utf-8")
    try:
        source = read_tree(docs, gitignore=True)
        read_navigation(docs, docs, [file.key for file in source.documents])
    except UsageError as error:
        assert name in str(error)


@given(
    st.sampled_from(["---\n{}\n---\n", "+++\n{}\n+++\n", ";;;\n{}\n;;;\n", "{{\n{}\n}}\n"]),
    st.text(_ALPHABET + "=true", max_size=60),
)
def test_any_front_matter(form: str, text: str) -> None:
    from publisher.markdown.frontmatter import parse_front_matter, split_front_matter

    source, _ = split_front_matter(form.format(text))
    front, problems = parse_front_matter("a.md", source)
    assert front is not None and all(item.path == "a.md" for item in problems)


def test_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """An error that nobody expected, in our parser or renderer, is a problem of its document; the log knows its origin."""
    from publisher.convert import documents
    from publisher.render import page

    def parse_or_fail(
        key: str, data: bytes, grammar: Grammar, read: Reader, defaults: Mapping[str, object]
    ) -> Document:
        if key == "bad.md":
            raise KeyError("surprise")
        return parse_document(key, data, grammar, read, defaults)

    def render_or_fail(
        shown: Page, links: LinkTable, options: RenderOptions | None = None
    ) -> tuple[RenderedPage, list[Problem]]:
        if shown.key == "worse.md" and shown.document and shown.document.blocks:
            raise RecursionError
        return render_page(shown, links, options)

    monkeypatch.setattr(documents, "parse_document", parse_or_fail)
    monkeypatch.setattr(page, "render_page", render_or_fail)
    caplog.set_level("DEBUG", "publisher")
    made = build(tmp_path, bad="# Bad\n", worse="# Worse\n\nx\n")
    assert [(item.path, item.code, item.level) for item in made.problems] == [
        ("bad.md", "internal-error", Level.ERROR), ("worse.md", "internal-error", Level.ERROR),
    ]  # fmt: skip
    assert "words" in made.rendered.pages["good.md"].body and "bad.md" not in made.rendered.pages
    assert "surprise" in caplog.text and "Traceback" in caplog.text
