"""Facts of the upstreams that planning needs; read before a transaction opens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from activities.models import Activity
from core.accounts.models import User
from core.errors import invalid
from core.integrations import upstreams
from core.integrations.crm import Account, Inquiry, PurchaseOrder


@dataclass(frozen=True, slots=True)
class Facts:
    """people: ids of the directory, empty when it never answered (then nobody is unknown)."""

    people: frozenset[int] = frozenset()
    inquiries: Mapping[int, Inquiry] = field(default_factory=dict)
    orders: Mapping[int, PurchaseOrder] = field(default_factory=dict)
    unknown_jobs: frozenset[int] = frozenset()

    def require_job(self, ext_id: int | None) -> None:
        """Raises DomainError ``invalid`` for a job that PPIC surely does not have."""
        if ext_id in self.unknown_jobs:
            raise invalid("extJobId", _("PPIC knows no job %s.") % ext_id)

    def unknown(self, ext_ids: Iterable[int]) -> frozenset[int]:
        """Those whom neither the directory nor this server knows."""
        wanted = frozenset(ext_ids)
        if not self.people or wanted <= self.people:
            return frozenset()
        rest = wanted - self.people
        known = User.objects.filter(ext_id__in=rest).values_list("ext_id", flat=True)
        return rest - {key for key in known if key is not None}

    def customer_of(self, activity: Activity) -> str:
        """The customer's name that follows from the inquiry (PrePO) or the order (PostPO); else empty."""
        account: Account | None = None
        if activity.kind == Activity.Kind.PRE_PO:
            inquiry = self.inquiries.get(activity.ext_inquiry_id or 0)
            account = inquiry.account if inquiry else None
        elif activity.kind == Activity.Kind.POST_PO:
            order = self.orders.get(activity.ext_purchase_order_id or 0)
            account = order.account if order else None
        return account.name if account else ""


def planning_facts(fields: Mapping[str, Any] | None = None) -> Facts:
    """The present readings, for an activity of these values; never inside a transaction."""
    job = (fields or {}).get("ext_job_id")
    return Facts(
        unknown_jobs=upstreams.ppic().unknown_jobs({job} if job else ()),
        people=frozenset(upstreams.people().value),
        inquiries=upstreams.crm().inquiries().value,
        orders=upstreams.crm().purchase_orders().value,
    )
