"""Asking somebody else, on a record; and the list of what nobody can decide."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import person, require
from core.accounts.queries import everybody
from core.accounts.services import known_person
from core.approvals.models import Status
from core.approvals.queries.stuck import nobody_can_decide
from core.approvals.queries.wire import next_waiting
from core.approvals.services import MAX_REASON, ask_another
from core.approvals.subjects import named_subject
from core.errors import DomainError
from core.pages.way_back import page_before
from core.text.ids import as_id

MOST = 200


DECIDED = "decided"


def page_after(request: HttpRequest, name: str, key: int) -> HttpResponse:
    """Back to where it was decided, or to the record, which then leads on to the next."""
    record = f"{reverse(name, args=[key])}?{DECIDED}"
    return redirect(page_before(request, record))


def next_after(request: HttpRequest) -> dict[str, Any]:
    """The record that waits next, on the page of one that this person has just decided."""
    is_after = DECIDED in request.GET
    return {"next_waiting": next_waiting(person(request).pk)} if is_after else {}


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
    told = subject.describe([pk]).get(pk)
    record = subject.model._default_manager.filter(pk=pk).first()
    if told is None or record is None:
        raise DomainError(_("There is no such record."), "not_found")
    try:
        to = known_person(as_id(request.POST.get("to", "")), "toExtUserId")
        reason = request.POST.get("reason", "")[:MAX_REASON]
        ask_another(record=record, by=by, to=to, reason=reason)
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
