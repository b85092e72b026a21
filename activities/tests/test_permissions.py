"""Who may do what with planned work: tables of people and verbs, and refusals that leave no trace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from activities.models import STAGES, Activity, Task
from activities.permissions import may_edit, may_remove, may_sign, may_undo
from activities.services import (
    add_task,
    edit_activity,
    edit_task,
    remove_activity,
    remove_task,
    reopen,
    resend_work_order,
    save_activity,
    save_task,
    sign_off,
)
from activities.tests.conftest import (
    NOTHING_KNOWN,
    a_task,
    an_activity,
    signed,
    the_task,
)
from activities.tests.test_sign_off import code_of
from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Delivery, Event
from notifications.models import Notification
from tests.people import make_person

pytestmark = pytest.mark.django_db
SPV_UP = {"spv", "manager"}


def somebody(roles: str, **more: Any) -> User:
    """A person of these roles who has nothing to do with the task."""
    return make_person(900, "Somebody", *roles.split(), **more)


@pytest.mark.parametrize(
    ("roles", "is_in_charge", "stages"),
    [
        ("", False, ""),
        ("", True, "pic"),
        ("pic", False, ""),
        ("pic", True, "pic"),
        ("spv", False, "pic spv"),
        ("spv", True, "pic spv"),
        ("manager", False, "pic spv manager"),
        ("pic spv", False, "pic spv"),
        ("spv manager", True, "pic spv manager"),
    ],
)
def test_a_role_signs_these_stages(
    db: None, roles: str, *, is_in_charge: bool, stages: str
) -> None:
    by = somebody(roles)
    signs = [s for s in STAGES if may_sign(by, s, is_in_charge=is_in_charge)]
    assert signs == stages.split()


@pytest.mark.parametrize(
    ("latest", "own", "others"),
    [
        ("pic", True, {"spv", "manager"}),
        ("spv", True, {"manager"}),
        ("manager", True, set()),
    ],
)
def test_a_signature_is_taken_back_by_its_signer_or_a_higher_stage(
    db: None, latest: str, *, own: bool, others: set[str]
) -> None:
    stages = STAGES[: STAGES.index(latest) + 1]
    signer = 50
    task = Task(
        **{f"completed_date_{s}": "2026-03-16" for s in stages},
        **{f"completed_by_{s}_id": signer for s in stages},
    )
    assert may_undo(make_person(signer, "Signer"), task) is own
    people = {role: make_person(60 + n, role, role) for n, role in enumerate(STAGES)}
    assert {role for role, by in people.items() if may_undo(by, task)} == others
    assert not may_undo(make_person(70, "Boss", is_superuser=True), task)


def test_nobody_takes_back_what_nobody_signed(rina: User) -> None:
    assert not may_undo(rina, Task())


def test_a_person_without_a_number_is_not_the_signer_of_nothing(db: None) -> None:
    """The auth server's id may be missing; two missing ids are not the same person."""
    task = Task(completed_date_pic="2026-03-16", completed_by_pic_id=None)
    assert not may_undo(User.objects.create_user("tanpa"), task)


@pytest.mark.parametrize(
    ("who", "edits", "removes"),
    [
        ("planner", True, True),
        ("in charge", True, False),
        ("stranger", False, False),
        ("pic", False, False),
        ("spv", True, True),
        ("manager", True, True),
        ("administrator", True, True),
    ],
)
def test_who_changes_and_who_removes(
    budi: User, who: str, *, edits: bool, removes: bool
) -> None:
    activity = Activity(created_by=budi)
    roles = who if who in {"pic", "spv", "manager"} else ""
    other = somebody(roles, is_superuser=who == "administrator")
    by = budi if who == "planner" else other
    is_own = who == "in charge"
    assert may_edit(by, activity, is_in_charge=is_own) is edits
    assert may_remove(by, activity) is removes


# --- Each verb asks -----------------------------------------------------------------

Verb = Callable[[Task, User], object]
NEW = {"description": "Tambahan"}
VERBS: dict[str, Verb] = {
    "edit_activity": lambda task, by: edit_activity(
        activity_id=task.activity_id, by=by, fields={"pic": "x"}, facts=NOTHING_KNOWN
    ),
    "save_activity": lambda task, by: save_activity(
        by=by, data={"id": task.activity_id, "pic": "x"}, facts=NOTHING_KNOWN
    ),
    "add_task": lambda task, by: add_task(
        activity_id=task.activity_id, by=by, fields=NEW, facts=NOTHING_KNOWN
    ),
    "save_task": lambda task, by: save_task(
        by=by,
        data=NEW | {"engineering_activity_id": task.activity_id},
        facts=NOTHING_KNOWN,
    ),
    "edit_task": lambda task, by: edit_task(
        task_id=task.pk, by=by, fields={"hours": 1}, facts=NOTHING_KNOWN
    ),
    "remove_task": lambda task, by: remove_task(task_id=task.pk, by=by),
    "remove_activity": lambda task, by: remove_activity(
        activity_id=task.activity_id, by=by
    ),
    "save_activity, deleted": lambda task, by: save_activity(
        by=by,
        data={"id": task.activity_id, "deleted_at": "2026-03-16"},
        facts=NOTHING_KNOWN,
    ),
}
EDITS = {"edit_activity", "save_activity", "add_task", "save_task", "edit_task"}
OF_A_TASK = {"edit_task", "remove_task", "sign_off", "reopen"}
ALL_VERBS: dict[str, Verb] = {
    **VERBS,
    "sign_off": lambda task, by: sign_off(task_id=task.pk, stage="pic", by=by),
    "reopen": lambda task, by: reopen(task_id=task.pk, stage="pic", by=by),
    "resend_work_order": lambda task, by: resend_work_order(
        activity_id=task.activity_id, by=by
    ),
}


@pytest.fixture
def task(agus: User, budi: User, hendi: User) -> Task:
    """Planned by Budi for PPIC; Agus is in charge."""
    return the_task(an_activity(budi, a_task("Gambar SLD", agus), kind=1))


def traces() -> tuple[int, ...]:
    """How much is written by now."""
    kinds = (Event, Notification, Delivery, Task)
    return tuple(kind.objects.count() for kind in kinds)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["", "pic", "spv", "manager", "admin"])
def test_a_verb_asks_who_may(task: Task, verb: str, who: str) -> None:
    by = somebody("" if who == "admin" else who, is_superuser=who == "admin")
    before = traces()
    code = code_of(VERBS[verb], task=task, by=by)
    is_allowed = who in {*SPV_UP, "admin"}
    assert code == ("done" if is_allowed else "forbidden")
    assert (traces() == before) is not is_allowed


@pytest.mark.parametrize("verb", VERBS)
def test_who_is_in_charge_edits_and_does_not_remove(
    task: Task, agus: User, verb: str
) -> None:
    code = code_of(VERBS[verb], task=task, by=agus)
    assert code == ("done" if verb in EDITS else "forbidden")


@pytest.mark.parametrize("verb", VERBS)
def test_who_was_in_charge_once_is_a_stranger(
    task: Task, agus: User, hendi: User, verb: str
) -> None:
    edit_task(task_id=task.pk, by=hendi, fields={"people": []}, facts=NOTHING_KNOWN)
    assert code_of(VERBS[verb], task=task, by=agus) == "forbidden"


def test_in_charge_of_a_removed_task_is_a_stranger(
    task: Task, agus: User, hendi: User
) -> None:
    add_task(activity_id=task.activity_id, by=hendi, fields=NEW, facts=NOTHING_KNOWN)
    remove_task(task_id=task.pk, by=hendi)
    given = {"activity_id": task.activity_id, "fields": {"pic": "x"}}
    code = code_of(edit_activity, by=agus, facts=NOTHING_KNOWN, **given)
    assert code == "forbidden"


@pytest.mark.parametrize("verb", ALL_VERBS)
@pytest.mark.parametrize("gone", ["activity", "task", "never there"])
def test_what_is_gone_is_not_found(
    task: Task, rina: User, verb: str, gone: str
) -> None:
    if gone == "activity":
        remove_activity(activity_id=task.activity_id, by=rina)
    elif gone == "task":
        remove_task(task_id=task.pk, by=rina)
    else:
        task = Task(pk=task.pk + 1000, activity_id=task.activity_id + 1000)
    before = traces()
    code = code_of(ALL_VERBS[verb], task=task, by=rina)
    if gone == "task" and verb not in OF_A_TASK:
        assert code != "not_found"
    else:
        assert (code, traces()) == ("not_found", before)


@pytest.mark.parametrize(
    ("level", "stage", "roles", "why"),
    [
        (0, "pic", "", "forbidden: in charge, an SPV or a manager"),
        (1, "spv", "", "forbidden: Only an SPV or a manager"),
        (2, "manager", "spv", "forbidden: Only a manager"),
        (0, "spv", "spv", "illegal_transition: First PIC must sign"),
        (0, "manager", "manager", "illegal_transition: First PIC must sign"),
        (1, "manager", "manager", "illegal_transition: First SPV must sign"),
        (1, "pic", "spv", "already_decided: PIC has signed"),
        (3, "manager", "manager", "already_decided: Manager has signed"),
    ],
)
def test_a_refused_signature_says_why_and_signs_nothing(
    task: Task, rina: User, level: int, stage: str, roles: str, why: str
) -> None:
    code, words = why.split(": ")
    task = signed(task, *[rina] * level)
    before = traces()
    with translation.override("en"), pytest.raises(DomainError, match=words) as caught:
        sign_off(task_id=task.pk, stage=stage, by=somebody(roles))
    assert (caught.value.code, traces()) == (code, before)
    assert Task.objects.get(pk=task.pk).level == level


def test_a_stage_that_is_signed_says_by_whom_and_when(task: Task, rina: User) -> None:
    task = signed(task, rina)
    with pytest.raises(DomainError) as caught:
        sign_off(task_id=task.pk, stage="pic", by=rina)
    moment = task.signed_at("pic")
    assert moment is not None
    assert caught.value.extra == {"signedAt": moment.isoformat(), "signedBy": 3}


@pytest.mark.parametrize(
    ("level", "stage", "roles", "why"),
    [
        (0, "pic", "manager", "illegal_transition: PIC has not signed"),
        (1, "spv", "manager", "illegal_transition: SPV has not signed"),
        (2, "pic", "manager", "illegal_transition: First the signature of SPV"),
        (3, "spv", "manager", "illegal_transition: First the signature of Manager"),
        (1, "pic", "pic", "forbidden: higher stage"),
        (2, "spv", "spv", "forbidden: higher stage"),
        (3, "manager", "manager", "forbidden: higher stage"),
    ],
)
def test_a_refused_undo_says_why_and_takes_nothing_back(
    task: Task, rina: User, level: int, stage: str, roles: str, why: str
) -> None:
    code, words = why.split(": ")
    task = signed(task, *[rina] * level)
    before = traces()
    with translation.override("en"), pytest.raises(DomainError, match=words) as caught:
        reopen(task_id=task.pk, stage=stage, by=somebody(roles))
    assert (caught.value.code, traces()) == (code, before)
    assert Task.objects.get(pk=task.pk).level == level
