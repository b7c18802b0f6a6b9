"""Import, then publish, changes no body of any page: for bodies as people, editors and other tools make them."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imported import SITE, import_values, is_storage
from pieces import PIECES

from publisher.convert.compose import convert
from publisher.model.settings import Settings
from publisher.storage import PRODUCTS, clean_text, escape

CORPORA = Path(__file__).parents[3] / "shared/corpora"
GUIDE = Path(__file__).parents[2] / "sample-docs"
DIALECTS = ["gfm", "mkdocs", "docusaurus", "vitepress", "obsidian", "mdbook", "hugo", "jekyll", "gitlab", "pandoc"]
#: Pages of a corpus that are tried in the usual run.
SHARE = 15

words = st.lists(
    st.sampled_from([*PIECES, "a", "word", " ", "é", "字", "1", "<b>", "&", "|"]), min_size=1, max_size=4
).map("".join)
texts = (words | st.text(min_size=1, max_size=12)).map(lambda text: clean_text(" ".join(text.split()))).filter(bool)
plain = texts.map(escape)
titles = st.sampled_from(["T", "Page 1", "Page 2", "Elsewhere", "Fancy: title?"])
anchors = st.sampled_from(["setup", "T-setup", "Page1-setup", "Setup", "fn-1", "x.y", "ünder"])


def element(tag: str, *attributes: str) -> Callable[[str], str]:
    return lambda inner: f"<{' '.join((tag, *attributes))}>{inner}</{tag}>"


def macro(name: str, inner: str) -> str:
    return f'<ac:structured-macro ac:name="{name}" ac:schema-version="1" ac:macro-id="7">{inner}</ac:structured-macro>'


def anchor(name: str) -> str:
    return macro("anchor", f'<ac:parameter ac:name="">{name}</ac:parameter>')


def page_link(title: str, text: str, place: str, body: str) -> str:
    at = f' ac:anchor="{place}"' if place else ""
    inner = f"<ac:{body}>{text}</ac:{body}>" if body else ""
    return f'<ac:link{at}><ri:page ri:content-title="{title}" ri:version-at-save="3"/>{inner}</ac:link>'


places = st.just("") | anchors
links = st.one_of(
    st.builds(page_link, titles, plain, places, st.sampled_from(["link-body", "plain-text-link-body", ""])),
    st.builds(lambda number, text: f'<a href="{SITE}/spaces/X/pages/{number}/T">{text}</a>', st.integers(1, 4), plain),
    st.builds(lambda text: f'<a href="https://e.org/a?b=1&amp;c=2">{text}</a>', plain),
    st.builds(lambda name, text: f'<ac:link ac:anchor="{name}"><ac:link-body>{text}</ac:link-body></ac:link>', anchors, plain),
    st.builds(lambda number, text: f'<ac:link><ri:content-entity ri:content-id="{number}"/><ac:link-body>{text}</ac:link-body></ac:link>',
              st.integers(1, 4), plain),
)  # fmt: skip
leaves = st.one_of(
    plain, plain, links, anchors.map(anchor), st.just("<br/>"), st.just('<time datetime="2026-01-31"/>'),
    st.just('<ac:emoticon ac:name="smile" ac:emoji-shortname=":smile:" ac:emoji-fallback="😄"/>'),
    st.just('<ac:link><ri:user ri:account-id="1"/></ac:link>'), st.just(macro("status", '<ac:parameter ac:name="title">A</ac:parameter>')),
    st.just('<ac:image><ri:attachment ri:filename="a.png"/></ac:image>'), plain.map(element("code")), st.just("&nbsp;"),
    plain.map(element("span", 'style="color: rgb(1,2,3);"')), plain.map(element("ac:inline-comment-marker", 'ac:ref="x"')),
)  # fmt: skip
marked = st.builds(
    lambda mark, inner: f"<{mark}>{inner}</{mark}>", st.sampled_from(["strong", "em", "u", "del", "sub", "b"]), leaves
)
lines = st.lists(leaves | marked, min_size=1, max_size=4).map("".join)
paragraphs = lines.map(element("p")) | lines.map(element("p", 'local-id="3"')) | st.just("<p />")
headings = st.builds(
    lambda level, line: f"<h{level}>{line}</h{level}>", st.integers(1, 6), lines | anchors.map(lambda n: anchor(n) + n)
)
cells = paragraphs | lines
attributes = st.sampled_from(
    ["", ' class="wrapped"', ' data-layout="default"', ' data-layout="wide" data-table-width="760"']
)
tables = st.builds(
    lambda about, head, body: f"<table{about}><tbody><tr><th>{head}</th></tr><tr><td>{body}</td></tr></tbody></table>",
    attributes, cells, cells,
)  # fmt: skip
codes = st.builds(
    lambda name, language, code: macro(name, f'<ac:parameter ac:name="language">{language}</ac:parameter><ac:plain-text-body>'
                                       f"<![CDATA[{code}]]></ac:plain-text-body>"),
    st.sampled_from(["code", "noformat", "mermaid-macro"]), st.sampled_from(["python", "mermaid", "none", "plantuml", "java"]),
    st.sampled_from(["a = 1\n", "```\nx\n```", "", "graph TD\n a-->b", "$x$"]),
)  # fmt: skip


def boxes(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=1, max_size=3).map("".join)
    item = st.builds(lambda line, more: f"<li>{line}{more}</li>", paragraphs | lines, st.just("") | inner)
    task = lines.map(lambda line: f"<ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status>"
                                  f"<ac:task-body>{line}</ac:task-body></ac:task>")  # fmt: skip
    return st.one_of(
        st.lists(item, min_size=1, max_size=3).map("".join).map(element("ul")),
        st.lists(item, min_size=1, max_size=3).map("".join).map(element("ol")),
        task.map(element("ac:task-list")),
        some.map(element("blockquote")),
        st.builds(lambda name, body: macro(name, f"<ac:rich-text-body>{body}</ac:rich-text-body>"),
                  st.sampled_from(["info", "note", "panel", "expand", "excerpt", "ui-tab", "details"]), some),
        st.builds(lambda a, b: '<ac:layout><ac:layout-section ac:type="two_equal">'
                  f"<ac:layout-cell>{a}</ac:layout-cell><ac:layout-cell>{b}</ac:layout-cell></ac:layout-section></ac:layout>", some, some),
    )  # fmt: skip


blocks = st.recursive(
    st.one_of(paragraphs, paragraphs, headings, tables, codes, st.just("<hr/>"), plain, st.just(macro("toc", "")),
              st.just('<ac:image ac:width="30"><ri:url ri:value="https://e.org/i.png"/><ac:caption><p>c</p></ac:caption></ac:image>')),
    boxes, max_leaves=5,
)  # fmt: skip
bodies = st.lists(blocks, max_size=6).map("".join).filter(is_storage)


def check(found: list[str], target: str, dialect: str) -> None:
    names = ["T", "Page 1", "Fancy: title?"]
    pages = {str(n): (names[n - 1], None if n == 1 else "1", body) for n, body in enumerate(found, 1)}
    with TemporaryDirectory() as folder:
        made = import_values(Path(folder), pages, target, dialect)
        assert [str(loss) for loss in made.texts.losses] == []
        assert made.different() == []


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # of a long description of the strategies
@given(st.lists(bodies, min_size=1, max_size=3), st.sampled_from([*PRODUCTS]), st.sampled_from(DIALECTS))
def test_pages_as_people_make_them(found: list[str], target: str, dialect: str) -> None:
    check(found, target, dialect)


TAGS = [
    "p", "h2", "ul", "li", "table", "tr", "td", "div", "span", "strong", "code", "a", "dl", "dt", "ac:image", "ac:link", "ac:link-body", "ri:page",
    "ri:user", "ri:attachment", "ac:structured-macro", "ac:parameter", "ac:rich-text-body", "ac:plain-text-body", "ac:task", "ac:layout", "strange",
]  # fmt: skip
VALUES = [
    'ac:name="code"',
    'ac:name="info"',
    'ac:name="title"',
    'href="x y"',
    'style="color: red"',
    'ri:content-title="T"',
    'start="3"',
    "",
]
pieces = st.recursive(
    st.sampled_from(["text ", "a\n  b", "&amp;", "&nbsp;", "<!-- c -->", "<![CDATA[<x>]]>", "\ufdd0", "complete", " "]),
    lambda inner: st.builds(
        lambda tag, value, parts: f"<{tag} {value}>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS), st.sampled_from(VALUES), st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.lists(pieces, max_size=4).map("".join).filter(is_storage), st.sampled_from([*PRODUCTS]))
def test_any_storage(body: str, target: str) -> None:
    check([body], target, "gfm")


def as_values(settings: Settings, share: int) -> dict[str, tuple[str, str | None, str]]:
    """The first pages of a docs folder as they would be in Confluence, by ids."""
    rendered = convert(settings).rendered.pages
    numbers = {key: str(number) for number, key in enumerate(rendered, 1)}
    chosen = list(rendered)[:share] if share else list(rendered)
    return {
        numbers[key]: (page.title, numbers[page.parent] if page.parent else None, page.body)
        for key, page in rendered.items()
        if key in chosen
    }


def test_the_guide(tmp_path: Path, full: bool) -> None:
    for target in PRODUCTS if full else ["cloud"]:
        pages = as_values(Settings.of(GUIDE, dialect="gfm", target=target), 0 if full else SHARE)
        made = import_values(tmp_path / target, pages, target)
        assert made.different() == [] and made.texts.losses == []


@pytest.mark.skipif(not CORPORA.exists(), reason="needs ../shared")
@pytest.mark.parametrize("target", PRODUCTS)
@pytest.mark.parametrize(
    "name", ["rust-book", "mkdocs-material", "docusaurus-jest", "vitepress", "obsidian-tasks", "hugo"]
)
def test_real_documents(name: str, target: str, tmp_path: Path, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    if not full and (target != "cloud" or name not in {"rust-book", "hugo", "obsidian-tasks"}):
        pytest.skip("the other corpora need --full")
    dialects = {
        "rust-book": "mdbook",
        "docusaurus-jest": "docusaurus",
        "obsidian-tasks": "obsidian",
        "mkdocs-material": "mkdocs",
    }
    dialect = dialects.get(name, name)
    settings = Settings.of(CORPORA / name, dialect=dialect, gitignore=False, target=target)
    made = import_values(tmp_path, as_values(settings, 0 if full else SHARE), target, dialect)
    with capsys.disabled():
        found = made.texts
        print(
            f"\n{name} on {target}: {len(made.pages)} pages, {found.blocks} blocks, {found.storage} as storage", end=""
        )
    assert made.different() == []
