"""Remember who has opened what, and hold a yes among many to it."""

from typing import Any

from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Opening
from core.approvals.queries.openings import has_opened
from core.errors import DomainError


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


def require_opened(record: Any, by: User) -> None:
    """A yes among many only for a content that this person has opened; raises DomainError ``forbidden``."""
    if not has_opened(record, by):
        raise DomainError(
            _("You have not opened its content yet. Open it, then approve."),
            "forbidden",
        )
