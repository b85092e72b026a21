"""A row of the library: its state, its words, where the search found it, and what it costs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.accounts.models import User
from core.files.xlsx import write_columns
from core.text.formatting import NOTHING
from supportdocs import exports
from supportdocs.filters import KINDS
from supportdocs.models import DocumentContent, DocumentVersion, SupportTable
from supportdocs.queries.listing import (
    BEFORE,
    SHOWN,
    document_lines,
    document_totals,
    state_of,
)
from supportdocs.services import (
    add_document,
    add_job_documents,
    delete_document,
    remove_job,
)
from supportdocs.tests.conftest import upload
from supportdocs.views.library import filtered

pytestmark = pytest.mark.django_db
Text = DocumentVersion.Text
NOW = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)


# --- The one thing that people should know first ----------------------------------------------


@pytest.mark.parametrize(
    ("facts", "tone", "word"),
    [
        ({}, "", ""),
        ({"in_checklist": True}, "note", "In the checklist"),
        ({"text_state": Text.WAITING}, "wait", "Being read"),
        ({"text_state": Text.FAILED}, "mute", "Not searchable"),
        ({"text_state": Text.SKIPPED}, "", ""),
        ({"text_state": Text.FAILED, "is_damaged": True}, "no", "Damaged"),
        ({"text_state": Text.WAITING, "in_checklist": True}, "wait", "Being read"),
        ({"is_damaged": True, "in_checklist": True}, "no", "Damaged"),
        ({"is_damaged": True, "deleted_at": NOW}, "mute", "Deleted"),
        ({"has_no_file": True}, "wait", "No file yet"),
        ({"has_no_file": True, "in_checklist": True}, "wait", "No file yet"),
        ({"has_no_file": True, "deleted_at": NOW}, "mute", "Deleted"),
    ],
    ids=str,
)
def test_a_state_is_the_gravest_that_is_true(
    facts: dict[str, Any], tone: str, word: str
) -> None:
    of_file = {"text_state", "is_damaged"} & facts.keys()
    document = SupportTable(
        in_checklist=facts.get("in_checklist", False),
        deleted_at=facts.get("deleted_at"),
    )
    version = DocumentVersion(text_state=Text.READ)
    for name in of_file:
        setattr(version, name, facts[name])
    with translation.override("en"):
        found = state_of(document, None if "has_no_file" in facts else version)
    assert (found.tone, found.word) == (tone, word)


# --- A line ---------------------------------------------------------------------------------


def line_of(document: SupportTable, search: str = "") -> Any:
    (line,) = document_lines([document.pk], search)
    return line


def test_a_line_has_its_words_ready(agus: User, document: SupportTable) -> None:
    DocumentVersion.objects.update(uploaded_at=NOW, size=1536)
    with translation.override("id"):
        line = line_of(document)
    assert (line.kind, line.number, line.by) == ("PDF", "1", "Agus")
    assert line.day == "10 Mar 2026", "the day of Jakarta, which is ahead of UTC"
    assert line.size.startswith("1,5")
    assert line.file == f"{document.pk}/1/file/"
    assert line.path == f"{document.pk}/"


def test_a_document_without_a_file_or_without_a_person_is_a_line_too(
    agus: User, document: SupportTable
) -> None:
    bare = line_of(add_document(by=agus, name="Nameplate"))
    assert (bare.version, bare.file, bare.kind, bare.size) == (None, "", "", "")
    DocumentVersion.objects.update(uploaded_by=None)
    assert line_of(document).by == NOTHING


def test_a_deleted_document_offers_no_file(agus: User, document: SupportTable) -> None:
    delete_document(document_id=document.pk, by=agus)
    assert line_of(document).file == ""


def test_jobs_that_were_removed_do_not_count(
    agus: User, document: SupportTable
) -> None:
    for job_id in (51, 52, 53):
        add_job_documents(
            job_id=job_id, by=agus, document_ids=[document.pk], job_name="A"
        )
    remove_job(job_id=52, by=agus)
    assert line_of(document).jobs == 2


def test_lines_come_in_the_order_that_was_asked_for(agus: User) -> None:
    ids = [add_document(by=agus, name=f"D{n}").pk for n in range(4)]
    wanted = [ids[2], ids[0], 999_999, ids[3]]
    assert [line.document.pk for line in document_lines(wanted)] == [
        ids[2],
        ids[0],
        ids[3],
    ]


@pytest.mark.parametrize("count", [1, 8])
@pytest.mark.parametrize(("search", "most"), [("", 1), ("busbar", 3)])
def test_a_page_of_the_library_costs_the_same_however_long(
    agus: User, count: int, search: str, most: int
) -> None:
    ids = [upload(agus, name=f"D{n}").pk for n in range(count)]
    DocumentContent.objects.update(text="Busbar tembaga")
    with CaptureQueriesContext(connection) as queries:
        lines = document_lines(ids, search)
        assert all(line.by == "Agus" for line in lines)
    assert len(queries) == most


# --- Where it was found -----------------------------------------------------------------------


def hit_of(document: SupportTable, text: str, search: str) -> Any:
    DocumentContent.objects.update(text=text)
    return line_of(document, search).hit


@pytest.mark.parametrize(
    ("text", "page", "shown"),
    [
        ("Busbar 4000 A", 1, "Busbar 4000 A"),
        ("satu\fdua\fBUSBAR tiga", 3, "satu dua BUSBAR tiga"),
        ("x" * (BEFORE - 1) + "busbar", 1, "x" * (BEFORE - 1) + "busbar"),
        ("x" * (BEFORE + 1) + "busbar", 1, "x" * BEFORE + "busbar"),
        ("busbar" + "y" * 300, 1, "busbar" + "y" * (SHOWN - 6)),
        ("a \n\n  busbar\t b", 1, "a busbar b"),
    ],
    ids=["first", "third page", "at the bound", "beyond it", "long", "lines"],
)
def test_a_passage_stands_around_the_first_word(
    document: SupportTable, text: str, page: int, shown: str
) -> None:
    hit = hit_of(document, text, "busbar")
    assert (hit.page, hit.text) == (page, shown)


def test_the_place_of_a_hit_is_in_the_address_and_quoted(
    document: SupportTable,
) -> None:
    hit_of(document, "satu\fbus&bar", "bus")
    assert line_of(document, "bus&a=1").path == (f"{document.pk}/?q=bus%26a%3D1&page=2")
    DocumentContent.objects.update(text="")
    assert line_of(document, "bus").path == f"{document.pk}/?q=bus"
    assert line_of(document, "…").path == f"{document.pk}/"


# --- Totals and Excel ---------------------------------------------------------------------------


def test_totals_count_documents_and_the_bytes_of_current_files(agus: User) -> None:
    assert document_totals(SupportTable.objects.none()).size == 0
    first = upload(agus, b"x" * 70, file_name="a.txt")
    upload(agus, b"x" * 30, file_name="b.txt")
    add_document(by=agus, name="Nameplate")
    with CaptureQueriesContext(connection) as queries:
        found = document_totals(SupportTable.objects.order_by("name"))
    assert (found.count, found.size, len(queries)) == (3, 100, 1)
    only = document_totals(SupportTable.objects.filter(pk=first.pk))
    assert (only.count, only.size) == (1, 70)


@pytest.mark.parametrize(
    ("language", "heads"),
    [
        ("en", ["Document", "File", "Type", "Size (bytes)", "Version"]),
        ("id", ["Dokumen", "Berkas", "Jenis", "Ukuran (byte)", "Versi"]),
    ],
)
def test_the_library_in_excel_is_what_the_list_shows(
    agus: User, language: str, heads: list[str]
) -> None:
    full = upload(agus, b"x" * 70, file_name="a.txt", name="@SUM")
    bare = add_document(by=agus, name="Nameplate")
    add_job_documents(job_id=51, by=agus, document_ids=[full.pk], job_name="A")
    with translation.override(language):
        rows = exports.document_records(SupportTable.objects.alive())
        file = write_columns("T", exports.LIST_COLUMNS, rows)
    with file:
        made: Any = openpyxl.load_workbook(file).active
    head, first, second = [[cell.value for cell in row] for row in made.iter_rows()]
    assert head[1:6] == heads
    version = full.versions.get()
    assert first[:7] == [full.pk, "@SUM", "a.txt", "txt", 70, 1, "Agus"]
    assert first[8:] == [version.sha256, 1]
    assert [cell for cell in second if cell is not None] == [bare.pk, "Nameplate", 0]


# --- Filters ------------------------------------------------------------------------------------


def names_of(query: str, by: User) -> set[str]:
    request = RequestFactory().get(f"/documents/?{query}")
    request.user = by
    return set(filtered(request)[1].values_list("name", flat=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_finds_each_of_its_extensions_and_no_other(
    agus: User, kind: str
) -> None:
    known = [each for group in KINDS.values() for each in group]
    for extension in [*known, "msg"]:
        document = SupportTable.objects.create(name=extension, created_by=agus)
        document.current = DocumentVersion.objects.create(
            document=document,
            number=1,
            name="x",
            stored_name=f"documents/{extension}",
            extension=extension,
            size=1,
            uploaded_at=NOW,
        )
        document.save()
    assert names_of(f"kind={kind}", agus) == set(KINDS[kind])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("mine=uploaded", {"mine"}),
        ("mine=uploaded&state=deleted", {"my old one"}),
        ("state=deleted", {"my old one"}),
        ("state=unread", {"theirs"}),
        ("state=damaged", {"mine"}),
        ("state=nofile&kind=pdf", set()),
        ("state=damaged&q=mine", {"mine"}),
        ("state=damaged&q=theirs", set()),
        ("q=theirs&mine=uploaded", set()),
    ],
)
def test_filters_narrow_each_other(
    agus: User, hendi: User, query: str, found: set[str]
) -> None:
    mine, theirs = upload(agus, name="mine"), upload(hendi, name="theirs")
    old = upload(agus, name="my old one")
    delete_document(document_id=old.pk, by=agus)
    DocumentVersion.objects.filter(document=mine).update(is_damaged=True)
    DocumentVersion.objects.filter(document=theirs).update(text_state=Text.FAILED)
    assert names_of(query, agus) == found


def test_mine_is_whose_file_is_current_and_not_who_began_it(
    agus: User, hendi: User, as_person: Callable[[User], Client]
) -> None:
    document = upload(agus, name="Pedoman")
    DocumentVersion.objects.filter(document=document).update(uploaded_by=hendi)
    assert names_of("mine=uploaded", agus) == set()
    assert names_of("mine=uploaded", hendi) == {"Pedoman"}
