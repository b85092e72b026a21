"""Roles in the admin, changed by the same services as through the API."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.forms import RoleForm
from core.accounts.models import User, UserRole
from core.accounts.permissions import person
from core.accounts.queries import names
from core.accounts.services import (
    change_role,
    confirm_signature,
    end_sessions,
    grant_role,
    needs_reentry,
    revoke_role,
)
from core.errors import DomainError
from core.integrations import upstreams
from core.pages.admin import (
    AdministratorsLook,
    RefusalInForm,
    choice_filter,
    column,
    kept_filters,
)
from core.text.ids import as_id
from core.text.normal_form import plain_text

CONFIRMED = "signature_confirmed"


class AsksReentry:
    """A mixin of approval lists: the password or the PIN where decisions need it.

    One entry covers the rows that were shown. It stands before ``ApprovalAdmin`` among the bases.
    """

    def needs_secret(self, rows: QuerySet[Any]) -> bool:
        """Whether a decision on any of these rows needs it."""
        return needs_reentry()

    def _confirm(self, request: HttpRequest, rows: QuerySet[Any], status: Any) -> Any:
        """The question before a bulk decision."""
        page = super()._confirm(request, rows, status)  # type: ignore[misc]
        if isinstance(page, TemplateResponse) and page.context_data is not None:
            page.context_data["needs_password"] = self.needs_secret(rows)
        return page

    def decide_view(self, request: HttpRequest) -> Any:
        """Ask before the first decision; a refusal decides nothing."""
        if request.method == "POST":
            try:
                confirmed = confirm_signature(
                    by=person(request),
                    secret=request.POST.get("password", ""),
                    address=request.META.get("REMOTE_ADDR", ""),
                    is_needed=self.needs_secret(self._shown(request)),
                )
            except DomainError as error:
                messages.error(request, error.sentence)
                back: str = self._list(kept_filters(request))  # type: ignore[attr-defined]
                return HttpResponseRedirect(back)
            setattr(request.user, CONFIRMED, confirmed)
        return super().decide_view(request)  # type: ignore[misc]

    def _shown(self, request: HttpRequest) -> QuerySet[Any]:
        ids = (as_id(each.partition(":")[0]) for each in request.POST.getlist("shown"))
        known = [key for key in ids if key is not None]
        rows: QuerySet[Any] = self.get_queryset(request)  # type: ignore[attr-defined]
        return rows.filter(pk__in=known)


class OfPerson(admin.ModelAdmin[Any]):
    """The base of tables that name a person by the auth server's id: shown and found by name."""

    person_field = "user_id"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows of the people whose names hold these words, and what else is searched."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        words = plain_text(search_term)
        called = [key for key, name in names().items() if words in plain_text(name)]
        people = queryset.filter(**{f"{self.person_field}__in": called})
        return (found | people if words else found), may_repeat

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each with the name of the person who logged in here, in one query."""
        known = User.objects.filter(ext_id=OuterRef(self.person_field)).values("name")
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.annotate(known_as=Subquery(known[:1]))
        return found

    @admin.display(description=_("Name"))
    def person(self, row: Any) -> str:
        """The name, from the directory or as known here."""
        key = getattr(row, self.person_field)
        listed = upstreams.people().value.get(key)
        return (listed and listed.name) or row.known_as or f"#{key}"


@admin.register(UserRole)
class UserRoleAdmin(RefusalInForm, OfPerson):
    """Roles of people; administrators only."""

    form = RoleForm
    list_display = (
        "person",
        column("user_id", _("Number at the auth server")),
        column("role", _("Role")),
    )
    list_filter = (("role", choice_filter(_("Role"))),)
    search_fields = ("user_id",)
    actions = None

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


class DepartmentFilter(admin.AllValuesFieldListFilter):
    """Departments by name; people of none have words of their own, for a link needs some."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The lines of the filter."""
        for choice in super().choices(changelist):
            yield {
                **choice,
                "display": choice["display"] or gettext("Without a department"),
            }


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
    list_filter = ("is_active", ("department_name", DepartmentFilter))
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
