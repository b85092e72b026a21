"""The analyzer over HTTP, as an integrator and as the predecessor's page use it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from aianalyzer.models import InquiryAiGeneration
from aianalyzer.services import run_analysis
from aianalyzer.tests.conftest import TENDER
from tests.people import Cast, content_of, told

pytestmark = pytest.mark.django_db
ANALYZE = "/api/generations/analyze"


def send(cast: Cast, name: str = "agus", headers: Any = None, **fields: Any) -> Any:
    """A multipart request, as a script makes it."""
    caller = cast.api(name)
    given = {"file": SimpleUploadedFile("tender.pdf", TENDER)} | fields
    more = {"Authorization": f"Bearer {caller.token}"} | (headers or {})
    return caller.post(ANALYZE, given, headers=more)


def test_a_document_is_taken_analysed_and_polled(cast: Cast) -> None:
    answer = send(cast, model="offline", inquiryId="301", language="en")
    assert answer.status_code == 202
    row = told(answer)
    assert (row["state"], row["inquiryId"], row["fileName"]) == (
        "queued",
        301,
        "tender.pdf",
    )
    assert row["subject"].startswith("INQ-2026-0301")
    run_analysis(generation_id=row["id"])
    done = told(cast.api("budi").call("GET", answer["Location"]))
    assert (done["state"], done["progress"]) == ("done", 100)
    assert "400/230 V AC" in done["content"]
    assert {each["state"] for each in done["citations"]} == {"found"}
    assert "failure" not in done


def test_the_inquiry_itself_is_analysed_when_no_file_is_sent(cast: Cast) -> None:
    row = told(cast.api("agus").call("POST", ANALYZE, {"inquiryId": 306}))
    run_analysis(generation_id=row["id"])
    done = told(cast.api("agus").call("GET", f"/api/generations/{row['id']}"))
    assert done["state"] == "done"
    assert "3200A" in done["content"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"inquiryId": 999_999}, 404),
        ({"inquiryId": "x"}, 400),
        ({"inquiryId": 301, "model": "gpt-9"}, 400),
        ({"inquiryId": 301, "documentClass": "top"}, 400),
        ({"inquiryId": 301, "model": "gpt4", "documentClass": "confidential"}, 403),
        ({"inquiryId": 301, "language": "fr"}, 400),
    ],
)
def test_what_cannot_be_analysed_is_refused_with_a_sentence(
    body: dict[str, Any], status: int, cast: Cast
) -> None:
    answer = cast.api("agus").call("POST", ANALYZE, body)
    assert answer.status_code == status
    assert len(told(answer)["message"]) > 10
    assert not InquiryAiGeneration.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.exe", b"MZ", 415),
        ("a.pdf", b"", 400),
        ("a.pdf", b"<html><script>", 415),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18, 415),
        ("../../x.pdf", TENDER, 202),
        ("x" * 300 + ".pdf", TENDER, 202),
    ],
)
def test_files_are_judged_before_anything_is_kept(
    name: str, content: bytes, status: int, cast: Cast
) -> None:
    answer = send(cast, file=SimpleUploadedFile(name, content))
    assert answer.status_code == status
    if status == 202:
        assert "/" not in told(answer)["fileName"]


def test_two_files_are_one_too_many(cast: Cast) -> None:
    files = [SimpleUploadedFile("a.pdf", TENDER), SimpleUploadedFile("b.pdf", TENDER)]
    assert send(cast, file=files).status_code == 400


def test_a_file_for_an_inquiry_is_taken_while_the_crm_is_away(
    cast: Cast, sandbox: Any
) -> None:
    sandbox.crm.faults.set("/", "status", 500)
    assert send(cast, inquiryId="301").status_code == 202
    refused = cast.api("agus").call("POST", ANALYZE, {"inquiryId": 301})
    assert refused.status_code == 503
    assert refused["Retry-After"]


def test_the_same_key_starts_one_analysis(cast: Cast) -> None:
    key = {"Idempotency-Key": "tender-1"}
    first, second = send(cast, headers=key), send(cast, headers=key)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second["Idempotency-Replayed"] == "true"
    assert second["Location"] == first["Location"]
    assert InquiryAiGeneration.objects.count() == 1


def test_the_list_is_that_of_the_predecessor_and_more(cast: Cast) -> None:
    api = cast.api("agus")
    body = {
        "fileName": "t.pdf",
        "model": "gpt4",
        "inquiryId": "301",
        "content": "# A\n\nsatu dua",
    }
    made = told(api.call("POST", "/generations", body))
    assert made["content"] == body["content"]
    assert (made["inquiryId"], made["wordCount"], made["provider"]) == (
        301,
        3,
        "outside",
    )
    api.call("POST", "/api/generations", body | {"inquiryId": 302})
    assert [row["inquiryId"] for row in told(api.call("GET", "/api/generations"))] == [
        301,
        302,
    ]
    found = told(api.call("GET", "/api/generations?inquiryId=302"))
    assert [row["inquiryId"] for row in found] == [302]
    assert len(told(api.call("GET", "/api/generations?inquiryId="))) == len(
        told(api.call("GET", "/api/generations"))
    )
    assert api.call("GET", "/api/generations?inquiryId=1.5").status_code == 400
    page = api.call("GET", "/api/generations?limit=1&offset=1")
    assert (page["X-Total-Count"], len(told(page))) == ("2", 1)


def test_a_client_cannot_forge_what_the_worker_writes(cast: Cast) -> None:
    body = {
        "fileName": "t.pdf",
        "content": "x",
        "provider": "offline",
        "state": "running",
        "sha256": "f" * 64,
        "citations": [{"page": 1, "quote": "x", "state": "found"}],
        "promptVersion": "1",
    }
    row = told(cast.api("agus").call("POST", "/generations", body))
    assert (row["provider"], row["state"], row["citations"]) == ("outside", "done", [])
    assert "sha256" not in row
    assert "promptVersion" not in row


def test_cancel_and_retry(cast: Cast) -> None:
    one = told(send(cast))["id"]
    api = cast.api("agus")
    assert (
        cast.api("budi").call("POST", f"/api/generations/{one}/cancel").status_code
        == 403
    )
    assert (
        told(api.call("POST", f"/api/generations/{one}/cancel"))["state"] == "cancelled"
    )
    assert api.call("POST", f"/api/generations/{one}/cancel").status_code == 409
    again = api.call("POST", f"/api/generations/{one}/retry")
    assert (again.status_code, told(again)["state"]) == (202, "queued")
    assert api.call("POST", "/api/generations/999999/retry").status_code == 404


def test_a_failed_one_says_why(cast: Cast) -> None:
    broken = SimpleUploadedFile("a.pdf", b"%PDF-1.4 \xff\x00")
    one = told(send(cast, file=broken))["id"]
    run_analysis(generation_id=one)
    row = told(
        cast.api("agus").call(
            "GET", f"/api/generations/{one}", headers={"Accept-Language": "en"}
        )
    )
    assert (row["state"], row["failure"]) == ("failed", "broken")
    assert "damaged" in row["failureSentence"]


def test_a_stranger_gets_nothing(cast: Cast) -> None:
    answer = cast.api().call("GET", "/api/generations")
    assert answer.status_code == 401
    assert b"content" not in content_of(answer)
