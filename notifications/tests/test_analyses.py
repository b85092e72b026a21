"""Who asked for an analysis hears of its end, if it took longer than anybody watches."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.utils import timezone

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import recover_analyses, run_analysis, start_analysis
from aianalyzer.services.run_state import claim
from core.accounts.models import User
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def asked(by: User) -> InquiryAiGeneration:
    return start_analysis(
        by=by, name="a.txt", content=BytesIO(b"Panel 400 V, IP 54.\n")
    )


def test_a_quick_one_is_no_news(agus: User) -> None:
    run_analysis(generation_id=asked(agus).pk)
    assert not Notification.objects.exists()


def test_one_that_died_twice_is(agus: User) -> None:
    row = asked(agus)
    for _attempt in range(2):
        claim(row.pk)
        with time_machine.travel(timezone.now() + timedelta(minutes=10)):
            recover_analyses()
    notice = Notification.objects.get()
    assert (notice.recipient, notice.kind) == (agus, "analysis.failed")
    assert notice.url == f"/analyzer/answers/{row.pk}/"
    assert "a.txt" in notice.title


def test_a_long_one_is(agus: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.receivers.operations.WATCHED", 0)
    run_analysis(generation_id=asked(agus).pk)
    assert Notification.objects.get().kind == "analysis.done"
