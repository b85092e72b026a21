"""Who follows a record: who has a part in it, and who chose to."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from core.accounts.models import User
from core.accounts.permissions import may
from core.approvals.models import Assignment
from core.talk.models import Follow
from core.talk.subjects import subject_of

# They were asked, and somebody took it from them again.
RELEASED = (
    Assignment.Closed.REPLACED,
    Assignment.Closed.WITHDRAWN,
    Assignment.Closed.REROUTED,
    Assignment.Closed.LEFT,
)


def _chosen(record: Model, *, is_on: bool) -> Exists:
    rows = Follow.objects.filter(
        record_type=record._meta.label,
        record_id=record.pk,
        person=OuterRef("pk"),
        is_on=is_on,
    )
    return Exists(rows)


def _asked(record: Model) -> QuerySet[Assignment]:
    """Where somebody is or was asked for a decision on it."""
    return Assignment.objects.filter(
        round__record_type=record._meta.label, round__record_id=record.pk
    ).exclude(closed_because__in=RELEASED)


def _has_part(record: Model) -> Q:
    """Who raised it, asked for it, is in charge, or is or was asked for a decision on it."""
    asked = _asked(record).filter(person=OuterRef("pk"))
    return subject_of(record).concerned(record) | Q(Exists(asked))


def followers_of(record: Model) -> QuerySet[User]:
    """The active people who follow a record: by their part, unless they chose not to, or by choice."""
    rows = User.objects.filter(is_active=True)
    return rows.filter(
        Q(_chosen(record, is_on=True))
        | (_has_part(record) & ~Q(_chosen(record, is_on=False)))
    )


def chosen_followers(record: Model) -> QuerySet[User]:
    """Those of them who chose to, or whom a comment made followers."""
    return User.objects.filter(_chosen(record, is_on=True), is_active=True)


def follows(record: Model, user: User) -> bool:
    """Whether an active person follows a record: up to three small queries.

    One as for everybody takes longer to put together than these three to run.
    """
    chosen = Follow.objects.filter(
        record_type=record._meta.label, record_id=record.pk, person=user
    ).values_list("is_on", flat=True)
    for is_on in chosen:
        return is_on and user.is_active
    return user.is_active and (
        is_concerned(record, user) or _asked(record).filter(person=user).exists()
    )


def followed_by(user: User) -> list[Follow]:
    """What a person chose to follow, the latest first."""
    return list(Follow.objects.filter(person=user, is_on=True))


def is_concerned(record: Any, user: User) -> bool:
    """Whether a person raised a record, asked for it or is in charge of it."""
    rows = User.objects.filter(subject_of(record).concerned(record), pk=user.pk)
    return rows.exists()


def may_answer_for(record: Any, user: User) -> bool:
    """Whether a person may answer what another is asked about a record: who has a part in it, an SPV, a
    manager or an administrator."""
    return may(user, "keep_tables") or is_concerned(record, user)
