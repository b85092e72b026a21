"""Who is asked and told of a task at each step, and what a person may do with a notice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from activities.models import Task
from activities.queries.signers import tasks_asking
from activities.services import (
    edit_task,
    remove_activity,
    remove_task,
    reopen,
)
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    at,
    signed,
    the_task,
)
from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from notifications.models import NoticeGroup, NoticeSetting, Notification
from notifications.queries import (
    inv_16,
    notices_for,
    people_to_ask,
    recipients_of,
    unread_count,
)
from notifications.services import (
    mark_all_read,
    mark_read,
    post_notice,
    remind_of_tasks,
    remove_notice,
    see_notice,
)
from tests.people import make_person

pytestmark = pytest.mark.django_db
CHARGES = {"agus": 12, "budi": 101, "tuti": 31, "cipto": 32, "stranger": 999}


@pytest.fixture
def company(
    agus: User, budi: User, hendi: User, sari: User, rina: User, ratna: User
) -> dict[str, User]:
    """Tuti is of Sari's department, Cipto's has no SPV."""
    make_person(31, "Tuti", department_ext_id=5)
    make_person(32, "Cipto", department_ext_id=9)
    found = (agus, budi, hendi, sari, rina, ratna)
    return {person.username: person for person in found}


def names(ids: Any) -> str:
    """People by user name, in alphabetical order."""
    rows = User.objects.filter(pk__in=list(ids)).values_list("username", flat=True)
    return " ".join(sorted(rows))


@pytest.mark.parametrize(
    ("stage", "charges", "asked"),
    [
        ("pic", "agus budi", "agus budi"),
        ("pic", "stranger", ""),
        ("pic", "", ""),
        ("spv", "agus", "hendi"),
        ("spv", "tuti", "sari"),
        ("spv", "agus tuti", "hendi sari"),
        ("spv", "cipto", "hendi sari"),
        ("spv", "cipto agus", "hendi"),
        ("spv", "stranger", "hendi sari"),
        ("spv", "", "hendi sari"),
        ("manager", "agus", "ratna rina"),
    ],
)
def test_who_is_asked_to_sign(
    company: dict[str, User], stage: str, charges: str, asked: str
) -> None:
    people = frozenset(CHARGES[name] for name in charges.split())
    assert names(people_to_ask(stage, people)) == asked


def test_without_any_spv_the_managers_are_asked(rina: User, agus: User) -> None:
    assert names(people_to_ask("spv", frozenset({12}))) == "rina"


def test_an_spv_without_a_department_is_told_of_every_task(
    task: Task, company: dict[str, User]
) -> None:
    """Wati is in the list of what waits, so she has the notice, too."""
    make_person(33, "Wati", "spv")
    signed(task, company["agus"])
    assert asked_now(task) == "spv: hendi wati"


def test_without_any_spv_notice_and_list_lead_the_manager_to_the_task(
    agus: User, rina: User
) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus)))
    signed(task, agus)
    assert asked_now(task) == "spv: rina"
    assert list(tasks_asking(rina)) == [task]
    signed(task, rina)
    assert asked_now(task) == "manager: rina"


def test_closed_accounts_are_not_asked(company: dict[str, User]) -> None:
    User.objects.filter(username__in=["agus", "hendi", "rina"]).update(is_active=False)
    people = frozenset({12, 101})
    assert names(people_to_ask("pic", people)) == "budi"
    assert names(people_to_ask("spv", people)) == "sari"
    assert names(people_to_ask("manager", people)) == "ratna"


# --- Step by step -------------------------------------------------------------------------


@pytest.fixture
def task(company: dict[str, User]) -> Task:
    """Planned by Hendi; Agus and Budi are in charge."""
    people = company["agus"], company["budi"]
    return the_task(an_activity(company["hendi"], a_task("SLD", *people)))


def asked_now(task: Task) -> str:
    """The open notices of a task: stage and people."""
    rows = Notification.objects.open().filter(task_id=task.pk)
    stages = sorted(set(rows.values_list("role", flat=True)))
    assert list(inv_16()) == []
    return f"{'/'.join(stages)}: {names(rows.values_list('recipient', flat=True))}"


def edit(task: Task, by: User, **fields: Any) -> Task:
    """An edit of the task."""
    return edit_task(task_id=task.pk, by=by, fields=fields, facts=NOTHING_KNOWN)


STEPS: dict[str, tuple[Any, str]] = {
    "planned": (lambda _task, _who: None, "pic: agus budi"),
    "another description": (
        lambda task, who: edit(task, who["hendi"], description="x"),
        "pic: agus budi",
    ),
    "other people": (
        lambda task, who: edit(task, who["hendi"], people=[101, 31]),
        "pic: budi tuti",
    ),
    "nobody": (lambda task, who: edit(task, who["hendi"], people=[]), ": "),
    "signed by PIC": (lambda task, who: signed(task, who["agus"]), "spv: hendi"),
    "signed by SPV": (
        lambda task, who: signed(task, who["agus"], who["hendi"]),
        "manager: ratna rina",
    ),
    "signed by all": (
        lambda task, who: signed(task, who["agus"], who["hendi"], who["rina"]),
        ": ",
    ),
    "PIC took it back": (
        lambda task, who: (
            signed(task, who["agus"]),
            reopen(task_id=task.pk, stage="pic", by=who["agus"]),
        ),
        "pic: agus budi",
    ),
    "manager took it back": (
        lambda task, who: (
            signed(task, who["rina"], who["rina"], who["rina"]),
            reopen(task_id=task.pk, stage="manager", by=who["rina"]),
        ),
        "manager: ratna rina",
    ),
    "other people after PIC": (
        lambda task, who: (
            signed(task, who["agus"]),
            edit(task, who["hendi"], people=[31]),
        ),
        "spv: hendi",
    ),
    "removed": (lambda task, who: remove_task(task_id=task.pk, by=who["hendi"]), ": "),
    "removed with its activity": (
        lambda task, who: remove_activity(
            activity_id=task.activity_id, by=who["hendi"]
        ),
        ": ",
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_who_is_asked_after_each_step(
    task: Task, company: dict[str, User], step: str
) -> None:
    verb, expected = STEPS[step]
    verb(task, company)
    assert asked_now(task) == expected


def test_a_complete_task_is_told_to_its_people_but_not_to_who_completed_it(
    company: dict[str, User],
) -> None:
    rina, agus = company["rina"], company["agus"]
    task = the_task(an_activity(agus, a_task("SLD", agus, rina)))
    signed(task, rina, rina, rina)
    told = Notification.objects.filter(kind="task.complete")
    assert [row.recipient for row in told] == [agus]


# --- Reminders ----------------------------------------------------------------------------


@pytest.fixture
def morning() -> Iterator[None]:
    """Ten o'clock of Monday 16 March in Jakarta."""
    with time_machine.travel(at("2026-03-16 10:00"), tick=False):
        yield


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        ("2026-02-13 09:00", None),
        ("2026-02-14 09:00", "task.overdue"),
        ("2026-03-15 23:59", "task.overdue"),
        ("2026-03-16 00:00", "task.due_soon"),
        ("2026-03-17 23:59", "task.due_soon"),
        ("2026-03-18 00:00", None),
        (None, None),
    ],
)
def test_which_tasks_are_reminded_of(
    company: dict[str, User], morning: None, end: str | None, kind: str | None
) -> None:
    row = {"description": "SLD", "people": [12], "ends_at": end and at(end)}
    an_activity(company["hendi"], row)
    assert remind_of_tasks() == int(kind is not None)
    found = Notification.objects.filter(kind__in=["task.overdue", "task.due_soon"])
    assert [(n.kind, n.recipient.username) for n in found] == (
        [(kind, "agus")] if kind else []
    )
    assert remind_of_tasks() == 0  # once each


@pytest.mark.parametrize(("hour", "count"), [("05:59", 0), ("06:00", 1), ("23:00", 1)])
def test_nobody_is_reminded_in_the_night(
    company: dict[str, User], hour: str, count: int
) -> None:
    an_activity(
        company["hendi"], a_task("A", company["agus"], ends_at=at("2030-03-16"))
    )
    with time_machine.travel(at(f"2030-03-16 {hour}"), tick=False):
        assert remind_of_tasks() == count


# --- One's own notices --------------------------------------------------------------------


@pytest.fixture
def notice(task: Task, company: dict[str, User]) -> Notification:
    """Agus is asked."""
    return Notification.objects.get(recipient=company["agus"])


def code_of(verb: Any, **given: Any) -> str:
    """``done``, or the code of the refusal."""
    try:
        verb(**given)
    except DomainError as error:
        return error.code
    return "done"


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("agus", "done done done"),
        ("budi", "not_found done forbidden"),
        ("hendi", "not_found forbidden forbidden"),
        ("rina", "not_found forbidden done"),
    ],
)
def test_whose_notice_it_is(
    notice: Notification, company: dict[str, User], who: str, expected: str
) -> None:
    """Reads, sees, removes. Budi was told of the same event: seeing it reads the own one."""
    by, (reads, sees, removes) = company[who], expected.split()
    assert code_of(mark_read, notice_id=notice.pk, by=by) == reads
    assert code_of(see_notice, notice=notice, by=by) == sees
    notice.refresh_from_db()
    assert notice.is_read is (who == "agus")
    assert not Notification.objects.filter(recipient=by, is_read=False).exists()
    assert code_of(remove_notice, notice=notice, by=by) == removes
    left = Notification.objects.filter(recipient=company["agus"]).exists()
    assert left is (removes != "done")


def test_only_what_was_shown_is_read(company: dict[str, User]) -> None:
    agus = company["agus"]
    for name in "ABC":
        an_activity(company["hendi"], a_task(name, agus))
    newest, middle, _oldest = notices_for(agus)
    assert unread_count(agus) == 3
    assert mark_all_read(by=agus, newest=middle.pk) == 2
    assert list(notices_for(agus).unread()) == [newest]
    assert mark_all_read(by=company["budi"], newest=newest.pk) == 0
    assert recipients_of([newest.event_id or 0]) == {agus.pk}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "done"),
        ({"task_id": 99_999}, "not_found"),
        ({"title": "lihat https://evil.example/x"}, "invalid"),
        ({"message": "www.evil.example"}, "invalid"),
    ],
)
def test_a_notice_that_a_person_writes(
    task: Task, company: dict[str, User], given: dict[str, Any], code: str
) -> None:
    data = {"task_id": task.pk, "role": "manager", "title": "Cek", "message": "50%"}
    before = Event.objects.count()
    assert code_of(post_notice, by=company["budi"], **(data | given)) == code
    told = Notification.objects.filter(kind="task.note")
    people = "ratna rina" if code == "done" else ""
    assert names(told.values_list("recipient", flat=True)) == people
    assert Event.objects.count() - before == int(code == "done")


def test_ten_notices_an_hour_and_then_again(
    task: Task, company: dict[str, User]
) -> None:
    data = {"task_id": task.pk, "role": "manager", "title": "x", "message": ""}
    by = company["budi"]
    with time_machine.travel(at("2026-03-16 10:00"), tick=False):
        codes = [code_of(post_notice, by=by, **data) for _try in range(11)]
    assert codes == [*["done"] * 10, "throttled"]
    with time_machine.travel(at("2026-03-16 11:00:01"), tick=False):
        assert code_of(post_notice, by=by, **data) == "done"


def test_reminders_are_a_group_of_their_own(
    company: dict[str, User], morning: None
) -> None:
    """Who put the bell for reminders off hears of the task itself all the same."""
    agus = company["agus"]
    NoticeSetting.objects.create(user=agus, group=NoticeGroup.REMINDERS, bell=False)
    soon = timezone.now() + timedelta(hours=1)
    an_activity(company["hendi"], a_task("A", agus, ends_at=soon))
    remind_of_tasks()
    rows = Notification.objects.filter(recipient=agus).order_by("pk")
    assert [(row.kind, row.is_read) for row in rows] == [
        ("task.to_do", False),
        ("task.due_soon", True),
    ]
