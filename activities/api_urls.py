"""The predecessor's paths of activities and tasks (docs/contract.md#activities)."""

from activities import api
from core.http.api import any_case

BASE = "api/dashboard"
urlpatterns = [
    *any_case(f"{BASE}/activities", api.ActivitiesEndpoint, "api-activities"),
    *any_case(f"{BASE}/activities/task", api.TasksEndpoint, "api-activity-tasks"),
    *any_case(
        f"{BASE}/activities/task/<int:pk>", api.TaskEndpoint, "api-activity-task"
    ),
    *any_case(f"{BASE}/activities/<int:pk>", api.ActivityEndpoint, "api-activity"),
    *any_case(f"{BASE}/incharges/<int:pk>", api.InChargesEndpoint, "api-in-charges"),
    *any_case("api/tasks", api.TaskAddEndpoint, "api-tasks"),
    *any_case(
        "api/tasks/byecnccnid/<int:change_id>",
        api.TasksOfChangeEndpoint,
        "api-tasks-of-change",
    ),
]
