"""Hours a week that people have; kept as rows of the configuration."""

from decimal import Decimal

from django.db import transaction

from activities.queries.workload import HEAD, STAFF
from core.accounts.models import User
from core.ledger.services import save_row
from engineering.models import Configuration


@transaction.atomic
def set_capacities(*, head: Decimal | None, staff: Decimal | None, by: User) -> None:
    """Set the hours a week of heads of departments and of staff; None falls back to the usual.

    Raises DomainError ``forbidden`` unless ``by`` is an administrator.
    """
    for name, value in ((HEAD, head), (STAFF, staff)):
        row = Configuration.objects.filter(name=name, deleted_at=None).first()
        data = {"id": row.pk if row else None, "name": name, "value": value}
        save_row(model=Configuration, data=data, by=by, verb="set_up")
