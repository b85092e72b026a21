"""The administration as a place to work: what waits for a decision first, with its number."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.permissions import person
from ems.navigation import decisions_waiting

DECIDED = ("ChangeNotice", "BomApproval", "Task")


class Administration(admin.AdminSite):
    """Django's site without its side bar, which opened after the first paint and cut every list."""

    site_header = site_title = "EMS"
    index_title = gettext_lazy("Administration")
    enable_nav_sidebar = False

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[Any]:
        """The lists of decisions in a group of their own, before the tables."""
        groups = super().get_app_list(request, app_label)
        # The login page is a page of this site, too.
        if app_label or not request.user.is_authenticated:
            return groups
        found = {each["object_name"]: each for app in groups for each in app["models"]}
        counts = dict(zip(DECIDED, decisions_waiting(person(request)), strict=True))
        ours = [
            _counted(found[name], counts[name]) for name in DECIDED if name in found
        ]
        for app in groups:
            app["models"] = [
                each for each in app["models"] if each["object_name"] not in DECIDED
            ]
        first = {
            "name": _("For your decision"),
            "app_label": "decisions",
            "app_url": reverse("inbox"),
            "has_module_perms": True,
            "models": ours,
        }
        return [first] * bool(ours) + [app for app in groups if app["models"]]


def _counted(model: dict[str, Any], count: int) -> dict[str, Any]:
    """The model's line, with how many wait for this person."""
    name = str(model["name"])
    label = _("%(name)s (%(count)d waiting)") % {"name": name, "count": count}
    return {**model, "name": label if count else name}


def name_background_jobs() -> None:
    """The queue is of another package, which names it in English only."""
    queue = apps.get_app_config("django_tasks_database")
    queue.verbose_name = gettext_lazy("Background jobs")
    meta = queue.get_model("DBTaskResult")._meta
    meta.verbose_name = gettext_lazy("background job")
    meta.verbose_name_plural = gettext_lazy("background jobs")
