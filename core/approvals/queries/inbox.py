"""What waits for a person: their own assignments, and those of the people they stand in for."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.approvals.models import Assignment, Duty, Round, Substitution
from core.approvals.models.rounds import RoundQuerySet


def stands_in_for(user_id: int) -> list[Substitution]:
    """The substitutions in force today in which this person decides for others."""
    rows = Substitution.objects.on(timezone.localdate()).filter(substitute=user_id)
    return list(rows)


def assignments_of(user_id: int) -> QuerySet[Assignment]:
    """Open assignments on which this person may decide: own, and on behalf of others."""
    mine = Q(person=user_id)
    for row in stands_in_for(user_id):
        other = Q(person=row.person_id) & ~Q(round__opened_by=user_id)
        mine |= other & (Q(round__kind__in=row.kinds) if row.kinds else Q())
    return Assignment.objects.open().filter(mine, round__state=Round.State.OPEN)


def waiting_records(user_id: int, label: str) -> QuerySet[Assignment, int]:
    """Ids of the records of one model that wait for this person."""
    rows = assignments_of(user_id).filter(round__record_type=label)
    return rows.values_list("round__record_id", flat=True)


def is_asked_about(user_id: int, record_type: str, record_id: int) -> bool:
    """Whether something is asked of this person, in their own name, about a record."""
    return (
        Assignment.objects.open()
        .filter(
            person=user_id,
            round__record_type=record_type,
            round__record_id=record_id,
            round__state=Round.State.OPEN,
        )
        .exists()
    )


def substitutes_of(user_id: int, kind: str) -> list[User]:
    """The active people who stand in for a person today, for this kind of record."""
    rows = Substitution.objects.on(timezone.localdate()).filter(
        person=user_id, substitute__is_active=True
    )
    return [
        row.substitute for row in rows.select_related("substitute") if row.covers(kind)
    ]


def people_covered(user: User, kind: str) -> frozenset[int]:
    """User ids of those for whom a person stands in today, for this kind of record."""
    rows = stands_in_for(user.pk)
    return frozenset(row.person_id for row in rows if row.covers(kind))


def stuck_rounds() -> RoundQuerySet:
    """Open rounds that nobody may take on: the list "nobody can decide"."""
    able = Assignment.objects.open().filter(
        round=OuterRef("pk"), person__is_active=True, duty=Duty.REQUIRED
    )
    return Round.objects.open().filter(~Exists(able))
