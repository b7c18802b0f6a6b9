"""The extension examples of GitHub Flavored Markdown 0.29, in meaning: tables, tasks, strikethrough, autolinks."""

import re
from typing import Any

import pytest
from golden.test_commonmark import meaning, storage_of
from lxml import html

from publisher.storage import parse_body

# Number in the GFM specification → (Markdown, HTML as the specification gives it).
EXAMPLES = {
    198: ("| foo | bar |\n| --- | --- |\n| baz | bim |",
          "<table><tr><th>foo</th><th>bar</th></tr><tr><td>baz</td><td>bim</td></tr></table>"),
    199: ("| abc | defghi |\n:-: | -----------:\nbar | baz",
          "<table><tr><th>abc</th><th>defghi</th></tr><tr><td>bar</td><td>baz</td></tr></table>"),
    200: ("| f\\|oo  |\n| ------ |\n| b `\\|` az |\n| b **\\|** im |",
          "<table><tr><th>f|oo</th></tr><tr><td>b <code>|</code> az</td></tr><tr><td>b <strong>|</strong> im</td></tr></table>"),
    201: ("| abc | def |\n| --- | --- |\n| bar | baz |\n> bar",
          "<table><tr><th>abc</th><th>def</th></tr><tr><td>bar</td><td>baz</td></tr></table><blockquote><p>bar</p></blockquote>"),
    202: ("| abc | def |\n| --- | --- |\n| bar | baz |\nbar\n\nbar",
          "<table><tr><th>abc</th><th>def</th></tr><tr><td>bar</td><td>baz</td></tr><tr><td>bar</td><td></td></tr></table><p>bar</p>"),
    203: ("| abc | def |\n| --- |\n| bar |", "<p>| abc | def |\n| --- |\n| bar |</p>"),
    204: ("| abc | def |\n| --- | --- |\n| bar |\n| bar | baz | boo |",
          "<table><tr><th>abc</th><th>def</th></tr><tr><td>bar</td><td></td></tr><tr><td>bar</td><td>baz</td></tr></table>"),
    205: ("| abc | def |\n| --- | --- |", "<table><tr><th>abc</th><th>def</th></tr></table>"),
    491: ("~~Hi~~ Hello, ~there~ world!", "<p><del>Hi</del> Hello, ~there~ world!</p>"),
    492: ("This ~~has a\n\nnew paragraph~~.", "<p>This ~~has a</p><p>new paragraph~~.</p>"),
    493: ("This will ~~~not~~~ strike.", "<p>This will ~~~not~~~ strike.</p>"),
    622: ("www.commonmark.org", '<p><a href="http://www.commonmark.org">www.commonmark.org</a></p>'),
    623: ("Visit www.commonmark.org/help for more information.",
          '<p>Visit <a href="http://www.commonmark.org/help">www.commonmark.org/help</a> for more information.</p>'),
    624: ("Visit www.commonmark.org.\n\nVisit www.commonmark.org/a.b.",
          '<p>Visit <a href="http://www.commonmark.org">www.commonmark.org</a>.</p>'
          '<p>Visit <a href="http://www.commonmark.org/a.b">www.commonmark.org/a.b</a>.</p>'),
    625: ("www.google.com/search?q=Markup+(business)\n\n(www.google.com/search?q=Markup+(business))",
          '<p><a href="http://www.google.com/search?q=Markup+(business)">www.google.com/search?q=Markup+(business)</a></p>'
          '<p>(<a href="http://www.google.com/search?q=Markup+(business)">www.google.com/search?q=Markup+(business)</a>)</p>'),
    626: ("www.google.com/search?q=(business))+ok",
          '<p><a href="http://www.google.com/search?q=(business))+ok">www.google.com/search?q=(business))+ok</a></p>'),
    627: ("www.google.com/search?q=commonmark&hl=en\n\nwww.google.com/search?q=commonmark&hl;",
          '<p><a href="http://www.google.com/search?q=commonmark&amp;hl=en">www.google.com/search?q=commonmark&amp;hl=en</a></p>'
          '<p><a href="http://www.google.com/search?q=commonmark">www.google.com/search?q=commonmark</a>&amp;hl;</p>'),
    628: ("www.commonmark.org/he<lp", '<p><a href="http://www.commonmark.org/he">www.commonmark.org/he</a>&lt;lp</p>'),
    629: ("http://commonmark.org\n\n(Visit https://encrypted.google.com/search?q=Markup+(business))",
          '<p><a href="http://commonmark.org">http://commonmark.org</a></p><p>(Visit '
          '<a href="https://encrypted.google.com/search?q=Markup+(business)">https://encrypted.google.com/search?q=Markup+(business)</a>)</p>'),
    630: ("foo@bar.baz", '<p><a href="mailto:foo@bar.baz">foo@bar.baz</a></p>'),
    631: ("hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
          "<p>hello@mail+xyz.example isn't valid, but "
          '<a href="mailto:hello+xyz@mail.example">hello+xyz@mail.example</a> is.</p>'),
    632: ("a.b-c_d@a.b\n\na.b-c_d@a.b.\n\na.b-c_d@a.b-\n\na.b-c_d@a.b_",
          '<p><a href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a></p><p><a href="mailto:a.b-c_d@a.b">a.b-c_d@a.b</a>.</p>'
          "<p>a.b-c_d@a.b-</p><p>a.b-c_d@a.b_</p>"),
}  # fmt: skip
AC = "{http://atlassian.com/content}"
#: Number in the specification → (Markdown, (status, text) of each task with the tasks below it).
TASKS = {
    279: ("- [ ] foo\n- [x] bar", [("incomplete", "foo", []), ("complete", "bar", [])]),
    280: (
        "- [x] foo\n  - [ ] bar\n  - [x] baz\n- [ ] bim",
        [("complete", "foo", [("incomplete", "bar", []), ("complete", "baz", [])]), ("incomplete", "bim", [])],
    ),
}


def unframed(text: str) -> str:
    """Without what storage adds: the body of a table, paragraphs in cells, a layout."""
    text = re.sub(r"</?tbody>| data-layout=\"default\"|<p />", "", text)
    return re.sub(r"<(t[dh])><p(?: style=[^>]*)?>(.*?)</p></\1>", r"<\1>\2</\1>", text)


@pytest.mark.parametrize("number", EXAMPLES)
def test_example(number: int) -> None:
    markdown, expected = EXAMPLES[number]
    found = parse_body(unframed(storage_of(markdown)))
    assert meaning(found) == meaning(html.fragment_fromstring(expected, create_parent="root"))


def tasks_of(element: Any) -> list[Any]:
    """The tasks of the list in an element: below a task, or in its body (Data Center)."""
    found = []
    for task in element.findall(f"{AC}task-list/{AC}task"):
        body = task.find(AC + "task-body")
        text = (body.text or "") + "".join(p.text or "" for p in body.findall("p"))
        found.append((task.findtext(AC + "task-status"), text.strip(), tasks_of(task) + tasks_of(body)))
    return found


@pytest.mark.parametrize("number", TASKS)
def test_tasks(number: int) -> None:
    markdown, expected = TASKS[number]
    assert tasks_of(parse_body(storage_of(markdown))) == expected


def test_the_tag_filter_652() -> None:
    """No tag that GitHub filters is an element on the page; the text in `<xmp>` stays."""
    markdown = "<strong> <title> <style> <em>\n\n<blockquote>\n  <xmp> is disallowed.  <XMP> is also disallowed.\n</blockquote>"
    page = parse_body(storage_of(markdown))
    filtered = {"title", "textarea", "style", "xmp", "iframe", "noembed", "noframes", "script", "plaintext"}
    assert not filtered & {str(element.tag) for element in page.iter()}
    [found] = page.findall("blockquote")
    quote = "".join(map(str, found.itertext()))
    assert "is disallowed." in quote and "is also disallowed." in quote
    assert "<title> <style>" in "".join(map(str, page.itertext()))
