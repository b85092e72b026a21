"""Decide on a BOM: the own row, on the revision that was shown; the last yes owes the snapshot."""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bom.models import BomApproval, BomRevision
from bom.queries.approval import asked_ids, opener_of
from bom.queries.wire import entity_tag
from bom.signals import bom_decided
from core.accounts.models import User
from core.approvals.models import Decision, Status
from core.approvals.policies import lacks_second_person
from core.approvals.queries.ballots import STATUS, Ballot, ballot_of
from core.approvals.queries.places import place_of
from core.approvals.services.decisions import (
    Signature,
    already_settled,
    checked_remark,
    on_behalf,
    require_shown,
    same_or_refuse,
    sign,
)
from core.db.locking import locked_one
from core.errors import DomainError
from core.http.etags import refuse_lost_write
from core.ledger.services import create_delivery, record

VERB = {
    Status.ACCEPTED: "bom.approved",
    Status.REJECTED: "bom.rejected",
    Status.RETURNED: "bom.returned",
}
EACH = "each"


class Decided(NamedTuple):
    """A decision, and the approval and its round as they are after it: read once, under the lock."""

    decision: Decision
    approval: BomApproval
    ballot: Ballot


def decide_bom(
    *,
    ext_bom_id: int,
    by: User,
    status: int,
    remark: str = "",
    revision: int | None,
    digest: str,
    confirmed: str = "",
    if_match: str = "",
    on_behalf_of: int | None = None,
    door: str = Decision.Door.PORTAL,
) -> Decided:
    """Approve (1), reject (2) or send back (3) as a PIC, on the revision and digest that were shown.

    ``confirmed``: what was entered again to sign (``Decision.Confirmed``) and was right; needed when
    ``SIGNATURE_REAUTH`` is ``each``. ``on_behalf_of``: the auth server's id of the PIC for whom a
    substitute decides. The last yes freezes the content and owes PPIC the snapshot in the
    same transaction. Raises DomainError ``invalid``, ``reauth_required``, ``not_found``,
    ``stale_revision``, ``forbidden``, ``already_decided``, ``illegal_transition``,
    ``self_approval``, ``precondition_failed`` (``if_match`` lost).
    """
    remark = checked_remark(status, remark)
    if settings.SIGNATURE_REAUTH == EACH and not confirmed:
        raise DomainError(_("Enter your password to sign."), "reauth_required")
    with transaction.atomic():
        approval = locked_bom(ext_bom_id)
        require_present(approval, if_match)
        _require_known(approval)
        _require_shown(approval, revision, digest)
        is_opener = by.ext_id == opener_of(approval)
        said = Signature(by, status, remark, door, confirmed, by_author=is_opener)
        return _decided(approval, said, on_behalf_of)


def _decided(
    approval: BomApproval, said: Signature, on_behalf_of: int | None
) -> Decided:
    """The decision on the locked approval, new or given before."""
    # Under the lock: a PIC may have been removed a moment ago (docs/threats.md#t07).
    ballot = ballot_of(approval)
    place = place_of(approval, ballot, said.by, on_behalf_of)
    if place is None:
        given = _given_or_refuse(approval, ballot, said)
        return Decided(given, approval, ballot)
    decision = sign(approval, ballot, place, said)
    _apply(approval, decision, ballot)
    return Decided(decision, approval, ballot)


def _given_or_refuse(
    approval: BomApproval, ballot: Ballot, said: Signature
) -> Decision:
    """This person's earlier decision, if it was the same; else raise why this one is refused."""
    asked, by = asked_ids(approval), said.by
    given = [row for row in ballot.decisions if row.approver_id == by.pk]
    # A PIC for whom a substitute decided has decided, too.
    given += [row for row in ballot.decisions if row.on_behalf_of_id == by.pk]
    if by.ext_id not in asked and not given:
        raise DomainError(_("You are not a PIC of this BOM."), "forbidden")
    # Before the state is asked: the second click of the last PIC meets an approval that the
    # first one settled (docs/threats.md#f36).
    if given:
        return same_or_refuse(given[0], said.status)
    if not approval.is_pending:
        raise already_settled(approval)
    if lacks_second_person(asked, opener_of(approval)):
        raise DomainError(
            _(
                "The person who put this BOM up cannot approve it alone. Invite another PIC first."
            ),
            "self_approval",
        )
    raise DomainError(_("You are not a PIC of this BOM."), "forbidden")


def locked_bom(ext_bom_id: int) -> BomApproval:
    """The approval of PPIC's BOM, locked; raises DomainError ``not_found``."""
    rows = BomApproval.objects.alive()
    return locked_one(rows.filter(ext_bom_leveled_id=ext_bom_id))


def require_present(approval: BomApproval, if_match: str) -> None:
    """The approval is locked. Raises DomainError ``precondition_failed`` with what it is now."""
    refuse_lost_write(
        if_match,
        lambda: entity_tag(approval),
        currentRevision=approval.revision,
        currentDigest=approval.digest,
    )


def _require_known(approval: BomApproval) -> None:
    """A yes to what nobody knows is no signature (docs/decisions/0012-switching.md)."""
    if approval.is_pending and approval.source == BomApproval.Source.IMPORT:
        raise DomainError(
            _(
                "What this BOM held in the old system is not known. It is signed on the content that PPIC"
                " has now: EMS asks PPIC for it within minutes, or put the BOM up yourself."
            ),
            "illegal_transition",
        )


def _require_shown(approval: BomApproval, revision: int | None, digest: str) -> None:
    if revision is None or not digest:
        raise DomainError(
            _("Name the revision and the digest that you were shown."),
            "invalid",
            errors={"revision": [_("Needed.")], "digest": [_("Needed.")]},
        )
    require_shown(approval, revision, digest)


def _apply(approval: BomApproval, decision: Decision, ballot: Ballot) -> None:
    """Carry the outcome over, and owe what follows from it, in the same transaction."""
    approval.status = STATUS[ballot.round.state]
    if approval.status != Status.PENDING:
        approval.approval_date = decision.decided_at
        approval.remark = decision.remark
        approval.revisions.filter(number=approval.revision).update(
            outcome=approval.status, closed_at=decision.decided_at
        )
    approval.save(update_fields=["status", "approval_date", "remark", "updated_at"])
    event = record(
        approval,
        VERB[Status(decision.status)],
        by=decision.approver,
        after={"status": approval.status} | on_behalf(decision),
        revision=approval.revision,
        digest=approval.digest,
        note=decision.remark,
    )
    # In this transaction: what was approved goes out as it was, or nothing was approved
    # (docs/threats.md#t10).
    if approval.status == Status.ACCEPTED:
        _owe_snapshot(approval, decision.approver, ballot)
    bom_decided.send(
        BomApproval,
        approval=approval,
        by=decision.approver,
        event=event,
        decision=decision,
        informed=frozenset() if approval.is_pending else _concerned(approval),
        asked=ballot.deciders,
    )


def _concerned(approval: BomApproval) -> frozenset[int]:
    """The opener and every PIC."""
    opener = {approval.ext_user_id} if approval.ext_user_id else set()
    return asked_ids(approval) | frozenset(opener)


def snapshot_key(approval: BomApproval) -> str:
    """The key of the delivery: the same for each try, so that PPIC acts once."""
    return f"bom:{approval.ext_bom_leveled_id}:rev:{approval.revision}:snapshot:v1"


def _owe_snapshot(approval: BomApproval, by: User, ballot: Ballot) -> None:
    revision = approval.revisions.get(number=approval.revision)
    create_delivery(
        approval,
        key=snapshot_key(approval),
        kind="bom.snapshot",
        method=settings.PPIC_SNAPSHOT_METHOD,
        path=f"/snapshot-bom/{approval.ext_bom_leveled_id}",
        payload=snapshot_payload(approval, revision, ballot),
        by=by,
    )


def snapshot_payload(
    approval: BomApproval, revision: BomRevision, ballot: Ballot
) -> dict[str, Any]:
    """The body for PPIC: content, digest, revision and decisions, frozen at approval."""
    return {
        "extBomLeveledId": approval.ext_bom_leveled_id,
        "name": approval.name,
        "revision": revision.number,
        "digest": revision.digest,
        "content": revision.content,
        "decisions": [_told(row) for row in ballot.decisions],
    }


def _told(decision: Decision) -> dict[str, Any]:
    """A decision as PPIC gets it; with both names where a substitute decided."""
    other = decision.on_behalf_of
    return {
        "extUserId": decision.approver.ext_id,
        "name": str(decision.approver),
        "status": decision.status,
        "remark": decision.remark,
        "decidedAt": decision.decided_at,
    } | (
        {"onBehalfOfExtUserId": other.ext_id, "onBehalfOfName": str(other)}
        if other
        else {}
    )
