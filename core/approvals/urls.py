"""Pages under /setup/rules/."""

from django.urls import path

from core.approvals.views import rules
from core.approvals.views.rerouting import rules_on_waiting

app_name = "approvals"
urlpatterns = [
    path("", rules.rule_list, name="rule_list"),
    path("new/", rules.rule_new, name="rule_new"),
    path("words/", rules.rule_words, name="rule_words"),
    path("waiting/", rules_on_waiting, name="rules_on_waiting"),
    path("<int:pk>/", rules.rule_edit, name="rule"),
    path("<int:pk>/remove/", rules.rule_remove, name="rule_remove"),
]
