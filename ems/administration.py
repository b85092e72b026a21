"""The administration as a place to work: what waits for a decision first, with its number."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.permissions import person
from core.approvals.queries.inbox import is_approver
from core.errors import DomainError
from core.ledger.queries import version_of
from core.text.ids import as_id
from ems.navigation import approval_lists, decisions_waiting

DECIDED = ("ChangeNotice", "BomApproval", "Task")
LISTS = ("engineering_changenotice", "bom_bomapproval")
# What opens to somebody who has no role and is asked for a decision.
OF_APPROVERS = {"index", "logout", "jsi18n"} | {
    f"{name}_{page}"
    for name in LISTS
    for page in ("changelist", "change", "decide", "forward")
}


class AdministrationLogin(AdminAuthenticationForm):
    """Also for who has no role and is asked for a decision."""

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse strangers; raises ValidationError."""
        if not (user.is_active and is_approver(user.pk)):
            super().confirm_login_allowed(user)


class Administration(admin.AdminSite):
    """Django's site without its side bar, which opened after the first paint and cut every list."""

    site_header = site_title = "EMS"
    index_title = gettext_lazy("Administration")
    enable_nav_sidebar = False
    login_form = AdministrationLogin

    def has_permission(self, request: HttpRequest) -> bool:
        """People with a role; and who is or was asked for a decision, at the lists of decisions."""
        if super().has_permission(request):
            return True
        place, user = request.resolver_match, request.user
        is_theirs = place is not None and place.url_name in OF_APPROVERS
        return is_theirs and bool(user.is_active) and is_approver(user.pk or 0)

    def index(self, request: HttpRequest, *args: Any, **more: Any) -> Any:
        """The tables; for who has no role, the list of what they decide."""
        if not getattr(request.user, "is_staff", False):
            first = approval_lists(person(request), version_of(request))[0]
            return redirect(first["url"])
        return super().index(request, *args, **more)

    def admin_view(
        self,
        view: Callable[..., Any],
        cacheable: bool = False,  # noqa: FBT001, FBT002 - as Django has it
    ) -> Any:
        """A view of the site, for which rows are chosen by what can be an id of theirs.

        Django asks the database with whatever was sent, and it crashes on what is no number.
        """
        model = getattr(getattr(view, "__self__", None), "model", None)
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            chosen = request.POST.getlist("_selected_action") if model else []
            if not all(_may_be_id(model, each) for each in chosen):
                raise DomainError(_("The form is damaged. Open the list again."))
            return inner(request, *args, **kwargs)

        return checked

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


def _may_be_id(model: Any, text: str) -> bool:
    """Whether the database can be asked for this row."""
    if isinstance(model._meta.pk, models.IntegerField):
        return as_id(text) is not None
    try:
        model._meta.pk.to_python(text)
    except ValidationError:
        return False
    return True


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
