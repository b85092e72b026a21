"""Analyses as people talk about them."""

from django.db.models import Q

from aianalyzer.models import InquiryAiGeneration
from core.talk.subjects import TalkSubject

ANALYSES = TalkSubject(
    name="analysis",
    model=InquiryAiGeneration,
    rows=InquiryAiGeneration.objects.all,
    view="aianalyzer:answer_detail",
    number=str,
    requester=lambda generation: generation.asked_by_id,
    concerned=lambda generation: Q(pk=generation.asked_by_id or 0),
)
