"""Who has decided on a change, and who may now."""

from collections.abc import Iterable

from core.approvals.policies import Step, Vote, missing
from core.approvals.queries import RuleBook, rule_book
from engineering.models import ChangeDecision, ChangeNotice
from engineering.permissions import excluded_decider

MAX_WAITING = 500  # nobody works through more; the list pages show the rest


def steps_of(change: ChangeNotice, rules: RuleBook | None = None) -> list[Step]:
    """The steps that the rule in force asks of this change."""
    book = rules or rule_book()
    return book.steps(change.kind, change.net, without=excluded_decider(change))


def votes_on(change: ChangeNotice) -> list[Vote]:
    """The decisions on the present revision."""
    return votes(change.decisions.filter(revision=change.revision, voided_at=None))


def votes(rows: Iterable[ChangeDecision]) -> list[Vote]:
    """Decisions as the policy counts them."""
    return [Vote(row.approver_id, row.step, row.status) for row in rows]


def open_deciders(change: ChangeNotice) -> frozenset[int]:
    """User ids of those who may decide now; nobody once it is settled."""
    return (
        missing(steps_of(change), votes_on(change))
        if change.is_pending
        else frozenset()
    )


def waiting_ids(user_id: int) -> list[int]:
    """Ids of the pending changes on which this person may decide now, newest first."""
    rows = list(
        ChangeNotice.objects.waiting()
        .defer("search_text")
        .order_by("-id")[:MAX_WAITING]
    )
    cast = _votes_by_change([row.pk for row in rows])
    rules = rule_book()
    return [
        row.pk
        for row in rows
        if user_id in missing(steps_of(row, rules), cast.get(row.pk, ()))
    ]


def _votes_by_change(ids: list[int]) -> dict[int, list[Vote]]:
    cast: dict[int, list[Vote]] = {}
    for row in ChangeDecision.objects.filter(change__in=ids, voided_at=None):
        cast.setdefault(row.change_id, []).extend(votes([row]))
    return cast
