"""The CRM's inquiries, one of them, and the history of all analyses."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from aianalyzer.forms import StartForm
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries import inquiries as read
from aianalyzer.queries.record import TONES, analyses_of_inquiry, generations
from core.lists.views.kept import opens_with_default
from core.pages.list_page import page_asked, wants_part

STATES = InquiryAiGeneration.State.choices


def shown_page(request: HttpRequest, rows: Any) -> Any:
    """The page that the address asks for; one past the end is the last one."""
    page = page_asked(request)
    return Paginator(rows, page.limit).get_page(page.offset // page.limit + 1)


@login_required
@opens_with_default("inquiries")
@require_GET
@vary_on_headers("HX-Request")
def inquiry_list(request: HttpRequest) -> HttpResponse:
    """Every inquiry of the CRM: found, newest first, marked when analysed."""
    mark = request.GET.get("analysed", "")
    found = read.inquiries(request.GET.get("q", ""), mark)
    page = shown_page(request, found.rows)
    context = {
        "found": found,
        "page": page,
        "lines": read.inquiry_lines(page.object_list),
        "mark": mark if mark in read.MARKS else "",
        "is_filtered": bool(request.GET.get("q") or mark in read.MARKS),
    }
    template = "_inquiry_rows" if wants_part(request) else "inquiry_list"
    return render(request, f"aianalyzer/{template}.html", context)


@login_required
@require_GET
def inquiry_detail(request: HttpRequest, inquiry_id: int) -> HttpResponse:
    """An inquiry of the CRM, its analyses, and the form for a new one."""
    form = StartForm(initial={"inquiry": inquiry_id})
    return inquiry_page(request, inquiry_id, form)


def inquiry_page(
    request: HttpRequest,
    inquiry_id: int,
    form: StartForm,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    """The page of an inquiry, with the form as it stands; 404 when nobody knows the inquiry."""
    history = analyses_of_inquiry(inquiry_id)
    inquiry = read.inquiry_or_none(inquiry_id)
    if inquiry is None and not history:
        inquiry = read.inquiry_of(inquiry_id)
    context = {
        "inquiry": inquiry,
        "inquiry_id": inquiry_id,
        "history": [(each, TONES[each.state]) for each in history],
        "form": form,
        "refusal": refusal,
    }
    return render(request, "aianalyzer/inquiry_detail.html", context, status=status)


@login_required
@opens_with_default("answers")
@require_GET
@vary_on_headers("HX-Request")
def answer_list(request: HttpRequest) -> HttpResponse:
    """Every analysis, newest first."""
    query = {name: request.GET.get(name, "") for name in ("q", "state")}
    if query["state"] not in dict(STATES):
        query["state"] = ""
    page = shown_page(request, generations(query))
    context = {
        "page": page,
        "history": [(each, TONES[each.state]) for each in page.object_list],
        "state": query["state"],
        "states": STATES,
        "is_filtered": bool(query["q"] or query["state"]),
    }
    template = "_answer_rows" if wants_part(request) else "answer_list"
    return render(request, f"aianalyzer/{template}.html", context)
