"""The limits of a BOM at their edges, its places and lines, and what its Excel sheets say; no database."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from bom.exports import DELIVERY, KIND_WORDS, TREE_COLUMNS, diff_columns, diff_total
from bom.policies import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_LINES,
    _Budget,
    _children,
    content_digest,
    difference,
    line_count,
    lines,
    normalised,
    places,
)
from bom.queries.comparison import KINDS, SHOWN_ROWS, PartNames, compared, tree
from core.errors import DomainError
from core.ledger.models import Delivery

Raw = dict[str, Any]


def part(item: Any, qty: Any = 1, *inner: Raw) -> Raw:
    return {"extItemId": item, "qty": qty, "children": list(inner)}


def unit(name: str, qty: Any, *inner: Raw) -> Raw:
    return {"name": name, "qty": qty, "children": list(inner)}


def content(*rows: Raw) -> Raw:
    return normalised({"children": list(rows)})


def refusal(*rows: Any) -> str:
    """The English sentence by which these rows are refused."""
    with translation.override("en"), pytest.raises(DomainError) as caught:
        normalised({"children": list(rows)})
    assert caught.value.code == "invalid"
    return str(caught.value.sentence)


# --- Limits -----------------------------------------------------------------------------


def nested(levels: int) -> Raw:
    """A part at this level, in sub-assemblies above it."""
    row = part(7)
    for _level in range(levels - 1):
        row = unit("x", 1, row)
    return row


@pytest.mark.parametrize("levels", [1, 2, MAX_DEPTH - 1, MAX_DEPTH])
def test_a_part_may_stand_at_each_level_to_the_last(levels: int) -> None:
    (*_above, line) = lines(content(nested(levels)))
    assert (line.item, line.depth) == (7, levels - 1)


@pytest.mark.parametrize("levels", [MAX_DEPTH + 1, MAX_DEPTH + 2, 100])
def test_one_level_more_is_refused(levels: int) -> None:
    assert "nested too deeply" in refusal(nested(levels))


def test_the_last_line_that_is_allowed_and_one_more() -> None:
    """Counted over all levels; with three instead of 20,000, which takes seconds."""
    rows = [part(7), unit("x", 1, part(8), part(9))]
    assert len(_children(rows, 1, _Budget(3))) == 2
    with translation.override("en"), pytest.raises(DomainError) as caught:
        _children([*rows, part(10)], 1, _Budget(3))
    assert f"more than {MAX_LINES} lines" in str(caught.value.sentence)


@pytest.mark.parametrize(
    ("qty", "kept"),
    [
        (0, "0"),
        ("0.000001", "0.000001"),
        ("0.0000004", "0"),
        ("1e3", "1000"),
        (10**9, "1000000000"),
        ("1000000000.000000", "1000000000"),
        ("2.50", "2.5"),
        (" 3 ", "3"),
    ],
    ids=str,
)
def test_a_quantity_is_kept_exactly(qty: Any, kept: str) -> None:
    [node] = content(part(7, qty))["children"]
    assert node["qty"] == kept


@pytest.mark.parametrize(
    "qty", ["1000000000.000001", 10**9 + 1, "-0.000001", "1e300", "Infinity"], ids=str
)
def test_a_quantity_just_outside_is_refused(qty: Any) -> None:
    assert "from 0 to 1,000,000,000" in refusal(part(7, qty))


def test_the_limit_holds_for_the_product_too() -> None:
    assert content(unit("x", 10**4, part(7, 10**5)))
    assert "1,000,000,000" in refusal(unit("x", 10**4, part(7, 10**5 + 1)))


@pytest.mark.parametrize("length", [MAX_DIGITS, MAX_DIGITS + 1])
def test_a_long_number_is_no_number(length: int) -> None:
    text = "1." + "0" * (length - 2)
    if length <= MAX_DIGITS:
        assert content(part(7, text))["children"][0]["qty"] == "1"
    else:
        assert "is no number" in refusal(part(7, text))


def test_a_refusal_repeats_little_of_what_was_sent() -> None:
    sentence = refusal({"extItemId": 7, "name": "n" * 5000, "qty": "q" * 5000})
    assert len(sentence) < 300


# --- What the normal form keeps ---------------------------------------------------------


@pytest.mark.parametrize("key", [None, "", 0, "0"], ids=repr)
def test_without_a_part_id_it_is_a_sub_assembly(key: Any) -> None:
    row = {"extItemId": key, "name": "  Incoming ", "qty": 2, "children": [part(7)]}
    [node] = content(row)["children"]
    assert node["name"] == "Incoming"
    assert "item" not in node


def test_an_empty_sub_assembly_is_left_out_and_a_missing_row_too() -> None:
    assert content(part(7), unit("empty", 3), None) == content(part(7))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ((part(7), part(8)), (part(8), part(7)), True),
        ((part(7), part(7)), (part(7, 2),), False),
        ((part(7, 2),), (part(7, 3),), False),
        ((part("7"),), (part(7),), True),
        ((unit("X", 1, part(7)),), (unit("Y", 1, part(7)),), False),
        ((unit("X", 2, part(7)),), (unit("X", 1, part(7, 2)),), False),
        ((part(7, 1, part(8)),), (part(7), part(8)), False),
        (({**part(7), "partName": "a"},), ({**part(7), "partName": "b"},), True),
    ],
    ids=[
        "another order",
        "two lines or one",
        "quantity",
        "text or number",
        "name of the sub-assembly",
        "portions",
        "inside or beside",
        "PPIC's words",
    ],
)
def test_what_changes_the_digest(
    one: tuple[Raw, ...], other: tuple[Raw, ...], *, is_same: bool
) -> None:
    digests = [content_digest(content(*rows)) for rows in (one, other)]
    assert (digests[0] == digests[1]) is is_same
    assert all(len(digest) == 64 for digest in digests)


def test_the_places_of_a_part_with_their_way() -> None:
    found = places(content(part(7, 2), unit("X", 3, part(7), part(8, 1, part(7, 4)))))
    assert found == {
        7: [("2",), ("X", "3", "1"), ("X", "3", "8", "1", "4")],
        8: [("X", "3", "1")],
    }


def test_lines_are_parts_and_not_sub_assemblies() -> None:
    assert line_count(content(unit("X", 2, part(7), part(7)), part(8, 1, part(9)))) == 4


def test_differences_come_before_what_is_the_same_and_by_part() -> None:
    before = content(part(1), part(2), part(3), part(4, 2), part(9))
    after = content(part(2, 5), part(3), part(4), part(4), part(8), part(9))
    kinds = [(change.kind, change.item) for change in difference(before, after)]
    assert kinds == [
        ("added", 8),
        ("removed", 1),
        ("changed", 2),
        ("moved", 4),
        ("same", 3),
        ("same", 9),
    ]


# --- The sheets -------------------------------------------------------------------------


def known() -> PartNames:
    """Part 7 with its words and its price; of the others nothing is known."""
    item: Any = SimpleNamespace(
        part_number="PN-7", part_name="MCCB", part_description="250 A", unit="pcs"
    )
    return PartNames({7: item}, {7: Decimal(1500)})


def test_a_sheet_of_the_tree_has_levels_from_one_and_costs() -> None:
    rows = tree(content(unit("Incoming", 2, part(7, 3), part(8))), known())
    cells = [[column.value(row) for column in TREE_COLUMNS] for row in rows]
    assert cells == [
        [1, "", "Incoming", "", 2, 2, None, None],
        [2, "PN-7", "MCCB", "pcs", 3, 6, 1500, 9000],
        [2, "#8", "", "", 1, 2, None, None],
    ]


def test_a_sheet_of_a_comparison_has_the_words_of_its_kinds() -> None:
    found = compared(content(part(7)), content(part(7, 3), part(8)), known())
    with translation.override("en"):
        columns = diff_columns("r1", "r2")
        cells = [[str(column.value(row)) for column in columns] for row in found.rows]
        heads = [str(column.head) for column in columns]
    assert heads[5:7] == ["Qty before (r1)", "Qty after (r2)"]
    assert cells == [
        ["added", "#8", "", "", "", "None", "1", "1", "None", "None"],
        ["different", "PN-7", "MCCB", "250 A", "pcs", "1", "3", "2", "1500", "3000"],
    ]


def test_the_row_of_totals_stands_under_its_columns() -> None:
    found = compared(content(part(7)), content(part(7, 3)), known())
    total = diff_total(found)
    assert len(total) == len(diff_columns("a", "b"))
    assert total[-1] == Decimal(3000)
    assert total[1:-1] == ["", "", "", "", None, None, None, None]


def test_each_kind_and_each_state_has_its_word() -> None:
    assert set(KIND_WORDS) == set(KINDS)
    assert set(DELIVERY) == set(Delivery.State.values)
    for language in ("en", "id"):
        with translation.override(language):
            assert len({str(word) for word in KIND_WORDS.values()}) == len(KINDS)


@pytest.mark.parametrize(
    ("count", "shown", "hidden"),
    [(1, 1, 0), (SHOWN_ROWS, SHOWN_ROWS, 0), (SHOWN_ROWS + 1, SHOWN_ROWS, 1)],
)
def test_a_page_shows_so_many_and_counts_the_rest(
    count: int, shown: int, hidden: int
) -> None:
    after = content(*({"extItemId": n, "qty": 1} for n in range(1, count + 1)))
    page = compared({"children": []}, after, known()).page("added")
    assert len(page["rows"]) == shown  # type: ignore[arg-type]
    assert page["hidden_rows"] == hidden


def test_what_has_no_price_is_counted_only_where_it_differs() -> None:
    before = content(part(7), part(8), part(9))
    after = content(part(7), part(8, 2), part(9))
    found = compared(before, after, known())
    assert (found.unpriced, found.effect) == (1, Decimal(0))
