"""The paths of notifications (docs/contract.md#notifications)."""

from core.http.api import given
from notifications import api

BASE = "api/notifications"
urlpatterns = [
    *given(BASE, api.NotificationsEndpoint, "api-notifications"),
    *given(f"{BASE}/active", api.ActiveEndpoint, "api-notifications-active"),
    *given(f"{BASE}/dashboard", api.OpenNoticesEndpoint, "api-notifications-open"),
    *given(f"{BASE}/done", api.DoneEndpoint, "api-notifications-done"),
    *given(f"{BASE}/undone", api.UndoneEndpoint, "api-notifications-undone"),
    *given(f"{BASE}/undo-done", api.UndoDoneEndpoint, "api-notifications-undo-done"),
    *given(
        f"{BASE}/task/<int:task_id>",
        api.TaskNoticesEndpoint,
        "api-notifications-task",
    ),
    *given(f"{BASE}/<int:pk>", api.NotificationEndpoint, "api-notification"),
]
