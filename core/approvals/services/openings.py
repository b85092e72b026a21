"""Remember who has opened what."""

from typing import Any

from core.accounts.models import User
from core.approvals.models import Opening
from core.approvals.queries.openings import has_opened


def note_opening(*, record: Any, by: User) -> None:
    """Remember that a person has opened the present content; the second time costs no write."""
    if has_opened(record, by):
        return
    row = Opening(
        person=by,
        record_type=record._meta.label,
        record_id=record.pk,
        revision=record.revision,
    )
    Opening.objects.bulk_create([row], ignore_conflicts=True)
