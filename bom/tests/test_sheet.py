"""The approval sheet of a BOM: its lines, its decisions, and what a very long one leaves out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from bom import exports
from bom.exports import bom_sheet
from bom.models import BomApproval
from bom.services import decide_bom
from core.accounts.models import User
from engineering.tests.test_sheet import words_of

pytestmark = pytest.mark.django_db
Log = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def test_a_sheet_has_every_line_with_its_cost_and_who_decided(
    approval: BomApproval, agus: User, sandbox: Any
) -> None:
    seen: Any = {"revision": 1, "digest": approval.digest}
    decide_bom(ext_bom_id=700, by=agus, status=1, remark="sesuai gambar", **seen)
    text = words_of(bom_sheet(approval, agus))
    for part in ("BOM 700", "LV848080", "Incoming", "sesuai gambar", "Agus", "Hendi"):
        assert part in text, part
    assert approval.digest[:16] in text
    assert "Total" in text


def test_a_long_bom_says_what_is_left_out(
    approval: BomApproval, agus: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_LINES", 1)
    assert "3 more lines are left out here" in words_of(bom_sheet(approval, agus))


def test_a_sheet_is_a_file_to_keep(
    approval: BomApproval, agus: User, as_person: Log, sandbox: Any
) -> None:
    answer = as_person(agus).get("/bom/700/sheet/")
    assert answer.content.startswith(b"%PDF-")
    assert "BOM_700_r1_sheet.pdf" in answer["Content-Disposition"]
    assert as_person(agus).get("/bom/1/sheet/").status_code == 404
