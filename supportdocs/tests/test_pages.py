"""Pages of documents: what they show, what their forms do, who gets what."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activities.models import Activity
from core.accounts.models import User
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.services import (
    add_document,
    add_job_documents,
    delete_document,
    list_document,
    read_waiting,
)
from supportdocs.tests.conftest import WORDS, upload
from tests import papers
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def agus_browser(agus: User, as_person: Log) -> Client:
    return as_person(agus)


def page(client: Client, path: str, status: int = 200, *, is_part: bool = False) -> str:
    headers = {"HX-Request": "true"} if is_part else {}
    answer = client.get(path, headers=headers)
    assert answer.status_code == status, text_of(answer)[:500]
    return text_of(answer)


def file(content: bytes = WORDS, name: str = "SLD.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_library_finds_by_content_and_shows_where(
    agus: User, agus_browser: Client
) -> None:
    upload(agus, name="Pedoman")
    upload(agus, papers.pdf(["Kapasitor"]), name="Lain")
    read_waiting()
    text = page(agus_browser, "/documents/?q=modbus")
    assert "Pedoman" in text
    assert "Power meter <mark>Modbus</mark> TCP" in text
    assert "Lain" not in page(agus_browser, "/documents/?q=modbus", is_part=True)
    assert "Pedoman" not in page(agus_browser, "/documents/?q=nothing")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=pdf", {"A"}),
        ("kind=word", {"B"}),
        ("mine=uploaded", {"A"}),
        ("state=nofile", {"C"}),
        ("state=listed", {"C"}),
        ("state=unread", set()),
        ("state=damaged", set()),
        ("state=deleted", {"D"}),
        ("sort=name", {"A", "B", "C"}),
        ("sort=-size", {"A", "B", "C"}),
        ("sort=type", {"A", "B", "C"}),
        ("sort=nonsense&page=x&size=7", {"A", "B", "C"}),
        ("page=9", set()),
    ],
)
def test_filters_and_sorts(
    query: str, expected: set[str], agus: User, hendi: User, agus_browser: Client
) -> None:
    upload(agus, name="Dok-A")
    upload(hendi, b"x", file_name="b.txt", name="Dok-B")
    listed = add_document(by=agus, name="Dok-C")
    list_document(document_id=listed.pk, by=hendi, is_listed=True)
    gone = add_document(by=agus, name="Dok-D")
    delete_document(document_id=gone.pk, by=agus)
    text = page(agus_browser, f"/documents/?{query}")
    assert set(re.findall(r">Dok-(\w)<", text)) == expected
    assert page(agus_browser, f"/documents/totals/?{query}")


@pytest.mark.parametrize("query", ["kind=x", "state=x", "mine=x", "q=" + "a" * 300])
def test_a_filter_that_makes_no_sense_is_400(query: str, agus_browser: Client) -> None:
    page(agus_browser, f"/documents/?{query}", 400)


def test_the_second_page_goes_on(agus: User, agus_browser: Client) -> None:
    for number in range(27):
        add_document(by=agus, name=f"Dok-{number}")
    assert page(agus_browser, "/documents/?size=25&page=2").count(">Dok-") == 2


def test_a_script_uploads_and_hears_why_not(agus_browser: Client) -> None:
    answer = agus_browser.post("/documents/upload/", {"file": file()}, headers=SCRIPT)
    assert answer.status_code == 201
    assert answer.json()["url"] == f"/documents/{SupportTable.objects.get().pk}/"
    for body, status in (({"file": file(b"<html>")}, 415), ({}, 400)):
        answer = agus_browser.post("/documents/upload/", body, headers=SCRIPT)
        assert answer.status_code == status
        assert answer.json()["message"]
    assert SupportTable.objects.count() == 1


def test_a_form_without_a_script_uploads_too(agus_browser: Client) -> None:
    answer = agus_browser.post("/documents/upload/", {"file": file(), "name": "Gambar"})
    assert (
        answer["Location"]
        == f"/documents/{SupportTable.objects.get(name='Gambar').pk}/"
    )
    answer = agus_browser.post("/documents/upload/", {"file": file(b"x")})
    assert answer["Location"] == "/documents/"


def test_an_upload_is_guarded_against_forgery(agus: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agus, "core.accounts.backends.AuthServerBackend")
    assert client.post("/documents/upload/", {"file": file()}).status_code == 403
    assert not SupportTable.objects.exists()


def test_an_upload_that_is_too_large_is_413(
    agus_browser: Client, settings: Any
) -> None:
    settings.DOCUMENT_MAX_BYTES = 100
    answer = agus_browser.post("/documents/upload/", {"file": file()}, headers=SCRIPT)
    assert answer.status_code == 413


def test_a_new_version_is_uploaded_on_the_record(
    document: SupportTable, agus_browser: Client
) -> None:
    path = f"/documents/{document.pk}/"
    answer = agus_browser.post(
        f"{path}replace/", {"file": file(name="rev B.pdf"), "note": "baru"}
    )
    assert answer["Location"] == path
    assert agus_browser.post(f"{path}replace/", {}, headers=SCRIPT).status_code == 400
    text = page(agus_browser, path)
    for words in (
        "rev B.pdf",
        "Spesifikasi.pdf",
        "baru",
        document.current.sha256 if document.current else "",
    ):
        assert words in text or words == (document.current and document.current.sha256)
    assert document.versions.count() == 2


def test_the_record_shows_what_uses_it(
    document: SupportTable, agus: User, agus_browser: Client
) -> None:
    add_job_documents(
        job_id=51, by=agus, document_ids=[document.pk], job_name="LVMDP Cikini"
    )
    Activity.objects.create(description="SLD Panel A", support_table_id=document.pk)
    assert "LVMDP Cikini" in page(agus_browser, f"/documents/{document.pk}/")
    assert "SLD Panel A" in page(agus_browser, f"/documents/{document.pk}/used/")


def test_it_is_renamed_deleted_and_brought_back(
    document: SupportTable, agus_browser: Client
) -> None:
    path = f"/documents/{document.pk}/"
    agus_browser.post(f"{path}rename/", {"name": "Baru"})
    agus_browser.post(f"{path}rename/", {"name": ""})
    assert "Baru" in page(agus_browser, path)
    answer = agus_browser.post(f"{path}delete/")
    assert answer["Location"] == f"/documents/?gone={document.pk}"
    assert f"{path}restore/" in page(agus_browser, answer["Location"])
    assert "restore" in page(agus_browser, path)
    agus_browser.post(f"{path}restore/")
    assert SupportTable.objects.alive().get().name == "Baru"
    page(agus_browser, "/documents/?gone=x")
    page(agus_browser, f"/documents/?gone={10**30}")


def test_who_may_not_is_told(
    document: SupportTable, budi: User, as_person: Log
) -> None:
    client, path = as_person(budi), f"/documents/{document.pk}/"
    for verb, body in (("delete", {}), ("restore", {}), ("listing", {"listed": "1"})):
        answer = client.post(f"{path}{verb}/", body, follow=True)
        assert "toast" in text_of(answer)
    document.refresh_from_db()
    assert document.deleted_at is None
    assert not document.in_checklist
    assert "delete/" not in page(client, path)


def test_it_is_put_into_the_checklist(
    document: SupportTable, hendi: User, as_person: Log
) -> None:
    client, path = as_person(hendi), f"/documents/{document.pk}/listing/"
    for listed in ("1", "0"):
        client.post(path, {"listed": listed})
        document.refresh_from_db()
        assert document.in_checklist == (listed == "1")


def test_what_could_not_be_read_says_why_and_is_read_again(
    agus: User, agus_browser: Client
) -> None:
    document = upload(agus, papers.locked_pdf())
    read_waiting()
    path = f"/documents/{document.pk}/"
    assert "read/" in page(agus_browser, path)
    agus_browser.post(f"{path}read/")
    assert document.versions.get().text_state == DocumentVersion.Text.WAITING
    empty = add_document(by=agus, name="x")
    assert agus_browser.post(f"/documents/{empty.pk}/read/").status_code == 404


def test_a_damaged_file_is_shown_as_one(
    document: SupportTable, agus_browser: Client
) -> None:
    DocumentVersion.objects.update(is_damaged=True)
    assert "callout no" in page(agus_browser, f"/documents/{document.pk}/")
    assert document.name in page(agus_browser, "/documents/?state=damaged")


# --- Files and previews -----------------------------------------------------------------


def test_a_version_is_downloaded_in_parts(
    document: SupportTable, agus_browser: Client
) -> None:
    answer = agus_browser.get(
        f"/documents/{document.pk}/1/file/", headers={"Range": "bytes=0-3"}
    )
    assert (answer.status_code, text_of(answer)) == (206, "%PDF")
    assert answer["Content-Disposition"].startswith("attachment")
    assert agus_browser.get(f"/documents/{document.pk}/2/file/").status_code == 404


def test_the_text_of_another_file_is_shown_and_what_was_searched_is_marked(
    agus: User, agus_browser: Client
) -> None:
    text = b"Busbar 4000 A <b>tembaga</b>\fBUSBARS on page two"
    document = upload(agus, text, file_name="a.txt", name="Teks")
    root = f"/documents/{document.pk}/"
    assert "read-text" not in page(agus_browser, root)
    read_waiting()
    shown = page(agus_browser, f"{root}?q=busbar")
    assert "<mark>Busbar</mark> 4000 A &lt;b&gt;tembaga&lt;/b&gt;" in shown
    assert '<p data-page="2"><mark>BUSBARS</mark> on page two</p>' in shown
    plain = page(agus_browser, root)
    assert "Busbar 4000 A" in plain
    assert "<mark>" not in plain
    found = page(agus_browser, "/documents/?q=busbar")
    assert f"{root}?q=busbar&amp;page=1" in found
    assert "<mark>Busbar</mark>" in found
    delete_document(document_id=document.pk, by=agus)
    assert "read-text" not in page(agus_browser, f"{root}?q=busbar")


def test_a_long_text_is_shown_where_the_words_stand(
    agus: User, agus_browser: Client
) -> None:
    sheets = [f"Lembar {number} " + "panel " * 1000 for number in range(1, 10)]
    sheets[6] += "zebra di sini"
    text = "\f".join(sheets).encode()
    document = upload(agus, text, file_name="a.txt", name="Panjang")
    read_waiting()
    root = f"/documents/{document.pk}/"
    for query in ("q=zebra&page=7", "q=zebra", "q=zebra&page=9", "q=zebra&page=x"):
        shown = page(agus_browser, f"{root}?{query}")
        assert "<mark>zebra</mark> di sini" in shown, query
        assert "Lembar 8" in shown
        assert "Lembar 1 " not in shown
    assert "Lembar 9" in page(agus_browser, f"{root}?page=9")
    assert "Lembar 1 " in page(agus_browser, f"{root}?page=10&q=%25")


def test_a_search_leads_to_the_page_of_a_pdf(
    document: SupportTable, agus_browser: Client
) -> None:
    read_waiting()
    found = page(agus_browser, "/documents/?q=modbus")
    assert f"/documents/{document.pk}/?q=modbus&amp;page=2" in found
    shown = page(agus_browser, f"/documents/{document.pk}/?q=modbus&page=2")
    assert "/1/view/#page=2" in shown
    hostile = page(agus_browser, f"/documents/{document.pk}/?page=%22%3E%3Cscript")
    assert '/1/view/#page=1"' in hostile


def test_a_picture_is_shown_and_nothing_else_is(
    agus: User, agus_browser: Client
) -> None:
    picture, text = (
        upload(agus, papers.png(), file_name="a.png"),
        upload(agus, b"x", file_name="a.txt"),
    )
    answer = agus_browser.get(f"/documents/{picture.pk}/1/image/")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert text_of(answer)
    for path in (f"{text.pk}/1/image/", f"{text.pk}/1/view/", f"{picture.pk}/1/view/"):
        assert agus_browser.get(f"/documents/{path}").status_code == 404
    for document in (picture, text):
        page(agus_browser, f"/documents/{document.pk}/")


def test_a_file_that_is_missing_is_404(
    document: SupportTable, agus_browser: Client
) -> None:
    from django.core.files.storage import default_storage  # noqa: PLC0415

    assert document.current is not None
    default_storage.delete(document.current.stored_name)
    answer = agus_browser.get(
        f"/documents/{document.pk}/1/file/", headers={"Accept": "text/html"}
    )
    assert answer.status_code == 404
    assert "Berkas hilang dari penyimpanan" in answer.content.decode()


# --- The admin -----------------------------------------------------------------------------


def test_the_admin_finds_deletes_and_restores(
    document: SupportTable, rina: User, as_person: Log
) -> None:
    read_waiting()
    client, path = as_person(rina), "/admin/supportdocs/supporttable/"
    assert document.name in page(client, f"{path}?q=modbus")
    assert "Spesifikasi.pdf" in page(client, f"{path}{document.pk}/change/")
    add_document(by=rina, name="Tanpa berkas")
    page(client, path)
    for action, is_gone in (("delete_documents", True), ("restore_documents", False)):
        client.post(path, {"action": action, "_selected_action": [document.pk]})
        document.refresh_from_db()
        assert (document.deleted_at is not None) == is_gone


def test_the_admin_shows_the_refusal(
    document: SupportTable, hendi: User, as_person: Log
) -> None:
    body = {"action": "delete_documents", "_selected_action": [document.pk]}
    answer = as_person(hendi).post(
        "/admin/supportdocs/supporttable/", body, follow=True
    )
    assert document.name in text_of(answer)
    document.refresh_from_db()
    assert document.deleted_at is None
