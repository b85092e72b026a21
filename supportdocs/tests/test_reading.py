"""The text is read in the background, and the documents are found by it."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from core.accounts.models import User
from core.db import search
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.listing import document_lines, found_documents
from supportdocs.queries.record import reading_sentence
from supportdocs.services import (
    add_document,
    delete_document,
    read_again,
    read_waiting,
    rename_document,
    text_extraction,
    upload_version,
)
from supportdocs.tests.conftest import WORDS, upload
from tests import papers

pytestmark = pytest.mark.django_db
Text = DocumentVersion.Text


def found(text: str) -> list[str]:
    rows = found_documents(SupportTable.objects.alive(), text)
    return sorted(rows.values_list("name", flat=True))


def test_a_word_that_is_broken_at_the_end_of_a_line_is_found(agus: User) -> None:
    upload(agus, content=papers.pdf(["Busbar dari tem-\nbaga untuk low-\nvoltage"]))
    assert read_waiting() == 1
    for word in ("tembaga", "voltage", "low"):
        assert len(found(word)) == 1, word


def test_it_is_found_by_its_name_at_once_and_by_its_content_when_read(
    agus: User,
) -> None:
    upload(agus, name="Pedoman busur")
    assert found("pedoman") == ["Pedoman busur"]
    assert found("modbus") == []
    assert read_waiting() == 1
    assert read_waiting() == 0
    assert found("modbus") == ["Pedoman busur"]


@pytest.mark.parametrize(
    "text",
    [
        "busbar",
        "BUSB",
        "tembaga modbus",
        "pedoman 4000",
        "iec 61439-2",
        "61439",
        "61439-2 .",
    ],
)
def test_words_are_found_by_their_beginning_in_any_order_across_name_and_pages(
    text: str, agus: User
) -> None:
    upload(agus, name="Pedoman")
    read_waiting()
    assert found(text) == ["Pedoman"]


ALL_SCRIPTS = (
    "\u989d\u5b9a\u7535\u6d41\u4e3a2500\u5b89\u57f9\uff0c\u6bcd\u7ebf\u3002 \u0e01\u0e23\u0e30\u0e41\u0e2a\u0e44\u0e1f\u0e1f\u0e49\u0e32\u0e1e\u0e34\u0e01\u0e31\u0e14. \u5b9a\u683c\u96fb\u6d41\u3067\u3059. "
    "\u0421\u0442\u0435\u043f\u0435\u043d\u044c \u0437\u0430\u0449\u0438\u0442\u044b. \u0627\u0644\u062a\u064a\u0627\u0631 \u0627\u0644\u0645\u0642\u0646\u0646. \u0392\u03b1\u03b8\u03bc\u03cc\u03c2. \uc815\uaca9\uc804\ub958. Gr\u00f6\u00dfe"
)


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("\u7535\u6d41", True),  # Chinese, in the middle of a sentence
        ("\u6bcd\u7ebf", True),
        ("\u7ebf", True),
        ("\u7535\u6d41\u4e3a", True),
        ("\u6d41\u7535", False),
        ("\u7535\u538b", False),
        ("\u0e44\u0e1f\u0e1f\u0e49\u0e32", True),  # Thai
        ("\u96fb\u6d41", True),  # Japanese
        ("\u0437\u0430\u0449\u0438\u0442\u044b", True),  # Russian
        ("\u0417\u0410\u0429\u0418\u0422", True),
        ("\u0627\u0644\u0645\u0642\u0646\u0646", True),  # Arabic
        ("\u03b2\u03b1\u03b8\u03bc\u03bf\u03c2", True),  # Greek
        ("\uc815\uaca9", True),  # Korean
        ("groesse", False),
        ("gro\u0308\u00dfe", True),
    ],
)
def test_words_of_any_script_are_found_inside_sentences(
    text: str, is_there: bool, agus: User
) -> None:
    upload(agus, name="Naskah", file_name="a.txt", content=ALL_SCRIPTS.encode())
    read_waiting()
    assert bool(found(text)) is is_there


@pytest.mark.parametrize(
    "text",
    [
        "usbar",
        "busbar nothing",
        "",
        "  ",
        '"',
        "*",
        "OR",
        "NEAR(",
        "' --",
        "q:*|!",
        "\\",
    ],
)
def test_other_texts_find_nothing_and_break_nothing(text: str, agus: User) -> None:
    upload(agus, name="Pedoman")
    read_waiting()
    assert found(text) == []


def test_accents_and_case_do_not_matter(agus: User) -> None:
    upload(agus, "Größe der Überspannung".encode(), file_name="a.txt", name="X")
    read_waiting()
    assert found("uberspannung grosse") == ["X"]


def test_the_list_shows_where_it_was_found(agus: User) -> None:
    document = upload(agus)
    read_waiting()
    hit = document_lines([document.pk], "modbus")[0].hit
    assert hit is not None
    assert hit.page == 2
    assert "Power meter Modbus TCP" in hit.text


def test_what_is_found_in_few_and_in_many_is_the_same(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(agus, name="Satu")
    upload(agus, b"modbus", file_name="a.txt", name="Dua")
    read_waiting()
    few = found("modbus")
    monkeypatch.setattr(search, "FEW", 1)
    assert found("modbus") == few
    assert few == ["Dua", "Satu"]


def test_a_windows_text_is_read(agus: User) -> None:
    upload(agus, "Überspannung".encode("utf-16"), file_name="a.txt", name="X")
    read_waiting()
    assert found("uberspannung") == ["X"]


def test_a_rename_keeps_the_content_and_a_new_version_replaces_it(agus: User) -> None:
    document = upload(agus, name="Lama")
    read_waiting()
    rename_document(document_id=document.pk, by=agus, name="Baru")
    assert found("modbus") == found("baru") == ["Baru"]
    assert found("lama") == []
    upload_version(
        document_id=document.pk,
        by=agus,
        file_name="b.txt",
        content=BytesIO(b"kapasitor"),
    )
    read_waiting()
    assert found("modbus") == []
    assert found("kapasitor") == ["Baru"]


def test_a_version_that_is_replaced_before_it_is_read_changes_nothing(
    agus: User,
) -> None:
    document = upload(agus)
    upload_version(
        document_id=document.pk,
        by=agus,
        file_name="b.txt",
        content=BytesIO(b"kapasitor"),
    )
    assert read_waiting() == 2
    document.refresh_from_db()
    assert found("modbus") == []
    assert found("kapasitor") == [document.name]


def test_a_new_version_that_cannot_be_read_is_not_found_by_what_the_old_one_said(
    agus: User,
) -> None:
    document = upload(agus)
    read_waiting()
    upload_version(
        document_id=document.pk,
        by=agus,
        file_name="b.pdf",
        content=BytesIO(papers.locked_pdf()),
    )
    read_waiting()
    assert found("modbus") == []
    document.refresh_from_db()
    assert document.current is not None
    assert document.current.text_state == Text.FAILED
    assert document.current.text_problem == "encrypted"
    assert reading_sentence(document.current)


@pytest.mark.parametrize(
    ("name", "content", "state", "problem"),
    [
        ("a.dwg", b"AC1032" + bytes(40), Text.SKIPPED, "unsupported"),
        ("a.pdf", b"%PDF-1.7\nbroken", Text.FAILED, "broken"),
        ("a.png", papers.huge_png(), Text.FAILED, "too_large"),
    ],
)
def test_what_cannot_be_read_is_kept_and_says_why(
    name: str, content: bytes, state: int, problem: str, agus: User
) -> None:
    document = upload(agus, content, file_name=name)
    read_waiting()
    version = document.versions.get()
    assert (version.text_state, version.text_problem) == (state, problem)
    assert found("a") == ["a"]


def test_a_file_that_is_gone_says_so(agus: User) -> None:
    document = upload(agus)
    assert document.current is not None
    default_storage.delete(document.current.stored_name)
    read_waiting()
    version = document.versions.get()
    assert version.text_problem == "missing"
    assert reading_sentence(version)


def test_a_reader_that_dies_is_tried_once_more_and_then_given_up(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = upload(agus)

    def die(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(text_extraction, "extract", die)
    for tries in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            read_waiting()
        version = document.versions.get()
        assert (version.text_state, version.text_tries) == (Text.WAITING, tries)
        assert read_waiting() == 0, "its lease is not over"
        past = timezone.now() - timedelta(seconds=1)
        DocumentVersion.objects.update(text_lease=past)
    assert read_waiting() == 1
    assert document.versions.get().text_state == Text.FAILED


def test_it_is_read_again_on_request(
    agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = upload(agus)
    DocumentVersion.objects.update(
        text_state=Text.FAILED, text_tries=3, text_problem="time"
    )
    version = document.versions.get()
    read_again(version_id=version.pk, by=agus)
    read_again(version_id=version.pk, by=agus)
    read_waiting()
    assert found("modbus") == [document.name]


def test_a_deleted_document_is_not_found(agus: User) -> None:
    document = upload(agus)
    read_waiting()
    delete_document(document_id=document.pk, by=agus)
    assert found("modbus") == []


def test_nothing_is_said_of_a_document_without_a_file(agus: User) -> None:
    document = add_document(by=agus, name="x")
    assert reading_sentence(document.current) == ""
    waiting = upload(agus, WORDS)
    assert reading_sentence(waiting.current)


def test_a_store_that_is_away_for_long_gives_up_no_document(
    document: SupportTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try finds the store away; when it is back, the text is read."""

    def away(name: str) -> object:
        raise OSError("Could not connect to the endpoint")

    with monkeypatch.context() as patch:
        patch.setattr(text_extraction, "local_copy", away)
        for _try in range(5):
            with pytest.raises(OSError, match="endpoint"):
                read_waiting()
            DocumentVersion.objects.update(text_lease=None)
    assert read_waiting() == 1
    assert DocumentVersion.objects.get().text_state == Text.READ


def test_many_files_of_one_person_hold_up_no_other(
    agus: User, hendi: User, budi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[User | None] = []

    def settled(version: DocumentVersion) -> None:
        read.append(version.uploaded_by)
        text_extraction._settle(version, Text.SKIPPED)

    monkeypatch.setattr(text_extraction, "_read", settled)
    for by, count in ((hendi, 20), (agus, 1), (budi, 2)):
        for _ in range(count):
            upload(by)
    assert read_waiting() == 23
    assert set(read[:3]) == {agus, hendi, budi}
    assert set(read[3:5]) == {hendi, budi}
    assert read[5:] == [hendi] * 18
