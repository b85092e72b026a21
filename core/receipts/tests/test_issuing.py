"""Issued once, told to nobody who lacks the code, with the facts of its app; keys by command."""

from datetime import UTC, datetime
from io import StringIO
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from core.receipts import services
from core.receipts.exports import as_file, verify_url
from core.receipts.models import Receipt, ReceiptKey
from core.receipts.policies import checked, to_text
from core.receipts.queries import (
    closing_event,
    newer_revision,
    public_keys,
    receipt_of,
)
from core.receipts.services import (
    Settled,
    current_key,
    issue_receipt,
    revoke_key,
)
from core.receipts.tests.conftest import approved
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change, receipt_of_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def settled(record: Any, **more: Any) -> Settled:
    """A revision of a record as its app would hand it over."""
    given: dict[str, Any] = {
        "kind": "ECN",
        "wire_id": record.pk,
        "number": "ECN-1",
        "title": "Ganti MCCB",
        "revision": 1,
        "digest": "ab" * 32,
        "status": 1,
        "decided_at": MOMENT,
        "decisions": (),
    }
    return Settled(record=record, **given | more)


def payload_of(receipt: Receipt) -> dict[str, Any]:
    return dict(orjson.loads(receipt.payload))


# --- Issuing ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 3, -1])
def test_only_an_outcome_has_a_receipt(agus: User, status: int) -> None:
    with pytest.raises(DomainError) as caught:
        issue_receipt(settled(agus, status=status, number="ECN-7"))
    assert caught.value.code == "illegal_transition"
    assert "ECN-7" in caught.value.sentence
    assert not ReceiptKey.objects.exists(), "and no key is made for it"


def test_what_is_asked_for_again_is_not_signed_again(agus: User) -> None:
    first = issue_receipt(settled(agus))
    with CaptureQueriesContext(connection) as queries:
        again = issue_receipt(settled(agus, title="another", digest="cd" * 32))
    assert (again.pk, again.payload) == (first.pk, first.payload)
    assert len(queries) == 1


def test_each_revision_has_its_own(agus: User) -> None:
    codes = {issue_receipt(settled(agus, revision=n)).code for n in (1, 2, 3)}
    assert len(codes) == 3
    assert Receipt.objects.count() == 3


def test_of_two_that_ask_at_once_both_get_the_same(agus: User) -> None:
    """The second looked before the first had written."""
    one = services._issue(settled(agus))
    other = services._issue(settled(agus, title="the slower one"))
    assert (one.pk, one.signature) == (other.pk, other.signature)
    assert Receipt.objects.count() == 1


def test_the_database_keeps_one_per_revision(receipt: Receipt) -> None:
    receipt.pk, receipt.code = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        receipt.save(force_insert=True)


def test_the_code_comes_of_the_signature_and_fits_an_address(receipt: Receipt) -> None:
    assert len(receipt.code) == 22  # 128 bits
    assert receipt.code.replace("-", "").replace("_", "").isalnum()
    assert receipt.code not in receipt.payload
    assert receipt.signature not in verify_url(receipt)


def test_facts_of_the_app_stand_beside_and_are_signed(agus: User) -> None:
    facts = {"poNumber": "PO-7", "netCost": "1250000.50"}
    receipt = issue_receipt(settled(agus, facts=facts))
    said = checked(as_file(receipt), public_keys())
    assert {name: said[name] for name in facts} == facts


def test_the_issuer_is_the_address_of_the_configuration(
    agus: User, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = "https://ems.example.com"
    receipt = issue_receipt(settled(agus))
    assert payload_of(receipt)["issuer"] == "https://ems.example.com"
    assert as_file(receipt)["verifyUrl"] == (
        f"https://ems.example.com/verify/{receipt.code}/"
    )


def test_the_payload_is_canonical(receipt: Receipt) -> None:
    """Sorted and without blanks: a reader who builds it anew gets the same bytes."""
    said = orjson.loads(receipt.payload)
    again = orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()
    assert receipt.payload == again


@pytest.mark.parametrize("by_author", [True, False])
def test_an_author_who_decided_is_named_as_author(
    agus: User, rina: User, *, by_author: bool
) -> None:
    given = {"approver": rina, "status": 1, "remark": "", "decided_at": MOMENT}
    given |= {"on_behalf_of": None, "door": "portal", "by_author": by_author}
    rows: Any = [SimpleNamespace(step=0, **given)]
    [row] = payload_of(issue_receipt(settled(agus, decisions=rows)))["decisions"]
    assert row.get("byAuthor", False) is by_author
    assert row["step"] == 1, "steps count from one for a reader"


# --- What the ledger tells of it --------------------------------------------------------


def test_the_closing_event_is_the_last_decision_of_that_revision(
    agus: User, rina: User
) -> None:
    change = a_change(agus)
    assert closing_event(change, 1) is None, "raising is no decision"
    edit_change(
        change_id=change.pk, by=agus, fields={"customer": "X"}, facts=NOTHING_KNOWN
    )
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    event = closing_event(change, change.revision)
    assert event is not None
    assert event.kind == "change.approved"
    assert closing_event(change, 1) is None
    assert closing_event(change, change.revision + 1) is None


@pytest.mark.parametrize(
    ("revisions", "newer"), [((1,), None), ((1, 2), 2), ((3, 2), 3)]
)
def test_the_newest_later_revision_is_named(
    receipt: Receipt, revisions: tuple[int, ...], newer: int | None
) -> None:
    kept = Event.objects.filter(record_id=receipt.record_id).latest("seq")
    for place, revision in enumerate(revisions, start=1):
        kept.pk, kept.seq, kept.revision = None, kept.seq + place, revision
        kept.save(force_insert=True)
    assert newer_revision(receipt) == newer


def test_another_records_revision_is_not_newer(
    receipt: Receipt, agus: User, rina: User
) -> None:
    other = a_change(agus)
    edit_change(
        change_id=other.pk, by=agus, fields={"customer": "X"}, facts=NOTHING_KNOWN
    )
    assert newer_revision(receipt) is None


def test_receipts_are_found_by_record_and_revision_only(
    change: ChangeNotice, receipt: Receipt, agus: User
) -> None:
    assert receipt_of(change, 1) == receipt
    assert receipt_of(change, 2) is None
    agus.pk = change.pk  # the same number, another kind of record
    assert receipt_of(agus, 1) is None


# --- Keys -------------------------------------------------------------------------------


def test_the_key_is_written_once(settings: Any) -> None:
    first = current_key()
    with CaptureQueriesContext(connection) as queries:
        assert current_key() == first
    assert len(queries) == 1


def test_the_private_half_is_in_no_table_and_no_answer(
    client: Client, agus: User, settings: Any
) -> None:
    settings.RECEIPT_KEY = seed = to_text(b"private-half-of-32-bytes--------")
    receipt = issue_receipt(settled(agus))
    rows = str(list(ReceiptKey.objects.values())) + str(list(Receipt.objects.values()))
    answer = client.get("/api/receipt-keys").content.decode()
    for place in (rows, answer, str(as_file(receipt))):
        assert seed.rstrip("=") not in place


def test_the_key_that_signs_comes_first_and_the_old_one_has_its_end(
    client: Client, receipt: Receipt, settings: Any
) -> None:
    settings.RECEIPT_KEY = to_text(bytes(range(32)))
    now = current_key()
    first, second = client.get("/api/receipt-keys").json()
    assert (first["keyId"], second["keyId"]) == (now.key_id, receipt.key.key_id)
    assert "validUntil" not in first
    assert second["validUntil"] >= second["validFrom"]


def test_the_command_says_how_many_receipts_go(
    agus: User, rina: User, receipt: Receipt, settings: Any
) -> None:
    receipt_of_change(approved(agus, rina))
    old, out = receipt.key.key_id, StringIO()
    settings.RECEIPT_KEY = to_text(bytes(range(32)))
    call_command("revoke_receipt_key", old, stdout=out)
    assert "2 receipts" in out.getvalue()
    assert not Receipt.objects.exists()
    assert old not in public_keys()


def test_revoking_one_key_spares_the_receipts_of_another(
    agus: User, receipt: Receipt, settings: Any
) -> None:
    settings.RECEIPT_KEY = to_text(bytes(range(32)))
    kept = issue_receipt(settled(agus))
    assert revoke_key(receipt.key.key_id) == 1
    assert list(Receipt.objects.all()) == [kept]
    assert checked(as_file(kept), public_keys())["revision"] == 1


# --- The page behind the code -----------------------------------------------------------


def test_the_page_is_open_and_neither_kept_nor_indexed(
    client: Client, receipt: Receipt
) -> None:
    page = client.get(f"/verify/{receipt.code}/")
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert client.post(f"/verify/{receipt.code}/").status_code in {403, 405}


@pytest.mark.parametrize("code", ["x", "a" * 32, "a" * 5000, "%00", "..", "É"])
def test_a_code_that_is_none_is_not_found(
    client: Client, receipt: Receipt, code: str
) -> None:
    assert client.get(f"/verify/{code}/").status_code in {400, 404}


def test_a_revoked_key_takes_the_page_along(
    client: Client, receipt: Receipt, settings: Any
) -> None:
    settings.RECEIPT_KEY = to_text(bytes(range(32)))
    revoke_key(receipt.key.key_id)
    assert client.get(f"/verify/{receipt.code}/").status_code == 404
