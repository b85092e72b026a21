"""Paths of the inbox and of substitutions."""

from core.approvals import api
from core.http.api import any_case

urlpatterns = [
    *any_case("api/inbox", api.InboxEndpoint, "inbox-api"),
    *any_case("api/substitutions", api.SubstitutionsEndpoint, "substitutions"),
    *any_case(
        "api/substitutions/<int:pk>", api.SubstitutionEndpoint, "substitution-detail"
    ),
]
