"""Activities and tasks in the Django admin: lists to find and to sign; the portal edits."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.forms import SaidForm
from activities.models import Activity, Task
from activities.queries.listing import progress_label
from activities.queries.mine import waiting_word
from activities.queries.signers import tasks_asking
from activities.services import reopen, sign_off
from core.accounts.models import User
from core.accounts.permissions import person
from core.accounts.services import confirm_signature, needs_reentry
from core.errors import DomainError
from core.pages.admin import (
    StaffViewMixin,
    WaitingFilter,
    WaitingFirst,
    choice_filter,
    column,
)
from core.text.ids import as_id

# One of these comes with the page that asks before many are signed.
ASKED = {"password", "late_reason"}


class WorkAdmin(StaffViewMixin, admin.ModelAdmin[Any]):
    """All staff may look; changes go through the portal's forms and the actions here."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Activity)
class ActivityAdmin(WorkAdmin):
    """Activities by span, type and how far they are."""

    description = column("description", gettext_lazy("Activity"))
    list_display = (
        "id",
        description,
        column("kind", gettext_lazy("Type")),
        column("customer", gettext_lazy("Customer")),
        "state",
        column("to_cache", gettext_lazy("To")),
    )
    list_display_links = (description,)
    list_filter = (("kind", choice_filter(gettext_lazy("Type"))),)
    search_fields = ("search_text",)
    ordering = ("-id",)
    exclude = ("search_text",)

    @admin.display(description=gettext_lazy("Status"))
    def state(self, activity: Activity) -> str:
        return (
            f"{progress_label(activity)} ({activity.done_count}/{activity.task_count})"
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Activity]:
        return Activity.objects.alive()


@admin.register(Task)
class TaskAdmin(WaitingFirst, WorkAdmin):
    """Tasks: sign the next stage of those that are chosen, or take the latest one back."""

    description = column("description", gettext_lazy("Task"))
    list_display = (
        "id",
        description,
        column("activity", gettext_lazy("Activity")),
        column("ends_at", gettext_lazy("To")),
        "state",
    )
    list_display_links = (description,)
    list_filter = (
        WaitingFilter,
        ("late_reason", choice_filter(gettext_lazy("Reason for lateness"))),
    )
    list_select_related = ("activity",)
    search_fields = ("description", "=id")
    actions = ("sign_next", "undo_last")

    @admin.display(description=gettext_lazy("Status"))
    def state(self, task: Task) -> str:
        """The people or role that it waits for."""
        return waiting_word(task)

    def waiting_ids(self, request: HttpRequest) -> Any:
        """Tasks whose next signature is mine."""
        return tasks_asking(person(request)).values("pk")

    def change_view(
        self, request: HttpRequest, object_id: str, *_: Any, **__: Any
    ) -> Any:
        """The portal's own record, on which the task is signed: one record, two doors."""
        task = get_object_or_404(Task.objects.alive(), pk=as_id(object_id) or 0)
        if not self.has_view_permission(request, task):
            raise PermissionDenied
        return redirect("activities:task_detail", pk=task.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Task]:
        return Task.objects.alive()

    @admin.action(description=gettext_lazy("Sign the next stage"))
    def sign_next(
        self, request: HttpRequest, rows: QuerySet[Task]
    ) -> HttpResponse | None:
        """Each by the one service; a refusal is told and stops no other.

        A page asks first, once for all: for the password or the PIN where signatures need it, and for
        the reason where one is late and nobody said why.
        """
        late = {task.pk for task in rows if task.owes_reason}
        form, was_asked = SaidForm(request.POST), bool(ASKED & request.POST.keys())
        if (needs_reentry() or late) and not (was_asked and form.is_valid()):
            return self._ask(request, rows, has_late=bool(late))
        try:
            confirmed = confirm_signature(
                by=person(request),
                secret=request.POST.get("password", ""),
                address=request.META.get("REMOTE_ADDR", ""),
                is_needed=needs_reentry(),
            )
        except DomainError as error:
            self.message_user(request, error.sentence, messages.ERROR)
            return self._ask(request, rows, has_late=bool(late))

        def sign(*, task_id: int, stage: str, by: User) -> Task:
            said = form.said() if task_id in late else None
            return sign_off(
                task_id=task_id, stage=stage, by=by, confirmed=confirmed, said=said
            )

        self._each(request, rows, "next_stage", sign)
        return None

    def _ask(
        self, request: HttpRequest, rows: QuerySet[Task], *, has_late: bool
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Sign the next stage of these tasks"),
            "rows": rows.order_by("pk"),
            "opts": self.model._meta,
            "needs_password": needs_reentry(),
            "reasons": Task.LateReason.choices if has_late else (),
        }
        return TemplateResponse(request, "admin/activities/sign.html", context)

    @admin.action(description=gettext_lazy("Undo the latest signature"))
    def undo_last(self, request: HttpRequest, rows: QuerySet[Task]) -> None:
        """Each by the one service."""
        self._each(request, rows, "last_stage", reopen)

    def _each(
        self, request: HttpRequest, rows: QuerySet[Task], name: str, verb: Any
    ) -> None:
        done = 0
        for task in rows.order_by("pk"):
            try:
                stage = getattr(task, name) or ""
                verb(task_id=task.pk, stage=stage, by=person(request))
                done += 1
            except DomainError as error:
                self.message_user(request, f"{task}: {error.sentence}", messages.ERROR)
        if done:
            self.message_user(request, _("%d tasks are done.") % done)
