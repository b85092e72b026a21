"""The matrix of jobs and documents: what counts, what is missing, what a search finds, as Excel."""

from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.accounts.models import User
from core.errors import DomainError
from core.files.xlsx import write_columns
from supportdocs import exports
from supportdocs.models import SupportJob, SupportTable
from supportdocs.queries.checklist import (
    MOST_COLUMNS,
    UNKNOWN_JOB,
    columns,
    documents_of,
    found_jobs,
    job_line,
    job_lines,
    jobs_to_add,
    name_of_job,
)
from supportdocs.services import (
    add_document,
    add_job_documents,
    delete_document,
    list_document,
    remove_job,
    set_job_documents,
)
from supportdocs.services.jobs import MAX_DOCUMENTS
from supportdocs.tests.conftest import upload
from tests.people import forget_upstreams

pytestmark = pytest.mark.django_db


@pytest.fixture
def checklist(agus: User, rina: User) -> list[SupportTable]:
    """Two documents with a file and one without, in the checklist; one beyond it."""
    made = [upload(agus, name=name) for name in ("SLD", "Layout")]
    made.append(add_document(by=agus, name="Nameplate"))
    for document in made:
        list_document(document_id=document.pk, by=rina, is_listed=True)
    return [*made, upload(agus, name="Brosur")]


def a_job(
    by: User, job_id: int, *documents: SupportTable, name: str = ""
) -> SupportJob:
    return set_job_documents(
        job_id=job_id,
        by=by,
        document_ids=[document.pk for document in documents],
        job_name=name or f"Panel {job_id}",
    )


@pytest.mark.parametrize(
    ("has", "percent", "missing", "others"),
    [
        ("", 0, ["SLD", "Layout", "Nameplate"], 0),
        ("SLD", 33, ["Layout", "Nameplate"], 0),
        ("SLD Layout", 66, ["Nameplate"], 0),
        ("Nameplate", 0, ["SLD", "Layout", "Nameplate"], 0),
        ("SLD Layout Nameplate", 66, ["Nameplate"], 0),
        ("Brosur", 0, ["SLD", "Layout", "Nameplate"], 1),
        ("SLD Brosur", 33, ["Layout", "Nameplate"], 1),
    ],
)
def test_a_tick_counts_when_there_is_a_file(
    checklist: list[SupportTable],
    agus: User,
    has: str,
    percent: int,
    missing: list[str],
    others: int,
) -> None:
    names = has.split()
    job = a_job(agus, 51, *[each for each in checklist if each.name in names])
    line = job_line(job)
    assert (line.percent, line.missing, line.others) == (percent, missing, others)
    assert [tick.column.name for tick in line.ticks if tick.is_on] == [
        each.name for each in checklist[:3] if each.name in names
    ]


def test_a_deleted_document_is_neither_asked_for_nor_had(
    checklist: list[SupportTable], agus: User
) -> None:
    job = a_job(agus, 51, *checklist)
    for document in (checklist[0], checklist[3]):
        delete_document(document_id=document.pk, by=agus)
    line = job_line(job)
    assert [column.name for column in columns()] == ["Layout", "Nameplate"]
    assert (line.percent, line.others) == (50, 0)
    assert [each.name for each in documents_of(job)] == ["Layout", "Nameplate"]


def test_where_nothing_is_asked_for_every_job_is_complete(agus: User) -> None:
    assert job_line(a_job(agus, 51)).percent == 100


def test_the_matrix_has_the_oldest_documents_and_no_more_than_it_can_show(
    agus: User,
) -> None:
    made = [
        SupportTable.objects.create(name=f"D{n}", in_checklist=True, created_by=agus)
        for n in range(MOST_COLUMNS + 1)
    ]
    assert [column.pk for column in columns()] == [
        document.pk for document in made[:MOST_COLUMNS]
    ]


@pytest.mark.parametrize("count", [1, 12])
def test_the_matrix_costs_one_query_however_many_jobs(
    checklist: list[SupportTable], agus: User, count: int
) -> None:
    jobs = [a_job(agus, 50 + n, checklist[n % 4]) for n in range(count)]
    asked = columns()
    with CaptureQueriesContext(connection) as queries:
        lines = job_lines(iter(jobs), asked)
    assert len(queries) == 1
    assert [line.job for line in lines] == jobs


# --- Found jobs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [512, 52, 51]),
        ("lvmdp", [52, 51]),
        ("LVMDP cikini", [51]),
        ("cikini lvmdp", [51]),
        ("51", [51]),
        ("512", [512]),
        ("5", []),
        ("lvmdp 52", [52]),
        ("lvmdp 512", []),
        ("muller", [512]),
        ("%", []),
        ("_", []),
        ("9" * 19, []),
        ("gone", []),
    ],
)
def test_jobs_are_found_by_words_of_the_name_or_by_the_whole_number(
    agus: User, text: str, found: list[int]
) -> None:
    names = {51: "LVMDP Cikini", 52: "LVMDP Depok", 512: "Müller 1", 60: "gone"}
    for job_id, name in names.items():
        a_job(agus, job_id, name=name)
    remove_job(job_id=60, by=agus)
    assert [job.job_id for job in found_jobs(text)] == found


# --- Jobs of PPIC ---------------------------------------------------------------------------


def test_a_job_gets_its_name_from_ppic_unless_it_has_one(
    agus: User, sandbox: Any
) -> None:
    assert name_of_job(52).startswith("Cakra Buana")
    a_job(agus, 52, name="Nama sendiri")
    assert name_of_job(52) == ""
    remove_job(job_id=52, by=agus)
    assert name_of_job(52).startswith("Cakra Buana")


def test_a_job_that_ppic_does_not_have_is_refused_and_one_that_it_cannot_tell_is_not(
    db: None, sandbox: Any
) -> None:
    with pytest.raises(DomainError) as caught:
        name_of_job(987_654)
    assert set(caught.value.errors) == {"jobId"}
    forget_upstreams()
    sandbox.ppic.faults.set("/", "reset")
    assert name_of_job(987_654) == UNKNOWN_JOB


def test_only_jobs_without_a_checklist_are_offered(agus: User, sandbox: Any) -> None:
    before = dict(jobs_to_add())
    assert 52 in before
    a_job(agus, 52)
    assert before.keys() - dict(jobs_to_add()).keys() == {52}
    remove_job(job_id=52, by=agus)
    assert dict(jobs_to_add()) == before


# --- Bounds of a job ------------------------------------------------------------------------


@pytest.fixture
def many(agus: User) -> list[int]:
    """As many documents as a job may have, and one more."""
    rows = [SupportTable(name=f"D{n}") for n in range(MAX_DOCUMENTS + 1)]
    SupportTable.objects.bulk_create(rows)
    return list(SupportTable.objects.order_by("pk").values_list("pk", flat=True))


def test_a_job_may_have_so_many_documents(agus: User, many: list[int]) -> None:
    job = set_job_documents(job_id=51, by=agus, document_ids=many[:MAX_DOCUMENTS])
    assert job.links.count() == MAX_DOCUMENTS
    with pytest.raises(DomainError) as caught:
        set_job_documents(job_id=51, by=agus, document_ids=many)
    assert set(caught.value.errors) == {"supportTableIds"}
    assert job.links.count() == MAX_DOCUMENTS


def test_a_refusal_names_ten_of_the_unknown_documents(agus: User) -> None:
    with (
        translation.override("en"),
        pytest.raises(DomainError) as caught,
    ):
        add_job_documents(job_id=51, by=agus, document_ids=range(900, 920))
    assert caught.value.sentence == (
        "There is no document 900, 901, 902, 903, 904, 905, 906, 907, 908, 909."
    )


@pytest.mark.parametrize("job_id", [1, 2**63 - 1])
def test_the_smallest_and_the_largest_number_of_a_job_are_taken(
    agus: User, job_id: int
) -> None:
    assert a_job(agus, job_id).job_id == job_id
    assert [job.job_id for job in found_jobs("")] == [job_id]


def test_a_document_that_was_deleted_later_does_not_stop_the_next_tick(
    checklist: list[SupportTable], agus: User
) -> None:
    job = a_job(agus, 51, checklist[0])
    delete_document(document_id=checklist[0].pk, by=agus)
    add_job_documents(job_id=51, by=agus, document_ids=[checklist[1].pk])
    linked = set(job.links.values_list("document", flat=True))
    assert linked == {checklist[0].pk, checklist[1].pk}


# --- Excel ----------------------------------------------------------------------------------


def sheet(language: str) -> list[list[object]]:
    """The matrix as a spreadsheet program reads it."""
    asked = columns()
    with translation.override(language):
        lines = exports.job_records(found_jobs(""), asked)
        file = write_columns("T", exports.checklist_columns(asked), lines)
    with file:
        made: Any = openpyxl.load_workbook(file).active
        return [[cell.value for cell in row] for row in made.iter_rows()]


@pytest.mark.parametrize(
    ("language", "yes", "promise", "complete"),
    [
        ("en", "Yes", "no file yet", "Complete (%)"),
        ("id", "Ya", "belum ada berkas", "Lengkap (%)"),
    ],
)
def test_the_matrix_in_excel_says_yes_nothing_or_that_there_is_no_file(
    checklist: list[SupportTable],
    agus: User,
    language: str,
    yes: str,
    promise: str,
    complete: str,
) -> None:
    a_job(agus, 51, checklist[0], checklist[2], checklist[3], name="=LVMDP")
    head, row = sheet(language)
    assert head[2] == complete
    assert head[5:] == ["SLD", "Layout", "Nameplate"]
    assert row[:5] == [51, "=LVMDP", 33, 1, "Layout, Nameplate"]
    assert [str(cell or "").casefold() for cell in row[5:]] == [
        yes.casefold(),
        "",
        promise,
    ]
