"""The canonical form: what is one page and what is two (docs/storage-format.md#canonical-form)."""

import pytest

from publisher.storage import PageNames, canonical, canonical_parts

NAMES = PageNames("https://x.atlassian.net/wiki", {"7": ("T", ""), "8": ("U", "B")})
BY_TITLE = '<ac:link><ri:page ri:content-title="T"/><ac:link-body>b <em>c</em></ac:link-body></ac:link>'


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<p local-id="1">a <ac:inline-comment-marker ac:ref="x">b</ac:inline-comment-marker></p>', "<p>a b</p>"),
        ('<ac:structured-macro ac:name="toc" ac:macro-id="7" ac:schema-version="1"/>', '<ac:structured-macro ac:name="toc"/>'),
        ("<ul> <li>a</li> </ul>", "<ul><li>a</li></ul>"),
        ('<ac:link><ri:page ri:version-at-save="3" ri:content-title="T"/></ac:link>', '<ac:link><ri:page ri:content-title="T"/></ac:link>'),
        ('<a href="https://x.atlassian.net/wiki/spaces/A/pages/7/T+old">b <em>c</em></a>', BY_TITLE),
        ('<a href="https://x.atlassian.net/wiki/pages/viewpage.action?pageId=7">b <em>c</em></a>', BY_TITLE),
        ('<ac:link><ri:content-entity ri:content-id="7"/><ac:link-body>b <em>c</em></ac:link-body></ac:link>', BY_TITLE),
        ('<a href="https://x.atlassian.net/wiki/spaces/B/pages/8">x</a>',
         '<ac:link><ri:page ri:content-title="U" ri:space-key="B"/><ac:plain-text-link-body><![CDATA[x]]></ac:plain-text-link-body></ac:link>'),
    ],
)  # fmt: skip
def test_one_page(one: str, other: str) -> None:
    assert canonical(f"<p>x {one} y</p>", NAMES) == canonical(f"<p>x {other} y</p>", NAMES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<p>a</p><p/>"),
        ('<table data-layout="wide"/>', '<table data-layout="default"/>'),
        ('<a href="https://x.atlassian.net/wiki/spaces/A/pages/7/T#part">b <em>c</em></a>', BY_TITLE),
        ('<a href="https://evil.example/wiki/spaces/A/pages/7/T">b <em>c</em></a>', BY_TITLE),
        ('<a href="https://x.atlassian.net/wiki/spaces/A/pages/9/T">b <em>c</em></a>', BY_TITLE),
        ('<a href="https://x.atlassian.net/wiki/spaces/A/pages/7/T/attachments">b <em>c</em></a>', BY_TITLE),
    ],
)
def test_two_pages(one: str, other: str) -> None:
    assert canonical(one, NAMES) != canonical(other, NAMES)


def test_the_parts_are_the_whole() -> None:
    parts = canonical_parts("x<p>a</p>y<hr/>")
    assert parts[0] == "x" and parts[1].endswith("y") and len(parts) == 3
    assert canonical_parts("<p>a</p>y<hr/>")[1:] == parts[1:]
