"""The way of a snapshot to PPIC through a network that spoils it: late perhaps, once for sure."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone

from bom.models import BomApproval
from bom.services import decide_bom
from bom.services.decisions import snapshot_key
from bom.services.opening import content_of, put_up_content
from core.integrations import upstreams
from core.ledger.models import Delivery
from core.ledger.policies import SCHEDULE
from core.ledger.services import deliver_due, resend
from tests.chaos.proxy import Proxy, Toxic
from tests.people import Cast

pytestmark = pytest.mark.django_db(transaction=True)
# What PPIC has read of the call by then: nothing, a part (K8), all of it (K9).
BROKEN = {
    "half-open: the call is swallowed": Toxic("timeout", "up"),
    "half-open: the answer is swallowed (K9)": Toxic("timeout", "down"),
    "cut within the call (K8)": Toxic("limit_data", "up", 120),
    "cut within the answer (K9)": Toxic("limit_data", "down", 140),
    "no byte of the answer (K9)": Toxic("limit_data", "down", 0),
    "reset instead of an answer": Toxic("reset_peer", "down", 0),
    "a byte now and then (F05)": Toxic("slicer", "down", 0.1),
}
SLOW = {
    "late": Toxic("latency", "down", 0.2),
    "thin": Toxic("bandwidth", "up", 20_000),
    "byte by byte": Toxic("slicer", "up", 0.0),
    "closes late": Toxic("slow_close", "down", 0.3),
}


@pytest.fixture
def proxy(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Proxy]:
    """Between us and PPIC; with short limits, so that a hang ends within a second."""
    settings.MEDIA_ROOT = str(tmp_path)  # the invariants judge files, too
    place = urlsplit(cast.sandbox.urls["ppic"])
    limits = dataclasses.replace(upstreams.PPIC_RELAY, connect=0.5, read=0.5, total=0.8)
    monkeypatch.setattr(upstreams, "PPIC_RELAY", limits)
    with Proxy(str(place.hostname), int(place.port or 0)) as made:
        settings.PPIC_URL = made.url
        upstreams.reset()
        yield made
        made.toxic = None


@pytest.fixture
def owed(cast: Cast) -> BomApproval:
    """A BOM whose last PIC has just approved."""
    raw = {
        "name": "BOM 700",
        "children": [{"extItemId": 1000 + n, "qty": n} for n in range(1, 60)],
    }
    approval = put_up_content(
        content=content_of(700, raw), source="webhook", pic_ids=frozenset({12})
    )
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=1,
        revision=approval.revision,
        digest=approval.digest,
    )
    approval.refresh_from_db()
    return approval


def pay(*, times: int = 1) -> str:
    """Let time pass and the worker try; the state afterwards."""
    for _ in range(times):
        past = timezone.now() - timedelta(seconds=1)
        Delivery.objects.owed().update(next_at=past, lease_until=past)
        deliver_due()
    return Delivery.objects.get(kind="bom.snapshot").state


def effects(cast: Cast, approval: BomApproval) -> int:
    """How often PPIC did what we asked."""
    rows = cast.sandbox.ppic.snapshots.effects
    key = snapshot_key(approval)
    return sum(getattr(row, "key", row) == key for row in rows)


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_on_the_way_arrives_once_when_the_way_is_whole(
    cast: Cast, proxy: Proxy, owed: BomApproval, name: str
) -> None:
    proxy.toxic = BROKEN[name]
    assert pay() == "pending"
    proxy.toxic = None
    proxy.cut()
    assert pay(times=2) == "delivered"
    assert proxy.connections >= 2
    assert effects(cast, owed) == 1
    call_command("ems_invariants", stdout=StringIO())


@pytest.mark.parametrize("name", SLOW)
def test_what_is_only_slow_arrives_at_once(
    cast: Cast, proxy: Proxy, owed: BomApproval, name: str
) -> None:
    proxy.toxic = SLOW[name]
    assert pay() == "delivered"
    assert effects(cast, owed) == 1


def test_the_harness_sees_a_receiver_without_memory(
    cast: Cast, proxy: Proxy, owed: BomApproval
) -> None:
    """Sabotage: PPIC ignores the key and cannot be asked; the lost answer doubles the effect."""
    cast.sandbox.ppic.dedupe = False
    cast.sandbox.ppic.faults.set("/snapshots", "status", 500)
    proxy.toxic = Toxic("limit_data", "down", 0)
    pay()
    proxy.toxic = None
    assert pay(times=2) == "delivered"
    assert effects(cast, owed) == 2


def test_three_days_without_ppic_park_it_and_a_person_sends_it_again(
    cast: Cast, proxy: Proxy, owed: BomApproval
) -> None:
    """The schedule is walked to its end; the delivery stays visible, and nothing is lost."""
    proxy.toxic = Toxic("reset_peer", "down", 0)
    states = []
    for _try in range(len(SCHEDULE) + 1):
        states.append(pay())
        upstreams.reset()  # its breaker would only make us wait
    assert states[-2:] == ["pending", "parked"]
    proxy.toxic = None
    parked = Delivery.objects.get(kind="bom.snapshot")
    assert parked.attempts == len(SCHEDULE) + 1
    resend(delivery=parked, by=cast.rina)
    assert pay() == "delivered"
    assert effects(cast, owed) == 1
    call_command("ems_invariants", stdout=StringIO())
