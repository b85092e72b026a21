"""Two people at once on real connections; the long runs with processes stand in tests/chaos."""

from collections.abc import Callable
from functools import partial

import pytest

from bom.models import BomApproval
from bom.queries.invariants import CHECKS
from bom.services import decide_bom, decisions, remove_pic
from bom.tests.conftest import put_up, with_qty
from core.accounts.models import User
from core.ledger.models import Delivery
from engineering.tests.test_races import at_once, begin

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def yes(approval: BomApproval, by: User, status: int = 1) -> Callable[[], object]:
    """A decision to be made at the start signal."""
    return lambda: decide_bom(
        ext_bom_id=approval.ext_bom_leveled_id,
        by=by,
        status=status,
        remark="x",
        revision=approval.revision,
        digest=approval.digest,
    )


def holds() -> None:
    assert [sentence for check in CHECKS.values() for sentence in check()] == []


def test_the_two_last_pics_at_once_owe_one_snapshot(agus: User, hendi: User) -> None:
    for place in range(ROUNDS):
        approval = put_up(700 + place, agus, hendi)
        results = at_once(yes(approval, agus), yes(approval, hendi))
        assert results == ["done", "done"]
    assert Delivery.objects.count() == ROUNDS
    holds()


def test_a_double_click_is_one_decision(agus: User) -> None:
    approval = put_up(700, agus)
    assert at_once(*[yes(approval, agus)] * 6) == ["done"] * 6
    assert approval.decisions.count() == Delivery.objects.count() == 1
    holds()


def test_yes_against_no_has_one_outcome(agus: User, hendi: User) -> None:
    for place in range(ROUNDS):
        approval = put_up(700 + place, agus, hendi)
        results = at_once(yes(approval, agus), yes(approval, hendi, 2))
        assert results in (["done", "done"], ["illegal_transition", "done"])
        approval.refresh_from_db()
        assert approval.status == 2
    assert not Delivery.objects.exists()
    holds()


def test_an_edit_against_the_last_yes_never_signs_the_unseen(agus: User) -> None:
    for place in range(ROUNDS):
        approval = put_up(700 + place, agus)
        bom_id = approval.ext_bom_leveled_id
        edit = partial(put_up, bom_id, raw=with_qty(9))
        assert at_once(edit, yes(approval, agus))[1] in {"done", "stale_revision"}
    holds()


def test_a_removal_against_his_yes(agus: User, hendi: User, rina: User) -> None:
    for place in range(ROUNDS):
        approval = put_up(700 + place, agus, hendi)
        remove = partial(
            remove_pic,
            approval_id=approval.pk,
            ext_user_id=12,
            by=rina,
            reason="x",
        )
        assert at_once(remove, yes(approval, agus))[1] in {"done", "forbidden"}
    holds()


def test_two_calls_of_ppic_at_once_open_one(agus: User) -> None:
    for place in range(ROUNDS):
        call = partial(put_up, 700 + place, agus)
        assert at_once(call, call) == ["done", "done"]
    assert BomApproval.objects.count() == ROUNDS
    holds()


def test_without_the_lock_it_goes_wrong(
    agus: User, hendi: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sabotage: no row lock, no early write lock, and both have looked before either writes."""
    import threading  # noqa: PLC0415

    from django.db import connection, connections  # noqa: PLC0415

    met = threading.Barrier(2)

    def unlocked(bom_id: int) -> BomApproval:
        row = BomApproval.objects.get(ext_bom_leveled_id=bom_id)
        met.wait(10)
        return row

    approval = put_up(700, agus, hendi)
    monkeypatch.setattr(decisions, "locked_bom", unlocked)
    if connection.vendor == "sqlite":
        kind = type(connections["default"])
        monkeypatch.setattr(kind, "_start_transaction_under_autocommit", begin)
    results = at_once(yes(approval, agus), yes(approval, hendi))
    broken = [sentence for check in CHECKS.values() for sentence in check()]
    assert results != ["done", "done"] or broken
