"""What the upstreams know that planning needs; read before a transaction opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from activities.models import Activity
from core.accounts.models import User
from core.integrations import upstreams
from core.integrations.crm import Account, Inquiry, PurchaseOrder


@dataclass(frozen=True, slots=True)
class Facts:
    """people: ids of the directory, empty when it never answered (then nobody is unknown)."""

    people: frozenset[int] = frozenset()
    inquiries: Mapping[int, Inquiry] = field(default_factory=dict)
    orders: Mapping[int, PurchaseOrder] = field(default_factory=dict)

    def unknown(self, ext_ids: Iterable[int]) -> frozenset[int]:
        """Those whom neither the directory nor this server knows."""
        wanted = frozenset(ext_ids)
        if not self.people or wanted <= self.people:
            return frozenset()
        rest = wanted - self.people
        known = User.objects.filter(ext_id__in=rest).values_list("ext_id", flat=True)
        return rest - {key for key in known if key is not None}

    def customer_of(self, activity: Activity) -> str:
        """The customer's name that follows from inquiry or order (legacy-screens 1.3, SAVE)."""
        account: Account | None = None
        if activity.kind == Activity.Kind.PRE_PO:
            inquiry = self.inquiries.get(activity.ext_inquiry_id or 0)
            account = inquiry.account if inquiry else None
        elif activity.kind == Activity.Kind.POST_PO:
            order = self.orders.get(activity.ext_purchase_order_id or 0)
            account = order.account if order else None
        return account.name if account else ""


def planning_facts() -> Facts:
    """The present readings; never inside a transaction."""
    return Facts(
        people=frozenset(upstreams.people().value),
        inquiries=upstreams.crm().inquiries().value,
        orders=upstreams.crm().purchase_orders().value,
    )
