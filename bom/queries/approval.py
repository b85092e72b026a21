"""PICs of a BOM: those who are asked, have answered, and are waited for."""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import QuerySet

from bom.models import BomApproval, BomDefaultPic
from core.accounts.models import Role, User, UserRole
from core.approvals.models import Decision, Substitution
from core.approvals.models.rounds import DecisionQuerySet
from core.approvals.policies import lacks_second_person
from core.approvals.queries.ballots import Ballot, ballot_of, decision_of
from core.approvals.queries.inbox import waiting_records

LABEL = BomApproval._meta.label


def asked_ids(approval: BomApproval) -> frozenset[int]:
    """Auth server ids of the PICs whose invitation stands."""
    return frozenset(approval.pics.alive().values_list("ext_user_id", flat=True))


def opener_of(approval: BomApproval) -> int | None:
    """Auth server id of the person who put the present revision up; None where PPIC did."""
    is_person = approval.source == BomApproval.Source.PERSON
    return approval.ext_user_id if is_person else None


def able_to_decide(approval: BomApproval, people: Collection[User]) -> frozenset[int]:
    """Everybody who is asked, unless that is the opener alone: their yes never sends a snapshot."""
    ext_ids = {person.ext_id or 0 for person in people}
    if lacks_second_person(ext_ids, opener_of(approval)):
        return frozenset()
    return frozenset(person.pk for person in people)


def given_by(ballot: Ballot) -> Mapping[int, Decision]:
    """Auth server id of each PIC for whom a decision stands -> the decision."""
    found = {
        row.person.ext_id or 0: decision
        for row in ballot.assignments
        if (decision := decision_of(row)) is not None and decision.voided_at is None
    }
    return dict(sorted(found.items(), key=lambda pair: pair[1].pk))


def standing_decisions(ids: Collection[int]) -> DecisionQuerySet:
    """Decisions on these approvals that no new content and no removal has voided."""
    return Decision.objects.filter(record_type=LABEL, record_id__in=ids).standing()


def waiting_for(approval: BomApproval) -> frozenset[int]:
    """Auth server ids of those who have not decided yet; nobody once it is settled."""
    return missing_pics(ballot_of(approval))


def missing_pics(ballot: Ballot) -> frozenset[int]:
    """Auth server ids of those whom a round still asks."""
    return frozenset(row.person.ext_id or 0 for row in ballot.asked)


def boms_waiting_for(
    user: User, standing: Iterable[Substitution] | None = None
) -> QuerySet[BomApproval]:
    """Pending approvals on which this person is asked, may decide and has not decided."""
    asked = waiting_records(user.pk, LABEL, standing)
    return BomApproval.objects.waiting().filter(pk__in=asked)


def default_pics() -> frozenset[int]:
    """The people to ask when nobody is named: the configured ones, else every SPV."""
    chosen = frozenset(BomDefaultPic.objects.values_list("ext_user_id", flat=True))
    spvs = UserRole.objects.filter(role=Role.SPV).values_list("user_id", flat=True)
    return chosen or frozenset(spvs)
