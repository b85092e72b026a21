"""The approval list of the Django admin: what waits for me, approve or reject with a remark."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.models import User
from core.accounts.permissions import person
from core.approvals.models import ApprovalRule, ApprovalStep, Status
from core.errors import DomainError
from core.ledger.admin import KeptInPortal
from core.pages.admin import (
    KEPT,
    BoundedInline,
    StaffViewMixin,
    WaitingFirst,
    kept_filters,
)
from core.text.ids import as_id


class ApprovalAdmin(WaitingFirst, admin.ModelAdmin[Any]):
    """A list of records under approval. Records are read here and decided, never typed.

    A subclass gives ``waiting_ids(request)`` (primary keys that wait for the person),
    ``decide(record, status, remark, revision, digest, by)`` and ``context_of(record, request)``
    for its ``change_form_template``.
    """

    actions = ["approve_selected", "reject_selected"]
    confirm_template = "admin/approvals/confirm.html"
    list_per_page = 50

    def decide(
        self,
        record: Any,
        status: int,
        remark: str,
        revision: int,
        digest: str,
        by: User,
    ) -> None:
        """Call the service of the app."""
        raise NotImplementedError

    def context_of(self, record: Any, request: HttpRequest) -> dict[str, Any]:
        """Values of the record page."""
        raise NotImplementedError

    @admin.action(description=gettext_lazy("Approve the selected…"))
    def approve_selected(
        self, request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse:
        """Ask once, then decide each."""
        return self._confirm(request, rows, Status.ACCEPTED)

    @admin.action(description=gettext_lazy("Reject the selected…"))
    def reject_selected(
        self, request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse:
        """Ask for the reason, then decide each."""
        return self._confirm(request, rows, Status.REJECTED)

    def _confirm(
        self, request: HttpRequest, rows: QuerySet[Any], status: Status
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Approve?") if status == Status.ACCEPTED else _("Reject?"),
            "rows": rows,
            "status": status,
            "opts": self.model._meta,
            "post_to": self._post_to(request.GET.urlencode()),
            "back": self._list(kept_filters(request, of_list=True)),
        }
        return TemplateResponse(request, self.confirm_template, context)

    def get_urls(self) -> list[URLPattern]:
        """The list and record pages, and the one place that takes decisions."""
        decide = self.admin_site.admin_view(self.decide_view)
        return [path("decide/", decide, name=self._name("decide")), *super().get_urls()]

    def _name(self, page: str) -> str:
        meta = self.model._meta
        return f"{meta.app_label}_{meta.model_name}_{page}"

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Decide each row on the revision and digest that was shown; say what became of each."""
        if request.method == "POST":
            for shown in request.POST.getlist("shown"):
                self._decide_one(request, shown)
        return HttpResponseRedirect(self._list(kept_filters(request)))

    def _list(self, query: str) -> str:
        """The list, with the filters that somebody came from."""
        return reverse(f"admin:{self._name('changelist')}") + query

    def _post_to(self, filters: str) -> str:
        """Addresses for decisions; the filters travel along."""
        page = reverse(f"admin:{self._name('decide')}")
        return f"{page}?{urlencode({KEPT: filters})}" if filters else page

    def _decide_one(self, request: HttpRequest, shown: str) -> None:
        """``shown`` is ``id:revision:digest`` as the page had it."""
        *numbers, digest = [*shown.split(":", 2), "", ""][:3]
        pk, revision = map(as_id, numbers)
        status = {"1": Status.ACCEPTED, "2": Status.REJECTED}.get(
            request.POST.get("status", "")
        )
        if status is None or pk is None or revision is None:
            messages.error(request, _("The form is damaged. Open the list again."))
            return
        record = get_object_or_404(self.model, pk=pk)
        try:
            self.decide(
                record,
                status,
                request.POST.get("remark", "").replace("\0", ""),
                revision,
                digest,
                person(request),
            )
        except DomainError as error:
            messages.error(request, f"{record}: {error.sentence}")
        else:
            messages.success(request, f"{record}: {status.label}")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The record with its content, decisions and history."""
        record: Model | None = self.get_object(request, object_id)
        if record is None:
            return super().change_view(request, object_id, form_url, extra_context)
        extra = {
            "post_to": self._post_to(request.GET.get(KEPT, "")),
            **(extra_context or {}),
        }
        context = self.context_of(record, request) | extra
        return super().change_view(request, object_id, form_url, context)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """All staff may look."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is typed here."""
        return False

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Records are raised in the portal or through the API."""
        return False


class StepInline(
    BoundedInline, StaffViewMixin, admin.TabularInline[ApprovalStep, ApprovalRule]
):
    """Steps within their rule."""

    model = ApprovalStep
    extra = 0


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(KeptInPortal):
    """Approval rules by kind and net cost."""

    portal = "approvals:rule_list"
    list_display = ("kind", "net_from", "net_below", "is_active")
    list_filter = ("kind", "is_active")
    inlines = (StepInline,)
