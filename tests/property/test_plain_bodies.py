"""A body that the short way reads is one in which no rule finds anything, and its canonical form is that of the XML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.storage import CLOUD, DATACENTER, PRODUCTS, NotWellFormed, Product
from publisher.storage.check import _MACROS, _judge, examine
from publisher.storage.grammar import token
from publisher.storage.plain import PlainWalk
from publisher.storage.xml import canonical_of, parse_body

_TAGS = (
    "p", "h2", "ul", "ol", "li", "table", "tbody", "tr", "td", "th", "blockquote", "hr", "strong", "em", "code", "br", "span", "div",
    'a href="https://x.y"', 'a href="javascript:x"', 'p style="margin-left: 30.0px;"', 'p style="text-align: center;"', "ac:link",
    "ac:link-body", 'ri:page ri:content-title="x"', 'ri:url ri:value="x"', 'ri:attachment ri:filename="x"', "ac:image",
    'ac:image ac:width="x"', 'ac:image ac:layout="wide"', "ac:caption", 'ac:structured-macro ac:name="info"', 'td colspan="2"',
    'ac:structured-macro ac:name="expand"', 'ac:structured-macro ac:name="code"', 'ac:structured-macro ac:name="anchor"', "script",
    'ac:structured-macro ac:name="excerpt"', 'ac:structured-macro ac:name="x"', "ac:structured-macro", "ac:rich-text-body",
    "ac:plain-text-body", 'ac:parameter ac:name=""', 'ac:parameter ac:name="language"', 'ac:parameter ac:name="title"',
    'ol start="2"', 'ul start="2"', 'table data-layout="wide"', 'table data-layout="x"', "ac:task-list", "ac:layout", 'p onclick="x"',
    'time datetime="2026-01-31"', 'ac:emoticon ac:name="x"', "pre",
)  # fmt: skip
#: Chains that are allowed, so that much of what is made is plain.
_NESTS = (
    "p", 'table/tbody/tr/td/p style="text-align: center;"', "ul/li", "ul/li/p", "ol/li/p/code", "p/strong", "p/a href=\"https://x.y\"/code", "blockquote/p", "table/tbody/tr/td/p",
    "table/tbody/tr/th/ul/li/p", 'ac:structured-macro ac:name="info"/ac:rich-text-body/p', "p/ac:link/ac:link-body/code",
    'ac:structured-macro ac:name="expand"/ac:rich-text-body/h2', 'ac:structured-macro ac:name="code"/ac:plain-text-body',
    'p/ac:image/ri:attachment ri:filename="x"', 'ac:image/ri:url ri:value="x"', 'p/ac:structured-macro ac:name="anchor"',
    'p/ac:image/ri:url ri:value="x"', 'p/ac:link/ri:page ri:content-title="x"', "p/em/code", "p/code/em",
)  # fmt: skip


def _element(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag.split(' ')[0]}>"


def _nest(pair: tuple[str, str]) -> str:
    inner = pair[1]
    for tag in reversed(pair[0].split("/")) if "://" not in pair[0] else [pair[0]]:
        inner = _element(tag, inner)
    return inner


_TEXT = st.sampled_from(["", " ", "x", "javascript", "cobol"])
_TREES = st.recursive(
    _TEXT,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(_TAGS), inner).map(lambda pair: _element(*pair)),
        st.tuples(st.sampled_from([nest for nest in _NESTS if "://" not in nest]), inner).map(_nest),
        st.lists(inner, min_size=2, max_size=4).map("".join),
    ),
    max_leaves=12,
)


_CODE = '<ac:structured-macro ac:name="code" ac:schema-version="1">{}<ac:plain-text-body><![CDATA[{}]]></ac:plain-text-body></ac:structured-macro>'
_USUAL = (
    '<h1>a &amp; b <ac:structured-macro ac:name="anchor" ac:schema-version="1"><ac:parameter ac:name="">a</ac:parameter></ac:structured-macro></h1>',
    '<p>b <code>c &lt;d&gt;</code> <strong>d <em>e</em></strong> <a href="https://x.y?a=1&amp;b=2"><em>e</em> <code>f</code></a><br/> &quot;g&quot;</p>',
    "<ul><li><p>f</p></li><li><p>g</p><ol start=\"3\"><li><p>h</p></li></ol></li></ul>",
    '<table data-layout="default"><tbody><tr><th><p>g</p></th><td><p style="text-align: center;">1</p></td></tr><tr><td colspan="2"><p /></td></tr></tbody></table>',
    "<blockquote><p>h</p><ul><li><p> i </p></li></ul></blockquote><hr/>",
    _CODE.format('<ac:parameter ac:name="language">js</ac:parameter>', "\n if (a < b && c > d) <br/> \"e\"\n"),
    _CODE.format("", ""),
    '<ac:structured-macro ac:name="info" ac:schema-version="1"><ac:rich-text-body><p>j</p></ac:rich-text-body></ac:structured-macro>',
    '<ac:structured-macro ac:name="expand" ac:schema-version="1"><ac:parameter ac:name="title">it&#39;s &#34;k&#34;</ac:parameter><ac:rich-text-body><h2>k</h2><table><tbody><tr><td><p>k</p></td></tr></tbody></table></ac:rich-text-body></ac:structured-macro>',
    '<p style="margin-left: 30.0px;"><ac:link ac:anchor="k"><ri:page ri:content-title="What&#39;s l"/><ac:link-body>m <code>n</code></ac:link-body></ac:link> .</p>',
    '<ac:image ac:align="center" ac:layout="center" ac:width="20" ac:height="30" ac:alt="n\n o"><ri:attachment ri:filename="o.png"/></ac:image>',
    '<p>p <ac:image ac:width="20" ac:alt="n"><ri:attachment ri:filename="o.png"/></ac:image>\u00a0<time datetime="2026-01-31"/></p>',
    '<ac:structured-macro ac:name="toc" ac:schema-version="1"/>',
    '<p><span style="color: rgb(1,2,3);">From <a href="https://x.y">z</a>.</span></p>',
    '<p><ac:structured-macro ac:name="status" ac:schema-version="1"><ac:parameter ac:name="title">q</ac:parameter><ac:parameter ac:name="colour">Red</ac:parameter></ac:structured-macro></p>',
)  # fmt: skip
_OF_CLOUD = (
    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>a <code>b</code></ac:task-body>"
    "<ac:task-list><ac:task><ac:task-id>2</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>c</ac:task-body></ac:task></ac:task-list></ac:task></ac:task-list>",
    '<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">note</ac:adf-attribute><ac:adf-content><p>r</p></ac:adf-content></ac:adf-node></ac:adf-extension>',
    '<ac:image ac:alt="n"><ri:url ri:value="https://x.y/z.png"/><ac:caption><p>q</p></ac:caption></ac:image>',
)  # fmt: skip


def _parsed(body: str, product: Product) -> tuple[str, list[str]] | str:
    """What the parser and all rules say."""
    try:
        root = parse_body(body)
    except NotWellFormed as error:
        return str(error)
    found = list(dict.fromkeys(_judge(root, product)))
    return canonical_of(root, body), found


def _examined(body: str, product: Product) -> tuple[str, list[str]] | str:
    try:
        return examine(body, product)
    except NotWellFormed as error:
        return str(error)


@given(_TREES, st.sampled_from([*PRODUCTS]))
def test_the_short_way_agrees_with_the_rules(body: str, name: str) -> None:
    assert _examined(body, PRODUCTS[name]) == _parsed(body, PRODUCTS[name])


_PIECES = st.sampled_from([piece for body in (*_USUAL, *_OF_CLOUD) for piece in re.findall(r"<[^<>]*>|[^<>]+", body)])
_EDITS = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 2),
        st.one_of(_PIECES, st.sampled_from(["", " ", "\t", "\r", "\0", "\ufffe", "]]>", "&", "&nbsp;", "&quot;", "<", ">", '"', "x", "<![CDATA[y]]>"])),
    ),
    max_size=3,
)  # fmt: skip


@given(st.lists(st.sampled_from([*_USUAL, *_OF_CLOUD]), min_size=1, max_size=4), _EDITS, st.sampled_from([*PRODUCTS]))
def test_edited_bodies_are_read_as_the_parser_reads_them(
    bodies: list[str], edits: list[tuple[int, int, str]], name: str
) -> None:
    pieces = re.findall(r"<!\[CDATA\[.*?\]\]>|<[^<>]*>|[^<>]", "".join(bodies), re.S)
    for place, removed, inserted in edits:
        place %= len(pieces) + 1
        pieces[place : place + removed] = [inserted]
    body = "".join(pieces)
    assert _examined(body, PRODUCTS[name]) == _parsed(body, PRODUCTS[name])


@pytest.mark.parametrize(
    ("body", "product"),
    [
        *((body, product) for body in ("", *_USUAL) for product in (CLOUD, DATACENTER)),
        *((body, CLOUD) for body in _OF_CLOUD),
    ],
)
def test_usual_bodies_are_plain(body: str, product: Product) -> None:
    short = PlainWalk(product, _MACROS).canonical(body, body.encode())
    assert (short, []) == _parsed(body, product)


def test_entities_of_attributes_are_left_to_the_parser() -> None:
    for entities in ("&gt;", "&quot;&amp;", "&#34;", "&amp;&gt;b&amp;", "&nbsp;"):
        body = f'<p>a &gt; <a href="https://x.y?{entities}c">&gt;</a></p>'
        assert PlainWalk(CLOUD, _MACROS).canonical(body, body.encode()) is None
        assert _examined(body, CLOUD) == _parsed(body, CLOUD)


def test_tasks_of_one_id_are_no_plain_body() -> None:
    assert examine(_OF_CLOUD[0] * 2)[1] == ["two tasks have the same id"]


def test_a_body_that_no_parser_takes_is_left_to_the_parser() -> None:
    """libxml2 refuses elements that are too deep."""
    for depth in (10, 30, 60, 300):
        body = "<ul><li>" * depth + "<p>x</p>" + "</li></ul>" * depth
        assert _examined(body, CLOUD) == _parsed(body, CLOUD)


def test_a_token_is_a_line_with_all_that_is_in_it() -> None:
    for line in (_USUAL[1], f"<li>{_USUAL[1]}</li>", _USUAL[0]):
        found = token().match(line + "<p>x</p>")
        assert found and found[0] == line
