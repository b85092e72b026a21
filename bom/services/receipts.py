"""The receipt of a settled revision of a BOM (docs/receipts.md)."""

from django.db.models import Q
from django.utils.translation import gettext as _

from bom.models import BomApproval, BomRevision
from core.errors import DomainError
from core.receipts.models import Receipt
from core.receipts.services import Settled, issue_receipt


def receipt_of_bom(approval: BomApproval, number: int | None = None) -> Receipt:
    """The receipt of a revision, the present one if none is named.

    A revision that another content overtook keeps its receipt when it had been settled. Raises
    DomainError ``not_found`` (no such revision), ``illegal_transition`` (not settled).
    """
    wanted = number or approval.revision
    revision = approval.revisions.filter(number=wanted).first()
    if revision is None:
        raise DomainError(
            _("%(bom)s has no revision %(number)d.")
            % {"bom": approval, "number": wanted},
            "not_found",
        )
    if revision.source == BomApproval.Source.IMPORT:
        raise DomainError(
            _(
                "The old system decided on %(bom)s, and kept nothing that a receipt could prove."
            )
            % {"bom": approval},
            "illegal_transition",
        )
    return issue_receipt(_settled(approval, revision))


def _settled(approval: BomApproval, revision: BomRevision) -> Settled:
    # A later revision voids the decisions of this one; what counted when it was settled counts here.
    counted = Q(voided_at=None)
    if revision.closed_at is not None:
        counted |= Q(voided_at__gte=revision.closed_at)
    rows = approval.decisions.filter(counted, revision=revision.number)
    return Settled(
        record=approval,
        kind="BOM",
        wire_id=approval.ext_bom_leveled_id,
        number=str(approval.ext_bom_leveled_id),
        title=str(approval),
        revision=revision.number,
        digest=revision.digest,
        status=revision.outcome,
        decided_at=revision.closed_at,
        decisions=rows.select_related("approver", "on_behalf_of").order_by("id"),
        facts={"genesisId": approval.genesis_ext_id},
    )
