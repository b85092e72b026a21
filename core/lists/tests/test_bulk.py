"""Many rows worked at once: each by its own service call, and what became of each is said."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from activities.models import InCharge, Task
from activities.tests.conftest import a_task, an_activity, signed
from bom.tests.conftest import put_up
from core.accounts.models import Pin, User
from core.approvals.models import Decision
from core.approvals.services import note_opening, substitute
from core.ledger.models import Event
from core.lists.policies import MOST_ROWS
from engineering.tests.conftest import a_change
from tests.factories import a_document
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
LIST = "/activities/overdue/?page=1"


def send(client: Client, verb: str, *picks: str, **more: str) -> Any:
    client.cookies["django_language"] = "en"
    form = {"verb": verb, "pick": list(picks), "back": LIST, **more}
    return client.post("/lists/rows/", form)


def work(client: Client, verb: str, *picks: str, **more: str) -> Any:
    """Press the button; the result that the list then shows."""
    answer = send(client, verb, *picks, **more)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"{LIST}&done=")
    page = client.get(answer["Location"])
    assert page.status_code == 200
    kept = client.session["bulk"]
    assert kept["token"] in answer["Location"]
    for each in kept["outcomes"]:
        assert each["sentence"].replace("“", "") in text_of(page).replace("“", "")
    return kept


def told(kept: Any) -> list[str]:
    return [each["sentence"] for each in kept["outcomes"]]


def press(client: Client, *ticks: str, **more: str) -> Any:
    return work(client, "sign", *(f"task:{each}" for each in ticks), **more)


def tasks_of(agus: User, *names: str) -> list[Task]:
    activity = an_activity(agus, *(a_task(name, agus) for name in names))
    return list(activity.tasks.order_by("id"))


def test_the_ticked_are_signed_and_the_others_are_not(
    agus: User, as_person: Log
) -> None:
    first, _second, third = tasks_of(agus, "A", "B", "C")
    kept = press(as_person(agus), f"{first.pk}:pic", f"{third.pk}:pic")
    assert [each["is_done"] for each in kept["outcomes"]] == [True, True]
    assert kept["ticked"] == []
    stages = {str(task): task.next_stage for task in Task.objects.all()}
    assert stages == {"A": "spv", "B": "pic", "C": "spv"}
    assert Event.objects.filter(kind="task.pic_done", actor=agus).count() == 2


def test_a_refusal_takes_nothing_else_with_it_and_stays_ticked(
    agus: User, hendi: User, budi: User, as_person: Log
) -> None:
    mine, others = tasks_of(agus, "Gambar SLD", "Layout")
    signed(mine, agus)
    client = as_person(hendi)
    kept = press(client, f"{others.pk}:spv", f"{mine.pk}:spv", "999999999:spv")
    first, second, third = kept["outcomes"]
    assert second["is_done"]
    assert first["label"] == "Layout"
    assert first["sentence"]
    assert third["label"] == "#999999999"
    assert kept["ticked"] == [f"task:{others.pk}:spv", "task:999999999:spv"]
    mine.refresh_from_db()
    assert mine.next_stage == "manager"
    assert told(press(as_person(budi), f"{others.pk}:pic"))[0]


def test_what_was_refused_stays_ticked_on_the_page(agus: User, as_person: Log) -> None:
    pick = f'value="change:{a_change(agus).pk}"'
    form = {"verb": "approve", "pick": pick[7:-1], "back": "/changes/"}
    client = as_person(agus)
    answer = client.post("/lists/rows/", form)
    assert f"{pick} checked" in text_of(client.get(answer["Location"]))
    assert f"{pick} checked" not in text_of(client.get("/changes/"))


def test_twice_the_same_is_once(agus: User, as_person: Log) -> None:
    (task,) = tasks_of(agus, "A")
    tick = f"{task.pk}:pic"
    assert len(press(as_person(agus), tick, tick)["outcomes"]) == 1
    assert told(press(as_person(agus), tick))[0]


@pytest.mark.parametrize(
    ("verb", "picks"),
    [
        ("sign", ()),
        ("sign", ("",)),
        ("sign", ("x",)),
        ("sign", ("task:1:pic:1:1",)),
        ("sign", ("task:1:pic\0",)),
        ("sign", ("task:" + "1" * 30,)),
        ("sign", ("nothing:1",)),
        ("sign", tuple(f"task:{n}:pic" for n in range(MOST_ROWS + 1))),
        ("burn", ("task:1",)),
        ("", ("task:1",)),
        ("assign", ("task:1",)),
        ("move", ("task:1",)),
        ("export", ("task:1", "change:1")),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_the_ticks_stay(
    agus: User, as_person: Log, verb: str, picks: tuple[str, ...]
) -> None:
    (task,) = tasks_of(agus, "A")
    kept = work(as_person(agus), verb, *picks)
    assert kept["error"]
    assert kept["outcomes"] == []
    assert kept["ticked"] == list(picks)
    task.refresh_from_db()
    assert task.next_stage == "pic"


def test_a_substitute_signs_for_whom_they_stand_in(
    agus: User, hendi: User, sari: User, budi: User, as_person: Log
) -> None:
    first, second = tasks_of(agus, "A", "B")
    for task in (first, second):
        signed(task, agus)
    stand_in(hendi, budi)
    page = text_of(as_person(budi).get("/inbox/?only=signatures"))
    ticks = [f"{task.pk}:spv:{hendi.ext_id}" for task in (first, second)]
    assert all(f'value="task:{tick}"' in page for tick in ticks)
    kept = press(as_person(budi), *ticks)
    assert [each["is_done"] for each in kept["outcomes"]] == [True, True]


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
    assert "bulk-password" in text_of(as_person(agus).get("/inbox/"))
    kept = press(as_person(agus), *ticks)
    assert "password" in kept["error"].lower()
    kept = press(as_person(agus), *ticks, password="271828")
    assert [each["is_done"] for each in kept["outcomes"]] == [True, True]
    assert (
        Event.objects.filter(kind="task.pic_done", after__confirmed="pin").count() == 2
    )


def test_a_yes_counts_only_for_what_was_opened(
    agus: User, hendi: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    opened, closed = a_change(agus), a_change(agus)
    bom = put_up(700, agus, rina)
    note_opening(record=opened, by=rina)
    note_opening(record=bom, by=rina)
    picks = [f"change:{opened.pk}", f"change:{closed.pk}", f"bom:{bom.pk}"]
    kept = work(as_person(rina), "approve", *picks)
    assert [each["is_done"] for each in kept["outcomes"]] == [True, False, True]
    assert "not opened" in told(kept)[1]
    assert kept["ticked"] == [picks[1]]
    assert set(Decision.objects.values_list("approver", flat=True)) == {rina.pk}
    assert told(work(as_person(hendi), "approve", "task:1", f"change:{closed.pk}"))


def test_tasks_get_another_person_and_another_date_by_who_may_edit(
    agus: User, hendi: User, budi: User, as_person: Log, sandbox: Any
) -> None:
    first, second = tasks_of(agus, "A", "B")
    picks = [f"task:{first.pk}", f"task:{second.pk}:pic"]
    work(as_person(hendi), "assign", *picks, person=str(hendi.ext_id))
    rows = InCharge.objects.filter(deleted_at=None)
    assert set(rows.values_list("ext_user_id", flat=True)) == {hendi.ext_id}
    given = {"day": "2031-05-06", "reason": "2", "note": "cuti"}
    kept = work(as_person(hendi), "move", *picks, **given)
    assert kept["ticked"] == []
    for task in Task.objects.all():
        assert timezone.localdate(task.ends_at) == date(2031, 5, 6)
        assert (task.late_reason, task.late_note) == (2, "cuti")
    before = Event.objects.count()
    kept = work(as_person(budi), "move", *picks, day="2032-01-01")
    assert all("may change this activity" in each for each in told(kept))
    assert Event.objects.count() == before
    kept = work(as_person(hendi), "move", *picks, day="2001-01-01")
    assert kept["ticked"] == picks


def test_an_activity_moves_with_its_open_tasks(
    agus: User, hendi: User, as_person: Log, sandbox: Any
) -> None:
    def on(day: int) -> datetime:
        return datetime(2031, 3, day, 5, tzinfo=UTC)

    early = a_task("A", agus, starts_at=on(1), ends_at=on(3))
    late = a_task("B", agus, starts_at=on(4), ends_at=on(10))
    activity, empty = an_activity(hendi, early, late), an_activity(hendi)
    picks = [f"activity:{activity.pk}", f"activity:{empty.pk}"]
    kept = work(as_person(hendi), "move", *picks, day="2031-03-12")
    assert [each["is_done"] for each in kept["outcomes"]] == [True, False]
    days = activity.tasks.order_by("id").values_list("starts_at", "ends_at")
    assert list(days) == [(on(3), on(5)), (on(6), on(12))]


def test_only_the_ticked_rows_are_in_the_file(
    agus: User, hendi: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    changes = [a_change(agus) for _ in range(3)]
    boms = [put_up(700 + n, agus, rina) for n in range(2)]
    documents = [a_document(agus, f"Gambar {n}") for n in range(2)]
    tasks = tasks_of(agus, "A", "B")
    activities = [tasks[0].activity, an_activity(agus, a_task("C", agus))]
    kinds: dict[str, list[tuple[int, object]]] = {
        "change": [(row.pk, row.number) for row in changes],
        "bom": [(row.pk, row.ext_bom_leveled_id) for row in boms],
        "document": [(row.pk, row.name) for row in documents],
        "task": [(row.pk, row.description) for row in tasks],
        "activity": [(row.pk, row.pk) for row in activities],
    }
    for kind, rows in kinds.items():
        picks = [f"{kind}:{pk}" for pk, _name in rows[1:]]
        answer = send(as_person(rina), "export", *picks)
        assert answer["Content-Disposition"].startswith("attachment")
        sheet: Any = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
        cells = {cell for row in sheet.iter_rows(values_only=True) for cell in row[:3]}
        assert cells & {name for _pk, name in rows} == {name for _pk, name in rows[1:]}


@pytest.mark.parametrize(
    "page", ["/changes/", "/bom/", "/activities/", "/documents/", "/inbox/"]
)
def test_each_list_has_its_boxes_and_a_bar(
    page: str, agus: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    a_change(agus)
    put_up(700, agus, rina)
    a_document(agus, "Gambar")
    tasks_of(agus, "A")
    shown = text_of(as_person(rina).get(page))
    assert 'id="bulk"' in shown
    assert 'form="bulk" name="pick"' in shown
    assert 'value="export"' in shown
