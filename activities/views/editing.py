"""Plan and change an activity with its tasks, in one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from activities.exports import people_by_task
from activities.forms import ActivityForm, Tasks
from activities.models import Activity, Task
from activities.permissions import may_edit
from activities.queries import pickers
from activities.queries.analysed import planned_back, tasks_of_panels
from activities.queries.live_tasks import is_in_charge_of_activity
from activities.queries.lookups import document_names
from activities.services import edit_activity, plan_activity, remove_activity
from activities.services.field_values import HEADER
from activities.views.lists import activity_or_404
from activities.views.pasting import TASK_SHEET
from core.accounts.permissions import person
from core.accounts.queries import everybody, people_by_id
from core.errors import DomainError
from core.http.api import STATUS
from core.ledger.forms import saves_once
from core.pages.pasting import Pasted, unless_pasted, without_errors
from core.pages.prefill import Draft, read_draft
from core.text.ids import as_id
from core.text.years import is_sensible

FORM = "activity"
MAX_TEXT = 200


def _record_page(pk: int) -> str:
    return reverse("activities:activity_detail", args=[pk])


@saves_once(Activity, _record_page)
@login_required
def activity_new(request: HttpRequest) -> HttpResponse:
    """The empty form, or what another part filled in (``?draft=``), or a copy (``?copy=``)."""
    draft = read_draft(request.session, form=FORM, key=request.GET.get("draft", ""))
    start = _initial_values(request, draft)
    data, pasted = unless_pasted(TASK_SHEET, request.POST)
    form = ActivityForm(data or None, initial=start.header)
    tasks: Any = Tasks(data or None, prefix="tasks", initial=start.tasks)
    if pasted:
        return _form_page(request, form, tasks, None, pasted=pasted)
    if request.method == "POST" and form.is_valid() and tasks.is_valid():
        try:
            activity = plan_activity(
                by=person(request),
                fields=form.header(),
                tasks=tasks.lines(),
                origin=draft.origin if draft else "",
            )
        except DomainError as error:
            return _form_page(request, form, tasks, None, error)
        messages.success(request, _("“%s” is planned.") % activity)
        return redirect("activities:activity_detail", pk=activity.pk)
    return _form_page(request, form, tasks, None)


@dataclass(frozen=True, slots=True)
class InitialValues:
    """First values of a form."""

    header: dict[str, Any]
    tasks: list[dict[str, Any]]


def _initial_values(request: HttpRequest, draft: Draft | None) -> InitialValues:
    if draft:
        return _of_draft(draft.values)
    copied = as_id(request.GET.get("copy", "")) or 0
    for activity in Activity.objects.alive().filter(pk=copied):
        tasks = [{**row, "id": None} for row in _stored_tasks(activity)]
        return InitialValues({name: getattr(activity, name) for name in HEADER}, tasks)
    change = as_id(request.GET.get("change", ""))
    if change is not None:
        named = {"ext_engineering_detail_problem_id": change}
        return InitialValues({"kind": Activity.Kind.OTHERS} | named, [])
    return InitialValues({"kind": Activity.Kind.PRE_PO}, [])


def _of_draft(values: Mapping[str, Any]) -> InitialValues:
    """Names as the form has them; a task is a mapping or a bare description."""
    header = {name: values[name] for name in ActivityForm.base_fields if name in values}
    rows = values.get("tasks") or []
    tasks = [
        row if isinstance(row, dict) else {"description": str(row)} for row in rows
    ]
    tasks += tasks_of_panels(values.get("panels") or [])
    deadline, today = parse_date(values.get("deadline") or ""), timezone.localdate()
    if deadline and deadline >= today:
        tasks = planned_back(tasks, deadline, today)
    return InitialValues(header, tasks[:100])


def _stored_tasks(activity: Activity) -> list[dict[str, Any]]:
    rows = list(activity.tasks.filter(deleted_at=None).order_by("position", "id"))
    people = people_by_task([row.pk for row in rows])
    return [
        {
            "id": row.pk,
            "description": row.description,
            "starts": row.starts_at and timezone.localdate(row.starts_at),
            "ends": row.ends_at and timezone.localdate(row.ends_at),
            "hours": row.hours,
            "people": ",".join(str(key) for key in people[row.pk]),
            "remark": row.remark,
        }
        for row in rows
    ]


@saves_once(Activity, _record_page)
@login_required
def activity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    activity, by = activity_or_404(pk), person(request)
    is_own = is_in_charge_of_activity(pk, by.ext_id)
    if not may_edit(by, activity, is_in_charge=is_own):
        messages.error(request, _("This activity cannot be changed by you."))
        return redirect("activities:activity_detail", pk=pk)
    initial = {name: getattr(activity, name) for name in HEADER}
    initial["content_revision"] = activity.content_revision
    data, pasted = unless_pasted(TASK_SHEET, request.POST)
    form = ActivityForm(data or None, initial=initial)
    stored = _stored_tasks(activity)
    tasks: Any = Tasks(data or None, prefix="tasks", initial=stored)
    if pasted:
        return _form_page(request, form, tasks, activity, pasted=pasted)
    if request.method == "POST" and form.is_valid() and tasks.is_valid():
        return _save(request, activity, form, tasks)
    return _form_page(request, form, tasks, activity)


def _save(
    request: HttpRequest, activity: Activity, form: ActivityForm, tasks: Any
) -> HttpResponse:
    stored = Task.objects.filter(activity=activity).in_bulk()
    try:
        edited = edit_activity(
            activity_id=activity.pk,
            by=person(request),
            fields=form.header(activity.kind),
            tasks=tasks.lines(stored),
            content_revision=form.cleaned_data["content_revision"],
        )
    except DomainError as error:
        return _form_page(request, form, tasks, activity, error)
    is_new = edited.revision != activity.revision
    words = _("“%s” is saved.") if is_new else _("Nothing was changed in “%s”.")
    messages.success(request, words % edited)
    return redirect("activities:activity_detail", pk=activity.pk)


def _form_page(
    request: HttpRequest,
    form: ActivityForm,
    tasks: Any,
    activity: Activity | None,
    refusal: DomainError | None = None,
    pasted: Pasted | None = None,
) -> HttpResponse:
    if pasted:
        without_errors(form, tasks)
    if refusal:
        details = [f"{k}: {' '.join(v)}" for k, v in refusal.errors.items()]
        form.add_error(None, " ".join(dict.fromkeys([refusal.sentence, *details])))
    context = {
        "form": form,
        "tasks": tasks,
        "activity": activity,
        "words": pickers.shown_words(form),
        "everybody": everybody(),
        "names": _names(tasks),
        "documents": document_names(),
        "customers": pickers.customers(),
        "templates": pickers.template_names(),
        "panels": pickers.panel_types(),
        "refusal": refusal,
        "draft": request.GET.get("draft", "") if not activity else "",
        "today": timezone.localdate(),
        "paste": pasted,
        "columns": TASK_SHEET.columns,
    }
    is_bad = not pasted and bool(
        refusal or form.errors or (tasks.is_bound and not tasks.is_valid())
    )
    status = STATUS[refusal.code] if refusal else 400 if is_bad else 200
    return render(request, "activities/activity_form.html", context, status=status)


def _names(tasks: Any) -> dict[str, str]:
    """Names of everybody who is in charge in the form, for its chips."""
    texts = [str(form["people"].value() or "") for form in tasks.forms]
    parts = {as_id(part) for text in texts for part in text.split(",")}
    ids = {part for part in parts if part is not None}
    return {str(key): face.name for key, face in people_by_id(ids).items()}


@login_required
@require_POST
def activity_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it with its tasks."""
    try:
        activity = remove_activity(activity_id=pk, by=person(request))
    except DomainError as error:
        if error.code == "not_found":
            raise Http404 from None
        messages.error(request, error.sentence)
        return redirect("activities:activity_detail", pk=pk)
    messages.success(request, _("“%s” is removed.") % activity)
    return redirect("activities:activity_list")


@login_required
@require_GET
def pick(request: HttpRequest, what: str) -> HttpResponse:
    """Lines of a picker, or the tasks that a template or a type of panel proposes."""
    text = request.GET.get("q", "")[:MAX_TEXT]
    plans = {
        "template": pickers.tasks_of_template,
        "process": pickers.tasks_of_panel,
    }
    if what in plans:
        found = plans[what](text, _start(request))
        return JsonResponse({"tasks": [each.as_json() for each in found]})
    if what != "inquiry":
        raise Http404
    context = {"offer": pickers.inquiries(text)}
    return render(request, "engineering/_picker_choices.html", context)


def _start(request: HttpRequest) -> date:
    """The day from which dates are counted; an invalid value means today."""
    try:
        day = parse_date(request.GET.get("start", "")[:10])
    except ValueError:
        day = None
    is_near = day is not None and is_sensible(day)
    return day if day is not None and is_near else timezone.localdate()
