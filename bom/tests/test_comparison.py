"""Two contents side by side, counted by hand: parts, portions, prices and what they cost more."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from bom.policies import LineChange, difference, line_count, lines, normalised, totals
from bom.queries.comparison import PartNames, compared, cost_of, tree

A, B, C, D = 1, 2, 3, 4


def content(*rows: dict[str, Any]) -> dict[str, Any]:
    """A content in its normal form."""
    return normalised({"children": list(rows)})


def part(item: int, qty: Any, *inner: dict[str, Any]) -> dict[str, Any]:
    """A part, perhaps built of parts."""
    return {"extItemId": item, "qty": qty, "children": list(inner)}


def unit(name: str, qty: Any, *inner: dict[str, Any]) -> dict[str, Any]:
    """A sub-assembly."""
    return {"name": name, "qty": qty, "children": list(inner)}


def known(**prices: int) -> PartNames:
    """Parts A to D by name; D has no price unless one is given."""
    items: Any = {
        key: SimpleNamespace(
            part_number=f"PN-{key}",
            part_name=f"Part {key}",
            part_description=f"Uraian {key}",
            unit="pcs",
        )
        for key in (A, B, C, D)
    }
    given = {"A": 10, "B": 100, "C": 1000} | prices
    by_id = {"ABCD".index(name) + 1: Decimal(price) for name, price in given.items()}
    return PartNames(items, by_id)


PAIRS: dict[str, tuple[Any, Any, list[tuple[int, str, int]]]] = {
    "the same": (content(part(A, 2)), content(part(A, 2)), [(A, "same", 0)]),
    "more of it": (content(part(A, 2)), content(part(A, 5)), [(A, "changed", 3)]),
    "less of it": (content(part(A, 5)), content(part(A, 2)), [(A, "changed", -3)]),
    "one more part": (
        content(part(A, 1)),
        content(part(A, 1), part(B, 4)),
        [(B, "added", 4), (A, "same", 0)],
    ),
    "one part less": (
        content(part(A, 1), part(B, 4)),
        content(part(A, 1)),
        [(B, "removed", -4), (A, "same", 0)],
    ),
    "in two lines instead of one": (
        content(part(A, 5)),
        content(part(A, 2), part(A, 3)),
        [(A, "moved", 0)],
    ),
    "into a sub-assembly": (
        content(part(A, 4)),
        content(unit("Incoming", 2, part(A, 2))),
        [(A, "moved", 0)],
    ),
    "from one sub-assembly to another": (
        content(unit("X", 1, part(A, 1)), unit("Y", 1, part(B, 1))),
        content(unit("X", 1, part(B, 1)), unit("Y", 1, part(A, 1))),
        [(A, "moved", 0), (B, "moved", 0)],
    ),
    "more of a sub-assembly": (
        content(unit("X", 2, part(A, 3), part(B, 1))),
        content(unit("X", 3, part(A, 3), part(B, 1))),
        [(A, "changed", 3), (B, "changed", 1)],
    ),
    "a part inside a part": (
        content(part(A, 2, part(B, 3))),
        content(part(A, 2, part(B, 4))),
        [(B, "changed", 2), (A, "same", 0)],
    ),
    "all at once": (
        content(part(A, 1), part(B, 1), part(C, 1)),
        content(part(B, 2), part(C, 1), part(D, 1)),
        [(D, "added", 1), (A, "removed", -1), (B, "changed", 1), (C, "same", 0)],
    ),
}


@pytest.mark.parametrize("case", PAIRS)
def test_the_difference_of_two_contents(case: str) -> None:
    before, after, expected = PAIRS[case]
    found: Any = [(c.item, c.kind, c.delta) for c in difference(before, after)]
    assert found == expected


@pytest.mark.parametrize("case", PAIRS)
def test_the_way_back_is_the_opposite(case: str) -> None:
    before, after, _expected = PAIRS[case]
    opposite = {"added": "removed", "removed": "added"}
    there = {c.item: (c.kind, c.delta) for c in difference(before, after)}
    back = {c.item: (c.kind, c.delta) for c in difference(after, before)}
    assert back == {
        item: (opposite.get(kind, kind), -delta)
        for item, (kind, delta) in there.items()
    }


def test_the_cost_effect_is_the_sum_over_what_has_a_price() -> None:
    """+1 D without a price, -1 A at 10, +1 B at 100: 90, and one part is unpriced."""
    before, after, _expected = PAIRS["all at once"]
    found: Any = compared(before, after, known())
    assert found.counts == {
        "added": 1,
        "removed": 1,
        "changed": 1,
        "moved": 0,
        "same": 1,
    }
    assert (found.effect, found.unpriced) == (90, 1)
    assert [row.effect for row in found.rows] == [None, -10, 100, 0]
    priced: Any = compared(before, after, known(D=7))
    assert (priced.effect, priced.unpriced) == (97, 0)


def test_what_is_the_same_costs_nothing_and_needs_no_price() -> None:
    same = content(part(D, 5))
    found: Any = compared(same, same, known())
    assert (found.effect, found.unpriced) == (0, 0)


def test_rows_carry_the_words_of_ppic_and_else_the_number() -> None:
    found = compared(content(part(A, 1)), content(part(A, 1), part(99, 1)), known())
    unknown, row = found.rows
    assert (unknown.number, unknown.name, unknown.unit) == ("#99", "", "")
    assert (row.number, row.name, row.description, row.unit) == (
        "PN-1",
        "Part 1",
        "Uraian 1",
        "pcs",
    )


@pytest.mark.parametrize(
    ("only", "items"),
    [
        ("changes", [D, A, B]),
        ("all", [D, A, B, C]),
        ("added", [D]),
        ("same", [C]),
        ("moved", []),
        ("nonsense", [D, A, B]),
    ],
)
def test_a_comparison_shows_what_is_asked_for(only: str, items: list[int]) -> None:
    before, after, _expected = PAIRS["all at once"]
    found = compared(before, after, known())
    assert [row.change.item for row in found.shown(only)] == items


def test_a_long_comparison_is_cut_and_says_how_many_are_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bom.queries.comparison.SHOWN_ROWS", 2)
    before, after, _expected = PAIRS["all at once"]
    page = compared(before, after, known()).page("all")
    assert (len(page["rows"]), page["hidden_rows"]) == (2, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "is_moved", "kind", "delta"),
    [
        (None, 2, False, "added", 2),
        (2, None, False, "removed", -2),
        (2, 3, True, "changed", 1),
        (2, 2, True, "moved", 0),
        (2, 2, False, "same", 0),
        (0, None, False, "removed", 0),
        (None, 0, False, "added", 0),
    ],
)
def test_the_kind_of_a_change(
    before: int | None, after: int | None, kind: str, delta: int, *, is_moved: bool
) -> None:
    was, now = (None if n is None else Decimal(n) for n in (before, after))
    change: Any = LineChange(A, was, now, is_moved)
    assert (change.kind, change.delta) == (kind, delta)


# --- The tree ---------------------------------------------------------------------------

DEEP = content(
    part(B, 3),
    unit("Incoming", 2, part(A, "1.5"), unit("Busbar", 4, part(C, 2))),
    part(A, 1, part(D, 10)),
)


def test_quantities_multiply_down_the_tree() -> None:
    found: Any = [(line.depth, line.item, line.total) for line in lines(DEEP)]
    assert found == [
        (0, A, 1),
        (1, D, 10),
        (0, B, 3),
        (0, None, 2),
        (1, A, 3),
        (1, None, 8),
        (2, C, 16),
    ]
    assert totals(DEEP) == {A: 4, B: 3, C: 16, D: 10}
    assert line_count(DEEP) == 5


def test_a_tree_is_shown_with_names_and_costs() -> None:
    rows = tree(DEEP, known())
    found = [(r.number, r.name, r.is_part, r.cost) for r in rows]
    assert found == [
        ("PN-1", "Part 1", True, 10),
        ("PN-4", "Part 4", True, None),
        ("PN-2", "Part 2", True, 300),
        ("", "Incoming", False, None),
        ("PN-1", "Part 1", True, 30),
        ("", "Busbar", False, None),
        ("PN-3", "Part 3", True, 16_000),
    ]
    assert cost_of(rows) == 16_340


def test_nothing_of_a_part_is_a_line_without_cost() -> None:
    rows: Any = tree(content(part(A, 0), part(B, 1)), known())
    assert [(row.qty, row.cost) for row in rows] == [(0, 0), (1, 100)]
