"""Names behind the ids of a change, from the outside systems; cached, never waited for in a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from core.errors import invalid
from core.integrations import upstreams
from core.integrations.authserver import Person
from core.integrations.crm import PurchaseOrder
from core.integrations.item_catalogue import Item
from core.integrations.material_requests import MaterialRequest
from core.integrations.ppic import Job


@dataclass(frozen=True, slots=True)
class UpstreamNames:
    """People, orders, jobs and parts by id, as last read; empty where an upstream is away."""

    people: Mapping[int, Person] = field(default_factory=dict)
    orders: Mapping[int, PurchaseOrder] = field(default_factory=dict)
    jobs: Mapping[int, Job] = field(default_factory=dict)
    items: Mapping[int, Item] = field(default_factory=dict)
    is_stale: bool = False
    unknown_items: frozenset[int] = frozenset()
    unknown_jobs: frozenset[int] = frozenset()

    def require_item(self, ext_id: int | None) -> None:
        """Raises DomainError ``invalid`` for a part that PPIC surely does not have."""
        if ext_id in self.unknown_items:
            raise invalid("items.extItemId", _("PPIC knows no part %s.") % ext_id)

    def require_job(self, ext_id: int | None) -> None:
        """Raises DomainError ``invalid`` for a job that PPIC surely does not have."""
        if ext_id in self.unknown_jobs:
            raise invalid("extJobId", _("PPIC knows no job %s.") % ext_id)


def read_upstream_names(
    fields: Mapping[str, Any], items: Iterable[Mapping[str, Any]]
) -> UpstreamNames:
    """Names for these values of a change, and the ids among them that nobody knows.

    Never inside a transaction.
    """
    parts = {key for each in items if (key := each.get("ext_item_id"))}
    jobs = {key for key in (fields.get("ext_job_id"),) if key}
    return replace(
        catalogue(with_jobs=True),
        unknown_items=upstreams.ppic().unknown_items(parts),
        unknown_jobs=upstreams.ppic().unknown_jobs(jobs),
    )


def catalogue(*, with_jobs: bool = False) -> UpstreamNames:
    """One reading of each upstream; from memory except when the cache is cold."""
    people = upstreams.auth().people()
    orders = upstreams.crm().purchase_orders()
    items = upstreams.ppic().items()
    jobs = upstreams.ppic().jobs() if with_jobs else None
    return UpstreamNames(
        people=people.value,
        orders=orders.value,
        items=items.value,
        jobs=jobs.value if jobs else {},
        is_stale=people.is_stale
        or orders.is_stale
        or items.is_stale
        or bool(jobs and jobs.is_stale),
    )


@dataclass(frozen=True, slots=True)
class ChangeMaterialRequests:
    """PPIC's material requests by the id of the change they belong to."""

    by_change: Mapping[int, tuple[MaterialRequest, ...]]
    is_stale: bool


def material_requests(change_ids: Iterable[int]) -> ChangeMaterialRequests:
    """PPIC's material requests of these changes; empty and stale when it does not answer."""
    reading = upstreams.ppic().material_requests(list(change_ids))
    return ChangeMaterialRequests(reading.value, reading.is_stale)
