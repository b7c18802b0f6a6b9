"""The checker finds what Confluence would refuse, drop or mangle."""

import pytest

from publisher.storage import check_storage

MACRO = '<ac:structured-macro ac:name="{}"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
TABLE = "<table><tbody><tr><td><p>x</p></td></tr></tbody></table>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<p>a", "not well-formed"),
        ("<p><p>a</p></p>", "block p in p"),
        (f"<p>{MACRO.format('info', '<p>x</p>')}</p>", "in p"),
        ("<ul><p>x</p></ul>", "p in ul"),
        ("<ul><li><h2>x</h2></li></ul>", "h2 in item"),
        (f"<ul><li>{TABLE}</li></ul>", "table in item"),
        (f"<ul><li><ul><li>{TABLE}</li></ul></li></ul>", "table in item"),
        (MACRO.format("info", TABLE), "table in panel"),
        (MACRO.format("info", MACRO.format("tip", "<p>x</p>")), "panel in panel"),
        ("<blockquote><blockquote><p>x</p></blockquote></blockquote>", "blockquote in quote"),
        (f"<table><tbody><tr><td>{TABLE}</td></tr></tbody></table>", "table in cell"),
        ('<ac:image ac:width="50%"><ri:url ri:value="https://x.y"/></ac:image>', "pixels"),
        ("<ac:image/>", "exactly one source"),
        ('<p><a href="javascript:x">y</a></p>', "javascript"),
        ('<p><a href="other.md">y</a></p>', "other.md"),
        ('<p><a href="https://a.b"><strong><a href="https://c.d">y</a></strong></a></p>', "a link in a link"),
        (
            '<p><ac:link><ri:page ri:content-title="a"/><ac:link-body><a href="https://c.d">y</a></ac:link-body></ac:link></p>',
            "a link in",
        ),
        ("<ac:structured-macro/>", "without a name"),
        ("<video/>", "video"),
        ("<p>" + "x" * (5 * 1024 * 1024) + "</p>", "bytes"),
    ],
)
def test_violations(body: str, words: str) -> None:
    assert any(words in violation for violation in check_storage(body)), check_storage(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>a <strong>b <em>c</em></strong><br/></p><hr/>",
        MACRO.format("expand", TABLE + MACRO.format("info", "<h2>x</h2><ul><li><p>y</p></li></ul>")),
        f"<table><tbody><tr><td>{MACRO.format('info', '<p>x</p>')}</td></tr></tbody></table>",
        '<ul><li><p><ac:image ac:width="3"><ri:attachment ri:filename="a"/></ac:image></p></li></ul>',
    ],
)
def test_what_is_right(body: str) -> None:
    assert check_storage(body) == []
