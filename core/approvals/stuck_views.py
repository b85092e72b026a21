"""The page "Nobody can decide": what waits without anybody who may take it on."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.accounts.permissions import person, require
from core.accounts.queries import everybody
from core.approvals.queries.stuck import nobody_can_decide
from core.text.ids import as_id

MOST = 200


@login_required
@require_GET
def stuck_list(request: HttpRequest) -> HttpResponse:
    """Each with the reason; ``?ask=`` opens the form of one row, since everybody stands in it."""
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
