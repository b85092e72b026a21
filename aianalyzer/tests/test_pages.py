"""The pages: from the CRM's inquiry to the checked answer, and what is made of it."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import markdown
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import record_generation, run_analysis
from aianalyzer.tests.conftest import TENDER, Start
from core.accounts.models import User
from engineering.models import ChangeNotice
from tests.people import text_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


@pytest.fixture
def client(agus: User, as_person: Log, sandbox: Any) -> Client:
    """A browser of agus, in English."""
    browser = as_person(agus)
    browser.cookies["django_language"] = "en"
    return browser


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return text_of(answer)


def test_inquiries_are_found_newest_first_and_marked(
    client: Client, agus: User
) -> None:
    text = page(client, "/analyzer/")
    assert text.index("INQ-2026-0380") < text.index("INQ-2026-0379")
    assert "INQ-2026-0301" not in text  # on the second page
    assert "INQ-2026-0301" in page(client, "/analyzer/?page=2")
    record_generation(by=agus, fields={"ext_inquiry_id": 380, "content": "x"})
    assert "1 answer" in page(client, "/analyzer/?q=0380")
    marked = page(client, "/analyzer/?analysed=yes")
    assert "INQ-2026-0380" in marked
    assert "INQ-2026-0379" not in marked
    assert "INQ-2026-0380" not in page(client, "/analyzer/?analysed=no")
    assert "Nothing found" in page(client, "/analyzer/?q=zzzzqqq")
    part = text_of(client.get("/analyzer/?q=0380", headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "INQ-2026-0380" in part


def test_without_the_crm_the_page_says_so_and_documents_can_still_be_analysed(
    client: Client, sandbox: Any
) -> None:
    sandbox.crm.faults.set("/", "status", 500)
    text = page(client, "/analyzer/")
    assert "The CRM does not answer" in text
    assert 'href="/analyzer/new/"' in text
    assert client.get("/analyzer/inquiries/301/").status_code == 503


def test_old_answers_of_an_inquiry_stay_when_the_crm_forgets_it(
    client: Client, agus: User
) -> None:
    record_generation(by=agus, fields={"ext_inquiry_id": 999, "file_name": "lama.pdf"})
    text = page(client, "/analyzer/inquiries/999/")
    assert "lama.pdf" in text
    assert "does not know this inquiry" in text
    page(client, "/analyzer/inquiries/998/", 404)


def test_an_inquiry_shows_its_facts_and_who_may_read_what(client: Client) -> None:
    text = page(client, "/analyzer/inquiries/306/")
    assert "LVMDP 3200A Apartemen Kuningan" in text
    assert "nothing leaves the company" in text
    assert (
        'data-classes="internal public"' in text
        or 'data-classes="public internal"' in text
    )


def start(client: Client, **fields: Any) -> Any:
    return client.post("/analyzer/start/", fields)


def test_a_document_is_started_watched_and_read(client: Client) -> None:
    answer = start(client, inquiry="306", file=SimpleUploadedFile("tender.pdf", TENDER))
    assert answer.status_code == 302
    row = InquiryAiGeneration.objects.get()
    root = f"/analyzer/answers/{row.pk}/"
    assert answer["Location"] == root
    waiting = page(client, root)
    assert f'data-stream="/api/generations/{row.pk}/stream"' in waiting
    mark = row.updated_at.isoformat()
    assert client.get(f"{root}part/", {"mark": mark}).status_code == 204
    run_analysis(generation_id=row.pk)
    done = text_of(client.get(f"{root}part/", {"mark": mark}))
    assert "<html" not in done
    assert "data-stream" not in done
    assert "Made by rules" in done
    assert 'class="cite found"' in done
    source = page(client, f"{root}source/?cite=1")
    row.refresh_from_db()
    hit = re.search(r'<mark id="hit">(.*?)</mark>', source, re.DOTALL)
    assert hit
    assert hit[1].split() == row.citations[0]["quote"].rstrip(".").split()
    assert "page 2 of 2" in page(client, f"{root}source/?page=2")
    assert "page 1 of 2" in page(client, f"{root}source/?page=99&cite=9999")
    assert page(client, f"{root}?cite=1").count('id="hit"') == 1


def test_the_inquiry_itself_can_be_started(client: Client) -> None:
    """Only by its own button: who forgot to choose a document is told so."""
    forgotten = start(client, inquiry="306")
    assert forgotten.status_code == 400
    assert "Choose a document first" in text_of(forgotten)
    assert start(client, inquiry="306", of_inquiry="1").status_code == 302
    row = InquiryAiGeneration.objects.get()
    assert (row.file_name, row.subject[:13]) == ("Inquiry 306.txt", "INQ-2026-0306")


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 400, "Choose a document first"),
        ({"inquiry": "x"}, 400, "Enter a whole number"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, 415, "Accepted are"),
        ({"file": SimpleUploadedFile("a.pdf", b"")}, 400, "empty"),
        ({"inquiry": "306", "model": "nothing"}, 400, "Select a valid choice"),
        (
            {
                "inquiry": "306",
                "of_inquiry": "1",
                "model": "estimator:gpt4",
                "document_class": "confidential",
            },
            403,
            "may not be sent",
        ),
        ({"inquiry": "999999", "of_inquiry": "1"}, 404, ""),
    ],
)
def test_a_refused_start_says_what_is_wrong_on_the_form(
    fields: dict[str, Any], status: int, words: str, client: Client
) -> None:
    answer = start(client, **fields)
    assert answer.status_code == status
    assert words in text_of(answer)
    assert not InquiryAiGeneration.objects.exists()


def test_a_failed_one_offers_a_retry(client: Client) -> None:
    start(client, file=SimpleUploadedFile("a.pdf", b"%PDF-1.4 \xff\x00"))
    row = InquiryAiGeneration.objects.get()
    run_analysis(generation_id=row.pk)
    text = page(client, f"/analyzer/answers/{row.pk}/")
    assert "damaged" in text
    assert "Try again" in text
    again = client.post(f"/analyzer/answers/{row.pk}/retry/", follow=True)
    assert "The analysis starts again." in text_of(again)
    stopped = client.post(f"/analyzer/answers/{row.pk}/cancel/", follow=True)
    assert "The analysis is cancelled." in text_of(stopped)
    twice = client.post(f"/analyzer/answers/{row.pk}/cancel/", follow=True)
    assert "has ended already" in text_of(twice)


def test_a_source_that_is_not_there_is_marked(
    client: Client, analysed: Start, chat: Any
) -> None:
    chat.answer = lambda _s, _u: (
        '{"kind": "point", "text": "Icw 80 kA", "page": 1, "quote": "Icw 80 kA"}'
    )
    row = analysed(model="m1")
    text = page(client, f"/analyzer/answers/{row.pk}/")
    assert 'class="cite missing"' in text
    assert "not in the source" in text
    assert "1 line names a source" in text
    assert 'id="hit"' not in page(client, f"/analyzer/answers/{row.pk}/source/?cite=1")


def test_an_answer_goes_out_as_markdown_and_as_word(
    client: Client, analysed: Start
) -> None:
    row = analysed(language="en")
    root = f"/analyzer/answers/{row.pk}"
    markdown = client.get(f"{root}/markdown/")
    assert (
        markdown["Content-Disposition"]
        == f'attachment; filename="Analysis-{row.pk}.md"'
    )
    text = markdown.content.decode()
    assert "## Key facts" in text
    assert "[^1]: page 1: “" in text
    word = client.get(f"{root}/word/")
    document = docx.Document(BytesIO(b"".join(word.streaming_content)))  # type: ignore[attr-defined]
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert any("400/230 V AC" in line for line in lines)
    assert "Sources" in lines
    file = client.get(f"{root}/file/")
    assert b"".join(file.streaming_content) == TENDER  # type: ignore[attr-defined]
    assert file["Content-Security-Policy"].startswith("sandbox")


def test_names_that_others_chose_are_plain_text_in_the_markdown(
    client: Client, agus: User
) -> None:
    """A viewer of the file fetches nothing: neither by its title nor by its head."""
    evil = "![x](http://evil.example/p.png) <img src=http://evil.example/q.png>"
    fields = {"file_name": evil, "model": evil, "content": "Text"}
    row = record_generation(by=agus, fields=fields)
    text = client.get(f"/analyzer/answers/{row.pk}/markdown/").content.decode()
    html = markdown.markdown(text)
    assert "<img" not in html
    assert "evil.example" in html


def test_two_answers_stand_side_by_side(
    client: Client, analysed: Start, chat: Any
) -> None:
    chat.answer = lambda _s, _u: (
        '{"kind": "fact", "name": "voltage", "text": "400/230 V AC", "page": 1, "quote": "400/230 V AC"}\n'
        '{"kind": "fact", "name": "ip", "text": "IP 65", "page": 1, "quote": "IP 65"}'
    )
    left, right = analysed(), analysed(model="m1")
    text = page(client, f"/analyzer/compare/?pick={left.pk}&pick={right.pk}")
    assert text.count("IP 65") >= 2
    assert "different" in text
    assert ">same<" in re.sub(r"<svg.*?</svg>", "", text)
    assert f"pick={left.pk}" in page(client, f"/analyzer/answers/{right.pk}/")
    for query in ("", "?pick=1", "?pick=x&pick=y", "?pick=1&pick=2&pick=3"):
        assert client.get(f"/analyzer/compare/{query}").status_code == 400
    assert client.get("/analyzer/compare/?pick=98&pick=99").status_code == 404


def test_an_answer_fills_in_the_real_form_and_the_change_remembers_it(
    client: Client, analysed: Start
) -> None:
    kind, number = "change", 0
    row = analysed(ext_inquiry_id=306, language="en")
    answer = client.post(f"/analyzer/answers/{row.pk}/use/", {"kind": kind})
    assert answer["Location"].startswith("/changes/new/?draft=")
    form = page(client, answer["Location"])
    assert "400/230 V AC" in form
    assert "Apartemen Kuningan" in form
    assert "nothing is saved before you submit" in form
    assert not ChangeNotice.objects.exists()
    data = {
        "kind": str(number),
        "date": "2026-03-17",
        "engineering": "From the analysis",
        "detail_problem": "because",
        "priority": "3",
        "items-TOTAL_FORMS": "0",
        "items-INITIAL_FORMS": "0",
    }
    assert client.post(answer["Location"], data).status_code == 302
    change = ChangeNotice.objects.get()
    assert (change.origin, change.kind) == (f"analysis:{row.pk}", number)
    assert f'href="/analyzer/answers/{row.pk}/"' in page(
        client, f"/changes/{change.pk}/"
    )


def test_the_origin_is_no_part_of_what_is_signed(agus: User, sandbox: Any) -> None:
    from engineering.services import raise_change  # noqa: PLC0415

    fields = {"engineering": "a", "detail_problem": "b"}
    one = raise_change(by=agus, fields=fields)
    other = raise_change(by=agus, fields=fields, origin="analysis:1")
    assert (one.digest, other.origin_url) == (other.digest, "/analyzer/answers/1/")
    assert one.origin_url == ""
    assert (
        raise_change(by=agus, fields=fields, origin="javascript:alert(1)").origin_url
        == ""
    )


def test_an_answer_plans_tasks(client: Client, analysed: Start) -> None:
    row = analysed(ext_inquiry_id=306, language="en")
    answer = client.post(f"/analyzer/answers/{row.pk}/use/", {"kind": "activity"})
    assert answer["Location"].startswith("/activities/new/?draft=")
    key = answer["Location"].partition("=")[2]
    draft = client.session["drafts"][key]
    assert (draft["form"], draft["origin"]) == ("activity", f"analysis:{row.pk}")
    form = page(client, answer["Location"])
    assert "Draw the SLD: LVMDP" in form
    assert draft["values"]["ext_inquiry_id"] == 306
    tasks = [task["description"] for task in draft["values"]["tasks"]]
    assert any("LVMDP" in each["name"] for each in draft["values"]["panels"])
    assert any("brands" in task for task in tasks)


def test_only_a_finished_answer_is_used(client: Client, start: Start) -> None:
    row = start()
    for kind in ("change", "nothing"):
        answer = client.post(f"/analyzer/answers/{row.pk}/use/", {"kind": kind})
        assert answer["Location"] == f"/analyzer/answers/{row.pk}/"


def test_the_history_is_found_by_words_and_state(
    client: Client, start: Start, agus: User
) -> None:
    start()
    record_generation(by=agus, fields={"file_name": "lama.pdf", "model": "gpt4"})
    assert "tender.pdf" in page(client, "/analyzer/answers/?state=queued")
    found = page(client, "/analyzer/answers/?q=lama gpt4")
    assert "lama.pdf" in found
    assert "tender.pdf" not in found
    assert "Nothing found" in page(client, "/analyzer/answers/?q=zzz")
    page(client, "/analyzer/answers/?state=nonsense")


def test_a_document_over_the_limit_is_cut_off_and_the_form_says_so(
    client: Client, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024
    big = SimpleUploadedFile("besar.pdf", b"%PDF-1.4" + b"x" * 200_000)
    answer = client.post(
        "/analyzer/start/?inquiry=306", {"inquiry": "306", "file": big}
    )
    assert answer.status_code == 413
    text = text_of(answer)
    assert "larger than" in text
    assert 'name="inquiry" value="306"' in text
    again = SimpleUploadedFile("besar.pdf", b"%PDF-1.4" + b"x" * 200_000)
    assert start(client, file=again).status_code == 413
    assert not InquiryAiGeneration.objects.exists()


def test_a_forged_start_is_refused(agus: User) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    browser.force_login(agus, "core.accounts.backends.AuthServerBackend")
    assert browser.post("/analyzer/start/", {"inquiry": "306"}).status_code == 403
    assert not InquiryAiGeneration.objects.exists()


def test_an_answer_in_free_words_is_compared_by_what_it_says(
    client: Client, analysed: Start, agus: User
) -> None:
    fields = {
        "file_name": "a.pdf",
        "model": "gpt4",
        "content": "Tegangan 400/230 V AC, IP 65.",
    }
    left, right = analysed(), record_generation(by=agus, fields=fields)
    text = page(client, f"/analyzer/compare/?pick={left.pk}&pick={right.pk}")
    assert '<td class="full">IP 65</td>' in re.sub(
        r">\s+|\s+<", lambda m: m[0].strip(), text
    )
    assert text.count("400/230 V AC") >= 3


def test_the_office_looks_through_analyses_in_the_admin(
    admin: User, as_person: Log, start: Start
) -> None:
    row = start()
    client = as_person(admin)
    root = "/admin/aianalyzer/inquiryaigeneration/"
    assert "tender.pdf" in text_of(client.get(root))
    record = text_of(client.get(f"{root}{row.pk}/change/"))
    assert row.sha256 in record
    assert client.get(f"{root}add/").status_code == 403
    assert client.post(f"{root}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert InquiryAiGeneration.objects.count() == 1
