"""The pages: the form, one click, lateness, templates, long files, drafts, workload."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activities import tasks as jobs
from activities.models import Activity, Export, Task
from activities.queries.manpower import manpower
from activities.queries.mine import pressing_tasks
from activities.queries.signers import tasks_asking
from activities.queries.workload import pieces
from activities.services import sign_off
from activities.tasks import make_export
from activities.tests.conftest import a_task, an_activity, the_task
from core.accounts.models import User
from core.pages.prefill import keep_draft
from engineering.models import Configuration
from tests.factories import a_change
from tests.people import content_of, make_person, text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
DETAIL_PROBLEM = "ext_engineering_detail_problem_id"


def form_of(*rows: dict[str, Any], **header: Any) -> dict[str, Any]:
    """What a browser posts."""
    data = {
        "description": "Panel LVMDP",
        "kind": "2",
        "customer": "PT Contoh",
        "tasks-TOTAL_FORMS": str(len(rows)),
        "tasks-INITIAL_FORMS": "0",
        **header,
    }
    for place, row in enumerate(rows):
        values = {"ORDER": place + 1, **row}
        data |= {f"tasks-{place}-{name}": str(v) for name, v in values.items()}
    return data


def test_a_form_plans_its_tasks_in_their_order(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    rows = (
        {"description": "kedua", "ORDER": 2, "hours": "1,5", "people": "12,7"},
        {"description": "pertama", "ORDER": 1, "starts": "2026-03-17"},
        {"description": "dihapus", "ORDER": 3, "DELETE": "on"},
    )
    answer = as_person(agus).post("/activities/new/", form_of(*rows))
    assert answer.status_code == 302
    activity = Activity.objects.get()
    found = list(activity.tasks.values_list("description", "hours"))
    assert found == [("pertama", None), ("kedua", 1.5)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"description": ""}, "id_tasks-0-description"),
        ({"description": "x", "starts": "2026-03-17", "ends": "2026-03-16"}, "ends"),
        ({"description": "x", "people": "a"}, "people"),
        ({"description": "x", "people": "424242"}, "424242"),
    ],
)
def test_a_wrong_form_comes_back_with_what_was_typed(
    row: dict[str, str], words: str, agus: User, as_person: Log, sandbox: Any
) -> None:
    answer = as_person(agus).post("/activities/new/", form_of(row, description="Utuh"))
    page = text_of(answer)
    assert answer.status_code == 400
    assert "Utuh" in page
    assert words in page
    assert not Activity.objects.exists()


def test_an_activity_is_for_a_change_by_its_number(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    change, client, name = a_change(agus), as_person(agus), DETAIL_PROBLEM
    wrong = form_of({"description": "SLD"}, **{name: "ECN-1999-0001"})
    assert client.post("/activities/new/", wrong).status_code == 400
    for typed in (change.number.lower(), str(change.pk)):
        client.post("/activities/new/", wrong | {name: typed})
        activity = Activity.objects.latest("pk")
        assert activity.ext_engineering_detail_problem_id == change.pk
        assert change.number in text_of(client.get(f"/activities/{activity.pk}/"))
        edit = text_of(client.get(f"/activities/{activity.pk}/edit/"))
        assert f'value="{change.number}"' in edit


def test_an_edit_keeps_hours_of_untouched_dates_and_tells_of_staleness(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    activity = an_activity(agus, a_task("SLD", agus), kind=2)
    task = the_task(activity)
    row = {
        "id": task.pk,
        "description": "SLD baru",
        "starts": timezone.localdate(task.starts_at),
        "ends": timezone.localdate(task.ends_at),
        "hours": "6",
        "people": "12",
    }
    client, page = as_person(agus), f"/activities/{activity.pk}/edit/"
    data = form_of(row, content_revision=str(activity.content_revision))
    assert client.post(page, data).status_code == 302
    fresh = Task.objects.get(pk=task.pk)
    assert (fresh.description, fresh.starts_at) == ("SLD baru", task.starts_at)
    answer = client.post(page, data | {"tasks-0-description": "lagi"})
    assert answer.status_code == 409
    assert "lagi" in text_of(answer)


def test_one_click_signs_and_another_takes_it_back(
    agus: User, hendi: User, as_person: Log, sandbox: Any
) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus)))
    client, page = as_person(agus), f"/activities/tasks/{task.pk}/"
    answer = client.post(f"{page}sign/", {"stage": "pic", "back": "/inbox/"})
    assert answer["Location"] == "/inbox/"
    answer = client.post(f"{page}sign/", {"stage": "pic", "back": "//evil.example/"})
    assert answer.status_code == 409
    assert "PIC" in text_of(answer)
    answer = client.post(f"{page}undo/", {"stage": "pic", "back": "https://evil.x"})
    assert answer["Location"] == page
    assert Task.objects.get(pk=task.pk).level == 0
    assert (
        client.post("/activities/tasks/99/sign/", {"stage": "pic"}).status_code == 404
    )


def test_lateness_is_explained_by_who_may(
    agus: User, budi: User, as_person: Log, sandbox: Any
) -> None:
    past = timezone.now() - timedelta(days=9)
    row = a_task("SLD", agus, starts_at=past, ends_at=past)
    task = the_task(an_activity(agus, row))
    page = f"/activities/tasks/{task.pk}/late/"
    data = {"late_reason": "1", "late_note": "vendor"}
    assert as_person(agus).post(page, data).status_code == 302
    assert as_person(budi).post(page, {"late_reason": "2"}).status_code == 403
    assert as_person(agus).post(page, {"late_reason": "77"}).status_code == 400
    assert Task.objects.get(pk=task.pk).late_reason == 1


def test_a_draft_fills_the_form_and_its_origin_is_kept(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    client = as_person(agus)
    session = client.session
    values = {
        "description": "Dari analisis",
        "kind": 2,
        "tasks": ["SLD", {"description": "FAT"}],
    }
    key = keep_draft(session, form="activity", values=values, origin="analysis:12")
    session.save()
    page = text_of(client.get(f"/activities/new/?draft={key}"))
    assert all(words in page for words in ("Dari analisis", "SLD", "FAT"))
    client.post(f"/activities/new/?draft={key}", form_of({"description": "SLD"}))
    activity = Activity.objects.get()
    assert activity.origin == "analysis:12"
    assert "analysis:12" in text_of(client.get(f"/activities/{activity.pk}/"))


def test_my_work_and_what_waits_for_whom(
    agus: User, hendi: User, sari: User, rina: User
) -> None:
    now = timezone.now()
    late = a_task("A", agus, starts_at=now - timedelta(9), ends_at=now - timedelta(3))
    later = a_task("C", agus, ends_at=now + timedelta(30))
    activity = an_activity(agus, late, a_task("B", agus), later)
    assert [task.description for task in pressing_tasks(agus)] == ["A", "B"]
    task = the_task(activity)
    assert tasks_asking(agus).count() == 3
    sign_off(task_id=task.pk, stage="pic", by=agus)
    assert [tasks_asking(p).count() for p in (agus, hendi, sari, rina)] == [
        2,
        1,
        0,
        0,
    ]
    sign_off(task_id=task.pk, stage="spv", by=hendi)
    assert [tasks_asking(p).count() for p in (hendi, rina)] == [0, 1]


def test_hours_are_split_among_people_and_complete_tasks_do_not_weigh(
    agus: User, hendi: User, rina: User, sandbox: Any
) -> None:
    Configuration.objects.create(name="CapacityStaff", value=30)
    today = timezone.localdate()
    start = timezone.localtime().replace(hour=12)
    dates = {"starts_at": start, "ends_at": start}
    activity = an_activity(
        agus, a_task("A", agus, hendi, hours=10, **dates), a_task("B", agus, **dates)
    )
    assert sorted(part.hours for part in pieces(today)) == [
        5,  # hendi
        5 + 6,  # agus, on the same days
    ]
    done = activity.tasks.last()
    assert done is not None
    for stage in ("pic", "spv", "manager"):
        sign_off(task_id=done.pk, stage=stage, by=rina)
    found = manpower(today)
    loads = {row.near.name: row.near for row in found.people}
    assert loads["Agus Wijaya"].total == 5
    assert loads["Agus Wijaya"].capacity == 30
    flow = next(
        row for row in found.flows if row.name == loads["Agus Wijaya"].department
    )
    first = flow.days[0]
    assert first.arrived >= first.finished
    assert (
        flow.balance
        == flow.days[-1].begin + flow.days[-1].arrived - flow.days[-1].finished
    )


def test_a_long_file_is_made_by_the_worker(
    agus: User, budi: User, as_person: Log, sandbox: Any, monkeypatch: Any
) -> None:
    for name in ("activities.views.excel.LONG", "activities.tasks.LONG"):
        monkeypatch.setattr(name, 1)
    monkeypatch.setattr(jobs, "STEP", 1)
    an_activity(agus, a_task("A", agus), a_task("B", agus), kind=2)
    an_activity(agus, a_task("C", agus), kind=0)
    client = as_person(agus)
    page = client.get("/activities/excel/?report=tasks&kind=2")["Location"]
    export = Export.objects.get()
    assert (export.total, export.state) == (2, "waiting")
    assert client.get(f"{page}file/").status_code == 404
    make_export.func(export.pk)
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 2)
    assert client.get(page).status_code == 200
    assert content_of(client.get(f"{page}file/"))[:2] == b"PK"
    for address in (page, f"{page}file/"):
        assert as_person(budi).get(address).status_code == 404


def test_the_admin_signs_through_the_service(
    agus: User, hendi: User, as_person: Log, sandbox: Any
) -> None:
    task = the_task(an_activity(agus, a_task("SLD", agus)))
    client, page = as_person(hendi), "/admin/activities/task/"
    data = {"action": "sign_next", "_selected_action": [task.pk]}
    client.post(page, data)
    assert Task.objects.get(pk=task.pk).level == 1
    client.post(page, data | {"action": "undo_last"})
    assert Task.objects.get(pk=task.pk).level == 0
    plain = make_person(60, "Tono", "pic")
    as_person(plain).post(page, data)
    assert Task.objects.get(pk=task.pk).level == 0


def test_every_filter_of_the_list_finds_its_own(
    agus: User, hendi: User, rina: User, as_person: Log, sandbox: Any
) -> None:
    past = timezone.now() - timedelta(days=9)
    made = {
        "open": an_activity(agus, a_task("A", agus)),
        "empty": an_activity(hendi),
        "late": an_activity(hendi, a_task("L", hendi, starts_at=past, ends_at=past)),
    }
    for level, name in enumerate(("pic", "spv", "manager"), 1):
        made[name] = an_activity(hendi, a_task("B", agus))
        for stage in ("pic", "spv", "manager")[:level]:
            sign_off(task_id=the_task(made[name]).pk, stage=stage, by=rina)
    client = as_person(agus)
    links = {name: f'href="/activities/{row.pk}/"' for name, row in made.items()}

    def found(query: str) -> set[str]:
        page = text_of(client.get(f"/activities/?{query}"))
        return {name for name, link in links.items() if link in page}

    for name in ("empty", "late", "pic", "spv", "manager"):
        assert found(f"status={name}") == {name}, name
    assert found("status=open") == {"open", "late"}
    assert found("mine=waiting") == {"open"}
    assert found("mine=planned") == {"open"}
    assert found("mine=in_charge") == {"open", "pic", "spv", "manager"}
    assert found("department=424242") == set()
    assert found("person=7&sort=-to") == {"late"}
    today = timezone.localdate()
    assert found(f"last={today - timedelta(days=5)}") == {"late"}
    assert client.get("/activities/?status=nonsense").status_code == 400
    for page in ("calendar/", "gantt/", "totals/", "?size=25&page=2"):
        assert client.get(f"/activities/{page}").status_code == 200


def test_a_page_removes_and_sends_again(
    agus: User, hendi: User, as_person: Log, sandbox: Any
) -> None:
    activity = an_activity(agus, a_task("SLD", agus), kind=1)
    page = f"/activities/{activity.pk}/"
    client = as_person(hendi)
    assert client.post(f"{page}resend/").status_code == 302
    assert client.post(f"{page}remove/")["Location"] == "/activities/"
    assert client.get(page).status_code == 404
    assert client.post(f"{page}remove/").status_code == 404


def test_the_list_marks_as_late_what_the_filter_finds(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    """One late task is enough, also while the activity itself still has days."""
    now = timezone.now()
    old = {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=5)}
    mixed = an_activity(agus, a_task("A", **old), a_task("B"))
    calm = an_activity(agus, a_task("C"))
    browser = as_person(agus)
    rows = {row.activity.pk: row for row in browser.get("/activities/").context["rows"]}
    assert rows[mixed.pk].is_late
    assert not rows[calm.pk].is_late
    found = browser.get("/activities/?status=late").context["rows"]
    assert [row.activity.pk for row in found] == [mixed.pk]
