"""The rules of nesting, and what the checker makes of them."""

import pytest

from publisher.storage import CLOUD, DATACENTER, Kind, Place, find_editor_losses, find_kinds

TABLE = "<table><tbody><tr><td><p>x</p></td></tr></tbody></table>"


def test_the_table_names_its_schema_and_every_place() -> None:
    assert CLOUD.rules.schema == "@atlaskit/adf-schema 57.7.22"
    assert set(CLOUD.rules.forbidden) == set(Place)
    assert CLOUD.forbids(Kind.TABLE, Place.PANEL) and not CLOUD.forbids(Kind.TABLE, Place.EXPAND)
    assert DATACENTER.forbids(Kind.LAYOUT, Place.ITEM) and not DATACENTER.forbids(Kind.TABLE, Place.ITEM)


def test_losses_are_in_the_order_of_the_body_with_their_path() -> None:
    body = f"<ul><li><p>a</p>{TABLE}</li></ul><p><strong>a <code>b</code></strong></p>"
    assert [(loss.path, loss.reason) for loss in find_editor_losses(body)] == [
        ((0, 0, 1), "table in item"),
        ((1, 0, 0), "code in strong"),
    ]
    assert find_editor_losses(body, DATACENTER) == []


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        (TABLE, {Kind.TABLE}),
        ("<p>x</p><hr/>", {Kind.RULE}),
        ('<ac:structured-macro ac:name="toc"/>', set()),
        (
            '<ac:structured-macro ac:name="tip"><ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>',
            {Kind.PANEL},
        ),
        ("<p>open", set()),
    ],
)
def test_kinds_of_a_fragment(body: str, kinds: set[Kind]) -> None:
    assert find_kinds(body) == kinds
