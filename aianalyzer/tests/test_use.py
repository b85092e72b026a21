"""An answer in use: what is chosen becomes the form of a change, a note or tasks, with the document beside it."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from activities.models import Activity
from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.use import use_offer
from aianalyzer.tests.conftest import Start
from core.accounts.models import User
from core.text.written_dates import day_of
from engineering.models import ChangeNotice, EngineeringNote, PanelProcess
from tests.papers import pdf
from tests.people import text_of

pytestmark = pytest.mark.django_db
PAPER = """PERMINTAAN PENAWARAN
Pemberi Tugas: PT Graha Medika Husadatama
Nama Proyek: Gedung Rawat Inap Tahap II
Nomor PO: 4500-0123/VII tanggal 3 November 2026
Kontraktor wajib memasok 2 unit LVMDP-A 3200 A Icw 65 kA / 1 s IP 42 Form 4b.
Panel SDP-1 400 A Icw 25 kA / 1 s dengan IP 54.
Penyerahan paling lambat tanggal 12 Maret 2030 di lokasi proyek."""
FREE = "- Arus LVMDP-A 3200 A dan Icw 65 kA.\n- Trafo 1600 kVA disediakan oleh pemilik."


@pytest.fixture
def row(analysed: Start) -> InquiryAiGeneration:
    """A finished answer about the paper."""
    return analysed(content=pdf([PAPER]), language="en")


@pytest.fixture
def client(agus: User, as_person: Any) -> Client:
    """Agus at the portal."""
    found: Client = as_person(agus)
    found.cookies["django_language"] = "en"
    return found


def used(client: Client, row: InquiryAiGeneration, **data: Any) -> str:
    """Choose on the page; the address of the form that opens."""
    answer = client.post(f"/analyzer/answers/{row.pk}/use/", {"boxes": "1", **data})
    assert answer.status_code == 302
    return str(answer["Location"])


def draft(client: Client, address: str) -> dict[str, Any]:
    kept: dict[str, Any] = client.session["drafts"][address.partition("=")[2]]
    return kept


def keys(row: InquiryAiGeneration, *words: str) -> list[str]:
    """The keys of the lines with these words."""
    lines = use_offer(row, None).lines
    return [each.key for each in lines if any(word in each.text for word in words)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 Maret 2027", date(2027, 3, 12)),
        ("12 Mar. 27", date(2027, 3, 12)),
        ("Dec. 15th, 2026", date(2026, 12, 15)),
        ("1st of May 2026", date(2026, 5, 1)),
        ("15/12/2026", date(2026, 12, 15)),
        ("12/15/2026", date(2026, 12, 15)),
        ("3-11-26", date(2026, 11, 3)),
        ("2026-12-05", date(2026, 12, 5)),
        ("31 Februari 2026", None),
        ("90 hari", None),
        ("", None),
    ],
)
def test_written_dates_are_days(text: str, day: date | None) -> None:
    assert day_of(text) == day


def test_the_fields_of_the_document_are_offered(row: InquiryAiGeneration) -> None:
    offer = use_offer(row, None)
    found = {each.name: each.values[0][0] for each in offer.fields}
    assert found == {
        "customer": "PT Graha Medika Husadatama",
        "project_name": "Gedung Rawat Inap Tahap II",
        "po_number": "4500-0123/VII",
        "deadline": "2030-03-12",
    }
    assert all(each.is_proposed for each in offer.fields)
    assert [(each.name, each.quantity) for each in offer.panels] == [
        ("LVMDP-A", 2),
        ("SDP-1", 1),
    ]


def test_the_page_has_a_box_for_each_line_and_field(
    client: Client, row: InquiryAiGeneration
) -> None:
    html = client.get(f"/analyzer/answers/{row.pk}/use/").content.decode()
    offer = use_offer(row, None)
    assert html.count('name="line"') == len(offer.lines) > 8
    assert html.count('name="panel"') == 2
    assert html.count("<select") == 4
    assert 'name="attach"' in html


def test_only_the_chosen_lines_and_fields_are_in_the_change(
    client: Client, row: InquiryAiGeneration
) -> None:
    lines = keys(row, "65 kA")[:1]
    address = used(client, row, kind="change", line=lines, customer="PT Graha Medika Husadatama", po_number="", project_name="made up")  # fmt: skip
    values = draft(client, address)["values"]
    assert "65 kA / 1 s (page 1)" in values["detail_problem"]
    assert "25 kA" not in values["detail_problem"]
    assert values["customer"] == "PT Graha Medika Husadatama"
    # What the document does not offer is not taken from the form.
    assert (values["po_number"], values["project_name"]) == ("", "")
    assert draft(client, address)["files"] == []


FORM = {
    "kind": "0",
    "date": "2026-03-17",
    "engineering": "From the analysis",
    "detail_problem": "because",
    "priority": "3",
    "items-TOTAL_FORMS": "0",
    "items-INITIAL_FORMS": "0",
}


@pytest.mark.parametrize("is_kept", [True, False])
def test_the_document_goes_along_when_it_is_wanted(
    client: Client, row: InquiryAiGeneration, *, is_kept: bool
) -> None:
    address = used(client, row, kind="change", attach="1")
    assert address.startswith("/changes/new/?draft=")
    assert "tender.pdf" in text_of(client.get(address))
    form = FORM | ({"draft_files": "1"} if is_kept else {})
    assert client.post(address, form).status_code == 302
    change = ChangeNotice.objects.get()
    assert change.origin == f"analysis:{row.pk}"
    files = [each.sha256 for each in change.attachments.signed()]
    assert files == ([row.sha256] if is_kept else [])


def test_a_note_is_a_note(client: Client, row: InquiryAiGeneration) -> None:
    address = used(client, row, kind="note", line=keys(row, "3200 A"), attach="1", project_name="Gedung Rawat Inap Tahap II")  # fmt: skip
    assert address.startswith("/changes/notes/new/?draft=")
    html = client.get(address).content.decode()
    assert "3200 A" in html
    form = {"text": "Dari analisis: 3200 A", "kind": "2", "draft_files": "1"}
    answer = client.post(address, form)
    note = EngineeringNote.objects.get()
    assert answer["Location"] == f"/changes/notes/{note.pk}/"
    assert (note.origin, note.sha256) == (f"analysis:{row.pk}", row.sha256)
    assert not ChangeNotice.objects.exists()
    shown = client.get(answer["Location"]).content.decode()
    assert f'href="/analyzer/answers/{row.pk}/"' in shown


def test_panels_become_tasks_with_hours_and_dates_backwards(
    client: Client, row: InquiryAiGeneration
) -> None:
    for name, minutes in (("SLD", 240), ("Layout", 180)):
        PanelProcess.objects.create(panel_type="LVMDP", process_name=name, minutes=minutes)  # fmt: skip
    address = used(client, row, kind="activity", panel=["LVMDP-A", "SDP-1", "made up"], deadline="2030-03-12")  # fmt: skip
    html = client.get(address).content.decode()
    said = re.findall(
        r'name="tasks-\d+-(\w+)"[^>]*?(?:value="([^"]*)"|>\s*([^<]*)<)', html
    )
    tasks = [(a or b).strip() for name, a, b in said if name == "description"]
    assert "LVMDP-A (2 \u00d7): SLD" in tasks
    assert "LVMDP-A (2 \u00d7): Layout" in tasks
    assert "Draw the SLD: SDP-1" in tasks
    ends = [(a or b) for name, a, b in said if name == "ends"]
    assert max(each for each in ends if each) == "2030-03-12"
    assert not Activity.objects.exists()


def test_free_words_are_offered_line_by_line(
    analysed: Start, chat: Any, client: Client
) -> None:
    chat.answer = lambda _system, _user: FREE
    row = analysed(content=pdf([PAPER]), model="m1")
    lines = use_offer(row, None).points
    assert [each.is_checked for each in lines] == [True, False]
    assert "(" in lines[1].with_place
    html = client.get(f"/analyzer/answers/{row.pk}/use/").content.decode()
    assert len(re.findall(r'name="line"[^>]*checked', html)) == 1


def test_nothing_to_become_and_an_unfinished_answer_lead_back(
    client: Client, row: InquiryAiGeneration, start: Start
) -> None:
    assert used(client, row, kind="nothing") == f"/analyzer/answers/{row.pk}/use/"
    waiting = start()
    answer = client.get(f"/analyzer/answers/{waiting.pk}/use/")
    assert answer["Location"] == f"/analyzer/answers/{waiting.pk}/"
