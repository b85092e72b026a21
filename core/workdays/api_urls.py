"""The paths of leave."""

from core.http.api import any_case
from core.workdays import api

urlpatterns = [
    *any_case("api/leave", api.LeavesEndpoint, "api-leaves"),
    *any_case("api/leave/<int:pk>", api.LeaveEndpoint, "api-leave"),
]
