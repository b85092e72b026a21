"""Decisions on a change, and the people who may decide now."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Subquery

from core.accounts.models import User
from core.approvals.models import Duty, Substitution
from core.approvals.policies import four_eyes
from core.approvals.queries.ballots import Ballot, ballot_of
from core.approvals.queries.inbox import waiting_records
from core.approvals.queries.rules import people_of, route
from core.approvals.subjects import Able
from core.db.counting import how_many
from core.db.memoize import cached_until
from core.ledger.queries import last_event_id
from engineering.models import ChangeNotice
from engineering.queries.authors import authorship_of

LABEL = ChangeNotice._meta.label
MAX_WAITING = 500  # nobody works through more; the list pages show the rest


def able_to_decide(change: ChangeNotice, people: Collection[User]) -> frozenset[int]:
    """Those of these people who may decide on the present content: four eyes."""
    return able_among([change])(change, people)


def able_among(changes: Collection[ChangeNotice]) -> Able:
    """Who may decide on any of these changes, by one look at their authors."""
    authorship = authorship_of(changes)

    def able(change: ChangeNotice, people: Collection[User]) -> frozenset[int]:
        ext_ids = {person.pk: person.ext_id for person in people if person.ext_id}
        ids = [person.pk for person in people]
        authors = authorship[change.pk].among(ids, ext_ids)
        return four_eyes(ids, authors, settings.AUTHOR_MAY_DECIDE)

    return able


@dataclass(frozen=True, slots=True)
class Asked:
    """The people who may decide on a change now (user ids); nobody once it is settled.

    is_stuck: it is open, and nobody may take it on; kind: its ``RecordKind``.
    """

    deciders: frozenset[int] = frozenset()
    is_stuck: bool = False
    kind: str = ""


def asked_about(ballot: Ballot) -> Asked:
    """Who is asked in a round."""
    return Asked(ballot.deciders, ballot.is_stuck, ballot.round.kind)


def open_deciders(change: ChangeNotice) -> frozenset[int]:
    """User ids of those who may decide now; nobody once it is settled."""
    return ballot_of(change).deciders if change.is_pending else frozenset()


def people_of_route(change: ChangeNotice) -> frozenset[int]:
    """User ids of those whom the open round asks now or will ask; nobody once it is settled."""
    if not change.is_pending:
        return frozenset()
    ballot = ballot_of(change)
    return ballot.deciders | later_people(ballot)


def later_people(ballot: Ballot) -> frozenset[int]:
    """User ids of those whom the steps to come will ask."""
    steps = [step for step in ballot.steps if step.opened_at is None]
    return frozenset(person.pk for step in steps for person in people_of(step))


def is_only_decider(user_id: int, kind: int) -> bool:
    """Whether a change of this kind that this person raises finds nobody else to decide on it."""
    return any(
        {person.pk for person in people_of(step)} == {user_id}
        for step in route(kind, Decimal(0))
        if step.duty == Duty.REQUIRED
    )


def waiting_ids(user_id: int, version: int | None = None) -> list[int]:
    """Ids of the pending changes on which this person may decide now, newest first.

    Remembered until something happens (``version`` is the last event's id), or a few seconds,
    because every page counts them.
    """
    known = last_event_id() if version is None else version
    return cached_until(f"waiting {user_id}", known, lambda: _waiting_now(user_id))


def changes_waiting_for(user_id: int, standing: Collection[Substitution]) -> Subquery:
    """The number of changes on which this person may decide now, as one value of another query."""
    rows = waiting_records(user_id, LABEL, standing)
    return how_many(rows, "round__record_id")


def _waiting_now(user_id: int) -> list[int]:
    rows = waiting_records(user_id, LABEL).order_by("-round__record_id")
    return list(dict.fromkeys(rows[:MAX_WAITING]))
