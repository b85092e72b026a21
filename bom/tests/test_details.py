"""Remarks, rows by their id, arrangement, history, the snapshot filter and the Excel files."""

import io

import pytest
from openpyxl import load_workbook

from bom.models import BomApproval
from bom.policies import content_digest, normalised
from bom.queries.record import history
from bom.queries.wire import bom_row
from bom.services import decide_bom
from bom.tests.conftest import put_up, with_qty
from bom.tests.test_pages import page, shown
from core.ledger.models import Delivery
from tests.excel import below_the_title
from tests.people import Cast, content_of

__all__ = ["shown"]
pytestmark = pytest.mark.django_db


def test_a_new_revision_has_no_remark_of_the_last(
    cast: Cast, shown: BomApproval
) -> None:
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=2,
        remark="mahal",
        revision=2,
        digest=shown.digest,
    )
    new = put_up(700, raw=with_qty(5))
    row = bom_row(new)
    assert row["status"] == 0
    assert row["remark"] == ""


def test_the_excel_speaks_the_language(cast: Cast, shown: BomApproval) -> None:
    put_up(701, cast.agus)
    for name in ("id", "en"):
        answer = cast.browser("agus").get(
            "/bom/excel/", headers={"Accept-Language": name}
        )
        book = load_workbook(io.BytesIO(content_of(answer)))
        cells = [str(c.value) for row in book.worksheets[0].iter_rows() for c in row]
        assert "pending" not in cells


def test_the_excel_of_the_content_has_every_line(
    cast: Cast, shown: BomApproval, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bom.queries.record.SHOWN_LINES", 1)
    three = [{"extItemId": item, "qty": 2} for item in (1001, 1002, 1003)]
    put_up(700, raw={"name": "B", "children": three})
    assert "/bom/700/excel/" in page(cast, "agus", "/bom/700/")
    answer = cast.browser("agus").get("/bom/700/excel/")
    sheet = load_workbook(io.BytesIO(content_of(answer))).worksheets[0]
    parts = [row for row in below_the_title(sheet)[1:] if row[1]]
    assert len(parts) == 3
    assert all(row[4] is not None for row in parts)


def test_the_filter_goes_by_the_newest_snapshot_as_the_column_does(
    cast: Cast, shown: BomApproval
) -> None:
    row = Delivery.objects.get()
    assert "BOM LVMDP" in page(cast, "agus", "/bom/?snapshot=pending")
    Delivery.objects.update(state="delivered")
    assert "BOM LVMDP" not in page(cast, "agus", "/bom/?snapshot=delivered")
    row.pk, row.key, row.state = None, "bom:700:rev:2:later", "parked"
    row.save()
    assert "BOM LVMDP" in page(cast, "agus", "/bom/?snapshot=parked")
    assert "BOM LVMDP" not in page(cast, "agus", "/bom/?snapshot=pending")
    assert "revisi 2" in page(cast, "rina", "/bom/700/").partition("Snapshot")[2]


def test_a_subassembly_with_an_empty_item_needs_no_quantity() -> None:
    inner = [{"extItemId": 1, "qty": 2}]
    plain = normalised({"children": [{"name": "A", "children": inner}]})
    for nothing in (None, "", 0, "0"):
        row = {"name": "A", "extItemId": nothing, "children": inner}
        assert content_digest(normalised({"children": [row]})) == content_digest(plain)


def test_a_part_that_moved_is_seen(cast: Cast) -> None:
    one = {
        "name": "B",
        "children": [
            {"name": "Incoming", "qty": 1, "children": [{"extItemId": 1001, "qty": 2}]},
            {"name": "Outgoing", "qty": 1, "children": [{"extItemId": 1002, "qty": 1}]},
        ],
    }
    two = {
        "name": "B",
        "children": [
            {"name": "Incoming", "qty": 1, "children": [{"extItemId": 1002, "qty": 1}]},
            {"name": "Outgoing", "qty": 1, "children": [{"extItemId": 1001, "qty": 2}]},
        ],
    }
    first = put_up(700, cast.agus, raw=one)
    decide_bom(ext_bom_id=700, by=cast.agus, status=1, revision=1, digest=first.digest)
    new = put_up(700, raw=two)
    assert new.revision == 2
    text = page(cast, "agus", "/bom/700/")
    assert "Tidak ada part yang berbeda" not in text or "susunan" in text


def test_a_double_entry_of_the_own_row_is_refused(cast: Cast) -> None:
    cast.api("hendi").write(
        "/bomapprovals", {"extBomLeveledId": 700, "pics": [{"extUserId": 12}]}
    )
    row = cast.api("agus").read("/bomapprovals/700")
    body = {
        "id": row["id"],
        "revision": 1,
        "digest": row["digest"],
        "pics": [
            {"extUserId": 12, "status": 1},
            {"extUserId": 12, "status": 2, "remark": "no"},
        ],
    }
    answer = cast.api("agus").call("POST", "/bomapprovals", body)
    assert answer.status_code == 400


def test_a_pic_row_by_its_id(cast: Cast) -> None:
    cast.api("hendi").write(
        "/bomapprovals", {"extBomLeveledId": 700, "pics": [{"extUserId": 12}]}
    )
    cast.api("hendi").write(
        "/bomapprovals", {"extBomLeveledId": 701, "pics": [{"extUserId": 12}]}
    )
    row, other = (cast.api("agus").read(f"/bomapprovals/{n}") for n in (700, 701))
    own = {"id": other["pics"][0]["id"], "extUserId": 12, "status": 1}
    body = {"id": row["id"], "revision": 1, "digest": row["digest"], "pics": [own]}
    answer = cast.api("agus").call("POST", "/bomapprovals", body)
    assert answer.status_code == 400


def test_what_was_approved_is_not_called_void(cast: Cast, shown: BomApproval) -> None:
    put_up(700, raw=with_qty(5))
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=1,
        revision=3,
        digest=BomApproval.objects.get().digest,
    )
    put_up(700, raw=with_qty(6))
    said = [
        (entry.meta[:2], entry.void)
        for entry in history(BomApproval.objects.get())
        if "yetuj" in entry.what
    ]
    assert ("r1", False) in said
    assert ("r1", True) not in said
    assert ("r3", True) in said
