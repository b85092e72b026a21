"""Every filter of the list of changes finds its own, in the normal form of what was typed."""

from datetime import date
from typing import Any

import pytest

from core.accounts.models import User
from engineering.filters import ChangeFilter
from engineering.models import ChangeNotice, Configuration
from engineering.services import decide_change, withdraw_change
from engineering.tests.conftest import a_change

pytestmark = pytest.mark.django_db


@pytest.fixture
def six(agus: User, budi: User, rina: User) -> dict[int, str]:
    """Changes by name; that of Hendra was withdrawn. The limit is six million."""
    Configuration.objects.create(name="CCNThreshold", value=6_000_000)
    rows = {
        "nusa": a_change(agus, customer="PT Nusa", engineering="Ganti MCCB"),
        "duta": a_change(agus, customer="PT Duta", kind=1, date=date(2025, 12, 31)),
        "none": a_change(budi, detail_problem="Busbar panas", date=date(2026, 1, 1)),
        "cheap": a_change(budi, customer="PT Nusantara"),
        "yes": a_change(agus, kind=3),
        "no": a_change(agus, kind=3),
        "gone": a_change(agus, customer="PT Nusa"),
    }
    ChangeNotice.objects.filter(pk=rows["cheap"].pk).update(net=6_000_000)
    decide_change(change_id=rows["yes"].pk, by=rina, status=1)
    decide_change(change_id=rows["no"].pk, by=rina, status=2, remark="x")
    withdraw_change(change_id=rows["gone"].pk, by=agus)
    return {row.pk: name for name, row in rows.items()}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": "0"}, "nusa duta none cheap"),
        ({"status": "1"}, "yes"),
        ({"status": "2"}, "no"),
        ({"kind": "1"}, "duta"),
        ({"kind": "3", "status": "1"}, "yes"),
        ({"year": "2025"}, "duta"),
        ({"since": "2025-12-31", "until": "2026-01-01"}, "duta none"),
        ({"until": "2025-12-31"}, "duta"),
        ({"since": "2026-01-01", "until": "2026-01-01"}, "none"),
        ({"customer": "nusa"}, "nusa cheap"),
        ({"customer": '"PT Nusa"'}, "nusa"),
        ({"customer": '"pt  NUSA"'}, "nusa"),
        ({"customer": '""'}, "none yes no"),
        ({"customer": '"'}, ""),
        ({"requester": "BUDI"}, "none cheap"),
        ({"requester": "tidak ada"}, ""),
        ({"above": "on"}, "nusa duta none yes no"),
        ({"q": "busbar"}, "none"),
        ({"q": "mccb nusa"}, "nusa cheap"),
        ({"mine": "raised"}, "none cheap"),
        ({"mine": "waiting"}, ""),
    ],
)
def test_a_filter_finds_its_own(
    six: dict[int, str], budi: User, query: dict[str, str], expected: str
) -> None:
    assert found(six, budi, query) == set(expected.split())


def test_what_waits_for_the_manager(six: dict[int, str], rina: User) -> None:
    waiting = found(six, rina, {"mine": "waiting"})
    assert waiting == {"nusa", "duta", "none", "cheap"}


def found(six: dict[int, str], by: User, query: dict[str, str]) -> set[str]:
    """The names of what the filters find for a person."""
    request = type("Request", (), {"user": by})()
    rows = ChangeNotice.objects.alive()
    chosen = ChangeFilter(query, queryset=rows, request=request)
    assert chosen.is_valid(), chosen.errors
    return {six[row.pk] for row in chosen.qs}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "9"}, "status"),
        ({"kind": "x"}, "kind"),
        ({"year": "1999"}, "year"),
        ({"year": "2026.5"}, "year"),
        ({"since": "0026-01-01"}, "since"),
        ({"mine": "all"}, "mine"),
        ({"customer": "x" * 203}, "customer"),
    ],
)
def test_a_wrong_filter_is_named(query: dict[str, str], field: str) -> None:
    chosen = ChangeFilter(query, queryset=ChangeNotice.objects.all())
    assert not chosen.is_valid()
    assert list(chosen.errors) == [field]


def test_whose_a_change_is_hangs_on_a_person(six: dict[int, str]) -> None:
    anybody: Any = type("Request", (), {"user": None})()
    for request in (anybody, None):
        rows = ChangeNotice.objects.all()
        chosen = ChangeFilter({"mine": "raised"}, queryset=rows, request=request)
        assert not chosen.qs.exists()
