"""The file of a change: JSON or multipart, its name and type, what is refused."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from engineering.models import AnnouncedFile, ChangeAttachment
from tests.contract.paths import PDF
from tests.factories import PNG, a_change, a_file
from tests.people import Caller, Cast, content_of, told

PATH = "/engineeringDetailProblems/{}/photo"


def encoded(content: bytes) -> str:
    """As the old page sends it."""
    return base64.b64encode(content).decode()


def upload(caller: Caller, path: str, name: str, content: bytes) -> Any:
    """A multipart form with one file."""
    file = SimpleUploadedFile(name, content)
    headers = {"Authorization": f"Bearer {caller.token}"}
    return caller.post(path, {"file": file}, headers=headers)


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:,"])
def test_base64_is_taken_with_and_without_its_prefix(cast: Cast, prefix: str) -> None:
    change = a_change(cast.agus)
    path = PATH.format(change.pk)
    kept = cast.api("agus").write(path, {"photo": prefix + encoded(PNG)})
    assert kept["fileName"] == f"{change.number}.png"
    answer = cast.api("budi").call("GET", path)
    assert content_of(answer) == PNG
    assert answer["Content-Type"] == "image/png"


def test_a_file_keeps_its_name_and_type(cast: Cast) -> None:
    change = a_change(cast.agus)
    path = PATH.format(change.pk)
    body = {"photo": encoded(PDF), "fileName": "SLD panel (rev 2).pdf"}
    cast.api("agus").write(path, body)
    answer = cast.api("agus").call("GET", path)
    assert answer["Content-Type"] == "application/pdf"
    assert 'filename="SLD panel (rev 2).pdf"' in answer["Content-Disposition"]
    entity = cast.api("agus").read(f"/engineeringDetailProblems/{change.pk}")
    assert entity["approvalFileName"] == "SLD panel (rev 2).pdf"


def test_a_multipart_form_is_taken(cast: Cast) -> None:
    change = a_change(cast.agus)
    path = PATH.format(change.pk)
    answer = upload(cast.api("agus"), path, "gambar.pdf", PDF)
    assert answer.status_code == 200
    assert told(answer)["fileName"] == "gambar.pdf"
    assert content_of(cast.api("agus").call("GET", path)) == PDF


def test_the_newest_file_goes_out_and_the_older_stay(cast: Cast) -> None:
    change = a_change(cast.agus)
    a_file(change, cast.agus, "lama.pdf")
    cast.api("agus").write(PATH.format(change.pk), {"photo": encoded(PNG)})
    answer = cast.api("agus").call("GET", PATH.format(change.pk))
    assert content_of(answer) == PNG
    assert change.attachments.count() == 2


def test_no_file_is_404(cast: Cast) -> None:
    change = a_change(cast.agus)
    assert cast.api("agus").read(PATH.format(change.pk), 404)["code"] == "not_found"
    cast.api("agus").write(PATH.format(999_999), {"photo": encoded(PNG)}, 404)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"photo": None}, 400),
        ({"photo": ""}, 400),
        ({"photo": "not base64!"}, 400),
        ({"photo": "data:image/png;base64,"}, 400),
        ({"photo": encoded(b"")}, 400),
        ({"photo": encoded(b"MZ\x90\x00" + b"\x00" * 60)}, 415),
        ({"photo": encoded(b"<svg onload=alert(1)>"), "fileName": "a.svg"}, 415),
        ({"photo": encoded(b"<html><script>"), "fileName": "a.pdf"}, 415),
        ({"photo": encoded(b"<html><script>"), "fileName": "a.txt"}, 415),
        ({"photo": encoded(PDF), "fileName": "a.pdf.html"}, 415),
        ({"photo": encoded(PDF), "fileName": "a.phtml"}, 415),
        ({"photo": encoded(PDF), "fileName": "inv\u202efdp.exe"}, 400),
        ({"photo": encoded(PDF), "fileName": "tanpa"}, 415),
        ({"photo": encoded(PDF), "fileName": "a\nb.pdf"}, 400),
        ({"photo": encoded(PNG), "fileName": "a.pdf"}, 415),
        ({"photo": encoded(b"PK\x03\x04 not a zip"), "fileName": "a.docx"}, 415),
    ],
)
def test_what_is_no_file_of_ours_is_refused(
    cast: Cast, body: dict[str, Any], status: int
) -> None:
    change = a_change(cast.agus)
    refused = cast.api("agus").write(PATH.format(change.pk), body, status)
    assert refused["message"]
    assert not ChangeAttachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\x.pdf", "x.pdf"),
        ("..%2f..%2fx.pdf", ".._2f.._2fx.pdf"),
        ("-rf.pdf", "-rf.pdf"),
        (f"{'x' * 240}.pdf", f"{'x' * 116}.pdf"),
        ('x";\\r\\nSet-Cookie:a=b.pdf', None),
        ("gambar kabel é.pdf", "gambar kabel é.pdf"),
    ],
)
def test_a_name_never_leaves_the_store_or_its_header(
    cast: Cast, name: str, shown: str | None
) -> None:
    change = a_change(cast.agus)
    path = PATH.format(change.pk)
    kept = cast.api("agus").write(path, {"photo": encoded(PDF), "fileName": name})
    row = ChangeAttachment.objects.get()
    if shown is not None:
        assert kept["fileName"].lstrip(". ") == shown.lstrip(". ")
    assert "/" not in row.name
    assert len(row.name) <= 120
    root = default_storage.path("")
    assert default_storage.path(row.stored_name).startswith(root)
    answer = cast.api("agus").call("GET", path)
    assert "Set-Cookie" not in answer.headers
    assert answer["Content-Disposition"].count("attachment") == 1


def test_a_download_is_never_run_by_a_browser(cast: Cast) -> None:
    change = a_change(cast.agus)
    for name, content in (("a.pdf", PDF), ("a.png", PNG), ("a.csv", b"a;b")):
        a_file(change, cast.agus, name, content)
        answer = cast.api("agus").call("GET", PATH.format(change.pk))
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_file_that_is_too_large_is_413(cast: Cast, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 2000
    change = a_change(cast.agus)
    path = PATH.format(change.pk)
    big = PDF + b" " * 2000
    refused = cast.api("agus").write(path, {"photo": encoded(big)}, 413)
    assert refused["code"] == "too_large"
    assert upload(cast.api("agus"), path, "a.pdf", big).status_code == 413
    beyond = cast.api("agus").call("POST", path, {"photo": "A" * 100_000})
    assert beyond.status_code == 413
    assert not ChangeAttachment.objects.exists()


def test_two_files_at_once_are_refused(cast: Cast) -> None:
    change = a_change(cast.agus)
    files = [SimpleUploadedFile(name, PDF) for name in ("a.pdf", "b.pdf")]
    headers = {"Authorization": f"Bearer {cast.token('agus')}"}
    answer = Caller().post(PATH.format(change.pk), {"file": files}, headers=headers)
    assert answer.status_code == 400


def test_another_content_type_is_415(cast: Cast) -> None:
    change = a_change(cast.agus)
    answer = cast.api("agus").call(
        "POST", PATH.format(change.pk), PDF, content_type="application/pdf"
    )
    assert answer.status_code == 415


def test_a_broken_multipart_body_is_400(cast: Cast) -> None:
    change = a_change(cast.agus)
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        answer = cast.api("agus", strict=False).call(
            "POST", PATH.format(change.pk), b"--y\r\nnonsense", content_type=kind
        )
        assert answer.status_code == 400


def test_no_file_lies_open_under_a_url(cast: Cast) -> None:
    row = a_file(a_change(cast.agus), cast.agus)
    for path in (
        f"/media/{row.stored_name}",
        f"/{row.stored_name}",
        "/static/../media/",
    ):
        assert cast.api("agus", strict=False).call("GET", path).status_code == 404


def announced(cast: Cast, name: str, who: str = "agus") -> Any:
    """A change that was posted with the name of a file, as the old page does."""
    body = {"engineering": "nama berkas", "approvalFileName": name}
    return cast.api(who).write("/engineeringDetailProblems", body)["id"]


def test_the_name_that_came_with_the_record_is_the_files(cast: Cast) -> None:
    path = PATH.format(announced(cast, "foto panel LVMDP-A.png"))
    agus = cast.api("agus")
    assert agus.write(path, {"photo": encoded(PNG)})["fileName"] == (
        "foto panel LVMDP-A.png"
    )
    # It was the name of that file, and not of the next one.
    assert agus.write(path, {"photo": encoded(PNG)})["fileName"].startswith("ECN-")


def test_a_name_of_another_type_keeps_its_words(cast: Cast) -> None:
    path = PATH.format(announced(cast, "foto panel.pdf"))
    kept = cast.api("agus").write(path, {"photo": encoded(PNG)})
    assert kept["fileName"] == "foto panel.png"


def test_a_name_is_kept_for_its_person_and_ten_minutes(cast: Cast) -> None:
    path = PATH.format(announced(cast, "foto.png"))
    other = cast.api("rina").write(path, {"photo": encoded(PNG)})
    assert other["fileName"].startswith("ECN-")
    AnnouncedFile.objects.update(announced_at=timezone.now() - timedelta(minutes=11))
    late = cast.api("agus").write(path, {"photo": encoded(PNG)})
    assert late["fileName"].startswith("ECN-")


def test_a_record_that_is_posted_back_announces_nothing(cast: Cast) -> None:
    key = announced(cast, "foto.png")
    agus = cast.api("agus")
    agus.write(PATH.format(key), {"photo": encoded(PNG)})
    row = agus.read(f"/engineeringDetailProblems/{key}")
    agus.write("/engineeringDetailProblems", row)
    assert not AnnouncedFile.objects.exists()
