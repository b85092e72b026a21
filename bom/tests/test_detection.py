"""What PPIC changes opens an approval: by its call, or by looking."""

import json
import time
from typing import Any

import pytest
from django.utils import timezone

from bom.api import signature
from bom.models import BomApproval, BomSeen, FirstLook, HookCall
from bom.queries.approval import waiting_for
from bom.services import decide_bom, look_for_changes, work_hooks
from bom.services.detection import UNANSWERED_IN_A_ROW
from core.ledger.models import Delivery
from core.ledger.services import deliver_due
from tests.people import Caller, Cast

pytestmark = pytest.mark.django_db
HOOK = "/hooks/ppic/bom-changed"
SECRETS = ["rahasia-lama-0123456789", "rahasia-baru-0123456789"]


@pytest.fixture(autouse=True)
def _secrets(settings: Any) -> None:
    settings.PPIC_WEBHOOK_SECRET = SECRETS


def call(
    body: bytes | None = None, secret: str = SECRETS[0], shift: int = 0, **more: Any
) -> Any:
    """PPIC's call and our answer."""
    event = {"eventId": "e1", "extBomLeveledId": "700", "picIds": [12, 7]} | more
    raw = body if body is not None else json.dumps(event).encode()
    stamp = str(int(time.time()) + shift)
    headers = {
        "X-EMS-Timestamp": stamp,
        "X-EMS-Signature": signature(secret, stamp, raw).decode(),
    }
    return Caller().call("POST", HOOK, raw, headers)


def ring(*args: Any, **more: Any) -> int:
    """PPIC's call; the status of the answer."""
    return int(call(*args, **more).status_code)


def test_t51_a_call_opens_once(cast: Cast) -> None:
    assert ring() == ring() == ring(secret=SECRETS[1]) == 200
    assert HookCall.objects.count() == 1
    assert work_hooks() == 1
    approval = BomApproval.objects.get()
    assert waiting_for(approval) == {7, 12}
    assert (approval.source, approval.revision) == ("webhook", 1)
    assert work_hooks() == 0


def test_t51_forged_late_and_damaged_calls_are_refused(
    cast: Cast, settings: Any
) -> None:
    assert ring(shift=-302) == ring(shift=302) == ring(secret="x") == 401
    raw = b'{"eventId": "e1", "extBomLeveledId": 700}'
    stamp = str(int(time.time()))
    good = signature(SECRETS[0], stamp, raw).decode()
    for body, mark, sent in (
        (raw + b" ", stamp, good),
        (raw, stamp, ""),
        (raw, stamp, "\u00fc"),
        (raw, "x", good),
        (raw, str(int(stamp) + 1), good),
    ):
        headers = {"X-EMS-Timestamp": mark, "X-EMS-Signature": sent}
        assert Caller().call("POST", HOOK, body, headers).status_code == 401
    settings.PPIC_WEBHOOK_SECRET = []
    assert ring() == 401
    assert not HookCall.objects.exists()


def test_a_signed_call_without_sense_is_400(cast: Cast) -> None:
    assert ring(b"{}") == ring(b"[]") == ring(b"x") == ring(picIds=["a"]) == 400
    assert ring(eventId="") == ring(extBomLeveledId=0) == 400


def test_a_refused_call_names_the_member_as_it_was_sent(cast: Cast) -> None:
    assert list(call(b"{}").json()["errors"]) == ["eventId"]
    assert list(call(b'{"eventId": "e1"}').json()["errors"]) == ["extBomLeveledId"]


def test_out_of_order_calls_end_at_what_ppic_has_now(cast: Cast) -> None:
    ring(eventId="v3", occurredAt="2026-03-03T00:00:00Z")
    work_hooks()
    cast.sandbox.ppic.change_bom("700", {"children": [{"extItemId": 1, "qty": 9}]})
    ring(eventId="v2", occurredAt="2026-02-02T00:00:00Z")
    work_hooks()
    approval = BomApproval.objects.get()
    assert approval.revision == 2
    ring(eventId="v1", occurredAt="2026-01-01T00:00:00Z")
    work_hooks()
    approval.refresh_from_db()
    assert approval.revision == 2
    assert approval.last_occurred_at is not None
    assert approval.last_occurred_at.month == 3


def test_a_bom_that_ppic_does_not_know_yet_is_asked_for_again(cast: Cast) -> None:
    ring(extBomLeveledId=123456)
    work_hooks()
    call = HookCall.objects.get()
    assert call.outcome == "not_found"
    assert call.next_at is not None
    cast.sandbox.ppic.change_bom("123456", {"children": [{"extItemId": 1, "qty": 9}]})
    HookCall.objects.update(next_at=call.received_at)
    work_hooks()
    assert BomApproval.objects.get().ext_bom_leveled_id == 123456


def nested(levels: int) -> list[dict[str, Any]]:
    """A BOM that contains itself, cut off somewhere."""
    rows: list[dict[str, Any]] = [{"extItemId": 1, "qty": 1}]
    for _each in range(levels):
        rows = [{"name": "x", "qty": 1, "children": rows}]
    return rows


@pytest.mark.parametrize(
    "children",
    [
        [{"extItemId": 1, "qty": -1}],
        nested(30),
        nested(60),
        [{"extItemId": 1, "qty": 1}, "x"],
    ],
    ids=["negative", "deep", "deeper", "garbage"],
)
def test_hopeless_content_is_given_up_and_the_old_state_kept(
    cast: Cast, children: list[Any]
) -> None:
    ring()
    work_hooks()
    cast.sandbox.ppic.change_bom("700", {"children": children})
    ring(eventId="e2")
    work_hooks()
    assert HookCall.objects.get(event_id="e2").next_at is None
    assert BomApproval.objects.get().revision == 1
    body = {"extBomLeveledId": 700}
    assert cast.api("hendi").write("/bomapprovals", body, 400)["code"] == "invalid"


def test_the_first_look_only_records(cast: Cast) -> None:
    assert look_for_changes() == 0
    assert BomSeen.objects.count() == len(cast.sandbox.ppic.boms)
    assert look_for_changes() == 0  # now it reads the contents
    cast.sandbox.ppic.change_bom("700", {"children": [{"extItemId": 1, "qty": 9}]})
    cast.sandbox.ppic.change_bom("9001", {"children": [{"extItemId": 1, "qty": 9}]})
    assert look_for_changes() == 2
    assert look_for_changes() == 0
    found = BomApproval.objects.values_list("ext_bom_leveled_id", flat=True)
    assert sorted(found) == [700, 9001]


def test_a_webhook_before_the_first_look_brings_no_flood(cast: Cast) -> None:
    ring()
    work_hooks()
    assert look_for_changes() == 0
    assert look_for_changes() == 0
    assert BomApproval.objects.count() == 1


def test_another_ppic_is_recorded_anew(cast: Cast, settings: Any) -> None:
    look_for_changes()
    FirstLook.objects.update(address="http://the-old-ppic.example")
    cast.sandbox.ppic.change_bom("9001", {"children": [{"extItemId": 1, "qty": 9}]})
    assert look_for_changes() == 0
    assert set(FirstLook.objects.values_list("address", flat=True)) >= {
        settings.PPIC_URL
    }


def test_a_new_bom_that_cannot_be_approved_opens_when_it_can(cast: Cast) -> None:
    look_for_changes()
    cast.sandbox.ppic.change_bom("9001", {"children": []})
    assert look_for_changes() == 0
    cast.sandbox.ppic.change_bom("9001", {"children": [{"extItemId": 1, "qty": 9}]})
    assert look_for_changes() == 1


def test_a_hook_whose_bom_cannot_be_read_is_taken_up_again(cast: Cast) -> None:
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed", "html")
    ring()
    work_hooks()
    call = HookCall.objects.get()
    assert (call.outcome, call.next_at is None) == ("upstream_invalid", False)
    cast.sandbox.ppic.faults.clear()
    HookCall.objects.update(next_at=timezone.now())
    work_hooks()
    assert BomApproval.objects.get().ext_bom_leveled_id == 700


def test_a_ppic_that_is_away_changes_nothing(cast: Cast) -> None:
    look_for_changes()
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed", "status", 503)
    assert look_for_changes() == 0
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-simple", "status", 503)
    assert look_for_changes() == 0
    assert not BomApproval.objects.exists()


def test_f18_an_answer_that_was_lost_is_read_back(cast: Cast) -> None:
    ring(picIds=[12])
    work_hooks()
    approval = BomApproval.objects.get()
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=1,
        revision=1,
        digest=approval.digest,
    )
    delivery = Delivery.objects.get()
    body = json.loads(bytes(delivery.body))
    from core.integrations import upstreams  # noqa: PLC0415

    upstreams.ppic().relay.send(
        "POST", delivery.path, json=body, headers={"Idempotency-Key": delivery.key}
    )
    Delivery.objects.update(attempts=1)
    assert deliver_due() == 1
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
    assert len(cast.sandbox.ppic.snapshots.receipts) == 1


def test_one_bom_without_an_answer_holds_up_nobody(cast: Cast) -> None:
    look_for_changes()
    look_for_changes()
    ppic = cast.sandbox.ppic
    for bom in ("9000", "700", "9001", "712"):
        ppic.change_bom(bom, {"children": [{"extItemId": 1, "qty": 9}]})
    for dumb in ("9000", "700"):
        ppic.faults.set(f"/bomleveleds-proto-detailed/{dumb}", "status", 500)
    look_for_changes()
    ppic.faults.set("/bomleveleds-proto-detailed/9000", "truncated")
    look_for_changes()
    found = BomApproval.objects.values_list("ext_bom_leveled_id", flat=True)
    assert set(found) == {712, 9001}


def test_a_bom_without_an_answer_is_opened_when_it_has_one(cast: Cast) -> None:
    look_for_changes()
    cast.sandbox.ppic.change_bom("9001", {"children": [{"extItemId": 1, "qty": 9}]})
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed/9001", "status", 500)
    assert look_for_changes() == 0
    cast.sandbox.ppic.faults.clear()
    assert look_for_changes() == 1
    assert BomApproval.objects.get().ext_bom_leveled_id == 9001


@pytest.mark.parametrize(("kind", "value"), [("status", 503), ("html", None)])
def test_several_boms_without_an_answer_end_the_round(
    cast: Cast, kind: str, value: int | None
) -> None:
    look_for_changes()
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed", kind, value)
    cast.sandbox.ppic.calls.clear()
    look_for_changes()
    asked = [call for call in cast.sandbox.ppic.calls if "detailed" in call.path]
    assert len(asked) <= 2 * UNANSWERED_IN_A_ROW  # each with one retry


def test_ppic_names_only_people_who_exist(cast: Cast) -> None:
    ring(picIds=[12, 999_999])
    work_hooks()
    assert waiting_for(BomApproval.objects.get()) == {12}
