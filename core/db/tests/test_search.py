"""Words of a search in a text as it is written."""

import pytest

from core.db.search import marked_parts


@pytest.mark.parametrize(
    ("text", "search", "found"),
    [
        ("Kabel 4x95 mm² NYY", "mm²", ["mm²"]),
        ("Kabel 4x95 mm² NYY", "MM2", ["mm²"]),
        ("Größe und Grösse", "größe", ["Größe", "Grösse"]),
        ("U\u0308berspannung", "uber", ["U\u0308berspannung"]),
        ("bus\u00adbar", "busbar", ["bus\u00adbar"]),
        ("a_busbar(busbars) kubusbar", "busbar", ["busbar", "busbars"]),
        ("10 A, 100 A", "10", ["10", "100"]),
        ("a.b", ".", []),
        ("(a+)+$", "(a+)+$", ["a"]),
        ("", "a", []),
    ],
)
def test_what_a_search_finds_is_marked_as_it_is_written(
    text: str, search: str, found: list[str]
) -> None:
    parts = list(marked_parts(text, search))
    assert [part for part, is_found in parts if is_found] == found
    assert "".join(part for part, _is_found in parts) == text
