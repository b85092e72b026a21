"""Send PPIC's work order of an activity again."""

from django.db import transaction

from activities.models import Activity
from core.accounts.models import User
from core.db.locking import locked
from core.ledger.services import resend_parked


@transaction.atomic
def resend_work_order(*, activity_id: int, by: User) -> int:
    """Put what is parked at the start of its schedule again, in its order; returns how many.

    Raises DomainError ``not_found``, and what ``resend_parked`` raises.
    """
    return resend_parked(about=locked(Activity.objects.alive(), activity_id), by=by)
