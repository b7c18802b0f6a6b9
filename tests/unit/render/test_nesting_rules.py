"""Blocks are put where the product can hold them: in order, whole, with their numbers."""

import pytest

from publisher.model.document import (
    AnyMacro,
    Block,
    Callout,
    Cell,
    CodeBlock,
    Expand,
    Footnotes,
    Heading,
    Layout,
    ListBlock,
    ListItem,
    Paragraph,
    Quote,
    Rule,
    Storage,
    Table,
)
from publisher.model.inlines import Image, Inline, Mark, Text
from publisher.render.forms import text_of
from publisher.render.kinds import holds_storage, kind_of
from publisher.render.nesting import Fitter
from publisher.storage import CLOUD, DATACENTER, Kind, Product


def line(text: str) -> Paragraph:
    return Paragraph((Text(text),), 1)


def table(text: str = "t") -> Table:
    return Table((), ((Cell((Text(text),), None),),), 1)


def items(*contents: tuple[Block, ...], start: int = 1, ordered: bool = True) -> ListBlock:
    return ListBlock(ordered, start, tuple(ListItem(blocks, None, 1) for blocks in contents), 1)


def tasks(*contents: tuple[Block, ...]) -> ListBlock:
    return ListBlock(False, 1, tuple(ListItem(blocks, False, 1) for blocks in contents), 1)


def line_of(block: Block) -> tuple[Inline, ...]:
    assert isinstance(block, Paragraph)
    return block.children


def held_by(block: Block) -> tuple[Block, ...]:
    """What a box holds, or the first item of a list."""
    if isinstance(block, ListBlock):
        return block.items[0].children
    assert isinstance(block, Callout | Quote)
    return block.children


def fit(block: Block, product: Product = CLOUD) -> tuple[list[Block], list[str]]:
    """(the blocks at page level, the codes of the notices)."""
    fitter = Fitter(product)
    return fitter.fit_page(block), [notice.code for notice in fitter.notices]


def test_a_list_goes_on_behind_what_an_item_cannot_hold() -> None:
    given = items((line("a"), table(), line("b")), (line("c"),), start=4)
    assert fit(given) == (
        [items((line("a"),), start=4), table(), line("b"), items((line("c"),), start=5)],
        [],
    )


def test_an_item_that_holds_nothing_else_leaves_no_empty_item_and_the_numbers_count() -> None:
    assert fit(items((table(),), (line("b"),))) == ([table(), items((line("b"),), start=2)], [])


def test_what_is_deep_goes_behind_every_element_around_it() -> None:
    given = Callout("info", (Text("T"),), (items((line("a"), items((line("b"), table()))), (line("c"),)),), 1)
    panel = Callout("info", (Text("T"),), (items((line("a"), items((line("b"),)))),), 1)
    assert fit(given) == ([panel, table(), Callout("info", (), (items((line("c"),), start=2),), 1)], [])


def test_text_behind_a_rule_in_an_item_stays_behind_it() -> None:
    assert fit(items((line("a"), Rule(1), line("b")), (line("c"),))) == (
        [items((line("a"),)), Rule(1), line("b"), items((line("c"),), start=2)],
        [],
    )


def test_a_rule_ends_a_quote() -> None:
    given = Quote((line("a"), Rule(1), line("b")), 1)
    assert fit(given) == ([Quote((line("a"),), 1), Rule(1), Quote((line("b"),), 1)], [])


@pytest.mark.parametrize("around", ["item", "panel", "quote"])
def test_a_quote_where_there_is_none_is_italic_in_quotation_marks(around: str) -> None:
    quote = Quote((line("a"), line("b")), 1)
    boxes: dict[str, Block] = {
        "item": items((quote,)),
        "panel": Callout("info", (), (quote,), 1),
        "quote": Quote((quote,), 1),
    }
    [block], codes = fit(boxes[around])
    lines = [line_of(child) for child in held_by(block)]
    assert [text_of(line) for line in lines] == ["“a", "b”"]
    firsts = [line[0] for line in lines]
    assert all(isinstance(first, Mark) and first.tag == "em" for first in firsts)
    assert codes == ["other-form"]


def test_deep_expands_are_written_open() -> None:
    deep = Expand("C", (line("x"),), 3)
    assert fit(Expand("A", (Expand("B", (deep,), 2),), 1)) == (
        [Expand("A", (Expand("B", (Paragraph((Mark("strong", (Text("C"),)),), 3), line("x")), 2),), 1)],
        ["other-form"],
    )
    [outer], codes = fit(Expand("A", (Expand("B", (line("x"), table(), line("y")), 2),), 1))
    assert outer == Expand("A", (Paragraph((Mark("strong", (Text("B"),)),), 2), line("x"), table(), line("y")), 1)
    assert codes == ["other-form"]


def test_a_table_in_a_cell_is_a_list_of_its_rows() -> None:
    head = (Cell((Text("H"),), None), Cell((Text("I"),), None))
    row = (Cell((Text("a"),), None), Cell((), None, blocks=(line("b"), CodeBlock("c", "", "", 1))))
    [outer], codes = fit(Table((), ((Cell((), None, blocks=(Table(head, (row,), 1),)),),), 1))
    assert isinstance(outer, Table)
    [rows] = outer.rows[0][0].blocks
    assert isinstance(rows, ListBlock)
    assert [text_of(line_of(item.children[0])) for item in rows.items] == ["H · I", "a"]
    assert rows.items[1].children[1:] == (line("b"), CodeBlock("c", "", "", 1))
    assert codes == ["other-form"]


def test_a_macro_with_a_body_is_at_page_level_only() -> None:
    excerpt = AnyMacro("excerpt", (), (line("x"),), "", 1)
    assert fit(items((line("a"), excerpt))) == ([items((line("a"),)), excerpt], [])
    assert fit(Expand("E", (excerpt,), 1)) == ([Expand("E", (line("x"),), 1)], ["misplaced-macro"])
    assert fit(AnyMacro("excerpt", (), (Expand("E", (line("x"),), 1),))) == (
        [AnyMacro("excerpt", (), (Paragraph((Mark("strong", (Text("E"),)),), 1), line("x")))],
        ["other-form"],
    )


def test_blocks_of_tasks_are_behind_their_task() -> None:
    code = CodeBlock("x", "", "", 1)
    assert fit(tasks((line("a"), code, line("b")), (line("c"),))) == (
        [tasks((line("a"),)), code, line("b"), tasks((line("c"),))],
        [],
    )
    nested = tasks((line("a"), tasks((line("b"), code), (line("c"),))), (line("d"),))
    assert fit(nested) == (
        [tasks((line("a"), tasks((line("b"),)))), code, tasks((line("c"),)), tasks((line("d"),))],
        [],
    )


def test_a_task_without_a_line_is_a_box_before_its_block() -> None:
    code = CodeBlock("x", "", "", 1)
    assert fit(tasks((code,), (line("b"),))) == ([line("☐"), code, tasks((line("b"),))], [])


def test_the_title_of_an_image_below_a_task_is_kept() -> None:
    image = Paragraph((Image("i.png", "alt", "title", 1),), 1)
    assert fit(tasks((line("a"), image))) == ([tasks((line("a"),)), image], [])


def test_boxes_of_a_mixed_list_are_text_wherever_the_item_begins() -> None:
    code = CodeBlock("<p>", "", "", 1)
    mixed = ListBlock(
        False, 1, (ListItem((code,), True, 1), ListItem((line("a"),), None, 1), ListItem((), False, 1)), 1
    )
    [block], _ = fit(mixed)
    assert block == items((line("☑"), code), (line("a"),), (line("☐"),), ordered=False)


def test_tasks_in_a_quote_are_boxes() -> None:
    [quote], codes = fit(Quote((tasks((line("a"),)),), 1))
    assert quote == Quote((ListBlock(False, 1, (ListItem((Paragraph((Text("☐ "), Text("a")), 1),), None, 1),), 1),), 1)
    assert codes == ["other-form"]


def test_a_quote_of_nothing_but_an_expand_leaves_no_empty_quote() -> None:
    assert fit(Quote((Expand("E", (line("x"),), 1),), 1)) == ([Expand("E", (line("x"),), 1)], ["other-form"])


def test_columns() -> None:
    two = Layout(((line("a"),), (line("b"),)), (), 1)
    assert fit(Layout(((line("a"),),), (), 1)) == ([line("a")], [])
    assert fit(items((line("x"), two))) == ([items((line("x"),)), two], [])
    assert fit(Expand("E", (two,), 1)) == ([Expand("E", (line("a"), line("b")), 1)], ["other-form"])
    assert fit(tasks((line("x"), two)), DATACENTER) == ([tasks((line("x"), line("a"), line("b")))], ["other-form"])


def test_headings_in_items_and_styles_in_panels() -> None:
    styled = Paragraph((Text("x"),), 1, 2, None)
    [listed], _ = fit(items((Heading(2, (Text("h"),), "h", 1),)))
    assert line_of(held_by(listed)[0])[1] == Mark("strong", (Text("h"),))
    assert fit(Callout("info", (), (styled, Paragraph((Text("y"),), 1, 0, "center")), 1))[0] == [
        Callout("info", (), (line("x"), line("y")), 1)
    ]
    assert fit(styled)[0] == [styled]


def test_data_center_holds_everything_but_columns() -> None:
    everything = items((line("a"), table(), Quote((Rule(1),), 1), Expand("E", (Expand("F", (table(),), 1),), 1)))
    assert fit(everything, DATACENTER) == ([everything], [])


def test_footnotes_with_code_keep_it_and_have_a_way_back() -> None:
    code = CodeBlock("</p>", "", "", 1)
    [rule, notes], _ = fit(Footnotes(((line("a"), code),), (2,), 1))
    assert rule == Rule(1)
    assert isinstance(notes, ListBlock)
    assert notes.items[0].children[1] == code
    assert len(notes.items[0].children) == 3


def test_own_storage_is_moved_as_what_it_is() -> None:
    own = Storage("<table><tbody><tr><td><p>x</p></td></tr></tbody></table>", 1)
    assert fit(items((line("a"), own))) == ([items((line("a"),)), own], [])
    assert holds_storage([items((own,))], frozenset())
    assert not holds_storage([items((line("a"),))], frozenset())


def test_kinds() -> None:
    assert kind_of(AnyMacro("info", ()), frozenset()) is Kind.PANEL
    assert kind_of(AnyMacro("excerpt", (), (line("x"),)), frozenset({"excerpt"})) is None
    assert kind_of(tasks((line("x"),)), frozenset()) is Kind.TASKS


def test_a_long_list_of_tables_needs_no_deep_stack() -> None:
    blocks, _ = fit(items(*[(line("a"), table())] * 3000))
    assert len(blocks) == 6000
    assert blocks[-2] == items((line("a"),), start=3000)
