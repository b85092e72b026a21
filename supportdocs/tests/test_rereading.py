"""What an older reader read is read again in the background, and nobody waits for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.accounts.models import User
from core.documents.extraction import Extract, ExtractionError
from core.documents.model import VERSIONS, DocumentPage
from supportdocs.models import DocumentContent, DocumentVersion, SupportTable
from supportdocs.queries.listing import found_documents
from supportdocs.services import (
    delete_document,
    read_outdated,
    read_waiting,
    text_extraction,
)
from supportdocs.tests.conftest import upload

pytestmark = pytest.mark.django_db
Text = DocumentVersion.Text
NEW = Extract((DocumentPage(1, "kata baru"),), (), ({"code": "drawing"},))


@pytest.fixture
def older(agus: User) -> Callable[..., SupportTable]:
    """A document as a reader without a number left it."""

    def older(state: int = Text.READ, problem: str = "") -> SupportTable:
        made = upload(agus, content=b"kata lama", file_name="catatan.txt")
        read_waiting()
        rows = DocumentVersion.objects.filter(document=made)
        rows.update(text_reader=0, text_state=state, text_problem=problem)
        return made

    return older


def answer(monkeypatch: pytest.MonkeyPatch, given: Extract | Exception) -> None:
    def extract(*_path: object, **_more: object) -> Extract:
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(text_extraction, "extract", extract)


def found(text: str) -> int:
    return found_documents(SupportTable.objects.alive(), text).count()


def current(document: SupportTable) -> DocumentVersion:
    return DocumentVersion.objects.get(document=document)


def test_what_is_read_carries_the_number_of_its_reader(agus: User) -> None:
    made = upload(agus, content=b"kata", file_name="catatan.txt")
    read_waiting()
    assert current(made).text_reader == VERSIONS["txt"]
    assert read_outdated() == 0


@pytest.mark.parametrize("state", [Text.READ, Text.FAILED, Text.SKIPPED])
def test_an_older_reading_is_done_again_once(
    state: int, older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = older(state, "unsupported")
    answer(monkeypatch, NEW)
    assert read_outdated() == 1
    assert read_outdated() == 0
    version = current(made)
    assert (version.text_state, version.text_problem, version.pages) == (
        Text.READ,
        "",
        1,
    )
    assert version.text_notes == [{"code": "drawing"}]
    assert (found("baru"), found("lama")) == (1, 0)


def test_where_the_new_reader_fails_the_old_text_stays(
    older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = older()
    answer(monkeypatch, ExtractionError("memory"))
    assert read_outdated() == 1
    assert current(made).text_state == Text.READ
    assert found("lama") == 1
    assert read_outdated() == 0


def test_what_could_not_be_read_before_says_why_today(
    older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = older(Text.FAILED, "broken")
    answer(monkeypatch, ExtractionError("encrypted"))
    read_outdated()
    assert current(made).text_problem == "encrypted"


def test_a_round_is_bounded_and_the_newest_come_first(
    older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [older() for _ in range(4)]
    answer(monkeypatch, NEW)
    assert read_outdated(limit=3) == 3
    assert [current(each).text_reader > 0 for each in made] == [False, True, True, True]


def test_an_upload_that_waits_comes_first(
    agus: User, older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    older()
    upload(agus, content=b"baru saja", file_name="baru.txt")
    answer(monkeypatch, NEW)
    assert read_outdated() == 0
    assert read_waiting() == 1
    assert read_outdated() == 1


def test_a_deleted_document_and_one_in_other_hands_are_left_alone(
    agus: User, older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    delete_document(document_id=older().pk, by=agus)
    held = older()
    later = timezone.now() + timedelta(minutes=1)
    DocumentVersion.objects.filter(document=held).update(text_lease=later)
    answer(monkeypatch, NEW)
    assert read_outdated() == 0


def test_a_store_that_is_away_lets_go_of_the_document(
    older: Callable[..., SupportTable], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = older()
    answer(monkeypatch, OSError("away"))
    with pytest.raises(OSError, match="away"):
        read_outdated()
    version = current(made)
    assert (version.text_lease, version.text_reader, version.text_tries) == (None, 0, 1)


def test_words_that_grew_together_are_found_apart(agus: User) -> None:
    upload(agus, content=b"yang berlakuKONDENSATOR dipasang", file_name="a.txt")
    read_waiting()
    assert (found("kondensator"), found("berlaku"), found("berlakukondensator")) == (
        1,
        1,
        1,
    )
    text = DocumentContent.objects.values_list("text", flat=True)
    assert list(text) == ["yang berlakuKONDENSATOR dipasang"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Of a drawing only its words were read"), ("id", "Dari gambar")],
)
def test_the_page_says_what_was_left_out(
    language: str, sentence: str, agus: User, client: Client
) -> None:
    made = upload(agus, content=b"0\nTEXT\n1\nLVMDP\n", file_name="a.dxf")
    read_waiting()
    client.force_login(agus)
    client.cookies["django_language"] = language
    page = client.get(f"/documents/{made.pk}/", headers={"accept-language": language})
    assert sentence in page.content.decode()
