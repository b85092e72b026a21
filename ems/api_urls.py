"""The dashboard's paths (docs/contract.md#dashboard-numbers)."""

from core.http.api import any_case
from ems import api, searching

urlpatterns = [
    *any_case("api/search", searching.SearchEndpoint, "api-search"),
    *any_case("api/dashboard/metrics", api.MetricsEndpoint, "metrics"),
    *any_case("api/dashboard/metrics/arr", api.MetricsArrayEndpoint, "metrics-array"),
    *any_case("api/dashboard/ecn-data", api.MonthsEndpoint, "ecn-data"),
    *any_case("api/dashboard/ccn-data", api.CcnMonthsEndpoint, "ccn-data"),
]
