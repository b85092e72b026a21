"""Pages under /leave/."""

from django.urls import path

from core.workdays.views import leave

app_name = "workdays"
urlpatterns = [
    path("", leave.leave_page, name="leave"),
    path("<int:pk>/remove/", leave.leave_remove, name="leave_remove"),
]
