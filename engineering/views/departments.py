"""The page of the departments that count as engineering; administrators only."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.accounts.permissions import person, require
from core.integrations import upstreams
from core.ledger.history import row_history
from core.text.ids import as_id
from engineering.models import DepartmentConfig
from engineering.services import choose_departments


@login_required
def departments_page(request: HttpRequest) -> HttpResponse:
    """Form of the engineering departments: exactly those that are ticked."""
    by = person(request)
    require(by, "set_up")
    if request.method == "POST":
        sent = map(as_id, request.POST.getlist("department"))
        ticked = [key for key in sent if key is not None]
        choose_departments(department_ids=ticked, by=by)
        messages.success(request, _("The engineering departments are saved."))
        return redirect("departments")
    context = {"rows": _rows(), "entries": row_history(DepartmentConfig(pk=0))}
    return render(request, "engineering/departments.html", context)


def _rows() -> list[dict[str, object]]:
    """All that are known or chosen, by name; a chosen one that nobody knows comes last."""
    chosen = set(DepartmentConfig.objects.values_list("department_id", flat=True))
    reading = upstreams.departments()
    known = {key: row.name for key, row in (reading.value or {}).items()}
    return [
        {
            "id": key,
            "name": known.get(key) or _("department %d") % key,
            "on": key in chosen,
        }
        for key in sorted(known.keys() | chosen, key=lambda key: known.get(key, "~"))
    ]
