"""The keys' path, the page behind the code, the sheet and the file."""

import io

import orjson
import pypdfium2
import pytest
from django.test import Client

from bom.models import BomApproval
from bom.services import decide_bom, receipt_of_bom
from bom.tests.conftest import put_up, with_qty
from core.accounts.models import User
from core.receipts.exports import as_file, sheet, verify_url
from core.receipts.models import Receipt
from engineering.models import ChangeNotice
from engineering.services import receipt_of_change

pytestmark = pytest.mark.django_db
ID = {"Accept-Language": "id"}


def words_of(pdf: bytes) -> str:
    """The text of every page, as a reader of PDF sees it."""
    file = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pages = [page.get_textpage().get_text_bounded() for page in file]
    return "\n".join(pages)


def test_anybody_reads_the_keys(client: Client, receipt: Receipt) -> None:
    [row] = client.get("/api/receipt-keys").json()
    assert row["keyId"] == receipt.key.key_id
    assert "validUntil" not in row


def test_the_keys_are_there_before_the_first_receipt(client: Client) -> None:
    assert len(client.get("/api/receipt-keys").json()) == 1


def test_anybody_with_the_code_sees_that_it_holds(
    client: Client, receipt: Receipt, rina: User
) -> None:
    page = client.get(f"/verify/{receipt.code}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "asli" in text
    assert rina.name in text
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex"


def test_nobody_guesses_a_code(client: Client, receipt: Receipt) -> None:
    other = receipt.code[:-1] + ("A" if receipt.code[-1] != "A" else "B")
    assert client.get(f"/verify/{other}/").status_code == 404


def test_the_page_says_that_a_row_was_changed(client: Client, receipt: Receipt) -> None:
    payload = receipt.payload.replace('"status":1', '"status":2')
    Receipt.objects.filter(pk=receipt.pk).update(payload=payload)
    text = client.get(f"/verify/{receipt.code}/").content.decode()
    assert "tidak sah" in text
    assert "asli" not in text


def test_the_page_says_that_a_later_revision_stands(
    client: Client, agus: User, hendi: User
) -> None:
    approval = put_up(700, agus, hendi)
    for person in (agus, hendi):
        decide_bom(
            ext_bom_id=700, by=person, status=1, revision=1, digest=approval.digest
        )
    receipt = receipt_of_bom(BomApproval.objects.get(pk=approval.pk))
    put_up(700, raw=with_qty(9))
    text = client.get(f"/verify/{receipt.code}/").content.decode()
    assert "revisi 2" in text


def test_the_sheet_can_be_read_and_searched(receipt: Receipt, rina: User) -> None:
    text = words_of(sheet(receipt))
    digest = orjson.loads(receipt.payload)["digest"]
    for wanted in (rina.name, "Setuju ≥ 250 A", "1."):
        assert wanted.rstrip(".") in text
    assert digest in text.replace("\n", "").replace("\r", "")
    assert receipt.code in text.replace("\n", "").replace("\r", "")


def test_the_code_on_the_sheet_leads_to_the_page(receipt: Receipt) -> None:
    address = verify_url(receipt)
    assert address.startswith("http")
    assert address.endswith(f"/verify/{receipt.code}/")


@pytest.mark.parametrize(
    "title", ["パネル 配線", "😀" * 50, "x" * 4000, "a\tb\nc", "\u202eabc"]
)
def test_a_strange_title_makes_a_sheet_all_the_same(
    receipt: Receipt, title: str
) -> None:
    said = orjson.loads(receipt.payload) | {"title": title}
    receipt.payload = orjson.dumps(said).decode()
    assert sheet(receipt).startswith(b"%PDF")


def test_fifty_decisions_take_several_pages(receipt: Receipt) -> None:
    said = orjson.loads(receipt.payload)
    row = said["decisions"][0] | {"remark": "kata " * 900}
    receipt.payload = orjson.dumps(said | {"decisions": [row] * 50}).decode()
    pdf = sheet(receipt)
    assert len(pypdfium2.PdfDocument(io.BytesIO(pdf))) > 3
    assert len(pdf) < 300_000


def test_the_record_offers_both(
    client: Client, change: ChangeNotice, rina: User
) -> None:
    client.force_login(rina)
    page = client.get(f"/changes/{change.pk}/").content.decode()
    assert f"/changes/{change.pk}/receipt/" in page
    pdf = client.get(f"/changes/{change.pk}/receipt/")
    assert pdf["Content-Type"] == "application/pdf"
    assert f"{change.number}.pdf" in pdf["Content-Disposition"]
    file = client.get(f"/changes/{change.pk}/receipt/file/")
    assert file.json() == as_file(receipt_of_change(change))


def test_the_api_gives_the_same(
    client: Client, change: ChangeNotice, rina: User
) -> None:
    client.force_login(rina)
    found = client.get(f"/engineeringDetailProblems/{change.pk}/receipt").json()
    assert found == as_file(receipt_of_change(change))
