"""Substitutes: who decides for whom, on which days."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.approvals.models import RecordKind, Substitution
from core.approvals.signals import substitute_named
from core.errors import DomainError, invalid
from core.ledger.services import record

MOST_DAYS = 366


@transaction.atomic
def substitute(
    *,
    person: User,
    by: User,
    stand_in: User,
    first_day: date,
    last_day: date,
    kinds: Collection[str] = (),
) -> Substitution:
    """Let ``stand_in`` decide for ``person`` from the first to the last day, both included.

    For oneself, or as administrator for anybody. ``kinds`` are those of ``RecordKind``; none means
    all. Raises DomainError ``forbidden``, ``invalid`` under the wire's names: the same person, a
    closed account, days that are past or the wrong way round, more than a year, another substitute
    for those days, a circle of people who stand in for each other.
    """
    if person.pk != by.pk:
        require(by, "set_up")
    _require_sense(person, stand_in, first_day, last_day, kinds)
    # Both people are locked, so that two who name each other at once are seen.
    list(
        User.objects.select_for_update()
        .filter(pk__in=[person.pk, stand_in.pk])
        .order_by("pk")
    )
    wanted = sorted(set(kinds))
    same_days = [
        row
        for row in Substitution.objects.alive().filter(
            first_day__lte=last_day, last_day__gte=first_day
        )
        if _share_a_kind(row.kinds, wanted)
    ]
    if any(row.person_id == person.pk for row in same_days):
        raise invalid("from", _("There is a substitute on these days already."))
    _refuse_circle(person.pk, stand_in.pk, same_days)
    row = Substitution.objects.create(
        person=person,
        substitute=stand_in,
        first_day=first_day,
        last_day=last_day,
        kinds=wanted,
        made_by=by,
    )
    event = record(person, "substitution.named", by=by, after=_facts(row))
    substitute_named.send(Substitution, row=row, by=by, event=event)
    return row


def _require_sense(
    person: User,
    stand_in: User,
    first_day: date,
    last_day: date,
    kinds: Collection[str],
) -> None:
    if stand_in.pk == person.pk:
        raise invalid("substituteExtUserId", _("Nobody stands in for themselves."))
    if not stand_in.is_active:
        raise invalid("substituteExtUserId", _("%s has left.") % stand_in)
    if last_day < first_day:
        raise invalid("until", _("The end is before the start."))
    if last_day < timezone.localdate():
        raise invalid("until", _("These days are past."))
    if last_day - first_day > timedelta(days=MOST_DAYS):
        raise invalid("until", _("A substitution lasts a year at most."))
    unknown = set(kinds) - set(RecordKind.values)
    if unknown:
        known = ", ".join(RecordKind.values)
        raise invalid("kinds", _("The kinds are: %s.") % known)


def _share_a_kind(first: Sequence[str], second: Sequence[str]) -> bool:
    """None means all."""
    return not first or not second or bool(set(first) & set(second))


def _refuse_circle(person: int, stand_in: int, rows: Sequence[Substitution]) -> None:
    """Follow who stands in for whom on these days; it must not lead back."""
    following = {row.person_id: row.substitute_id for row in rows}
    seen: set[int] = set()
    place: int | None = stand_in
    while place is not None and place not in seen:
        if place == person:
            raise invalid(
                "substituteExtUserId",
                _("They would stand in for each other: name somebody else."),
            )
        seen.add(place)
        place = following.get(place)


@transaction.atomic
def end_substitution(*, substitution_id: int, by: User) -> Substitution:
    """End it now. By the person, by who made it, or by an administrator.

    The same again has no effect. Raises DomainError ``not_found``, ``forbidden``.
    """
    row = (
        Substitution.objects.select_for_update(of=("self",))
        .select_related("person", "substitute")
        .filter(pk=substitution_id)
        .first()
    )
    if row is None:
        raise DomainError(_("There is no such record."), "not_found")
    if by.pk not in {row.person_id, row.made_by_id}:
        require(by, "set_up")
    if row.ended_at is None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        record(row.person, "substitution.ended", by=by, before=_facts(row))
    return row


def _facts(row: Substitution) -> dict[str, object]:
    return {
        "substitute": row.substitute.ext_id,
        "name": str(row.substitute),
        "from": row.first_day,
        "until": row.last_day,
        "kinds": row.kinds,
    }
