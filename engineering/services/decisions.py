"""Decide on a change: one person, one revision, one effect."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Status
from core.approvals.policies import Outcome, RuleStep, Vote, missing, outcome
from core.approvals.services.decisions import (
    already_settled,
    checked_remark,
    require_shown,
    same_or_refuse,
)
from core.db.locking import locked
from core.errors import DomainError
from core.http.etags import refuse_lost_write
from core.ledger.models import Event
from core.ledger.services import record
from engineering.models import ChangeDecision, ChangeNotice
from engineering.queries.approval import asked_about, steps_of, votes_on
from engineering.queries.authors import authorship_of, is_author
from engineering.signals import change_decided

VERB = {Status.ACCEPTED: "change.approved", Status.REJECTED: "change.rejected"}


@transaction.atomic
def decide_change(
    *,
    change_id: int,
    by: User,
    status: int,
    remark: str = "",
    revision: int | None = None,
    digest: str = "",
    if_match: str = "",
) -> ChangeDecision:
    """Approve (1) or reject (2) a change as ``by``.

    ``revision`` and ``digest`` name what was shown; they may be left out.
    Deciding the same again is one effect. A yes counts at the open step, and at each step that it
    opens and that asks the same person: nobody is asked twice for one content. Returns the last
    decision. Raises DomainError ``invalid`` (no such status, a
    reject without remark), ``not_found``, ``stale_revision``, ``already_decided``,
    ``illegal_transition`` (settled), ``forbidden``, ``precondition_failed`` (``if_match`` lost).
    """
    why = _("Say why you reject it; the requester reads this.")
    remark = checked_remark(status, remark, why=why)
    change = locked(ChangeNotice.objects.alive(), change_id)
    refuse_lost_write(if_match, lambda: change.etag, currentRevision=change.revision)
    # Under the lock, or an edit could come between what was shown and what is signed
    # (docs/threats.md#f39).
    require_shown(change, revision, digest)
    # Read again here: a role may have been taken away meanwhile (docs/threats.md#t07).
    steps, votes = steps_of(change), votes_on(change)
    # The second of two clicks ends here, and is answered with the first (docs/threats.md#t04).
    if change.status != Status.PENDING or by.pk not in missing(steps, votes):
        return _given_or_refuse(change, by, status, steps)
    return _write_decision(change, by, status, remark, steps, votes)


def _write_decision(
    change: ChangeNotice,
    by: User,
    status: int,
    remark: str,
    steps: list[RuleStep],
    votes: list[Vote],
) -> ChangeDecision:
    """Write the decision at the open step and at those that it opens to the same person.

    The lock is held, so that ``votes`` and what is written here are all there are.
    """
    by_author = is_author(change, by)
    while True:
        decision = ChangeDecision.objects.create(
            change=change,
            approver=by,
            status=status,
            remark=remark,
            step=outcome(steps, votes).step,
            revision=change.revision,
            digest=change.digest,
            decided_at=timezone.now(),
            by_author=by_author,
        )
        votes = [*votes, Vote(by.pk, decision.step, status)]
        event = _apply(change, decision, outcome(steps, votes))
        asked = asked_about(change, steps, votes)
        if by.pk not in asked.deciders:
            break
    change_decided.send(
        ChangeNotice,
        change=change,
        by=by,
        event=event,
        decision=decision,
        asked=asked,
    )
    return decision


def _given_or_refuse(
    change: ChangeNotice, by: User, status: int, steps: list[RuleStep]
) -> ChangeDecision:
    """This person's earlier decision, if it was the same; else raise why this one is refused."""
    given = change.decisions.filter(
        revision=change.revision, approver=by, voided_at=None
    ).last()
    if given is None:
        raise _refusal(change, by, steps)
    return same_or_refuse(given, status)


def _refusal(change: ChangeNotice, by: User, steps: list[RuleStep]) -> DomainError:
    """Why somebody who has not decided may not."""
    if change.status != Status.PENDING:
        return already_settled(change)
    authors = authorship_of([change])[change.pk]
    if authors.is_requester(by.pk, by.ext_id) and not settings.REQUESTER_MAY_DECIDE:
        return DomainError(
            _("You raised or requested this change; somebody else must decide on it."),
            "self_approval",
        )
    if any(by.pk in step.deciders for step in steps):
        return DomainError(
            _("It is not your turn yet: others decide first."), "illegal_transition"
        )
    if authors.is_author(by.pk, by.ext_id):
        return DomainError(
            _("You wrote part of this content; somebody else must decide on it."),
            "self_approval",
        )
    return DomainError(
        _("The approval rule does not name you as an approver."), "forbidden"
    )


def _apply(change: ChangeNotice, decision: ChangeDecision, result: Outcome) -> Event:
    """Carry the outcome over to the record, with its event, in the same transaction."""
    change.status = result.status
    change.approval_date = decision.decided_at
    change.approval_ext_user_id = decision.approver.ext_id
    change.approval_remark = decision.remark
    change.save(
        update_fields=[
            "status",
            "approval_date",
            "approval_ext_user_id",
            "approval_remark",
            "updated_at",
        ]
    )
    return record(
        change,
        VERB[Status(decision.status)],
        by=decision.approver,
        before={"status": int(Status.PENDING)},
        after={"status": change.status, "step": decision.step}
        | ({"byAuthor": True} if decision.by_author else {}),
        revision=change.revision,
        digest=change.digest,
        note=decision.remark,
    )
