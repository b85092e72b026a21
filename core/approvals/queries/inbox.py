"""What waits for a person: their own assignments, and those of the people they stand in for."""

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from core.accounts.models import User
from core.approvals.models import Assignment, Duty, Round, Substitution
from core.approvals.models.rounds import RoundQuerySet


def stands_in_for(user_id: int) -> list[Substitution]:
    """The substitutions in force today in which this person decides for others."""
    rows = Substitution.objects.on(timezone.localdate()).filter(substitute=user_id)
    return list(rows)


def assignments_of(
    user_id: int, standing: Iterable[Substitution] | None = None
) -> QuerySet[Assignment]:
    """Open assignments on which this person may decide: own, and on behalf of others.

    standing: ``stands_in_for`` this person, where it is known already.
    """
    mine = Q(person=user_id)
    for row in stands_in_for(user_id) if standing is None else standing:
        other = Q(person=row.person_id) & ~Q(round__opened_by=user_id)
        mine |= other & (Q(round__kind__in=row.kinds) if row.kinds else Q())
    return Assignment.objects.open().filter(mine, round__state=Round.State.OPEN)


def waiting_records(
    user_id: int, label: str, standing: Iterable[Substitution] | None = None
) -> QuerySet[Assignment, int]:
    """Ids of the records of one model that wait for this person."""
    rows = assignments_of(user_id, standing).filter(round__record_type=label)
    return rows.values_list("round__record_id", flat=True)


def records_asking(ext_user_id: int, label: str) -> QuerySet[Assignment, int]:
    """Ids of the records of one model whose open step waits for a person, in that person's own name."""
    rows = Assignment.objects.open().filter(
        person__ext_id=ext_user_id,
        duty=Duty.REQUIRED,
        round__state=Round.State.OPEN,
        round__record_type=label,
        step__opened_at__isnull=False,
        step__closed_at=None,
    )
    return rows.values_list("round__record_id", flat=True)


def is_approver(user_id: int) -> bool:
    """Whether a decision is or was ever asked of this person, or is of one they stand in for."""
    own = Assignment.objects.filter(person=user_id)
    return own.exists() or assignments_of(user_id).exists()


def records_shown(user_id: int, label: str) -> QuerySet[Round, int]:
    """Ids of the records of one model on which a decision is or was asked of this person."""
    own = Assignment.objects.filter(person=user_id)
    mine = Q(pk__in=own.values("round")) | Q(
        pk__in=assignments_of(user_id).values("round")
    )
    rows = Round.objects.filter(mine, record_type=label)
    return rows.values_list("record_id", flat=True)


def is_asked_about(user_id: int, record_type: str, record_id: int) -> bool:
    """Whether something is asked of this person, in their own name, about a record."""
    rows = Assignment.objects.waiting_on(record_type, record_id)
    return rows.filter(person=user_id).exists()


def substitutes_of(user_id: int, kind: str) -> list[User]:
    """The active people who stand in for a person today, for this kind of record."""
    return [row.substitute for row in _in_place_of([user_id], kind)]


def stand_ins(people: Collection[int], kind: str) -> dict[int, list[int]]:
    """User ids of the active people who stand in today, by that of the person they stand in for."""
    found: dict[int, list[int]] = {}
    for row in _in_place_of(people, kind):
        found.setdefault(row.person_id, []).append(row.substitute_id)
    return found


def _in_place_of(people: Collection[int], kind: str) -> list[Substitution]:
    """The substitutions of today for these people, by somebody active."""
    rows = Substitution.objects.on(timezone.localdate()).filter(
        person__in=list(people), substitute__is_active=True
    )
    return [row for row in rows.select_related("substitute") if row.covers(kind)]


def people_who_may(record: Model) -> frozenset[int]:
    """User ids of those who are asked about a record now, and of their substitutes of today."""
    rows = Assignment.objects.waiting_on(record._meta.label, record.pk)
    pairs = list(rows.values_list("person_id", "round__kind"))
    asked = {person for person, _kind in pairs}
    return with_substitutes(asked, pairs[0][1]) if pairs else frozenset()


def with_substitutes(people: Collection[int], kind: str) -> frozenset[int]:
    """User ids of these people and of those who stand in for them today."""
    others = stand_ins(people, kind) if people else {}
    return frozenset(people).union(*others.values())


def substitutes_to_tell(record: Model, people: Collection[int]) -> dict[int, list[int]]:
    """User ids of those who stand in for some of these people on a record, by the person; without
    those who are asked themselves, and without who put it up."""
    found = Round.objects.about(record).open().first() if people else None
    others = stand_ins(people, found.kind) if found else {}
    left_out = {*people, found and found.opened_by_id}
    return {
        person: [each for each in rows if each not in left_out]
        for person, rows in others.items()
    }


def behalf_names(
    user_id: int, standing: Sequence[Substitution]
) -> dict[tuple[str, int], str]:
    """Names of those for whom this person decides, by model and id of the record that waits; nothing
    for records on which they are asked themselves. standing: ``stands_in_for`` this person."""
    if not standing:
        return {}
    rows = (
        assignments_of(user_id, standing)
        .order_by("id")
        .values_list(
            "round__record_type", "round__record_id", "person_id", "person__name"
        )
    )
    found: dict[tuple[str, int], dict[int, str]] = {}
    for label, record, asked, name in rows:
        found.setdefault((label, record), {})[asked] = name
    return {
        place: ", ".join(names.values())
        for place, names in found.items()
        if user_id not in names
    }


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
