"""Engineering notes: written, found, changed, removed; approved by nobody."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from core.accounts.models import User
from core.approvals.models import Round
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import FIRST_WIRE_ID, ChangeNotice, EngineeringNote
from engineering.queries.record import attachment_names
from engineering.services import change_note, remove_note, write_note
from engineering.tests.conftest import a_change
from notifications.models import Notification
from tests.people import content_of, text_of, told

AsPerson = Callable[[User], Client]
pytestmark = pytest.mark.django_db
TEXT = "Rel DIN 35 mm disepakati.\n\nFoto menyusul."


@pytest.fixture
def note(agus: User) -> EngineeringNote:
    """A note of Agus, with the document that it was written from."""
    files = [("rapat.txt", BytesIO(b"Rel DIN 35 mm."))]
    fields = {"text": TEXT, "customer": "PT Nusa", "po_number": "PO-7"}
    return write_note(by=agus, fields=fields, files=files, origin="analysis:3")


def kinds(note: EngineeringNote) -> list[str]:
    rows = Event.objects.filter(record_type="engineering.EngineeringNote")
    return list(rows.filter(record_id=note.pk).values_list("kind", flat=True))


def test_a_note_is_kept_and_nobody_is_asked(note: EngineeringNote) -> None:
    assert str(note) == "Rel DIN 35 mm disepakati."
    assert (note.kind, note.file_name) == (ChangeNotice.Kind.OTHERS, "rapat.txt")
    assert attachment_names([note.stored_name, "x"]) == {note.stored_name}
    assert not Round.objects.exists()
    assert not ChangeNotice.objects.exists()
    assert not Notification.objects.exists()
    assert kinds(note) == ["note.written"]


def test_who_wrote_it_changes_it_and_the_history_keeps_what_it_said(
    note: EngineeringNote, agus: User, budi: User
) -> None:
    fields = {"text": "Rel DIN 15 mm.", "customer": "PT Nusa", "po_number": "PO-7"}
    change_note(note_id=note.pk, by=agus, fields=fields)
    change_note(note_id=note.pk, by=agus, fields=fields)
    assert kinds(note) == ["note.written", "note.changed"]
    assert (Event.objects.latest("pk").before or {})["text"] == TEXT
    with pytest.raises(DomainError) as refused:
        change_note(note_id=note.pk, by=budi, fields=fields)
    assert refused.value.code == "forbidden"


@pytest.mark.parametrize("fields", [{}, {"text": "  "}, {"text": "x", "kind": 9}])
def test_an_empty_note_and_an_unknown_type_are_refused(
    fields: dict[str, Any], agus: User
) -> None:
    with pytest.raises(DomainError) as refused:
        write_note(by=agus, fields=fields)
    assert refused.value.code == "invalid"
    assert not EngineeringNote.objects.exists()


def test_the_wire_has_changes_first_and_then_notes(
    note: EngineeringNote, agus: User, as_person: AsPerson
) -> None:
    change = a_change(agus)
    client = as_person(agus)
    ids = [row["id"] for row in told(client.get("/engineering-notes"))]
    assert ids == [change.pk, FIRST_WIRE_ID + note.pk]
    row = told(client.get(f"/engineering-notes/{FIRST_WIRE_ID + note.pk}"))
    assert (row["engineerNotes"], row["typeNote"]) == (TEXT, 2)
    of_kind = told(client.get("/engineering-notes?type-note=2"))
    assert [each["id"] for each in of_kind] == [FIRST_WIRE_ID + note.pk]
    for offset, wanted in ((0, ids[:1]), (1, ids[1:]), (2, [])):
        page = told(client.get(f"/engineering-notes?limit=1&offset={offset}"))
        rows = page["rows"] if isinstance(page, dict) else page
        assert [each["id"] for each in rows] == wanted
    remove_note(note_id=note.pk, by=agus)
    assert (
        client.get(f"/engineering-notes/{FIRST_WIRE_ID + note.pk}").status_code == 404
    )
    assert told(client.get("/engineering-notes?type-note=2")) == []


def test_the_pages_find_show_change_and_remove_it(
    note: EngineeringNote, agus: User, as_person: AsPerson
) -> None:
    client = as_person(agus)
    assert "Rel DIN 35 mm" in text_of(client.get("/changes/notes/?q=rel nusa"))
    assert "Rel DIN 35 mm" not in text_of(client.get("/changes/notes/?q=zzz"))
    here = f"/changes/notes/{note.pk}/"
    shown = text_of(client.get(here))
    assert "Foto menyusul." in shown
    assert "rapat.txt" in shown
    assert content_of(client.get(f"{here}file/")) == b"Rel DIN 35 mm."
    form = {"text": "Rel DIN 15 mm.", "kind": "1"}
    assert client.post(f"{here}edit/", form)["Location"] == here
    assert client.post(f"{here}edit/", {"text": ""}).status_code == 400
    note.refresh_from_db()
    assert (note.text, note.kind) == ("Rel DIN 15 mm.", 1)
    assert client.post(f"{here}remove/")["Location"] == "/changes/notes/"
    assert client.get(here).status_code == 404
