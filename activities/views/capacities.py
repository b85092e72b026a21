"""The page of the hours a week that people have; administrators only."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from activities.forms import CapacitiesForm
from activities.queries.workload import HEAD, STAFF, capacities
from activities.services import set_capacities
from core.accounts.permissions import person, require
from core.ledger.history import row_history
from engineering.models import Configuration


@login_required
def capacities_page(request: HttpRequest) -> HttpResponse:
    """Hours of a head and of everybody else, with their history."""
    by = person(request)
    require(by, "set_up")
    now = capacities()
    form = CapacitiesForm(
        request.POST or None, initial={"head": now[HEAD], "staff": now[STAFF]}
    )
    if request.method == "POST" and form.is_valid():
        set_capacities(**form.cleaned_data, by=by)
        messages.success(request, _("The capacities are saved."))
        return redirect("capacities")
    rows = Configuration.objects.filter(name__in=(HEAD, STAFF), deleted_at=None)
    entries = [entry for row in rows for entry in row_history(row)]
    context = {"form": form, "entries": entries}
    status = 400 if form.errors else 200
    return render(request, "activities/capacities.html", context, status=status)
