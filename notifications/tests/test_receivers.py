"""Who is told what, in the transaction of its cause."""

from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import translation

from core.accounts.models import User
from core.accounts.services import change_role, grant_role, revoke_role
from core.approvals.models import ApprovalRule, ApprovalStep
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.services import create_delivery, deliveries
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change, withdraw_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from notifications.models import Notification
from notifications.queries import unread_count
from notifications.queries.texts import TEXTS, message_of, title_of
from notifications.services import mark_all_read, mark_read

pytestmark = pytest.mark.django_db


def told(user: User) -> list[tuple[str, str]]:
    """Kind and state of a person's notices, oldest first."""
    rows = Notification.objects.filter(recipient=user).order_by("id")
    return list(rows.values_list("kind", "status"))


def test_those_who_may_decide_hear_of_a_change(
    change: ChangeNotice, rina: User, agus: User
) -> None:
    assert told(rina) == [("change.to_decide", "OnGoing")]
    assert told(agus) == []


def test_the_requester_hears_the_outcome_and_the_request_closes(
    change: ChangeNotice, rina: User, ratna: User, agus: User
) -> None:
    decide_change(change_id=change.pk, by=rina, status=2, remark="mahal")
    assert told(agus) == [("change.rejected", "Completed")]
    assert told(rina) == [("change.to_decide", "Completed")]
    notice = Notification.objects.get(recipient=agus)
    assert "mahal" in notice.message
    assert notice.url == f"/changes/{change.pk}/"


def test_an_edit_closes_the_old_request_and_asks_anew(
    change: ChangeNotice, rina: User, agus: User
) -> None:
    edit_change(
        change_id=change.pk, by=agus, fields={"customer": "X"}, facts=NOTHING_KNOWN
    )
    assert told(rina) == [
        ("change.to_decide", "Completed"),
        ("change.edited", "OnGoing"),
    ]


def test_the_next_step_is_asked_and_the_requester_told(
    agus: User, hendi: User, rina: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2, role="manager")
    change = a_change(agus)
    assert (told(hendi), told(rina)) == ([("change.to_decide", "OnGoing")], [])
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert told(hendi) == [("change.to_decide", "Completed")]
    assert told(rina) == [("change.next_step", "OnGoing")]
    assert told(agus) == [("change.step", "Completed")]
    notice = Notification.objects.get(recipient=rina)
    assert (
        str(hendi) in notice.message
    )  # who approved the step before, not who raised it
    assert "mengajukan" not in notice.message


def test_a_step_that_asks_everybody_reminds_nobody_twice(
    agus: User, hendi: User, rina: User, ratna: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="manager", mode="everyone")
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=1)
    assert told(ratna) == [("change.to_decide", "OnGoing")]
    assert told(agus) == [("change.step", "Completed")]
    notice = Notification.objects.get(recipient=agus)
    assert "masih perlu persetujuan lain" in notice.title


def test_who_was_not_needed_is_not_asked_any_more(
    agus: User, hendi: User, rina: User, ratna: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="manager")
    ApprovalStep.objects.create(rule=rule, order=2, role="spv")
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=1)
    assert told(ratna) == [("change.to_decide", "Completed")]
    assert told(hendi) == [("change.next_step", "OnGoing")]


def test_a_withdrawal_closes_the_request(
    change: ChangeNotice, rina: User, agus: User
) -> None:
    withdraw_change(change_id=change.pk, by=agus)
    assert told(rina) == [("change.to_decide", "Completed")]


def test_a_notice_falls_with_its_cause(rina: User, agus: User) -> None:
    with (
        patch(
            "notifications.services.notices.Notification.objects.bulk_create",
            side_effect=OSError,
        ),
        pytest.raises(OSError),  # noqa: PT011
    ):
        a_change(agus)
    assert not ChangeNotice.objects.exists()
    assert not Event.objects.exists()


def test_one_notice_per_event_and_person(change: ChangeNotice, rina: User) -> None:
    twin = Notification.objects.get(recipient=rina)
    twin.pk = None
    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        twin.save(force_insert=True)


def test_roles_are_kept_in_the_ledger_and_told(admin: User, budi: User) -> None:
    row = grant_role(user_id=budi.ext_id or 0, role="SPV", by=admin)
    grant_role(user_id=budi.ext_id or 0, role="spv", by=admin)
    change_role(row=row, user_id=None, role="manager", by=admin)
    revoke_role(row=row, by=admin)
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["role.granted", "role.revoked", "role.granted", "role.revoked"]
    assert len(told(budi)) == 4


def test_a_parked_delivery_is_told_to_managers_and_its_author(
    rina: User, agus: User
) -> None:
    delivery = create_delivery(
        agus, key="k", kind="x", method="POST", path="/p", payload={}, by=agus
    )
    deliveries._park(delivery, 410, "gone")
    assert told(rina) == told(agus) == [("delivery.parked", "Completed")]


def test_only_my_own_notice_is_marked(
    change: ChangeNotice, rina: User, budi: User
) -> None:
    notice = Notification.objects.get(recipient=rina)
    with pytest.raises(DomainError):
        mark_read(notice_id=notice.pk, by=budi)
    assert unread_count(rina) == 1
    mark_read(notice_id=notice.pk, by=rina)
    assert unread_count(rina) == 0


def test_all_are_marked_at_once(rina: User, agus: User) -> None:
    for _ in range(3):
        a_change(agus)
    assert mark_all_read(by=rina, newest=rina.notices.latest("pk").pk) == 3
    assert unread_count(rina) == 0


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("kind", TEXTS)
def test_every_kind_has_words_in_both_languages(kind: str, language: str) -> None:
    facts = {
        name: f"<{name}>"
        for name in (
            "number",
            "by",
            "title",
            "revision",
            "remark",
            "who",
            "role",
            "key",
            "bom",
            "task",
            "activity",
            "message",
            "file",
            "day",
            "person",
            "first",
            "last",
            "text",
            "version",
            "at",
            "why",
        )
    }
    with translation.override(language):
        assert "%(" not in title_of(kind, facts) + message_of(kind, facts)


def test_a_snapshot_that_is_owed_is_not_called_received() -> None:
    facts = {"by": "Rina", "bom": "BOM 700", "revision": "1", "remark": ""}
    with translation.override("en"):
        assert "is being sent" in message_of("bom.approved", facts)
        assert "PPIC has" in title_of("bom.delivered", facts)
    with translation.override("id"):
        sentence = message_of("bom.approved", facts)
        assert "sedang dikirim ke PPIC" in sentence
        assert "menerima" not in sentence
