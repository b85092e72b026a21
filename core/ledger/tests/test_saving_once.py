"""A form that comes again, by reload, by the way back or by two presses, makes nothing new."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client

from activities.models import Activity
from bom.models import BomDefaultPic
from core.accounts.models import User
from core.approvals.models import ApprovalRule
from core.ledger.forms import SAVED_COOKIE
from engineering.models import ChangeAttachment, ChangeNotice, PanelProcess
from engineering.tests.conftest import a_change
from supportdocs.models import DocumentVersion, SupportTable
from tests.people import text_of

KEY = "0123456789abcdef0123456789abcdef"
NO_LINES = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
CHANGE = {
    "kind": "0",
    "date": "2026-11-28",
    "priority": "3",
    "engineering": "Ganti MCCB",
    "detail_problem": "Salah rating",
    **{f"items-{name}": value for name, value in NO_LINES.items()},
}
ACTIVITY = {
    "kind": "2",
    "description": "Uji panel",
    **{f"tasks-{name}": value for name, value in NO_LINES.items()},
}
ROW = {"panel_type": "MDP", "process_name": "Kabel", "minutes": "12,5"}
RULE = {
    "kind": "0",
    "is_active": "on",
    "steps-TOTAL_FORMS": "1",
    "steps-INITIAL_FORMS": "0",
    "steps-0-mode": "any",
    "steps-0-role": "manager",
}
ADMIN_ROW = {"ext_user_id": "12"}
FORMS: dict[str, tuple[str, dict[str, str], type[Any]]] = {
    "change": ("/changes/new/", CHANGE, ChangeNotice),
    "activity": ("/activities/new/", ACTIVITY, Activity),
    "row of a table": ("/setup/panel-processes/new/", ROW, PanelProcess),
    "rule": ("/setup/rules/new/", RULE, ApprovalRule),
    "document": ("/documents/upload/", {}, SupportTable),
}


def sent(client: Client, path: str, data: dict[str, Any], key: str = KEY) -> Any:
    """The answer to a form; a document comes along where one is wanted."""
    more: dict[str, Any] = {"form_key": key}
    if path == "/documents/upload/":
        more["file"] = SimpleUploadedFile("a.txt", b"isi", "text/plain")
    return client.post(path, data | more)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_a_form_makes_one_record(
    as_person: Callable[[User], Client], admin: User, name: str
) -> None:
    path, data, model = FORMS[name]
    client, before = as_person(admin), model.objects.count()
    first, second = sent(client, path, data), sent(client, path, data)
    assert (first.status_code, second.status_code) == (302, 302), text_of(first)[:2000]
    assert second.headers["Location"] == first.headers["Location"]
    assert model.objects.count() == before + 1
    assert second.cookies[SAVED_COOKIE].value == KEY
    # Two rules of one kind may not have the same limits.
    other = data | {"kind": "1"} if name == "rule" else data
    assert sent(client, path, other, "f" * 32).status_code == 302
    assert model.objects.count() == before + 2


@pytest.mark.django_db
def test_what_was_changed_on_the_way_back_is_said_not_to_be_saved(
    as_person: Callable[[User], Client], agus: User
) -> None:
    client = as_person(agus)
    sent(client, "/changes/new/", CHANGE)
    again = sent(client, "/changes/new/", CHANGE | {"engineering": "Lain"})
    page = text_of(client.get(again.headers["Location"], headers={"Accept": "*/*"}))
    assert "tidak tersimpan" in page or "is not saved" in page
    assert ChangeNotice.objects.get().engineering == "Ganti MCCB"


@pytest.mark.django_db
def test_a_refused_form_keeps_its_key_and_can_be_sent_again(
    as_person: Callable[[User], Client], agus: User
) -> None:
    client = as_person(agus)
    refused = sent(client, "/changes/new/", CHANGE | {"engineering": ""})
    assert refused.status_code == 400
    assert f'value="{KEY}"' in text_of(refused)
    assert sent(client, "/changes/new/", CHANGE).status_code == 302
    assert ChangeNotice.objects.count() == 1


@pytest.mark.django_db
def test_the_key_of_one_person_is_no_key_of_another(
    as_person: Callable[[User], Client], agus: User, budi: User
) -> None:
    for user in (agus, budi):
        sent(as_person(user), "/changes/new/", CHANGE)
    assert ChangeNotice.objects.count() == 2


@pytest.mark.django_db
def test_an_edit_that_comes_twice_is_no_conflict(
    as_person: Callable[[User], Client], agus: User
) -> None:
    change = a_change(agus)
    client, path = as_person(agus), f"/changes/{change.pk}/edit/"
    data = CHANGE | {"revision": "1", "engineering": "Sudah diubah"}
    first, second = sent(client, path, data), sent(client, path, data)
    assert (first.status_code, second.status_code) == (302, 302)
    change.refresh_from_db()
    assert change.revision == 2


@pytest.mark.django_db
def test_a_file_is_attached_once(
    as_person: Callable[[User], Client], agus: User
) -> None:
    change, client = a_change(agus), as_person(agus)
    for _ in range(2):
        file = SimpleUploadedFile("a.txt", b"isi", "text/plain")
        data = {"form_key": KEY, "files": file}
        client.post(f"/changes/{change.pk}/attach/", data)
    assert ChangeAttachment.objects.count() == 1


@pytest.mark.django_db
def test_a_version_is_kept_once_and_a_script_hears_of_it(
    as_person: Callable[[User], Client], agus: User
) -> None:
    client = as_person(agus)
    place = sent(client, "/documents/upload/", {}).headers["Location"]
    for _ in range(2):
        file = SimpleUploadedFile("a.txt", b"baru", "text/plain")
        answer = client.post(
            f"{place}replace/",
            {"form_key": "b" * 32, "file": file},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 201, text_of(answer)[:500]
    assert DocumentVersion.objects.count() == 2


@pytest.mark.django_db
def test_the_administration_adds_a_row_once(
    as_person: Callable[[User], Client], admin: User
) -> None:
    client, path = as_person(admin), "/admin/bom/bomdefaultpic/add/"
    page = text_of(client.get(path))
    key = re.search(r'name="form_key" value="(\w+)"', page)
    assert key
    for _ in range(2):
        assert client.post(path, ADMIN_ROW | {"form_key": key[1]}).status_code == 302
    assert BomDefaultPic.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_make_one_record(
    as_person: Callable[[User], Client], agus: User
) -> None:
    clients = [as_person(agus) for _ in range(2)]
    barrier = threading.Barrier(2)
    places: list[str] = []

    def press(client: Client) -> None:
        try:
            barrier.wait(10)
            places.append(sent(client, "/changes/new/", CHANGE).headers["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(set(places)) == 1
    assert ChangeNotice.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_the_form_carries_a_key(
    as_person: Callable[[User], Client], admin: User, name: str
) -> None:
    path = FORMS[name][0].replace("upload/", "")
    assert 'name="form_key"' in text_of(as_person(admin).get(path))


@pytest.mark.django_db
def test_one_rendered_page_without_its_key_makes_one_record_of_one_content(
    as_person: Callable[[User], Client], agus: User
) -> None:
    client, page = as_person(agus), {"csrfmiddlewaretoken": "a" * 64}
    places = [
        client.post("/changes/new/", CHANGE | page).headers["Location"]
        for _ in range(2)
    ]
    assert len(set(places)) == 1
    client.post("/changes/new/", CHANGE | page | {"engineering": "Lain"})
    client.post("/changes/new/", CHANGE | {"csrfmiddlewaretoken": "b" * 64})
    assert ChangeNotice.objects.count() == 3
