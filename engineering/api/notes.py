"""``/engineering-notes``: the texts of changes, as the predecessor had them, and engineering notes."""

from collections.abc import Iterator
from itertools import chain, starmap
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.db.paging import counted, sliced_ids
from core.errors import invalid
from core.http.api import Endpoint, one_page, page_of, streamed, tagged
from core.ledger.queries import last_event_id
from engineering.api.changes import PAGING, change_or_404
from engineering.models import FIRST_WIRE_ID, ChangeNotice, EngineeringNote
from engineering.serializers import NoteSerializer


class NotesEndpoint(Endpoint):
    """``/engineering-notes``."""

    @extend_schema(
        parameters=[OpenApiParameter("type-note", int), *PAGING],
        responses=NoteSerializer(many=True),
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The text of every change, then every engineering note, of one kind if asked."""
        changes = ChangeNotice.objects.alive().order_by("pk")
        notes = EngineeringNote.objects.alive().order_by("pk")
        if kind := request.query_params.get("type-note"):
            changes = changes.filter(kind=_kind(kind))
            notes = notes.filter(kind=_kind(kind))
        page = page_of(request)
        if page is None:
            return streamed(chain(_texts_of_changes(changes), _texts_of_notes(notes)))
        before = counted(changes, last_event_id())
        ids = sliced_ids(changes, page, before)
        found = list(_texts_of_changes(changes.filter(pk__in=ids)))
        first = max(page.offset - before, 0)
        rest = notes[first : first + page.limit - len(found)]
        found += _texts_of_notes(rest)
        return one_page(request, found, page, before + notes.count())


def _texts_of_changes(rows: QuerySet[ChangeNotice]) -> Iterator[dict[str, Any]]:
    named = rows.values_list("id", "engineering", "kind")
    yield from starmap(_note, named.iterator(chunk_size=2000))


def _texts_of_notes(rows: Any) -> Iterator[dict[str, Any]]:
    for pk, text, kind in rows.values_list("id", "text", "kind").iterator():
        yield _note(FIRST_WIRE_ID + pk, text, kind)


def _kind(text: str) -> int:
    if text not in {"0", "1", "2", "3"}:
        raise invalid("type-note", _("One of: 0 (ECN), 1 (CCN), 2 (others), 3 (FAB)."))
    return int(text)


def _note(pk: int, text: str, kind: int) -> dict[str, Any]:
    """Both spellings of the member go out (docs/contract.md#two-spellings)."""
    return {
        "id": pk,
        "engineeringNotes": text,
        "engineerNotes": text,
        "typeNote": kind,
    }


class NoteEndpoint(Endpoint):
    """``/engineering-notes/{id}``."""

    @extend_schema(responses=NoteSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The text of one change, or an engineering note."""
        if pk < FIRST_WIRE_ID:
            change = change_or_404(pk)
            return tagged(_note(pk, change.engineering, change.kind))
        notes = EngineeringNote.objects.alive()
        note = get_object_or_404(notes, pk=pk - FIRST_WIRE_ID)
        return tagged(_note(pk, note.text, note.kind))
