"""Where a substitute decided, both names stand: history, print, Excel, receipt, wire, PPIC's snapshot."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone, translation
from openpyxl import load_workbook

from bom.exports import bom_sheet
from bom.models import BomApproval
from bom.queries.record import bom_record
from bom.services import decide_bom, receipt_of_bom
from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.services import substitute
from core.ledger.models import Delivery
from core.receipts.exports import decider_names, sheet
from core.receipts.templatetags.receipts import receipt_decisions
from engineering.exports import change_sheet
from engineering.models import ChangeNotice
from engineering.queries.history import timeline
from engineering.services import decide_change, receipt_of_change
from engineering.tests.conftest import a_change
from engineering.tests.test_sheet import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> Any:
    settings.WHITENOISE_AUTOREFRESH = True
    with translation.override("en"):
        yield


@pytest.fixture
def change(agus: User, rina: User, hendi: User) -> ChangeNotice:
    """Decided by Hendi for Rina, through a link."""
    stand_in(rina, hendi)
    made = a_change(agus)
    decide_change(
        change_id=made.pk,
        by=hendi,
        status=1,
        on_behalf_of=rina.ext_id,
        door="link",
        confirmed="pin",
    )
    return ChangeNotice.objects.get(pk=made.pk)


def stand_in(person: User, other: User) -> None:
    today = timezone.localdate()
    substitute(
        person=person,
        by=person,
        stand_in=other,
        first_day=today,
        last_day=today + timedelta(days=1),
    )


@pytest.fixture
def approval(agus: User, hendi: User) -> BomApproval:
    """Approved by Hendi for Agus."""
    made = put_up(700, agus)
    stand_in(agus, hendi)
    given: Any = {"revision": 1, "digest": made.digest, "on_behalf_of": agus.ext_id}
    decide_bom(ext_bom_id=700, by=hendi, status=1, **given)
    return BomApproval.objects.get(pk=made.pk)


def test_the_history_says_for_whom(
    change: ChangeNotice, approval: BomApproval, rina: User
) -> None:
    latest = timeline(change)[0]
    assert (latest.who, latest.what) == ("Hendi", "approved it, on behalf of Rina")
    found = [each.what for each in bom_record(approval, rina).history]
    assert any("on behalf of Agus" in what for what in found)


def test_an_own_decision_names_one(agus: User, rina: User) -> None:
    made = a_change(agus)
    decide_change(change_id=made.pk, by=rina, status=1)
    assert timeline(made)[0].what == "approved it"
    made.refresh_from_db()
    (row,) = orjson.loads(receipt_of_change(made).payload)["decisions"]
    assert not {"onBehalfOfName", "onBehalfOfExtUserId"} & set(row)
    assert row["door"] == "portal"
    assert decider_names(row) == "Rina"


def test_page_and_print(
    change: ChangeNotice, rina: User, as_person: Any, sandbox: Any
) -> None:
    client: Client = as_person(rina)
    client.cookies["django_language"] = "en"
    page = client.get(f"/changes/{change.pk}/").content.decode()
    assert page.count("on behalf of Rina") == 2  # its place in the route, its history
    paper = client.get(f"/changes/{change.pk}/print/").content.decode()
    assert "<b>Hendi</b> on behalf of <b>Rina</b>" in paper


def test_the_sheets(change: ChangeNotice, approval: BomApproval, rina: User) -> None:
    assert "Hendi, on behalf of Rina" in words_of(change_sheet(change, rina))
    assert "Hendi, on behalf of Agus" in words_of(bom_sheet(approval, rina))


def test_the_excel_list(
    change: ChangeNotice, agus: User, rina: User, as_person: Any, sandbox: Any
) -> None:
    other = a_change(agus)
    decide_change(change_id=other.pk, by=rina, status=1)
    client: Client = as_person(rina)
    client.cookies["django_language"] = "en"
    answer: Any = client.get("/changes/excel/")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    sheet_of: Any = load_workbook(BytesIO(body)).active
    rows = list(sheet_of.iter_rows(values_only=True))
    place = next(row for row in rows if "Decided by" in row).index("Decided by")
    named = {row[place] for row in rows}
    assert {"Hendi, on behalf of Rina", "Rina"} <= named


def test_the_receipt(change: ChangeNotice, approval: BomApproval) -> None:
    receipt = receipt_of_change(change)
    said = orjson.loads(receipt.payload)
    (row,) = said["decisions"]
    assert (row["extUserId"], row["name"]) == (7, "Hendi")
    assert (row["onBehalfOfExtUserId"], row["onBehalfOfName"]) == (3, "Rina")
    assert row["door"] == "link"
    (shown,) = receipt_decisions(said)
    assert shown["label"] == "1. Hendi, on behalf of Rina"
    assert sheet(receipt).startswith(b"%PDF")
    (other,) = orjson.loads(receipt_of_bom(approval).payload)["decisions"]
    assert (other["onBehalfOfName"], other["door"]) == ("Agus", "portal")


def test_wire_and_snapshot(approval: BomApproval, change: ChangeNotice) -> None:
    body = json.loads(bytes(Delivery.objects.get(kind="bom.snapshot").body))
    (told,) = body["decisions"]
    assert (told["name"], told["onBehalfOfName"]) == ("Hendi", "Agus")
    assert (told["extUserId"], told["onBehalfOfExtUserId"]) == (7, 12)
