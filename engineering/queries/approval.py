"""Decisions on a change, and the people who may decide now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db.models import Exists, OuterRef

from core.approvals.policies import RuleStep, Vote, four_eyes, missing
from core.approvals.queries import RuleBook, rule_book
from core.db.memoize import cached_until
from core.ledger.queries import last_event_id
from engineering.models import ChangeDecision, ChangeNotice
from engineering.permissions import ChangeUnderRule
from engineering.queries.authors import Authorship, authorship_of

COLUMNS = (
    "pk",
    "revision",
    "kind",
    "net",
    "requester_id",
    "created_by_id",
    "ext_user_id",
)
MAX_WAITING = 500  # nobody works through more; the list pages show the rest


def steps_of(
    change: ChangeUnderRule,
    rules: RuleBook | None = None,
    authorship: Authorship | None = None,
) -> list[RuleStep]:
    """The steps that the rule in force asks of this change, without who may not decide on it."""
    book = rules or rule_book()
    authors = authorship or authorship_of([change])[change.pk]
    return [
        four_eyes(
            step,
            authors.among(step.deciders, book.ext_ids),
            settings.AUTHOR_MAY_DECIDE,
        )
        for step in book.steps(change.kind, change.net)
    ]


def votes_on(change: ChangeNotice) -> list[Vote]:
    """The decisions on the present revision."""
    return votes(change.decisions.filter(revision=change.revision, voided_at=None))


def votes(rows: Iterable[ChangeDecision]) -> list[Vote]:
    """Decisions as the policy counts them."""
    return [Vote(row.approver_id, row.step, row.status) for row in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """The people who may decide on a change now (user ids); nobody once it is settled.

    is_stuck: the rule names people, but all of them are authors of the change.
    """

    deciders: frozenset[int] = frozenset()
    is_stuck: bool = False


def asked_about(
    change: ChangeNotice, steps: Sequence[RuleStep], votes: Sequence[Vote] = ()
) -> Asked:
    """Who is asked, by the steps that ``steps_of`` gave and the decisions on this revision."""
    if not change.is_pending:
        return Asked()
    deciders = missing(steps, votes)
    is_named = any(step.deciders or step.barred for step in steps)
    return Asked(deciders, is_stuck=is_named and not deciders)


def open_deciders(change: ChangeNotice) -> frozenset[int]:
    """User ids of those who may decide now; nobody once it is settled."""
    if not change.is_pending:
        return frozenset()
    return asked_about(change, steps_of(change), votes_on(change)).deciders


def is_only_decider(user_id: int, kind: int) -> bool:
    """Whether a change of this kind that this person raises finds nobody else to decide on it."""
    steps = rule_book().steps(kind, Decimal(0))
    return any(step.deciders == {user_id} for step in steps)


def waiting_ids(user_id: int, version: int | None = None) -> list[int]:
    """Ids of the pending changes on which this person may decide now, newest first.

    Remembered until something happens (``version`` is the last event's id), or a few seconds,
    because every page counts them; the service asks the rules anew.
    """
    known = last_event_id() if version is None else version
    return cached_until(f"waiting {user_id}", known, lambda: _waiting_now(user_id))


def _waiting_now(user_id: int) -> list[int]:
    counted = ChangeDecision.objects.filter(change=OuterRef("pk"), voided_at=None)
    rows = (
        ChangeNotice.objects.waiting()
        .annotate(has_votes=Exists(counted))
        .order_by("-id")
    )
    pending = list(rows.values_list(*COLUMNS, "has_votes", named=True)[:MAX_WAITING])
    if not pending:
        return []
    decided = _votes_by_change([row.pk for row in pending if row.has_votes])
    rules, authors = rule_book(), authorship_of(pending)
    return [
        row.pk
        for row in pending
        if user_id
        in missing(steps_of(row, rules, authors[row.pk]), decided.get(row.pk, ()))
    ]


def _votes_by_change(ids: list[int]) -> dict[int, list[Vote]]:
    decided: dict[int, list[Vote]] = {}
    if not ids:
        return decided
    rows = ChangeDecision.objects.filter(change__in=ids, voided_at=None)
    for change, person, step, status in rows.values_list(
        "change_id", "approver_id", "step", "status"
    ):
        decided.setdefault(change, []).append(Vote(person, step, status))
    return decided
