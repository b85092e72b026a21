"""The choice of the departments that count as engineering."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.errors import DomainError
from core.ledger.services import record
from engineering.models import DepartmentConfig

Row = TypeVar("Row", bound=models.Model)
SERVER_OWNED = {"id", "created_at", "updated_at"}


@transaction.atomic
def choose_departments(
    *, department_ids: Sequence[int], by: User
) -> list[DepartmentConfig]:
    """Make exactly these the engineering departments; those that are left out are gone.

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
