"""Two versions of a page, compared as people read them."""

import re

import pytest

from publisher.sandbox.view.compare import compare_pages, compare_words


def words(html: str, kind: str) -> list[str]:
    """The texts in ``<ins>`` or ``<del>``."""
    return [re.sub("<[^>]*>", "", found) for found in re.findall(f"<{kind}>(.*?)</{kind}>", html, re.S)]


def without(html: str, kind: str) -> str:
    """The text that is left when the words of one kind are taken out."""
    return re.sub("<[^>]*>", "", re.sub(f"<{kind}>.*?</{kind}>", "", html, flags=re.S))


@pytest.mark.parametrize(
    ("old", "new", "gone", "came"),
    [
        ("<p>one two three</p>", "<p>one 2 three</p>", ["two"], ["2"]),
        ("<p>a b c d e f</p>", "<p>a x y d e f</p>", ["b c"], ["x y"]),  # nothing but a blank between two changes
        ("<p>a <strong>bold</strong> word</p>", "<p>a bold word</p>", ["bold"], ["bold"]),
        ('<p>see <a href="/1">it</a> now</p>', '<p>see <a href="/2">it</a> now</p>', ["it"], ["it"]),
        ("<p>same</p>", "<p>same</p><p>more words</p>", [], ["more words"]),
        ("<p>same</p><p>more words</p>", "<p>same</p>", ["more words"], []),
        ("<ul><li>a b c</li><li>d</li></ul>", "<ul><li>a b x</li><li>d</li></ul>", ["c"], ["x"]),
        ("<ul><li>one item<ul><li>deep thing</li></ul></li></ul>", "<ul><li>one item<ul><li>deep word</li></ul></li></ul>", ["thing"], ["word"]),
        ("<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>", "<table><tbody><tr><td>1</td><td>3</td></tr></tbody></table>", ["2"], ["3"]),
        ('<div class="panel info"><svg></svg><p>blue</p></div>', '<div class="panel info"><svg></svg><p>red</p></div>', ["blue"], ["red"]),
    ],
)  # fmt: skip
def test_words_that_came_and_went_are_marked(old: str, new: str, gone: list[str], came: list[str]) -> None:
    found = str(compare_pages(old, new))
    assert (words(found, "del"), words(found, "ins")) == (gone, came)


def test_lines_of_code_stay_lines() -> None:
    line = '<span class="line">{}</span>'
    old = f"<pre><code>{line.format('a = 1')}\n{line.format('b = 2')}</code></pre>"
    new = f"<pre><code>{line.format('a = 1')}\n{line.format('b = 3')}\n{line.format('c = 4')}</code></pre>"
    found = str(compare_pages(old, new))
    assert found.count('class="line') == 3 and words(found, "ins") == ["3", "c = 4"] and words(found, "del") == ["2"]
    assert without(found, "del") == "a = 1\nb = 3\nc = 4"


def test_what_is_taken_out_gives_either_version() -> None:
    old = "<h2>A title</h2><p>First <em>of</em> all, a text.</p><p>Second one.</p><ol><li>x</li></ol>"
    new = "<h2>The title</h2><p>First of all, another <code>text</code>.</p><ol><li>x</li><li>y</li></ol>"
    found = str(compare_pages(old, new))
    assert without(found, "ins") == re.sub("<[^>]*>", "", old)
    assert without(found, "del") == re.sub("<[^>]*>", "", new)


def test_no_difference_for_a_reader_is_empty() -> None:
    assert compare_pages("<p>a</p>", "<p>a</p>") == "" and compare_pages("", "") == ""


def test_what_the_document_strikes_out_is_no_change() -> None:
    assert compare_pages("<p><del>gone</del></p>", "<p><del>gone</del></p>") == ""


def test_long_passages_without_a_change_are_folded() -> None:
    same = "".join(f"<p>paragraph {number}</p>" for number in range(20))
    found = str(compare_pages(same + "<p>a b c</p>", same + "<p>a b d</p>"))
    assert "19 blocks without a change" in found and found.index("</details>") < found.index("paragraph 19")


def test_ids_of_what_went_are_left_out_and_text_stays_escaped() -> None:
    found = str(
        compare_pages('<h2 id="x">gone entirely</h2><p>k</p>', '<p id="x">k</p><p>&lt;script&gt; &amp; more</p>')
    )
    assert found.count('id="x"') == 1 and "<script" not in found and "&lt;" in found and "&amp;" in found


def test_titles() -> None:
    assert compare_words("Old & title", "New & title") == "<del>Old</del><ins>New</ins> &amp; title"


def test_very_long_lines_are_exchanged_whole() -> None:
    found = str(compare_pages("<p>" + "a b " * 4000 + "</p>", "<p>" + "a c " * 4000 + "</p>"))
    assert len(words(found, "del")) == len(words(found, "ins")) == 1
