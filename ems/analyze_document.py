"""The bridge between the library of documents and the analyzer, which know nothing of each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from aianalyzer.forms import StartForm
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.inquiries import inquiry_or_none, subject_of
from aianalyzer.services import start_analysis
from aianalyzer.services.requesting import READ
from core.accounts.permissions import person
from core.errors import DomainError
from core.files.storages import local_copy
from core.http.api import STATUS
from core.ledger.forms import saves_once
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.listing import found_documents

SHOWN = 12


def readable_documents() -> QuerySet[SupportTable]:
    """Live documents whose current file can be analysed, newest first."""
    rows = SupportTable.objects.alive().select_related("current")
    return rows.filter(current__extension__in=list(READ)).order_by("-id")


@login_required
@require_GET
def pick_documents(request: HttpRequest) -> HttpResponse:
    """The newest documents, or those that hold the words, for the form of an analysis."""
    text = request.GET.get("stored-q", "")[:200]
    rows = (
        found_documents(readable_documents(), text)
        if text.strip()
        else readable_documents()
    )
    context = {"documents": rows[:SHOWN], "text": text}
    return render(request, "ems/_analyzer_documents.html", context)


@saves_once(
    InquiryAiGeneration, lambda pk: reverse("aianalyzer:answer_detail", args=[pk])
)
@login_required
def analyse_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Analyse a document of the library: its current file is copied, with its digest."""
    document = get_object_or_404(SupportTable.objects.alive(), pk=pk)
    form = StartForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            return _started(request, document, form)
        except DomainError as error:
            form.add_error(None, error.sentence)
            status = STATUS[error.code]
    context = {"document": document, "form": form}
    return render(request, "ems/analyse_document.html", context, status=status)


def _started(
    request: HttpRequest, document: SupportTable, form: StartForm
) -> HttpResponse:
    version, inquiry_id = _current(document), form.cleaned_data["inquiry"]
    inquiry = inquiry_or_none(inquiry_id) if inquiry_id else None
    with _copy(version) as content:
        generation = start_analysis(
            by=person(request),
            name=version.name,
            content=content,
            ext_inquiry_id=inquiry_id,
            subject=subject_of(inquiry) if inquiry else document.name,
            **form.chosen(),
        )
    return redirect("aianalyzer:answer_detail", pk=generation.pk)


def _current(document: SupportTable) -> DocumentVersion:
    if document.current is None:
        raise DomainError(_("This document has no file yet."), "not_found")
    return document.current


@contextmanager
def _copy(version: DocumentVersion) -> Iterator[IO[bytes]]:
    try:
        with local_copy(version.stored_name) as path, path.open("rb") as content:
            yield content
    except FileNotFoundError:
        raise DomainError(
            _("The file is missing from the store. Tell IT."), "not_found"
        ) from None
