"""PICs of a BOM: those who are asked, have answered, and are waited for."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from bom.models import BomApproval, BomApprovalPic, BomDecision, BomDefaultPic
from core.accounts.models import Role, User, UserRole
from core.approvals.policies import (
    EVERYONE,
    Outcome,
    RuleStep,
    Vote,
    lacks_second_person,
    missing,
    outcome,
)


def asked_ids(approval: BomApproval) -> frozenset[int]:
    """Auth server ids of the PICs whose invitation stands."""
    return frozenset(approval.pics.alive().values_list("ext_user_id", flat=True))


def standing_decisions(approval: BomApproval) -> QuerySet[BomDecision]:
    """Decisions on the present revision, by people who are still asked."""
    rows = approval.decisions.filter(revision=approval.revision, voided_at=None)
    return rows.select_related("approver").order_by("id")


@dataclass(frozen=True, slots=True)
class Ballot:
    """The PICs of a BOM and their answers on the present revision, read once under its lock."""

    asked: frozenset[int]
    decisions: list[BomDecision]

    @property
    def by_person(self) -> dict[int, BomDecision]:
        """Auth server id of each who has decided -> the decision."""
        return {row.approver.ext_id or 0: row for row in self.decisions}

    @property
    def outcome(self) -> Outcome:
        """The outcome: everyone who is asked must agree, one no ends it."""
        return outcome([RuleStep(EVERYONE, self.asked)], votes(self.decisions))

    @property
    def missing(self) -> frozenset[int]:
        """Auth server ids of those who have not decided; nobody once it is settled."""
        return missing([RuleStep(EVERYONE, self.asked)], votes(self.decisions))


def ballot_of(approval: BomApproval) -> Ballot:
    """The PICs of a BOM and their decisions on its present revision, by two queries."""
    return Ballot(asked_ids(approval), list(standing_decisions(approval)))


def votes(rows: Iterable[BomDecision]) -> list[Vote]:
    """Decisions as the policy counts them; people are known by the auth server's id."""
    return [Vote(row.approver.ext_id or 0, 0, row.status) for row in rows]


def waiting_for(approval: BomApproval) -> frozenset[int]:
    """Auth server ids of those who have not decided yet; nobody once it is settled."""
    ballot = ballot_of(approval)
    is_stuck = lacks_second_person(ballot.asked, opener_of(approval))
    return ballot.missing if approval.is_pending and not is_stuck else frozenset()


def opener_of(approval: BomApproval) -> int | None:
    """Auth server id of the person who put the present revision up; None where PPIC did."""
    is_person = approval.source == BomApproval.Source.PERSON
    return approval.ext_user_id if is_person else None


def may_decide(approval: BomApproval, ballot: Ballot, user: User) -> bool:
    """Whether this person's decision is wanted, and would count."""
    return (
        approval.is_pending
        and user.ext_id in ballot.asked
        and user.ext_id not in ballot.by_person
        and not lacks_second_person(ballot.asked, opener_of(approval))
    )


def boms_waiting_for(user: User) -> QuerySet[BomApproval]:
    """Pending approvals on which this person is asked, may decide and has not decided."""
    pics = BomApprovalPic.objects.alive().filter(approval=OuterRef("pk"))
    asked, others = (
        pics.filter(ext_user_id=user.ext_id or 0),
        pics.exclude(ext_user_id=user.ext_id or 0),
    )
    own = Q(source=BomApproval.Source.PERSON, ext_user_id=user.ext_id or 0)
    decided = BomDecision.objects.filter(
        approval=OuterRef("pk"),
        revision=OuterRef("revision"),
        approver=user,
        voided_at=None,
    )
    rows = BomApproval.objects.waiting().filter(Exists(asked), ~Exists(decided))
    return rows.filter(~own | Exists(others))


def default_pics() -> frozenset[int]:
    """The people to ask when nobody is named: the configured ones, else every SPV."""
    chosen = frozenset(BomDefaultPic.objects.values_list("ext_user_id", flat=True))
    spvs = UserRole.objects.filter(role=Role.SPV).values_list("user_id", flat=True)
    return chosen or frozenset(spvs)
