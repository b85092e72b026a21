"""The PICs of a BOM in the round of its present revision."""

from collections.abc import Iterable

from django.utils import timezone

from bom.models import BomApproval
from bom.queries.approval import able_to_decide, asked_ids
from core.accounts.models import User
from core.accounts.services import ensure_users
from core.approvals.models import Assignment, Needed, RecordKind, RoundStep
from core.approvals.queries.ballots import Ballot, ballot_of, decision_of
from core.approvals.queries.rules import PlannedStep
from core.approvals.services.routes import assign, close_assignments, open_round

Because, Closed = Assignment.Because, Assignment.Closed


def put_up(approval: BomApproval, asked: Iterable[int], by: User | None) -> Ballot:
    """Open a round in which every PIC (auth server ids) must agree."""
    people = ensure_users(asked, even_unknown=True)
    step = PlannedStep(mode=Needed.EVERYONE, people=people)
    return open_round(approval, kind=RecordKind.BOM, steps=[step], by=by)


def ask_pics(approval: BomApproval) -> None:
    """Ask those PICs of a pending approval whom its round does not ask yet."""
    ballot, step = _one_step(approval)
    ids = ensure_users(asked_ids(approval), even_unknown=True)
    step.people = ids
    step.save(update_fields=["people"])
    people = list(User.objects.filter(pk__in=ids, is_active=True))
    known = {row.person_id for row in ballot.assignments if _counts(row)}
    able = able_to_decide(approval, people) - known
    new = [(person, str(Because.INVITATION)) for person in people if person.pk in able]
    assign(ballot, step, new)


def stop_asking(approval: BomApproval, ext_user_id: int) -> None:
    """A PIC was removed: nothing is asked of them, and what they decided is void."""
    ballot, step = _one_step(approval)
    now = timezone.now()
    theirs = [row for row in ballot.assignments if row.person.ext_id == ext_user_id]
    close_assignments([row for row in theirs if row.is_open], Closed.WITHDRAWN, now)
    decided = approval.decisions.standing().filter(assignment__in=theirs)
    decided.update(voided_at=now)
    step.people = [
        key for key in step.people if key not in {row.person_id for row in theirs}
    ]
    step.save(update_fields=["people"])


def _one_step(approval: BomApproval) -> tuple[Ballot, RoundStep]:
    """A BOM has one step."""
    ballot = ballot_of(approval)
    return ballot, ballot.steps[0]


def _counts(row: Assignment) -> bool:
    """Whether somebody is asked, or has decided and was not removed since."""
    decision = decision_of(row)
    return row.is_open or (decision is not None and decision.voided_at is None)
