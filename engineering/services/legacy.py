"""The predecessor's one verb: a record posted back is created, edited or decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Decision, Status, wire_status
from core.db.locking import locked
from core.errors import DomainError, invalid
from engineering.models import ChangeNotice
from engineering.queries.upstream_names import UpstreamNames, read_upstream_names
from engineering.services.changes import edit_change, raise_change, withdraw_change
from engineering.services.decisions import decide_change
from engineering.services.files import announce_file


def save_change(
    *,
    by: User,
    data: Mapping[str, Any],
    if_match: str = "",
    facts: UpstreamNames | None = None,
    confirmed: str = "",
) -> ChangeNotice:
    """Create (no id), or update what was sent (known id), and execute a decision found in it.

    A changed ``status``, or an own entry in ``approvals``, is the caller's own decision and goes
    through ``decide_change``; an entry in another's name is refused whole. See
    docs/contract.md#decisions-by-post.
    A decision that comes with changed content is refused: it would sign what nobody was shown.
    """
    known = facts or read_upstream_names(data, data.get("items") or ())
    with transaction.atomic():
        if not data.get("id"):
            change = raise_change(
                by=by, fields=data, items=data.get("items") or (), facts=known
            )
            saved = _decided(change, by, data, confirmed)
        else:
            saved = _update(data["id"], by, data, if_match, known, confirmed)
        announce_file(saved, data.get("approval_file_name") or "", by)
        return saved


def _update(
    change_id: int,
    by: User,
    data: Mapping[str, Any],
    if_match: str,
    facts: UpstreamNames,
    confirmed: str,
) -> ChangeNotice:
    change = locked(ChangeNotice.objects.alive(), change_id)
    if data.get("deleted_at"):
        return withdraw_change(change_id=change_id, by=by, if_match=if_match)
    edited = edit_change(
        change_id=change_id,
        by=by,
        fields=data,
        items=data.get("items") or (),
        if_match=if_match,
        facts=facts,
    )
    if (
        edited.revision != change.revision
        and asked_decision(change, by, data) is not None
    ):
        raise DomainError(
            _(
                "The content you sent differs from the stored one. Save it first, then decide."
            ),
            "stale_revision",
            extra={"currentRevision": change.revision, "currentDigest": change.digest},
        )
    present = change if edited.revision == change.revision else edited
    return _decided(present, by, data, confirmed)


def _decided(
    change: ChangeNotice, by: User, data: Mapping[str, Any], confirmed: str
) -> ChangeNotice:
    status = asked_decision(change, by, data)
    remark = data.get("approval_remark") or ""
    if status is None:
        _refuse_remark(change, remark)
        return change
    decide_change(
        change_id=change.pk,
        by=by,
        status=status,
        remark=remark,
        door=Decision.Door.API,
        confirmed=confirmed,
    )
    return ChangeNotice.objects.get(pk=change.pk)


def _refuse_remark(change: ChangeNotice, remark: str) -> None:
    """A remark belongs to a decision: alone it would be dropped without a word."""
    said = remark.replace("\r\n", "\n").strip()
    if said in {"", change.approval_remark}:
        return
    if change.status != Status.PENDING:
        raise DomainError(
            _("%(number)s is %(status)s already.")
            % {"number": change, "status": change.get_status_display()},
            "already_decided",
        )
    sentence = _("A remark goes with a decision: send a status with it.")
    raise invalid("approvalRemark", sentence)


def asked_decision(
    change: ChangeNotice, by: User, data: Mapping[str, Any]
) -> int | None:
    """The status that the caller asks for as an own decision; None without one."""
    from_list = _own_entry(change, by, data.get("approvals") or ())
    status = data.get("status")
    if status is None or status in {change.status, wire_status(change.status)}:
        return from_list
    if status == Status.PENDING:
        raise DomainError(
            _("A decision cannot be taken back by setting the status."),
            "illegal_transition",
        )
    if from_list is not None and from_list != status:
        raise invalid(
            "status", _("It says another thing than your entry in approvals.")
        )
    return int(status)


def _own_entry(
    change: ChangeNotice, by: User, entries: Sequence[Mapping[str, Any]]
) -> int | None:
    if not entries:
        return None
    known = {
        (row.pk, row.approver.ext_id, row.status)
        for row in change.decisions.select_related("approver")
    }
    asked: int | None = None
    for entry in entries:
        person, status = entry.get("ext_user_id"), entry.get("status")
        if (entry.get("id"), person, status) in known or not status:
            continue
        if person != by.ext_id:
            raise DomainError(
                _("Nobody decides in another person's name."), "forbidden"
            )
        asked = int(status)
    return asked
