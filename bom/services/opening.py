"""Open an approval for a BOM's present content, and say who must agree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bom.models import (
    BomApproval,
    BomApprovalPic,
    BomRevision,
    BomSeen,
)
from bom.policies import Node, content_digest, line_count, normalised, too_deep
from bom.queries.approval import asked_ids, default_pics, missing_pics, opener_of
from bom.services.pics import ask_pics, put_up, stop_asking
from bom.signals import bom_invited, bom_opened, bom_uninvited
from core.accounts.models import User
from core.accounts.permissions import may, require
from core.approvals.models import Status
from core.approvals.policies import lacks_second_person
from core.approvals.queries.ballots import ballot_of
from core.approvals.services.routes import supersede
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.integrations import upstreams
from core.integrations.errors import Reason, UpstreamError
from core.ledger.services import record
from core.text.ids import as_id

MAX_PICS = 50
NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Content:
    """A BOM as PPIC has it now, in normal form."""

    ext_id: int
    name: str
    genesis: int | None
    tree: Node
    digest: str
    asked_at: datetime | None = None


def fetch_content(ext_id: int) -> Content:
    """Ask PPIC for a BOM now; never inside a transaction.

    Raises DomainError ``not_found`` (PPIC knows no such BOM), ``unavailable`` (PPIC is away),
    ``upstream_invalid`` (its answer is invalid) or ``invalid`` (a content that cannot be approved).
    """
    # Before the call: a content is only as new as the moment it was asked for
    # (docs/decisions/0003-bom.md).
    asked_at = timezone.now()
    try:
        raw = upstreams.ppic().bom_detailed(ext_id)
    except UpstreamError as error:
        raise _refusal(error, ext_id) from None
    return content_of(ext_id, raw, asked_at)


def _refusal(error: UpstreamError, ext_id: int) -> DomainError:
    if error.status == NOT_FOUND:
        return DomainError(_("PPIC knows no BOM %d.") % ext_id, "not_found")
    if error.reason == Reason.TOO_DEEP:
        return too_deep()
    if error.is_nonsense:
        return DomainError(
            _("PPIC gave an answer that cannot be read. Tell IT."), "upstream_invalid"
        )
    return DomainError(
        _("PPIC does not answer. Try again in a moment."),
        "unavailable",
        retry_after=int(error.retry_after or 10),
    )


def content_of(
    ext_id: int, raw: Mapping[str, Any], asked_at: datetime | None = None
) -> Content:
    """The normal form of what PPIC sent; ``asked_at`` is when it was asked."""
    tree = normalised(raw)
    genesis = str(raw.get("bomGenesisReferenceId") or "")[:19]
    return Content(
        ext_id=ext_id,
        name=str(raw.get("name") or "")[:300],
        genesis=as_id(genesis),
        tree=tree,
        digest=content_digest(tree),
        asked_at=asked_at,
    )


def open_bom(*, ext_bom_id: int, by: User, pic_ids: Iterable[int] = ()) -> BomApproval:
    """Open an approval as a person, or invite more PICs to the one that stands.

    Raises DomainError ``forbidden``, ``illegal_transition`` (settled, and PPIC has no other
    content), and what ``fetch_content`` raises.
    """
    require(by, "open_bom_approval")
    content = fetch_content(ext_bom_id)
    approval = put_up_content(
        content=content,
        source=BomApproval.Source.PERSON,
        by=by,
        pic_ids=frozenset(pic_ids),
    )
    if not approval.is_pending:
        raise DomainError(
            _("%(bom)s is %(status)s already, and PPIC has no other content of it.")
            % {"bom": approval, "status": approval.get_status_display()},
            "illegal_transition",
        )
    return approval


@transaction.atomic
def put_up_content(
    *,
    content: Content,
    source: str,
    by: User | None = None,
    pic_ids: frozenset[int] = frozenset(),
    occurred_at: datetime | None = None,
) -> BomApproval:
    """Put a BOM's present content up for approval.

    Nothing there yet: an approval opens. The same content: only missing PICs are invited. Another
    content: a new revision, which voids the decisions given and asks everybody anew, also after
    the last revision was approved or rejected. So does the same content that was sent back for
    rework, when a person puts it up. What a person puts up is asked of the default PICs, too, and
    of one other person at least; raises DomainError ``invalid`` when there is nobody, or when
    somebody is named who has left.
    """
    approval = _row_for(content, source, by)
    # Calls of PPIC may come in another order than they happened (docs/threats.md#f41).
    if occurred_at and (approval.last_occurred_at or occurred_at) <= occurred_at:
        approval.last_occurred_at = occurred_at
        approval.save(update_fields=["last_occurred_at", "updated_at"])
    # So that the poll takes nothing for news that a person or the webhook has put up already.
    BomSeen.objects.update_or_create(
        ext_bom_leveled_id=content.ext_id,
        defaults={"digest": content.digest, "seen_at": timezone.now()},
    )
    is_new = not approval.revisions.exists()
    wanted = pic_ids or (default_pics() if is_new else frozenset())
    is_again = by is not None and approval.status == Status.RETURNED
    if is_new or is_again or approval.digest != content.digest:
        if by is not None and source == BomApproval.Source.PERSON:
            _require_no_leaver(pic_ids - asked_ids(approval), by)
            # Never the opener: default PICs are added so that other people are asked.
            wanted |= default_pics() - {by.ext_id}
            _require_second_person(asked_ids(approval) | wanted, by)
        if not is_new:
            _refuse_late(approval, content)
        _open_revision(approval, content, source, by, wanted, is_new=is_new)
    elif wanted:
        invite_pics(approval_id=approval.pk, pic_ids=wanted, by=by)
    return approval


def _require_second_person(asked: frozenset[int], by: User) -> None:
    """Refuse an approval that only its opener could decide: four eyes (docs/threats.md#t13a)."""
    gone = User.objects.filter(ext_id__in=asked, is_active=False)
    if lacks_second_person(
        asked - set(gone.values_list("ext_id", flat=True)), by.ext_id
    ):
        raise invalid(
            "pics",
            _(
                "Nobody else is asked. Name at least one other person, or let an administrator"
                " set default PICs: the person who puts a BOM up cannot approve it alone."
            ),
        )


def _refuse_late(approval: BomApproval, content: Content) -> None:
    """A content that was asked for before the present revision was opened may be older than it.

    Raises DomainError ``in_flight``: ask PPIC again.
    """
    if content.asked_at and content.asked_at < approval.opened_at:
        raise DomainError(
            _("The BOM changes at this moment. Try again."), "in_flight", retry_after=2
        )


def _row_for(content: Content, source: str, by: User | None) -> BomApproval:
    """The one row of this BOM, locked; two that open it together get the same row."""
    fresh = BomApproval(
        ext_bom_leveled_id=content.ext_id,
        name=content.name,
        genesis_ext_id=content.genesis,
        digest=content.digest,
        source=source,
        opened_by=by,
        ext_user_id=by.ext_id if by else None,
        opened_at=timezone.now(),
    )
    BomApproval.objects.bulk_create([fresh], ignore_conflicts=True)
    return BomApproval.objects.select_for_update().get(
        ext_bom_leveled_id=content.ext_id
    )


def _open_revision(
    approval: BomApproval,
    content: Content,
    source: str,
    by: User | None,
    wanted: frozenset[int],
    *,
    is_new: bool,
) -> None:
    now = timezone.now()
    # Another content is asked of everybody anew; what was decided stays as history
    # (docs/threats.md#t09).
    voided = 0 if is_new else supersede(approval)
    before = {"revision": approval.revision, "digest": approval.digest}
    if not is_new:
        _close_revision(approval, now)
        approval.revision += 1
    approval.set_name(content.name, content.genesis)
    approval.digest, approval.source, approval.opened_at = content.digest, source, now
    approval.status, approval.remark = Status.PENDING, ""
    approval.approval_date = approval.deleted_at = None
    if by is not None:
        approval.opened_by, approval.ext_user_id = by, by.ext_id
    approval.save()
    BomRevision.objects.create(
        approval=approval,
        number=approval.revision,
        digest=content.digest,
        content=content.tree,
        line_count=line_count(content.tree),
        opened_at=now,
        source=source,
    )
    _add_pics(approval, wanted, by)
    asked = asked_ids(approval)
    put_up(approval, asked, by)
    event = record(
        approval,
        "bom.opened" if is_new else "bom.revised",
        by=by,
        before=None if is_new else before,
        after={"source": source, "pics": sorted(asked), "voided": voided},
        revision=approval.revision,
        digest=approval.digest,
    )
    bom_opened.send(BomApproval, approval=approval, by=by, event=event, asked=asked)


def _close_revision(approval: BomApproval, now: datetime) -> None:
    approval.revisions.filter(number=approval.revision, closed_at=None).update(
        closed_at=now
    )


# --- PICs ---------------------------------------------------------------------


@transaction.atomic
def invite_pics(
    *, approval_id: int, pic_ids: Iterable[int], by: User | None
) -> BomApproval:
    """Ask more people (auth server ids) to agree; those already asked are left alone.

    ``by`` is None when PPIC names them. Raises DomainError ``forbidden``,
    ``illegal_transition`` (settled), ``invalid`` (more than 50, or somebody who has left).
    """
    if by is not None:
        _require_manager_of_pics(by)
    approval = locked(BomApproval.objects.alive(), approval_id)
    new = frozenset(pic_ids) - asked_ids(approval)
    if not new:
        return approval
    _require_pending(approval)
    _require_no_leaver(new, by)
    _add_pics(approval, new, by)
    ask_pics(approval)
    event = record(
        approval,
        "bom.pics_invited",
        by=by,
        after={"pics": sorted(new)},
        revision=approval.revision,
    )
    bom_invited.send(BomApproval, approval=approval, by=by, event=event, asked=new)
    return approval


def _require_no_leaver(people: frozenset[int], by: User | None) -> None:
    """Nobody names somebody who has left; whom PPIC names so is replaced as any leaver is."""
    gone = User.objects.filter(ext_id__in=people, is_active=False).first()
    if by is not None and gone is not None:
        raise invalid("pics", _("%s has left.") % gone)


def _require_manager_of_pics(by: User) -> None:
    """Who opens approvals, and who may always help one on; raises DomainError ``forbidden``."""
    if not may(by, "manage_approvals"):
        require(by, "open_bom_approval")


def _add_pics(approval: BomApproval, pic_ids: frozenset[int], by: User | None) -> None:
    new = pic_ids - asked_ids(approval)
    if len(new) + approval.pics.alive().count() > MAX_PICS:
        raise invalid("pics", _("A BOM has at most %d PICs.") % MAX_PICS)
    BomApprovalPic.objects.bulk_create(
        [
            BomApprovalPic(approval=approval, ext_user_id=person, invited_by=by)
            for person in sorted(new)
        ]
    )


def _require_pending(approval: BomApproval) -> None:
    if not approval.is_pending:
        raise DomainError(
            _("%(bom)s is %(status)s; its PICs can no longer be changed.")
            % {"bom": approval, "status": approval.get_status_display()},
            "illegal_transition",
        )


@transaction.atomic
def remove_pic(
    *, approval_id: int, ext_user_id: int, by: User, reason: str
) -> BomApproval:
    """Withdraw an invitation. It never completes an approval: somebody must still say yes.

    A PIC cannot be removed by a PIC of the same BOM (docs/threats.md#t08), unless that is a manager or
    an administrator. Raises DomainError
    ``forbidden``, ``illegal_transition``, ``not_found``, ``invalid`` (no reason).
    """
    _require_manager_of_pics(by)
    if not reason.strip():
        raise invalid("reason", _("Say why this PIC is removed."))
    approval = locked(BomApproval.objects.alive(), approval_id)
    _require_pending(approval)
    asked, ballot = asked_ids(approval), ballot_of(approval)
    # Or a PIC could take out the one who says no (docs/threats.md#t08). Where SPV and manager are
    # PICs themselves, somebody must still be able to; with a reason, and told.
    if by.ext_id in asked and not may(by, "manage_approvals"):
        raise DomainError(
            _("A PIC of this BOM cannot remove another PIC."), "forbidden"
        )
    if ext_user_id not in asked:
        raise DomainError(_("This person is no PIC of this BOM."), "not_found")
    # Without somebody who must still say yes the removal would complete the approval.
    if not missing_pics(ballot) - {ext_user_id}:
        raise DomainError(
            _("This is the last PIC who has not decided. Invite another one first."),
            "illegal_transition",
        )
    if lacks_second_person(asked - {ext_user_id}, opener_of(approval)):
        raise DomainError(
            _(
                "Only the person who put it up would be left, and they cannot approve it alone."
                " Invite another PIC first."
            ),
            "illegal_transition",
        )
    _withdraw(approval, ext_user_id, by, reason)
    return approval


def _withdraw(approval: BomApproval, ext_user_id: int, by: User, reason: str) -> None:
    now = timezone.now()
    approval.pics.alive().filter(ext_user_id=ext_user_id).update(
        deleted_at=now, updated_at=now
    )
    stop_asking(approval, ext_user_id)
    event = record(
        approval,
        "bom.pic_removed",
        by=by,
        before={"pics": [ext_user_id]},
        revision=approval.revision,
        note=reason.strip(),
    )
    bom_uninvited.send(
        BomApproval,
        approval=approval,
        by=by,
        event=event,
        asked=frozenset({ext_user_id}),
    )
