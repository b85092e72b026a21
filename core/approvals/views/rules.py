"""Pages of the approval rules, for administrators."""

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
from core.approvals.forms import RuleForm, StepForm, StepForms, people_choices
from core.approvals.models import ApprovalRule
from core.approvals.queries.rule_words import (
    names_in,
    rule_sentences,
    sentence,
    steps_said,
)
from core.approvals.queries.rules import place_fields, with_people
from core.approvals.services import remove_rule, save_rule, steps_wanted
from core.approvals.services.rules import LAST
from core.errors import DomainError
from core.ledger.forms import saves_once
from core.ledger.history import Entry, row_history

MOST = 200
# Names of the service's refusals, where the form has others.
FIELDS = {
    "netFrom": "net_from",
    "netBelow": "net_below",
    "escalateAfter": "escalate_after",
    "escalateRole": "escalate_role",
    "escalatePerson": "escalate_person_id",
}
once = saves_once(ApprovalRule, lambda _pk: reverse("approvals:rule_list"))


def _rules() -> QuerySet[ApprovalRule]:
    return ApprovalRule.objects.prefetch_related("steps__people")


@login_required
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """List of the approval rules, by kind and net cost, each as a sentence."""
    require(person(request), "set_up")
    rules = list(_rules()[:MOST])
    words = rule_sentences(rules)
    rows = [(rule, words[rule.pk]) for rule in rules]
    return render(request, "approvals/rule_list.html", {"rules": rows})


@once
@login_required
def rule_new(request: HttpRequest) -> HttpResponse:
    return _page(request, None)


@once
@login_required
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule, its steps and its history."""
    return _page(request, get_object_or_404(_rules(), pk=pk))


def _forms(request: HttpRequest, rule: ApprovalRule | None) -> tuple[RuleForm, Any]:
    steps = StepForms(
        request.POST or None,
        prefix="steps",
        initial=_typed(rule) if rule else [],
        form_kwargs={"people": people_choices()},
    )
    return RuleForm(request.POST or None, instance=rule), steps


def _page(request: HttpRequest, rule: ApprovalRule | None) -> HttpResponse:
    by = person(request)
    require(by, "set_up")
    form, steps = _forms(request, rule)
    is_sent = request.method == "POST"
    if is_sent and _save(request, form, steps, by):
        return redirect("approvals:rule_list")
    context = {
        "form": form,
        "steps": steps,
        "rule": rule,
        "entries": _history(rule),
        "words": rule_sentences([rule])[rule.pk] if rule and not is_sent else "",
    }
    status = 400 if is_sent else 200
    return render(request, "approvals/rule.html", context, status=status)


def _save(request: HttpRequest, form: RuleForm, steps: Any, by: User) -> bool:
    """Call the service with what makes sense; a refusal stands at its field."""
    if not (form.is_valid() and steps.is_valid()):
        return False
    lines = _lines(steps)
    try:
        saved = save_rule(
            rule_id=form.instance.pk,
            fields=form.cleaned_data,
            steps=steps_wanted(_wanted(lines)),
            by=by,
        )
    except DomainError as error:
        _put_at_field(error, form, lines)
        return False
    words = rule_sentences([_rules().get(pk=saved.pk)])[saved.pk]
    messages.success(request, _("Saved: %s.") % words)
    return True


def _put_at_field(error: DomainError, form: RuleForm, lines: list[StepForm]) -> None:
    name = next(iter(error.errors), "")
    place, _dot, field = name.removeprefix("steps.").partition(".")
    if field:
        lines[int(place)].add_error(FIELDS.get(field, field), error.sentence)
        return
    known = FIELDS.get(name, name)
    form.add_error(known if known in form.fields else None, error.sentence)


def _lines(steps: Any) -> list[StepForm]:
    """The steps that say something, in their order."""
    gone = steps.deleted_forms
    kept = [form for form in steps.forms if form not in gone and form.wanted()]
    return sorted(kept, key=lambda form: form.cleaned_data.get("order") or LAST)


def _wanted(lines: list[StepForm]) -> list[dict[str, Any]]:
    return [row for form in lines if (row := form.wanted())]


@login_required
@require_POST
def rule_words(request: HttpRequest) -> HttpResponse:
    """What is typed so far as a sentence; nothing while it makes none."""
    require(person(request), "set_up")
    form, steps = _forms(request, None)
    words = ""
    if form.is_valid() and steps.is_valid() and (wanted := _wanted(_lines(steps))):
        steps_typed = steps_wanted(wanted)
        planned = [with_people(step, step.people) for step in steps_typed]
        given = form.cleaned_data
        words = sentence(
            given["kind"],
            given["net_from"],
            given["net_below"],
            planned,
            names_in(planned),
        )
    return render(request, "approvals/_rule_words.html", {"words": words})


def _typed(rule: ApprovalRule) -> list[dict[str, Any]]:
    return [
        place_fields(step)
        | {
            "number": step.number or None,
            "order": place,
            "people": [each.pk for each in step.people.all()],
        }
        for place, step in enumerate(rule.steps.all(), 1)
    ]


def _history(rule: ApprovalRule | None) -> list[Entry]:
    if rule is None:
        return []
    return row_history(rule, {"steps": (_("Steps"), steps_said)})


@login_required
@require_POST
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a rule, after the question."""
    remove_rule(rule_id=pk, by=person(request))
    messages.success(request, _("The rule is removed."))
    return redirect("approvals:rule_list")
