"""Pages under /setup/."""

from django.urls import path

from ems.setup import rules, views

app_name = "setup"
urlpatterns = [
    path("", views.setup_index, name="index"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/new/", rules.rule_new, name="rule_new"),
    path("rules/<int:pk>/", rules.rule_edit, name="rule"),
    path("rules/<int:pk>/remove/", rules.rule_remove, name="rule_remove"),
    path("departments/", rules.departments, name="departments"),
    path("capacities/", rules.capacities_page, name="capacities"),
    path("<slug:slug>/", views.sheet_list, name="list"),
    path("<slug:slug>/new/", views.sheet_new, name="new"),
    path("<slug:slug>/<int:pk>/", views.sheet_row, name="row"),
    path("<slug:slug>/<int:pk>/remove/", views.sheet_remove, name="remove"),
]
