"""The waiting time of approvals against decisions that were counted by hand."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bom.services import decide_bom
from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
    Assignment,
    Decision,
    Substitution,
)
from core.workdays.models import Holiday
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from reports.catalogue import BY_SLUG
from reports.period import Period, ReportPeriod
from tests.excel import below_the_title
from tests.people import content_of

pytestmark = pytest.mark.django_db
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
JAKARTA = ZoneInfo("Asia/Jakarta")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=JAKARTA)


def waited(by: User, asked: str, decided: str) -> None:
    """The latest decision of a person: when they were asked, and when they decided."""
    decision = Decision.objects.filter(approver=by).latest("pk")
    Decision.objects.filter(pk=decision.pk).update(decided_at=at(decided))
    Assignment.objects.filter(pk=decision.assignment_id).update(asked_at=at(asked))


def rows(period: Period = MARCH) -> list[list[object]]:
    with translation.override("en"):
        page = BY_SLUG["waiting"].build(ReportPeriod(period))
        return [[cell.value for cell in row] for row in page.tables[0].rows]


@pytest.fixture(autouse=True)
def _ordinary_weeks(db: None) -> None:
    Holiday.objects.all().delete()
    cache.clear()


@pytest.fixture
def decided(agus: User, hendi: User, rina: User) -> None:
    """Three changes that Rina decided, one BOM that Hendi did."""
    for asked, decision in (
        ("02 09:00", "02 11:00"),  # 2 hours of one Monday
        ("06 16:00", "09 09:00"),  # from Friday to Monday: 1 and 1
        ("10 08:00", "12 17:00"),  # three whole days of 8 hours
    ):
        decide_change(change_id=a_change(agus).pk, by=rina, status=1)
        waited(rina, asked, decision)
    bom = put_up(700, agus, hendi)
    shown: dict[str, Any] = {"revision": bom.revision, "digest": bom.digest}
    decide_bom(ext_bom_id=700, by=hendi, status=1, **shown)
    waited(hendi, "03 08:00", "03 08:30")


@pytest.mark.usefixtures("decided")
def test_median_and_longest_are_working_hours() -> None:
    assert rows() == [
        ["1. Manager", "Rina", 3, Decimal("2.0"), Decimal("24.0")],
        ["1. PIC", "Hendi", 1, Decimal("0.5"), Decimal("0.5")],
    ]


@pytest.mark.usefixtures("decided")
def test_a_holiday_does_not_count() -> None:
    Holiday.objects.create(date=date(2026, 3, 11), name="Libur")
    cache.clear()
    assert rows()[0][3:] == [Decimal("2.0"), Decimal("16.0")]


@pytest.mark.usefixtures("decided")
def test_the_day_of_the_decision_counts() -> None:
    one = Period(date(2026, 3, 9), date(2026, 3, 9))
    assert rows(one) == [["1. Manager", "Rina", 1, Decimal("2.0"), Decimal("2.0")]]
    assert rows(Period(date(2026, 2, 1), date(2026, 2, 28))) == []


def test_a_decision_before_it_was_asked_waited_nothing(agus: User, rina: User) -> None:
    decide_change(change_id=a_change(agus).pk, by=rina, status=1)
    waited(rina, "05 10:00", "04 10:00")
    assert rows() == [["1. Manager", "Rina", 1, Decimal("0.0"), Decimal("0.0")]]


def test_each_step_stands_by_itself(agus: User, hendi: User, rina: User) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2).people.add(rina)
    change = a_change(agus)
    for by in (hendi, rina):
        decide_change(change_id=change.pk, by=by, status=1)
        waited(by, "02 08:00", "02 10:00")
    assert [row[:2] for row in rows()] == [["1. SPV", "Hendi"], ["2. by name", "Rina"]]


def test_a_substitutes_decision_is_the_substitutes(
    agus: User, hendi: User, rina: User
) -> None:
    from django.utils import timezone  # noqa: PLC0415

    today = timezone.localdate()
    Substitution.objects.create(
        person=rina, substitute=hendi, first_day=today, last_day=today, made_by=rina
    )
    decide_change(change_id=a_change(agus).pk, by=hendi, status=1)
    waited(hendi, "02 08:00", "02 10:00")
    assert [row[1] for row in rows()] == ["Hendi"]


@pytest.mark.usefixtures("decided")
def test_the_page_and_the_file_say_the_same(
    agus: User, as_person: Callable[[User], Client], sandbox: object
) -> None:
    client = as_person(agus)
    asked = {"since": "2026-03-01", "until": "2026-03-31"}
    page = client.get("/reports/waiting/", asked).content.decode()
    assert "Rina" in page
    assert "24" in page
    file = content_of(client.get("/reports/waiting/excel/", asked))
    sheet = openpyxl.load_workbook(BytesIO(file)).active
    assert sheet is not None
    found = below_the_title(sheet)[1:]
    assert [row[1:3] for row in found[:2]] == [("Rina", 3), ("Hendi", 1)]
    assert [float(str(value)) for value in found[0][3:5]] == [2.0, 24.0]
    assert client.get("/reports/waiting/?since=x").status_code == 400


@pytest.mark.usefixtures("decided")
def test_the_queries_do_not_grow_with_the_decisions(agus: User, rina: User) -> None:
    rows()
    with CaptureQueriesContext(connection) as few:
        rows()
    for _each in range(5):
        decide_change(change_id=a_change(agus).pk, by=rina, status=1)
        waited(rina, "20 08:00", "20 09:00")
    with CaptureQueriesContext(connection) as many:
        assert rows()[0][2] == 8
    assert len(many) <= len(few) <= 4
