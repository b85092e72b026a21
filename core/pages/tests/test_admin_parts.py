"""Shared parts of the administration: who looks, who writes, columns in words, filters that are kept."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation

from core.pages.admin import (
    AdministratorsLook,
    StaffViewMixin,
    WaitingFirst,
    column,
    kept_filters,
)


def request_of(
    *, is_staff: bool = False, is_admin: bool = False, query: str = ""
) -> Any:
    """A request of somebody."""
    request: Any = RequestFactory().get(f"/admin/x/?{query}")
    request.user = SimpleNamespace(is_staff=is_staff, is_superuser=is_admin)
    return request


@pytest.mark.parametrize(
    ("kind", "is_staff", "is_admin", "may_look"),
    [
        (StaffViewMixin, True, False, True),
        (StaffViewMixin, False, False, False),
        (AdministratorsLook, True, False, False),
        (AdministratorsLook, False, True, True),
    ],
)
def test_who_looks_and_that_nobody_writes(
    kind: type[Any], *, is_staff: bool, is_admin: bool, may_look: bool
) -> None:
    request, shown = request_of(is_staff=is_staff, is_admin=is_admin), kind()
    assert shown.has_view_permission(request) is may_look
    for verb in ("add", "change", "delete"):
        assert getattr(shown, f"has_{verb}_permission")(request) is False


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 7, 1), "01 Jul 2026"),
        ("", None),
        ("PT A", "PT A"),
        (0, 0),
        (None, None),
    ],
)
def test_a_column_is_written_as_in_the_portal(value: Any, shown: Any) -> None:
    show = column("x", "Judul")
    with translation.override("id"):
        assert show(SimpleNamespace(x=value)) == shown
    assert (show.__name__, show.short_description) == ("x", "Judul")  # type: ignore[attr-defined]


def test_a_moment_is_written_by_the_clock_of_jakarta() -> None:
    moment = datetime(2026, 7, 1, 18, 30, tzinfo=UTC)
    with translation.override("id"):
        found = column("x", "Judul")(SimpleNamespace(x=moment))
    assert "02 Jul 2026" in found
    assert "01" in found.partition("2026")[2]


def test_a_column_of_choices_shows_the_word() -> None:
    row = SimpleNamespace(x=1, get_x_display=lambda: "Disetujui")
    assert column("x", "Status")(row) == "Disetujui"


@pytest.mark.parametrize(
    ("query", "of_list", "kept"),
    [
        ("_changelist_filters=waiting%3Dme%26q%3Da", False, "?waiting=me&q=a"),
        ("waiting=me&q=a", True, "?waiting=me&q=a"),
        ("waiting=me", False, ""),
        ("", True, ""),
        ("_changelist_filters=a%0d%0ab", False, "?a%0D%0Ab="),
    ],
)
def test_filters_go_on_as_a_query_and_nothing_else(
    query: str, kept: str, *, of_list: bool
) -> None:
    assert kept_filters(request_of(query=query), of_list=of_list) == kept


class Shown:
    """A list of the administration."""

    def changelist_view(self, request: Any) -> str:
        """The page."""
        return "page"


class Waiting(WaitingFirst, Shown):
    """A list that is worked off."""

    def __init__(self, *ids: int) -> None:
        self.ids = ids

    def waiting_ids(self, request: Any) -> Any:
        """Of this person."""
        return self.ids


@pytest.mark.parametrize(
    ("ids", "query", "is_led"),
    [
        ((1,), "", True),
        ((), "", False),
        ((1,), "waiting=all", False),
        ((1,), "q=a", False),
    ],
)
def test_who_is_asked_and_has_no_wish_sees_what_waits(
    ids: tuple[int, ...], query: str, *, is_led: bool
) -> None:
    answer = Waiting(*ids).changelist_view(request_of(query=query))
    assert (answer != "page") is is_led
    if is_led:
        assert answer["Location"] == "/admin/x/?waiting=me"


@pytest.mark.parametrize(
    ("query", "order"),
    [("waiting=me", ("pk",)), ("waiting=all", ("-pk",)), ("", ("-pk",))],
)
def test_what_waits_longest_stands_first(query: str, order: tuple[str, ...]) -> None:
    assert Waiting().get_ordering(request_of(query=query)) == order
