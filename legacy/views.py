"""Pages of the switch, for administrators: start it, see how far it is, treat what was put apart."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import person, require
from core.errors import DomainError
from core.files.xlsx import workbook_response
from core.ledger.forms import saves_once
from core.ledger.history import row_history
from core.pages.form_fields import put_refusal
from core.pages.list_page import page_asked
from core.service_accounts.queries import tokenless_calls
from legacy import queries
from legacy.forms import DELTA, DRY, OldRowForm, StartForm
from legacy.models import LegacyRow, LegacyRun
from legacy.report import for_readers, workbook
from legacy.services import correct_row, keep_here, leave_out, start_run
from legacy.source import shown_address


def _switch_url(_pk: int = 0) -> str:
    return reverse("legacy:switch")


@login_required
@require_GET
def switch(request: HttpRequest) -> HttpResponse:
    """How far the switch is, and what can be done next."""
    require(person(request), "set_up")
    return _switch_page(request, StartForm())


def _switch_page(request: HttpRequest, form: StartForm) -> HttpResponse:
    counts = queries.row_counts()
    context = {
        "form": form,
        "source": _shown_source(),
        "files": settings.LEGACY_FILES,
        "run": queries.latest_run(),
        "runs": queries.runs(),
        "states": [
            (name, label, counts[name]) for name, (label, _q) in queries.STATES.items()
        ],
        "calls": tokenless_calls(),
    }
    status = 400 if form.errors else 200
    return render(request, "legacy/switch.html", context, status=status)


def _shown_source() -> str:
    return (
        shown_address(settings.LEGACY_DATABASE_URL)
        if settings.LEGACY_DATABASE_URL
        else ""
    )


@saves_once(LegacyRun, _switch_url)
@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Order a dry run or an import; the worker begins within seconds."""
    by = person(request)
    require(by, "set_up")
    form = StartForm(request.POST)
    if not form.is_valid():
        return _switch_page(request, form)
    what, kinds = form.cleaned_data["what"], LegacyRun.Kind
    kind = kinds.DRY_RUN if what == DRY else kinds.IMPORT
    try:
        start_run(kind=kind, by=by, choices=form.choices(), since_last=what == DELTA)
    except DomainError as error:
        put_refusal(form, error)
        return _switch_page(request, form)
    return redirect(_switch_url())


@login_required
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """How far the latest run is; asked again by its page until it ends."""
    require(person(request), "set_up")
    return render(request, "legacy/_run.html", {"run": queries.latest_run()})


# --- Reports ---------------------------------------------------------------------


def _with_report(request: HttpRequest, pk: int) -> LegacyRun:
    require(person(request), "set_up")
    found = get_object_or_404(LegacyRun.objects.exclude(result={}), pk=pk)
    if found.kind == LegacyRun.Kind.COMPARE:
        raise Http404
    return found


@login_required
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """The report of a run, as its files say it."""
    found = _with_report(request, pk)
    context = {"run": found, "report": for_readers(found.result)}
    return render(request, "legacy/run.html", context)


@login_required
@require_GET
def run_excel(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every row in which something was found."""
    found = _with_report(request, pk)
    book = (
        default_storage.open(found.workbook)
        if found.workbook
        else workbook(found.result)
    )
    return workbook_response(f"switch_{found.pk}.xlsx", book)


@login_required
@require_GET
def run_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The report for programs."""
    found = _with_report(request, pk)
    answer = JsonResponse(found.result)
    answer["Content-Disposition"] = f'attachment; filename="switch_{found.pk}.json"'
    return answer


# --- Rows -----------------------------------------------------------------------


@login_required
@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """Rows that wait for a person, or were treated by one."""
    require(person(request), "set_up")
    asked = {name: request.GET.get(name, "") for name in ("state", "table", "mark")}
    state = asked["state"] if asked["state"] in queries.STATES else "quarantined"
    found = queries.rows_in(state, asked["table"], asked["mark"])
    page = page_asked(request)
    number = page.offset // page.limit + 1
    shown = Paginator(found, page.limit).get_page(number)
    context = {
        **asked,
        "state": state,
        "states": [(name, label) for name, (label, _q) in queries.STATES.items()],
        "tables": queries.tables_in(state),
        "marks": queries.marks_in(state),
        "shown": shown,
        "lines": [
            (
                each,
                queries.found_in(each),
                queries.first_words(each),
                queries.record_url(each),
            )
            for each in shown.object_list
        ],
    }
    return render(request, "legacy/rows.html", context)


@login_required
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One old row as it was; a POST corrects it and takes it over."""
    by = person(request)
    require(by, "set_up")
    found = get_object_or_404(LegacyRow, pk=pk)
    form = OldRowForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            now = correct_row(row_id=pk, typed=form.typed(), by=by)
        except DomainError as error:
            put_refusal(form, error)
        else:
            messages.success(request, _("The row is taken over."))
            return redirect(_row_url(now.pk))
    context = {
        "row": found,
        "form": form,
        "found": queries.found_in(found),
        "record": queries.record_url(found),
        "waits": found.is_quarantined,
        "entries": row_history(found),
    }
    status = 400 if form.errors else 200
    return render(request, "legacy/row.html", context, status=status)


def _row_url(pk: int) -> str:
    return reverse("legacy:row", args=[pk])


@login_required
@require_POST
def row_leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """It is not wanted here; it stays kept as it was."""
    return _said(
        request, pk, leave_out, _("The row is left out; it stays here as it was.")
    )


@login_required
@require_POST
def row_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """What EMS has counts."""
    return _said(request, pk, keep_here, _("What EMS has counts."))


def _said(
    request: HttpRequest, pk: int, verb: Callable[..., Any], words: str
) -> HttpResponse:
    try:
        verb(row_id=pk, reason=request.POST.get("reason", ""), by=person(request))
    except DomainError as error:
        if error.code in {"forbidden", "not_found"}:
            raise
        messages.error(request, error.sentence)
    else:
        messages.success(request, words)
    return redirect(_row_url(pk))
