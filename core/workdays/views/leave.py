"""The page of leave: one's own, and that of everybody for those who plan."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.accounts.models import User
from core.accounts.permissions import may, person
from core.accounts.queries import PersonRef, everybody_and, people_by_id
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.workdays.forms import LeaveForm
from core.workdays.models import Leave
from core.workdays.permissions import may_keep_leave
from core.workdays.queries import calendar, leave_from
from core.workdays.services import enter_leave, remove_leave


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """A leave in the list; days: working days of it."""

    row: Leave
    face: PersonRef
    days: int
    may_remove: bool


@saves_once(Leave, lambda _pk: reverse("workdays:leave"))
@login_required
def leave_page(request: HttpRequest) -> HttpResponse:
    """Who is on leave from today on, and the form of another."""
    by = person(request)
    is_keeper = may(by, "keep_leave")
    form = LeaveForm(
        request.POST if request.method == "POST" else None,
        people=everybody_and(by) if is_keeper else [],
        is_keeper=is_keeper,
        initial={"person": by.ext_id},
    )
    if form.is_valid() and _entered(request, form, by):
        return redirect("workdays:leave")
    context = {"form": form, "lines": _lines(by), "is_keeper": is_keeper}
    status = 400 if form.errors else 200
    return render(request, "workdays/leave.html", context, status=status)


@login_required
@require_POST
def leave_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a leave, after the question."""
    remove_leave(leave_id=pk, by=person(request))
    messages.success(request, _("The leave is removed."))
    return redirect("workdays:leave")


def _entered(request: HttpRequest, form: LeaveForm, by: User) -> bool:
    """Call the service; a refusal stands in the form."""
    data = form.cleaned_data
    key = data.get("person") or by.ext_id
    try:
        enter_leave(ext_user_id=key, first=data["first"], last=data["last"], by=by)
    except DomainError as error:
        form.add_error(None, error.sentence)
        return False
    messages.success(request, _("The leave is saved."))
    return True


def _lines(by: User) -> list[LeaveLine]:
    rows, worked = leave_from(timezone.localdate()), calendar()
    names = people_by_id({row.ext_user_id for row in rows})
    return [
        LeaveLine(
            row,
            names[row.ext_user_id],
            worked.days_within(row.first, row.last),
            may_keep_leave(by, row.ext_user_id),
        )
        for row in rows
    ]
