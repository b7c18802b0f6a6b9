"""planning/index and planning/stamps: what we keep in properties comes back, and nothing else is believed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pages import COLLECTION, foreign, stored, wanted

from publisher.model.snapshot import ContentKind, ContentProperty, Provenance, Stamp, StoredStamp
from publisher.planning.index import (
    INDEX_KEY,
    STAMP_KEY,
    IndexContent,
    read_index,
    read_stamp,
    write_index,
    write_stamp,
)
from publisher.planning.stamps import descendants, intents_of, with_stamp

NAMES = st.text(max_size=12)
STAMPS = st.builds(
    Stamp,
    collection=NAMES,
    path=NAMES,
    page=NAMES,
    version=st.integers(1, 999),
    title=NAMES,
    wanted=NAMES,
    parent=NAMES,
    digests=st.dictionaries(NAMES, NAMES, max_size=3),
    labels=st.lists(NAMES, max_size=3).map(tuple),
    attachments=st.builds(
        Provenance,
        st.dictionaries(st.sampled_from("ab"), st.just("0f"), max_size=2),
        st.dictionaries(st.sampled_from("cd"), st.just("1e"), max_size=2),
    ),
    links_pending=st.booleans(),
    metadata=st.dictionaries(NAMES, NAMES, max_size=2),
    kind=st.sampled_from([ContentKind.PAGE, ContentKind.BLOGPOST, ContentKind.FOLDER]),
    tool=NAMES,
    origin=NAMES,
    repository=NAMES,
)


@given(STAMPS)
def test_a_stamp_comes_back_through_json(stamp: Stamp) -> None:
    assert read_stamp(json.loads(json.dumps(write_stamp(stamp)))) == stamp


@pytest.mark.parametrize("value", [None, 3, "x", [], {}, {"collection": "docs"}, {"digests": 3, "collection": "x"}])
def test_what_is_no_stamp_is_none(value: Any) -> None:
    assert read_stamp(value) is None
    assert with_stamp(foreign("11", "A"), {STAMP_KEY: ContentProperty("p", 1, value)}).stamp is None


def index_of(count: int) -> IndexContent:
    pages: dict[str, StoredStamp] = {}
    for number in range(count):
        page = stored(wanted(f"folder/document-{number}.md", f"Title {number}"), str(100 + number))
        assert page.stored is not None
        pages[page.id] = page.stored
    return IndexContent(root="10", collection=COLLECTION, repository="r", pages=pages, foreign=frozenset({"5"}))


def as_properties(values: dict[str, Any]) -> dict[str, ContentProperty]:
    return {key: ContentProperty("p" + key, 1, json.loads(json.dumps(value))) for key, value in values.items()}


def test_the_index_comes_back_and_each_shard_fits_a_property() -> None:
    content = index_of(300)
    values = write_index(content)
    assert len(values) > 3 and all(len(json.dumps(value)) < 32_000 for value in values.values())
    found = read_index("10", COLLECTION, as_properties(values))
    assert found is not None and found.foreign == content.foreign
    assert {page: item.id for page, item in found.pages.items()} == {p: item.id for p, item in content.pages.items()}
    assert found.pages["107"].stamp.title == "Title 7"


def test_one_changed_page_is_one_changed_shard() -> None:
    values = write_index(index_of(300))
    read = read_index("10", COLLECTION, as_properties(values))
    assert read is not None
    old = read.pages["150"]
    changed = replace(read, pages={**read.pages, "150": replace(old, stamp=replace(old.stamp, version=2))})
    again = write_index(changed)
    assert [key for key in again if again[key] != values.get(key)] == [f"{INDEX_KEY}{read.shards['150']}"]


@pytest.mark.parametrize("damage", ["digest", "count", "collection", "root", "schema", "lost shard", "no mapping"])
def test_a_damaged_or_foreign_index_is_not_believed(damage: str) -> None:
    values = write_index(index_of(3))
    head = values[INDEX_KEY]
    match damage:
        case "digest":
            values[f"{INDEX_KEY}0"]["digest"] = "0"
        case "count":
            head["count"] = 2
        case "collection":
            head["collection"] = "theirs"
        case "root":
            head["root"] = "11"
        case "schema":
            head["schema"] = 99
        case "lost shard":
            del values[f"{INDEX_KEY}0"]
        case _:
            values[INDEX_KEY] = "x"
    assert read_index("10", COLLECTION, as_properties(values)) is None


def test_intents_are_read_from_all_their_properties() -> None:
    properties = as_properties({"publisherintents0": ["a", "b"], "publisherintents1": ["c"], "other": ["d"]})
    assert intents_of(properties) == {"a", "b", "c"}
    assert intents_of(as_properties({"publisherintents0": "x"})) == frozenset()


def test_descendants_end_in_a_circle() -> None:
    pages = [foreign("1", "a", "3"), foreign("2", "b", "1"), foreign("3", "c", "2"), foreign("4", "d", "9")]
    assert sorted(descendants("1", {page.id: page for page in pages})) == ["2", "3"]
