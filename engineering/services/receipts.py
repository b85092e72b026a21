"""The receipt of a decided change (docs/receipts.md)."""

from core.receipts.models import Receipt
from core.receipts.services import Settled, issue_receipt
from engineering.models import ChangeNotice


def receipt_of_change(change: ChangeNotice) -> Receipt:
    """The receipt of a change; raises DomainError ``illegal_transition`` while it is pending."""
    rows = change.decisions.filter(revision=change.revision, voided_at=None)
    return issue_receipt(
        Settled(
            record=change,
            kind=ChangeNotice.Kind(change.kind).name,  # the same in every language
            wire_id=change.pk,
            number=change.number,
            title=change.title,
            revision=change.revision,
            digest=change.digest,
            status=change.status,
            decided_at=change.approval_date,
            decisions=rows.select_related("approver", "on_behalf_of").order_by("id"),
            facts={"net": change.net, "customer": change.customer},
        )
    )
