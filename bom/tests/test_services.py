"""Opening, inviting, deciding: every verb, every refusal."""

from typing import Any

import orjson
import pytest

from bom.models import BomApproval
from bom.queries.approval import boms_waiting_for, waiting_for
from bom.queries.invariants import CHECKS
from bom.services import (
    decide_bom,
    invite_pics,
    remove_pic,
)
from bom.services.opening import content_of, put_up_content
from bom.tests.conftest import RAW, put_up, with_qty
from core.accounts.models import User, UserRole
from core.approvals.models import Opening, Status
from core.approvals.queries.ballots import ballot_of
from core.approvals.services import note_opening
from core.approvals.services.decisions import Signature
from core.approvals.services.decisions import sign as sign_round
from core.approvals.services.routes import assign
from core.errors import DomainError
from core.ledger.models import Delivery
from core.ledger.queries import events_about, first_breach
from notifications.models import Notification
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db


def sign(approval: BomApproval, by: User, status: int = 1, **more: Any) -> Any:
    """A decision on what the row says now."""
    given: dict[str, Any] = {
        "revision": approval.revision,
        "digest": approval.digest,
        "remark": "x",
    }
    done = decide_bom(
        ext_bom_id=approval.ext_bom_leveled_id, by=by, status=status, **(given | more)
    )
    return done.decision


def refusal(call: Any, *args: Any, **kwargs: Any) -> str:
    """The code of a refusal."""
    with pytest.raises(DomainError) as caught:
        call(*args, **kwargs)
    return caught.value.code


def holds() -> None:
    """Every invariant and every chain."""
    assert [sentence for check in CHECKS.values() for sentence in check()] == []
    assert first_breach() is None


def asked_of(user: User) -> list[str]:
    """The kinds of open notices of a person."""
    rows = Notification.objects.filter(recipient=user, status="OnGoing")
    return list(rows.values_list("kind", flat=True))


def test_it_opens_and_asks_each_pic(approval: BomApproval, agus: User) -> None:
    assert approval.status == Status.PENDING
    assert waiting_for(approval) == {7, 12}
    assert list(boms_waiting_for(agus)) == [approval]
    assert asked_of(agus) == ["bom.to_decide"]
    holds()


def test_the_last_yes_owes_one_frozen_snapshot(
    approval: BomApproval, agus: User, hendi: User
) -> None:
    sign(approval, agus)
    assert not Delivery.objects.exists()
    sign(approval, hendi)
    approval.refresh_from_db()
    assert approval.status == Status.ACCEPTED
    owed = Delivery.objects.get()
    assert owed.key == "bom:700:rev:1:snapshot:v1"
    assert (owed.method, owed.path) == ("POST", "/snapshot-bom/700")
    body = orjson.loads(bytes(owed.body))
    assert body["digest"] == approval.digest
    assert [row["extUserId"] for row in body["decisions"]] == [12, 7]
    assert waiting_for(approval) == frozenset()
    holds()


def test_one_no_settles_it_and_owes_nothing(
    approval: BomApproval, agus: User, hendi: User
) -> None:
    assert refusal(sign, approval, agus, 2, remark=" ") == "invalid"
    sign(approval, agus, 2)
    approval.refresh_from_db()
    assert approval.status == Status.REJECTED
    assert refusal(sign, approval, hendi) == "illegal_transition"
    assert not Delivery.objects.exists()
    holds()


def test_t04_twice_is_once_and_t05_the_first_stands(
    approval: BomApproval, agus: User
) -> None:
    assert sign(approval, agus) == sign(approval, agus)
    assert refusal(sign, approval, agus, 2) == "already_decided"
    assert approval.decisions.count() == 1
    holds()


def test_t06_a_stranger_is_refused(approval: BomApproval, rina: User) -> None:
    assert refusal(sign, approval, rina) == "forbidden"
    assert approval.decisions.count() == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"status": 0}, "invalid"),
        ({"status": 3}, "invalid"),
        ({"revision": None}, "invalid"),
        ({"digest": ""}, "invalid"),
        ({"revision": 9}, "stale_revision"),
        ({"digest": "0" * 64}, "stale_revision"),
        ({"remark": "x" * 4001}, "invalid"),
        ({"ext_bom_id": 1}, "not_found"),
    ],
)
def test_it_refuses_nonsense(
    approval: BomApproval, agus: User, more: dict[str, Any], code: str
) -> None:
    given: dict[str, Any] = {
        "ext_bom_id": 700,
        "status": 1,
        "revision": 1,
        "digest": approval.digest,
    } | more
    assert refusal(decide_bom, by=agus, **given) == code


def test_t09_another_content_voids_what_was_decided(
    approval: BomApproval, agus: User, hendi: User
) -> None:
    sign(approval, agus)
    new = put_up(700, raw=with_qty(7))
    assert (new.revision, new.status) == (2, Status.PENDING)
    with pytest.raises(DomainError) as caught:
        sign(approval, hendi)
    assert caught.value.extra == {"currentRevision": 2, "currentDigest": new.digest}
    sign(new, hendi)
    new.refresh_from_db()
    assert new.status == Status.PENDING
    assert not Delivery.objects.exists()
    assert asked_of(agus) == ["bom.revised"]
    holds()


def test_t10_what_was_approved_goes_out_although_it_changes(
    approval: BomApproval, agus: User, hendi: User
) -> None:
    for person in (agus, hendi):
        sign(approval, person)
    put_up(700, raw=with_qty(7))
    body = orjson.loads(bytes(Delivery.objects.get().body))
    assert (body["revision"], body["digest"]) == (1, approval.digest)
    holds()


def test_the_same_content_changes_nothing(approval: BomApproval) -> None:
    events = events_about(approval).count()
    again = put_up(700, raw={**RAW, "children": RAW["children"][::-1]})
    assert (again.revision, events_about(again).count()) == (1, events)


def test_what_was_sent_back_is_put_up_again_by_a_person(
    approval: BomApproval, agus: User, hendi: User, rina: User
) -> None:
    sign(approval, agus)
    sign(approval, hendi, Status.RETURNED)
    # PPIC's own news of the same content is no answer.
    assert put_up(700).status == Status.RETURNED
    again = put_up(700, by=rina, source="person")
    assert (again.status, again.revision) == (Status.PENDING, 2)
    assert again.digest == approval.digest
    assert waiting_for(again) >= {agus.ext_id, hendi.ext_id}
    holds()


def test_content_asked_for_before_the_revision_is_refused(
    approval: BomApproval,
) -> None:
    late = content_of(700, with_qty(9), asked_at=approval.created_at)
    put_up(700, raw=with_qty(8))
    assert refusal(put_up_content, content=late, source="poll") == "in_flight"


def test_invite_and_remove(
    approval: BomApproval, agus: User, hendi: User, rina: User
) -> None:
    invite: dict[str, Any] = {"approval_id": approval.pk, "pic_ids": [28]}
    assert refusal(invite_pics, by=agus, **invite) == "forbidden"
    invite_pics(by=rina, **invite)
    assert waiting_for(approval) == {7, 12, 28}
    remove: dict[str, Any] = {
        "approval_id": approval.pk,
        "ext_user_id": 28,
        "reason": "pindah",
    }
    assert refusal(remove_pic, by=hendi, **remove) == "forbidden"
    assert refusal(remove_pic, by=rina, **(remove | {"reason": " "})) == "invalid"
    remove_pic(by=rina, **remove)
    assert refusal(remove_pic, by=rina, **remove) == "not_found"
    sign(approval, agus)
    last = remove | {"ext_user_id": 7}
    assert refusal(remove_pic, by=rina, **last) == "illegal_transition"
    holds()


def test_t07_a_removed_pic_cannot_decide_but_can_be_asked_again(
    approval: BomApproval, agus: User, rina: User
) -> None:
    sign(approval, agus)
    remove_pic(approval_id=approval.pk, ext_user_id=12, by=rina, reason="cuti")
    assert refusal(sign, approval, agus) == "forbidden"
    assert asked_of(agus) == []
    invite_pics(approval_id=approval.pk, pic_ids=[12], by=rina)
    assert waiting_for(approval) == {7, 12}
    sign(approval, agus)  # the first one is void, and no constraint objects
    assert approval.decisions.filter(voided_at=None).count() == 1
    holds()


def test_t13b_without_pics_nothing_is_ever_approved(db: None) -> None:
    approval = put_up(800)
    assert waiting_for(approval) == frozenset()
    assert approval.status == Status.PENDING


def test_nobody_named_means_every_spv(hendi: User) -> None:
    UserRole.objects.create(user_id=44, role="spv")
    assert waiting_for(put_up(800)) == {7, 44}


def test_a_settled_one_takes_no_more_pics_and_too_many_are_refused(
    approval: BomApproval, agus: User, rina: User
) -> None:
    many: dict[str, Any] = {
        "approval_id": approval.pk,
        "pic_ids": range(100, 200),
        "by": rina,
    }
    assert refusal(invite_pics, **many) == "invalid"
    sign(approval, agus, 2)
    assert refusal(invite_pics, **many) == "illegal_transition"


def test_opening_is_noted_once(approval: BomApproval, agus: User) -> None:
    note_opening(record=approval, by=agus)
    note_opening(record=approval, by=agus)
    assert Opening.objects.filter(record_id=approval.pk, person=agus).count() == 1


def test_t12_each_signature_asks_for_the_password(cast: Cast, settings: Any) -> None:
    approval = put_up(800, cast.agus)
    settings.SIGNATURE_REAUTH = "each"
    assert refusal(sign, approval, cast.agus) == "reauth_required"
    settings.SIGNATURE_REAUTH = "above_threshold"  # which no BOM is
    sign(approval, cast.agus)
    settings.SIGNATURE_REAUTH = "each"
    other = put_up(801, cast.agus)
    sign(other, cast.agus, confirmed="password")


def test_the_invariants_see_a_forged_row(approval: BomApproval, agus: User) -> None:
    """Sabotage: rows past the services are breaches."""
    sign(approval, agus)
    BomApproval.objects.filter(pk=approval.pk).update(status=1)
    assert list(CHECKS["INV-4"]())
    approval.revisions.update(outcome=1)
    assert list(CHECKS["INV-5"]())
    approval.decisions.update(digest="0" * 64)
    assert list(CHECKS["INV-2"]())
    approval.decisions.all().delete()
    assert list(CHECKS["INV-1"]())


def test_a_stranger_to_the_directory_has_no_pic_row(approval: BomApproval) -> None:
    stranger = make_person(77, "Orang")
    ballot = ballot_of(approval)
    (row,) = assign(ballot, ballot.steps[0], [(stranger, "invitation")])
    sign_round(approval, ballot, row, Signature(stranger, 1))
    assert list(CHECKS["INV-2"]())
