"""Who puts a BOM up never agrees to it alone: at the services, the API, the portal and the admin."""

from typing import Any

import pytest

from bom.models import BomApproval, BomApprovalPic, BomDefaultPic
from bom.queries.approval import boms_waiting_for, waiting_for
from bom.queries.record import bom_record
from bom.services import decide_bom, invite_pics, remove_pic
from bom.services.pics import put_up as put_up_round
from bom.tests.conftest import put_up, with_qty
from core.accounts.models import User
from core.approvals.models import Round
from core.errors import DomainError
from core.ledger.models import Delivery
from tests.people import Cast

pytestmark = pytest.mark.django_db
LIST = "/bomapprovals"


def by_person(opener: User, *asked: User, **more: Any) -> BomApproval:
    """A BOM that a person puts up."""
    return put_up(700, *asked, source="person", by=opener, **more)


def asked(approval: BomApproval) -> set[int]:
    return set(approval.pics.alive().values_list("ext_user_id", flat=True))


def refusal(call: Any, **given: Any) -> DomainError:
    """How a call is refused."""
    with pytest.raises(DomainError) as caught:
        call(**given)
    return caught.value


def test_default_pics_are_asked_besides_those_named(
    agus: User, hendi: User, rina: User
) -> None:
    BomDefaultPic.objects.create(ext_user_id=3)
    assert asked(by_person(hendi, hendi)) == {7, 3}
    assert asked(put_up(701, agus, source="person", by=hendi)) == {12, 3}


def test_a_new_content_that_a_person_puts_up_asks_them_too(
    agus: User, hendi: User, rina: User
) -> None:
    put_up(700, hendi)
    BomDefaultPic.objects.create(ext_user_id=3)
    approval = put_up(700, hendi, raw=with_qty(9), source="person", by=hendi)
    assert asked(approval) == {7, 3}


@pytest.mark.parametrize("named", [True, False])
def test_nobody_else_to_ask_is_refused_with_what_to_do(
    hendi: User, *, named: bool
) -> None:
    with pytest.raises(DomainError) as caught:
        by_person(hendi, *([hendi] if named else []))
    assert caught.value.code == "invalid"
    assert "PIC" in caught.value.sentence
    assert not BomApproval.objects.exists()


def test_a_closed_account_is_nobody_else(hendi: User, agus: User) -> None:
    agus.is_active = False
    agus.save(update_fields=["is_active"])
    with pytest.raises(DomainError):
        by_person(hendi, hendi, agus)


def test_what_ppic_puts_up_asks_whom_ppic_names(hendi: User) -> None:
    approval = put_up(700, hendi)
    assert waiting_for(approval) == {7}
    assert list(boms_waiting_for(hendi)) == [approval]


def test_the_second_person_cannot_be_removed(
    agus: User, hendi: User, rina: User
) -> None:
    approval = by_person(hendi, hendi, agus)
    error = refusal(
        remove_pic, approval_id=approval.pk, ext_user_id=12, by=rina, reason="pindah"
    )
    assert error.code == "illegal_transition"
    invite_pics(approval_id=approval.pk, pic_ids=[3], by=hendi)
    assert asked(approval) == {7, 12, 3}


def of_its_opener(approval: BomApproval, by: User) -> None:
    """As an approval from before the rule may stand: only its opener is asked."""
    approval.source, approval.opened_by, approval.ext_user_id = "person", by, by.ext_id
    approval.save()
    Round.objects.all().delete()
    put_up_round(approval, asked(approval), by)


def test_a_yes_of_the_opener_alone_sends_nothing(hendi: User, rina: User) -> None:
    approval = put_up(700, hendi)
    of_its_opener(approval, hendi)
    shown: Any = {"ext_bom_id": 700, "revision": 1, "digest": approval.digest}
    assert refusal(decide_bom, by=hendi, status=1, **shown).code == "self_approval"
    assert not bom_record(approval, hendi).may_decide
    assert not boms_waiting_for(hendi).exists()
    assert waiting_for(approval) == frozenset()
    invite_pics(approval_id=approval.pk, pic_ids=[3], by=hendi)
    assert list(boms_waiting_for(hendi)) == [approval]
    assert bom_record(approval, hendi).may_decide
    decide_bom(by=hendi, status=1, **shown)
    assert not Delivery.objects.exists()
    decide_bom(by=rina, status=1, **shown)
    assert Delivery.objects.filter(kind="bom.snapshot").count() == 1


# --- Doors -------------------------------------------------------------------------


def test_one_spv_alone_gets_no_snapshot_over_the_api(cast: Cast) -> None:
    """As an attacker did it: opened for one's own approval only, and approved at once."""
    api = cast.api("hendi")
    body = {"extBomLeveledId": 700, "pics": [{"extUserId": 7}]}
    for sent in (body, body | {"pics": []}, {"extBomLeveledId": 700}):
        answer = api.write(LIST, sent, 400)
        assert "pics" in answer["errors"]
    BomDefaultPic.objects.create(ext_user_id=12)
    opened = api.write(LIST, body)
    assert {each["extUserId"] for each in opened["pics"]} == {7, 12}
    shown = {"revision": 1, "digest": opened["digest"]}
    own = {"extUserId": 7, "status": 1}
    api.write(LIST, {"extBomLeveledId": 700, "pics": [own], **shown})
    assert api.read(f"{LIST}/700")["status"] == 0
    assert not Delivery.objects.exists()
    cast.api("agus").write(f"{LIST}/700/decision", {"status": 1, **shown})
    assert Delivery.objects.filter(kind="bom.snapshot").count() == 1


def test_the_portal_says_that_somebody_else_is_needed(cast: Cast) -> None:
    browser = cast.browser("hendi")
    answer = browser.post("/bom/new/", {"bom": "700", "people": ["7"]})
    assert answer.status_code == 400
    assert "setidaknya satu orang lain" in answer.content.decode()
    assert not BomApproval.objects.exists()
    answer = browser.post("/bom/new/", {"bom": "700", "people": ["7", "12"]})
    assert answer.status_code == 302
    assert set(BomApprovalPic.objects.values_list("ext_user_id", flat=True)) == {7, 12}


def test_the_admin_refuses_the_opener_alone(cast: Cast) -> None:
    approval = put_up(700, cast.hendi)
    of_its_opener(approval, cast.hendi)
    browser = cast.browser("hendi")
    browser.get(f"/admin/bom/bomapproval/{approval.pk}/change/")
    form = {"status": "1", "shown": f"{approval.pk}:1:{approval.digest}"}
    browser.post("/admin/bom/bomapproval/decide/", form)
    approval.refresh_from_db()
    assert approval.status == 0
    page = browser.get("/admin/bom/bomapproval/?waiting=me").content.decode()
    assert f"/bomapproval/{approval.pk}/change/" not in page


def test_a_stranger_among_the_named_does_not_count(cast: Cast) -> None:
    body = {"extBomLeveledId": 700, "pics": [{"extUserId": 7}, {"extUserId": 999_999}]}
    assert cast.api("hendi").call("POST", LIST, body).status_code == 400
