"""Send PPIC's work order of an activity again."""

from django.db import transaction
from django.utils.translation import gettext as _

from activities.models import Activity
from activities.queries.work_order import parked_orders
from core.accounts.models import User
from core.accounts.permissions import require
from core.common.errors import DomainError
from core.common.locking import locked
from core.ledger.services import resend


@transaction.atomic
def resend_work_order(*, activity_id: int, by: User) -> int:
    """Put what is parked at the start of its schedule again, in its order; returns how many.

    What is older than something that PPIC has accepted since stays parked: it would bring an old
    plan back. Raises DomainError ``not_found``, ``forbidden``, ``illegal_transition``.
    """
    require(by, "resend_delivery")
    activity = locked(Activity.objects.alive(), activity_id)
    parked = parked_orders(activity)
    if not parked:
        raise DomainError(
            _("Nothing is parked that PPIC still needs."), "illegal_transition"
        )
    for delivery in parked:
        resend(delivery=delivery, by=by)
    return len(parked)
