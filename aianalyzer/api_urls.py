"""The paths of the analyzer (docs/contract.md#analyses)."""

from aianalyzer import api
from core.http.api import given

ONE = "api/generations/<int:pk>"
urlpatterns = [
    *given("api/generations", api.GenerationsEndpoint, "generations"),
    *given("generations", api.RecordEndpoint, "generation-record"),
    *given("api/generations/analyze", api.AnalyzeEndpoint, "generation-analyze"),
    *given(ONE, api.GenerationEndpoint, "generation"),
    *given(f"{ONE}/cancel", api.CancelEndpoint, "generation-cancel"),
    *given(f"{ONE}/retry", api.RetryEndpoint, "generation-retry"),
]
