"""Entity tags: two states never share one, and a write that names another state is refused unread."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError
from core.http.etags import digest_tag, refuse_lost_write, version_tag
from core.http.wire import day_out, is_day, without_nulls

MOMENT = datetime(2026, 3, 16, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.mark.parametrize(
    ("parts", "tag"),
    [
        (("change", 5, 3), '"change-5-3"'),
        (("x",), '"x"'),
        (("x", MOMENT), '"x-1773622923.456789"'),
        (("x", None), '"x-None"'),
    ],
)
def test_a_tag_names_its_parts(parts: Any, tag: str) -> None:
    assert version_tag(*parts) == tag


def test_a_microsecond_is_another_state() -> None:
    later = MOMENT.replace(microsecond=456790)
    assert version_tag("x", MOMENT) != version_tag("x", later)


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 2}, False),
        ({"a": 1}, {"b": 1}, False),
        ([1, 2], [2, 1], False),
        ({"p": Decimal("1.50")}, {"p": Decimal("1.50")}, True),
        ({}, [], False),
    ],
)
def test_a_digest_is_of_what_is_sent(one: Any, other: Any, *, are_same: bool) -> None:
    assert (digest_tag(one) == digest_tag(other)) is are_same


def answer(if_match: str, present: str = '"a"') -> str:
    """``done``, or the code of the refusal."""
    try:
        refuse_lost_write(if_match, lambda: present, currentRevision=7)
    except DomainError as error:
        return f"{error.code} {error.extra['currentRevision']}"
    return "done"


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [
        ("", "done"),
        ("  ", "done"),
        ("*", "done"),
        ('"a"', "done"),
        ('"b", "a"', "done"),
        ('"b",*', "done"),
        ('"b"', "precondition_failed 7"),
        ("a", "precondition_failed 7"),
        ('W/"a"', "precondition_failed 7"),
        ('"A"', "precondition_failed 7"),
        ('"aa"', "precondition_failed 7"),
    ],
)
def test_a_write_passes_when_it_names_the_present_state(
    if_match: str, expected: str
) -> None:
    assert answer(if_match) == expected


@pytest.mark.parametrize("if_match", ["", "*"])
def test_the_state_is_read_only_when_it_is_asked_for(if_match: str) -> None:
    read: list[str] = []

    def present() -> str:
        read.append("now")
        return '"a"'

    refuse_lost_write(if_match, present)
    assert read == []


def test_the_sentence_can_be_the_callers() -> None:
    with pytest.raises(DomainError, match="Muat ulang"):
        refuse_lost_write('"b"', lambda: '"a"', sentence="Muat ulang.")


# --- Days on the wire ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-16", True),
        ("20260316", True),
        (" 2026-03-16 ", True),
        ("2026-03-16T00:00", True),
        ("2026-03-16 00:00:00", True),
        ("2026-03-16T00:00:00.000", True),
        ("2026-03-16T00:00:00Z", False),
        ("2026-03-16T00:00:00+07:00", False),
        ("2026-03-16T00:01", False),
        ("2026-03", False),
        ("", False),
    ],
)
def test_what_names_a_day_only(text: str, *, expected: bool) -> None:
    assert is_day(text) is expected


def test_a_day_goes_out_as_midnight_in_utc() -> None:
    assert day_out(MOMENT.date()).isoformat() == "2026-03-16T00:00:00+00:00"


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ({"a": None}, {}),
        (
            {"a": 0, "b": "", "c": False, "d": []},
            {"a": 0, "b": "", "c": False, "d": []},
        ),
        ({"a": {"b": None}}, {"a": {"b": None}}),
    ],
)
def test_only_nulls_are_left_out(row: Any, left: Any) -> None:
    assert without_nulls(row) == left
