"""The predecessor's paths of activities and tasks (docs/contract.md#activities)."""

from activities import api
from core.http.api import given

BASE = "api/dashboard"
urlpatterns = [
    *given(f"{BASE}/activities", api.ActivitiesEndpoint, "api-activities"),
    *given(f"{BASE}/activities/task", api.TasksEndpoint, "api-activity-tasks"),
    *given(f"{BASE}/activities/task/<int:pk>", api.TaskEndpoint, "api-activity-task"),
    *given(f"{BASE}/activities/<int:pk>", api.ActivityEndpoint, "api-activity"),
    *given(f"{BASE}/incharges/<int:pk>", api.InChargesEndpoint, "api-in-charges"),
    *given("api/tasks", api.TaskAddEndpoint, "api-tasks"),
    *given(
        "api/tasks/byecnccnid/<int:change_id>",
        api.TasksOfChangeEndpoint,
        "api-tasks-of-change",
    ),
]
