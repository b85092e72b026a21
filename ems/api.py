"""The dashboard's numbers at the predecessor's paths (docs/contract.md#dashboard-numbers)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.permissions import person
from core.errors import invalid
from core.http.api import Endpoint, stale_header
from core.text.ids import as_id
from core.text.years import is_year
from ems.home.figures import Figures, changes_per_month, figures
from engineering.models import ChangeNotice
from engineering.serializers import DashboardMetricsSerializer, MonthCountSerializer
from engineering.services import type_figures

YEAR = [
    OpenApiParameter(
        "year", int, description="a calendar year; without it the last 12 months"
    )
]


def metrics_out(found: Figures) -> dict[str, Any]:
    """Every figure, with a mark on those that somebody typed."""
    names = DashboardMetricsSerializer.wire_names()
    row = found.row
    return DashboardMetricsSerializer().to_representation(
        {
            "id": row.pk if row else 1,
            **found.values,
            "overrides": {
                names[name]: found.marks[name] for name in sorted(found.marks)
            },
            "created_at": row.created_at if row else None,
            "updated_at": row.updated_at if row else None,
        }
    )


class MetricsEndpoint(Endpoint):
    """``/api/dashboard/metrics``."""

    @extend_schema(responses=DashboardMetricsSerializer)
    def get(self, request: Request) -> Response:
        """The figures: computed, or typed and marked so."""
        found = figures()
        return Response(
            metrics_out(found), headers=stale_header(is_stale=found.is_stale)
        )


class MetricsArrayEndpoint(Endpoint):
    """``/api/dashboard/metrics/arr``: the same in an array, for table editors."""

    @extend_schema(responses=DashboardMetricsSerializer(many=True))
    def get(self, request: Request) -> Response:
        """One element."""
        found = figures()
        return Response(
            [metrics_out(found)], headers=stale_header(is_stale=found.is_stale)
        )

    @extend_schema(
        request=DashboardMetricsSerializer, responses={200: DashboardMetricsSerializer}
    )
    def post(self, request: Request) -> Response:
        """Type figures over the computed ones; null gives a computed one back its place."""
        body = DashboardMetricsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        type_figures(
            data=body.validated_data, by=person(request), shown=figures().values
        )
        return Response(metrics_out(figures()))


class MonthsEndpoint(Endpoint):
    """``/api/dashboard/ecn-data`` and ``ccn-data``."""

    kind = ChangeNotice.Kind.ECN

    @extend_schema(parameters=YEAR, responses=MonthCountSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Twelve months in calendar order, empty ones too."""
        rows = changes_per_month(
            self.kind, year=_year(request.query_params.get("year"))
        )
        return Response(
            [
                {
                    "id": row.year * 100 + row.month,
                    "month": row.name,
                    "year": row.year,
                    "count": row.count,
                }
                for row in rows
            ]
        )


class CcnMonthsEndpoint(MonthsEndpoint):
    """``/api/dashboard/ccn-data``."""

    kind = ChangeNotice.Kind.CCN


def _year(text: str | None) -> int | None:
    if not text:
        return None
    year = as_id(text, len("2026"))
    if year is None or not is_year(year):
        raise invalid("year", _("A year is a number such as 2026."))
    return year
