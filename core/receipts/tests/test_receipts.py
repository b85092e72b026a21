"""Receipts say what was decided, hold against every change, and outlive their key."""

import json
from io import BytesIO
from operator import itemgetter
from typing import Any

import orjson
import pytest
from django.test import Client

from core.accounts.models import User
from core.approvals.models import ApprovalRule, Decision
from core.errors import DomainError
from core.ledger.models import Event
from core.receipts.exports import as_file, door_words, sheet
from core.receipts.models import Receipt, ReceiptKey
from core.receipts.policies import BadReceipt, checked, from_text, to_text
from core.receipts.queries import public_keys
from core.receipts.services import current_key, revoke_key
from core.receipts.tests.conftest import approved
from core.receipts.tests.test_pages import words_of
from engineering.models import ChangeNotice
from engineering.services import (
    attach_file,
    decide_change,
    edit_change,
    raise_change,
)
from engineering.services.receipts import receipt_of_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change

pytestmark = pytest.mark.django_db
OTHER_KEY = to_text(bytes(range(32)))


def said(receipt: Receipt) -> dict[str, Any]:
    """What a genuine receipt says."""
    return checked(as_file(receipt), public_keys())


def refusal(file: Any, keys: dict[str, str] | None = None) -> str:
    with pytest.raises(BadReceipt) as caught:
        checked(file, public_keys() if keys is None else keys)
    return str(caught.value)


def test_it_says_what_was_decided(
    change: ChangeNotice, receipt: Receipt, rina: User
) -> None:
    found = said(receipt)
    event = Event.objects.filter(record_id=change.pk, kind="change.approved").get()
    names = ("kind", "id", "number", "revision", "digest", "status")
    assert {name: found[name] for name in names} == {
        "kind": "ECN",
        "id": change.pk,
        "number": change.number,
        "revision": 1,
        "digest": change.digest,
        "status": 1,
    }
    assert found["ledger"] == {"seq": event.seq, "hash": event.hash}
    [row] = found["decisions"]
    assert (row["step"], row["extUserId"], row["name"]) == (1, rina.ext_id, rina.name)
    assert (row["status"], row["remark"]) == (1, "Setuju ≥ 250 A")


def test_it_has_the_route_as_it_was_frozen(
    agus: User, hendi: User, rina: User, ratna: User
) -> None:
    """Also a step that nobody was asked in, because one before it said no; the rule may change later."""
    rule = ApprovalRule.objects.create(kind=0)
    rule.steps.create(order=1, role="manager", mode="some", number=2)
    rule.steps.create(order=2).people.add(hendi)
    change = a_change(agus)
    rule.steps.all().delete()
    decide_change(change_id=change.pk, by=rina, status=2, remark="mahal")
    change.refresh_from_db()
    first, second = said(receipt_of_change(change))["route"]
    assert (first["step"], first["needed"], first["number"]) == (1, "some", 2)
    assert (first["role"], first["duty"]) == ("manager", "required")
    assert sorted(first["asked"], key=itemgetter("name")) == [
        {"extUserId": each.ext_id, "name": each.name, "because": "role"}
        for each in (ratna, rina)
    ]
    assert second == {
        "step": 2,
        "needed": "any",
        "duty": "required",
        "asked": [{"extUserId": hendi.ext_id, "name": hendi.name}],
    }


@pytest.mark.parametrize("door", Decision.Door.values)
def test_it_says_each_door_on_file_sheet_and_page(
    agus: User, rina: User, client: Client, door: str
) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=1, door=door)
    change.refresh_from_db()
    receipt = receipt_of_change(change)
    (row,) = said(receipt)["decisions"]
    assert row["door"] == door
    words = f"through: {Decision.Door(door).label}"
    page = client.get(f"/verify/{receipt.code}/", headers={"Accept-Language": "en"})
    assert words in page.content.decode()
    assert words in words_of(sheet(receipt)).replace("\r\n", " ")
    older = {name: value for name, value in row.items() if name != "door"}
    assert door_words(older) == "through: portal"


def test_it_says_that_an_author_decided(agus: User, rina: User, client: Client) -> None:
    change = a_change(agus)
    edit_change(
        change_id=change.pk, by=rina, fields={"customer": "X"}, facts=NOTHING_KNOWN
    )
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    receipt = receipt_of_change(change)
    page = client.get(f"/verify/{receipt.code}/", headers={"Accept-Language": "en"})
    assert "one of the authors" in page.content.decode()
    assert "one of the authors" in words_of(sheet(receipt)).replace("\r\n", " ")
    plain = receipt_of_change(approved(agus, rina))
    page = client.get(f"/verify/{plain.code}/", headers={"Accept-Language": "en"})
    assert "one of the authors" not in page.content.decode()


def test_the_kind_reads_alike_in_every_language(agus: User, rina: User) -> None:
    other = approved(agus, rina, kind=ChangeNotice.Kind.OTHERS)
    assert said(receipt_of_change(other))["kind"] == "OTHERS"


def test_a_rejected_change_has_one_too(agus: User, rina: User) -> None:
    wanted = {"engineering": "x", "detail_problem": "y"}
    change = raise_change(by=agus, fields=wanted, facts=NOTHING_KNOWN)
    decide_change(change_id=change.pk, by=rina, status=2, remark="Terlalu mahal")
    change.refresh_from_db()
    found = said(receipt_of_change(change))
    assert (found["status"], found["decisions"][0]["status"]) == (2, 2)


def test_a_pending_change_has_none(agus: User, rina: User) -> None:
    wanted = {"engineering": "x", "detail_problem": "y"}
    change = raise_change(by=agus, fields=wanted, facts=NOTHING_KNOWN)
    with pytest.raises(DomainError) as caught:
        receipt_of_change(change)
    assert caught.value.code == "illegal_transition"
    assert not Receipt.objects.exists()


def test_it_stays_the_same_when_something_follows(
    change: ChangeNotice, receipt: Receipt, rina: User
) -> None:
    pdf = BytesIO(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    attach_file(change_id=change.pk, by=rina, name="tanda-tangan.pdf", content=pdf)
    change.refresh_from_db()
    again = receipt_of_change(change)
    assert (again.pk, again.payload) == (receipt.pk, receipt.payload)


def test_what_ems_did_not_witness_is_not_claimed(agus: User, rina: User) -> None:
    wanted = {"engineering": "x", "detail_problem": "y"}
    change = raise_change(by=agus, fields=wanted, facts=NOTHING_KNOWN)
    change.status = 1  # as a row that comes from another system
    found = said(receipt_of_change(change))
    assert (found["ledger"], found["decisions"]) == (None, [])


# --- Forgeries ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["status", "digest", "number", "decisions"])
def test_a_changed_payload_does_not_hold(receipt: Receipt, name: str) -> None:
    payload = orjson.loads(receipt.payload) | {name: "2"}
    file = as_file(receipt) | {"payload": to_text(orjson.dumps(payload))}
    assert "changed after it was signed" in refusal(file)


def test_any_flipped_bit_of_the_signature_is_found(receipt: Receipt) -> None:
    raw = from_text(receipt.signature)
    for place in range(0, len(raw) * 8, 37):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        refusal(as_file(receipt) | {"signature": to_text(bytes(flipped))})


def test_a_key_of_the_forgers_own_is_unknown(receipt: Receipt) -> None:
    assert "not known here" in refusal(as_file(receipt), keys={})


@pytest.mark.parametrize(
    "file",
    [
        None,
        [],
        "text",
        {},
        {"payload": 1, "signature": 2, "keyId": 3},
        {"payload": "%%%", "signature": "", "keyId": ""},
        {"payload": "", "signature": "ü", "keyId": "x"},
        {"payload": "AAAA", "signature": "AAAA"},
    ],
    ids=lambda file: json.dumps(file)[:30],
)
def test_what_is_no_receipt_is_refused_with_a_sentence(file: Any) -> None:
    assert refusal(file)


def test_a_receipt_of_another_length_of_signature_is_refused(receipt: Receipt) -> None:
    assert refusal(as_file(receipt) | {"signature": to_text(b"x" * 63)})


def test_a_damaged_key_is_refused(receipt: Receipt) -> None:
    assert refusal(as_file(receipt), keys={receipt.key.key_id: to_text(b"short")})


# --- Keys -----------------------------------------------------------------------


def test_an_older_receipt_outlives_its_key(receipt: Receipt, settings: Any) -> None:
    settings.RECEIPT_KEY = OTHER_KEY
    now = current_key()
    assert now.key_id != receipt.key.key_id
    receipt.refresh_from_db()
    assert receipt.key.valid_until is not None
    assert now.valid_until is None
    assert said(receipt)["status"] == 1


def test_one_key_signs_at_a_time(receipt: Receipt, settings: Any) -> None:
    settings.RECEIPT_KEY = OTHER_KEY
    current_key()
    settings.RECEIPT_KEY = ""
    assert current_key().key_id == receipt.key.key_id
    assert ReceiptKey.objects.filter(valid_until=None).count() == 1
    assert ReceiptKey.objects.count() == 2


def test_a_stolen_key_is_forgotten_with_its_receipts(
    change: ChangeNotice, receipt: Receipt, settings: Any
) -> None:
    file, old = as_file(receipt), receipt.key.key_id
    settings.RECEIPT_KEY = OTHER_KEY
    assert revoke_key(old) == 1
    assert "not known here" in refusal(file)
    assert said(receipt_of_change(change))["digest"] == change.digest


def test_the_key_that_signs_is_not_revoked(receipt: Receipt) -> None:
    with pytest.raises(DomainError) as caught:
        revoke_key(receipt.key.key_id)
    assert caught.value.code == "illegal_transition"


def test_a_key_that_nobody_has_is_not_revoked(receipt: Receipt) -> None:
    with pytest.raises(DomainError) as caught:
        revoke_key("0" * 16)
    assert caught.value.code == "not_found"
