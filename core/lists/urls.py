"""Pages under /lists/: each takes a form and goes back to its list."""

from django.urls import path

from core.lists import views

app_name = "lists"
urlpatterns = [
    path("<slug:name>/views/", views.view_save, name="save"),
    path("<slug:name>/columns/", views.columns, name="columns"),
    path("views/<int:pk>/", views.view_change, name="change"),
]
