"""A conversion that was kept as a whole: `convert --output` again converts nothing where nothing has changed, and only there."""

from pathlib import Path

import pytest
from world import run_cli

from publisher.convert import includes, settled
from publisher.convert.cache import ConversionCache
from publisher.convert.compose import convert
from publisher.convert.sources import read_source
from publisher.convert.store import Store
from publisher.model.settings import Settings
from publisher.source.signs import detect_dialect

PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='{}' height='9'/>"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(25):
        (folder / f"p{number}.md").write_text(f"# Page {number}\n\nwords [next](p{(number + 1) % 25}.md)\n")
    (folder / "index.md").write_text('# Home\n\n![a picture](pic.svg)\n\n--8<-- "more.txt"\n')
    (folder / "pic.svg").write_text(PICTURE.format(40))
    return folder


def settings_of(docs: Path, **more: object) -> Settings:
    return Settings.of(docs, cache=str(docs.parent / "cache"), **{"syntax": ("+includes",), **more})


def is_kept(docs: Path, **more: object) -> bool:
    settings = settings_of(docs, **more)
    return settled.find_settled(settings, read_source(settings)) is not None


def keep(docs: Path, **more: object) -> bool:
    """Converts and keeps it. Whether it is found after that."""
    settings, memory = settings_of(docs, **more), ConversionCache()
    made = convert(settings, None, memory)
    settled.keep_settled(settings, made, {key: parsed.read for key, parsed in memory.documents.items()})
    return is_kept(docs, **more)


def test_what_nobody_changed_is_not_converted_again(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (docs / "p3.md").write_text("# Page 3\n\n[nowhere](gone.md)\n")
    out = docs.parent / "out"
    words = ("convert", str(docs), "--output", str(out), "--cache", str(docs.parent / "cache"), "--strict")
    first = run_cli(*words, code=3)
    assert "broken-link" in first and "26 pages written" in first
    with monkeypatch.context() as patched:
        patched.setattr("publisher.checking.convert_chosen", None)
        assert run_cli(*words, code=3) == first
    (out / "p4.xhtml").write_text("edited")
    assert run_cli(*words, code=3) == first
    assert "words" in (out / "p4.xhtml").read_text()
    (docs / "p4.md").write_text("# Page 4\n\nother\n")
    (docs / "p3.md").write_text("# Page 3\n")
    assert "broken-link" not in run_cli(*words)
    assert "other" in (out / "p4.xhtml").read_text()


def test_files_that_pages_show_or_include_count(docs: Path) -> None:
    assert not is_kept(docs)
    assert keep(docs)
    (docs / "pic.svg").write_text(PICTURE.format(41))
    assert not is_kept(docs)
    assert keep(docs)
    (docs / "more.txt").write_text("it was asked for, and was not there")
    assert not is_kept(docs)
    assert keep(docs)
    (docs / "more.txt").write_text("other words")
    assert not is_kept(docs)


def test_a_text_that_is_too_long_to_include_is_read_by_the_same_rule(docs: Path) -> None:
    (docs / "more.txt").write_text("x" * (includes.MOST_INCLUDED + 1))
    keep(docs)
    (docs / "more.txt").write_text("short")
    assert not is_kept(docs)


def test_settings_and_signs_of_the_project_count(docs: Path) -> None:
    assert keep(docs) and not is_kept(docs, title_suffix=" (x)") and not is_kept(docs, target="datacenter")
    assert is_kept(docs, workers=1)
    (docs / "book.toml").write_text("")
    assert not is_kept(docs)


@pytest.mark.parametrize("text", ["[x](../LICENSE)", "[x](/../LICENSE)", "[x](%2e%2e/LICENSE)", "![x](../x.png)"])
def test_what_depends_on_files_outside_of_the_docs_is_not_kept(docs: Path, text: str) -> None:
    (docs / "p1.md").write_text(f"# One\n\n{text}\n")
    assert not keep(docs)


def test_links_up_inside_of_the_docs_are_kept(docs: Path) -> None:
    (docs / "part").mkdir()
    (docs / "part" / "a.md").write_text("# A\n\n[up](../p1.md) [gone](../gone.md)\n")
    assert keep(docs)


@pytest.mark.parametrize(
    "more", [{"remote_images": "download"}, {"compat": "mark"}, {"adopt": True}, {"cache": "off"}, {"templates": "own"}]
)
def test_where_more_has_a_part_in_it_nothing_is_kept(docs: Path, more: dict[str, object]) -> None:
    (docs.parent / "own").mkdir()
    if "templates" in more:
        more = {"templates": str(docs.parent / "own")}
    settings = settings_of(docs).replace(**more)
    settled.keep_settled(settings, convert(settings_of(docs)), {})
    assert settled.find_settled(settings, read_source(settings)) is None


def test_damage_is_no_conversion(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert keep(docs)
    for value in (b"", b"no JSON", b"[1]", b"[[], {}, 3, {}]", b'[[["a"]], {}, {}, {}]', b'[[], {}, {}, {"x.md": []}]'):
        monkeypatch.setattr(Store, "read", lambda store, keys, value=value: dict.fromkeys(keys, value))
        assert not is_kept(docs), value


def test_files_tell_the_dialect(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (tmp_path / "mkdocs.yml").write_text("")
    assert (detect_dialect(docs, None), detect_dialect(docs, tmp_path)) == ("gfm", "mkdocs")


@pytest.mark.parametrize(
    ("files", "dialect"),
    [
        ({"_config.yml": ""}, "jekyll"),
        ({"_config.yml": "", "_toc.yml": ""}, "myst"),
        ({"_toc.yml": ""}, "gfm"),
        ({"myst.yml": ""}, "myst"),
        ({"conf.py": 'extensions = ["sphinx.ext.todo", "myst_parser"]\n'}, "myst"),
        ({"conf.py": "extensions = [\n    'myst_nb',\n]\n"}, "myst"),
        ({"conf.py": '# extensions = ["myst_parser"]\n'}, "gfm"),
        ({"conf.py": "import x\n"}, "gfm"),
    ],
)
def test_files_of_sphinx_and_jupyter_book_tell_the_dialect(tmp_path: Path, files: dict[str, str], dialect: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert detect_dialect(tmp_path, None) == dialect
