"""Leave: whose, which days, through which door, and what the history keeps of it."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from core.workdays.models import Leave
from core.workdays.queries import leave_by_person, people_away
from core.workdays.services import enter_leave, remove_leave
from tests.people import Cast

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 7, 6)  # of a week without a holiday
DAY = timedelta(days=1)
AGUS, HENDI = 12, 7


def enter(by: User, first: int = 0, last: int = 4, person: Any = AGUS) -> Leave:
    """A leave, by days from Monday on."""
    return enter_leave(
        ext_user_id=person, first=MONDAY + first * DAY, last=MONDAY + last * DAY, by=by
    )


# --- The verbs ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"),
    [("agus", True), ("budi", False), ("hendi", True), ("rina", True), ("admin", True)],
)
def test_ones_own_by_anybody_and_others_by_those_who_plan(
    cast: Cast, who: str, *, may: bool
) -> None:
    by = getattr(cast, who)
    row = enter(cast.agus, 7, 8)
    refused = []
    for verb in (
        lambda: enter(by),
        lambda: remove_leave(leave_id=row.pk, by=by),
    ):
        try:
            verb()
        except DomainError as error:
            refused.append(error.code)
    assert refused == ([] if may else ["forbidden", "forbidden"])


def test_the_history_keeps_what_a_removed_leave_held(agus: User, hendi: User) -> None:
    row = enter(agus)
    pk = row.pk
    remove_leave(leave_id=pk, by=hendi)
    events = Event.objects.filter(record_type="workdays.Leave", record_id=pk)
    held = {"ext_user_id": AGUS, "first": "2026-07-06", "last": "2026-07-10"}
    assert [(e.kind, e.actor, e.before, e.after) for e in events] == [
        ("leave.entered", agus, None, held),
        ("leave.removed", hendi, held, None),
    ]
    assert not Leave.objects.exists()
    with pytest.raises(DomainError) as caught:
        remove_leave(leave_id=pk, by=hendi)
    assert caught.value.code == "not_found"


@pytest.mark.parametrize(
    ("first", "last", "is_taken"),
    [(-5, -1, False), (-5, 0, True), (2, 2, True), (4, 9, True), (5, 9, False)],
)
def test_a_person_is_away_once(
    agus: User, hendi: User, first: int, last: int, *, is_taken: bool
) -> None:
    enter(agus)
    enter(hendi, person=HENDI)  # somebody else's leave is in nobody's way
    if is_taken:
        with pytest.raises(DomainError, match="06 Jul 2026 until 10 Jul 2026"):
            enter(agus, first, last)
    else:
        enter(agus, first, last)
    assert Leave.objects.count() == (2 if is_taken else 3)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ext_user_id": None}, "extUserId"),
        ({"first": None}, "from"),
        ({"first": date(1999, 1, 1)}, "from"),
        ({"last": date(2101, 1, 1)}, "from"),
        ({"last": MONDAY - DAY}, "to"),
        ({"last": MONDAY + 367 * DAY}, "to"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(
    hendi: User, given: dict[str, Any], field: str
) -> None:
    asked: Any = {"ext_user_id": AGUS, "first": MONDAY, "last": MONDAY} | given
    with pytest.raises(DomainError) as caught:
        enter_leave(**asked, by=hendi)
    assert list(caught.value.errors) == [field]
    assert not Leave.objects.exists()


def test_without_a_last_day_it_is_one_day(agus: User) -> None:
    row = enter_leave(ext_user_id=AGUS, first=MONDAY, last=None, by=agus)
    assert row.last == MONDAY


def test_who_is_away_day_by_day(agus: User, hendi: User) -> None:
    enter(agus)
    enter(hendi, 4, 7, person=HENDI)
    found = people_away(MONDAY + 3 * DAY, MONDAY + 5 * DAY)
    assert {(day - MONDAY).days: keys for day, keys in found.items()} == {
        3: [AGUS],
        4: [AGUS, HENDI],
        5: [HENDI],
    }
    assert people_away(MONDAY, MONDAY + 9 * DAY, 99) == {}
    assert set(leave_by_person(MONDAY + 5 * DAY)) == {HENDI}


# --- The page -------------------------------------------------------------------------


@pytest.fixture
def soon() -> Any:
    """The Friday before."""
    with time_machine.travel("2026-07-03T03:00:00Z", tick=False):
        yield


@pytest.mark.usefixtures("soon")
def test_somebody_enters_and_removes_their_own_leave(cast: Cast) -> None:
    browser = cast.browser("agus")
    typed = {"first": "2026-07-06", "last": "2026-07-12", "person": str(HENDI)}
    page = browser.post("/leave/", typed, follow=True).content.decode()
    row = Leave.objects.get()
    assert row.ext_user_id == AGUS  # who is no keeper has no choice of people
    assert "06 Jul 2026" in page
    assert f"/leave/{row.pk}/remove/" in page
    assert (
        f"/leave/{row.pk}/remove/"
        not in cast.browser("budi").get("/leave/").content.decode()
    )
    browser.post(f"/leave/{row.pk}/remove/")
    assert not Leave.objects.exists()


@pytest.mark.usefixtures("soon")
def test_an_spv_enters_it_for_anybody_of_the_directory(cast: Cast) -> None:
    browser = cast.browser("hendi")
    browser.post("/leave/", {"first": "2026-07-06", "person": str(AGUS)})
    assert Leave.objects.get().ext_user_id == AGUS
    answer = browser.post("/leave/", {"first": "2026-07-06", "person": "4242"})
    assert answer.status_code == 400
    assert Leave.objects.count() == 1


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"first": "besok"},
        {"first": "0026-07-06"},
        {"first": "2026-07-06", "last": "2026-07-01"},
        {"first": "2026-07-06", "last": "2028-07-06"},
        {"first": "2026-07-10"},
    ],
)
def test_a_form_that_makes_no_sense_is_400(cast: Cast, typed: dict[str, str]) -> None:
    enter(cast.agus)
    answer = cast.browser("agus").post("/leave/", typed)
    assert answer.status_code == 400
    assert Leave.objects.count() == 1


@pytest.mark.usefixtures("soon")
def test_what_is_over_is_not_shown(cast: Cast) -> None:
    enter(cast.agus, -5, -4)
    assert "Tidak ada yang cuti" in cast.browser("agus").get("/leave/").content.decode()
    assert timezone.localdate() < MONDAY


def test_calendar_and_workload_say_who_is_away(cast: Cast) -> None:
    enter(cast.agus)
    browser = cast.browser("budi")
    month = browser.get("/activities/calendar/", {"month": "2026-07"}).content.decode()
    assert month.count("away") == 5
    other = {"month": "2026-07", "person": str(HENDI)}
    assert "away" not in browser.get("/activities/calendar/", other).content.decode()
    week = {"first": "2026-07-06", "last": "2026-07-12"}
    assert "5 hari cuti" in browser.get("/activities/workload/", week).content.decode()
    holidays = {"first": "2026-08-17", "last": "2026-08-23"}
    page = browser.get("/activities/workload/", holidays).content.decode()
    assert "Proklamasi Kemerdekaan" in page


# --- The API --------------------------------------------------------------------------

BODY = {"from": "2026-07-06", "to": "2026-07-10"}


def test_leave_over_the_api(cast: Cast) -> None:
    api = cast.api("agus")
    made = api.write("/api/leave", BODY, 201)
    assert made == {
        "id": made["id"],
        "extUserId": AGUS,
        "name": "Agus Wijaya",
        "from": "2026-07-06T00:00:00Z",
        "to": "2026-07-10T00:00:00Z",
    }
    assert cast.api("budi").read("/api/leave") == [made]
    api.call("DELETE", f"/api/leave/{made['id']}")
    assert cast.api("budi").read("/api/leave") == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("userId=12", 1),
        ("userId=7", 0),
        ("from=2026-07-10", 1),
        ("from=2026-07-11", 0),
        ("to=2026-07-06", 1),
        ("to=2026-07-05", 0),
        ("USERID=12&limit=1", 1),
    ],
)
def test_the_list_is_filtered(cast: Cast, query: str, count: int) -> None:
    enter(cast.agus)
    assert len(cast.api("agus").read(f"/api/leave?{query}")) == count


@pytest.mark.parametrize("query", ["userId=agus", "from=besok", "to=0026-01-01"])
def test_a_filter_that_makes_no_sense_is_400(cast: Cast, query: str) -> None:
    cast.api("agus").read(f"/api/leave?{query}", 400)


@pytest.mark.parametrize(
    ("who", "body", "status"),
    [
        ("agus", {}, 400),
        ("agus", BODY | {"to": "2026-07-01"}, 400),
        ("agus", BODY | {"extUserId": HENDI}, 403),
        ("hendi", BODY | {"extUserId": 4242}, 400),
        ("hendi", BODY | {"extUserId": AGUS}, 201),
        ("hendi", BODY | {"extUserId": None}, 201),
        ("agus", [], 400),
        ("anon", BODY, 401),
    ],
)
def test_who_may_post_what(cast: Cast, who: str, body: Any, status: int) -> None:
    cast.api(who).write("/api/leave", body, status)
    assert Leave.objects.count() == (1 if status == 201 else 0)
