"""BOMs as the engine of approvals knows them."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone

from bom.models import BomApproval
from bom.queries.approval import able_to_decide
from bom.queries.record import bom_record
from bom.services.decisions import decide_bom
from core.accounts.models import User
from core.approvals.models import Decision
from core.approvals.subjects import Description, Subject
from core.db.locking import locked

LINES_BY_LINK = 60


def _locked(approval_id: int) -> BomApproval:
    return locked(BomApproval.objects.alive(), approval_id)


def _described(ids: Iterable[int]) -> dict[int, Description]:
    rows = BomApproval.objects.filter(pk__in=list(ids)).only(
        "name", "ext_bom_leveled_id"
    )
    return {
        row.pk: Description(
            str(row.ext_bom_leveled_id),
            str(row),
            reverse("bom:bom_detail", args=[row.ext_bom_leveled_id]),
            row.ext_bom_leveled_id,
        )
        for row in rows
    }


def _openers(approval: BomApproval) -> frozenset[int]:
    return frozenset([approval.opened_by_id] if approval.opened_by_id else [])


def _replaced(
    approval: BomApproval, old: User | None, new: User | None, by: User | None
) -> None:
    """The PICs are those of the round: their rows are on the wire."""
    now, pics = timezone.now(), approval.pics.alive()
    if old is not None:
        pics.filter(ext_user_id=old.ext_id or 0).update(deleted_at=now, updated_at=now)
    if new is not None and not pics.filter(ext_user_id=new.ext_id or 0).exists():
        approval.pics.create(ext_user_id=new.ext_id or 0, invited_by=by)


def _decide(approval_id: int, **said: Any) -> Decision:
    rows = BomApproval.objects.filter(pk=approval_id)
    return decide_bom(ext_bom_id=rows.get().ext_bom_leveled_id, **said).decision


def _shown(approval: BomApproval, user: User) -> dict[str, Any]:
    """What changed and the first lines: the page of the BOM has the rest."""
    record = bom_record(approval, user)
    return {
        "record": record,
        "approval": approval,
        "comparison": record.comparison,
        **(record.comparison.page("changes") if record.comparison else {}),
        "lines": record.lines[:LINES_BY_LINK],
        "more_lines": len(record.lines[LINES_BY_LINK:]) + record.hidden_lines,
    }


BOMS = Subject(
    name="bom",
    model=BomApproval,
    lock=_locked,
    able=able_to_decide,
    describe=_described,
    decide=_decide,
    template="bom/_bom_by_link.html",
    shown=_shown,
    requesters=_openers,
    replaced=_replaced,
)
