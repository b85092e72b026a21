"""The page itself beside an answer: a PDF in its frame, a picture, and the signed address of the file."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_http_methods

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.paper import paper_kind
from aianalyzer.views.answers import found, number_of
from core.accounts.sessions import preview_key, previewed, stored_key
from core.files.downloads import Served, serve
from core.pages.frames import FRAME, asked_before, for_frame

SALT = "aianalyzer.preview"


def _address(row: int, session: str) -> str:
    key = preview_key(SALT, row, session)
    return reverse("aianalyzer:answer_preview", args=[key])


@FRAME  # type: ignore[arg-type] # the library's types know no route with arguments
@xframe_options_sameorigin
@login_required
@require_GET
def answer_viewer(request: HttpRequest, pk: int) -> HttpResponse:
    """The frame that draws the analysed PDF, with its text over it."""
    generation = found(pk)
    if paper_kind(generation) != "pdf":
        raise Http404
    scans = generation.pages.filter(is_ocr=True)
    context: dict[str, Any] = {
        "name": generation.file_name,
        "size": generation.size,
        "src": _address(pk, stored_key(request.session.session_key or "")),
        "theme": request.COOKIES.get("ems_theme", ""),
        "recognised": scans.values_list("number", flat=True),
    }
    return render(request, "components/pdf_viewer.html", context)


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def answer_preview(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file behind a signed address, for the frame; ``?words=3`` the words of a scanned page."""
    said = previewed(SALT, key)
    if said is None:
        raise Http404
    generation = get_object_or_404(InquiryAiGeneration, pk=said[0])
    answer = asked_before(request, _address(generation.pk, said[1]))
    number = number_of(request, "words")
    if answer is None and number is not None:
        page = get_object_or_404(generation.pages, number=number)
        answer = JsonResponse(page.words, safe=False)
    return for_frame(answer or _served(request, generation))


@login_required
@require_GET
def answer_picture(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The analysed picture, to look at."""
    generation = found(pk)
    if paper_kind(generation) != "picture":
        raise Http404
    return _served(request, generation)


def _served(request: HttpRequest, generation: InquiryAiGeneration) -> HttpResponseBase:
    file = Served(
        generation.file_name,
        generation.stored_name,
        generation.content_type,
        generation.sha256,
        is_inline=True,
    )
    return serve(request, file)
