"""What is sent becomes columns, or is refused with the field's name; the limits themselves are allowed."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from activities.models import Activity, InCharge, Task
from activities.queries.lookups import Facts
from activities.services import (
    MAX_TASKS,
    add_task,
    edit_activity,
    edit_task,
    plan_activity,
)
from activities.services.field_values import difference, people_of
from activities.tests.conftest import NOTHING_KNOWN, a_task, an_activity, at, the_task
from core.accounts.models import User
from core.errors import DomainError
from core.integrations.crm import Account, Inquiry, PurchaseOrder
from core.ledger.models import Event
from tests.people import make_person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
NUSA, DUTA = Account(1, "PT Nusa"), Account(2, "PT Duta")


def refusal(verb: Any, **given: Any) -> list[str]:
    """The fields that a refusal names."""
    with pytest.raises(DomainError) as caught:
        verb(**given)
    assert caught.value.code == "invalid"
    return list(caught.value.errors)


# --- The header --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": 3}, "type"),
        ({"kind": -1}, "type"),
        ({"customer": "x" * 201}, "customer"),
        ({"ext_job_id": 77}, "extJobId"),
        ({"description": "  "}, "description"),
    ],
)
def test_a_wrong_header_names_its_field(
    agus: User, fields: dict[str, Any], named: str
) -> None:
    facts = Facts(unknown_jobs=frozenset({77}))
    given = {"description": "x", **fields}
    assert refusal(plan_activity, by=agus, fields=given, facts=facts) == [named]
    assert (Activity.objects.count(), Event.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({"customer": "x" * 200}, {"customer": "x" * 200}),
        ({"customer": None, "pic": None}, {"customer": "", "pic": ""}),
        ({"kind": None}, {"kind": Activity.Kind.PRE_PO}),
        ({"kind": 2}, {"kind": Activity.Kind.OTHERS}),
        ({"ext_job_id": 51}, {"ext_job_id": 51}),
        ({"date": at("2026-03-16")}, {"date": at("2026-03-16")}),
        ({"revision": 99, "created_by": None, "task_count": 7}, {"task_count": 0}),
    ],
)
def test_a_header_is_stored_as_sent(
    agus: User, fields: dict[str, Any], stored: dict[str, Any]
) -> None:
    made = plan_activity(
        by=agus, fields={"description": "x", **fields}, facts=NOTHING_KNOWN
    )
    row = Activity.objects.get(pk=made.pk)
    assert {name: getattr(row, name) for name in stored} == stored
    assert (row.created_by, row.revision, row.content_revision) == (agus, 1, 1)


SUBJECTS = {
    "description": "x",
    "customer": "x",
    "ext_engineering_detail_problem_id": 1,
    "ext_job_id": 1,
    "ext_inquiry_id": 1,
    "ext_panel_code_id": 1,
    "ext_purchase_order_id": 1,
    "support_table_id": 1,
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_one_subject_is_enough(agus: User, name: str) -> None:
    plan_activity(by=agus, fields={name: SUBJECTS[name]}, facts=NOTHING_KNOWN)
    assert Activity.objects.count() == 1


def test_a_task_with_words_is_a_subject(agus: User) -> None:
    plan_activity(
        by=agus, fields={}, tasks=[{"description": "SLD"}], facts=NOTHING_KNOWN
    )
    assert Activity.objects.get().task_count == 1


@pytest.mark.parametrize(
    ("fields", "task"),
    [
        ({"pic": "Agus"}, {}),
        ({"kind": 2}, {"description": " "}),
        ({"date": at("2026-03-16")}, {"hours": 4}),
        ({}, {"description": "SLD", "deleted_at": NOW}),
    ],
)
def test_what_says_nothing_is_no_subject(
    agus: User, fields: dict[str, Any], task: dict[str, Any]
) -> None:
    named = refusal(
        plan_activity, by=agus, fields=fields, tasks=[task], facts=NOTHING_KNOWN
    )
    assert named == ["description"]
    assert not Task.objects.exists()


def test_a_job_that_ppic_lost_does_not_stop_other_edits(agus: User) -> None:
    activity = an_activity(agus, kind=1, ext_job_id=77)
    facts = Facts(unknown_jobs=frozenset({77, 78}))
    given: dict[str, Any] = {"activity_id": activity.pk, "by": agus, "facts": facts}
    edit_activity(**given, fields={"pic": "x", "ext_job_id": 77})
    assert refusal(edit_activity, **given, fields={"ext_job_id": 78}) == ["extJobId"]
    edit_activity(**given, fields={"ext_job_id": None})
    assert Activity.objects.get().ext_job_id is None


@pytest.mark.parametrize(
    ("fields", "customer"),
    [
        ({"kind": 0, "ext_inquiry_id": 5}, "PT Nusa"),
        ({"kind": 0, "ext_inquiry_id": 6}, ""),
        ({"kind": 0, "ext_inquiry_id": 7}, ""),
        ({"kind": 0, "ext_purchase_order_id": 9}, ""),
        ({"kind": 1, "ext_purchase_order_id": 9}, "PT Duta"),
        ({"kind": 1, "ext_inquiry_id": 5}, ""),
        ({"kind": 2, "ext_inquiry_id": 5, "ext_purchase_order_id": 9}, ""),
        ({"kind": 0, "ext_inquiry_id": 5, "customer": "PT Sendiri"}, "PT Sendiri"),
    ],
)
def test_the_customer_of_the_subject_fills_an_empty_one(
    agus: User, fields: dict[str, Any], customer: str
) -> None:
    facts = Facts(
        inquiries={
            5: Inquiry(5, "INQ-5", "x", None, NUSA, None),
            6: Inquiry(6, "INQ-6", "x", None, None, None),
        },
        orders={9: PurchaseOrder(9, "PO-9", DUTA)},
    )
    given = {"description": "x", **fields}
    assert plan_activity(by=agus, fields=given, facts=facts).customer == customer


# --- A task ------------------------------------------------------------------------

LATER = at("2026-03-18")
GOOD: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no hours": ({"hours": None}, {"hours": None}),
    "zero hours": ({"hours": 0}, {"hours": Decimal(0)}),
    "most hours": ({"hours": "99999.99"}, {"hours": Decimal("99999.99")}),
    "a fraction": ({"hours": 1.1}, {"hours": Decimal("1.1")}),
    "one moment": (
        {"starts_at": LATER, "ends_at": LATER},
        {"starts_at": LATER, "ends_at": LATER},
    ),
    "only an end": ({"ends_at": LATER}, {"starts_at": None, "ends_at": LATER}),
    "only a start": ({"starts_at": LATER}, {"starts_at": LATER, "ends_at": None}),
    "null texts": (
        {"remark": None, "late_note": None},
        {"remark": "", "late_note": ""},
    ),
    "first reason": ({"late_reason": 1}, {"late_reason": 1}),
    "last reason": ({"late_reason": 5}, {"late_reason": 5}),
    "no reason": ({"late_reason": None}, {"late_reason": None}),
    "no place": ({"position": None}, {"position": 0}),
    "a far place": ({"position": 10**9}, {"position": 1_000_000}),
    "a panel": ({"ext_panel_code_id": 7}, {"ext_panel_code_id": 7}),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_task_is_stored_as_sent(agus: User, case: str) -> None:
    sent, stored = GOOD[case]
    task = the_task(an_activity(agus, {"description": "x", **sent}))
    assert {name: getattr(task, name) for name in stored} == stored


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "hours below zero": ({"hours": "-0.01"}, "hours"),
    "too many hours": ({"hours": 100_000}, "hours"),
    "end before start": ({"starts_at": LATER, "ends_at": at("2026-03-17")}, "to"),
    "reason zero": ({"late_reason": 0}, "lateReason"),
    "reason six": ({"late_reason": 6}, "lateReason"),
    "unknown person": ({"people": [12, 777]}, "inCharges"),
    "51 people": ({"people": list(range(1, 52))}, "inCharges"),
    "another task's row": ({"in_charges": [{"id": 4}]}, "inCharges[0].id"),
    "nobody named": ({"in_charges": [{}]}, "inCharges[0].extUserId"),
}
DIRECTORY = Facts(people=frozenset(range(1, 60)))


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("verb", ["add_task", "edit_task", "edit_activity"])
def test_a_wrong_value_of_a_task_names_its_field_and_changes_nothing(
    agus: User, case: str, verb: str
) -> None:
    sent, field = BAD[case]
    activity = an_activity(agus, a_task("SLD", agus), a_task("Layout", agus))
    task = activity.tasks.last()
    assert task is not None
    events, given = Event.objects.count(), {"by": agus, "facts": DIRECTORY}
    if verb == "add_task":
        named = refusal(add_task, activity_id=activity.pk, fields=sent, **given)
    elif verb == "edit_task":
        named = refusal(edit_task, task_id=task.pk, fields=sent, **given)
    else:
        rows = [{"id": the_task(activity).pk, "hours": 1}, {"id": task.pk, **sent}]
        named = refusal(edit_activity, activity_id=activity.pk, tasks=rows, **given)
        field = f"tasks[1].{field}"
    assert named == [field]
    assert list(activity.tasks.values_list("hours", flat=True)) == [6, 6]
    assert Event.objects.count() == events


def test_fifty_people_are_allowed(agus: User) -> None:
    task = {"description": "x", "people": list(range(1, 51))}
    plan_activity(by=agus, fields={"description": "x"}, tasks=[task], facts=DIRECTORY)
    assert InCharge.objects.count() == 50


def test_a_moved_start_is_judged_with_the_stored_end(agus: User) -> None:
    dates = {"starts_at": at("2026-03-16"), "ends_at": at("2026-03-18")}
    task = the_task(an_activity(agus, a_task("SLD", **dates)))
    given: dict[str, Any] = {"task_id": task.pk, "by": agus, "facts": NOTHING_KNOWN}
    late = {"starts_at": at("2026-03-19")}
    assert refusal(edit_task, **given, fields=late) == ["to"]
    edit_task(**given, fields=late | {"ends_at": at("2026-03-20")})
    assert Task.objects.get().starts_at == at("2026-03-19")


def test_an_activity_takes_five_hundred_tasks_and_not_one_more(agus: User) -> None:
    activity = an_activity(agus)
    Task.objects.bulk_create(Task(activity=activity) for _ in range(MAX_TASKS - 1))
    given: dict[str, Any] = {"by": agus, "facts": NOTHING_KNOWN}
    row = {"description": "x"}
    two = {"activity_id": activity.pk, "tasks": [row, row]}
    assert refusal(edit_activity, **two, **given) == ["tasks"]
    add_task(activity_id=activity.pk, fields=row, **given)
    assert refusal(add_task, activity_id=activity.pk, fields=row, **given) == ["tasks"]
    Task.objects.filter(pk=the_task(activity).pk).update(deleted_at=NOW)
    add_task(activity_id=activity.pk, fields=row, **given)
    assert Activity.objects.get().task_count == MAX_TASKS


# --- The people of a task -----------------------------------------------------------

STORED = [InCharge(pk=1, ext_user_id=12), InCharge(pk=2, ext_user_id=7)]
GONE = {"deleted_at": NOW}


@pytest.mark.parametrize(
    ("data", "people"),
    [
        pytest.param({}, {12, 7}, id="nothing sent"),
        pytest.param({"people": [9, 9]}, {9}, id="people is everybody"),
        pytest.param({"people": None}, set(), id="no people"),
        pytest.param({"in_charges": None}, {12, 7}, id="no rows"),
        pytest.param({"in_charges": [{"ext_user_id": 9}]}, {12, 7, 9}, id="added"),
        pytest.param({"in_charges": [{"ext_user_id": 7}]}, {12, 7}, id="there before"),
        pytest.param({"in_charges": [{"id": 1}]}, {12, 7}, id="a known row alone"),
        pytest.param(
            {"in_charges": [{"id": 1, "ext_user_id": 9}]}, {7, 9}, id="replaced"
        ),
        pytest.param({"in_charges": [{"id": 1, **GONE}]}, {7}, id="removed by row"),
        pytest.param(
            {"in_charges": [{"ext_user_id": 7, **GONE}]}, {12}, id="removed by person"
        ),
        pytest.param(
            {"in_charges": [{"id": 1, **GONE}, {"ext_user_id": 12}]},
            {7, 12},
            id="removed and added",
        ),
        pytest.param(
            {"people": [3], "in_charges": [{"ext_user_id": 9}]}, {3}, id="both sent"
        ),
    ],
)
def test_the_people_in_charge_after_what_was_sent(
    data: dict[str, Any], people: set[int]
) -> None:
    assert people_of(data, STORED, "") == people


@pytest.mark.parametrize(
    ("directory", "asked", "unknown"),
    [
        ({1, 2}, {1}, set()),
        ({1, 2}, {1, 3, 50}, {3}),
        (set(), {1, 3}, set()),
        ({1, 2}, set(), set()),
    ],
)
def test_a_person_is_known_to_the_directory_or_to_this_server(
    db: None, directory: set[int], asked: set[int], unknown: set[int]
) -> None:
    make_person(50, "Mantan")
    assert Facts(people=frozenset(directory)).unknown(asked) == unknown


def test_somebody_who_left_the_directory_stays_in_charge(agus: User) -> None:
    """Only who is new to the task is asked for; the others may have left meanwhile."""
    task = the_task(an_activity(agus, {"description": "x", "people": [700]}))
    given: dict[str, Any] = {"task_id": task.pk, "by": agus, "facts": DIRECTORY}
    edit_task(**given, fields={"people": [700, 9]})
    assert refusal(edit_task, **given, fields={"people": [701]}) == ["inCharges"]


def test_a_difference_names_only_what_changed() -> None:
    before, after = {"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None, "d": 4}
    assert difference(before, after) == ({"b": 2, "d": None}, {"b": 3, "d": 4})
