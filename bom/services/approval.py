"""BOMs as the engine of approvals knows them."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from bom.models import BomApproval
from bom.queries.approval import able_to_decide
from core.accounts.models import User
from core.approvals.subjects import Description, Subject
from core.db.locking import locked


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


BOMS = Subject(
    name="bom",
    model=BomApproval,
    lock=_locked,
    able=able_to_decide,
    describe=_described,
    requesters=_openers,
    replaced=_replaced,
)
