"""A scan through the whole analyzer: recognised, cited by page, or clearly said to be a picture."""

from collections.abc import Callable

import pytest
from django.test import Client

from aianalyzer.queries.record import passage_of
from aianalyzer.queries.wording import failure_sentence
from aianalyzer.tests.conftest import FIRST, Start
from core.accounts.models import User
from tests import papers
from tests.people import text_of

pytestmark = pytest.mark.django_db
PRINTED = """Busbar utama dibuat dari tembaga dan dilapisi timah.
Tegangan sistem 400 V AC, arus hubung singkat Icw 50 kA.
Derajat proteksi panel adalah IP 54 dengan Form 3b."""
SCAN = papers.scan(PRINTED, size=60)


@pytest.mark.tesseract
def test_a_scanned_pdf_is_read_answered_and_cited(
    analysed: Start, as_person: Callable[[User], Client], agus: User
) -> None:
    row = analysed(name="pindaian.pdf", content=SCAN)
    assert (row.state, row.failure, row.provider) == ("done", "", "offline")
    page = row.pages.get()
    assert page.is_ocr
    assert "Busbar utama dibuat dari tembaga" in page.text
    values = {fact["value"] for fact in row.facts}
    assert {"IP 54", "50 kA"} <= values | {v.replace("Icw ", "") for v in values}
    assert row.citations
    assert {(each["page"], each["state"]) for each in row.citations} == {(1, "found")}
    assert row.notes == []
    passage = passage_of(row, None, 1)
    assert passage is not None
    assert passage.hit
    shown = text_of(as_person(agus).get(f"/analyzer/answers/{row.pk}/?cite=1"))
    assert "<mark" in shown


@pytest.mark.tesseract
def test_only_the_scanned_pages_of_a_mixed_one_are_recognised(analysed: Start) -> None:
    row = analysed(
        name="campuran.pdf", content=papers.joined(papers.pdf([FIRST]), SCAN)
    )
    assert [page.is_ocr for page in row.pages.all()] == [False, True]
    assert {each["page"] for each in row.citations} == {1, 2}
    assert {each["state"] for each in row.citations} == {"found"}


def test_without_tesseract_a_scan_ends_in_a_sentence_that_says_so(
    analysed: Start,
    monkeypatch: pytest.MonkeyPatch,
    as_person: Callable[[User], Client],
    agus: User,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    row = analysed(name="pindaian.pdf", content=SCAN)
    assert (row.state, row.failure) == ("failed", "nothing")
    assert "scan" in failure_sentence(row) or "pindai" in failure_sentence(row)
    assert row.may_be_retried
    assert "tesseract" in row.notes[0]
    assert ": 1." in row.notes[0]
    shown = text_of(as_person(agus).get(f"/analyzer/answers/{row.pk}/"))
    assert "tesseract" in shown


def test_without_tesseract_the_rest_is_read_and_the_note_names_the_page(
    analysed: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    row = analysed(
        name="campuran.pdf", content=papers.joined(papers.pdf([FIRST]), SCAN)
    )
    assert row.state == "done"
    assert ": 2." in row.notes[0]
