"""The checker finds what Confluence would refuse, drop or mangle."""

import pytest

from publisher.storage import check_storage

MACRO = '<ac:structured-macro ac:name="{}"><ac:rich-text-body>{}</ac:rich-text-body></ac:structured-macro>'
PARAMETER = '<ac:parameter ac:name="{}">{}</ac:parameter>'
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
        ('<p class="x">y</p>', "the attribute class of p says nothing"),
        (
            f'<ac:structured-macro ac:name="toc">{PARAMETER.format("minLevel", 1) * 2}</ac:structured-macro>',
            "a parameter twice",
        ),
        (
            f'<ac:structured-macro ac:name="toc">{PARAMETER.format("odd", 1)}</ac:structured-macro>',
            "has no parameter odd",
        ),
        (
            f'<p><ac:structured-macro ac:name="status">{PARAMETER.format("title", "x")}{PARAMETER.format("colour", "Pink")}</ac:structured-macro></p>',
            "cannot be 'Pink'",
        ),
        (
            '<ac:structured-macro ac:name="code"><ac:plain-text-body>x</ac:plain-text-body><ac:plain-text-body>y</ac:plain-text-body></ac:structured-macro>',
            "two bodies",
        ),
        (
            f'<ac:structured-macro ac:name="code">{PARAMETER.format("language", "klingon")}<ac:plain-text-body>x</ac:plain-text-body></ac:structured-macro>',
            "'klingon' is not known",
        ),
        ('<ac:image ac:layout="odd"><ri:url ri:value="https://x.y"/></ac:image>', "the layout of an image"),
        (
            '<p><ac:image><ri:url ri:value="https://x.y"/><ac:caption><p>c</p></ac:caption></ac:image></p>',
            "caption that is lost",
        ),
        (
            '<p><ac:link><ri:page ri:content-title="a"/><ri:page ri:content-title="b"/><ac:link-body>x</ac:link-body></ac:link></p>',
            "two targets",
        ),
        (
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>maybe</ac:task-status><ac:task-body>x</ac:task-body></ac:task></ac:task-list>",
            "neither complete",
        ),
        (
            '<ac:layout><ac:layout-section ac:type="two_equal"><ac:layout-cell><p>x</p></ac:layout-cell></ac:layout-section></ac:layout>',
            "with 1 cells",
        ),
        ('<table data-layout="odd"><tbody><tr><td><p>x</p></td></tr></tbody></table>', "the layout of a table"),
        ('<p><time datetime="today"/></p>', "2026-01-31"),
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
