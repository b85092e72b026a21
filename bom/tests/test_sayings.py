"""What the pages of a BOM say is so: refusals, successes, what is hidden, what was opened."""

import re
from typing import Any

import pytest
from django.urls import reverse

from bom.models import BomApproval
from bom.queries.approval import waiting_for
from bom.services import decide_bom
from bom.tests.conftest import put_up, with_qty
from bom.tests.test_pages import HTML, page, shown
from core.approvals.queries.openings import has_opened
from core.text.formatting import NOTHING
from tests.people import Cast

__all__ = ["shown"]
pytestmark = pytest.mark.django_db


def test_a_remark_of_many_lines_is_not_lost(cast: Cast, shown: BomApproval) -> None:
    remark = ("baris\r\n" * 650).strip()  # 3,899 characters as the browser counts them
    form = {"status": "2", "revision": "2", "digest": shown.digest, "remark": remark}
    cast.browser("agus").post("/bom/700/decide/", form, headers=HTML)
    shown.refresh_from_db()
    assert shown.status == 2


@pytest.mark.parametrize(
    "more",
    [
        {"remark": "catatan " * 1200},
        {"remark": "catatan\0x"},
        {"status": "4"},
        {"revision": "x"},
    ],
)
def test_what_a_form_cannot_read_is_said_and_the_remark_kept(
    cast: Cast, shown: BomApproval, more: dict[str, str]
) -> None:
    form = {"status": "1", "revision": "2", "digest": shown.digest, "remark": "catatan"}
    answer = cast.browser("agus").post("/bom/700/decide/", form | more, headers=HTML)
    assert answer.status_code == 400
    assert b"catatan" in answer.content
    assert b"callout" in answer.content


def test_asking_nobody_is_not_called_a_success(cast: Cast, shown: BomApproval) -> None:
    rina = cast.browser("rina")
    for people in ({}, {"people": "x"}, {"people": "999999"}):
        answer = rina.post("/bom/700/invite/", people, headers=HTML, follow=True)
        assert "sudah diminta" not in answer.content.decode(), people
        assert waiting_for(shown) == {7, 12}


def test_putting_up_what_is_settled_is_not_called_up(
    cast: Cast, shown: BomApproval
) -> None:
    cast.sandbox.ppic.change_bom("700", {"children": with_qty(4)["children"]})
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=2,
        remark="x",
        revision=2,
        digest=shown.digest,
    )
    answer = cast.browser("rina").post(
        "/bom/new/", {"bom": "700"}, headers=HTML, follow=True
    )
    shown.refresh_from_db()
    assert (shown.revision, shown.status) == (2, 2)
    assert "bom sudah diajukan" not in answer.content.decode().lower()
    assert answer.status_code != 200


def test_more_changes_than_are_shown_are_said(cast: Cast) -> None:
    def raw(start: int) -> dict[str, Any]:
        return {
            "name": "B",
            "children": [{"extItemId": start + n, "qty": 1} for n in range(700)],
        }

    first = put_up(700, cast.agus, raw=raw(1))
    decide_bom(ext_bom_id=700, by=cast.agus, status=1, revision=1, digest=first.digest)
    put_up(700, raw=raw(5000))
    text = page(cast, "agus", "/bom/700/")
    assert text.count('class="diff-') == 1000
    assert "400 part lain" in text


def test_damaged_admin_status_is_not_a_rejection(
    cast: Cast, shown: BomApproval
) -> None:

    decide = reverse("admin:bom_bomapproval_decide")
    row = f"{shown.pk}:2:{shown.digest}"
    cast.browser("agus").post(decide, {"status": "x", "shown": row, "remark": "setuju"})
    shown.refresh_from_db()
    assert shown.status == 0


def test_a_bulk_decision_says_beforehand_what_was_not_opened(
    cast: Cast, shown: BomApproval
) -> None:
    browser, note = cast.browser("agus"), "Isinya belum Anda buka"
    asked = {"action": "approve_selected", "_selected_action": shown.pk}
    changelist = reverse("admin:bom_bomapproval_changelist")
    assert note in browser.post(changelist, asked).content.decode()
    no = browser.post(changelist, asked | {"action": "reject_selected"})
    assert note not in no.content.decode()
    page(cast, "agus", "/bom/700/")
    assert note not in browser.post(changelist, asked).content.decode()


def test_what_a_page_fetches_by_itself_is_no_opening(
    cast: Cast, shown: BomApproval
) -> None:

    part: dict[str, Any] = {"HX-Request": "true"}
    page(cast, "agus", "/bom/700/", **part)
    assert not has_opened(shown, cast.agus)
    page(cast, "agus", "/bom/700/", **(part | {"X-Loaded-By": "person"}))
    assert has_opened(shown, cast.agus)


def test_a_comparison_that_fails_says_why_in_its_place(
    cast: Cast, shown: BomApproval
) -> None:
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed", "status", 503)
    part: dict[str, Any] = {"HX-Request": "true"}
    text = page(cast, "budi", "/bom/700/compare/?to=b701", **part)
    assert "PPIC tidak menjawab" in text
    assert "<html" not in text

    text = page(cast, "budi", "/bom/700/compare/?from=r1&to=b701", 503)
    assert re.search(r'value="b701"\s+selected', text) or 'value="b701"' not in text
    assert re.search(r'value="r1"\s+selected', text)


def test_no_quantity_has_no_unit(cast: Cast, shown: BomApproval) -> None:
    put_up(700, raw={"name": "B", "children": [{"extItemId": 1002, "qty": 1}]})
    text = page(cast, "agus", "/bom/700/")
    assert not re.search(rf">{NOTHING}\s+[A-Z]", text)


def test_the_inbox_says_who_put_up_the_present_revision(cast: Cast) -> None:
    cast.api("hendi").write(
        "/bomapprovals", {"extBomLeveledId": 700, "pics": [{"extUserId": 12}]}
    )
    put_up(700, raw=with_qty(5))  # PPIC, by its webhook
    line = page(cast, "agus", "/inbox/").partition("/bom/700/")[2][:400]
    assert "Hendi" not in line
    assert BomApproval.objects.get().opened_by == cast.hendi
    cast.sandbox.ppic.change_bom("700", {"children": with_qty(6)["children"]})
    cast.api("rina").write("/bomapprovals", {"extBomLeveledId": 700})
    assert BomApproval.objects.get().opened_by == cast.rina


def test_nobody_is_asked_about_what_is_settled(cast: Cast, shown: BomApproval) -> None:
    decide_bom(
        ext_bom_id=700,
        by=cast.agus,
        status=2,
        remark="x",
        revision=2,
        digest=shown.digest,
    )
    assert "Diminta" not in page(cast, "rina", "/bom/700/")
