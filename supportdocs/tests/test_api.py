"""The given paths: files in and out, parts, repeats, refusals."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core.files.upload_handler import ENVELOPE
from supportdocs.models import DocumentVersion, SupportJob, SupportTable
from supportdocs.tests.conftest import WORDS, upload
from supportdocs.tests.test_services import stored
from tests import papers
from tests.people import Caller, Cast, content_of, forget_upstreams, told

pytestmark = pytest.mark.django_db


def form(**fields: Any) -> bytes:
    """A multipart body; bytes are a file ``name``."""
    return encode_multipart(BOUNDARY, fields)


def file(content: bytes = WORDS, name: str = "SLD.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(caller: Caller, path: str, body: bytes, **headers: str) -> Any:
    return caller.call("POST", path, body, headers, MULTIPART_CONTENT)


@pytest.fixture
def agus(cast: Cast) -> Caller:
    return cast.api("agus")


def test_the_name_first_and_the_file_later(agus: Caller) -> None:
    made = agus.write("/supporttables", {"name": "SLD"}, 201)
    assert "filePath" not in made
    assert agus.call("GET", f"/supporttables/{made['id']}/download").status_code == 404
    answer = send(agus, f"/supporttables/{made['id']}/upload", form(anything=file()))
    assert answer.status_code == 200
    again = agus.read(f"/supporttables/{made['id']}")
    assert again["filePath"] == told(answer)["filePath"]
    assert (again["version"], again["fileName"], again["size"]) == (
        1,
        "SLD.pdf",
        len(WORDS),
    )


def test_name_and_file_in_one_form(agus: Caller) -> None:
    answer = send(agus, "/supporttables", form(name="Gambar", file=file()))
    assert answer.status_code == 201
    made = told(answer)
    assert answer["Location"] == f"/supporttables/{made['id']}"
    downloaded = agus.call("GET", f"/supporttables/{made['id']}/download")
    assert content_of(downloaded) == WORDS


def test_a_file_without_a_name_is_called_as_it_is(agus: Caller) -> None:
    assert told(send(agus, "/supporttables", form(file=file())))["name"] == "SLD"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (form(name="x"), 400, "invalid"),
        (form(name="x", file="no file"), 400, "invalid"),
        (form(a=file(), b=file()), 400, "invalid"),
        (form(file=[file(), file()]), 400, "invalid"),
        (form(file=file(b"")), 400, "invalid"),
        (form(file=file(b"<html>")), 415, "unsupported_type"),
        (form(file=file(name="a.exe")), 415, "unsupported_type"),
        (form(file=file(papers.bomb(), "a.xlsx")), 415, "archive_limits"),
        (b"no form at all", 400, "invalid"),
        (form(file=file())[:200], 400, "invalid"),
    ],
)
def test_a_form_that_is_refused_says_why_and_leaves_nothing(
    body: bytes, status: int, code: str, agus: Caller
) -> None:
    before = stored()
    answer = send(agus, "/supporttables", body)
    assert (answer.status_code, told(answer)["code"]) == (status, code)
    assert told(answer)["message"]
    assert stored() == before
    assert not SupportTable.objects.exists()


def test_other_content_types_are_415(agus: Caller) -> None:
    answer = agus.call("POST", "/supporttables", b"x", content_type="text/plain")
    assert answer.status_code == 415


@pytest.mark.parametrize("is_told", [True, False])
def test_a_file_that_is_too_large_is_413(
    is_told: bool, agus: Caller, settings: Any
) -> None:
    settings.DOCUMENT_MAX_BYTES = 1 << 20
    size = (1 << 20) + (2 * ENVELOPE if is_told else 1)
    before = stored()
    answer = send(agus, "/supporttables", form(file=file(bytes(size), "a.txt")))
    assert (answer.status_code, told(answer)["code"]) == (413, "too_large")
    assert stored() == before


def test_the_quota_is_429_with_the_time(agus: Caller, settings: Any) -> None:
    settings.DOCUMENT_DAILY_BYTES = 10
    answer = send(agus, "/supporttables", form(file=file()))
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_a_repeat_with_the_same_key_keeps_one_file(agus: Caller) -> None:
    before, body = stored(), form(name="x", file=file())
    answers = [
        send(agus, "/supporttables", body, **{"Idempotency-Key": "k"}) for _time in "ab"
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert content_of(answers[0]) == content_of(answers[1])
    assert SupportTable.objects.count() == 1
    assert len(stored() - before) == 1


def test_a_rename_takes_the_id_of_the_path(agus: Caller, cast: Cast) -> None:
    document = upload(cast.agus)
    path = f"/supporttables/{document.pk}"
    assert agus.write(path, {"name": "Baru"}, method="PUT")["name"] == "Baru"
    assert agus.write(path, {"id": document.pk}, method="PUT")["name"] == "Baru"
    agus.write(path, {"id": document.pk + 1, "name": "x"}, 400, method="PUT")
    agus.write(path, {"name": " "}, 400, method="PUT")
    agus.write("/supporttables/999", {"name": "x"}, 404, method="PUT")


def test_a_lost_race_is_412(agus: Caller, cast: Cast) -> None:
    path = f"/supporttables/{upload(cast.agus).pk}"
    tag = agus.call("GET", path)["ETag"]
    agus.write(path, {"name": "a"}, method="PUT", headers={"If-Match": tag})
    agus.write(path, {"name": "b"}, 412, method="PUT", headers={"If-Match": tag})
    assert agus.call("DELETE", path, headers={"If-Match": tag}).status_code == 412


def test_a_deleted_document_is_gone_everywhere(agus: Caller, cast: Cast) -> None:
    document = upload(cast.agus)
    assert document.current is not None
    agus.write(
        "/api/support-engineering-documents",
        {"jobId": 51, "jobName": "A", "supportTableIds": [document.pk]},
    )
    assert agus.call("DELETE", f"/supporttables/{document.pk}").status_code == 204
    for path in ("", "/download"):
        assert (
            agus.call("GET", f"/supporttables/{document.pk}{path}").status_code == 404
        )
    name = document.current.file_path
    assert agus.call("GET", f"/supporttables/download/{name}").status_code == 404
    assert agus.read("/supporttables") == []
    job = agus.read("/api/support-engineering-documents")
    assert job == [{"jobId": 51, "jobName": "A", "supportTableIds": []}]


def test_an_older_version_is_found_by_its_stored_name(agus: Caller, cast: Cast) -> None:
    document = upload(cast.agus)
    path = f"/supporttables/{document.pk}"
    first = agus.read(path)["filePath"]
    send(agus, f"{path}/upload", form(file=file(papers.pdf(["B"]), "B.pdf")))
    answer = agus.call("GET", f"/supporttables/download/{first}")
    assert content_of(answer) == WORDS
    assert agus.read(path)["filePath"] != first


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "%2e%2e%2fpasswd",
        "a.pdf",
        "x" * 400,
        "%00",
        "C:%5Ca",
        "%C3%A9",
    ],
)
def test_no_name_leads_out_of_the_store(name: str, agus: Caller) -> None:
    assert agus.call("GET", f"/supporttables/download/{name}").status_code in {400, 404}


def test_a_file_that_the_store_lost_is_404(agus: Caller, cast: Cast) -> None:
    from django.core.files.storage import default_storage  # noqa: PLC0415

    document = upload(cast.agus)
    assert document.current is not None
    default_storage.delete(document.current.stored_name)
    assert agus.call("GET", f"/supporttables/{document.pk}/download").status_code == 404


# --- Downloads ------------------------------------------------------------------------


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/supporttables/{upload(cast.agus).pk}/download"


@pytest.mark.parametrize(
    ("asked", "first", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-10", -10, None),
        ("bytes=10-999999", 10, None),
        ("bytes=-999999", 0, None),
        (" bytes=5-6 ", 5, 7),
    ],
)
def test_a_part_is_206(
    asked: str, first: int, stop: int | None, path: str, agus: Caller
) -> None:
    answer = agus.call("GET", path, headers={"Range": asked})
    expected = WORDS[first:stop]
    assert (answer.status_code, content_of(answer)) == (206, expected)
    begins = len(WORDS) + first if first < 0 else first
    ends = begins + len(expected) - 1
    assert answer["Content-Range"] == f"bytes {begins}-{ends}/{len(WORDS)}"
    assert answer["Content-Length"] == str(len(expected))


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=9-8", "bytes=-0"])
def test_a_part_outside_is_416(asked: str, path: str, agus: Caller) -> None:
    answer = agus.call("GET", path, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (
        416,
        f"bytes */{len(WORDS)}",
    )


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes=-",
        "bytes=a-b",
        "pages=1-2",
        "bytes=0-1,3-4",
        "bytes=" + "9" * 40 + "-",
    ],
)
def test_what_is_no_part_is_the_whole(asked: str, path: str, agus: Caller) -> None:
    answer = agus.call("GET", path, headers={"Range": asked})
    assert (answer.status_code, content_of(answer)) == (200, WORDS)


def test_a_part_of_another_content_is_the_whole(path: str, agus: Caller) -> None:
    tag = agus.call("GET", path)["ETag"]
    for if_range, status in ((tag, 206), ('"other"', 200)):
        headers = {"Range": "bytes=0-1", "If-Range": if_range}
        assert agus.call("GET", path, headers=headers).status_code == status
    assert agus.call("GET", path, headers={"If-None-Match": tag}).status_code == 304


def test_no_browser_runs_what_is_downloaded(path: str, agus: Caller) -> None:
    answer = agus.call("GET", path)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('x";\r\nSet-Cookie:a=b.pdf', None),
        ("a.bat;_x.pdf", 'attachment; filename="a.bat__x.pdf"'),
        (
            "gambar größe.pdf",
            "attachment; filename*=utf-8''gambar%20gr%C3%B6%C3%9Fe.pdf",
        ),
    ],
)
def test_a_name_breaks_no_header(
    name: str, shown: str | None, cast: Cast, agus: Caller
) -> None:
    answer = send(agus, "/supporttables", form(name="x", file=file(name=name)))
    if shown is None and answer.status_code in {400, 415}:
        return
    assert answer.status_code == 201
    answer = agus.call("GET", f"/supporttables/{told(answer)['id']}/download")
    assert not answer.has_header("Set-Cookie")
    assert shown is None or answer["Content-Disposition"] == shown


# --- A browser's session ---------------------------------------------------------------


def test_a_session_needs_its_token_and_then_streams(cast: Cast) -> None:
    browser = cast.browser("agus", csrf=True)
    refused = browser.post("/supporttables", {"file": file()})
    assert refused.status_code == 403
    assert not SupportTable.objects.exists()
    token = browser.cookies["emscsrf"].value if "emscsrf" in browser.cookies else ""
    if not token:
        browser.get("/help/")
        token = browser.cookies["emscsrf"].value
    answer = browser.post(
        "/supporttables", {"file": file()}, headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 201
    assert DocumentVersion.objects.get().size == len(WORDS)


# --- Jobs -------------------------------------------------------------------------------

JOBS = "/api/support-engineering-documents"


def test_the_documents_of_a_job_are_added_replaced_and_removed(
    agus: Caller, cast: Cast
) -> None:
    one, two = upload(cast.agus).pk, upload(cast.agus).pk
    body = {"jobId": "51", "jobName": "LVMDP", "supportTableIds": [one, str(two), one]}
    assert agus.write(JOBS, body)["dto"]["supportTableIds"] == [one, two]
    path = f"{JOBS}/51/supporttableid"
    assert agus.write(path, [two], method="PUT")["supportTableIds"] == [two]
    assert agus.write(path, [], method="PUT")["supportTableIds"] == []
    assert agus.read(JOBS) == [{"jobId": 51, "jobName": "LVMDP", "supportTableIds": []}]
    assert told(agus.call("DELETE", f"{JOBS}/51"))["jobId"] == 51
    assert agus.call("DELETE", f"{JOBS}/51").status_code == 404
    assert agus.read(JOBS) == []


def test_a_new_job_gets_its_name_from_ppic(agus: Caller) -> None:
    agus.write(f"{JOBS}/52/supporttableid", [], method="PUT")
    refused = agus.write(f"{JOBS}/987654/supporttableid", [], 400, method="PUT")
    assert refused["errors"].keys() == {"jobId"}
    names = dict(SupportJob.objects.values_list("job_id", "job_name"))
    assert names[52].startswith("Cakra Buana")
    assert 987654 not in names


def test_a_job_is_taken_while_ppic_is_away(agus: Caller, cast: Cast) -> None:
    forget_upstreams()
    cast.sandbox.ppic.faults.set("/", "reset")
    agus.write(f"{JOBS}/987654/supporttableid", [], method="PUT")
    assert SupportJob.objects.get().job_name == "Unknown"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"jobId": 51},
        {"jobId": 51, "supportTableIds": []},
        {"jobId": 51, "supportTableIds": None},
        {"supportTableIds": [1]},
        {"jobId": 0, "supportTableIds": [1]},
        {"jobId": 51, "supportTableIds": [999]},
        {"jobId": 51, "supportTableIds": ["x"]},
        {"jobId": 51, "supportTableIds": [[1]]},
        {"jobId": 51, "supportTableIds": list(range(1, 700))},
        {"jobId": 10**30, "supportTableIds": [1]},
    ],
)
def test_a_job_that_makes_no_sense_is_400(body: Any, agus: Caller) -> None:
    agus.write(JOBS, body, 400)
    assert not SupportJob.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"a": 1}, [None], [0], [-1], [{}], [999], "x", [True]]
)
def test_a_replacement_that_makes_no_sense_is_400(body: Any, agus: Caller) -> None:
    agus.write(f"{JOBS}/52/supporttableid", body, 400, method="PUT")


def test_lists_are_paged_on_demand(agus: Caller, cast: Cast) -> None:
    for number in range(3):
        document = upload(cast.agus)
        agus.write(
            JOBS,
            {"jobId": number + 51, "jobName": "A", "supportTableIds": [document.pk]},
        )
    for path in ("/supporttables", JOBS):
        answer = agus.call("GET", f"{path}?limit=2&offset=2")
        assert len(told(answer)) == 1
        assert answer["X-Total-Count"] == "3"
