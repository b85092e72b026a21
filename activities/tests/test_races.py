"""Two people at once on real connections: one effect, whatever the order.

docs/threats.md#inv-9 and docs/threats.md#inv-16 must hold after each.
"""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, connections

from activities.models import Activity, InCharge, Task
from activities.queries.invariants import CHECKS
from activities.services import edit_activity, reopen, sign_off, signatures
from activities.tests.conftest import NOTHING_KNOWN, a_task, an_activity, the_task
from core.accounts.models import User
from core.ledger.models import Event
from core.ledger.queries import first_breach
from engineering.tests.test_races import at_once, begin
from notifications.models import Notification
from notifications.queries import inv_16

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def sign(task: Task, stage: str, by: User) -> Callable[[], object]:
    """A signature at the start signal."""
    return partial(sign_off, task_id=task.pk, stage=stage, by=by)


def undo(task: Task, stage: str, by: User) -> Callable[[], object]:
    """A signature taken back at the start signal."""
    return partial(reopen, task_id=task.pk, stage=stage, by=by)


def breaches() -> list[str]:
    """Every sentence of every invariant."""
    found = [sentence for check in CHECKS.values() for sentence in check()]
    breach = first_breach()
    return [*found, *inv_16(), *([breach.reason] if breach else [])]


def a_signable(*people: User) -> Task:
    """A task of these people."""
    return the_task(an_activity(people[0], a_task("Gambar SLD", *people)))


def test_two_people_pressing_done_sign_once(
    agus: User, hendi: User, rina: User
) -> None:
    for _round in range(ROUNDS):
        task = a_signable(agus)
        results = at_once(*[sign(task, "pic", by) for by in (agus, hendi, rina)])
        assert sorted(results) == ["already_decided", "already_decided", "done"]
        events = Event.objects.filter(kind="task.pic_done", record_id=task.pk)
        assert events.count() == 1
        asked = Notification.objects.open().filter(task_id=task.pk)
        assert [row.recipient for row in asked] == [hendi]
    assert breaches() == []


def test_a_double_click_is_one_signature(agus: User, hendi: User) -> None:
    task = a_signable(agus)
    results = at_once(*[sign(task, "pic", agus)] * 6)
    assert sorted(results) == ["already_decided"] * 5 + ["done"]
    assert breaches() == []


def test_done_against_undone(agus: User, hendi: User, rina: User) -> None:
    for _round in range(ROUNDS):
        task = a_signable(agus)
        sign_off(task_id=task.pk, stage="pic", by=agus)
        results = at_once(sign(task, "spv", hendi), undo(task, "pic", agus))
        assert results in (
            ["done", "illegal_transition"],
            ["illegal_transition", "done"],
        )
        task.refresh_from_db()
        assert task.level == (2 if results[0] == "done" else 0)
    assert breaches() == []


def test_an_edit_against_done_loses_neither(agus: User, hendi: User) -> None:
    for _round in range(ROUNDS):
        task = a_signable(agus)
        edit = partial(
            edit_activity,
            activity_id=task.activity_id,
            by=hendi,
            tasks=[{"id": task.pk, "hours": 9, "completed_date_pic": None}],
            facts=NOTHING_KNOWN,
        )
        assert at_once(edit, sign(task, "pic", agus)) == ["done", "done"]
        task.refresh_from_db()
        assert [task.hours, task.level] == [9, 1]
    assert breaches() == []


def test_a_pic_removed_while_pressing_never_signs_afterwards(
    agus: User, budi: User, hendi: User
) -> None:
    for _round in range(ROUNDS):
        task = a_signable(agus)
        remove = partial(
            edit_activity,
            activity_id=task.activity_id,
            by=hendi,
            tasks=[{"id": task.pk, "people": [15]}],
            facts=NOTHING_KNOWN,
        )
        removed, signed = at_once(remove, sign(task, "pic", agus))
        assert (removed, signed) in {("done", "done"), ("done", "forbidden")}
        kinds = list(
            Event.objects.filter(record_type="activities.Task", record_id=task.pk)
            .order_by("seq")
            .values_list("kind", flat=True)
        )
        last = ["task.edited"] if signed == "forbidden" else None
        assert last is None or kinds[-1:] == last
        assert not InCharge.objects.filter(task=task, deleted_at=None, ext_user_id=12)
    assert breaches() == []


def test_two_edits_at_once_both_count(agus: User, hendi: User) -> None:
    for _round in range(ROUNDS):
        activity = an_activity(agus, a_task("SLD", agus), a_task("Layout", agus))
        first, second = activity.tasks.all()
        calls = [
            partial(
                edit_activity,
                activity_id=activity.pk,
                by=hendi,
                tasks=[{"id": task.pk, "hours": hours}],
                facts=NOTHING_KNOWN,
            )
            for task, hours in ((first, 3), (second, 4))
        ]
        assert at_once(*calls) == ["done", "done"]
        assert Activity.objects.get(pk=activity.pk).hours == 7
    assert breaches() == []


def test_without_the_lock_it_goes_wrong(
    agus: User, hendi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sabotage: no row lock, no early write lock, and both have looked before either writes."""
    met = threading.Barrier(2)

    def unlocked(task_id: int) -> Task:
        task = Task.objects.select_related("activity").get(pk=task_id)
        met.wait(10)
        return task

    task = a_signable(agus)
    monkeypatch.setattr(signatures, "locked_task", unlocked)
    if connection.vendor == "sqlite":
        kind = type(connections["default"])
        monkeypatch.setattr(kind, "_start_transaction_under_autocommit", begin)
    results = at_once(sign(task, "pic", agus), sign(task, "pic", hendi))
    assert sorted(results) != ["already_decided", "done"] or breaches()


@pytest.mark.parametrize("switch", ["order", "history", "notice", "span"])
def test_a_planted_breach_is_found(switch: str, agus: User, hendi: User) -> None:
    """Sabotage of the data itself: each invariant must see its own."""
    task = a_signable(agus)
    sign_off(task_id=task.pk, stage="pic", by=agus)
    assert breaches() == []
    rows = Task.objects.filter(pk=task.pk)
    if switch == "order":
        rows.update(completed_by_pic_id=99)
    elif switch == "history":
        rows.update(completed_date_pic=None, completed_by_pic_id=None)
    elif switch == "notice":
        Notification.objects.filter(task_id=task.pk, role="pic").update(
            status="OnGoing"
        )
    else:
        Activity.objects.filter(pk=task.activity_id).update(hours=1)
    assert breaches()
