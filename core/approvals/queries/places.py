"""The assignment on which a person may decide: their own, or that of somebody they stand in for."""

from typing import Any

from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Assignment
from core.approvals.queries.ballots import Ballot
from core.approvals.queries.inbox import people_covered
from core.approvals.subjects import subject_of
from core.errors import DomainError


def place_of(
    record: Any, ballot: Ballot, by: User, on_behalf_of: int | None = None
) -> Assignment | None:
    """The open assignment on which this person may decide, or None.

    on_behalf_of: the auth server's id of the person who was asked, for a substitute; left out, the
    own assignment counts, and else that of the only person this one stands in for. Raises DomainError
    ``forbidden`` (no substitute of that person today), ``self_approval`` (an author).
    """
    if on_behalf_of not in {None, by.ext_id}:
        return _place_of_other(record, ballot, by, on_behalf_of)
    own = ballot.own(by)
    if own is not None:
        return own if _is_able(record, ballot, own, by) else None
    covered = people_covered(by, ballot.round.kind) if ballot.asked else frozenset()
    places = [row for row in ballot.asked if row.person_id in covered]
    is_one = len(places) == 1 and _is_able(record, ballot, places[0], by)
    return places[0] if is_one else None


def _place_of_other(
    record: Any, ballot: Ballot, by: User, ext_id: int | None
) -> Assignment | None:
    place = next((row for row in ballot.asked if row.person.ext_id == ext_id), None)
    if place is None:
        return None
    if place.person_id not in people_covered(by, ballot.round.kind):
        raise DomainError(
            _("You do not stand in for %s today.") % place.person, "forbidden"
        )
    if not _is_able(record, ballot, place, by):
        raise DomainError(
            _("You raised this record or wrote part of it; a substitute may not."),
            "self_approval",
        )
    return place


def _is_able(record: Any, ballot: Ballot, place: Assignment, by: User) -> bool:
    """Four eyes, asked again: the settings may have changed since the step opened."""
    others = [
        row.person
        for row in ballot.assignments
        if row.step_id == place.step_id
        and row.person_id != by.pk
        and (row.is_open or row.closed_because == Assignment.Closed.DECIDED)
    ]
    subject = subject_of(record)
    if place.person_id != by.pk and by.pk in subject.requesters(record):
        return False
    return by.pk in subject.able(record, [by, *others])
