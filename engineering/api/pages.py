"""``/api/ecn-page-detail-data/{id}``: everything for one page in one answer."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Endpoint, stale_header, tagged
from core.integrations import upstreams
from core.integrations.cache import Reading
from engineering.api.changes import change_or_404
from engineering.api.rows import order_out, person_out, plain_rows
from engineering.models import ChangeNotice


class ChangePageEndpoint(Endpoint):
    """``EcnPageDetail``: a change with the lists of its form."""

    @extend_schema(responses={200: dict})
    def get(self, request: Request, pk: int) -> Response:
        """The change, and the orders, jobs, items, people, departments and prices to edit it."""
        change_or_404(pk)
        readings: dict[str, Reading[Any]] = {
            "orders": upstreams.crm().purchase_orders(),
            "jobs": upstreams.ppic().jobs(),
            "items": upstreams.ppic().items(),
            "users": upstreams.people(),
            "departments": upstreams.departments(),
            "inventory": upstreams.ppic().inventory_rows(),
        }
        is_stale = any(reading.is_stale for reading in readings.values())
        values = {name: reading.value for name, reading in readings.items()}
        response = tagged(_page(pk, values))
        for name, value in stale_header(is_stale=is_stale).items():
            response[name] = value
        return response


def _page(pk: int, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "ecn": plain_rows(ChangeNotice.objects.all(), [pk])[0],
        "pos": [order_out(order) for order in values["orders"].values()],
        "jobs": {"jobs": [dict(job.raw) for job in values["jobs"].values()]},
        "items": [dict(item.raw) for item in values["items"].values()],
        "users": [person_out(person) for person in values["users"].values()],
        "departments": [dict(each.raw) for each in values["departments"].values()],
        "inventory": [dict(row) for row in values["inventory"]],
    }
