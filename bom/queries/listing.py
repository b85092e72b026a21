"""Lists of BOM approvals: search, filters, order, counts, missing PICs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from bom.models import BomApproval, BomApprovalPic, BomIndex
from bom.queries.approval import standing_decisions
from core.accounts.models import User
from core.accounts.queries import PersonRef, people_by_id
from core.approvals.models import Status
from core.db.paging import in_order
from core.db.ranking import Match, beginning_with, best_of, newest_matching
from core.db.search import matching
from core.integrations import upstreams
from core.ledger.models import Delivery
from core.text.ids import as_id

SORTS = {
    "name": ("name", "id"),
    "status": ("status", "id"),
    "opened": ("opened_at", "id"),
    "revision": ("revision", "id"),
}


def found_boms(text: str) -> QuerySet[BomApproval]:
    """Live approvals whose name and PPIC id hold every word, or part of one."""
    return matching(BomApproval.objects.alive(), text, BomIndex)


def best_boms(text: str, limit: int) -> list[tuple[BomApproval, Match]]:
    """The live approvals that fit best: by PPIC's id, by the beginning of the name, by words."""
    rows = BomApproval.objects.alive().defer("search_text")
    number = as_id(text.strip())
    exact = rows.none() if number is None else rows.filter(ext_bom_leveled_id=number)
    tiers = (
        (Match.NUMBER, exact),
        (Match.NAME, beginning_with(rows, "name", text)),
        (Match.WORDS, newest_matching(rows, text, BomIndex)),
    )
    return best_of(tiers, limit)


def sorted_boms(rows: QuerySet[BomApproval], sort: str) -> QuerySet[BomApproval]:
    """By one of the allowed columns, ``-`` for descending; newest first otherwise."""
    columns = SORTS.get(sort.lstrip("-"))
    if not columns:
        return rows.order_by("-id")
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(*(sign + column for column in columns))


Groups = dict[int, set[int]]
Votes = dict[int, dict[int, int]]
NAMED = 3


@dataclass(frozen=True, slots=True)
class BomLine:
    """One row of the list, its words ready: a template that makes them takes twice as long.

    ``facts``: id, revision and source in one line; ``status``: the word for where it stands;
    ``who``: the first of those who are missing.
    """

    approval: BomApproval
    key: str
    facts: str
    status: str
    who: str
    jobs: str
    asked: int
    given: int
    refused: int
    missing: list[PersonRef]
    is_mine: bool
    delivery: str


def bom_lines(ids: Sequence[int], user: User) -> list[BomLine]:
    """Rows of the list for these approvals; four queries however many rows."""
    rows = in_order(with_snapshot(BomApproval.objects.filter(pk__in=ids)), ids)
    asked, votes = _asked(ids), _votes(ids)
    waiting = _missing(rows, asked, votes)
    names = people_by_id(person for people in waiting.values() for person in people)
    jobs = job_names()
    # Once and not for each row: Django looks a word up anew each time.
    sources = {key: str(label) for key, label in BomApproval.Source.choices}
    statuses = {key: str(label) for key, label in Status.choices}
    revision = _("revision %(number)d")
    missing = {
        key: [names[person] for person in sorted(people)]
        for key, people in waiting.items()
    }
    return [
        BomLine(
            approval=row,
            key=str(row.ext_bom_leveled_id),
            facts=" · ".join(
                (
                    str(row.ext_bom_leveled_id),
                    revision % {"number": row.revision},
                    sources[row.source],
                )
            ),
            status=statuses[row.status],
            who=_first(missing[row.pk]),
            jobs=jobs.get(row.ext_bom_leveled_id, ""),
            asked=len(asked.get(row.pk, ())),
            given=_count(asked, votes, row.pk, Status.ACCEPTED),
            refused=_count(asked, votes, row.pk, Status.REJECTED),
            missing=missing[row.pk],
            is_mine=user.ext_id in waiting[row.pk],
            delivery=_delivery(row),
        )
        for row in rows
    ]


def _first(missing: Sequence[PersonRef]) -> str:
    """Three names, and how many more."""
    more = f" +{len(missing) - NAMED}" if len(missing) > NAMED else ""
    return ", ".join(str(face) for face in missing[:NAMED]) + more


def _delivery(row: BomApproval) -> str:
    """State of the snapshot; one that PPIC has of an earlier revision says nothing of this."""
    state = getattr(row, "snapshot", None) or ""
    is_earlier = row.status != Status.ACCEPTED
    return "" if is_earlier and state == Delivery.State.DELIVERED else state


def missing_by_approval(rows: Sequence[BomApproval]) -> dict[int, set[int]]:
    """Auth server ids of the PICs who have not decided, by approval; two queries for all rows."""
    ids = [row.pk for row in rows]
    return _missing(rows, _asked(ids), _votes(ids))


def _missing(
    rows: Sequence[BomApproval], asked: Groups, votes: Votes
) -> dict[int, set[int]]:
    return {
        row.pk: asked.get(row.pk, set()) - votes.get(row.pk, {}).keys()
        if row.is_pending
        else set()
        for row in rows
    }


def _asked(ids: Sequence[int]) -> Groups:
    rows = BomApprovalPic.objects.alive().filter(approval__in=ids)
    found: Groups = {}
    for key, person in rows.values_list("approval_id", "ext_user_id"):
        found.setdefault(key, set()).add(person)
    return found


def _votes(ids: Sequence[int]) -> Votes:
    """The standing decisions: by approval, then by the auth server's id of who was asked."""
    rows = standing_decisions(ids).order_by()
    found: Votes = {}
    columns = ("record_id", "assignment__person__ext_id", "status")
    for key, person, status in rows.values_list(*columns):
        found.setdefault(key, {})[person or 0] = status
    return found


def _count(asked: Groups, votes: Votes, key: int, status: Status) -> int:
    decisions = votes.get(key, {})
    return sum(decisions.get(person) == status for person in asked.get(key, ()))


def with_snapshot(rows: QuerySet[BomApproval]) -> QuerySet[BomApproval]:
    """The approvals, each with where its newest snapshot stands, as ``snapshot``."""
    owed = Delivery.objects.filter(
        record_type=BomApproval._meta.label, record_id=OuterRef("pk")
    )
    newest = Subquery(owed.order_by("-id").values("state")[:1])
    return rows.annotate(snapshot=newest)


def job_names() -> dict[int, str]:
    """The jobs in which a BOM is used, by PPIC's id of the BOM (cached reading)."""
    found: dict[int, list[str]] = {}
    for job in upstreams.ppic().jobs().value.values():
        for bom_id in job.bom_ids:
            found.setdefault(bom_id, []).append(job.name)
    return {bom_id: ", ".join(names) for bom_id, names in found.items()}


@dataclass(frozen=True, slots=True)
class BomTotals:
    """Number of approvals in a list, by state."""

    count: int
    waiting: int
    approved: int
    rejected: int


def bom_totals(rows: QuerySet[BomApproval]) -> BomTotals:
    """Counts over a whole list, in one query."""
    found = rows.order_by().aggregate(
        count=Count("pk"),
        waiting=Count("pk", filter=Q(status=0)),
        approved=Count("pk", filter=Q(status=1)),
        rejected=Count("pk", filter=Q(status=2)),
    )
    return BomTotals(**{name: value or 0 for name, value in found.items()})
