"""Pages under /notifications/, and the polling twin of /live."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.notice_list, name="list"),
    path("notifications/settings/", views.wishes, name="wishes"),
    path("notifications/panel/", views.panel, name="panel"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<int:pk>/open/", views.open_notice, name="open"),
    path("live/poll", views.poll, name="poll"),
]
