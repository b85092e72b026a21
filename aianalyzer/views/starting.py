"""Start an analysis: of a file, or of the inquiry itself."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import IO

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from aianalyzer.forms import StartForm
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.inquiries import (
    inquiry_of,
    inquiry_or_none,
    inquiry_text,
    subject_of,
)
from aianalyzer.services import start_analysis
from aianalyzer.views.inquiries import inquiry_page
from core.accounts.permissions import person
from core.errors import DomainError, invalid
from core.files.upload_handler import stream_upload
from core.http.api import STATUS
from core.ledger.forms import saves_once
from core.text.ids import as_id

View = Callable[..., HttpResponse]


@login_required
@require_GET
def document_new(request: HttpRequest) -> HttpResponse:
    """Analyse a document that belongs to no inquiry."""
    return _document_page(request, StartForm())


def _document_page(
    request: HttpRequest, form: StartForm, status: int = 200, refusal: str = ""
) -> HttpResponse:
    context = {"form": form, "refusal": refusal}
    return render(request, "aianalyzer/document_new.html", context, status=status)


def streaming(view: View) -> View:
    """Let the document stream in up to the limit, and say on the form when it is over.

    The guard against forgery reads the form, so how to read it must be said before: hence exempt
    outside and protected inside, as Django's documentation of upload handlers has it.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            stream_upload(request, settings.ATTACHMENT_MAX_BYTES)
        try:
            return protected(request)
        except DomainError as error:
            if error.code not in {"too_large", "storage_full"}:
                raise
            return _refused(request, error)

    return wrapper


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The form did not arrive; the address names the inquiry, too."""
    status, inquiry_id = STATUS[error.code], as_id(request.GET.get("inquiry", ""))
    if inquiry_id is not None:
        form = StartForm(initial={"inquiry": inquiry_id})
        return inquiry_page(request, inquiry_id, form, status, error.sentence)
    return _document_page(request, StartForm(), status, error.sentence)


@streaming
@saves_once(
    InquiryAiGeneration, lambda pk: reverse("aianalyzer:answer_detail", args=[pk])
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
    if file is None and not form.cleaned_data["of_inquiry"]:
        raise invalid("file", _("Choose a document first."))
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
