"""The page of one activity: its chain with my buttons, what I may do, and its history in words."""

from typing import Any

import pytest
from django.utils import translation

from activities.models import Activity
from activities.queries.record import activity_history, activity_record, task_history
from activities.services import edit_activity, edit_task, remove_task, reopen
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from core.accounts.models import User
from core.ledger.models import Delivery
from engineering.tests.conftest import a_change

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(
    agus: User, budi: User, hendi: User, rina: User, admin: User
) -> dict[str, User]:
    """Everybody by name; Agus is in charge, Budi planned it."""
    found = (agus, budi, hendi, rina, admin)
    return {person.username: person for person in found}


@pytest.fixture
def activity(people: dict[str, User]) -> Activity:
    """For PPIC, one task."""
    return an_activity(people["budi"], a_task("SLD", people["agus"]), kind=1)


@pytest.mark.parametrize(
    ("level", "turns", "backs"),
    [
        (0, "agus hendi rina", ""),
        (1, "hendi rina", "agus hendi rina"),
        (2, "rina", "hendi rina"),
        (3, "", "rina"),
    ],
)
def test_the_chain_has_the_buttons_of_its_reader(
    activity: Activity, people: dict[str, User], level: int, turns: str, backs: str
) -> None:
    signers = ("agus", "hendi", "rina")[:level]
    signed(the_task(activity), *[people[name] for name in signers])
    lines = {
        name: activity_record(activity, by).tasks[0] for name, by in people.items()
    }
    may_sign = [name for name, line in lines.items() if line.turn]
    may_undo = [name for name, line in lines.items() if line.back]
    assert (may_sign, may_undo) == (turns.split(), backs.split())
    steps = lines["rina"].steps
    assert [bool(step.at) for step in steps] == [n < level for n in range(3)]
    assert [str(step.by) for step in steps if step.by] == [
        people[name].name for name in signers
    ]
    assert [step.is_next for step in steps] == [n == level for n in range(3)]


@pytest.mark.parametrize(
    ("who", "edits", "removes"),
    [
        ("agus", True, False),
        ("budi", True, True),
        ("hendi", True, True),
        ("rina", True, True),
        ("admin", True, True),
    ],
)
def test_what_i_may_do_on_the_page(
    activity: Activity, people: dict[str, User], who: str, *, edits: bool, removes: bool
) -> None:
    record = activity_record(activity, people[who])
    assert (record.may_edit, record.may_remove) == (edits, removes)
    assert record.may_resend is False
    Delivery.objects.update(state="parked")
    again = activity_record(activity, people[who])
    assert again.may_resend is (who not in {"agus", "budi"})


def test_the_page_leaves_out_what_was_removed(
    activity: Activity, people: dict[str, User]
) -> None:
    rina = people["rina"]
    remove_task(task_id=the_task(activity).pk, by=rina)
    record = activity_record(Activity.objects.get(), rina)
    assert record.tasks == []
    assert not activity_record(Activity.objects.get(), people["agus"]).may_edit


def test_the_page_names_change_and_deliveries(agus: User, rina: User) -> None:
    change = a_change(agus)
    ids = {"ext_engineering_detail_problem_id": change.pk}
    record = activity_record(an_activity(agus, kind=1, **ids), agus)
    assert record.change == change.number
    assert [row.method for row in record.deliveries] == ["POST"]
    assert (record.inquiry, record.job, record.product, record.order) == ("",) * 4
    ids = {"ext_engineering_detail_problem_id": 987_654}
    assert activity_record(an_activity(agus, **ids), agus).change == ""


# --- The history -------------------------------------------------------------------------


def told(activity: Activity) -> list[tuple[str, str]]:
    """Who did what, oldest first."""
    with translation.override("en"):
        return [(e.who, e.what) for e in reversed(activity_history(activity))]


def test_a_history_tells_activity_and_tasks_together(
    activity: Activity, people: dict[str, User]
) -> None:
    task = signed(the_task(activity), people["agus"])
    reopen(task_id=task.pk, stage="pic", by=people["rina"], reason="gambar salah")
    remove_task(task_id=task.pk, by=people["hendi"])
    assert told(activity) == [
        ("Budi", "planned it"),
        ("Budi", "added the task: SLD"),
        ("Agus", "signed as PIC: SLD"),
        ("Rina", "took the signature of the PIC back: SLD"),
        ("Hendi", "removed the task: SLD"),
    ]
    notes = [entry.note for entry in activity_history(activity) if entry.note]
    assert notes == ["gambar salah"]
    assert len(task_history(task)) == 4


CHANGES: dict[str, tuple[dict[str, Any], list[tuple[str, str, str]]]] = {
    "hours": ({"hours": 8}, [("Hours", "6", "8")]),
    "remark": ({"remark": "x"}, [("Remark", "", "x")]),
    "late reason": (
        {"late_reason": 1, "late_note": "vendor"},
        [
            ("Why it is late", "", "Waiting for a vendor's price"),
            ("Note", "", "vendor"),
        ],
    ),
    "dates": (
        {"starts_at": at("2026-03-17 00:30"), "ends_at": at("2026-03-18 23:30")},
        [
            ("From", "16 Mar 2026", "17 Mar 2026"),
            ("To", "16 Mar 2026", "18 Mar 2026"),
        ],
    ),
    "no date": ({"ends_at": None}, [("To", "16 Mar 2026", "")]),
    "people": ({"people": [101, 999]}, [("In charge", "Agus", "Budi, #999")]),
    "nobody": ({"people": []}, [("In charge", "Agus", "")]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_of_a_task_reads_before_and_after(
    agus: User, budi: User, case: str
) -> None:
    fields, expected = CHANGES[case]
    moment = at("2026-03-16 09:00")
    row = a_task("SLD", agus, starts_at=moment, ends_at=moment)
    task = the_task(an_activity(agus, row))
    edit_task(task_id=task.pk, by=agus, fields=fields, facts=NOTHING_KNOWN)
    with translation.override("en"):
        changes = task_history(task)[0].changes
    found = [(c.label, c.before, c.after) for c in changes]
    assert sorted(found) == sorted(expected)


def test_a_change_of_the_header_reads_by_its_labels(agus: User) -> None:
    activity = an_activity(agus)
    fields = {"kind": 2, "customer": "PT Lain", "ext_inquiry_id": 5, "pic": "Ibu Sri"}
    edit_activity(activity_id=activity.pk, by=agus, fields=fields, facts=NOTHING_KNOWN)
    with translation.override("en"):
        changes = activity_history(activity)[0].changes
    assert {(c.label, c.before, c.after) for c in changes} == {
        ("Type", "PrePO", "Others"),
        ("Customer", "PT Contoh", "PT Lain"),
        ("Inquiry", "", "5"),
        ("Contact", "", "Ibu Sri"),
    }


def test_a_long_history_is_cut_at_its_old_end(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = an_activity(agus, a_task("SLD", agus))
    for number in range(3):
        fields = {"pic": str(number)}
        edit_activity(
            activity_id=activity.pk, by=agus, fields=fields, facts=NOTHING_KNOWN
        )
    monkeypatch.setattr("activities.queries.record.SHOWN_EVENTS", 2)
    kinds = [entry.what for entry in activity_history(activity)]
    assert len(kinds) == 2
    assert len(set(kinds)) == 1


@pytest.mark.parametrize("count", [1, 4])
def test_a_record_asks_as_often_for_many_tasks(
    agus: User, rina: User, count: int, django_assert_max_num_queries: Any
) -> None:
    activity = an_activity(agus, *[a_task(str(n), agus, rina) for n in range(count)])
    for task in activity.tasks.all():
        signed(task, agus)
    with django_assert_max_num_queries(13):
        assert len(activity_record(activity, rina).tasks) == count
