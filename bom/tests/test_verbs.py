"""Each verb of a BOM: who may, in which state, and with what a refusal leaves behind: nothing."""

from typing import Any

import pytest
from django.utils import timezone

from bom.models import BomApproval, BomApprovalPic, BomDefaultPic
from bom.queries.approval import (
    asked_ids,
    boms_waiting_for,
    default_pics,
    opener_of,
    waiting_for,
)
from bom.queries.invariants import CHECKS
from bom.queries.record import bom_record
from bom.services import decide_bom
from bom.services.opening import content_of, invite_pics, put_up_content, remove_pic
from bom.services.pics import put_up as put_up_round
from bom.tests.conftest import RAW, put_up, with_qty
from core.accounts.models import User, UserRole
from core.approvals.models import Round
from core.errors import DomainError
from core.ledger.models import Delivery, Event
from core.ledger.queries import first_breach
from notifications.models import Notification
from tests.people import make_person

pytestmark = pytest.mark.django_db


def code_of(call: Any, *given: Any, **more: Any) -> tuple[str, list[str]]:
    """``done``, or the code and the fields of the refusal."""
    try:
        call(*given, **more)
    except DomainError as error:
        return error.code, list(error.errors)
    return "done", []


def sign(approval: BomApproval, by: User, status: int = 1, **more: Any) -> Any:
    """A decision on what stands now."""
    now = BomApproval.objects.get(pk=approval.pk)
    given = {"revision": now.revision, "digest": now.digest, "remark": "x", **more}
    bom_id = now.ext_bom_leveled_id
    return decide_bom(ext_bom_id=bom_id, by=by, status=status, **given).decision


def traces() -> tuple[int, ...]:
    """How much is written by now."""
    kinds = (Event, Notification, Delivery, BomApprovalPic)
    return tuple(kind.objects.count() for kind in kinds)


def holds() -> None:
    """Every invariant and every chain."""
    assert [sentence for check in CHECKS.values() for sentence in check()] == []
    assert first_breach() is None


def in_state(approval: BomApproval, state: str, agus: User, hendi: User) -> None:
    """Bring the approval there."""
    if state == "approved":
        sign(approval, agus)
        sign(approval, hendi)
    elif state == "rejected":
        sign(approval, agus, 2)
    elif state == "half":
        sign(approval, agus)
    elif state == "revised":
        put_up(700, raw=with_qty(9))


# --- Who may ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "is_admin", "expected"),
    [
        ("", False, "forbidden"),
        ("pic", False, "forbidden"),
        ("", True, "done"),
        ("spv", False, "done"),
        ("manager", False, "done"),
    ],
)
def test_who_invites_and_removes(
    approval: BomApproval, roles: str, expected: str, *, is_admin: bool
) -> None:
    by = make_person(60, "Somebody", *roles.split(), is_superuser=is_admin)
    before = traces()
    given: dict[str, Any] = {"approval_id": approval.pk, "by": by}
    assert code_of(invite_pics, pic_ids=[3], **given)[0] == expected
    again: dict[str, Any] = {"ext_user_id": 12, "reason": "pindah", **given}
    assert code_of(remove_pic, **again)[0] == expected
    assert (traces() == before) is (expected == "forbidden")
    holds()


@pytest.mark.parametrize(
    ("state", "who", "status", "expected"),
    [
        ("open", "agus", 1, "done"),
        ("open", "agus", 2, "done"),
        ("open", "rina", 1, "forbidden"),
        ("half", "agus", 1, "done"),
        ("half", "agus", 2, "already_decided"),
        ("half", "hendi", 2, "done"),
        ("approved", "agus", 1, "done"),
        ("approved", "hendi", 2, "already_decided"),
        ("approved", "rina", 1, "forbidden"),
        ("rejected", "agus", 2, "done"),
        ("rejected", "hendi", 1, "illegal_transition"),
        ("revised", "agus", 1, "done"),
    ],
)
def test_who_decides_in_which_state(
    approval: BomApproval,
    people: dict[str, User],
    state: str,
    who: str,
    status: int,
    expected: str,
) -> None:
    in_state(approval, state, people["agus"], people["hendi"])
    before, row = traces(), BomApproval.objects.values().get()
    code, _fields = code_of(sign, approval, people[who], status)
    assert code == expected
    if code != "done":
        assert traces() == before
        assert BomApproval.objects.values().get() == row
    holds()


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_what_is_settled_keeps_its_pics(
    approval: BomApproval, people: dict[str, User], state: str
) -> None:
    in_state(approval, state, people["agus"], people["hendi"])
    before = traces()
    given: dict[str, Any] = {"approval_id": approval.pk, "by": people["rina"]}
    assert code_of(invite_pics, pic_ids=[3], **given)[0] == "illegal_transition"
    removed = code_of(remove_pic, ext_user_id=7, reason="x", **given)
    assert removed[0] == "illegal_transition"
    assert code_of(invite_pics, pic_ids=[7, 12], **given)[0] == "done"  # nobody new
    assert traces() == before


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ("done", [])),
        ({"reason": "  "}, ("invalid", ["reason"])),
        ({"ext_user_id": 999}, ("not_found", [])),
        ({"approval_id": 12_345}, ("not_found", [])),
        ({"by": "agus"}, ("forbidden", [])),
        ({"by": "hendi"}, ("forbidden", [])),
    ],
)
def test_a_removal_that_is_refused(
    approval: BomApproval, people: dict[str, User], more: dict[str, Any], expected: Any
) -> None:
    """An SPV who is a PIC of the same BOM does not thin out the others."""
    given = {"approval_id": approval.pk, "ext_user_id": 12, "reason": "x", "by": "rina"}
    given |= more
    given["by"] = people[str(given["by"])]
    assert code_of(remove_pic, **given) == expected


def test_the_last_who_has_not_decided_stays(
    approval: BomApproval, people: dict[str, User]
) -> None:
    """Otherwise a removal would be a yes."""
    sign(approval, people["agus"])
    given: dict[str, Any] = {"approval_id": approval.pk, "by": people["rina"]}
    last = code_of(remove_pic, ext_user_id=7, reason="x", **given)
    assert last[0] == "illegal_transition"
    remove_pic(ext_user_id=12, reason="x", **given)
    assert waiting_for(BomApproval.objects.get()) == {7}
    assert BomApproval.objects.get().is_pending
    holds()


def test_a_removal_voids_the_no_of_nobody_else(
    approval: BomApproval, people: dict[str, User]
) -> None:
    invite_pics(approval_id=approval.pk, pic_ids=[3], by=people["rina"])
    sign(approval, people["agus"])
    sign(approval, people["hendi"])
    other = make_person(60, "Dewi", "manager")
    remove_pic(approval_id=approval.pk, ext_user_id=12, reason="pindah", by=other)
    standing = approval.decisions.filter(voided_at=None)
    assert [row.approver for row in standing] == [people["hendi"]]
    event = Event.objects.latest("pk")
    assert (event.kind, event.note, event.before) == (
        "bom.pic_removed",
        "pindah",
        {"pics": [12]},
    )


# --- Whose turn it is -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        ("open", {"agus", "hendi"}),
        ("half", {"hendi"}),
        ("approved", set()),
        ("rejected", set()),
        ("revised", {"agus", "hendi"}),
    ],
)
def test_whose_turn_it_is(
    approval: BomApproval, people: dict[str, User], state: str, waits: set[str]
) -> None:
    """The row in the list, the button on the page and the inbox are of one mind."""
    in_state(approval, state, people["agus"], people["hendi"])
    fresh = BomApproval.objects.get()
    ids = {people[name].ext_id for name in waits}
    assert waiting_for(fresh) == ids
    asked = {name for name, by in people.items() if bom_record(fresh, by).may_decide}
    listed = {name for name, by in people.items() if boms_waiting_for(by).exists()}
    assert asked == listed == waits


@pytest.mark.parametrize(
    ("source", "opener", "waits"),
    [
        ("person", "agus", set()),
        ("person", "rina", {"agus"}),
        ("webhook", "agus", {"agus"}),
        ("poll", None, {"agus"}),
    ],
)
def test_who_put_it_up_is_not_asked_alone(
    people: dict[str, User], source: str, opener: str | None, waits: set[str]
) -> None:
    approval = put_up(701, people["agus"])
    by = people[opener] if opener else None
    BomApproval.objects.filter(pk=approval.pk).update(
        source=source, opened_by=by, ext_user_id=by.ext_id if by else None
    )
    fresh = BomApproval.objects.get(pk=approval.pk)
    Round.objects.all().delete()
    put_up_round(fresh, asked_ids(fresh), by)
    is_person = source == "person"
    assert opener_of(fresh) == (by.ext_id if by and is_person else None)
    listed = {name for name, each in people.items() if boms_waiting_for(each).exists()}
    assert listed == waits
    assert bool(waiting_for(fresh)) is bool(waits)


@pytest.mark.parametrize(
    ("chosen", "spvs", "expected"),
    [([], [], set()), ([], [7, 8], {7, 8}), ([3, 12], [7], {3, 12})],
)
def test_the_default_pics(
    chosen: list[int], spvs: list[int], expected: set[int]
) -> None:
    for person in spvs:
        UserRole.objects.create(user_id=person, role="spv")
    BomDefaultPic.objects.bulk_create(BomDefaultPic(ext_user_id=key) for key in chosen)
    assert default_pics() == expected


# --- A content --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "half", "approved", "rejected"])
def test_another_content_asks_everybody_anew(
    approval: BomApproval, people: dict[str, User], state: str
) -> None:
    in_state(approval, state, people["agus"], people["hendi"])
    old = BomApproval.objects.get()
    put_up(700, raw=with_qty(9))
    new = BomApproval.objects.get()
    assert (new.revision, new.status, new.approval_date, new.remark) == (2, 0, None, "")
    assert new.digest != old.digest
    assert waiting_for(new) == {7, 12}
    assert not new.decisions.filter(voided_at=None).exists()
    first = new.revisions.get(number=1)
    assert (first.outcome, first.digest) == (old.status, old.digest)
    assert first.closed_at is not None
    holds()


@pytest.mark.parametrize("state", ["half", "approved", "rejected"])
def test_the_same_content_again_changes_nothing(
    approval: BomApproval, people: dict[str, User], state: str
) -> None:
    in_state(approval, state, people["agus"], people["hendi"])
    row, before = BomApproval.objects.values().get(), traces()
    put_up(700, raw=RAW)
    assert BomApproval.objects.values().get() == row
    assert traces() == before


def test_the_way_back_to_an_old_content_is_a_revision_of_its_own(
    approval: BomApproval, people: dict[str, User]
) -> None:
    """A yes to the first content is no yes to it when it comes back."""
    sign(approval, people["agus"])
    put_up(700, raw=with_qty(9))
    put_up(700, raw=RAW)
    fresh = BomApproval.objects.get()
    assert (fresh.revision, fresh.digest) == (3, approval.digest)
    assert waiting_for(fresh) == {7, 12}
    holds()


def test_news_of_ppic_go_forward_only(approval: BomApproval) -> None:
    now = timezone.now()
    later = now.replace(year=now.year + 1)
    for moment in (later, now):
        content = content_of(700, RAW)
        put_up_content(content=content, source="webhook", occurred_at=moment)
    assert BomApproval.objects.get().last_occurred_at == later
