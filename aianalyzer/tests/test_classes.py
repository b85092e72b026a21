"""The strictest class that a document's bytes were ever given holds; managers may lower it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.classes import STRICTNESS, class_so_far, stricter
from aianalyzer.services import cancel_analysis, retry_analysis
from aianalyzer.tests.conftest import Start, refusal
from core.accounts.models import User
from tests.papers import pdf

pytestmark = pytest.mark.django_db
MODEL = "openai:llama3"


@pytest.fixture(autouse=True)
def _outside_model(settings: Any) -> None:
    settings.AI_BASE_URL, settings.AI_MODELS = "http://127.0.0.1:9", ["llama3"]
    settings.AI_CLASSES = {
        "public": ["openai"],
        "internal": ["openai"],
        "confidential": [],
    }


def test_the_same_bytes_go_nowhere_as_another_class(start: Start, budi: User) -> None:
    start(document_class="confidential")
    for said in ("public", "internal"):
        error = refusal(
            lambda said=said: start(
                by=budi, name="lain.pdf", document_class=said, model=MODEL
            )
        )
        assert error.code == "forbidden"
    assert InquiryAiGeneration.objects.count() == 1
    assert start(by=budi, document_class="public").document_class == "confidential"


def test_other_bytes_are_another_document(start: Start) -> None:
    start(document_class="confidential")
    other = pdf(["Sama sekali lain"])
    found = start(document_class="public", model=MODEL, content=other)
    assert found.document_class == "public"


def test_a_manager_lowers_it_for_all_until_somebody_says_more(
    start: Start, budi: User, rina: User
) -> None:
    sha = start(document_class="confidential").sha256
    lowered = start(by=rina, document_class="public", model=MODEL)
    assert lowered.document_class == "public"
    assert start(by=budi, document_class="public", model=MODEL).provider == "openai"
    start(by=budi, document_class="internal")
    assert class_so_far(sha) == "internal"


def test_what_waits_is_not_sent_again_when_it_became_stricter(
    start: Start, agus: User, budi: User
) -> None:
    first = start(document_class="public", model=MODEL)
    cancel_analysis(generation_id=first.pk, by=agus)
    start(by=budi, document_class="confidential")
    error = refusal(lambda: retry_analysis(generation_id=first.pk, by=agus))
    assert error.code == "forbidden"


@given(st.sampled_from(["", *STRICTNESS]), st.sampled_from(["", *STRICTNESS]))
def test_stricter_takes_no_side(one: str, other: str) -> None:
    assert stricter(one, other) == stricter(other, one)
    assert stricter(one, other) in {one, other}
    assert stricter(one, "confidential") == "confidential"
