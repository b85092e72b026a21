"""Who stands behind a change, by its history, and what that means for who decides."""

from typing import Any

import pytest

from core.accounts.models import User
from core.approvals.models import ApprovalRule, ApprovalStep
from core.errors import DomainError
from core.ledger.queries import events_about
from engineering.api.rows import plain_rows
from engineering.models import ChangeNotice
from engineering.queries.approval import open_deciders, waiting_ids
from engineering.queries.record import change_record
from engineering.services import decide_change, edit_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from tests.people import make_person

pytestmark = pytest.mark.django_db


def edit(change: ChangeNotice, by: User, items: Any = (), **fields: Any) -> None:
    """Change the content, and read it again."""
    edit_change(
        change_id=change.pk, by=by, fields=fields, items=items, facts=NOTHING_KNOWN
    )
    change.refresh_from_db()


def may(change: ChangeNotice, by: User) -> bool:
    """Whether inbox, page, and service say that this person may decide; they are of one mind."""
    asked = by.pk in open_deciders(change)
    assert change_record(change, by).may_decide is asked
    assert (change.pk in waiting_ids(by.pk)) is asked
    if not asked:
        with pytest.raises(DomainError):
            decide_change(change_id=change.pk, by=by, status=1)
    return asked


def refusal(change: ChangeNotice, by: User) -> str:
    """The code with which an approval is refused."""
    with pytest.raises(DomainError) as caught:
        decide_change(change_id=change.pk, by=by, status=1)
    return caught.value.code


def test_who_ever_asked_for_it_never_decides(
    agus: User, rina: User, ratna: User
) -> None:
    change = a_change(agus, ext_user_id=rina.ext_id)
    assert not may(change, rina)
    edit(change, rina, ext_user_id=agus.ext_id)
    assert refusal(change, rina) == "self_approval"
    edit(change, agus, engineering="lain")
    assert refusal(change, rina) == "self_approval"
    assert not may(change, rina)
    assert may(change, ratna)


def test_not_even_when_alone(agus: User, rina: User) -> None:
    change = a_change(agus, ext_user_id=rina.ext_id)
    edit(change, rina, ext_user_id=agus.ext_id)
    assert not may(change, rina)


def test_who_named_the_only_other_decider_requester_is_not_alone(
    agus: User, rina: User, ratna: User
) -> None:
    change = a_change(agus)
    edit(change, rina, ext_user_id=ratna.ext_id, engineering="lain")
    assert not may(change, rina)
    assert not may(change, ratna)


@pytest.mark.parametrize("rule", ["never", "when_alone", "always"])
def test_who_wrote_the_content_decides_by_the_setting(
    agus: User, rina: User, ratna: User, settings: Any, rule: str
) -> None:
    settings.AUTHOR_MAY_DECIDE = rule
    change = a_change(agus)
    line = change.items.first()
    assert line is not None
    edit(change, rina, [{"id": line.pk, "qty": 1000, "snapshot_price": 999_999}])
    assert may(change, rina) is (rule == "always")
    assert may(change, ratna)
    ratna.is_active = False
    ratna.save(update_fields=["is_active"])
    edit(change, agus, justification="perlu")
    assert may(change, rina) is (rule != "never")


def test_an_author_who_decides_alone_is_said_to(agus: User, rina: User) -> None:
    change = a_change(agus)
    edit(change, rina, engineering="lain")
    record = change_record(change, rina)
    assert (record.may_decide, record.is_author) == (True, True)
    decide_change(change_id=change.pk, by=rina, status=1)
    change.refresh_from_db()
    event = events_about(change).last()
    assert event is not None
    assert event.after == {"status": 1, "step": 0, "byAuthor": True}
    record = change_record(change, agus)
    assert [each.decision.by_author for each in record.approvers if each.decision] == [
        True
    ]
    assert record.history[0].what == "menyetujuinya, sebagai salah satu penyusunnya"
    rows = plain_rows(ChangeNotice.objects.all(), [change.pk])
    assert rows[0]["approvals"][0]["byAuthor"] is True


def test_nothing_is_said_of_who_wrote_nothing(agus: User, rina: User) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=1)
    event = events_about(change).last()
    assert event is not None
    assert event.after == {"status": 1, "step": 0}
    rows = plain_rows(ChangeNotice.objects.all(), [change.pk])
    assert "byAuthor" not in rows[0]["approvals"][0]


def test_what_another_wrote_over_is_no_longer_ones_own(
    agus: User, rina: User, ratna: User
) -> None:
    change = a_change(agus)
    edit(change, rina, engineering="dari Rina")
    edit(change, agus, justification="dari Agus")
    assert not may(change, rina)  # her words still stand
    edit(change, agus, engineering="dari Agus")
    assert may(change, rina)


def test_a_line_belongs_to_whoever_wrote_it_last(
    agus: User, rina: User, ratna: User
) -> None:
    change = a_change(agus)
    first, second = change.items.order_by("pk")
    edit(change, rina, [{"id": first.pk, "qty": 7}])
    edit(change, agus, [{"id": first.pk, "snapshot_price": 5}])
    assert not may(change, rina)  # her quantity still stands
    edit(change, agus, [{"id": first.pk, "deleted_at": "2026-01-01"}])
    assert may(change, rina)
    edit(change, rina, [{"id": second.pk, "deleted_at": "2026-01-01"}])
    assert not may(change, rina)  # that it is not there is her doing


def test_an_added_line_is_not_hidden_by_another(
    agus: User, rina: User, ratna: User
) -> None:
    change = a_change(agus)
    edit(change, rina, [{"ext_item_id": 1003, "qty": 1, "snapshot_price": 1}])
    edit(change, agus, [{"ext_item_id": 1004, "qty": 1, "snapshot_price": 1}])
    assert not may(change, rina)


def test_everyone_means_everyone_who_wrote_nothing(
    agus: User, rina: User, ratna: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, mode="everyone", role="manager")
    change = a_change(agus)
    edit(change, rina, engineering="lain")
    decide_change(change_id=change.pk, by=ratna, status=1)
    change.refresh_from_db()
    assert change.status == 1


def test_each_step_is_asked_for_itself(agus: User, rina: User, hendi: User) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    for order, role in enumerate(("spv", "manager"), 1):
        ApprovalStep.objects.create(rule=rule, order=order, mode="any", role=role)
    other = make_person(70, "Sari", "spv")
    change = a_change(agus)
    edit(change, hendi, engineering="lain")
    assert not may(change, hendi)
    decide_change(change_id=change.pk, by=other, status=1)
    edit(change, rina, engineering="lain lagi")
    decide_change(change_id=change.pk, by=other, status=1)
    assert may(change, rina)  # nobody else is a manager
