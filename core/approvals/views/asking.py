"""Asking somebody else, on a record; and the list of what nobody can decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import person, require
from core.accounts.queries import everybody
from core.accounts.services import known_person
from core.approvals.models import Status
from core.approvals.queries.inbox import is_asked_about
from core.approvals.queries.stuck import nobody_can_decide
from core.approvals.services import (
    ask_as_well,
    forward,
)
from core.approvals.subjects import named_subject
from core.errors import DomainError
from core.text.ids import as_id

MOST = 200
MAX_REASON = 500


def said_words(status: int) -> str:
    """The sentence after a decision, with a place for the record."""
    return {
        Status.ACCEPTED: _("You approved %s."),
        Status.REJECTED: _("You rejected %s."),
        Status.RETURNED: _("You sent %s back for rework."),
    }[Status(status)]


@login_required
@require_POST
def forward_record(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """Ask somebody else: in one's own place, else, as manager or administrator, as well."""
    subject, by = named_subject(record_type), person(request)
    place: dict[str, Any] = {"record_type": subject.model._meta.label, "record_id": pk}
    told = subject.describe([pk]).get(pk)
    if told is None:
        raise DomainError(_("There is no such record."), "not_found")
    given = request.POST.get("to", "")
    try:
        to = known_person(as_id(given), "toExtUserId")
        reason = request.POST.get("reason", "")[:MAX_REASON]
        is_asked = is_asked_about(by.pk, **place)
        verb = forward if is_asked else ask_as_well
        verb(by=by, to=to, reason=reason, **place)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("%(person)s is asked now.") % {"person": to})
    # From the list of what nobody can decide, on with the next of it.
    is_of_list = "of_list" in request.POST
    return redirect("nobody_can_decide" if is_of_list else told.url)


@login_required
@require_GET
def stuck_list(request: HttpRequest) -> HttpResponse:
    """What nobody can decide, and why; ``?ask=`` opens the form of one row, with everybody in it."""
    require(person(request), "manage_approvals")
    rows = nobody_can_decide(MOST + 1)
    opened = as_id(request.GET.get("ask", ""))
    context = {
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "opened": opened,
        "faces": everybody() if opened else (),
    }
    return render(request, "approvals/stuck_list.html", context)
