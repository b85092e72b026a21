"""Start an analysis: of a file, or of the inquiry itself."""

from io import BytesIO
from typing import IO

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aianalyzer.forms import StartForm
from aianalyzer.queries.inquiries import (
    inquiry_of,
    inquiry_or_none,
    inquiry_text,
    subject_of,
)
from aianalyzer.services import start_analysis
from aianalyzer.views.inquiries import inquiry_page
from core.accounts.permissions import person
from core.common.api import STATUS
from core.common.errors import DomainError, invalid


@login_required
@require_GET
def document_new(request: HttpRequest) -> HttpResponse:
    """Analyse a document that belongs to no inquiry."""
    return _document_page(request, StartForm())


def _document_page(
    request: HttpRequest, form: StartForm, status: int = 200
) -> HttpResponse:
    return render(
        request, "aianalyzer/document_new.html", {"form": form}, status=status
    )


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Keep the document and leave the rest to the worker."""
    form = StartForm(request.POST, request.FILES)
    status = 400
    if form.is_valid():
        try:
            return _started(request, form)
        except DomainError as error:
            form.add_error(None, error.sentence)
            status = STATUS[error.code]
    inquiry_id = form.cleaned_data.get("inquiry")
    if inquiry_id:
        return inquiry_page(request, inquiry_id, form, status)
    return _document_page(request, form, status)


def _started(request: HttpRequest, form: StartForm) -> HttpResponse:
    inquiry_id, file = form.cleaned_data["inquiry"], form.cleaned_data["file"]
    name, content, subject = _document(inquiry_id, file)
    generation = start_analysis(
        by=person(request),
        name=name,
        content=content,
        ext_inquiry_id=inquiry_id,
        subject=subject,
        **form.chosen(),
    )
    return redirect("aianalyzer:answer_detail", pk=generation.pk)


def _document(inquiry_id: int | None, file: object) -> tuple[str, IO[bytes], str]:
    """The name and content of what is analysed, and the inquiry's one line."""
    if file is not None:
        known = inquiry_or_none(inquiry_id) if inquiry_id else None
        name = getattr(file, "name", None) or ""
        return name, file, subject_of(known) if known else ""  # type: ignore[return-value]
    if not inquiry_id:
        raise invalid("file", _("Choose a document first."))
    inquiry = inquiry_of(inquiry_id)
    content = BytesIO(inquiry_text(inquiry).encode())
    return f"Inquiry {inquiry.ext_id}.txt", content, subject_of(inquiry)
