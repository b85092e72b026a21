"""The approval list of the Django admin: what waits for me, and each decision on it with a remark."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.models import User
from core.accounts.permissions import person
from core.accounts.queries import everybody
from core.accounts.services import known_person
from core.approvals.models import ApprovalRule, ApprovalStep, Status
from core.approvals.queries.due import due_of_record
from core.approvals.queries.inbox import is_approver, records_shown
from core.approvals.queries.openings import unopened
from core.approvals.services import (
    MAX_REASON,
    ask_another,
    note_opening,
    require_opened,
)
from core.errors import DomainError
from core.ledger.admin import KeptInPortal
from core.pages.admin import (
    KEPT,
    BoundedInline,
    StaffViewMixin,
    WaitingFirst,
    kept_filters,
)
from core.text import formatting
from core.text.ids import as_id

MINE = "?waiting=me"
SAID = {str(status.value): status for status in Status if status}
QUESTIONS = {
    Status.ACCEPTED: gettext_lazy("Approve?"),
    Status.REJECTED: gettext_lazy("Reject?"),
    Status.RETURNED: gettext_lazy("Send back for rework?"),
}


class ApprovalAdmin(WaitingFirst, admin.ModelAdmin[Any]):
    """A list of records under approval. Records are read here and decided, never typed.

    A subclass gives ``records()``, ``waiting_ids(request)`` (primary keys that wait for the person),
    ``decide(record, status, remark, revision, digest, by)`` and ``context_of(record, request)``
    for its ``change_form_template``. People with a role see every record; who has none, those on
    which they are or were asked.
    """

    actions = ["approve_selected", "reject_selected", "return_selected"]
    confirm_template = "admin/approvals/confirm.html"
    list_per_page = 50
    empty_value_display = formatting.NOTHING

    def records(self) -> QuerySet[Any]:
        """Every record of the list."""
        raise NotImplementedError

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

    def above_limit(self, rows: Collection[Any]) -> frozenset[int]:
        """Primary keys of those that cost more than they may without a word."""
        return frozenset()

    # --- The list -------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The records that this person may see here."""
        label = self.model._meta.label
        rows: QuerySet[Any] = self.records().annotate(due_at=due_of_record(label))
        if getattr(request.user, "is_staff", False):
            return rows
        return rows.filter(pk__in=records_shown(request.user.pk or 0, label))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, with what is read for all of its rows at once."""
        found = super().get_changelist_instance(request)
        found.result_list = list(found.result_list)
        self.read_beside(found.result_list)
        return found

    def read_beside(self, rows: list[Any]) -> None:
        """Put at each row what its columns show and its table does not have."""
        above = self.above_limit(rows)
        for row in rows:
            row.is_above = row.pk in above

    @admin.display(description=gettext_lazy("Due"))
    def due(self, record: Any) -> str:
        """When its open step is to be decided, and whether that is past."""
        if record.due_at is None:
            return formatting.NOTHING
        when = formatting.moment(record.due_at)
        late = _("late")
        return f"{when} · {late}" if record.due_at < timezone.now() else when

    # --- Many at once ---------------------------------------------------------------

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

    @admin.action(description=gettext_lazy("Send back the selected for rework…"))
    def return_selected(
        self, request: HttpRequest, rows: QuerySet[Any]
    ) -> HttpResponse:
        """Ask what must be reworked, then send each back."""
        return self._confirm(request, rows, Status.RETURNED)

    def _confirm(
        self, request: HttpRequest, rows: QuerySet[Any], status: Status
    ) -> HttpResponse:
        """The question; what was not opened cannot be approved, and what costs much is named."""
        chosen = list(rows)
        is_yes = status == Status.ACCEPTED
        left_out = unopened(chosen, person(request)) if is_yes else set()
        self.read_beside(chosen)
        context = {
            **self.admin_site.each_context(request),
            "title": QUESTIONS[status],
            "rows": chosen,
            "ready": [row for row in chosen if row.pk not in left_out],
            "unopened": left_out,
            "above": [row for row in chosen if row.is_above],
            "status": status,
            "opts": self.model._meta,
            "post_to": self._post_to("decide", request.GET.urlencode()),
            "back": self._list(kept_filters(request, of_list=True)),
        }
        return TemplateResponse(request, self.confirm_template, context)

    # --- Addresses ------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """The list and record pages, and the two places that take what was pressed."""
        views = {"decide": self.decide_view, "forward": self.forward_view}
        ours = [
            path(f"{name}/", self.admin_site.admin_view(view), name=self._name(name))
            for name, view in views.items()
        ]
        return [*ours, *super().get_urls()]

    def _name(self, page: str) -> str:
        meta = self.model._meta
        return f"{meta.app_label}_{meta.model_name}_{page}"

    def _list(self, query: str) -> str:
        """The list, with the filters that somebody came from."""
        return reverse(f"admin:{self._name('changelist')}") + (query or MINE)

    def _post_to(self, page: str, filters: str) -> str:
        """Addresses for decisions; the filters travel along."""
        address = reverse(f"admin:{self._name(page)}")
        return f"{address}?{urlencode({KEPT: filters})}" if filters else address

    # --- What was pressed -----------------------------------------------------------

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Decide each row on the revision and digest that was shown; say what became of each."""
        if request.method == "POST":
            for shown in request.POST.getlist("shown"):
                self._decide_one(request, shown)
        return HttpResponseRedirect(self._list(kept_filters(request)))

    def _decide_one(self, request: HttpRequest, shown: str) -> None:
        """``shown`` is ``id:revision:digest`` as the page had it."""
        *numbers, digest = [*shown.split(":", 2), "", ""][:3]
        pk, revision = map(as_id, numbers)
        status = SAID.get(request.POST.get("status", ""))
        if status is None or pk is None or revision is None:
            messages.error(request, _("The form is damaged. Open the list again."))
            return
        record, by = get_object_or_404(self.model, pk=pk), person(request)
        remark = request.POST.get("remark", "")
        try:
            if status == Status.ACCEPTED:
                require_opened(record, by)
            self.decide(record, status, remark, revision, digest, by)
        except DomainError as error:
            messages.error(request, f"{record}: {error.sentence}")
        else:
            messages.success(request, f"{record}: {status.label}")

    def forward_view(self, request: HttpRequest) -> HttpResponse:
        """Ask somebody else: in one's own place, else, as manager or administrator, as well."""
        if request.method != "POST":
            return HttpResponseRedirect(self._list(kept_filters(request)))
        key = as_id(request.POST.get("record", ""))
        record = get_object_or_404(self.get_queryset(request), pk=key or 0)
        try:
            to = known_person(as_id(request.POST.get("to", "")), "toExtUserId")
            reason = request.POST.get("reason", "")[:MAX_REASON]
            ask_another(record=record, by=person(request), to=to, reason=reason)
        except DomainError as error:
            messages.error(request, error.sentence)
            page = reverse(f"admin:{self._name('change')}", args=[record.pk])
            kept = urlencode({KEPT: request.GET.get(KEPT, "")})
            return HttpResponseRedirect(f"{page}?{kept}")
        messages.success(request, _("%(person)s is asked now.") % {"person": to})
        return HttpResponseRedirect(self._list(kept_filters(request)))

    # --- One record -----------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The record with its content, decisions and history; opening it is remembered."""
        record: Model | None = self.get_object(request, object_id)
        if record is None:
            return super().change_view(request, object_id, form_url, extra_context)
        note_opening(record=record, by=person(request))
        filters = request.GET.get(KEPT, "")
        extra = {
            "post_to": self._post_to("decide", filters),
            "forward_to": self._post_to("forward", filters),
            "faces": everybody(),
            **self._next(request, record, filters),
            **(extra_context or {}),
        }
        context = self.context_of(record, request) | extra
        return super().change_view(request, object_id, form_url, context)

    def _next(
        self, request: HttpRequest, record: Model, filters: str
    ) -> dict[str, Any]:
        """The record to go on with: the next older than this one's followers, else the oldest."""
        waiting = sorted(self.waiting_ids(request))
        others = [pk for pk in waiting if pk != record.pk]
        later = [pk for pk in others if pk > (record.pk or 0)]
        found = {"waiting_count": len(waiting), "mine_url": self._list(MINE)}
        for pk in (later or others)[:1]:
            page = reverse(f"admin:{self._name('change')}", args=[pk])
            kept = urlencode({KEPT: filters or MINE.lstrip("?")})
            found["next_url"] = f"{page}?{kept}"
        return found

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People with a role, and who is or was asked for a decision."""
        if not request.user.is_active:
            return False
        is_staff = getattr(request.user, "is_staff", False)
        return bool(is_staff or is_approver(request.user.pk or 0))

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
