"""Pages of the approval rules, for administrators; and asking somebody else, on a record."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.models import User
from core.accounts.permissions import person, require
from core.accounts.queries import everybody
from core.accounts.services import known_person
from core.approvals.forms import RuleForm, StepForms
from core.approvals.models import ApprovalRule, Status
from core.approvals.queries.inbox import is_asked_about
from core.approvals.queries.stuck import nobody_can_decide
from core.approvals.services import (
    ask_as_well,
    forward,
    remove_rule,
    save_rule,
    steps_wanted,
)
from core.approvals.subjects import named_subject
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.ledger.history import Entry, row_history
from core.text.ids import as_id

MOST = 200
MAX_REASON = 500
once = saves_once(ApprovalRule, lambda _pk: reverse("approvals:rule_list"))


def _rules() -> QuerySet[ApprovalRule]:
    return ApprovalRule.objects.prefetch_related("steps__people")


@login_required
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """List of the approval rules, by kind and net cost."""
    require(person(request), "set_up")
    return render(request, "approvals/rule_list.html", {"rules": _rules()[:MOST]})


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
    if request.method == "POST" and _save(request, form, steps, by):
        return redirect("approvals:rule_list")
    context = {"form": form, "steps": steps, "rule": rule, "entries": _history(rule)}
    status = 400 if request.method == "POST" else 200
    return render(request, "approvals/rule.html", context, status=status)


def _save(request: HttpRequest, form: RuleForm, steps: Any, by: User) -> bool:
    """Call the service with what makes sense; a refusal stands in the form."""
    if not (form.is_valid() and steps.is_valid()):
        return False
    try:
        saved = save_rule(
            rule_id=form.instance.pk,
            fields=form.cleaned_data,
            steps=steps_wanted(_filled(steps)),
            by=by,
        )
    except DomainError as error:
        form.add_error(None, error.sentence)
        return False
    messages.success(request, _("%s is saved.") % saved)
    return True


def _typed(rule: ApprovalRule) -> list[dict[str, Any]]:
    return [
        {"mode": step.mode, "role": step.role, "people": list(step.people.all())}
        for step in rule.steps.all()
    ]


def _filled(steps: Any) -> list[dict[str, Any]]:
    """The lines that name somebody: the empty ones below stand ready for more."""
    rows = [form.cleaned_data for form in steps.forms]
    return [row for row in rows if row.get("role") or row.get("people")]


def _history(rule: ApprovalRule | None) -> list[Entry]:
    if rule is None:
        return []
    return row_history(rule, {"steps": (_("Steps"), _steps_words)})


def _steps_words(steps: Any) -> str:
    """The steps of a rule as its events keep them."""
    return "; ".join(_step_words(step) for step in steps or ())


def _step_words(step: dict[str, Any]) -> str:
    people = User.objects.filter(pk__in=step.get("people", []))
    who = [str(step.get("role", "")).upper(), *map(str, people)]
    mode = _("everyone") if step.get("mode") == "everyone" else _("any one")
    return f"{mode}: {', '.join(name for name in who if name)}"


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


@login_required
@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule, after the question."""
    remove_rule(rule_id=pk, by=person(request))
    messages.success(request, _("The rule is removed."))
    return redirect("approvals:rule_list")
