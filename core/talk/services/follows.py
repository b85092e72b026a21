"""Follow a record, and stop; a comment makes followers, too."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from core.accounts.models import User
from core.talk.models import Follow
from core.talk.subjects import Place


@transaction.atomic
def follow(*, place: Place, by: User) -> Follow:
    """Hear of decisions, new revisions and comments from now on; twice is once. Raises DomainError
    ``not_found``."""
    return _choose(place.locked(), by, is_on=True)


@transaction.atomic
def unfollow(*, place: Place, by: User) -> Follow:
    """Hear of it no longer, whatever part one has in it; what asks oneself still comes. Raises
    DomainError ``not_found``."""
    return _choose(place.locked(), by, is_on=False)


def _choose(record: Model, by: User, *, is_on: bool) -> Follow:
    row, is_new = Follow.objects.get_or_create(
        **_about(record),
        person=by,
        defaults={"is_on": is_on, "since": timezone.now()},
    )
    if not is_new and row.is_on != is_on:
        row.is_on, row.since = is_on, timezone.now()
        row.save(update_fields=["is_on", "since"])
    return row


def add_followers(record: Model, people: Iterable[int], author: User) -> None:
    """Those whom a comment names follow its record from now on, and its author unless they chose not
    to; in the caller's transaction."""
    named = set(people)
    rows = Follow.objects.filter(**_about(record), person__in=named, is_on=False)
    rows.update(is_on=True, since=timezone.now())
    Follow.objects.bulk_create(
        [
            Follow(**_about(record), person_id=person, since=timezone.now())
            for person in sorted({*named, author.pk})
        ],
        ignore_conflicts=True,
    )


def _about(record: Model) -> dict[str, object]:
    return {"record_type": record._meta.label, "record_id": record.pk}
