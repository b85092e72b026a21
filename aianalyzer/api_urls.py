"""The paths of the analyzer (docs/contract.md#analyses)."""

from aianalyzer import api
from core.http.api import any_case

ONE = "api/generations/<int:pk>"
urlpatterns = [
    *any_case("api/generations", api.GenerationsEndpoint, "generations"),
    *any_case("generations", api.RecordEndpoint, "generation-record"),
    *any_case("api/generations/analyze", api.AnalyzeEndpoint, "generation-analyze"),
    *any_case(ONE, api.GenerationEndpoint, "generation"),
    *any_case(f"{ONE}/cancel", api.CancelEndpoint, "generation-cancel"),
    *any_case(f"{ONE}/retry", api.RetryEndpoint, "generation-retry"),
]
