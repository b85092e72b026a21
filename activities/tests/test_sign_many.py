"""Many tasks signed at once: each by itself, and what became of each is said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from activities.models import Task
from activities.tests.conftest import a_task, an_activity, signed
from core.accounts.models import Pin, User
from core.approvals.services import substitute
from core.ledger.models import Event
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def press(client: Client, *ticks: str, **more: str) -> list[str]:
    """Press the button; what is said then."""
    client.cookies["django_language"] = "en"
    form = {"sign": list(ticks), "back": "/inbox/?only=signatures", **more}
    answer = client.post("/activities/tasks/sign/", form)
    assert (answer.status_code, answer["Location"]) == (302, form["back"])
    return [str(each) for each in get_messages(answer.wsgi_request)]


def tasks_of(agus: User, *names: str) -> list[Task]:
    activity = an_activity(agus, *(a_task(name, agus) for name in names))
    return list(activity.tasks.order_by("id"))


def test_the_ticked_are_signed_and_the_others_are_not(
    agus: User, as_person: Log
) -> None:
    first, _second, third = tasks_of(agus, "A", "B", "C")
    told = press(as_person(agus), f"{first.pk}:pic", f"{third.pk}:pic")
    assert told == ["You signed 2 tasks."]
    stages = {str(task): task.next_stage for task in Task.objects.all()}
    assert stages == {"A": "spv", "B": "pic", "C": "spv"}
    assert Event.objects.filter(kind="task.pic_done", actor=agus).count() == 2


def test_a_refusal_takes_nothing_else_with_it_and_names_its_task(
    agus: User, hendi: User, budi: User, as_person: Log
) -> None:
    mine, others = tasks_of(agus, "Gambar SLD", "Layout")
    signed(mine, agus)
    told = press(
        as_person(hendi), f"{others.pk}:spv", f"{mine.pk}:spv", "999999999:spv"
    )
    assert told[0] == "You signed 1 task."
    assert "“Layout”" in told[1]
    assert "#999999999" in told[2]
    mine.refresh_from_db()
    assert mine.next_stage == "manager"
    assert press(as_person(budi), f"{others.pk}:pic")[0].startswith("“Layout”")


def test_twice_the_same_is_once(agus: User, as_person: Log) -> None:
    (task,) = tasks_of(agus, "A")
    tick = f"{task.pk}:pic"
    assert press(as_person(agus), tick, tick) == ["You signed 1 task."]
    again = press(as_person(agus), tick)
    assert "“A”" in again[0]


@pytest.mark.parametrize(
    "ticks",
    [
        (),
        ("",),
        ("x",),
        ("1:pic:x",),
        ("1:pic\0",),
        ("1" * 30 + ":pic",),
        ("1:pic",) * 201,
        ("-1:pic",),
    ],
)
def test_what_is_no_tick_is_refused_with_a_sentence(
    agus: User, as_person: Log, ticks: tuple[str, ...]
) -> None:
    (task,) = tasks_of(agus, "A")
    told = press(as_person(agus), *ticks)
    assert len(told) == 1
    assert told[0]
    task.refresh_from_db()
    assert task.next_stage == "pic"


def test_many_refusals_are_named_up_to_ten(agus: User, as_person: Log) -> None:
    told = press(as_person(agus), *(f"{9_000_000 + n}:pic" for n in range(13)))
    assert len(told) == 11
    assert told[-1] == "3 more were not signed."


def test_a_substitute_signs_for_whom_they_stand_in(
    agus: User, hendi: User, sari: User, budi: User, as_person: Log
) -> None:
    first, second = tasks_of(agus, "A", "B")
    for task in (first, second):
        signed(task, agus)
    stand_in(hendi, budi)
    page = text_of(as_person(budi).get("/inbox/?only=signatures"))
    ticks = [f"{task.pk}:spv:{hendi.ext_id}" for task in (first, second)]
    assert all(f'value="{tick}"' in page for tick in ticks)
    assert press(as_person(budi), *ticks) == ["You signed 2 tasks."]


def stand_in(person: User, other: User) -> None:
    today = timezone.localdate()
    substitute(
        person=person, by=person, stand_in=other, first_day=today, last_day=today
    )


def test_the_password_or_pin_is_asked_once_for_all(
    agus: User, as_person: Log, settings: Any
) -> None:
    first, second = tasks_of(agus, "A", "B")
    settings.SIGNATURE_REAUTH = "each"
    Pin.objects.create(user=agus, hashed=make_password("271828"), set_at=timezone.now())
    ticks = [f"{task.pk}:pic" for task in (first, second)]
    (told,) = press(as_person(agus), *ticks)
    assert "password" in told.lower()
    assert press(as_person(agus), *ticks, password="271828") == ["You signed 2 tasks."]
    assert (
        Event.objects.filter(kind="task.pic_done", after__confirmed="pin").count() == 2
    )


def test_the_inbox_offers_ticks_only_where_there_are_several(
    agus: User, as_person: Log
) -> None:
    tasks_of(agus, "A")
    assert "sign-many" not in text_of(as_person(agus).get("/inbox/")).replace(
        'form="sign-many"', ""
    )
    tasks_of(agus, "B")
    assert 'id="sign-many"' in text_of(as_person(agus).get("/inbox/"))
