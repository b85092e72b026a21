"""Rows of simple tables, written with their event: set-up, defaults, the predecessor's tables."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.db.locking import locked
from core.db.models import SoftDeleted
from core.errors import DomainError, from_validation_error
from core.ledger.services.events import record

Row = TypeVar("Row", bound=models.Model)
SERVER_OWNED = {"id", "created_at", "updated_at"}


@transaction.atomic
def save_row(
    *, model: type[Row], data: Mapping[str, Any], by: User, verb: str = "keep_tables"
) -> Row:
    """Create a row (no id) or update what was sent (known id) of a simple table.

    ``verb`` is the line of the permission table. Raises DomainError ``forbidden``,
    ``not_found``, ``invalid`` (a unique value is taken).
    """
    require(by, verb)
    fields = {name: value for name, value in data.items() if name not in SERVER_OWNED}
    if fields.get("deleted_at"):
        fields["deleted_at"] = timezone.now()
    pk = data.get("id")
    row = locked(model._default_manager.all(), pk) if pk else model()
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    _require_sense(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DomainError(
            _("A row with these values exists already."), "invalid"
        ) from None
    if not pk or before != fields:
        record(
            row,
            "row.changed" if pk else "row.added",
            by=by,
            before=before,
            after=fields,
        )
    return row


def _require_sense(row: models.Model) -> None:
    """Refuse by the model's own rules, field by field; the old row stays."""
    try:
        row.clean()
    except ValidationError as error:
        raise from_validation_error(error) from None


@transaction.atomic
def remove_row(*, row: models.Model, by: User, verb: str = "keep_tables") -> None:
    """Remove a row of a simple table; its event keeps what it held.

    Where a table keeps its removed rows, integrators may still ask for them.
    """
    require(by, verb)
    if isinstance(row, SoftDeleted):
        save_row(
            model=type(row), data={"id": row.pk, "deleted_at": True}, by=by, verb=verb
        )
        return
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
    }
    record(row, "row.removed", by=by, before=fields)
    row.delete()
