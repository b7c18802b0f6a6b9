"""From a folder to storage format: titles, links, safety."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.convert.compose import Conversion, convert
from publisher.markdown.parse import parse_document
from publisher.model.options.pages import TreeOptions
from publisher.model.settings import Settings
from publisher.pagetree.files import bad_bytes
from publisher.source.git.remotes import blob_base
from publisher.storage import canonical, parse_body


def build(root: Path, files: dict[str, str | bytes]) -> Conversion:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return convert(Settings.of(root, banner="off"))


def test_tree_titles_and_links(tmp_path: Path) -> None:
    result = build(
        tmp_path,
        {
            "index.md": "# Home\n\n[api](api/index.md#two-words) [self](#down)\n\n## Down\n",
            "api/index.md": "# Overview\n\n## Two words\n",
            "billing/README.md": "# Overview\n",
            "plain/only.md": "text\n",
        },
    )
    pages = result.rendered.pages
    assert [(p.key, p.title, p.parent) for p in pages.values()] == [
        ("index.md", "Home", None),
        ("api/index.md", "Overview", "index.md"),
        ("billing/README.md", "Overview (Billing)", "index.md"),
        ("plain/", "Plain", "index.md"),
        ("plain/only.md", "Only", "plain/"),
    ]
    assert '<ac:link ac:anchor="two-words"><ri:page ri:content-title="Overview"/>' in pages["index.md"].body
    assert "Overview-two-words</ac:parameter>" in pages["api/index.md"].body
    assert 'ac:name="children"' in pages["plain/"].body
    assert "<h1>" not in pages["index.md"].body


def test_equal_explicit_titles_are_an_error(tmp_path: Path) -> None:
    result = build(tmp_path, {"a.md": "---\ntitle: T\n---\n", "b.md": "---\ntitle: t\n---\n"})
    assert [(p.code, p.path) for p in result.problems if p.code == "duplicate-title"] == [("duplicate-title", "b.md")]


def test_hostile_html_and_links(tmp_path: Path) -> None:
    source = "<script>alert(1)</script>\n\n<b onclick='x'>bold\n\n[x](javascript:alert(1)) <iframe src=x></iframe>\n"
    result = build(tmp_path, {"a.md": source})
    body = result.rendered.pages["a.md"].body
    assert "script" not in body and "onclick" not in body and "iframe" not in body and "bold" in body
    assert {p.code for p in result.problems} >= {"unsafe-html", "unsafe-link"}


def test_images(tmp_path: Path) -> None:
    lfs = b"version https://git-lfs.github.com/spec/v1\n"
    files: dict[str, str | bytes] = {
        "a.md": "![x](i.png)\n![y](gone.png)\n![z](l.png)\n",
        "i.png": b"\x89PNG....",
        "l.png": lfs,
    }
    result = build(tmp_path, files)
    assert {(p.code, p.line) for p in result.problems} == {("missing-image", 2), ("bad-image", 3)}
    assert [a.name for a in result.rendered.pages["a.md"].attachments] == ["i.png"]


@pytest.mark.parametrize("when", ["its link is resolved", "its page is written"])
@pytest.mark.parametrize("name", ["a.png", "a.svg", "a.drawio"])
def test_a_file_that_goes_while_the_documents_are_converted_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, when: str
) -> None:
    def look(path: Path, suffix: str = "") -> tuple[str, str] | None:
        found = None if when == "its page is written" else bad_bytes(tmp_path / "gone", suffix)
        path.unlink(missing_ok=True)
        return found

    monkeypatch.setattr("publisher.pagetree.links.bad_bytes", look)
    result = build(tmp_path, {"a.md": f"# A\n\n![x]({name})\n", "b.md": f"# B\n\n[x]({name})\n", name: b"\x89PNG...."})
    told = [item for item in result.problems if item.code == "bad-image"]
    assert {item.path for item in told} == {"a.md", "b.md"} and "cannot be read: No such file" in told[0].message
    assert {item.code for item in result.problems} <= {"bad-image", "not-drawn", "no-drawer"}
    assert all(page.attachments == () for page in result.rendered.pages.values())


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r/blob/main/"),
        ("git@gitlab.com:g/s/r.git", "https://gitlab.com/g/s/r/-/blob/main/"),
        ("ssh://git@bitbucket.org/o/r", "https://bitbucket.org/o/r/src/main/"),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r/src/branch/main/"),
        ("nonsense", ""),
    ],
)
def test_repository_addresses(remote: str, expected: str) -> None:
    assert blob_base(remote, "main") == expected


@given(st.text(alphabet=st.sampled_from("ab <>&[]()!*_`~#-+|\\\n\t:\"'{}=?/>1.x\x07😀"), max_size=120))
def test_any_text_gives_a_well_formed_body(text: str) -> None:
    from publisher.model.tree import SourceFile, SourceTree
    from publisher.pagetree.build import build_pagetree
    from publisher.render.page import render_pages

    document = parse_document("a.md", text.encode())
    root = Path("/nowhere")
    tree = build_pagetree(SourceTree(root, (SourceFile("a.md", root),), {}, {}), [document], TreeOptions())
    for page in render_pages(tree).pages.values():
        parse_body(page.body)


def test_canonical_form_forgives_what_confluence_rewrites() -> None:
    sent = '<p>a<br/></p><ac:structured-macro ac:name="toc" ac:schema-version="1"/>'
    stored = '<p>a<br /></p><ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="1-2" />'
    assert canonical(sent) == canonical(stored)
    assert canonical("<p>a</p>") != canonical("<p>b</p>")


def test_a_time_that_is_never_closed_takes_no_text_with_it() -> None:
    from publisher.markdown.parse import parse_document

    document = parse_document("a.md", b'a <time datetime="2026-01-31">Jan</time> b <time datetime="2026-02-01">c d\n')
    assert "b" in str(document.blocks) and "c d" in str(document.blocks) and "Jan" not in str(document.blocks)
