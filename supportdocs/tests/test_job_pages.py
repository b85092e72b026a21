"""The matrix of jobs and documents: what it says, what a tick does, both Excel files."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from core.accounts.models import User
from supportdocs.models import SupportJob, SupportTable
from supportdocs.services import (
    add_document,
    add_job_documents,
    list_document,
    read_waiting,
)
from supportdocs.tests.conftest import upload
from supportdocs.tests.test_pages import agus_browser, page
from tests import papers
from tests.excel import below_the_title
from tests.people import text_of

__all__ = ["agus_browser"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def job(document: SupportTable, agus: User, hendi: User) -> SupportJob:
    """A job that has one of two documents of the checklist."""
    other = add_document(by=agus, name="Nameplate")
    for each in (document, other):
        list_document(document_id=each.pk, by=hendi, is_listed=True)
    return add_job_documents(
        job_id=51, by=agus, document_ids=[document.pk], job_name="LVMDP Cikini"
    )


def test_the_matrix_says_what_is_missing(
    job: SupportJob, agus: User, agus_browser: Client, sandbox: Any
) -> None:
    text = page(agus_browser, "/documents/jobs/")
    assert 'value="50"' in text
    assert "Nameplate" in text
    assert '<b class="percent">50 %</b> · 1/2' in text
    # A tick on a document without a file is a promise, not a document.
    nameplate = SupportTable.objects.get(name="Nameplate")
    add_job_documents(job_id=51, by=agus, document_ids=[nameplate.pk])
    assert 'value="50"' in page(agus_browser, "/documents/jobs/")
    assert 'id="job-51"' not in page(agus_browser, "/documents/jobs/?q=zzz")
    assert "LVMDP" in page(agus_browser, "/documents/jobs/?q=51", is_part=True)


def test_a_page_past_the_end_is_the_last_one(
    job: SupportJob, agus_browser: Client, sandbox: Any
) -> None:
    text = page(agus_browser, "/documents/jobs/?page=2")
    assert 'id="job-51"' in text
    assert "Belum ada job" not in text


def test_a_cell_is_ticked_and_its_row_comes_back(
    job: SupportJob, agus_browser: Client
) -> None:
    nameplate = SupportTable.objects.get(name="Nameplate")
    path, htmx = "/documents/jobs/51/tick/", {"HX-Request": "true"}
    answer = agus_browser.post(
        path, {"document": nameplate.pk, "is_on": "on"}, headers=htmx
    )
    assert text_of(answer).strip().startswith('<tr id="job-51"')
    assert job.links.count() == 2
    agus_browser.post(path, {"document": nameplate.pk})
    assert job.links.count() == 1
    assert (
        agus_browser.post(
            path, {"document": 999, "is_on": "on"}, headers=htmx
        ).status_code
        == 400
    )
    assert agus_browser.post(path, {"document": 999, "is_on": "on"}).status_code == 302
    assert agus_browser.post(path, {"document": "x"}).status_code == 404


def test_a_job_is_added_shown_removed_and_brought_back(
    agus_browser: Client, sandbox: Any
) -> None:
    answer = agus_browser.post("/documents/jobs/new/", {"job": "52"})
    assert answer["Location"] == "/documents/jobs/52/"
    assert "Cakra Buana" in page(agus_browser, "/documents/jobs/52/")
    assert (
        agus_browser.post("/documents/jobs/new/", {"job": "x"})["Location"]
        == "/documents/jobs/"
    )
    answer = agus_browser.post("/documents/jobs/52/remove/")
    assert answer["Location"] == "/documents/jobs/?gone=52"
    assert "52/restore/" in page(agus_browser, answer["Location"])
    agus_browser.post("/documents/jobs/52/remove/")
    agus_browser.post("/documents/jobs/52/restore/")
    agus_browser.post("/documents/jobs/999/restore/")
    assert "Cakra Buana" in page(agus_browser, "/documents/jobs/52/")
    page(agus_browser, "/documents/jobs/?gone=x")


def test_documents_are_found_to_be_added(
    job: SupportJob, agus: User, agus_browser: Client
) -> None:
    upload(agus, papers.pdf(["Kapasitor"]), name="Lain")
    read_waiting()
    assert "Lain" in page(agus_browser, "/documents/jobs/51/find/?q=kapas")
    assert "Lain" not in page(agus_browser, "/documents/jobs/51/find/?q=")
    page(agus_browser, "/documents/jobs/99/find/?q=a", 404)


def test_excel_of_both_lists(job: SupportJob, agus: User, agus_browser: Client) -> None:
    add_document(by=agus, name="=1+1")

    def rows(path: str) -> list[tuple[Any, ...]]:
        answer: Any = agus_browser.get(path)
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        return below_the_title(book.worksheets[0])

    listed = rows("/documents/excel/")
    assert len(listed) == 4
    assert "=1+1" in {row[1] for row in listed}
    matrix = rows("/documents/jobs/excel/")
    assert matrix[1][:5] == (51, "LVMDP Cikini", 50, 0, "Nameplate")
