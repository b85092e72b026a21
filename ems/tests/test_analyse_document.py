"""From the library to the analyzer, by way of the roof."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import run_analysis
from core.accounts.models import User
from supportdocs.services import delete_document
from tests.factories import a_document
from tests.papers import pdf
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]
TENDER = pdf(["Panel LVMDP 3200 A, 400 V AC, IP 54 menurut IEC 61439-2."])


def test_a_stored_document_is_copied_and_analysed(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    document = a_document(agus, "RKS Panel", "rks.pdf", TENDER)
    client = as_person(agus)
    page = text_of(client.get(f"/documents/{document.pk}/"))
    assert f"/analyzer/from-document/{document.pk}/" in page
    address = f"/analyzer/from-document/{document.pk}/"
    assert "RKS Panel" in text_of(client.get(address))
    answer = client.post(address, {"model": "offline", "inquiry": "306"})
    row = InquiryAiGeneration.objects.get()
    assert answer["Location"] == f"/analyzer/answers/{row.pk}/"
    assert (row.file_name, row.ext_inquiry_id) == ("rks.pdf", 306)
    assert document.current
    assert row.sha256 == document.current.sha256
    assert row.stored_name != document.current.stored_name
    delete_document(document_id=document.pk, by=agus)
    run_analysis(generation_id=row.pk)
    row.refresh_from_db()
    assert row.state == "done"


def test_the_picker_finds_by_content_and_shows_what_can_be_read(
    agus: User, as_person: Log
) -> None:
    a_document(agus, "RKS Panel", "rks.pdf", TENDER)
    a_document(agus, "Gambar", "gambar.dwg", b"AC1027" + b"\0" * 64)
    client = as_person(agus)
    found = text_of(client.get("/analyzer/documents/"))
    assert "RKS Panel" in found
    assert "gambar.dwg" not in found
    assert "RKS Panel" in text_of(client.get("/analyzer/documents/?stored-q=rks"))
    assert "RKS Panel" not in text_of(client.get("/analyzer/documents/?stored-q=zzz"))


def test_what_cannot_be_analysed_is_refused_on_the_page(
    agus: User, as_person: Log, sandbox: Any
) -> None:
    client = as_person(agus)
    drawing = a_document(agus, "Gambar", "gambar.dwg", b"AC1027" + b"\0" * 64)
    answer = client.post(f"/analyzer/from-document/{drawing.pk}/", {})
    assert answer.status_code == 415
    secret = a_document(agus, "RKS", "rks.pdf", TENDER)
    data = {"model": "estimator:gpt4", "document_class": "confidential"}
    assert client.post(f"/analyzer/from-document/{secret.pk}/", data).status_code == 403
    assert (
        client.post(f"/analyzer/from-document/{secret.pk}/", {"model": "x"}).status_code
        == 400
    )
    assert secret.current
    default_storage.delete(secret.current.stored_name)
    assert client.post(f"/analyzer/from-document/{secret.pk}/", {}).status_code == 404
    assert client.get("/analyzer/from-document/999999/").status_code == 404
    assert not InquiryAiGeneration.objects.exists()
