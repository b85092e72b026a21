"""Set up the working calendar: an administrator's verbs, each with its event."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.errors import DomainError, invalid
from core.ledger.services import remove_row, save_row
from core.workdays.models import Holiday, WorkingDay
from core.workdays.policies import MOST_LINES, HolidayLine
from core.workdays.queries import forget_calendar

Row = TypeVar("Row", bound=models.Model)


@transaction.atomic
def save_calendar_row(
    *, model: type[Row], data: Mapping[str, Any], by: User, verb: str = "set_up"
) -> Row:
    """Add or change a holiday or a working day; due dates and capacity follow at once.

    Raises DomainError as ``save_row``.
    """
    saved = save_row(model=model, data=data, by=by, verb=verb)
    transaction.on_commit(forget_calendar)
    return saved


@transaction.atomic
def remove_calendar_row(*, row: models.Model, by: User, verb: str = "set_up") -> None:
    """Remove a holiday or a working day; the last working day stays.

    Raises DomainError ``forbidden``, ``invalid``.
    """
    require(by, verb)
    if isinstance(row, WorkingDay):
        _require_another(row)
    remove_row(row=row, by=by, verb=verb)
    transaction.on_commit(forget_calendar)


def _require_another(row: WorkingDay) -> None:
    """The rows of the week are locked: of two removals at once the second sees the first."""
    days = list(WorkingDay.objects.select_for_update().values_list("pk", flat=True))
    if days == [row.pk]:
        raise DomainError(
            _(
                "A week has one working day at least; nothing could become due otherwise. Add another day first."
            )
        )


@transaction.atomic
def take_holidays(
    *, lines: Sequence[HolidayLine], by: User, source: str = ""
) -> tuple[int, int]:
    """Add the holidays of a pasted list, and rename those whose day is there already: all or none.

    Returns how many were added and how many changed. Raises DomainError ``forbidden``, and
    ``invalid`` with the sentence of the first wrong line.
    """
    require(by, "set_up")
    if not 0 < len(lines) <= MOST_LINES:
        raise invalid("lines", _("A list has 1 to %d holidays.") % MOST_LINES)
    for line in lines:
        if line.problem:
            said = {"number": line.number, "problem": line.problem}
            raise invalid("lines", _("Line %(number)d: %(problem)s") % said)
    days = [line.day for line in lines if line.day is not None]
    known = {row.date: row for row in Holiday.objects.filter(date__in=days)}
    added = changed = 0
    for line in lines:
        data = {"date": line.day, "name": line.name, "kind": line.kind}
        row = known.get(line.day) if line.day is not None else None
        if row is None:
            save_calendar_row(model=Holiday, data=data | {"source": source}, by=by)
            added += 1
        elif (row.name, row.kind) != (line.name, line.kind):
            save_calendar_row(model=Holiday, data=data | {"id": row.pk}, by=by)
            changed += 1
    return added, changed
