"""Pages of the approval rules, the engineering departments and the capacities."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activities.queries.workload import HEAD, STAFF, capacities
from core.accounts.models import User
from core.accounts.permissions import person, require
from core.approvals.models import ApprovalRule
from core.approvals.services import remove_rule, save_rule, steps_wanted
from core.errors import DomainError
from core.integrations import upstreams
from core.ledger.forms import saves_once
from core.ledger.services import save_row
from core.text.ids import as_id
from ems.setup.forms import CapacitiesForm, RuleForm, StepForms
from ems.setup.rows import history
from ems.setup.views import refused_status
from engineering.models import Configuration, DepartmentConfig
from engineering.services import choose_departments

MOST = 200


def _rules() -> QuerySet[ApprovalRule]:
    return ApprovalRule.objects.prefetch_related("steps__people")


@login_required
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """List of the approval rules, by kind and net cost."""
    require(person(request), "set_up")
    return render(request, "ems/setup/rules.html", {"rules": _rules()[:MOST]})


once = saves_once(ApprovalRule, lambda _pk: reverse("setup:rules"))


@once
@login_required
def rule_new(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@once
@login_required
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule, its steps and its history."""
    return _page(request, get_object_or_404(_rules(), pk=pk))


def _page(request: HttpRequest, rule: ApprovalRule | None) -> HttpResponse:
    by = person(request)
    require(by, "set_up")
    form = RuleForm(request.POST or None, instance=rule)
    steps: Any = StepForms(
        request.POST or None, prefix="steps", initial=_typed(rule) if rule else []
    )
    refusal = None
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        try:
            saved = save_rule(
                rule_id=rule.pk if rule else None,
                fields=form.cleaned_data,
                steps=steps_wanted(_filled(steps)),
                by=by,
            )
        except DomainError as error:
            form.add_error(None, error.sentence)
            refusal = error
        else:
            messages.success(request, _("%s is saved.") % saved)
            return redirect("setup:rules")
    context = {
        "form": form,
        "steps": steps,
        "rule": rule,
        "entries": history(rule) if rule else [],
    }
    is_bad = bool(form.errors or (steps.is_bound and not steps.is_valid()))
    status = refused_status(refusal, is_bad=is_bad)
    return render(request, "ems/setup/rule.html", context, status=status)


def _typed(rule: ApprovalRule) -> list[dict[str, Any]]:
    return [
        {"mode": step.mode, "role": step.role, "people": list(step.people.all())}
        for step in rule.steps.all()
    ]


def _filled(steps: Any) -> list[dict[str, Any]]:
    """The lines that name somebody: the empty ones below stand ready for more."""
    rows = [form.cleaned_data for form in steps.forms]
    return [row for row in rows if row.get("role") or row.get("people")]


@login_required
@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule, after the question."""
    remove_rule(rule_id=pk, by=person(request))
    messages.success(request, _("The rule is removed."))
    return redirect("setup:rules")


@login_required
def departments(request: HttpRequest) -> HttpResponse:
    """Form of the engineering departments: exactly those that are ticked."""
    by = person(request)
    require(by, "set_up")
    chosen = set(DepartmentConfig.objects.values_list("department_id", flat=True))
    if request.method == "POST":
        sent = [
            text
            for text in request.POST.getlist("department")
            if as_id(text) is not None
        ]
        choose_departments(department_ids=[int(text) for text in sent], by=by)
        messages.success(request, _("The engineering departments are saved."))
        return redirect("setup:departments")
    reading = upstreams.departments()
    known = {key: row.name for key, row in (reading.value or {}).items()}
    rows = [
        {
            "id": key,
            "name": known.get(key) or _("department %d") % key,
            "on": key in chosen,
        }
        for key in sorted(known.keys() | chosen, key=lambda key: known.get(key, "~"))
    ]
    context = {"rows": rows, "entries": history(DepartmentConfig(pk=0))}
    return render(request, "ems/setup/departments.html", context)


@login_required
def capacities_page(request: HttpRequest) -> HttpResponse:
    """Hours a week that people have; kept as rows of the configuration."""
    by = person(request)
    require(by, "set_up")
    now = capacities()
    form = CapacitiesForm(
        request.POST or None, initial={"head": now[HEAD], "staff": now[STAFF]}
    )
    if request.method == "POST" and form.is_valid():
        for name, field in ((HEAD, "head"), (STAFF, "staff")):
            _keep(name, form.cleaned_data[field], by)
        messages.success(request, _("The capacities are saved."))
        return redirect("setup:capacities")
    rows = Configuration.objects.filter(name__in=(HEAD, STAFF), deleted_at=None)
    context = {
        "form": form,
        "entries": [entry for row in rows for entry in history(row)],
    }
    status = 400 if form.errors else 200
    return render(request, "ems/setup/capacities.html", context, status=status)


def _keep(name: str, value: Any, by: User) -> None:
    row = Configuration.objects.filter(name=name, deleted_at=None).first()
    data = {"id": row.pk if row else None, "name": name, "value": value}
    save_row(model=Configuration, data=data, by=by, verb="set_up")
