"""Pages of long lists."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.accounts.models import UserRole
from core.db.paging import (
    Page,
    counted,
    id_chunks,
    in_order,
    page_asked,
    sliced_ids,
)
from core.errors import DomainError


@pytest.mark.parametrize(
    ("limit", "offset", "page"),
    [
        (None, None, None),
        ("", "", None),
        ("10", None, Page(10, 0)),
        (None, "5", Page(50, 5)),
        ("1000", "1000000000000", Page(1000, 10**12)),
    ],
)
def test_what_is_asked(
    limit: str | None, offset: str | None, page: Page | None
) -> None:
    assert page_asked(limit, offset) == page


@given(st.text(max_size=30), st.text(max_size=30))
def test_nonsense_is_refused_and_never_a_crash(limit: str, offset: str) -> None:
    found: Any = None
    with suppress(DomainError):
        found = page_asked(limit, offset)
    assert found is None or (1 <= found.limit <= 1000 and found.offset >= 0)


@pytest.fixture
def ids(db: None) -> list[int]:
    """Eleven rows."""
    rows = [UserRole.objects.create(user_id=n, role="pic") for n in range(11)]
    return [row.pk for row in rows]


@pytest.mark.parametrize("limit", [1, 3, 5, 11, 20])
def test_pages_are_the_list_whatever_end_they_are_read_from(
    ids: list[int], limit: int
) -> None:
    rows = UserRole.objects.order_by("pk")
    seen = []
    for offset in range(0, 22, limit):
        seen += sliced_ids(rows, Page(limit, offset), len(ids))
    assert seen == ids


def test_chunks_are_the_list_by_its_key(ids: list[int]) -> None:
    rows = UserRole.objects.order_by("-user_id")
    chunks = list(id_chunks(rows, size=4))
    assert [key for chunk in chunks for key in chunk] == ids
    assert [len(chunk) for chunk in chunks] == [4, 4, 3]
    assert list(id_chunks(UserRole.objects.none())) == []


def test_a_count_is_remembered_until_the_version_moves(ids: list[int]) -> None:
    rows = UserRole.objects.all()
    assert counted(rows, 1) == 11
    UserRole.objects.filter(pk=ids[0]).delete()
    assert counted(rows, 1) == 11
    assert counted(rows, 2) == 10


@pytest.mark.django_db
def test_a_list_that_can_hold_nothing_is_counted() -> None:
    assert counted(UserRole.objects.none(), 1) == 0
    assert counted(UserRole.objects.filter(pk__in=[]), 1) == 0


def test_rows_come_in_the_order_of_their_ids(ids: list[int]) -> None:
    wanted = [ids[5], ids[2], ids[9]]
    rows = UserRole.objects.filter(pk__in=wanted)
    assert [row.pk for row in in_order(rows, [*wanted, 999_999])] == wanted
