"""The paths of notifications (docs/contract.md#notifications)."""

from core.http.api import any_case
from notifications import api

BASE = "api/notifications"
urlpatterns = [
    *any_case(BASE, api.NotificationsEndpoint, "api-notifications"),
    *any_case(f"{BASE}/mine", api.MineEndpoint, "api-notifications-mine"),
    *any_case(f"{BASE}/active", api.ActiveEndpoint, "api-notifications-active"),
    *any_case(f"{BASE}/dashboard", api.OpenNoticesEndpoint, "api-notifications-open"),
    *any_case(f"{BASE}/done", api.DoneEndpoint, "api-notifications-done"),
    *any_case(f"{BASE}/undone", api.UndoneEndpoint, "api-notifications-undone"),
    *any_case(f"{BASE}/undo-done", api.UndoDoneEndpoint, "api-notifications-undo-done"),
    *any_case(
        f"{BASE}/task/<int:task_id>",
        api.TaskNoticesEndpoint,
        "api-notifications-task",
    ),
    *any_case(f"{BASE}/<int:pk>", api.NotificationEndpoint, "api-notification"),
]
