"""One analysis: its answer beside its source, what can be done with it, and two side by side."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from aianalyzer import exports
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.record import (
    answer_html,
    fact_pairs,
    generation_record,
    passage_of,
    siblings_of,
)
from aianalyzer.queries.sources import sources_of
from aianalyzer.services import cancel_analysis, retry_analysis
from core.accounts.permissions import person
from core.errors import DomainError
from core.files.downloads import Served, serve
from core.talk.views import talk_context
from core.text.ids import as_id

PAGE_DIGITS = 9


def found(pk: int) -> InquiryAiGeneration:
    """The analysis, or 404."""
    rows = InquiryAiGeneration.objects.select_related("asked_by")
    return get_object_or_404(rows, pk=pk)


def number_of(request: HttpRequest, name: str) -> int | None:
    """A small number of the query, or None."""
    return as_id(request.GET.get(name, ""), PAGE_DIGITS)


def _context(request: HttpRequest, generation: InquiryAiGeneration) -> dict[str, Any]:
    return {
        "record": generation_record(generation, person(request)),
        "generation": generation,
        "passage": passage_of(
            generation, number_of(request, "page"), number_of(request, "cite")
        ),
        "cite": number_of(request, "cite"),
        "mark": generation.updated_at.isoformat(),
        **talk_context(request, generation),
    }


@login_required
@require_GET
def answer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer as far as it is written, and the source beside it."""
    context = _context(request, found(pk))
    return render(request, "aianalyzer/answer_detail.html", context)


@login_required
@require_GET
def answer_part(request: HttpRequest, pk: int) -> HttpResponse:
    """The same without the frame, asked again and again while it runs; 204 without news."""
    generation = found(pk)
    if request.GET.get("mark") == generation.updated_at.isoformat():
        return HttpResponse(status=204)
    context = _context(request, generation)
    return render(request, "aianalyzer/_answer.html", context)


@login_required
@require_GET
def answer_source(request: HttpRequest, pk: int) -> HttpResponse:
    """One page of the source, the cited passage marked."""
    generation = found(pk)
    context = {
        "generation": generation,
        "passage": passage_of(
            generation, number_of(request, "page"), number_of(request, "cite")
        ),
        "cite": number_of(request, "cite"),
    }
    return render(request, "aianalyzer/_source.html", context)


@login_required
@require_POST
def answer_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, cancel_analysis, _("The analysis is cancelled."))


@login_required
@require_POST
def answer_retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, retry_analysis, _("The analysis starts again."))


def _done(request: HttpRequest, pk: int, verb: Any, words: str) -> HttpResponse:
    try:
        verb(generation_id=pk, by=person(request))
    except DomainError as error:
        if error.code in {"not_found", "forbidden"}:
            raise
        messages.error(request, error.sentence)
    else:
        messages.success(request, words)
    return redirect("aianalyzer:answer_detail", pk=pk)


@login_required
@require_GET
def answer_markdown(_request: HttpRequest, pk: int) -> HttpResponseBase:
    generation = found(pk)
    name = f"{_stem(generation)}.md"
    answer = HttpResponse(
        exports.markdown_file(generation), content_type="text/markdown; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_GET
def answer_word(_request: HttpRequest, pk: int) -> HttpResponseBase:
    """The answer as a Word document."""
    generation = found(pk)
    return FileResponse(
        exports.word_file(generation),
        as_attachment=True,
        filename=f"{_stem(generation)}.docx",
        content_type=exports.DOCX,
    )


def _stem(generation: InquiryAiGeneration) -> str:
    return f"Analysis-{generation.pk}"


@login_required
@require_GET
def answer_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The document that was analysed."""
    generation = found(pk)
    if not generation.stored_name:
        raise DomainError(_("This analysis has no file."), "not_found")
    file = Served(
        generation.file_name,
        generation.stored_name,
        generation.content_type,
        generation.sha256,
    )
    return serve(request, file)


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two answers side by side."""
    picked = map(as_id, request.GET.getlist("pick"))
    ids = [each for each in picked if each is not None]
    if len(ids) != 2:
        raise DomainError(_("Choose two answers to compare."), "invalid")
    left, right = found(ids[0]), found(ids[1])
    context = {
        "left": left,
        "right": right,
        "left_html": answer_html(left, sources_of(left)),
        "right_html": answer_html(right, sources_of(right)),
        "pairs": fact_pairs(left, right),
        "others": siblings_of(left)[:12],
    }
    return render(request, "aianalyzer/compare.html", context)
