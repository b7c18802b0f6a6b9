"""markdown/writing/html: what Markdown has no table or list for is written as HTML, and read back."""

import pytest

from publisher.markdown.dialects import DIALECTS
from publisher.markdown.grammar import Grammar
from publisher.markdown.parse import parse_document
from publisher.markdown.writing.html import html_blocks, html_line, html_table
from publisher.markdown.writing.style import NoForm
from publisher.model.document import Block, Table
from publisher.model.inlines import Issue
from publisher.model.normal import normal_blocks

GFM = Grammar(DIALECTS["gfm"])


def parsed(text: str) -> tuple[Block, ...]:
    return tuple(parse_document("a.md", text.encode(), GFM).blocks)


@pytest.mark.parametrize(
    "inner",
    [
        "<ul><li>a</li><li>b<ol start=\"3\"><li>c</li></ol></li></ul>",
        "<p>one</p><p>two</p>",
        "<h2 align=\"center\">head <b>b</b></h2>",
        "<h3>head</h3><hr/><blockquote><p>quote</p></blockquote>",
        "<pre><code class=\"language-python\">x = 1\ny &lt; 2</code></pre>",
        "a <b>b <code>c &amp; d</code></b><br/><a href=\"https://e.example/?a=1&amp;b\">e</a>",
        "<img src=\"p.png\" alt=\"a &quot;b&quot;\" width=\"30\"/>",
    ],
)  # fmt: skip
def test_what_a_cell_holds_comes_back(inner: str) -> None:
    text = f'<table><thead><tr><th>h</th><th align="right">i</th></tr></thead><tbody><tr><td colspan="2">{inner}</td></tr></tbody></table>\n'
    [table] = parsed(text)
    assert isinstance(table, Table)
    again = parsed("\n".join(html_table(table)) + "\n")
    assert normal_blocks(again) == normal_blocks((table,))


def test_what_html_does_not_know_has_no_form() -> None:
    with pytest.raises(NoForm):
        html_line((Issue("ABC-1"),))
    with pytest.raises(NoForm):
        html_blocks(parsed("- [ ] open\n"))
    with pytest.raises(NoForm):
        html_blocks(parsed("```py title=x\na\n\nb\n```\n"))
