"""Make a record of an answer: a person chooses what of it, and the real form is filled in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from aianalyzer.forms import UseForm
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.drafts import (
    Chosen,
    activity_values,
    change_values,
    everything,
    note_values,
)
from aianalyzer.queries.inquiries import inquiry_or_none
from aianalyzer.queries.use import UseOffer, use_offer
from aianalyzer.views.answers import found
from core.pages.prefill import DraftFile, keep_draft

TARGETS = {
    "change": ("change", "engineering:change_new", change_values),
    "note": ("note", "engineering:note_new", note_values),
    "activity": ("activity", "activities:activity_new", activity_values),
}


@login_required
@require_http_methods(["GET", "POST"])
def answer_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose lines, panels and fields; then the form opens, and nothing is saved before a person confirms it there."""
    generation = found(pk)
    if generation.state != InquiryAiGeneration.State.DONE:
        messages.error(request, _("Only a finished answer can be used for a form."))
        return redirect("aianalyzer:answer_detail", pk=pk)
    offer = use_offer(generation, inquiry_or_none(generation.ext_inquiry_id or 0))
    if request.method == "GET":
        context = {"generation": generation, "offer": offer}
        return render(request, "aianalyzer/answer_use.html", context)
    form = UseForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what the answer is to become."))
        return redirect("aianalyzer:answer_use", pk=pk)
    return _filled_in(request, generation, offer, form.cleaned_data["kind"])


def _filled_in(
    request: HttpRequest, generation: InquiryAiGeneration, offer: UseOffer, kind: str
) -> HttpResponse:
    chosen = _chosen(request, offer)
    name, address, values_of = TARGETS[kind]
    key = keep_draft(
        request.session,
        form=name,
        values=values_of(generation, offer, chosen),
        origin=f"analysis:{generation.pk}",
        files=_files(generation) if chosen.is_attached else [],
    )
    return redirect(f"{reverse(address)}?draft={key}")


def _chosen(request: HttpRequest, offer: UseOffer) -> Chosen:
    """What was ticked on the page; all that is proposed, for a form without boxes."""
    data = request.POST
    if "boxes" not in data:
        return everything(offer)
    fields: dict[str, Any] = {}
    for each in offer.fields:
        value = data.get(each.name, "")
        fields |= {each.name: value} if value in dict(each.values) else {}
    return Chosen(
        lines=set(data.getlist("line")),
        panels=set(data.getlist("panel")),
        fields=fields,
        is_attached="attach" in data,
    )


def _files(generation: InquiryAiGeneration) -> list[DraftFile]:
    if not generation.stored_name:
        return []
    return [DraftFile(generation.file_name, generation.stored_name)]
