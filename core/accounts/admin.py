"""Roles in the admin, changed by the same services as through the API."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.accounts.models import User, UserRole
from core.accounts.permissions import person
from core.accounts.services import change_role, grant_role, revoke_role


@admin.register(UserRole)
class UserRoleAdmin(admin.ModelAdmin[UserRole]):
    """Who holds which role; administrators only."""

    list_display = ("person", "user_id", "role")
    list_filter = ("role",)
    search_fields = ("user_id",)
    actions = None

    @admin.display(description="Name")
    def person(self, row: UserRole) -> str:
        """The name, when the person is known here."""
        return str(User.objects.filter(ext_id=row.user_id).first() or "-")

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
        """Administrators only."""
        return bool(request.user.is_superuser)

    has_add_permission = has_change_permission = has_delete_permission


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People as the auth server has them; nothing to change here."""

    list_display = (
        "name",
        "username",
        "ext_id",
        "department_name",
        "is_active",
        "is_superuser",
    )
    list_filter = ("is_active", "department_name")
    search_fields = ("name", "username")
    fields = (*list_display, "is_head", "created_at", "last_login")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All people, by name."""
        return super().get_queryset(request).order_by("name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People come from the auth server."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor is anything of them typed here; history names them."""
        return False

    has_delete_permission = has_change_permission
