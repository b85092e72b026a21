"""Deliveries in the admin, and the base of simple tables, which are written with their events."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.accounts.permissions import may, person
from core.db.models import SoftDeleted
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.ledger.models import Delivery, DeliveryAttempt, Event
from core.ledger.policies import masked
from core.ledger.services import remove_row, resend, save_row
from core.pages.admin import (
    TYPED_AS_HERE,
    AdministratorsLook,
    BoundedInline,
    ReadOnlyAdminMixin,
    RefusalInForm,
    StaffViewMixin,
    choice_filter,
    column,
)


class ReadOnlyAdmin(ReadOnlyAdminMixin, admin.ModelAdmin[Any]):
    """Rows that nobody types."""


class AttemptInline(
    BoundedInline, AdministratorsLook, admin.TabularInline[DeliveryAttempt, Delivery]
):
    """The tries at a delivery."""

    model = DeliveryAttempt
    fields = readonly_fields = ("at", "status", "answer")
    extra = 0


@admin.register(Delivery)
class DeliveryAdmin(AdministratorsLook, admin.ModelAdmin[Any]):
    """Deliveries to outside systems; administrators only. Their authors see them at the record."""

    list_display = (
        "key",
        column("kind", _("Kind")),
        column("state", _("State")),
        column("attempts", _("Attempts")),
        column("next_at", _("Next try")),
        column("delivered_at", _("Delivered")),
        column("last_status", _("Last answer")),
    )
    list_filter = (("state", choice_filter(_("State"))), "kind")
    search_fields = ("key",)
    inlines = (AttemptInline,)
    exclude = ("body", "path")
    readonly_fields = ("receiver",)
    actions = ("send_again",)

    @admin.display(description=_("Receiver"))
    def receiver(self, delivery: Delivery) -> str:
        """The path, or the address of an e-mail without most of its name."""
        return masked(delivery.path)

    @admin.action(description=_("Send the parked ones again"), permissions=["view"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        """Through the service; each says what became of it."""
        for delivery in rows:
            try:
                resend(delivery=delivery, by=person(request))
            except DomainError as error:
                messages.error(request, f"{delivery}: {error.sentence}")
            else:
                messages.success(request, gettext("%s is sent again.") % delivery)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The history of everything, to read."""

    list_display = (
        column("at", _("When")),
        column("actor_name", _("Who")),
        column("kind", _("What")),
        column("record_type", _("Record")),
        "record_id",
        "seq",
    )
    list_filter = ("kind",)
    search_fields = ("actor_name",)
    ordering = ("-id",)
    show_full_result_count = False


class TableAdmin(RefusalInForm):
    """A table that only administrators touch, written through the same service as by the API."""

    verb = "set_up"
    actions = None
    formfield_overrides = TYPED_AS_HERE

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the rows that were removed and are kept."""
        rows = super().get_queryset(request)
        is_kept = issubclass(self.model, SoftDeleted)
        return rows.filter(deleted_at=None) if is_kept else rows

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: Any,
        change: bool,  # noqa: FBT001
    ) -> None:
        """Save what was typed, with its event."""
        data = {name: form.cleaned_data[name] for name in form.changed_data} | {
            "id": obj.pk
        }
        saved = save_row(model=type(obj), data=data, by=person(request), verb=self.verb)
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Remove with its event."""
        remove_row(row=obj, by=person(request), verb=self.verb)

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A row is added once, however often the form is sent."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        once = saves_once(self.model, lambda pk: reverse(name, args=[pk]))
        return once(super().add_view)(request, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By the one table of permissions."""
        return isinstance(request.user, User) and may(request.user, self.verb)

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the one table of permissions."""
        return self.has_change_permission(request)


class KeptInPortal(StaffViewMixin, admin.ModelAdmin[Any]):
    """A table that is set up in the portal: looked up here, and its keepers are led there.

    portal: the name of the page's address, if it is not one of ``TablePages``; verb: the line of
    the permission table that opens it.
    """

    portal = ""
    verb = "set_up"
    actions = None

    def changelist_view(self, request: HttpRequest, *args: Any, **more: Any) -> Any:
        """The page of the portal, for those who keep the table."""
        if may(person(request), self.verb):
            meta = self.opts
            listed = f"{meta.app_label}_setup:{meta.model_name}_list"
            return HttpResponseRedirect(reverse(self.portal or listed))
        return super().changelist_view(request, *args, **more)
