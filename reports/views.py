"""Pages and Excel files of the reports."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.accounts.queries import everybody
from core.files.xlsx import workbook_response, write_workbook
from core.pages.excel_heads import above, form_words, period_words
from reports.catalogue import BY_SLUG, REPORTS
from reports.period import ReportForm, ReportPeriod, quick_periods, read
from reports.shapes import TEXT, Report

WIDE, NARROW = 36, 16


@login_required
@require_GET
def report_index(request: HttpRequest) -> HttpResponse:
    """List of the reports."""
    return render(request, "reports/index.html", {"reports": REPORTS})


@login_required
@require_GET
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report: filters, chart, tables, totals, each figure with the way to its rows."""
    asked_for = _wanted(slug)
    form, asked = read(request.GET, asked_for.filters)
    context = {
        "report": asked_for,
        "form": form,
        "page": asked_for.build(asked) if asked else None,
        "asked": asked,
        "quick": _quick(request),
        "people": everybody() if "person" in asked_for.filters else (),
        "departments": _departments() if "department" in asked_for.filters else (),
        "excel": f"?{request.GET.urlencode()}",
    }
    status = 200 if asked else 400
    return render(request, "reports/report.html", context, status=status)


@login_required
@require_GET
def report_excel(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The same rows as a file, streamed; an invalid question comes back as the page."""
    asked_for = _wanted(slug)
    form, asked = read(request.GET, asked_for.filters)
    if asked is None:
        return report(request, slug)
    columns, rows = asked_for.stream(asked)
    widths = [WIDE if column.kind == TEXT else NARROW for column in columns]
    heads = [str(column.label) for column in columns]
    title = _(asked_for.title)
    head = above(title, _said(form, asked), request.user)
    file = write_workbook(title, heads, rows, widths, above=head)
    return workbook_response(_file_name(asked_for, asked), file)


def _said(form: ReportForm, asked: ReportPeriod) -> list[str]:
    """The period, and the other filters that are set."""
    days = period_words(asked.period.first, asked.period.last)
    people = {str(face.ext_id): face.name for face in everybody()}
    return [days, form_words(form, people, {"since", "until"}, is_always_said=False)]


def _wanted(slug: str) -> Report:
    found = BY_SLUG.get(slug)
    if found is None:
        raise Http404
    return found


def _departments() -> list[tuple[int, str]]:
    """Those of the directory, by name."""
    found = {f.department_id: f.department_name for f in everybody()}
    pairs = [(key, name) for key, name in found.items() if key is not None]
    return sorted(pairs, key=lambda pair: pair[1].casefold())


def _file_name(found: Report, asked: ReportPeriod) -> str:
    return f"report_{found.slug}_{asked.period.first}_{asked.period.last}.xlsx"


def _quick(request: HttpRequest) -> list[dict[str, object]]:
    """The usual periods as links; the other filters stay."""
    kept = {
        name: value
        for name, value in request.GET.items()
        if name in ReportForm.base_fields and name not in {"since", "until"} and value
    }
    return [
        {
            "label": label,
            "url": f"?{urlencode({**kept, 'since': period.first, 'until': period.last})}",
        }
        for label, period in quick_periods(timezone.localdate())
    ]
