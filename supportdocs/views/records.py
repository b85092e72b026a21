"""The page of one document: looked at, renamed, deleted, restored, downloaded."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from core.accounts.permissions import person
from core.accounts.sessions import preview_key, previewed, stored_key
from core.errors import DomainError
from core.files.downloads import asks_for_all, serve
from core.pages.frames import FRAME, asked_before, for_frame
from core.pages.list_page import wants_part
from core.talk.views import talk_context
from core.text.ids import as_id
from supportdocs.forms import NameForm
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.record import PREVIEWS, document_record
from supportdocs.queries.text import FoundPlace
from supportdocs.services import (
    delete_document,
    list_document,
    read_again,
    rename_document,
    restore_document,
    serve_version,
)
from supportdocs.views.library import upload_facts

SALT = "supportdocs.preview"
PAGE_DIGITS = 5


def document_or_404(pk: int, *, alive: bool = True) -> SupportTable:
    """The document; 404 otherwise."""
    rows = SupportTable.objects.select_related("current__uploaded_by")
    return get_object_or_404(rows.alive() if alive else rows, pk=pk)


def version_of(pk: int, number: int) -> DocumentVersion:
    """A version of a live document; 404 otherwise."""
    rows = DocumentVersion.objects.filter(document__deleted_at=None)
    return get_object_or_404(rows, document=pk, number=number)


@login_required
@require_GET
def document_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One document; a deleted one says so and can be restored."""
    document = document_or_404(pk, alive=False)
    record = document_record(document, person(request), _place(request))
    template = "_document_record" if wants_part(request) else "document_detail"
    context = {"record": record, "document": document} | upload_facts()
    context |= talk_context(request, document, is_alive=document.deleted_at is None)
    return render(request, f"supportdocs/{template}.html", context)


def _place(request: HttpRequest) -> FoundPlace:
    """Place of the search result; the first page where the address names none."""
    page = as_id(request.GET.get("page", ""), PAGE_DIGITS) or 1
    return FoundPlace(request.GET.get("q", ""), page)


@login_required
@require_POST
def document_rename(request: HttpRequest, pk: int) -> HttpResponse:
    form = NameForm(request.POST)
    name = form.cleaned_data["name"] if form.is_valid() else ""
    try:
        rename_document(document_id=pk, by=person(request), name=name)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The name is changed."))
    return redirect("supportdocs:document_detail", pk=pk)


@login_required
@require_POST
def document_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away; the list then offers to bring it back."""
    try:
        document = delete_document(document_id=pk, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
        return redirect("supportdocs:document_detail", pk=pk)
    return redirect(f"{reverse('supportdocs:document_list')}?gone={document.pk}")


@login_required
@require_POST
def document_restore(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        document = restore_document(document_id=pk, by=person(request))
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("“%s” is back.") % document)
    return redirect("supportdocs:document_detail", pk=pk)


@login_required
@require_POST
def document_listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it into the checklist of every job, or take it out."""
    is_listed = request.POST.get("listed") == "1"
    try:
        list_document(document_id=pk, by=person(request), is_listed=is_listed)
    except DomainError as error:
        messages.error(request, error.sentence)
    else:
        words = (
            _("Every job is asked for it now.")
            if is_listed
            else _("Jobs are no longer asked for it.")
        )
        messages.success(request, words)
    return redirect("supportdocs:document_detail", pk=pk)


@login_required
@require_POST
def document_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read its text again."""
    document = document_or_404(pk)
    if document.current is None:
        raise Http404
    read_again(version_id=document.current.pk, by=person(request))
    messages.success(request, _("The text is being read again."))
    return redirect("supportdocs:document_detail", pk=pk)


# --- Files ------------------------------------------------------------------------


def _served(
    request: HttpRequest, version: DocumentVersion, *, is_inline: bool = False
) -> HttpResponseBase:
    is_whole = asks_for_all(request)
    return serve(
        request, serve_version(version, is_whole=is_whole, is_inline=is_inline)
    )


@login_required
@require_safe
def document_file(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A version as a download."""
    return _served(request, version_of(pk, number))


@login_required
@require_safe
def document_image(request: HttpRequest, pk: int, number: int) -> HttpResponseBase:
    """A picture, to look at."""
    version = version_of(pk, number)
    if PREVIEWS.get(version.extension) != "image":
        raise Http404
    return _served(request, version, is_inline=True)


@FRAME  # type: ignore[arg-type] # the library's types know no route with arguments
@xframe_options_sameorigin
@login_required
@require_GET
def document_viewer(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The frame that draws a PDF."""
    version = version_of(pk, number)
    if PREVIEWS.get(version.extension) != "pdf":
        raise Http404
    session = stored_key(request.session.session_key or "")
    key = preview_key(SALT, version.pk, session)
    context: dict[str, Any] = {
        "name": version.name,
        "size": version.size,
        "src": reverse("supportdocs:document_preview", args=[key]),
        "theme": request.COOKIES.get("ems_theme", ""),
    }
    return render(request, "components/pdf_viewer.html", context)


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def document_preview(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file behind a signed address, for the viewer's frame; ``?renew`` answers the next one."""
    said = previewed(SALT, key)
    if said is None:
        raise Http404
    rows = DocumentVersion.objects.filter(document__deleted_at=None)
    version = get_object_or_404(rows, pk=said[0])
    renewed = preview_key(SALT, version.pk, said[1])
    address = reverse("supportdocs:document_preview", args=[renewed])
    answer = asked_before(request, address)
    return for_frame(answer or _served(request, version, is_inline=True))
