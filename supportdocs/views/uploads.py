"""A file comes in: a new document, or a new version of one."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from core.accounts.permissions import person
from core.errors import DomainError, invalid
from core.files.upload_handler import stream_upload
from core.http.api import STATUS
from core.ledger.forms import saves_once
from supportdocs.models import SupportTable
from supportdocs.services import upload_document, upload_version

View = Callable[..., HttpResponse]


def streaming(view: View) -> View:
    """Let the file of the form stream to where it will stay; guarded against forgery like all.

    The guard reads the form, so how to read it must be said before: hence exempt outside and
    protected inside, as Django's documentation of upload handlers has it.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST":
            stream_upload(request, settings.DOCUMENT_MAX_BYTES)
        try:
            return protected(request, *args, **kwargs)
        except DomainError as error:
            return _refused(request, error)

    return wrapper


def _page(pk: int) -> str:
    return reverse("supportdocs:document_detail", args=[pk])


def _kept_before(request: HttpRequest, pk: int) -> HttpResponse:
    document = SupportTable.objects.get(pk=pk)
    return _done(request, document, _("“%s” was uploaded already.") % document)


once = saves_once(SupportTable, _page, _kept_before)


@streaming
@once
@login_required
@require_POST
def document_upload(request: HttpRequest) -> HttpResponse:
    """One file as a new document; a script sends several one after the other."""
    file = request.FILES.get("file")
    if file is None:
        raise invalid("file", _("Choose a file."))
    document = upload_document(
        by=person(request),
        file_name=file.name or "",
        content=file,
        name=request.POST.get("name", ""),
    )
    return _done(request, document, _("“%s” is uploaded.") % document)


@streaming
@once
@login_required
@require_POST
def document_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """One file as the new version; the older ones stay."""
    file = request.FILES.get("file")
    if file is None:
        raise invalid("file", _("Choose a file."))
    document = upload_version(
        document_id=pk,
        by=person(request),
        file_name=file.name or "",
        content=file,
        note=request.POST.get("note", ""),
    )
    return _done(
        request, document, _("The new version of “%s” is uploaded.") % document
    )


def _is_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _done(request: HttpRequest, document: SupportTable, words: str) -> HttpResponse:
    url = _page(document.pk)
    if _is_script(request):
        return JsonResponse(
            {"url": url, "name": document.name, "message": words}, status=201
        )
    messages.success(request, words)
    return redirect(url)


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = STATUS[error.code]
    if _is_script(request):
        return JsonResponse(
            {"message": error.sentence, "code": error.code}, status=status
        )
    messages.error(request, error.sentence)
    return redirect("supportdocs:document_list")
