"""Pages of the setup."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.accounts.permissions import may, person, require
from core.errors import DomainError
from core.http.api import STATUS
from core.ledger.forms import saves_once
from core.pages.list_page import page_asked
from ems.setup.rows import history, label_of, lines, rows_of, title_of
from ems.setup.sheets import BY_SLUG, SHEETS, Sheet


@login_required
@require_GET
def setup_index(request: HttpRequest) -> HttpResponse:
    """Links to all that this person may set up."""
    by = person(request)
    require(by, "keep_tables")
    context = {
        "is_admin": may(by, "set_up"),
        "main": [sheet for sheet in SHEETS if sheet.icon != "box"],
        "old": [sheet for sheet in SHEETS if sheet.icon == "box"],
        "allowed": {sheet.slug for sheet in SHEETS if may(by, sheet.verb)},
    }
    return render(request, "ems/setup/index.html", context)


def asked(request: HttpRequest, slug: str) -> Sheet:
    """The sheet of the address; raises DomainError ``forbidden``, Http404."""
    sheet = BY_SLUG.get(slug)
    if sheet is None:
        raise Http404
    require(person(request), sheet.verb)
    return sheet


def _alive(sheet: Sheet, pk: int) -> Model:
    row: Model = get_object_or_404(rows_of(sheet, ""), pk=pk)
    return row


@login_required
@require_GET
def sheet_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows of one table."""
    sheet = asked(request, slug)
    text = request.GET.get("q", "").replace("\0", "")[:200]
    page = page_asked(request)
    rows = Paginator(rows_of(sheet, text), page.limit).get_page(
        page.offset // page.limit + 1
    )
    context = {
        "sheet": sheet,
        "q": text,
        "heads": [label_of(sheet.model, name) for name in sheet.columns],
        "lines": lines(sheet, rows.object_list),
        "shown": rows,
    }
    return render(request, "ems/setup/list.html", context)


@login_required
def sheet_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _form(request, asked(request, slug), None)


@login_required
def sheet_row(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One row: its values and its history."""
    sheet = asked(request, slug)
    return _form(request, sheet, _alive(sheet, pk))


def _form(request: HttpRequest, sheet: Sheet, row: Model | None) -> HttpResponse:
    once = saves_once(sheet.model, lambda _pk: reverse("setup:list", args=[sheet.slug]))
    return once(_filled)(request, sheet, row)


def _filled(request: HttpRequest, sheet: Sheet, row: Model | None) -> HttpResponse:
    form = sheet.form(request.POST or None, instance=row)
    title = title_of(sheet, row) if row else _("New row")
    if request.method == "POST" and form.is_valid() and _save(request, sheet, form):
        return redirect("setup:list", slug=sheet.slug)
    context = {
        "sheet": sheet,
        "form": form,
        "row": row,
        "title": title,
        "entries": history(row) if row else [],
    }
    status = 400 if form.errors else 200
    return render(request, "ems/setup/row.html", context, status=status)


def _save(request: HttpRequest, sheet: Sheet, form: Any) -> bool:
    """Call the service; a refusal stands in the form."""
    pk = form.instance.pk
    row = _alive(sheet, pk) if pk else None
    try:
        saved = sheet.save(row, form.cleaned_data, person(request))
    except DomainError as error:
        form.add_error(None, error.sentence)
        return False
    messages.success(request, _("%s is saved.") % title_of(sheet, saved))
    return True


@login_required
@require_POST
def sheet_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remove a row, after the question."""
    sheet = asked(request, slug)
    row = _alive(sheet, pk)
    title = title_of(sheet, row)
    try:
        sheet.remove(row, person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("setup:row", slug=slug, pk=pk)
    messages.success(request, _("%s is removed.") % title)
    return redirect("setup:list", slug=slug)


def refused_status(error: DomainError | None, *, is_bad: bool) -> int:
    """The status of a form page: the refusal's own, 400 for errors, else 200."""
    if error:
        return STATUS[error.code]
    return 400 if is_bad else 200
