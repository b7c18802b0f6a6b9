"""Real documents in six dialects: well-formed storage, nothing of the dialect left as text, no words lost."""

import re
from pathlib import Path

import pytest

from publisher.convert.compose import Conversion, convert
from publisher.model.settings import Settings
from publisher.storage import PRODUCTS, Element, check_storage, parse_body

CORPORA = Path(__file__).parents[3] / "shared/corpora"
DIALECTS = {
    "rust-book": "mdbook",
    "mkdocs-material": "mkdocs",
    "docusaurus-jest": "docusaurus",
    "vitepress": "vitepress",
    "obsidian-tasks": "obsidian",
    "hugo": "hugo",
}
LITERALS = re.compile(r"(?m)^\s*(?:!!!|\?\?\?|:::|///|=== \")|\[\[|\{\{[#<%]|\{ ?[.#][\w-]+ ?\}|--8<--|\+\+[a-z]+\+")
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "br"}
HIDDEN = {"parameter", "plain-text-body", "code", "anchor"}

pytestmark = pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared")


@pytest.fixture(scope="module", params=[(name, target) for name in DIALECTS for target in PRODUCTS], ids=str)
def converted(request: pytest.FixtureRequest) -> Conversion:
    name, target = request.param
    return convert(Settings.of(CORPORA / name, dialect=DIALECTS[name], gitignore=False, target=target, banner="off"))


def visible(element: Element) -> str:
    """The text outside of code."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] not in HIDDEN:
            parts.append(visible(child))
        parts.append("\n" * (child.tag in BLOCKS) + (child.tail or ""))
    return "".join(parts)


def test_every_page_is_well_formed(converted: Conversion) -> None:
    for page in converted.rendered.pages.values():
        assert check_storage(page.body, converted.options.product) == [], page.key
    assert [p for p in converted.problems if p.code in {"not-well-formed", "storage-violation"}] == []


def test_problems_name_lines_of_the_documents(converted: Conversion) -> None:
    lengths = {file.key: (file.data or b"").count(b"\n") + 1 for file in converted.source.documents}
    assert [str(p) for p in converted.problems if p.line and not 1 <= p.line <= lengths[p.path]] == []


def test_the_same_bytes_every_time(converted: Conversion) -> None:
    again = convert(Settings.of(converted.source.root, dialect="auto", gitignore=False, banner="off"))
    assert (
        again.rendered.pages
        == convert(Settings.of(converted.source.root, gitignore=False, banner="off")).rendered.pages
    )


def test_nothing_of_the_dialect_is_left_as_text(converted: Conversion) -> None:
    left = []
    for page in converted.rendered.pages.values():
        text = visible(parse_body(page.body))
        left += [f"{page.key}: {text[max(0, m.start() - 30) : m.end() + 50]}" for m in LITERALS.finditer(text)]
    assert left == []


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]{4,}", text.casefold()))


#: What a reader does not see in Markdown either: blanked out one after the other.
SYNTAX = [
    r"^(\s*)(```+|~~~+)(?s:.*?)^\s*\2",  # code blocks
    r"(?s)<!--.*?-->",
    r"^\s*(?:> ?)*\[[^\]\n]*\]:[ \t]*\n?[ \t]*(?:<[^>\n]*>|\S+)(?:[ \t]+\"[^\n]*\")?",  # link definitions
    r"(?s)(`+)[^`].*?\1(?!`)",
    r"(?s)<(script|style|svg)\b.*?</\1>",
    r"(?s)<[^>]*>",
    r"\{[^{}]*\}|\{\{.*?\}\}",
    r"(?s)\]\([^)]*\)|\]\[[^\]]*\]",  # where links lead
    r"^\s*(?:!!!|\?\?\?\+?|:{3,}|/{3,}|=== |import |export |\*\[).*$",
    r"(?s)%%.*?%%",
    r"&\w+;|:[a-z][\w+-]*:|\[!\w+\]|\[\^[\w-]+\]|!?\[\[.*?\]\]|https?://\S+",
]


def prose_of(text: str) -> str:
    for pattern in SYNTAX:
        text = re.sub(pattern, " ", text, flags=re.M)
    return text


def test_no_words_are_lost(converted: Conversion) -> None:
    lost: dict[str, set[str]] = {}
    for file in converted.source.documents:
        page = converted.rendered.pages.get(file.key)
        if page is None:
            continue
        text = (file.data or b"").decode()
        text = re.sub(r"\A(---\n.*?\n---\n|\+\+\+\n.*?\n\+\+\+\n)", "", text, flags=re.S)
        missing = words(prose_of(text)) - words(page.body + page.title)
        if missing:
            lost[file.key] = missing
    assert lost == {}
