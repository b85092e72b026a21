"""People, a tender document, and the worker's hand."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import run_analysis, start_analysis
from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from tests.papers import pdf

FIRST = """SPESIFIKASI TEKNIS PANEL TEGANGAN RENDAH
Pemilik: PT Graha Medika Husadatama
Kontraktor wajib memasok 2 unit LVMDP-A 3200 A dan 6 unit SDP lengkap dengan uji rutin.
Tegangan sistem 400/230 V AC, 50 Hz, dengan arus hubung singkat Icw 50 kA / 1 detik.
Panel harus dirancang dan diuji sesuai IEC 61439-2, SNI 0225:2011 dan PUIL 2011."""
SECOND = """Busbar utama dibuat dari tembaga dan dilapisi timah.
Derajat proteksi untuk pemasangan dalam ruangan adalah IP 42 dengan Form 3b.
Penyerahan paling lambat tanggal 12 Maret 2027 setelah gambar disetujui oleh pemilik."""
TENDER = pdf([FIRST, SECOND])
Start = Callable[..., InquiryAiGeneration]


@pytest.fixture
def start(agus: User) -> Start:
    """Ask for an analysis as agus; the worker does not touch it."""

    def asked(**changes: Any) -> InquiryAiGeneration:
        given: dict[str, Any] = {"by": agus, "name": "tender.pdf"} | changes
        content = given.pop("content", TENDER)
        return start_analysis(content=BytesIO(content), **given)

    return asked


@pytest.fixture
def analysed(start: Start) -> Start:
    """Ask, and let the worker do it."""

    def done(**changes: Any) -> InquiryAiGeneration:
        return worked(start(**changes))

    return done


def worked(generation: InquiryAiGeneration) -> InquiryAiGeneration:
    """The analysis after the worker had it."""
    run_analysis(generation_id=generation.pk)
    generation.refresh_from_db()
    return generation


def refusal(work: Any) -> DomainError:
    """The refusal that the work ends in."""
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value


def kinds(generation: InquiryAiGeneration) -> list[str]:
    """The kinds of its events, oldest first."""
    rows = Event.objects.filter(record_type="aianalyzer.InquiryAiGeneration")
    return list(rows.filter(record_id=generation.pk).values_list("kind", flat=True))


@pytest.fixture
def chat(sandbox: Any, settings: Any) -> Any:
    """An outside model at the sandbox that may read what is internal."""
    settings.AI_BASE_URL = f"{sandbox.ai.url}/v1"
    settings.AI_API_KEY = "sk-secret-5521"
    settings.AI_MODELS = ["m1", "m2"]
    settings.AI_CLASSES = settings.AI_CLASSES | {"internal": ["openai", "estimator"]}
    return sandbox.ai.chats
