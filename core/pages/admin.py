"""Shared parts of the administration's lists: read-only rows, columns, filters."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.pages.form_fields import FIELDS_OF_COLUMNS
from core.pages.formsets import SPARE, BoundedInlineFormSet
from core.text import formatting

# Django's own name for the filters that a record remembers.
KEPT = "_changelist_filters"
# For ``formfield_overrides``: days and numbers are typed as in the portal.
TYPED_AS_HERE = {
    column: {"form_class": field} for column, field in FIELDS_OF_COLUMNS.items()
}


class ReadOnlyAdminMixin:
    """A mixin of lists and inlines: the portal or a service writes these rows, nobody here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


MOST_ROWS = 100


class BoundedInline:
    """A mixin of inlines: rows that were sent, and no more than anybody types."""

    max_num: int | None = MOST_ROWS
    formset: Any = BoundedInlineFormSet

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """With a limit that no claim passes."""
        kwargs.setdefault("absolute_max", MOST_ROWS + SPARE)
        return super().get_formset(request, obj, **kwargs)  # type: ignore[misc]


class StaffViewMixin(ReadOnlyAdminMixin):
    """A mixin: all staff may look."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_staff", False))


class AdministratorsLook(ReadOnlyAdminMixin):
    """A mixin: what names people's addresses or the inside of the system, for administrators."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))


class RefusalInForm(admin.ModelAdmin[Any]):
    """The base of forms whose rows a service writes: its refusal stands in the form, in its words."""

    def changeform_view(self, request: HttpRequest, *args: Any, **more: Any) -> Any:
        """The form; once more with the sentence after a refusal, when nothing was saved."""
        try:
            return super().changeform_view(request, *args, **more)
        except DomainError as error:
            request.refusal = error.sentence  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **more)

    def get_form(self, request: HttpRequest, *args: Any, **more: Any) -> Any:
        """The form, which was refused or not."""
        form: Any = super().get_form(request, *args, **more)
        refusal = getattr(request, "refusal", "")
        if not refusal:
            return form

        class Refused(form):  # type: ignore[misc]
            def clean(self) -> Any:
                data = super().clean()
                self.add_error(None, refusal)
                return data

        return Refused


def column(name: str, label: Any) -> Callable[[Any], Any]:
    """A field with a translated heading; its verbose name is an English one of the code."""

    @admin.display(description=label, ordering=name, empty_value=formatting.NOTHING)
    def shown(row: Any) -> Any:
        word = getattr(row, f"get_{name}_display", None)
        value = word() if word else getattr(row, name)
        if isinstance(value, datetime):
            return formatting.moment(value)
        if isinstance(value, date):
            return formatting.day(value)
        if isinstance(value, Decimal):
            return formatting.quantity(value)
        return None if value == "" else value

    shown.__name__ = name
    return shown


def choice_filter(label: Any) -> type[admin.ChoicesFieldListFilter]:
    """A filter by choices with a translated heading."""

    class Named(admin.ChoicesFieldListFilter):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = label

    return Named


class WaitingFilter(admin.SimpleListFilter):
    """Rows that wait for me, or all; both have a word of their own in the address."""

    title = _("my turn")
    parameter_name = "waiting"

    def __init__(
        self, request: HttpRequest, params: Any, model: Any, model_admin: Any
    ) -> None:
        self.waiting: Callable[[HttpRequest], Any] = model_admin.waiting_ids
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """First what is to be done."""
        return [("me", _("Waiting for me")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Without Django's own "all", whose address would lead back here."""
        chosen = self.value() or "all"
        for value, title in self.lookup_choices:
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string({"waiting": value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows on which this person may act now."""
        if self.value() != "me":
            return queryset
        return queryset.filter(pk__in=self.waiting(request))


class WaitingFirst:
    """A mixin of lists that are worked off: what waits for me comes first, and the oldest of it."""

    def waiting_ids(self, request: HttpRequest) -> Any:
        """Primary keys of what waits for this person."""
        raise NotImplementedError

    def changelist_view(self, request: HttpRequest, *args: Any, **more: Any) -> Any:
        """Opened without a wish, by somebody who is asked: what waits for them."""
        if request.method == "GET" and not request.GET and self.is_asked(request):
            return HttpResponseRedirect(f"{request.path}?waiting=me")
        return super().changelist_view(request, *args, **more)  # type: ignore[misc]

    def is_asked(self, request: HttpRequest) -> bool:
        """Whether anything waits for this person."""
        found = self.waiting_ids(request)
        return found.exists() if isinstance(found, QuerySet) else bool(found)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """The oldest first in what waits, else the newest."""
        return ("pk",) if request.GET.get("waiting") == "me" else ("-pk",)


def kept_filters(request: HttpRequest, *, of_list: bool = False) -> str:
    """The filters of the list that somebody came from, as a query to go on with."""
    query = request.GET.urlencode() if of_list else request.GET.get(KEPT, "")
    return f"?{QueryDict(query).urlencode()}" if query else ""
