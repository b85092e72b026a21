"""The page of substitutes: one's own, and that of everybody for administrators."""

from typing import Any

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
from core.accounts.queries import everybody_and
from core.accounts.services import known_person
from core.approvals.forms import SubstitutionForm
from core.approvals.models import Substitution
from core.approvals.queries.substitutions import substitution_lines
from core.approvals.services import end_substitution, substitute
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.pages.form_fields import put_refusal

# What the service calls a field, and what the form calls it.
FIELDS = {
    "extUserId": "person",
    "substituteExtUserId": "substitute",
    "from": "first_day",
    "until": "last_day",
    "kinds": "kinds",
}


# The event of a substitution hangs on the person, by whom the form is known again.
@saves_once(User, lambda _pk: reverse("substitutes"))
@login_required
def substitutes(request: HttpRequest) -> HttpResponse:
    """Who stands in for me and for whom I stand in, and the form of another substitute."""
    by = person(request)
    is_admin = may(by, "set_up")
    today = timezone.localdate()
    form = SubstitutionForm(
        request.POST if request.method == "POST" else None,
        people=everybody_and(by),
        is_admin=is_admin,
        initial={"person": by.ext_id, "first_day": today},
    )
    if form.is_valid() and _named(request, form, by):
        return redirect("substitutes")
    context = {
        "form": form,
        "lines": substitution_lines(by, today, is_admin=is_admin),
        "is_admin": is_admin,
    }
    status = 400 if form.errors else 200
    return render(request, "approvals/substitutes.html", context, status=status)


def _named(request: HttpRequest, form: SubstitutionForm, by: User) -> bool:
    """Call the service; a refusal stands beside the field it is about."""
    try:
        row = _name(form.cleaned_data, by)
    except DomainError as error:
        put_refusal(form, error, FIELDS)
        return False
    messages.success(
        request,
        _("%(substitute)s stands in for %(person)s and was told.")
        % {"substitute": row.substitute, "person": row.person},
    )
    return True


def _name(data: dict[str, Any], by: User) -> Substitution:
    key = data.get("person")
    whom = by if key in {None, by.ext_id} else known_person(key, "extUserId")
    return substitute(
        person=whom,
        by=by,
        stand_in=known_person(data["substitute"], "substituteExtUserId"),
        first_day=data["first_day"],
        last_day=data["last_day"],
        kinds=data["kinds"],
    )


@login_required
@require_POST
def substitution_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a substitution now, after the question."""
    row = end_substitution(substitution_id=pk, by=person(request))
    messages.success(
        request,
        _("%(substitute)s does not stand in for %(person)s any more.")
        % {"substitute": row.substitute, "person": row.person},
    )
    return redirect("substitutes")
