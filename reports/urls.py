"""Pages under /reports/."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_index, name="index"),
    path("<slug:slug>/", views.report, name="report"),
    path("<slug:slug>/excel/", views.report_excel, name="excel"),
]
