"""One quota of a day for all that a person uploads."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import start_analysis
from core.accounts.models import UploadDay
from core.accounts.services import forget_expired, take_quota
from core.errors import DomainError
from tests.factories import a_change
from tests.people import Cast

PDF = b"%PDF-1.4\n" + b"x" * 91


def test_documents_attachments_and_analyses_are_counted_together(
    cast: Cast, settings: Any
) -> None:
    change = a_change(cast.agus)
    settings.DOCUMENT_DAILY_BYTES = 2 * len(PDF)
    agus = cast.api("agus")
    photo = f"/engineeringDetailProblems/{change.pk}/photo"
    sent = {"photo": "JVBERi0xLjQK" + "eHh4" * 27, "fileName": "a.pdf"}
    agus.write(photo, sent)
    take_quota(cast.agus, BytesIO(PDF))
    assert agus.write(photo, sent, 429)["code"] == "throttled"
    with pytest.raises(DomainError, match="MB"):
        start_analysis(by=cast.agus, name="a.pdf", content=BytesIO(PDF))
    assert not InquiryAiGeneration.objects.exists()
    take_quota(cast.hendi, ContentFile(PDF))


def test_what_never_fitted_is_not_counted(cast: Cast, settings: Any) -> None:
    settings.DOCUMENT_DAILY_BYTES = len(PDF)
    with pytest.raises(DomainError):
        take_quota(cast.agus, BytesIO(PDF * 2))
    take_quota(cast.agus, BytesIO(PDF))


def test_a_file_is_measured_and_left_where_it_was(cast: Cast) -> None:
    content = BytesIO(PDF)
    content.seek(5)
    take_quota(cast.agus, content)
    assert content.tell() == 5
    assert UploadDay.objects.get().size == len(PDF)


def test_days_that_are_over_are_forgotten(cast: Cast) -> None:
    take_quota(cast.agus, BytesIO(PDF))
    forget_expired()
    assert UploadDay.objects.count() == 1
    UploadDay.objects.update(day="2026-01-01")
    forget_expired()
    assert not UploadDay.objects.exists()
