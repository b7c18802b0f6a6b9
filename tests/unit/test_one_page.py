"""A stored body as Markdown to be read: it never fails, and loses nothing in silence."""

from publisher.convert.onepage import page_markdown
from publisher.storage import DATACENTER


def test_a_body_is_markdown() -> None:
    body = (
        '<h2>Part</h2><p>Ask <ac:link><ri:user ri:account-id="1"/></ac:link>, <strong>now</strong>.</p>'
        '<table data-table-width="760" data-layout="default"><tbody><tr><th>a</th></tr><tr><td>1</td></tr></tbody></table>'
        '<ac:image ac:original-width="30"><ri:attachment ri:filename="a.png"/></ac:image>'
    )
    assert page_markdown(body, people={"1": "ada"}) == (
        "## Part\n\nAsk @ada, **now**.\n\n| a |\n| --- |\n| 1 |\n\n![](a.png)\n"
    )
    linked = '<p><ac:link><ri:page ri:content-title="T"/><ac:link-body>x</ac:link-body></ac:link></p>'
    assert page_markdown(linked, page=lambda address: f"title:{address.title}") == "[x](title:T)\n"


def test_what_markdown_cannot_say_stays() -> None:
    assert page_markdown("<p/>") == "```confluence\n<p/>\n```\n"
    assert page_markdown("<p>a", product=DATACENTER) == "```xml\n<p>a\n```\n"
    assert "javascript:x" in page_markdown('<p><a href="javascript:x">y</a></p><p>z</p>')
    assert page_markdown("") == ""
