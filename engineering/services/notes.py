"""Write a note, change it, remove it. Nobody approves one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may, require
from core.accounts.services import NamedFile, stored_files
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.files.uploaded import StoredFile
from core.ledger.services import record
from engineering.models import ChangeNotice, EngineeringNote

TEXTS = {"customer": 200, "project_name": 300, "po_number": 100}
LONGEST = 20_000


def write_note(
    *,
    by: User,
    fields: Mapping[str, Any],
    files: Sequence[NamedFile] = (),
    origin: str = "",
) -> EngineeringNote:
    """Keep a note, with the document that it was written from.

    Raises DomainError ``invalid`` (no text), ``forbidden``, and those of a file.
    """
    require(by, "raise_change")
    with stored_files(files[:1], by) as kept, transaction.atomic():
        note = EngineeringNote(created_by=by, origin=origin[:60])
        _take(note, fields)
        _take_file(note, kept)
        note.save(force_insert=True)
        record(note, "note.written", by=by, after=_values(note))
    return note


@transaction.atomic
def change_note(
    *, note_id: int, by: User, fields: Mapping[str, Any]
) -> EngineeringNote:
    """Write it anew; the history keeps what it said. Nothing changed is no event.

    Raises DomainError ``not_found``, ``forbidden``, ``invalid``.
    """
    note = _own(note_id, by)
    before = _values(note)
    _take(note, fields)
    if _values(note) != before:
        note.save()
        record(note, "note.changed", by=by, before=before, after=_values(note))
    return note


@transaction.atomic
def remove_note(*, note_id: int, by: User) -> EngineeringNote:
    """Take it out of the lists; its history stays. Raises DomainError ``not_found``, ``forbidden``."""
    note = _own(note_id, by)
    note.deleted_at = timezone.now()
    note.save(update_fields=["deleted_at", "updated_at"])
    record(note, "note.removed", by=by)
    return note


def may_change_note(user: User, note: EngineeringNote) -> bool:
    """Who wrote it, an SPV or a manager."""
    return user.pk == note.created_by_id or may(user, "edit_any_change")


def _own(note_id: int, by: User) -> EngineeringNote:
    note = locked(EngineeringNote.objects.alive(), note_id)
    if not may_change_note(by, note):
        raise DomainError(
            _("Only who wrote this note, an SPV or a manager may change it."),
            "forbidden",
        )
    return note


def _take(note: EngineeringNote, fields: Mapping[str, Any]) -> None:
    note.text = str(fields.get("text") or "").strip()[:LONGEST]
    if not note.text:
        raise invalid("text", _("Write the note first."))
    kind = fields.get("kind")
    note.kind = ChangeNotice.Kind.OTHERS if kind is None else kind
    if note.kind not in ChangeNotice.Kind.values:
        raise invalid("kind", _("There is no such type."))
    for name, size in TEXTS.items():
        setattr(note, name, str(fields.get(name) or "").strip()[:size])


def _take_file(note: EngineeringNote, kept: Sequence[StoredFile]) -> None:
    for file in kept:
        note.file_name, note.stored_name = file.name, file.stored_name
        note.content_type, note.sha256 = file.content_type, file.sha256


def _values(note: EngineeringNote) -> dict[str, object]:
    names = ("text", "kind", *TEXTS)
    return {name: getattr(note, name) for name in names}
