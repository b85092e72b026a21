"""The predecessor's one verb: an approval posted back opens, invites, removes or decides."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bom.models import BomApproval, BomApprovalPic
from bom.permissions import may_invite
from bom.queries.approval import asked_ids, given_by
from bom.services.decisions import decide_bom, locked_bom, require_present
from bom.services.opening import Content, invite_pics, put_up_content, remove_pic
from core.accounts.models import User
from core.accounts.permissions import require
from core.accounts.queries import strangers
from core.approvals.models import Status, wire_status
from core.approvals.queries.ballots import ballot_of
from core.errors import DomainError, invalid

Entry = Mapping[str, Any]
# The old client's button asks for none; it stands in the history, which has one language.
NO_REASON = "(tanpa alasan, lewat klien lama)"


def meant_bom(data: Mapping[str, Any]) -> int:
    """PPIC's id of the BOM that a posted approval speaks of.

    Raises DomainError ``invalid`` (none named, or two different ones), ``not_found``.
    """
    bom_id = data.get("ext_bom_leveled_id")
    if data.get("id"):
        rows = BomApproval.objects.alive().filter(pk=data["id"])
        known = rows.values_list("ext_bom_leveled_id", flat=True).first()
        if known is None:
            raise DomainError(_("There is no such record."), "not_found")
        if bom_id not in {None, known}:
            raise invalid("extBomLeveledId", _("This approval belongs to another BOM."))
        bom_id = known
    if not bom_id:
        raise invalid("extBomLeveledId", _("Name the BOM of PPIC."))
    return int(bom_id)


def needs_content(data: Mapping[str, Any], by: User) -> bool:
    """Whether PPIC must be asked before: to open an approval, or to see if the BOM is the same."""
    approval = _known(meant_bom(data))
    if approval is None:
        return True
    return may_invite(by) and _own_status(approval, by, data) is None


def refuse_strangers(data: Mapping[str, Any]) -> None:
    """Nobody could ever decide for a person who does not exist. Raises DomainError ``invalid``.

    Asks the directory, so never inside a transaction.
    """
    people = {entry.get("ext_user_id") or 0 for entry in _entries(data)}
    unknown = strangers(people - _statuses(_known(meant_bom(data))).keys() - {0})
    if unknown:
        ids = ", ".join(str(person) for person in sorted(unknown))
        raise invalid("pics", _("The directory knows nobody with id %s.") % ids)


def save_bom(
    *,
    by: User,
    data: Mapping[str, Any],
    content: Content | None,
    confirmed: str = "",
    if_match: str = "",
) -> BomApproval:
    """Open, invite, remove or decide, all or nothing.

    ``content`` is what PPIC has now, where ``needs_content`` asked for it. A changed row of
    another person is refused whole (403), a posted header status too (409): it is derived. An own
    row with status 1 or 2 is the caller's decision and needs ``revision`` and ``digest``.
    Raises DomainError ``precondition_failed`` when ``if_match`` lost.
    """
    bom_id = meant_bom(data)
    with transaction.atomic():
        if if_match:
            require_present(locked_bom(bom_id), if_match)
        approval = _known(bom_id)
        _refuse_foreign(approval, by, data)
        wanted = _wanted(approval, data)
        own = _own_status(approval, by, data)
        # A PIC who posts the record back as it is needs no right to manage approvals.
        if own is None and by.ext_id not in _statuses(approval):
            require(by, "open_bom_approval")
        if approval is None or content is not None or wanted:
            approval = _put_up(bom_id, by, content, wanted)
        _remove(approval, by, data)
        if own is not None:
            _decide(bom_id, by, own, data, confirmed=confirmed)
        return BomApproval.objects.get(pk=approval.pk)


def _known(bom_id: int) -> BomApproval | None:
    return BomApproval.objects.alive().filter(ext_bom_leveled_id=bom_id).first()


def _entries(data: Mapping[str, Any]) -> Iterable[Entry]:
    return data.get("pics") or ()


def _statuses(approval: BomApproval | None) -> dict[int, int]:
    """Auth server id of each PIC -> the standing decision, 0 while there is none."""
    if approval is None:
        return {}
    given = given_by(ballot_of(approval))
    decided = {person: row.status for person, row in given.items()}
    return {person: decided.get(person, 0) for person in asked_ids(approval)}


def _refuse_foreign(
    approval: BomApproval | None, by: User, data: Mapping[str, Any]
) -> None:
    known, seen = _statuses(approval), set[int]()
    for entry in _entries(data):
        person = entry.get("ext_user_id")
        if not person:
            raise invalid("pics", _("Each PIC needs an extUserId."))
        if person in seen and not entry.get("deleted_at"):
            raise invalid("pics", _("A PIC is named twice."))
        seen.add(person)
        if entry.get("id") and not _is_row_of(approval, entry):
            raise invalid("pics", _("It belongs to another BOM."))
        # One such entry refuses the whole request (docs/threats.md#t01).
        if person != by.ext_id and _is_changed(entry, known):
            raise DomainError(
                _("Nobody decides in another person's name."), "forbidden"
            )
    present = wire_status(approval.status) if approval else Status.PENDING
    if data.get("status") not in {None, present}:
        raise DomainError(
            _("The status of a BOM follows from its PICs; it cannot be set."),
            "illegal_transition",
        )


def _is_row_of(approval: BomApproval | None, entry: Entry) -> bool:
    """Whether a PIC's row that is named by its id is this approval's, and that person's."""
    rows = approval.pics.all() if approval else BomApprovalPic.objects.none()
    return rows.filter(pk=entry["id"], ext_user_id=entry["ext_user_id"]).exists()


def _wanted(approval: BomApproval | None, data: Mapping[str, Any]) -> frozenset[int]:
    known = _statuses(approval)
    people = (
        entry["ext_user_id"] for entry in _entries(data) if not entry.get("deleted_at")
    )
    return frozenset(people) - known.keys()


def _own_status(
    approval: BomApproval | None, by: User, data: Mapping[str, Any]
) -> tuple[int, str] | None:
    """Status and remark of the caller's own row, when it asks for a decision."""
    known = _statuses(approval)
    for entry in _entries(data):
        if entry.get("ext_user_id") != by.ext_id:
            continue
        if _is_changed(entry, known):
            return int(entry["status"]), str(entry.get("remark") or "")
        _refuse_remark(approval, by, entry)
    return None


def _refuse_remark(approval: BomApproval | None, by: User, entry: Entry) -> None:
    """A remark belongs to a decision: alone it would be dropped without a word."""
    remark = str(entry.get("remark") or "").replace("\r\n", "\n").strip()
    known = given_by(ballot_of(approval)) if approval else {}
    given = known.get(by.ext_id or 0)
    if entry.get("deleted_at") or remark in {"", given.remark if given else ""}:
        return
    if given:
        raise DomainError(
            _("You decided already: %s. A decision stands.")
            % given.get_status_display(),
            "already_decided",
        )
    raise invalid("pics", _("A remark goes with a decision: send a status with it."))


def _is_changed(entry: Entry, known: Mapping[int, int]) -> bool:
    """Whether a row names another status than the one that stands; one that names none does not."""
    return entry.get("status") not in {None, known.get(entry["ext_user_id"], 0)}


def _put_up(
    bom_id: int, by: User, content: Content | None, wanted: frozenset[int]
) -> BomApproval:
    require(by, "open_bom_approval")
    if content is None:
        approval = BomApproval.objects.alive().get(ext_bom_leveled_id=bom_id)
        return invite_pics(approval_id=approval.pk, pic_ids=wanted, by=by)
    return put_up_content(
        content=content, source=BomApproval.Source.PERSON, by=by, pic_ids=wanted
    )


def _remove(approval: BomApproval, by: User, data: Mapping[str, Any]) -> None:
    for entry in _entries(data):
        if entry.get("deleted_at"):
            remove_pic(
                approval_id=approval.pk,
                ext_user_id=entry["ext_user_id"],
                by=by,
                reason=str(entry.get("remark") or "").strip() or NO_REASON,
            )


def _decide(
    bom_id: int,
    by: User,
    own: tuple[int, str],
    data: Mapping[str, Any],
    *,
    confirmed: str,
) -> None:
    status, remark = own
    decide_bom(
        ext_bom_id=bom_id,
        by=by,
        status=status,
        remark=remark,
        revision=data.get("revision"),
        digest=data.get("digest") or "",
        confirmed=confirmed,
    )
