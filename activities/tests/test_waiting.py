"""Whose turn it is, what is late and from when, and one person's work by urgency."""

from typing import Any

import pytest
import time_machine

from activities.models import STAGES, Activity, Task
from activities.permissions import may_sign
from activities.queries.live_tasks import activities_between, overdue_tasks
from activities.queries.mine import (
    in_charge_by_task,
    lines,
    my_tasks,
    pressing_tasks,
    waiting_tasks,
    waiting_word,
)
from activities.queries.signers import people_asked, tasks_asking
from activities.services import edit_task, remove_activity, remove_task
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from core.accounts.models import User
from core.text.months import end_of_day, start_of_day
from ems.navigation import waiting_counts
from tests.people import make_person

pytestmark = pytest.mark.django_db
# Agus and Budi are of Hendi's department, Tuti of Sari's; Cipto's has no SPV, 999 is a stranger.
CHARGES = {"agus": 12, "budi": 101, "tuti": 31, "cipto": 32, "stranger": 999}


@pytest.fixture
def company(
    agus: User, budi: User, hendi: User, sari: User, rina: User, ratna: User
) -> dict[str, User]:
    """Everybody by name; Wati is an SPV without a department."""
    make_person(31, "Tuti", department_ext_id=5)
    make_person(32, "Cipto", department_ext_id=9)
    wati = make_person(33, "Wati", "spv")
    found = (agus, budi, hendi, sari, rina, ratna, wati)
    return {person.username: person for person in found}


@pytest.mark.parametrize(
    ("level", "charges", "waits_for"),
    [
        (0, "agus", "agus"),
        (0, "agus budi", "agus budi"),
        (0, "tuti", ""),
        (0, "", ""),
        (1, "agus", "hendi wati"),
        (1, "tuti", "sari wati"),
        (1, "agus tuti", "hendi sari wati"),
        (1, "cipto", "hendi sari wati"),
        (1, "cipto agus", "hendi wati"),
        (1, "stranger", "hendi sari wati"),
        (1, "", "hendi sari wati"),
        (2, "agus", "ratna rina"),
        (2, "", "ratna rina"),
        (3, "agus", ""),
    ],
)
def test_a_task_waits_for_these_people(
    company: dict[str, User], level: int, charges: str, waits_for: str
) -> None:
    people = [CHARGES[name] for name in charges.split()]
    row = {"description": "SLD", "people": people}
    task = the_task(an_activity(company["hendi"], row))
    signed(task, *[company["rina"]] * level)
    asked = [name for name, by in company.items() if tasks_asking(by).exists()]
    assert sorted(asked) == waits_for.split()


# Who is left of the company, in whose hands a task is, the signatures it has, and who is then asked.
STAFFS = {
    "no SPV at all": ("agus budi rina ratna", "agus", 1, "ratna rina"),
    "no SPV, nobody in charge": ("agus rina", "", 1, "rina"),
    "no SPV, before its turn": ("agus rina ratna", "agus", 0, "agus"),
    "only an SPV without a department": ("agus wati rina", "agus", 1, "wati"),
    "an SPV of elsewhere": ("agus sari rina", "agus", 1, "sari"),
    "an SPV of elsewhere and one without": ("agus sari wati", "agus", 1, "sari wati"),
    "no manager": ("agus hendi", "agus", 2, ""),
    "neither": ("agus", "agus", 1, ""),
}


@pytest.mark.parametrize("staff", STAFFS)
def test_who_is_asked_when_roles_are_empty(
    company: dict[str, User], staff: str
) -> None:
    names, charges, level, asked = STAFFS[staff]
    row = {"description": "SLD", "people": [CHARGES[name] for name in charges.split()]}
    task = the_task(an_activity(company["hendi"], row))
    signed(task, *[company["rina"]] * level)
    User.objects.exclude(username__in=names.split()).update(is_active=False)
    people = people_asked(STAGES[level], in_charge_by_task([task])[task.pk])
    assert sorted(each.username for each in people) == asked.split()
    waits = [name for name in names.split() if tasks_asking(company[name]).exists()]
    assert sorted(waits) == asked.split()


@pytest.mark.parametrize("charges", ["agus", "agus tuti", "cipto", "stranger", ""])
@pytest.mark.parametrize("level", range(len(STAGES)))
def test_notice_list_count_and_right_agree(
    company: dict[str, User], level: int, charges: str
) -> None:
    ids = frozenset(CHARGES[name] for name in charges.split())
    row = {"description": "SLD", "people": list(ids)}
    task = the_task(an_activity(company["hendi"], row))
    signed(task, *[company["rina"]] * level)
    told = {each.username for each in people_asked(STAGES[level], ids)}
    for name, by in company.items():
        assert tasks_asking(by).exists() is (name in told)
        assert waiting_counts(by, level) == (0, 0, int(name in told), 0)
        if name in told:
            assert may_sign(by, STAGES[level], is_in_charge=by.ext_id in ids)


def test_who_leaves_the_task_is_asked_no_more(company: dict[str, User]) -> None:
    agus = company["agus"]
    task = the_task(an_activity(agus, a_task("SLD", agus)))
    fields = {"people": [101]}
    edit_task(task_id=task.pk, by=agus, fields=fields, facts=NOTHING_KNOWN)
    asked = [name for name, by in company.items() if tasks_asking(by).exists()]
    assert asked == ["budi"]


@pytest.mark.parametrize("gone", ["task", "activity"])
def test_removed_work_waits_for_nobody(agus: User, hendi: User, gone: str) -> None:
    activity = an_activity(agus, a_task("A", agus), a_task("B", agus))
    if gone == "task":
        remove_task(task_id=the_task(activity).pk, by=agus)
    else:
        remove_activity(activity_id=activity.pk, by=agus)
    left = {"task": ["B"], "activity": []}[gone]
    assert [str(task) for task in waiting_tasks(agus)] == left
    assert [str(task) for task in my_tasks(agus)] == left


def test_what_waits_is_sorted_by_its_end_and_undated_is_kept(agus: User) -> None:
    undated = {"description": "D", "people": [12]}
    ends = ("2026-03-20", "2026-03-18", "2026-03-19")
    rows = [
        a_task(name, agus, starts_at=None, ends_at=at(end))
        for name, end in zip("ABC", ends, strict=True)
    ]
    an_activity(agus, *rows, undated)
    titles = [str(task) for task in waiting_tasks(agus) if task.ends_at]
    assert titles == ["B", "C", "A"]
    assert waiting_tasks(agus).count() == 4


@pytest.mark.parametrize(
    ("level", "who", "stage"),
    [
        (0, "agus", "pic"),
        (0, "budi", ""),
        (0, "hendi", "pic"),
        (1, "agus", ""),
        (1, "hendi", "spv"),
        (2, "hendi", ""),
        (2, "rina", "manager"),
        (3, "rina", ""),
    ],
)
def test_a_line_has_the_button_of_its_reader(
    company: dict[str, User], level: int, who: str, stage: str
) -> None:
    task = the_task(an_activity(company["hendi"], a_task("SLD", company["agus"])))
    task = signed(task, *[company["rina"]] * level)
    (line,) = lines([task], company[who], in_charge_by_task([task]))
    assert line.stage == stage
    assert line.word == waiting_word(task)


# --- Late -------------------------------------------------------------------------------

ENDS = {"starts_at": at("2026-03-10"), "ends_at": at("2026-03-16 09:00")}


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        ("2026-03-16 08:00", False),
        ("2026-03-16 23:59", False),
        ("2026-03-17 00:00", True),
        ("2026-03-17 06:59", True),
    ],
)
def test_a_task_is_late_when_jakartas_day_is_over(
    agus: User, moment: str, *, is_late: bool
) -> None:
    activity = an_activity(agus, a_task("SLD", agus, **ENDS))
    with time_machine.travel(at(moment), tick=False):
        assert overdue_tasks().exists() is is_late
        assert the_task(activity).is_late is is_late
        assert activity.is_late is is_late
        assert pressing_tasks(agus).exists()


@pytest.mark.parametrize("level", range(4))
def test_what_is_complete_is_not_late(agus: User, rina: User, level: int) -> None:
    activity = an_activity(agus, a_task("SLD", agus, **ENDS))
    task = signed(the_task(activity), *[rina] * level)
    is_late = level < len(STAGES)
    assert task.is_late is is_late
    assert list(overdue_tasks()) == ([task] if is_late else [])
    assert Activity.objects.get().is_late is is_late


def test_what_has_no_end_is_never_late(agus: User) -> None:
    activity = an_activity(agus, {"description": "x", "people": [12]})
    assert not the_task(activity).is_late
    assert not activity.is_late
    assert not overdue_tasks().exists()


def test_the_longest_late_stands_first(agus: User, rina: User) -> None:
    for name, day in (("A", "2026-03-12"), ("B", "2026-03-11"), ("C", "2026-03-13")):
        row = a_task(name, agus, starts_at=None, ends_at=at(day))
        activity = an_activity(agus, row)
    remove_activity(activity_id=activity.pk, by=agus)
    assert [str(task) for task in overdue_tasks()] == ["B", "A"]


@pytest.mark.parametrize(
    ("end", "presses"),
    [
        ("2026-03-15 23:59", True),
        ("2026-03-16 00:00", True),
        ("2026-03-22 23:59", True),
        ("2026-03-23 00:00", False),
        (None, False),
    ],
)
def test_own_work_presses_a_week_ahead(
    agus: User, end: str | None, *, presses: bool
) -> None:
    ends_at = end and at(end)
    an_activity(agus, {"description": "x", "people": [12], "ends_at": ends_at})
    found = pressing_tasks(agus, now=at("2026-03-16 12:00"))
    assert found.exists() is presses
    assert waiting_tasks(agus).exists()


def test_what_i_have_signed_and_others_work_does_not_press(
    agus: User, budi: User, rina: User
) -> None:
    activity = an_activity(
        agus, a_task("A", agus), a_task("B", budi), a_task("C", agus)
    )
    signed(the_task(activity), agus)
    assert [str(task) for task in pressing_tasks(agus)] == ["C"]
    assert [str(task) for task in my_tasks(agus)] == ["A", "C"]


def test_a_signature_presses_however_late_it_is_due(
    agus: User, hendi: User, rina: User
) -> None:
    later = a_task("C", agus, ends_at=at("2099-01-01"))
    signed(the_task(an_activity(agus, later)), agus)
    assert [str(task) for task in pressing_tasks(hendi)] == ["C"]


@pytest.mark.parametrize(
    ("first", "last", "touches"),
    [
        ("2026-03-01", "2026-03-09 23:59", False),
        ("2026-03-01", "2026-03-10 00:00", True),
        ("2026-03-16 09:00", "2026-03-20", True),
        ("2026-03-16 09:01", "2026-03-20", False),
        ("2026-03-12", "2026-03-13", True),
    ],
)
def test_a_period_touches_a_span_ends_included(
    agus: User, first: str, last: str, *, touches: bool
) -> None:
    an_activity(agus, a_task("SLD", agus, **ENDS))
    assert activities_between(at(first), at(last)).exists() is touches


def test_a_day_is_jakartas_from_midnight_to_midnight() -> None:
    day: Any = at("2026-03-16 12:00").date()
    assert start_of_day(day).isoformat() == "2026-03-16T00:00:00+07:00"
    assert end_of_day(day).isoformat() == "2026-03-16T23:59:59.999999+07:00"
    assert Task.objects.filter(ends_at__lt=start_of_day(day)).count() == 0
