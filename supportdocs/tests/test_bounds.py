"""Limits of documents at their bounds: names, notes, shown texts, readers' turns, checked files."""

from io import BytesIO
from typing import Any

import pytest
from django.utils import translation

from core.accounts.models import User
from core.documents.extraction import REASONS
from core.errors import DomainError
from supportdocs.forms import JobForm, NameForm, TickForm
from supportdocs.models import DocumentContent, DocumentVersion, SupportTable
from supportdocs.permissions import may_delete
from supportdocs.queries.record import document_record, reading_sentence
from supportdocs.queries.text import BEFORE, GOES_ON, MOST_SHOWN, FoundPlace, text_pages
from supportdocs.services import (
    add_document,
    upload_version,
)
from supportdocs.services.documents import MAX_NAME, clean_title
from supportdocs.tests.conftest import WORDS
from tests.people import make_person

pytestmark = pytest.mark.django_db
Text = DocumentVersion.Text


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


# --- Names and notes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("SLD", "SLD"),
        ("  SLD \t\n rev\u00a02 ", "SLD rev 2"),
        ("a\u200bb", "a b"),
        ("a\u202eb", "a b"),
        ("a\x07b", "a b"),
        ("Größe ² — 中", "Größe ² — 中"),
        ("x" * MAX_NAME, "x" * MAX_NAME),
        ("x" * MAX_NAME + " \n", "x" * MAX_NAME),
    ],
)
def test_a_title_is_one_line_that_can_be_printed(given: str, kept: str) -> None:
    assert clean_title(given) == kept


@pytest.mark.parametrize("given", ["", " ", "\u200b\u202e", "\0", "x" * (MAX_NAME + 1)])
def test_a_title_of_nothing_or_too_much_is_refused_by_its_field(given: str) -> None:
    with pytest.raises(DomainError) as caught:
        clean_title(given)
    assert set(caught.value.errors) == {"name"}


@pytest.mark.parametrize(("length", "kept"), [(299, 299), (300, 300), (301, 300)])
def test_a_note_is_cut_and_never_refused(
    document: SupportTable, agus: User, length: int, kept: int
) -> None:
    upload_version(
        document_id=document.pk,
        by=agus,
        file_name="b.pdf",
        content=BytesIO(WORDS),
        note="n" * length,
    )
    assert document.versions.get(number=2).note == "n" * kept


@pytest.mark.parametrize(
    ("form", "field", "value", "is_valid"),
    [
        (NameForm, "name", "x" * 300, True),
        (NameForm, "name", "x" * 301, False),
        (NameForm, "name", "  ", False),
        (TickForm, "document", 1, True),
        (TickForm, "document", 0, False),
        (TickForm, "document", 10**18, True),
        (TickForm, "document", 10**18 + 1, False),
        (JobForm, "job", 10**18, True),
        (JobForm, "job", 10**18 + 1, False),
        (JobForm, "job", -1, False),
    ],
)
def test_a_form_takes_what_the_database_holds(
    form: Any, field: str, value: Any, is_valid: bool
) -> None:
    assert form({field: value}).is_valid() is is_valid


# --- Whose document it is -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "is_allowed"),
    [
        ("made it", True),
        ("sent its first file", True),
        ("sent a later file", False),
        ("spv", False),
        ("manager", True),
        ("pic manager", True),
    ],
)
def test_a_document_belongs_to_who_made_it_and_who_sent_its_first_file(
    agus: User, who: str, is_allowed: bool
) -> None:
    first, later = make_person(61, "First"), make_person(62, "Later")
    document = add_document(by=agus, name="Nameplate")
    for person in (first, later):
        upload_version(
            document_id=document.pk,
            by=person,
            file_name="a.pdf",
            content=BytesIO(WORDS),
        )
    is_role = not who.startswith(("made", "sent"))
    other = make_person(63, "Other", *(who.split() if is_role else ()))
    people = {"made it": agus, "sent its first file": first, "sent a later file": later}
    assert may_delete(people.get(who, other), document) is is_allowed


def test_a_record_offers_what_its_reader_may_do(
    document: SupportTable, agus: User, hendi: User, rina: User
) -> None:
    offers = {}
    for person in (agus, hendi, rina):
        record = document_record(document, person, FoundPlace())
        offers[person.username] = (record.may_delete, record.may_list)
    assert offers == {
        "agus": (True, False),
        "hendi": (False, True),
        "rina": (True, True),
    }


# --- The text on the record -------------------------------------------------------------------------


def shown(
    document: SupportTable, text: str, place: FoundPlace
) -> list[tuple[int, str]]:
    DocumentContent.objects.filter(document=document).update(text=text)
    return [(page.number, page.text) for page in text_pages(document, place)]


@pytest.mark.parametrize(
    ("text", "place", "pages"),
    [
        ("", FoundPlace(), []),
        ("a\fb", FoundPlace(), [(1, "a"), (2, "b")]),
        ("a\f \f\fb", FoundPlace(), [(1, "a"), (4, "b")]),
        ("a\fb", FoundPlace("b", 1), [(1, "a"), (2, "b")]),
        ("a\fb", FoundPlace("", 99), [(1, "a"), (2, "b")]),
        ("x" * (MOST_SHOWN + 5), FoundPlace(), [(1, "x" * MOST_SHOWN)]),
        ("x" * (MOST_SHOWN + 5), FoundPlace("zebra"), [(1, "x" * MOST_SHOWN)]),
    ],
    ids=["none", "two", "empty ones", "found", "no such page", "long", "not found"],
)
def test_pages_without_words_are_left_out_and_keep_their_numbers(
    document: SupportTable, text: str, place: FoundPlace, pages: list[tuple[int, str]]
) -> None:
    assert shown(document, text, place) == pages


@pytest.mark.parametrize("before", [MOST_SHOWN - BEFORE, MOST_SHOWN - BEFORE + 1])
def test_what_stands_further_on_is_shown_with_what_comes_before_it(
    document: SupportTable, before: int
) -> None:
    text = "x " * (before // 2) + " " * (before % 2) + "zebra" + " y" * MOST_SHOWN
    ((number, part),) = shown(document, text, FoundPlace("zebra"))
    is_moved = before > MOST_SHOWN - BEFORE
    assert number == 1
    assert part.startswith(GOES_ON) is is_moved
    assert part.index("zebra") == (BEFORE + len(GOES_ON) if is_moved else before)


def test_the_page_that_was_named_is_looked_at_first(document: SupportTable) -> None:
    pages = [f"zebra {n} " + "y " * MOST_SHOWN for n in range(1, 4)]
    for page in (2, 3):
        found = shown(document, "\f".join(pages), FoundPlace("zebra", page))
        assert f"zebra {page}" in dict(found)[page]
    found = shown(document, "\f".join([*pages[:2], "y"]), FoundPlace("zebra", 3))
    assert found[0] == (1, pages[0][:MOST_SHOWN])


@pytest.mark.parametrize("reason", [*REASONS, "missing", "nothing that we know"])
def test_a_file_that_cannot_be_read_says_why_in_both_languages(reason: str) -> None:
    version = DocumentVersion(text_state=Text.FAILED, text_problem=reason)
    said = []
    for language in ("en", "id"):
        with translation.override(language):
            said.append(reading_sentence(version))
    is_known = reason != "nothing that we know"
    assert all(said) is is_known
    assert len(set(said)) == (2 if is_known else 1)
