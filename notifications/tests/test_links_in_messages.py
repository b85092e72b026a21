"""Messages that ask for a decision: the link they carry, to whom, and that no table holds its token."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.approvals.models import DecisionLink
from core.approvals.queries.links import token_of
from core.approvals.services import substitute
from core.ledger.models import Delivery
from core.ledger.services import deliver_due
from engineering.services import decide_change
from notifications.models import NoticeGroup, Notification
from notifications.queries import group_of
from notifications.services import save_wishes
from notifications.tests.conftest import MailServer
from notifications.tests.test_wishes import wish
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db(transaction=True)
MAIL: Any = {group: frozenset({"bell", "email"}) for group in NoticeGroup.values}


def test_a_message_that_asks_carries_a_link_that_no_table_holds(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    change = a_change(cast.agus)
    link = DecisionLink.objects.get()
    assert link.person == cast.rina
    token = token_of(link)
    deliver_due()
    (letter,) = post.letters
    url = f"https://ems.example.com/decide/{token}/"
    assert url in letter.text
    (sent,) = cast.sandbox.auth.messages
    assert url in sent["message"]
    assert set(sent) == {"phone_num", "message", "source"}
    kept = [
        bytes(row.body).decode() + row.last_answer for row in Delivery.objects.all()
    ]
    kept += [
        f"{row.facts} {row.message} {row.url}" for row in Notification.objects.all()
    ]
    assert token.partition("-")[2] not in " ".join(kept)
    assert Client().get(f"/decide/{token}/").status_code == 200
    change.refresh_from_db()
    assert change.is_pending


def test_a_link_that_is_of_no_use_any_more_is_left_out(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    change = a_change(cast.agus)
    decide_change(change_id=change.pk, by=cast.ratna, status=1)
    deliver_due()
    assert all("/decide/" not in letter.text for letter in post.letters)
    assert post.letters


def test_a_message_that_only_tells_carries_none(cast: Cast, post: MailServer) -> None:
    wish(cast)
    change = a_change(cast.rina, ext_purchase_order_id=201)
    decide_change(change_id=change.pk, by=cast.ratna, status=1)
    assert not DecisionLink.objects.exists()
    deliver_due()
    assert all("/decide/" not in letter.text for letter in post.letters)


def test_a_gateway_that_gives_back_what_it_got_keeps_no_token(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    a_change(cast.agus)
    token = token_of(DecisionLink.objects.get())
    post.refusal = f"550 no https://ems.example.com/decide/{token}/".encode()
    deliver_due()
    row = Delivery.objects.get(upstream="mail")
    assert row.last_answer.endswith("/decide/…/")


def test_a_substitute_is_asked_too_and_has_a_link(cast: Cast, post: MailServer) -> None:
    today = timezone.localdate()
    substitute(
        person=cast.rina,
        by=cast.rina,
        stand_in=cast.hendi,
        first_day=today,
        last_day=today,
    )
    save_wishes(by=cast.hendi, email="h@example.com", phone="", digest=False, ways=MAIL)
    change = a_change(cast.agus)
    notice = Notification.objects.get(recipient=cast.hendi, kind="approval.on_behalf")
    assert "Rina" in notice.title
    assert notice.status == "OnGoing"
    link = DecisionLink.objects.get()
    assert (link.person, link.assignment.person) == (cast.hendi, cast.rina)
    decide_change(change_id=change.pk, by=cast.ratna, status=1)
    notice.refresh_from_db()
    assert notice.status == "Completed"


def test_reminders_and_forwards_go_the_way_of_their_record() -> None:
    assert group_of("approval.asked", "engineering.ChangeNotice") == "changes"
    assert group_of("approval.reminded", "bom.BomApproval") == "boms"
    assert group_of("approval.asked") == "system"
