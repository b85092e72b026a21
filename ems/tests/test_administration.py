"""The administration as a place to work: what waits first, kept filters, plain names."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from activities.tests.conftest import a_task, an_activity, the_task
from core.accounts.models import User
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
LIST = "/admin/engineering/changenotice/"
MINE = f"{LIST}?waiting=me"
KEPT = "_changelist_filters=waiting%3Dme"


@pytest.fixture
def changes(agus: User, rina: User) -> list[ChangeNotice]:
    """Two pending changes; Rina decides."""
    return [a_change(agus, project_name="Lama"), a_change(agus, project_name="Baru")]


@pytest.mark.parametrize(
    "path", ["/admin/engineering/changenotice/", "/admin/bom/bomapproval/"]
)
def test_who_is_not_asked_sees_everything(
    changes: list[ChangeNotice], agus: User, as_person: Log, sandbox: object, path: str
) -> None:
    assert as_person(agus).get(path).status_code == 200


def test_who_is_asked_sees_their_own_first(
    changes: list[ChangeNotice], rina: User, as_person: Log, sandbox: object
) -> None:
    client = as_person(rina)
    assert client.get(LIST).headers["Location"] == MINE
    assert client.get(f"{LIST}?waiting=all").status_code == 200
    assert client.get(f"{LIST}?q=Lama").status_code == 200


def test_the_oldest_stands_first_among_what_waits(
    changes: list[ChangeNotice], rina: User, as_person: Log, sandbox: object
) -> None:
    shown = re.findall(
        r"ECN-\d+-\d+|[A-Z]{3}-\d{4}-\d{4}", text_of(as_person(rina).get(MINE))
    )
    old, new = (change.number for change in changes)
    assert shown.index(old) < shown.index(new)


@pytest.mark.parametrize("remark", ["setuju", ""])
def test_a_decision_returns_to_the_same_filters(
    changes: list[ChangeNotice],
    rina: User,
    as_person: Log,
    sandbox: object,
    remark: str,
) -> None:
    change, client = changes[0], as_person(rina)
    page = text_of(client.get(f"{LIST}{change.pk}/change/?{KEPT}"))
    assert f'action="{LIST}decide/?{KEPT}"' in page
    shown = f"{change.pk}:{change.revision}:{change.digest}"
    status = 1 if remark else 2  # a refusal without its reason comes back, too
    form = {"shown": shown, "status": status, "remark": remark}
    answer = client.post(f"{LIST}decide/?{KEPT}", form)
    assert answer.headers["Location"] == MINE


def test_many_decisions_return_to_the_same_filters(
    changes: list[ChangeNotice], rina: User, as_person: Log, sandbox: object
) -> None:
    client = as_person(rina)
    chosen = [change.pk for change in changes]
    asked = {"action": "approve_selected", "_selected_action": chosen}
    page = text_of(client.post(MINE, asked))
    assert f'action="{LIST}decide/?{KEPT}"' in page
    assert f'href="{MINE}"' in page


def test_filters_lead_nowhere_else(
    changes: list[ChangeNotice], rina: User, as_person: Log, sandbox: object
) -> None:
    evil = "%0d%0aSet-Cookie:%20a=b//evil.example"
    answer = as_person(rina).post(f"{LIST}decide/?_changelist_filters={evil}", {})
    assert answer.headers["Location"].startswith(f"{LIST}?")
    assert "\n" not in answer.headers["Location"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (MINE, "ECN/CCN"),
        ("/admin/bom/bomapproval/", "Persetujuan BOM"),
        ("/admin/activities/activity/", "Aktivitas"),
        ("/admin/django_tasks_database/dbtaskresult/", "Pekerjaan latar"),
    ],
)
def test_a_list_is_called_by_what_it_lists(
    admin: User, as_person: Log, sandbox: object, path: str, name: str
) -> None:
    client = as_person(admin)
    client.cookies["django_language"] = "id"
    page = text_of(client.get(path))
    assert re.search(rf"<h1>\s*{name}\s*</h1>", page)
    assert re.search(rf"<title>\s*{name} · EMS\s*</title>", page)


def test_the_index_begins_with_decisions_and_their_number(
    changes: list[ChangeNotice], rina: User, as_person: Log, sandbox: object
) -> None:
    client = as_person(rina)
    client.cookies["django_language"] = "id"
    page = text_of(client.get("/admin/"))
    first = page.index("Untuk Anda putuskan")
    assert first < page.index("ECN/CCN (2 menunggu)") < page.index("Aturan persetujuan")
    assert page.count(f'href="{LIST}"') == page.count("(2 menunggu)") + 1
    for english in ("Tasks Database Backend", "Task Results", "nav-sidebar"):
        assert english not in page


def test_the_account_menu_leads_to_the_approvals(
    changes: list[ChangeNotice],
    rina: User,
    agus: User,
    as_person: Log,
    sandbox: object,
) -> None:
    client = as_person(rina)
    client.cookies["django_language"] = "en"
    links = text_of(client.get("/inbox/")).split("<a ")
    (entry,) = (link for link in links if "Approval list" in link)
    assert entry.startswith(f'href="{MINE}"')
    assert ">2</span>" in entry
    assert client.get(LIST, follow=True).status_code == 200


def test_who_may_not_enter_has_no_dead_link(
    changes: list[ChangeNotice], budi: User, as_person: Log, sandbox: object
) -> None:
    assert "/admin/" not in text_of(as_person(budi).get("/inbox/"))


def test_days_are_written_as_in_the_portal(
    changes: list[ChangeNotice], rina: User, as_person: Log, sandbox: object
) -> None:
    noon = datetime(2026, 3, 7, 12, tzinfo=timezone.get_default_timezone())
    ChangeNotice.objects.update(created_at=noon)
    client = as_person(rina)
    client.cookies["django_language"] = "id"
    assert "07 Mar 2026" in text_of(client.get(MINE))


def test_a_task_is_signed_on_the_portals_own_record(
    agus: User, hendi: User, budi: User, as_person: Log, sandbox: object
) -> None:
    activity = an_activity(hendi, a_task("Gambar SLD", agus))
    task = the_task(activity)
    path = f"/admin/activities/task/{task.pk}/change/"
    client = as_person(agus)
    assert path in text_of(client.get("/admin/activities/task/?waiting=me"))
    answer = client.get(path)
    assert answer.headers["Location"] == f"/activities/tasks/{task.pk}/"
    assert "login" in as_person(budi).get(path).headers["Location"]
    for wrong in ("0", "x", "9" * 30):
        answer = client.get(f"/admin/activities/task/{wrong}/change/")
        assert answer.status_code == 404
