"""The page itself beside an answer: a PDF in its frame, a picture with boxes, and who may see the file."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.queries.paper import boxes_of, paper_of
from aianalyzer.tests.conftest import Start
from core.accounts.models import User
from tests.papers import pdf, png
from tests.people import content_of

pytestmark = pytest.mark.django_db
WORDS = [
    ["Arus", 0.1, 0.1, 0.1, 0.02],
    ["2", 0.22, 0.1, 0.02, 0.02],
    ["500", 0.25, 0.101, 0.05, 0.02],
    ["A,", 0.31, 0.1, 0.02, 0.025],
    ["Icw", 0.1, 0.2, 0.05, 0.02],
    ["50", 0.16, 0.2, 0.03, 0.02],
    ["kA", 0.2, 0.2, 0.03, 0.02],
]


@pytest.fixture
def client(agus: User, as_person: Any) -> Client:
    """Agus at the portal."""
    found: Client = as_person(agus)
    return found


@pytest.mark.parametrize(
    ("quote", "tops"),
    [
        ("Arus 2 500 A", [0.1]),
        ("2 500 A, Icw 50 kA", [0.1, 0.2]),
        ("500 A", []),
        ("", []),
    ],
)
def test_a_passage_has_a_box_for_each_line(quote: str, tops: list[float]) -> None:
    assert [box.top for box in boxes_of(WORDS, quote)] == tops


def test_a_box_holds_all_words_of_its_line() -> None:
    (box,) = boxes_of(WORDS, "Arus 2 500 A")
    assert (box.left, box.top) == (0.1, 0.1)
    assert box.left + box.width == pytest.approx(0.33)
    assert box.height == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.pdf", "pdf"), ("a.JPG", "picture"), ("a.webp", "picture"), ("a.tif", ""), ("a.docx", "")],
)  # fmt: skip
def test_what_a_browser_shows_is_shown(name: str, kind: str, start: Start) -> None:
    row = start()
    row.file_name = name
    page = row.pages.model(number=3, words=WORDS)
    paper = paper_of(row, page, "Icw 50 kA")
    assert (paper.kind, paper.page) == (kind, 3)
    (box,) = paper.boxes
    assert (box.left, box.top) == (0.1, 0.2)
    assert (box.width, box.height) == pytest.approx((0.13, 0.02))
    row.stored_name = ""
    assert paper_of(row, page, "").kind == ""


def framed(client: Client, row: InquiryAiGeneration) -> str:
    """The signed address that the frame is given."""
    answer = client.get(f"/analyzer/answers/{row.pk}/view/")
    assert answer.status_code == 200
    assert "sandbox allow-scripts" in answer["Content-Security-Policy"]
    found = re.search(r'data-src="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def test_the_frame_gets_the_file_by_an_address_that_ends(
    client: Client, analysed: Start
) -> None:
    row = analysed()
    address = framed(client, row)
    stranger = Client()  # the frame has no cookie
    answer = stranger.get(address, headers={"Range": "bytes=0-4"})
    assert (answer.status_code, content_of(answer)) == (206, b"%PDF-")
    assert answer["Access-Control-Allow-Origin"] == "null"
    assert stranger.options(address).status_code == 204
    renewed = stranger.get(f"{address}?renew=1").content.decode()
    assert content_of(stranger.get(renewed)).startswith(b"%PDF-")
    assert stranger.get(f"{address}x").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert stranger.get(address).status_code == 404
    client.logout()
    assert stranger.get(address).status_code == 404


def test_a_key_of_a_document_opens_no_analysis(client: Client, analysed: Start) -> None:
    key = framed(client, analysed()).rsplit("/", 2)[1]
    assert client.get(f"/documents/preview/{key}/").status_code == 404


def test_the_frame_is_told_the_words_of_a_scan(client: Client, analysed: Start) -> None:
    row = analysed()
    row.pages.filter(number=2).update(is_ocr=True, words=WORDS)
    html = client.get(f"/analyzer/answers/{row.pk}/view/").content.decode()
    assert 'data-recognised="2"' in html
    address = framed(client, row)
    assert json.loads(Client().get(f"{address}?words=2").content) == WORDS
    assert json.loads(Client().get(f"{address}?words=1").content) == []
    assert Client().get(f"{address}?words=9").status_code == 404


def test_the_answer_stands_beside_its_page_with_the_passage(
    client: Client, analysed: Start
) -> None:
    row = analysed()
    html = client.get(f"/analyzer/answers/{row.pk}/?cite=3").content.decode()
    assert f'src="/analyzer/answers/{row.pk}/view/#page=1"' in html
    mark = re.search(r'id="paper-mark" data-mark="([^"]+)"', html)
    assert mark
    assert json.loads(unescape(mark[1]))["quote"] == row.citations[2]["quote"]
    assert client.get(f"/analyzer/answers/{row.pk}/picture/").status_code == 404


def test_a_picture_has_its_passage_in_boxes(client: Client, analysed: Start) -> None:
    picture = png("PANEL LVMDP\nARUS 2500 A\nTEGANGAN 400 V")
    row = analysed(name="foto.png", content=picture)
    assert row.pages.get().words
    cite = next(fact["cite"] for fact in row.facts if fact["kind"] == "current")
    html = client.get(f"/analyzer/answers/{row.pk}/?cite={cite}").content.decode()
    assert html.count("<rect ") == 1
    answer = client.get(f"/analyzer/answers/{row.pk}/picture/")
    assert content_of(answer) == picture
    assert client.get(f"/analyzer/answers/{row.pk}/view/").status_code == 404


def test_while_it_runs_and_for_other_kinds_there_is_the_text(
    client: Client, analysed: Start, start: Start
) -> None:
    row = analysed(name="a.txt", content=b"Panel LVMDP 3200 A dan Icw 50 kA.\n")
    html = client.get(f"/analyzer/answers/{row.pk}/?cite=1").content.decode()
    assert "<iframe" not in html
    assert '<mark id="hit">' in html
    waiting = start(content=pdf(["Panel LVMDP 3200 A"]))
    html = client.get(f"/analyzer/answers/{waiting.pk}/").content.decode()
    assert "<iframe" not in html
