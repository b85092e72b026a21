"""Rows of the API: documents, jobs and kept files as the wire has them."""

import pytest

from core.accounts.models import User
from supportdocs.models import SupportTable
from supportdocs.queries.record import jobs_with
from supportdocs.queries.wire import (
    document_rows,
    each_document,
    each_job,
    job_rows,
    stored_names,
    version_stored_as,
)
from supportdocs.services import (
    add_document,
    add_job_documents,
    delete_document,
    remove_job,
)
from supportdocs.tests.conftest import upload

pytestmark = pytest.mark.django_db


def test_rows_come_in_the_order_of_the_ids_and_without_nulls(agus: User) -> None:
    full, bare = upload(agus), add_document(by=agus, name="Nameplate")
    rows = document_rows([bare.pk, 999_999, full.pk])
    assert [row["id"] for row in rows] == [bare.pk, full.pk]
    assert set(rows[0]) == {"id", "name", "createdAt", "updatedAt"}
    assert rows[1]["filePath"] == full.versions.get().file_path
    assert "/" not in rows[1]["filePath"]
    assert list(each_document([[bare.pk], [full.pk]])) == rows


def test_a_job_on_the_wire_has_its_living_documents_in_the_order_of_their_ticks(
    agus: User,
) -> None:
    made = [add_document(by=agus, name=f"D{n}") for n in range(3)]
    for document in reversed(made):
        job = add_job_documents(
            job_id=51, by=agus, document_ids=[document.pk], job_name="LVMDP"
        )
    delete_document(document_id=made[1].pk, by=agus)
    (row,) = job_rows([job.pk])
    assert row == {
        "jobId": 51,
        "jobName": "LVMDP",
        "supportTableIds": [made[2].pk, made[0].pk],
    }
    assert list(each_job([[job.pk], [999_999]])) == [row]


@pytest.mark.parametrize(
    "name", ["", "x.pdf", "../documents/x.pdf", "x" * 300, "%", "_" * 36]
)
def test_only_the_name_of_a_kept_file_leads_to_it(
    document: SupportTable, name: str
) -> None:
    assert version_stored_as(name) is None
    version = document.versions.get()
    assert version_stored_as(version.file_path) == version


def test_a_deleted_documents_file_is_kept_but_not_given_out(
    document: SupportTable, agus: User
) -> None:
    version = document.versions.get()
    delete_document(document_id=document.pk, by=agus)
    assert version_stored_as(version.file_path) is None
    assert stored_names([version.stored_name, "documents/x"]) == {version.stored_name}


def test_the_jobs_of_a_document_are_the_living_ones_newest_first(
    document: SupportTable, agus: User
) -> None:
    for job_id in (51, 53, 52):
        add_job_documents(
            job_id=job_id, by=agus, document_ids=[document.pk], job_name="A"
        )
    remove_job(job_id=53, by=agus)
    assert [job.job_id for job in jobs_with(document)] == [52, 51]
