"""The dashboard's paths (docs/contract.md#dashboard-numbers)."""

from core.http.api import given
from ems import api

urlpatterns = [
    *given("api/dashboard/metrics", api.MetricsEndpoint, "metrics"),
    *given("api/dashboard/metrics/arr", api.MetricsArrayEndpoint, "metrics-array"),
    *given("api/dashboard/ecn-data", api.MonthsEndpoint, "ecn-data"),
    *given("api/dashboard/ccn-data", api.CcnMonthsEndpoint, "ccn-data"),
]
