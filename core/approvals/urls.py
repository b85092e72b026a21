"""Pages under /setup/rules/."""

from django.urls import path

from core.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.rule_list, name="rule_list"),
    path("new/", views.rule_new, name="rule_new"),
    path("<int:pk>/", views.rule_edit, name="rule"),
    path("<int:pk>/remove/", views.rule_remove, name="rule_remove"),
]
