"""Short ways of the renderer and of links give what the long ones give."""

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.inlines import Anchor, Break, Code, Coloured, Date, Image, Inline, Link, Mark, Text
from publisher.naming import NearestNames
from publisher.render.marks import _fit, fit_line, words_of
from publisher.render.templates import load_templates, macro_names, markup

_LEAVES: st.SearchStrategy[Inline] = st.sampled_from(
    [Text("a"), Text(" "), Text(""), Code("b"), Code(""), Break(), Date("2026-01-31"), Image("c.png", "c", "", 1), Anchor("d")]
)  # fmt: skip
_NODES: st.SearchStrategy[Inline] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["strong", "em"]), st.lists(inner, max_size=3)).map(
            lambda x: Mark(x[0], tuple(x[1]))
        ),
        st.lists(inner, max_size=3).map(lambda x: Link("e.md", tuple(x), 1)),
        st.lists(inner, max_size=2).map(lambda x: Coloured("#112233", tuple(x))),
    ),
    max_leaves=6,
)


@given(st.lists(_NODES, max_size=4))
def test_a_line_that_fits_is_one_in_which_nothing_is_moved(line: list[Inline]) -> None:
    fitted = fit_line(line, words_of, {"d"})
    assert fitted == [part for node in line for part in _fit(node, words_of)]


@pytest.mark.parametrize("name", macro_names())
def test_templates_of_ours_need_no_context_but_their_values(name: str) -> None:
    values: dict[str, object] = dict.fromkeys(
        ("title", "space", "day", "anchor", "filename", "language", "numbered", "key", "server", "server_id", "kind", "colour",
         "icon", "icon_id", "alt", "width", "height", "align", "layout", "caption", "url", "src", "account", "excerpt", "plain"),
        "a & <b>",
    )  # fmt: skip
    values |= {
        "name": "n",
        "attribute": "userkey",
        "parameters": (("c", "d"),),
        "body": markup("<p>e</p>"),
        "nested": True,
    }
    values |= {"items": [(1, True, markup("f"), "")], "sections": [("single", [markup("<p>g</p>")])]}
    templates = load_templates()
    for some in (
        values,
        {**dict.fromkeys(values, ""), "attribute": "userkey", "items": (), "sections": (), "parameters": ()},
    ):
        assert templates.render(name, **some) == templates.loaded[name].render(some)


_NAMES = st.text("abc-", max_size=6)


@given(_NAMES, st.lists(_NAMES, unique=True, max_size=12), st.sampled_from([0.4, 0.6, 0.75]))
def test_the_nearest_name_is_that_of_difflib(wanted: str, names: list[str], cutoff: float) -> None:
    near = difflib.get_close_matches(wanted, names, 1, cutoff)
    assert NearestNames(names, cutoff).find(wanted) == (near[0] if near else "")
