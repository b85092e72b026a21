"""What the upstreams know of an id: its words for pages and the API, its facts for planning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from activities.models import Activity
from core.accounts.models import User
from core.errors import invalid
from core.integrations import upstreams
from core.integrations.crm import Account, Inquiry, PurchaseOrder
from core.integrations.ppic import Job
from supportdocs.models import SupportTable

MOST_DOCUMENTS = 500


@dataclass(frozen=True, slots=True)
class Names:
    """by_id: None when names were not asked for."""

    by_id: Mapping[int, str] | None
    is_stale: bool


def people_names() -> Names:
    """Everybody of the directory by id."""
    reading = upstreams.people()
    names = {key: each.name for key, each in reading.value.items()}
    return Names(names, is_stale=reading.is_stale)


@dataclass(frozen=True, slots=True)
class Lookups:
    """The upstreams' lists that rows of activities refer to."""

    orders: Mapping[int, PurchaseOrder]
    inquiries: Mapping[int, Inquiry]
    jobs: Mapping[int, Job]

    def order(self, activity: Activity) -> str:
        """``number (account)``, or nothing."""
        found = self.orders.get(activity.ext_purchase_order_id or 0)
        return _with_account(found.number, found.account) if found else ""

    def inquiry(self, activity: Activity) -> str:
        """``number (account)``, or nothing."""
        found = self.inquiries.get(activity.ext_inquiry_id or 0)
        return _with_account(found.number, found.account) if found else ""

    def quotation(self, activity: Activity) -> str:
        """The quotation of the inquiry, or nothing."""
        found = self.inquiries.get(activity.ext_inquiry_id or 0)
        return found.quotation.name if found and found.quotation else ""

    def job(self, activity: Activity) -> str:
        """The job's name, or nothing."""
        found = self.jobs.get(activity.ext_job_id or 0)
        return found.name if found else ""

    def product(self, activity: Activity) -> str:
        """``kind: name`` of the panel of its job, or nothing."""
        job = self.jobs.get(activity.ext_job_id or 0)
        panels = job.panel_codes if job else ()
        wanted = activity.ext_panel_code_id
        return next((f"{p.kind}: {p.name}" for p in panels if p.ext_id == wanted), "")

    def source(self, activity: Activity) -> str:
        """The subject in one line: inquiry, or job and order."""
        if activity.kind == Activity.Kind.PRE_PO:
            return self.inquiry(activity)
        return " · ".join(filter(None, (self.job(activity), self.order(activity))))


def _with_account(number: str, account: Account | None) -> str:
    return f"{number} ({account.name})" if account else number


def all_lookups() -> Lookups:
    orders, inquiries = upstreams.crm().purchase_orders(), upstreams.crm().inquiries()
    jobs = upstreams.ppic().jobs()
    return Lookups(orders.value, inquiries.value, jobs.value)


def document_name(support_table_id: int | None) -> str:
    """The name of a support document; nothing when there is none of this id."""
    if support_table_id is None:
        return ""
    rows = SupportTable.objects.filter(pk=support_table_id)
    return str(rows.values_list("name", flat=True).first() or "")


def document_names() -> list[tuple[int, str]]:
    """Id and name of the live support documents, newest first, at most five hundred."""
    rows = SupportTable.objects.alive().order_by("-pk").values_list("pk", "name")
    return list(rows[:MOST_DOCUMENTS])


# --- Facts for planning, read before a transaction opens -------------------------


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
