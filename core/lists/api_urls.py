"""The paths of saved views (docs/contract.md#views)."""

from core.http.api import any_case
from core.lists import api

BASE = "api/views"
urlpatterns = [
    *any_case(BASE, api.ViewsEndpoint, "api-views"),
    *any_case(f"{BASE}/<int:pk>", api.ViewEndpoint, "api-view"),
]
