"""Roles in the admin, changed by the same services as through the API."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User, UserRole
from core.accounts.permissions import person
from core.accounts.services import change_role, end_sessions, grant_role, revoke_role
from core.pages.admin import AdministratorsLook, choice_filter, column


@admin.register(UserRole)
class UserRoleAdmin(admin.ModelAdmin[UserRole]):
    """Roles of people; administrators only."""

    list_display = (
        "person",
        column("user_id", _("Number at the auth server")),
        column("role", _("Role")),
    )
    list_filter = (("role", choice_filter(_("Role"))),)
    search_fields = ("user_id",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[UserRole]:
        """Each with the person's name, in one query."""
        known = User.objects.filter(ext_id=OuterRef("user_id")).values("name")
        return super().get_queryset(request).annotate(known_as=Subquery(known[:1]))

    @admin.display(description=_("Name"), ordering="known_as")
    def person(self, row: Any) -> str:
        """The name, when the person is known here."""
        return row.known_as or "-"

    def save_model(
        self,
        request: HttpRequest,
        obj: UserRole,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Grant or change through the service."""
        by = person(request)
        if change:
            change_role(row=obj, user_id=obj.user_id, role=obj.role, by=by)
        else:
            obj.pk = grant_role(user_id=obj.user_id, role=obj.role, by=by).pk

    def delete_model(self, request: HttpRequest, obj: UserRole) -> None:
        """Revoke through the service."""
        revoke_role(row=obj, by=person(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_change_permission = has_delete_permission


@admin.register(User)
class UserAdmin(AdministratorsLook, admin.ModelAdmin[User]):
    """People as the auth server has them: nothing to change, and for administrators to see."""

    list_display = (
        column("name", _("Name")),
        column("username", _("User name")),
        column("ext_id", _("Number at the auth server")),
        column("department_name", _("Department")),
        "is_active",
        "is_superuser",
    )
    list_filter = ("is_active", "department_name")
    actions = ("log_out_everywhere",)
    search_fields = ("name", "username")
    fields = (
        "name",
        "username",
        "ext_id",
        "department_name",
        "is_active",
        "is_superuser",
        "is_head",
        "created_at",
        "last_login",
    )
    readonly_fields = fields

    @admin.action(description=_("Log the selected people out everywhere"))
    def log_out_everywhere(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        """Every session and token of each, with an event."""
        for user in rows:
            end_sessions(user=user, by=person(request))
        messages.success(request, gettext("%d people are logged out.") % len(rows))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All people, by name."""
        return super().get_queryset(request).order_by("name")
