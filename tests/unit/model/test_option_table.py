"""model/options: what one setting is, and what every row of the table keeps to."""

from typing import Annotated

import pytest
from msgspec import Struct, field

from publisher.model.options import connection, reading, run, sync
from publisher.model.options.option import Option, option, options_of

CLASSES = [
    value
    for module in (connection, reading, run, sync)
    for value in vars(module).values()
    if isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, "__struct_fields__")
]
OPTIONS = [item for kind in CLASSES for item in options_of(kind)]


class Example(Struct, frozen=True, kw_only=True):
    """Two settings, and a value that no user sets."""

    on_hand_edit: Annotated[str, option("text", "what to do", choices=("skip", "fail"))] = "skip"
    api_token: Annotated[str, option("text", "the token", address=True, secret=True)] = ""
    variables: Annotated[dict[str, str], option("table", "names and values")] = field(default_factory=dict)
    computed: int = 3


def test_a_field_carries_its_flag_variable_and_default() -> None:
    edit, token, table = options_of(Example)
    assert (edit.key, edit.flag, edit.environment) == ("on_hand_edit", "--on-hand-edit", "PUBLISHER_ON_HAND_EDIT")
    assert (token.environment, token.in_file) == ("CONFLUENCE_API_TOKEN", False)
    assert Example().variables == {} == table.default and Example().variables is not Example().variables


def test_the_table_has_each_key_flag_and_variable_once() -> None:
    assert len(OPTIONS) > 40
    for name in ("key", "flag", "environment"):
        values = [getattr(item, name) for item in OPTIONS]
        assert sorted(values) == sorted(set(values)), name


@pytest.mark.parametrize("item", OPTIONS, ids=lambda item: item.key)
def test_every_row_says_what_it_is(item: Option) -> None:
    assert item.help and not item.help.endswith(".")
    assert not item.choices or item.kind == "list" or item.default in {*item.choices, ""}
    assert not (item.secret or item.trust) or not item.in_file, "the repository must not set it"
