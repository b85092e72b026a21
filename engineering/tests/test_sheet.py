"""The Change Request sheet: what stands on it, in both languages, whatever the names are written in."""

import io
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.utils import translation

from core.accounts.models import User
from engineering.exports import change_sheet
from engineering.models import ChangeItem, ChangeNotice
from engineering.services import attach_file, decide_change
from engineering.tests.conftest import a_change

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


def words_of(pdf: bytes) -> str:
    """The text of every page, as a reader of PDF sees it."""
    file = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pages = [page.get_textpage().get_text_bounded() for page in file]
    return " ".join("\n".join(pages).split())


def sheet(change: ChangeNotice, by: User, language: str = "en") -> str:
    with translation.override(language):
        return words_of(change_sheet(change, by))


def test_a_sheet_says_what_is_changed_what_it_costs_and_who_decided(
    change: ChangeNotice, rina: User, agus: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=1, remark="pasang sebelum FAT")
    change.refresh_from_db()
    text = sheet(change, agus)
    for part in (
        change.number,
        "Ganti MCCB",
        "Arus naik",
        "4.170.000",
        "6.990.000",
        rina.name,
        "pasang sebelum FAT",
        "Approved",
        f"r{change.revision}",
        change.digest[:16],
        f"by {agus.name}",
        "page 1 of 1",
    ):
        assert part in text, part


def test_a_sheet_speaks_the_reader_s_language(change: ChangeNotice, agus: User) -> None:
    text = sheet(change, agus, "id")
    assert "Persetujuan" in text
    assert "Dicetak" in text
    assert "Increase" not in text


def test_evidence_is_named_with_its_digest(change: ChangeNotice, agus: User) -> None:
    content = io.BytesIO(b"%PDF-1.7 layar")
    attach_file(change_id=change.pk, by=agus, name="gambar.pdf", content=content)
    text = sheet(ChangeNotice.objects.get(pk=change.pk), agus)
    [file] = change.attachments.all()
    assert "gambar.pdf" in text
    assert file.sha256[:16] in text


@pytest.mark.parametrize("name", ["Müller Ś", "Иванов", "Ελένη", "Ñandú “”", "±µΩ ⌀ ≥"])
def test_names_of_other_scripts_are_printed(name: str, agus: User, rina: User) -> None:
    change = a_change(agus, customer=name)
    assert name in sheet(change, agus)


def test_a_long_sheet_repeats_its_heads_and_counts_its_pages(
    change: ChangeNotice, agus: User
) -> None:
    rows = [
        ChangeItem(change=change, part_number=f"PN-{n}", part_name="MCCB " * 8, qty=1)
        for n in range(200)
    ]
    ChangeItem.objects.bulk_create(rows)
    text = sheet(change, agus)
    pages = text.count("Part number")
    assert pages > 2
    assert f"page {pages} of" in text
    assert all(f"PN-{n} " in text for n in range(200))


def test_a_sheet_is_a_file_to_keep(
    change: ChangeNotice, agus: User, as_person: Log, sandbox: Any
) -> None:
    answer = as_person(agus).get(f"/changes/{change.pk}/sheet/")
    assert answer["Content-Type"] == "application/pdf"
    assert (
        f'attachment; filename="{change.number}_r1.pdf"'
        in answer["Content-Disposition"]
    )
    assert answer["Cache-Control"] == "no-store, private"
    assert answer.content.startswith(b"%PDF-")
    assert as_person(agus).get("/changes/999999/sheet/").status_code == 404
