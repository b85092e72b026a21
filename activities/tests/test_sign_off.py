"""PIC, SPV, manager: the order, who may, undo; all short sequences agree with a pure model."""

from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import pytest

from activities.models import STAGES, Activity, Task
from activities.services import edit_activity, reopen, sign_off
from activities.tests.conftest import NOTHING_KNOWN, a_task, an_activity, the_task
from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from notifications.models import Notification
from tests.people import IDS, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(agus: User, budi: User, hendi: User, rina: User) -> Task:
    """Agus and Budi are in charge; Budi has no role, and signs the first stage all the same."""
    return the_task(an_activity(budi, a_task("Gambar SLD", agus, budi)))


def code_of(verb: object, **given: object) -> str:
    """``done``, or the code of the refusal."""
    try:
        verb(**given)  # type: ignore[operator]
    except DomainError as error:
        return error.code
    return "done"


# --- The model: what the rules say (docs/contract.md#stages-of-a-task), without a database ---

HELD = {"agus": {"pic"}, "budi": set(), "hendi": {"spv"}, "rina": {"manager"}}
SIGNS = {
    "pic": {"agus", "budi", "hendi", "rina"},
    "spv": {"hendi", "rina"},
    "manager": {"rina"},
}
HIGHER = {"pic": {"spv", "manager"}, "spv": {"manager"}, "manager": set()}


@dataclass(frozen=True)
class Model:
    """Who signed which stage, in order."""

    signers: tuple[str, ...] = field(default=())

    def act(self, who: str, stage: str, verb: str) -> tuple["Model", str]:
        """The next state and the answer."""
        return self._done(who, stage) if verb == "done" else self._undone(who, stage)

    def _done(self, who: str, stage: str) -> tuple["Model", str]:
        place = STAGES.index(stage)
        if who not in SIGNS[stage]:
            return self, "forbidden"
        if place < len(self.signers):
            return self, "already_decided"
        if place > len(self.signers):
            return self, "illegal_transition"
        return replace(self, signers=(*self.signers, who)), "done"

    def _undone(self, who: str, stage: str) -> tuple["Model", str]:
        if STAGES.index(stage) != len(self.signers) - 1:
            return self, "illegal_transition"
        if who != self.signers[-1] and not HIGHER[stage] & HELD[who]:
            return self, "forbidden"
        return replace(self, signers=self.signers[:-1]), "done"


ACTIONS = list(product(STAGES, ("done", "undone")))
VERBS: dict[str, Any] = {"done": sign_off, "undone": reopen}


def test_every_sequence_of_the_manager_agrees_with_the_model(
    task: Task, rina: User
) -> None:
    """Sequences of four, so of one to three, too; each step is made once."""
    assert walk(task, {"rina": rina}, Model(), 4) == len(ACTIONS) ** 4


def walk(task: Task, people: dict[str, User], model: Model, left: int) -> int:
    """Try every action from here on, each undone by its savepoint; returns how many sequences."""
    from django.db import transaction  # noqa: PLC0415

    if not left:
        return 1
    count = 0
    for (stage, verb), who in product(ACTIONS, people):
        with transaction.atomic():
            code = code_of(VERBS[verb], task_id=task.pk, stage=stage, by=people[who])
            after, expected = model.act(who, stage, verb)
            assert (code, signers(task)) == (expected, after.signers), (
                who,
                stage,
                verb,
            )
            count += walk(task, people, after, left - 1)
            transaction.set_rollback(True)
    return count


def signers(task: Task) -> tuple[str, ...]:
    """Who signed, from the database, in the order of the stages."""
    task.refresh_from_db()
    names = {number: name for name, number in IDS.items()}
    return tuple(names[task.signed_by(s) or 0] for s in STAGES if task.signed_at(s))


def test_every_sequence_of_two_by_everybody_agrees_with_the_model(
    task: Task, agus: User, budi: User, hendi: User, rina: User
) -> None:
    people = {"agus": agus, "budi": budi, "hendi": hendi, "rina": rina}
    assert walk(task, people, Model(), 2) == 24**2


def test_a_wrong_model_would_be_seen(task: Task, rina: User) -> None:
    """Sabotage: a model in which the SPV may sign first."""

    class Lenient(Model):
        def _done(self, who: str, stage: str) -> tuple[Model, str]:
            return (self, "done") if stage == "spv" else super()._done(who, stage)

    with pytest.raises(AssertionError):
        walk(task, {"rina": rina}, Lenient(), 1)


# --- Who may, and what it leaves behind -----------------------------------------------


def test_a_stranger_to_the_task_cannot_sign_as_pic(task: Task, rina: User) -> None:
    other = make_person(40, "Tono", "pic")
    assert code_of(sign_off, task_id=task.pk, stage="pic", by=other) == "forbidden"


def test_the_chain_writes_persons_and_the_servers_time(
    task: Task, agus: User, hendi: User, rina: User
) -> None:
    for stage, by in (("PIC", agus), ("Spv", hendi), ("MANAGER", rina)):
        sign_off(task_id=task.pk, stage=stage, by=by)
    task.refresh_from_db()
    assert [task.signed_by(s) for s in STAGES] == [12, 7, 3]
    dates = [task.signed_at(s) for s in STAGES]
    assert dates == sorted(dates, key=str)
    assert task.next_stage is None
    activity = Activity.objects.get(pk=task.activity_id)
    assert (activity.done_count, activity.progress) == (1, "manager")
    kinds = Event.objects.filter(record_type="activities.Task").values_list(
        "kind", flat=True
    )
    assert list(kinds) == [
        "task.added",
        "task.pic_done",
        "task.spv_done",
        "task.manager_done",
    ]


def test_a_role_that_is_none_is_refused_with_its_field(task: Task, rina: User) -> None:
    with pytest.raises(DomainError) as caught:
        sign_off(task_id=task.pk, stage="boss", by=rina)
    assert list(caught.value.errors) == ["stage"]


def test_a_complete_task_is_not_edited_but_its_lateness_is_explained(
    task: Task, rina: User
) -> None:
    for stage in STAGES:
        sign_off(task_id=task.pk, stage=stage, by=rina)
    row = {"id": task.pk, "hours": 9}
    given = {"activity_id": task.activity_id, "by": rina, "facts": NOTHING_KNOWN}
    assert code_of(edit_activity, **given, tasks=[row]) == "illegal_transition"
    reason = {"id": task.pk, "late_reason": 2, "late_note": "orang kurang"}
    assert code_of(edit_activity, **given, tasks=[reason]) == "done"


def test_the_reason_of_an_undo_is_kept(task: Task, agus: User, hendi: User) -> None:
    sign_off(task_id=task.pk, stage="pic", by=agus)
    reopen(task_id=task.pk, stage="pic", by=hendi, reason="gambar salah")
    event = Event.objects.latest("pk")
    assert (event.kind, event.note, event.before) == (
        "task.pic_undone",
        "gambar salah",
        {"stage": "pic", "person": 12},
    )


# --- Who hears of it --------------------------------------------------------------------


def open_notices(task: Task) -> list[tuple[str, str]]:
    """Role and name of everybody who is asked now."""
    rows = Notification.objects.open().filter(task_id=task.pk)
    return sorted(rows.values_list("role", "recipient__name"))


def test_each_stage_asks_the_next_people_once(
    task: Task, agus: User, hendi: User, sari: User, rina: User
) -> None:
    assert open_notices(task) == [("pic", "Agus"), ("pic", "Budi")]
    sign_off(task_id=task.pk, stage="pic", by=agus)
    assert open_notices(task) == [("spv", "Hendi")]
    sign_off(task_id=task.pk, stage="spv", by=hendi)
    assert open_notices(task) == [("manager", "Rina")]
    sign_off(task_id=task.pk, stage="manager", by=rina)
    assert open_notices(task) == []
    told = Notification.objects.filter(kind="task.complete")
    assert sorted(told.values_list("recipient__name", flat=True)) == ["Agus", "Budi"]


def test_an_undo_withdraws_the_follow_up_and_asks_again(
    task: Task, agus: User, hendi: User
) -> None:
    sign_off(task_id=task.pk, stage="pic", by=agus)
    reopen(task_id=task.pk, stage="pic", by=agus)
    assert open_notices(task) == [("pic", "Agus"), ("pic", "Budi")]
    sign_off(task_id=task.pk, stage="pic", by=agus)
    assert open_notices(task) == [("spv", "Hendi")]


def test_without_an_spv_of_the_department_all_are_asked(
    task: Task, agus: User, hendi: User, sari: User
) -> None:
    User.objects.filter(pk=hendi.pk).update(department_ext_id=9)
    sign_off(task_id=task.pk, stage="pic", by=agus)
    assert open_notices(task) == [("spv", "Hendi"), ("spv", "Sari")]
