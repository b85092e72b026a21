"""Substitutes for signatures on tasks: who may, what never, and both names everywhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activities.models import Activity, Task
from activities.queries.invariants import CHECKS
from activities.queries.signers import behalf_by_task, tasks_asking
from activities.services import reopen, sign_off
from activities.tests.conftest import a_task, an_activity, signed, the_task
from core.accounts.models import User
from core.approvals.models import Substitution
from core.errors import DomainError
from core.ledger.models import Event
from notifications.models import Notification
from tests.people import Cast, make_person, text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
PATH = "/api/dashboard/activities/%d"


def stands_in(stand_in: User, person: User, *kinds: str, days: int = 0) -> Substitution:
    day = timezone.localdate() + timedelta(days=days)
    return Substitution.objects.create(
        person=person,
        substitute=stand_in,
        first_day=day,
        last_day=day,
        kinds=list(kinds),
        made_by=person,
    )


def refused(task: Task, stage: str, by: User, other: User | None = None) -> str:
    with pytest.raises(DomainError) as caught:
        sign_off(
            task_id=task.pk,
            stage=stage,
            by=by,
            on_behalf_of=other.ext_id if other else None,
        )
    assert caught.value.code == "forbidden"
    return caught.value.sentence


@pytest.fixture
def task(agus: User, hendi: User, rina: User) -> Task:
    """Agus has signed as PIC; Hendi, the SPV, is asked."""
    return signed(the_task(an_activity(agus, a_task("Gambar SLD", agus))), agus)


@pytest.fixture
def wati(db: None) -> User:
    """Somebody without a role."""
    return make_person(310, "Wati", department_ext_id=4)


# --- Who may ----------------------------------------------------------------------------


def test_a_substitute_signs_and_both_names_are_kept(
    task: Task, hendi: User, wati: User
) -> None:
    stands_in(wati, hendi)
    sign_off(task_id=task.pk, stage="spv", by=wati)
    task.refresh_from_db()
    assert (task.completed_by_spv_id, task.completed_for_spv_id) == (310, hendi.ext_id)
    event = Event.objects.get(kind="task.spv_done")
    assert event.actor == wati
    assert event.after is not None
    assert event.after["onBehalfOfName"] == "Hendi"
    assert not Notification.objects.open().filter(recipient=hendi).exists()
    assert [each for check in CHECKS.values() for each in check()] == []


def test_the_first_counts(task: Task, hendi: User, wati: User) -> None:
    stands_in(wati, hendi)
    sign_off(task_id=task.pk, stage="spv", by=hendi)
    with pytest.raises(DomainError) as caught:
        sign_off(task_id=task.pk, stage="spv", by=wati, on_behalf_of=hendi.ext_id)
    assert caught.value.code == "already_decided"
    task.refresh_from_db()
    assert task.completed_for_spv_id is None


@pytest.mark.parametrize(("kinds", "days"), [(("ECN",), 0), ((), 1), ((), -1)])
def test_another_kind_or_another_day_is_no_right(
    task: Task, hendi: User, wati: User, kinds: tuple[str, ...], days: int
) -> None:
    stands_in(wati, hendi, *kinds, days=days)
    refused(task, "spv", wati)
    refused(task, "spv", wati, hendi)
    assert not tasks_asking(wati).exists()


def test_the_kind_task_is_enough(task: Task, hendi: User, wati: User) -> None:
    stands_in(wati, hendi, "TASK", "BOM")
    assert list(tasks_asking(wati)) == [task]
    sign_off(task_id=task.pk, stage="spv", by=wati, on_behalf_of=hendi.ext_id)


def test_who_did_the_work_never_signs_as_a_substitute(
    task: Task, agus: User, hendi: User
) -> None:
    stands_in(agus, hendi)
    assert "did this task yourself" in _english(refused, task, "spv", agus)
    assert not tasks_asking(agus).exists()
    assert behalf_by_task([task], agus) == {}
    task.refresh_from_db()
    assert task.next_stage == "spv"


def test_who_signed_as_pic_never_signs_as_a_substitute(
    agus: User, hendi: User, sari: User, rina: User
) -> None:
    # An SPV of elsewhere signed the first stage, and holds the manager's place today.
    task = signed(the_task(an_activity(agus, a_task("Layout", agus))), sari)
    sign_off(task_id=task.pk, stage="spv", by=hendi)
    stands_in(sari, rina)
    refused(task, "manager", sari)
    assert task not in tasks_asking(sari)


def test_nobody_signs_the_pics_stage_for_another(
    agus: User, hendi: User, wati: User
) -> None:
    task = the_task(an_activity(hendi, a_task("Gambar", agus)))
    for person in (agus, hendi):
        stands_in(wati, person)
    refused(task, "pic", wati)
    refused(task, "pic", wati, agus)


def test_a_stranger_and_a_wrong_name_are_refused(
    task: Task, hendi: User, rina: User, wati: User, sari: User
) -> None:
    refused(task, "spv", wati)
    stands_in(wati, hendi)
    refused(task, "spv", wati, rina)
    refused(task, "manager", wati, hendi)
    refused(task, "manager", wati)


def test_with_two_to_stand_in_for_one_is_named(
    task: Task, hendi: User, sari: User, wati: User
) -> None:
    stands_in(wati, hendi)
    stands_in(wati, sari)
    refused(task, "spv", wati)
    sign_off(task_id=task.pk, stage="spv", by=wati, on_behalf_of=sari.ext_id)
    task.refresh_from_db()
    assert task.completed_for_spv_id == sari.ext_id


def test_an_own_right_counts_before_that_of_another(
    task: Task, hendi: User, sari: User
) -> None:
    stands_in(sari, hendi)
    assert behalf_by_task([task], sari) == {task.pk: hendi}
    sign_off(task_id=task.pk, stage="spv", by=sari)
    task.refresh_from_db()
    assert task.completed_for_spv_id is None
    reopen(task_id=task.pk, stage="spv", by=sari)
    sign_off(task_id=task.pk, stage="spv", by=sari, on_behalf_of=hendi.ext_id)
    task.refresh_from_db()
    assert task.completed_for_spv_id == hendi.ext_id


@pytest.mark.parametrize("who", ["wati", "hendi", "rina"])
def test_who_takes_it_back(
    task: Task, hendi: User, rina: User, wati: User, who: str
) -> None:
    stands_in(wati, hendi)
    sign_off(task_id=task.pk, stage="spv", by=wati)
    people = {"wati": wati, "hendi": hendi, "rina": rina}
    reopen(task_id=task.pk, stage="spv", by=people[who])
    task.refresh_from_db()
    assert (task.completed_by_spv_id, task.completed_for_spv_id) == (None, None)
    assert [each for check in CHECKS.values() for each in check()] == []


def test_a_person_who_left_is_stood_in_for_by_nobody(
    task: Task, hendi: User, wati: User
) -> None:
    stands_in(wati, hendi)
    User.objects.filter(pk=hendi.pk).update(is_active=False)
    refused(task, "spv", wati)


# --- Pages, lists and the wire ------------------------------------------------------------


def test_the_pages_say_for_whom(
    task: Task, hendi: User, wati: User, as_person: Log, sandbox: object
) -> None:
    stands_in(wati, hendi)
    client = as_person(wati)
    client.cookies["django_language"] = "en"
    inbox = text_of(client.get("/inbox/"))
    assert "on behalf of Hendi" in inbox
    assert f'name="on_behalf_of" value="{hendi.ext_id}"' in " ".join(inbox.split())
    assert client.get("/").context["nav"][1]["count"] == 1
    page = f"/activities/tasks/{task.pk}/"
    assert "You sign on behalf of Hendi" in text_of(client.get(page))
    given = {"stage": "spv", "on_behalf_of": str(hendi.ext_id)}
    client.post(f"{page}sign/", given)
    text = " ".join(text_of(client.get(page)).split())
    assert "Wati on behalf of Hendi" in text
    assert "signed as SPV on behalf of Hendi" in text
    activity = text_of(client.get(f"/activities/{task.activity_id}/"))
    assert "signed as SPV on behalf of Hendi" in activity


@pytest.mark.parametrize("wrong", ["x", "0", "-1", "9" * 30])
def test_a_damaged_name_signs_nothing(
    task: Task, hendi: User, wati: User, as_person: Log, sandbox: object, wrong: str
) -> None:
    stands_in(wati, hendi)
    given = {"stage": "spv", "on_behalf_of": wrong}
    answer = as_person(wati).post(f"/activities/tasks/{task.pk}/sign/", given)
    assert answer.status_code < 500
    task.refresh_from_db()
    assert task.next_stage == "spv"


def _english(verb: Callable[..., str], *given: Any) -> str:
    from django.utils import translation  # noqa: PLC0415

    with translation.override("en"):
        return verb(*given)


def _task_of(cast: Cast) -> Task:
    activity = an_activity(cast.agus, a_task("Gambar SLD", cast.agus))
    return signed(the_task(Activity.objects.get(pk=activity.pk)), cast.agus)


def test_the_inbox_of_the_api_lists_tasks(cast: Cast) -> None:
    task = _task_of(cast)
    stands_in(cast.budi, cast.hendi)
    (row,) = cast.api("budi").read("/api/inbox")
    assert (row["kind"], row["recordType"], row["recordId"]) == (
        "TASK",
        "activities.Task",
        task.pk,
    )
    assert (row["step"], row["title"]) == (2, "Gambar SLD")
    assert row["onBehalfOf"] == {"extUserId": 7, "name": str(cast.hendi)}
    assert row["url"] == f"/activities/tasks/{task.pk}/"
    (own,) = cast.api("hendi").read("/api/inbox")
    assert "onBehalfOf" not in own
    assert cast.api("agus").read("/api/inbox") == []


def test_signing_through_the_api_and_what_it_answers(cast: Cast) -> None:
    task = _task_of(cast)
    before = cast.api("budi").read(PATH % task.activity_id)["tasks"][0]
    assert "spvOnBehalfOfExtUserId" not in before
    body = {"taskId": task.pk, "role": "spv", "onBehalfOfExtUserId": 7}
    cast.api("budi").write("/api/notifications/done", body, 403, method="PUT")
    stands_in(cast.budi, cast.hendi)
    cast.api("budi").write("/api/notifications/done", body, method="PUT")
    row = cast.api("budi").read(PATH % task.activity_id)["tasks"][0]
    assert (row["completedBySpvId"], row["spvOnBehalfOfExtUserId"]) == (101, 7)
    assert "managerOnBehalfOfExtUserId" not in row


def test_the_excel_file_names_both(
    task: Task, hendi: User, wati: User, rina: User, sandbox: object
) -> None:
    from reports.tasks import columns, with_values, with_verdict  # noqa: PLC0415

    stands_in(wati, hendi)
    sign_off(task_id=task.pk, stage="spv", by=wati)
    rows = list(with_verdict(Task.objects.select_related("activity")))
    ((_task, values),) = with_values(rows)
    assert len(values) == len(columns())
    assert "Wati" in values[-1]
    assert "Hendi" in values[-1]
