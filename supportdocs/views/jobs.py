"""Jobs by documents: the matrix, one job, as Excel."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.decorators.vary import vary_on_headers

from core.accounts.permissions import person
from core.db.paging import counted
from core.errors import DomainError
from core.files.xlsx import workbook_response, write_columns
from core.http.api import STATUS
from core.ledger.queries import version_of
from core.lists.views.kept import opens_with_default
from core.pages.excel_heads import above_list
from core.pages.list_page import page_asked, wants_part
from core.text.ids import as_id
from supportdocs import exports
from supportdocs.forms import JobForm, TickForm
from supportdocs.models import SupportJob, SupportTable
from supportdocs.queries.checklist import (
    columns,
    documents_of,
    found_jobs,
    job_line,
    job_lines,
    jobs_to_add,
    name_of_job,
)
from supportdocs.queries.listing import found_documents
from supportdocs.queries.record import events_of_job
from supportdocs.services import (
    add_job_documents,
    remove_job,
    remove_job_document,
    restore_job,
)

MOST_FOUND = 20


def job_or_404(job_id: int) -> SupportJob:
    """The job; 404 otherwise."""
    return get_object_or_404(SupportJob.objects.alive(), job_id=job_id)


@login_required
@opens_with_default("jobs")
@require_GET
@vary_on_headers("HX-Request")
def job_list(request: HttpRequest) -> HttpResponse:
    rows, page, asked = (
        found_jobs(request.GET.get("q", "")),
        page_asked(request),
        columns(),
    )
    total = counted(rows, version_of(request))
    pages = Paginator(range(total), page.limit)
    shown = pages.get_page(page.offset // page.limit + 1)
    start = (shown.number - 1) * page.limit
    jobs = list(rows[start : start + page.limit])
    context = {
        "columns": asked,
        "rows": job_lines(jobs, asked),
        "shown": shown,
        "total": total,
        "jobs": sorted(jobs_to_add(), reverse=True),
        "gone": just_removed(request),
        "is_filtered": bool(request.GET.get("q")),
    }
    template = "_job_table" if wants_part(request) else "job_list"
    return render(request, f"supportdocs/{template}.html", context)


def just_removed(request: HttpRequest) -> SupportJob | None:
    """The job that was removed a moment ago, so that it can be brought back."""
    key = as_id(request.GET.get("gone", ""))
    rows = SupportJob.objects.exclude(deleted_at=None)
    return rows.filter(job_id=key).first() if key is not None else None


@login_required
@require_GET
def job_excel(request: HttpRequest) -> HttpResponseBase:
    """The matrix as Excel."""
    asked = columns()
    lines = exports.job_records(found_jobs(request.GET.get("q", "")), asked)
    title = _("Job checklist")
    above = above_list(request, title, ())
    heads = exports.checklist_columns(asked)
    file = write_columns(title, heads, lines, above=above)
    return workbook_response("Job_Documents.xlsx", file)


@login_required
@require_POST
def job_add(request: HttpRequest) -> HttpResponse:
    """A job of PPIC gets its checklist."""
    form = JobForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a job."))
        return redirect("supportdocs:job_list")
    job_id = form.cleaned_data["job"]
    try:
        add_job_documents(
            job_id=job_id,
            by=person(request),
            document_ids=[],
            job_name=name_of_job(job_id),
        )
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("supportdocs:job_list")
    return redirect("supportdocs:job_detail", job_id=job_id)


@login_required
@require_GET
def job_detail(request: HttpRequest, job_id: int) -> HttpResponse:
    """What one job has and what is missing; its checklist is ticked here."""
    job = job_or_404(job_id)
    context = {
        "job": job,
        "line": job_line(job),
        "documents": list(documents_of(job)),
        "history": events_of_job(job),
    }
    return render(request, "supportdocs/job_detail.html", context)


@login_required
@require_GET
def job_find(request: HttpRequest, job_id: int) -> HttpResponse:
    """Documents to add to a job, by what is typed."""
    job, text = job_or_404(job_id), request.GET.get("q", "").strip()
    rows = SupportTable.objects.alive().exclude(links__job=job)
    found = found_documents(rows, text).order_by("-id")[:MOST_FOUND] if text else []
    context = {"job": job, "found": found, "q": text}
    return render(request, "supportdocs/_job_found.html", context)


@login_required
@require_POST
def job_tick(request: HttpRequest, job_id: int) -> HttpResponse:
    """One cell of the matrix; its row comes back."""
    job, form = job_or_404(job_id), TickForm(request.POST)
    if not form.is_valid():
        raise Http404
    key, by = form.cleaned_data["document"], person(request)
    try:
        if form.cleaned_data["is_on"]:
            add_job_documents(job_id=job_id, by=by, document_ids=[key])
        else:
            remove_job_document(job_id=job_id, by=by, document_id=key)
    except DomainError as error:
        messages.error(request, error.sentence)
        if wants_part(request):
            return HttpResponse(error.sentence, status=STATUS[error.code])
    if not wants_part(request):
        return redirect("supportdocs:job_detail", job_id=job_id)
    context = {"line": job_line(job)}
    return render(request, "supportdocs/_job_row.html", context)


@login_required
@require_POST
def job_remove(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take a job out of the checklist."""
    try:
        job = remove_job(job_id=job_id, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("supportdocs:job_list")
    return redirect(f"{reverse('supportdocs:job_list')}?gone={job.job_id}")


@login_required
@require_POST
def job_restore(request: HttpRequest, job_id: int) -> HttpResponse:
    """Take it back, as it was."""
    try:
        job = restore_job(job_id=job_id, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("supportdocs:job_list")
    messages.success(request, _("“%s” is back.") % job)
    return redirect("supportdocs:job_detail", job_id=job_id)
