"""Names of files from titles and attachments, which anybody may have written; the layout of the folder."""

import unicodedata
from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from publisher.importing.layout import lay_out, place_files
from publisher.importing.names import is_safe_file, slug_of
from publisher.importing.values import Listing
from publisher.model.snapshot import RemotePage
from publisher.pagetree.nodes import natural_order

HOSTILE = [
    "../../etc/passwd", "/etc/passwd", "C:\\x", "a\0b", "CON", "nul", "COM1", "index", "README", "_index", "SUMMARY", "attachments",
    "x" * 300, "字" * 200, "..", ".", "", " ", "🚀", "a/b", "a\\b", "Straße", "STRASSE", "é", "e\u0301", "a:b?*|<>\"", "trailing.", "Über uns ",
    "\u202eexe.md", ".git", "node_modules", "-rf", "--force", "~", "$HOME", "%PATH%", "a\nb",
]  # fmt: skip


def page(number: str, title: str, parent: str | None, position: int | None = None) -> RemotePage:
    return RemotePage(
        id=number, title=title, parent=parent, version=1, message="", author="", url="", position=position
    )


def listing(*titles: str) -> Listing:
    rows = {"1": page("1", "Top", None)} | {str(n): page(str(n), title, "1") for n, title in enumerate(titles, 2)}
    return Listing(rows, {number: row.parent for number, row in rows.items()})


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=40), min_size=1, max_size=8))
def test_every_document_has_a_path_of_its_own_in_the_folder(titles: list[str]) -> None:
    keys = list(lay_out(listing(*titles), {}, comments=True).keys.values())
    folded = [unicodedata.normalize("NFKC", key).casefold() for key in keys]
    assert len(set(folded)) == len(keys)
    for key in keys:
        path = PurePosixPath(key)
        assert not path.is_absolute() and ".." not in path.parts and path.suffix == ".md"
        assert all(len(part.encode()) <= 130 and part[0] not in ".-~" and "\0" not in part for part in path.parts)
        assert not set(key) & set('\\:?*|<>"\n\t ') and key == unicodedata.normalize("NFC", key)
        stem = path.stem.casefold()
        assert key == "index.md" or stem not in {"index", "readme", "_index", "summary", "con", "nul", "com1"}


def test_names_are_readable() -> None:
    found = [slug_of(title, "7") for title in ("Getting started!", "  A & B / C ", "Über uns", "🚀", "CON", "Index")]
    assert found == ["getting-started", "a-b-c", "über-uns", "page-7", "con-page", "index-page"]


def test_a_name_stays_when_a_page_is_added_or_retitled() -> None:
    first = lay_out(listing("Setup", "setup?"), {}, comments=False).keys
    assert [first["2"], first["3"]] == ["setup.md", "setup-2.md"]
    again = lay_out(listing("Installation", "setup?", "Setup!"), first, comments=False).keys
    assert [again[n] for n in "234"] == ["setup.md", "setup-2.md", "setup-3.md"]


def test_numbers_stand_only_where_the_names_do_not_give_the_order() -> None:
    assert lay_out(listing("A", "B", "C"), {}, comments=False).orders == {}
    assert lay_out(listing("2 last", "10 first"), {}, comments=False).orders == {}
    assert lay_out(listing("Z", "A", "B", "C"), {}, comments=False).orders == {"2": 1}
    orders = lay_out(listing("C", "B", "A"), {}, comments=False).orders
    assert orders == {"2": 1, "3": 2}
    assert natural_order("a2") < natural_order("a10")


def test_a_file_that_pages_share_is_there_once() -> None:
    rows = {
        "1": page("1", "Top", None), "2": page("2", "One", "1"), "3": page("3", "Two", "1"), "4": page("4", "Deep", "2"),
        "5": page("5", "Deeper", "2"),
    }  # fmt: skip
    layout = lay_out(Listing(rows, {n: row.parent for n, row in rows.items()}), {}, comments=False)
    found = place_files(
        layout,
        {
            "4": {"a.png": "x", "../e.png": "x"},
            "5": {"a.png": "x"},
            "3": {"b.png": "y", "A.PNG": "q"},
            "2": {"b.png": "z"},
            "1": {"a.png": "w"},
        },
    )
    assert found == {
        ("4", "a.png"): "one/attachments/a.png", ("5", "a.png"): "one/attachments/a.png", ("3", "b.png"): "attachments/b.png",
        ("3", "A.PNG"): "attachments/A.PNG", ("2", "b.png"): "one/attachments/b.png", ("1", "a.png"): "attachments/index/a.png",
    }  # fmt: skip


def test_which_names_a_file_can_have() -> None:
    assert all(map(is_safe_file, ["a.png", "Mein Bild (1).png", "字.pdf", "a.b.c.drawio", "@2x.png"]))
    wrong = [
        *HOSTILE,
        "con.png",
        "notes.md",
        "a.MDX",
        ".hidden.png",
        "a.png ",
        "e\u0301.png",
        "x" * 250 + ".png",
        "none",
    ]
    assert [name for name in wrong if is_safe_file(name)] == []
