"""A body that the short walk calls plain is one in which no rule finds anything."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.storage import CLOUD, PRODUCTS
from publisher.storage.check import _judge, examine
from publisher.storage.plain import PlainWalk
from publisher.storage.rules import Place
from publisher.storage.xml import parse_body

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


@given(_TREES, st.sampled_from([*PRODUCTS]))
def test_the_short_walk_agrees_with_the_rules(body: str, name: str) -> None:
    product = PRODUCTS[name]
    found = _judge(parse_body(body), product)
    assert examine(body, product)[1] == list(dict.fromkeys(found))


def test_usual_bodies_are_plain() -> None:
    body = (
        '<h1>a</h1><p>b <code>c</code> <strong>d</strong> <a href="https://x.y"><em>e</em></a><br/></p><ul><li><p>f</p></li></ul>'
        '<table data-layout="default"><tbody><tr><th><p>g</p></th></tr></tbody></table><blockquote><p>h</p></blockquote><hr/>'
        '<ac:structured-macro ac:name="code" ac:schema-version="1"><ac:parameter ac:name="language">js</ac:parameter>'
        "<ac:plain-text-body><![CDATA[i]]></ac:plain-text-body></ac:structured-macro>"
        '<ac:structured-macro ac:name="info"><ac:rich-text-body><p>j</p></ac:rich-text-body></ac:structured-macro>'
        '<p><ac:link ac:anchor="k"><ri:page ri:content-title="l"/><ac:link-body>m</ac:link-body></ac:link></p>'
        '<ac:image ac:alt="n"><ri:attachment ri:filename="o"/><ac:caption><p>q</p></ac:caption></ac:image>'
    )
    walk = PlainWalk(CLOUD, {"code": {"language": None}}, frozenset({"default"}), frozenset({"center"}))
    assert walk.blocks(parse_body(body), Place.PAGE)
