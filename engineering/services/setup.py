"""Set up thresholds, departments, process times; keep the predecessor's tables."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.common.errors import DomainError, nonsense
from core.common.locking import locked
from core.ledger.services import record
from engineering.models import DepartmentConfig

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
    """What the model itself refuses, field by field; the old row stays."""
    try:
        row.clean()
    except ValidationError as error:
        raise nonsense(error) from None


@transaction.atomic
def remove_row(*, row: models.Model, by: User, verb: str = "keep_tables") -> None:
    """Remove a row of a simple table; its event keeps what it held."""
    require(by, verb)
    fields = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
    }
    record(row, "row.removed", by=by, before=fields)
    row.delete()


@transaction.atomic
def choose_departments(
    *, department_ids: Sequence[int], by: User
) -> list[DepartmentConfig]:
    """Make exactly these the engineering departments (replace semantics, bug 19).

    Raises DomainError ``forbidden`` unless ``by`` is an administrator.
    """
    require(by, "set_up")
    wanted = set(department_ids)
    # Every row is locked, and the chain of events below has one place for two that meet here.
    held = set(
        DepartmentConfig.objects.select_for_update().values_list(
            "department_id", flat=True
        )
    )
    DepartmentConfig.objects.exclude(department_id__in=wanted).delete()
    new = [DepartmentConfig(department_id=each) for each in sorted(wanted - held)]
    DepartmentConfig.objects.bulk_create(new, ignore_conflicts=True)
    if held != wanted:
        _record_choice(sorted(held), sorted(wanted), by)
    return list(DepartmentConfig.objects.all())


def _record_choice(before: list[int], after: list[int], by: User) -> None:
    try:
        with transaction.atomic():
            record(
                DepartmentConfig(pk=0),  # the choice as a whole has one chain
                "departments.chosen",
                by=by,
                before={"departments": before},
                after={"departments": after},
            )
    except IntegrityError:
        raise DomainError(
            _("Somebody chose departments at the same moment. Look and try again."),
            "in_flight",
        ) from None
