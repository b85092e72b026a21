"""Decide on a change: one person, one revision, one effect."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.services import reauth_required
from core.approvals.models import Assignment, Decision, Status
from core.approvals.queries.ballots import STATUS, Ballot, ballot_of
from core.approvals.queries.places import place_of
from core.approvals.queries.rules import people_of
from core.approvals.services.decisions import (
    Signature,
    already_settled,
    checked_remark,
    on_behalf,
    require_shown,
    same_or_refuse,
    sign,
)
from core.db.locking import locked
from core.errors import DomainError
from core.http.etags import refuse_lost_write
from core.ledger.models import Event
from core.ledger.services import record
from engineering.models import ChangeNotice
from engineering.queries.approval import asked_about
from engineering.queries.authors import authorship_of
from engineering.queries.thresholds import decisions_need_reentry
from engineering.signals import change_decided

VERB = {
    Status.ACCEPTED: "change.approved",
    Status.REJECTED: "change.rejected",
    Status.RETURNED: "change.returned",
}


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
    on_behalf_of: int | None = None,
    door: str = Decision.Door.PORTAL,
    confirmed: str = "",
) -> Decision:
    """Approve (1), reject (2) or send back for rework (3) a change as ``by``.

    ``revision`` and ``digest`` name what was shown; they may be left out. ``on_behalf_of``: the auth
    server's id of the person for whom a substitute decides; ``door`` and ``confirmed`` as in
    ``Decision``. Deciding the same again is one effect. A yes counts at the open step, and at each
    step that it opens and that asks the same person: nobody is asked twice for one content. Returns
    the last decision. Raises DomainError ``invalid`` (no such status, no remark where one is
    needed), ``not_found``, ``stale_revision``, ``already_decided``, ``illegal_transition``
    (settled, or not yet their turn), ``forbidden``, ``self_approval``, ``reauth_required``, ``precondition_failed``
    (``if_match`` lost).
    """
    why = _("Say why you reject it; the requester reads this.")
    remark = checked_remark(status, remark, why=why)
    change = locked(ChangeNotice.objects.alive(), change_id)
    refuse_lost_write(if_match, lambda: change.etag, currentRevision=change.revision)
    # Under the lock, or an edit could come between what was shown and what is signed
    # (docs/threats.md#f39).
    require_shown(change, revision, digest)
    # Here, too, so that no door can forget it; and an edit may have made it dear meanwhile.
    if not confirmed and decisions_need_reentry([change]):
        raise reauth_required()
    ballot = ballot_of(change)
    place = place_of(change, ballot, by, on_behalf_of)
    # The second of two clicks ends here, and is answered with the first (docs/threats.md#t04).
    if place is None:
        return _given_or_refuse(change, ballot, by, status)
    author = authorship_of([change])[change.pk].is_author(by.pk, by.ext_id)
    said = Signature(by, status, remark, door, confirmed, by_author=author)
    return _decided(change, ballot, place, said)


def _decided(
    change: ChangeNotice, ballot: Ballot, place: Assignment, said: Signature
) -> Decision:
    """Write the decision at the open step and at those that it opens to the same person.

    The lock is held, so that the ballot and what is written here are all there is.
    """
    next_place: Assignment | None = place
    while next_place is not None:
        decision = sign(change, ballot, next_place, said)
        event = _apply(change, decision, ballot)
        is_own = decision.on_behalf_of_id is None
        next_place = ballot.own(said.by) if is_own else None
    change_decided.send(
        ChangeNotice,
        change=change,
        by=said.by,
        event=event,
        decision=decision,
        asked=asked_about(ballot),
    )
    return decision


def _given_or_refuse(
    change: ChangeNotice, ballot: Ballot, by: User, status: int
) -> Decision:
    """This person's earlier decision, if it was the same; else raise why this one is refused."""
    given = [row for row in ballot.decisions if row.approver_id == by.pk]
    if not given:
        raise _refusal(change, ballot, by)
    return same_or_refuse(given[-1], status)


def _refusal(change: ChangeNotice, ballot: Ballot, by: User) -> DomainError:
    """Why somebody who has not decided may not."""
    if change.status != Status.PENDING:
        return already_settled(change)
    authors = authorship_of([change])[change.pk]
    if authors.is_requester(by.pk, by.ext_id) and not settings.REQUESTER_MAY_DECIDE:
        return DomainError(
            _("You raised or requested this change; somebody else must decide on it."),
            "self_approval",
        )
    later = (people_of(step) for step in ballot.steps if step.opened_at is None)
    if any(by.pk in {person.pk for person in people} for people in later):
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


def _apply(change: ChangeNotice, decision: Decision, ballot: Ballot) -> Event:
    """Carry the outcome over to the record, with its event, in the same transaction."""
    change.status = STATUS[ballot.round.state]
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
        after=_effect(change, decision),
        revision=change.revision,
        digest=change.digest,
        note=decision.remark,
    )


def _effect(change: ChangeNotice, decision: Decision) -> dict[str, Any]:
    """What the history keeps of a decision, beside who and when."""
    said: dict[str, Any] = {"status": change.status, "step": decision.step}
    if decision.by_author:
        said["byAuthor"] = True
    if decision.confirmed:
        said["confirmed"] = decision.confirmed
    return said | on_behalf(decision)
