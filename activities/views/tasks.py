"""The page of one task: its chain, one click to sign or to take back, what it took, why it is late."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from activities.forms import MoveForm, SaidForm, StageForm
from activities.models import Task
from activities.permissions import may_edit
from activities.queries.live_tasks import is_in_charge_of_activity, overdue_tasks
from activities.queries.mine import in_charge_by_task, lines
from activities.queries.record import task_history, task_lines, task_source
from activities.services import SAID, edit_task, reopen, sign_off
from core.accounts.permissions import person
from core.accounts.services import confirm_signature, needs_reentry
from core.accounts.views import page_status
from core.errors import DomainError
from core.http.api import STATUS
from core.pages.form_fields import sentence_of
from core.pages.list_page import wants_part
from core.pages.way_back import page_before
from core.talk.views import talk_context
from core.text.formatting import day

PER_PAGE = 100


def task_or_404(pk: int) -> Task:
    """The task, unless it or its activity was removed; 404 otherwise."""
    return get_object_or_404(Task.objects.alive().select_related("activity"), pk=pk)


@login_required
@require_GET
def overdue_list(request: HttpRequest) -> HttpResponse:
    """Every late task, longest first: the rows behind the figure on the home page."""
    number = request.GET.get("page", "1")
    page = Paginator(overdue_tasks(), PER_PAGE).get_page(number)
    tasks = list(page.object_list)
    context = {
        "page": page,
        "lines": lines(tasks, person(request), in_charge_by_task(tasks)),
        "here": request.get_full_path(),
    }
    return render(request, "activities/overdue_list.html", context)


@login_required
@require_GET
@vary_on_headers("HX-Request")
def task_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One task: where it stands, what I can do, its history."""
    template = "_task_record" if wants_part(request) else "task_detail"
    context = task_context(request, task_or_404(pk))
    return render(request, f"activities/{template}.html", context)


def task_context(
    request: HttpRequest,
    task: Task,
    sign_form: StageForm | None = None,
    said_form: SaidForm | None = None,
) -> dict[str, Any]:
    """Values of a task's page for this person; the forms: those that were refused, as they were sent."""
    by, activity = person(request), task.activity
    is_own = is_in_charge_of_activity(activity.pk, by.ext_id)
    _books, source = task_source(task)
    known = {name: getattr(task, name) for name in SAID}
    return {
        "task": task,
        "activity": activity,
        "line": task_lines([task], by)[0],
        "source": source,
        "history": task_history(task),
        "may_edit": may_edit(by, activity, is_in_charge=is_own),
        "said_form": said_form or SaidForm(initial=known),
        "sign_form": sign_form or StageForm(),
        "here": request.path,
        **talk_context(request, task),
    }


@sensitive_post_parameters("password")
@login_required
@require_POST
def task_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a stage as myself; with the password or the PIN where signatures need it."""
    return _stage(request, pk, sign_off, _("You signed “%(task)s”."))


@login_required
@require_POST
def task_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the latest signature back."""
    return _stage(request, pk, reopen, _("The signature on “%(task)s” is taken back."))


def _stage(
    request: HttpRequest, pk: int, verb: Callable[..., Task], words: str
) -> HttpResponse:
    """Do it, say so, and go back to the page on which the button was pressed."""
    form = StageForm(request.POST)
    if not form.is_valid():
        messages.error(request, sentence_of(form))
        return _refused(request, pk, 400, sign_form=form)
    try:
        more = (
            {"reason": form.cleaned_data["reason"]}
            if verb is reopen
            else {
                "confirmed": confirmed_by(request, form.cleaned_data["password"]),
                "on_behalf_of": form.cleaned_data["on_behalf_of"],
                "said": form.said(),
            }
        )
        task = verb(
            task_id=pk, stage=form.cleaned_data["stage"], by=person(request), **more
        )
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, error.sentence)
        return _refused(request, pk, page_status(error), sign_form=form)
    messages.success(request, words % {"task": task})
    return _back(request, pk)


def confirmed_by(request: HttpRequest, secret: str) -> str:
    """How a signature is confirmed, by the password or PIN that came with it; raises DomainError."""
    return confirm_signature(
        by=person(request),
        secret=secret,
        address=request.META.get("REMOTE_ADDR", ""),
        is_needed=needs_reentry(),
    )


def _refused(request: HttpRequest, pk: int, status: int, **forms: Any) -> HttpResponse:
    """The page of the task as it is now, with the refusal and what was typed."""
    context = task_context(request, task_or_404(pk), **forms)
    return render(request, "activities/task_detail.html", context, status=status)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    return redirect(page_before(request, reverse("activities:task_detail", args=[pk])))


@login_required
@require_POST
def task_move(request: HttpRequest, pk: int) -> JsonResponse:
    """Move a task to other days, as its form would; what is refused is said, and nothing moves."""
    task, form = task_or_404(pk), MoveForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"sentence": sentence_of(form)}, status=400)
    try:
        moved = edit_task(task_id=pk, by=person(request), fields=form.moved(task))
    except DomainError as error:
        sentence = error.sentence
        if error.errors:
            sentence = " ".join(each for rows in error.errors.values() for each in rows)
        return JsonResponse({"sentence": sentence}, status=STATUS[error.code])
    words = {
        "task": moved,
        "first": day(moved.starts_at or moved.ends_at),
        "last": day(moved.ends_at or moved.starts_at),
    }
    said = _("“%(task)s” is planned from %(first)s to %(last)s.") % words
    return JsonResponse({"sentence": said})


@login_required
@require_POST
def task_late(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what it took, and why it is late."""
    form = SaidForm(request.POST)
    if not form.is_valid():
        messages.error(request, sentence_of(form))
        return _refused(request, pk, 400, said_form=form)
    try:
        edit_task(task_id=pk, by=person(request), fields=form.said())
    except DomainError as error:
        if error.code == "not_found":
            raise
        messages.error(request, error.sentence)
        return _refused(request, pk, STATUS[error.code], said_form=form)
    messages.success(request, _("It is saved."))
    return redirect("activities:task_detail", pk=pk)
