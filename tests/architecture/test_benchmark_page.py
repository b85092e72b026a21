"""The page of ``python -m benchmarks``: it compares sizes, and says what grew too much."""

from datetime import UTC, datetime

from benchmarks.__main__ import ONCE, PARTS
from benchmarks.page import Part, page

TABLE = "| what | median | 95 % | queries |\n|---|---|---|---|\n"
WHEN = datetime(2026, 12, 1, 4, tzinfo=UTC)


def part(size: int, listed: float, home: float) -> Part:
    rows = f"| list | {listed:,.1f} ms | 9.0 ms | 5 |\n| home | {home:,.1f} ms | 9.0 ms | 5 |"
    return Part("changes", "SQLite", size, TABLE + rows)


def test_medians_are_the_first_times_of_each_row() -> None:
    assert part(1, 1_234.5, 3.0).medians == {"list": 1234.5, "home": 3.0}


def test_the_largest_size_is_compared_with_the_smallest() -> None:
    text = page([part(1000, 10, 4), part(100_000, 11, 8)], "a machine", WHEN)
    assert "| list | 10.0 ms | 11.0 ms | 1.10 | yes |" in text
    assert "| home | 4.0 ms | 8.0 ms | 2.00 | **no** |" in text
    assert "bar [1.10, 2.00]" in text
    assert "2026-12-01, 04:00 UTC. a machine." in text


def test_one_size_has_no_growth() -> None:
    text = page([part(1000, 10, 4)], "a machine", WHEN)
    assert "Growth" not in text
    assert TABLE in text


def test_what_is_measured_once_names_a_part_that_fills_its_database() -> None:
    assert set(ONCE) <= set(PARTS)
    assert set(ONCE.values()) <= set(PARTS)
