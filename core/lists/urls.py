"""Pages under /lists/: each takes a form and goes back to its list."""

from django.urls import path

from core.lists.views import bulk, kept

app_name = "lists"
urlpatterns = [
    path("rows/", bulk.work_rows, name="bulk"),
    path("<slug:name>/views/", kept.view_save, name="save"),
    path("<slug:name>/columns/", kept.columns, name="columns"),
    path("views/<int:pk>/", kept.view_change, name="change"),
]
