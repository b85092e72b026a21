"""What a text names, and how it is kept."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.talk.models import Comment
from core.talk.policies import cleaned, excerpt, is_editable, mentions

PEOPLE = {
    "hendi saputra": [7],
    "hendi": [8],
    "ani": [1, 2],
    "agus": [12],
    "élodie": [3],
}
THEN = datetime(2026, 3, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Hendi Saputra tolong dicek", [7]),
        ("@hendi tolong", [8]),
        ("@Hendi, @AGUS!", [8, 12]),
        ("tanya @Ani.", [1, 2]),
        ("@Anita bukan", []),
        ("surat ke a@ani dan agus@agus.com", []),
        ("@@agus", [12]),
        ("@agus @agus", [12, 12]),
        ("(@Élodie)", [3]),
        ("@ agus", []),
        ("@nobody", []),
        ("agus", []),
        ("@", []),
        ("", []),
    ],
)
def test_a_name_behind_a_mark_is_a_mention(text: str, named: list[int]) -> None:
    assert mentions(text, PEOPLE) == named


@given(st.text(max_size=200))
def test_no_text_names_whom_it_does_not_hold(text: str) -> None:
    for person in mentions(text, PEOPLE):
        names = [name for name, ids in PEOPLE.items() if person in ids]
        assert any(f"@{name}" in text.lower() for name in names)


def test_many_marks_are_read_in_no_time() -> None:
    people = {f"orang {number}": [number] for number in range(2_000)}
    assert mentions("@o" * 2_000, people) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  a\r\nb\rc \n", "a\nb\nc"), ("a\0b", "ab"), (" \n ", ""), ("a  b", "a  b")],
)
def test_a_text_has_one_kind_of_line_end(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("a\n\n b") == "a b"
    assert (
        excerpt("# Judul\n\n- **tebal** 2*3\n> `kode` - x")
        == "Judul tebal 2*3 kode - x"
    )
    assert len(excerpt("kata " * 100)) <= 200
    assert excerpt("kata " * 100).endswith("…")


@pytest.mark.parametrize(
    ("seconds", "answered", "may"),
    [(0, False, True), (600, False, True), (601, False, False), (5, True, False)],
)
def test_ten_minutes_and_until_an_answer(
    seconds: int, *, answered: bool, may: bool
) -> None:
    row = Comment(created_at=THEN)
    now = THEN + timedelta(seconds=seconds)
    assert is_editable(row, now, is_answered=answered) is may
    row.struck_at = THEN
    assert not is_editable(row, now, is_answered=answered)
