"""Cancel an analysis, and record one that was made elsewhere."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.permissions import require_steering
from aianalyzer.policies.markdown_answer import word_count
from core.accounts.models import User
from core.accounts.permissions import require
from core.db.locking import locked
from core.errors import DomainError
from core.ledger.services import record
from core.text.canonical_json import digest

State = InquiryAiGeneration.State


@transaction.atomic
def cancel_analysis(*, generation_id: int, by: User) -> InquiryAiGeneration:
    """Stop an analysis that waits or runs; what was written so far stays readable.

    Raises DomainError ``forbidden``, ``not_found``, ``illegal_transition``.
    """
    generation = locked(InquiryAiGeneration.objects.all(), generation_id)
    require_steering(by, generation)
    if not generation.is_open:
        raise DomainError(_("This analysis has ended already."), "illegal_transition")
    before = {"state": generation.state}
    generation.state, generation.finished_at = State.CANCELLED, timezone.now()
    generation.lease_until = None
    generation.save(update_fields=["state", "finished_at", "lease_until", "updated_at"])
    after = {"state": generation.state}
    record(generation, "analysis.cancelled", by=by, before=before, after=after)
    return generation


@transaction.atomic
def record_generation(*, by: User, fields: Mapping[str, Any]) -> InquiryAiGeneration:
    """Keep an answer that a client got elsewhere, as the predecessor's page did.

    ``fields``: file_name, model, ext_inquiry_id, content (Markdown). It is marked as recorded from
    outside: there is no source, so nothing of it is checked (docs/threats.md#t58).
    """
    require(by, "analyse_document")
    content = str(fields.get("content") or "").replace("\x00", "")
    generation = InquiryAiGeneration.objects.create(
        file_name=str(fields.get("file_name") or "")[:200],
        model=str(fields.get("model") or "")[:100],
        ext_inquiry_id=fields.get("ext_inquiry_id"),
        content=content,
        word_count=word_count(content),
        state=State.DONE,
        progress=100,
        provider=InquiryAiGeneration.Provider.OUTSIDE,
        asked_by=by,
        finished_at=timezone.now(),
    )
    after = {
        "fileName": generation.file_name,
        "model": generation.model,
        "inquiryId": generation.ext_inquiry_id,
        "words": generation.word_count,
    }
    record(
        generation,
        "generation.recorded",
        by=by,
        after=after,
        digest=digest({"content": content}),
    )
    return generation
