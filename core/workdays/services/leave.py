"""Leave is entered and removed: verbs of each person, and of an SPV, manager or administrator for anybody."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.ledger.services import record
from core.text.formatting import day
from core.text.years import FIRST_YEAR, LAST_YEAR, is_sensible
from core.workdays.models import Leave
from core.workdays.permissions import require_keeper

LONGEST = timedelta(days=366)


@transaction.atomic
def enter_leave(
    *, ext_user_id: int | None, first: date | None, last: date | None, by: User
) -> Leave:
    """Enter the days on which a person (auth server id) is away, both included.

    Raises DomainError ``forbidden``, and ``invalid`` for a period that is backwards, longer than a year, or
    in conflict with another leave of this person.
    """
    if ext_user_id is None:
        raise invalid("extUserId", _("Say whose leave it is."))
    require_keeper(by, ext_user_id)
    begin, end = _period(first, last)
    # The overlap is looked for under the lock of the person's own rows.
    known = Leave.objects.select_for_update().filter(ext_user_id=ext_user_id)
    for other in known:
        if other.first <= end and begin <= other.last:
            raise _taken(other.first, other.last)
    try:
        with transaction.atomic():
            row = Leave.objects.create(ext_user_id=ext_user_id, first=begin, last=end)
    except IntegrityError:
        raise _taken(begin, end) from None
    record(row, "leave.entered", by=by, after=_values(row))
    return row


@transaction.atomic
def remove_leave(*, leave_id: int, by: User) -> None:
    """Remove a leave; its event keeps what it held. Raises DomainError ``not_found``, ``forbidden``."""
    row = locked(Leave.objects.all(), leave_id)
    require_keeper(by, row.ext_user_id)
    record(row, "leave.removed", by=by, before=_values(row))
    row.delete()


def _period(first: date | None, last: date | None) -> tuple[date, date]:
    if first is None:
        raise invalid("from", _("Say the first day."))
    end = last or first
    if not (is_sensible(first) and is_sensible(end)):
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        sentence = _("The year must lie between %(first)d and %(last)d.")
        raise invalid("from", sentence % years)
    if end < first:
        raise invalid("to", _("The last day is not before the first."))
    if end - first > LONGEST:
        raise invalid("to", _("A leave lasts a year at most."))
    return first, end


def _taken(first: date, last: date) -> DomainError:
    days = {"first": day(first), "last": day(last)}
    sentence = _(
        "There is a leave of this person from %(first)s until %(last)s already. Remove it first."
    )
    return invalid("from", sentence % days)


def _values(row: Leave) -> dict[str, object]:
    return {"ext_user_id": row.ext_user_id, "first": row.first, "last": row.last}
