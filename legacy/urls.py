"""Pages under /setup/switch/."""

from django.urls import path

from legacy import views

app_name = "legacy"
urlpatterns = [
    path("", views.switch, name="switch"),
    path("start/", views.start, name="start"),
    path("progress/", views.progress, name="progress"),
    path("runs/<int:pk>/", views.run, name="run"),
    path("runs/<int:pk>/excel/", views.run_excel, name="run_excel"),
    path("runs/<int:pk>/json/", views.run_json, name="run_json"),
    path("rows/", views.rows, name="rows"),
    path("rows/<int:pk>/", views.row, name="row"),
    path("rows/<int:pk>/leave-out/", views.row_leave_out, name="leave_out"),
    path("rows/<int:pk>/keep/", views.row_keep, name="keep"),
]
