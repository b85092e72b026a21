"""Told outside the portal: what a person wishes, what is owed, what arrives; reminders and summaries."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from activities.models import Task
from activities.services import plan_activity, sign_off
from activities.tests.conftest import NOTHING_KNOWN, a_task
from core.errors import DomainError
from core.integrations import mail
from core.ledger.models import Delivery, Event
from core.ledger.services import deliver_due
from notifications.models import NoticeAddress, NoticeGroup, NoticeSetting, Notification
from notifications.services import (
    mark_all_read,
    remind_of_tasks,
    save_wishes,
    send_digests,
)
from notifications.tests.conftest import MailServer
from tests.factories import a_change
from tests.people import Cast

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 17, 5, tzinfo=UTC)
ALL = {group: frozenset({"bell", "email", "whatsapp"}) for group in NoticeGroup.values}


def wish(cast: Cast, **more: Any) -> NoticeAddress:
    """Rina wants everything everywhere."""
    given: dict[str, Any] = {
        "email": "rina@example.com",
        "phone": "+62 812-3456-789",
        "digest": False,
        "ways": ALL,
    }
    return save_wishes(by=cast.rina, **given | more)


def let_time_pass() -> None:
    """What waits for its next try is due."""
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.owed().update(next_at=past, lease_until=past)


def test_a_notice_goes_by_mail_and_whatsapp_to_whom_wishes_it(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    change = a_change(cast.agus)
    assert Delivery.objects.count() == 2  # rina's; ratna, a manager too, chose nothing
    deliver_due()
    (letter,) = post.letters
    assert letter.to == ["rina@example.com"]
    assert change.number in str(letter.message["Subject"])
    assert f"https://ems.example.com/changes/{change.pk}/" in letter.text
    assert letter.message["Message-ID"].endswith("@example.com>")
    (sent,) = cast.sandbox.auth.messages
    assert sent["phone_num"] == ["+628123456789"]
    assert sent["source"] == "EMS"
    assert change.number in sent["message"]


def test_the_same_letter_sent_again_has_the_same_id(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    a_change(cast.agus)
    deliver_due()
    Delivery.objects.update(state="pending", attempts=0)
    let_time_pass()
    deliver_due()
    first, second = post.letters
    assert first.message["Message-ID"] == second.message["Message-ID"]


def test_nothing_is_owed_where_nothing_is_set_up(cast: Cast, settings: Any) -> None:
    settings.EMAIL_HOST = settings.WHATSAPP_SOURCE = ""
    wish(cast)
    a_change(cast.agus)
    assert not Delivery.objects.exists()
    rows = Notification.objects.filter(recipient=cast.rina, kind="change.to_decide")
    assert rows.count() == 1


def test_a_mail_server_that_is_away_holds_nothing_else_up(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    post.close()
    a_change(cast.agus)
    deliver_due()
    assert Delivery.objects.get(upstream="mail").state == "pending"
    assert Delivery.objects.get(upstream="whatsapp").state == "delivered"
    post.open()
    let_time_pass()
    deliver_due()
    assert Delivery.objects.get(upstream="mail").state == "delivered"
    assert len(post.letters) == 1


def test_an_address_that_is_refused_for_good_is_parked_in_silence(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    post.refusal = b"550 no such user"
    a_change(cast.agus)
    deliver_due()
    delivery = Delivery.objects.get(upstream="mail")
    assert (delivery.state, delivery.last_answer) == ("parked", "no such user")
    # A notice of it would go the same way, and so on for ever.
    assert not Notification.objects.filter(kind="delivery.parked").exists()


def test_an_address_that_is_refused_for_now_is_tried_again(
    cast: Cast, post: MailServer
) -> None:
    wish(cast)
    post.refusal = b"451 later"
    a_change(cast.agus)
    deliver_due()
    assert Delivery.objects.get(upstream="mail").state == "pending"


def test_a_mute_mail_server_is_left_in_time(
    cast: Cast, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    wish(cast)
    post.is_mute = True
    a_change(cast.agus)
    deliver_due()
    delivery = Delivery.objects.get(upstream="mail")
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert "mail server" in delivery.last_answer


def test_a_title_with_line_breaks_makes_no_header(cast: Cast, post: MailServer) -> None:
    """The subject of a letter has one line, whatever was typed (docs/threats.md#t38)."""
    wish(cast)
    a_change(cast.agus, engineering="Ganti\r\nBcc: evil@example.com\r\n\r\nHalo")
    deliver_due()
    (letter,) = post.letters
    assert letter.message["Bcc"] is None
    assert letter.to == ["rina@example.com"]


def test_a_bell_that_is_off_does_not_count(cast: Cast, post: MailServer) -> None:
    wish(cast, ways={"changes": frozenset({"email"})})
    a_change(cast.agus)
    rows = Notification.objects.filter(recipient=cast.rina, kind="change.to_decide")
    assert rows.get().is_read
    assert Delivery.objects.get().upstream == "mail"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"phone": "satu dua tiga"}, "phone"),
        ({"email": ""}, "email"),
        ({"phone": ""}, "phone"),
        ({"email": "", "ways": {}, "digest": True}, "email"),
    ],
)
def test_a_way_without_an_address_is_refused(
    cast: Cast, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        wish(cast, **given)
    assert list(refusal.value.errors) == [field]
    assert not NoticeSetting.objects.exists()


def test_the_page_keeps_what_was_chosen(
    cast: Cast, post: MailServer, settings: Any
) -> None:
    settings.WHATSAPP_SOURCE = "EMS"
    browser, page = cast.browser("rina"), "/notifications/settings/"
    assert 'value="bell"' in browser.get(page).content.decode()
    typed = {"email": "rina@example.com", "changes": ["email"], "tasks": ["bell"]}
    assert browser.post(page, typed).status_code == 302
    kept = NoticeSetting.objects.get(user=cast.rina, group="changes")
    assert (kept.bell, kept.email, kept.whatsapp) == (False, True, False)
    assert browser.get(page).context["form"].initial["changes"] == ["email"]
    wrong = browser.post(page, {"phone": "1", "tasks": ["whatsapp"]})
    assert wrong.status_code == 400
    assert 'value="1"' in wrong.content.decode()
    assert browser.post(page, {"tasks": ["pigeon"]}).status_code == 400


# --- Reminders --------------------------------------------------------------------


def planned(cast: Cast, days: int) -> Task:
    """Agus' task, due in so many days."""
    end = timezone.now() + timedelta(days=days)
    row = a_task("Gambar SLD", cast.agus) | {"starts_at": end, "ends_at": end}
    plan_activity(
        by=cast.hendi, fields={"description": "LVMDP"}, tasks=[row], facts=NOTHING_KNOWN
    )
    return Task.objects.get()


def told(kind: str) -> list[str]:
    """Who was told, by user name."""
    rows = Notification.objects.filter(kind=kind).order_by("recipient__username")
    return [row.recipient.username for row in rows]


def test_who_must_sign_is_reminded_once_before_the_deadline(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        planned(cast, 1)
        assert remind_of_tasks() == 1
        assert remind_of_tasks() == 0
    assert told("task.due_soon") == ["agus"]
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        assert remind_of_tasks() == 0
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        assert remind_of_tasks() == 1
        assert remind_of_tasks() == 0
    assert told("task.overdue") == ["agus"]
    assert Event.objects.filter(kind="task.overdue").count() == 1


def test_the_stage_that_is_next_is_reminded(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        task = planned(cast, 0)
        sign_off(task_id=task.pk, stage="pic", by=cast.agus)
        remind_of_tasks()
    assert told("task.due_soon") == ["hendi"]


def test_a_task_of_nobody_reminds_nobody_until_somebody_has_it(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        task = planned(cast, 0)
        taken = list(task.in_charges.all())
        task.in_charges.all().delete()
        assert remind_of_tasks() == 0
        assert not Event.objects.filter(kind="task.due_soon").exists()
        task.in_charges.bulk_create(taken)
        assert remind_of_tasks() == 1


def test_a_moved_deadline_is_news_again(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        task = planned(cast, 0)
        remind_of_tasks()
        Task.objects.filter(pk=task.pk).update(ends_at=NOON + timedelta(days=1))
        assert remind_of_tasks() == 1


def test_nobody_is_told_in_the_night_or_of_what_is_done(cast: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        task = planned(cast, 0)
    with time_machine.travel(NOON - timedelta(hours=9), tick=False):  # 03:00 in Jakarta
        assert remind_of_tasks() == 0
        assert send_digests() == 0
    with time_machine.travel(NOON, tick=False):
        for stage, by in (
            ("pic", cast.agus),
            ("spv", cast.hendi),
            ("manager", cast.rina),
        ):
            sign_off(task_id=task.pk, stage=stage, by=by)
        assert remind_of_tasks() == 0


def test_a_reminder_is_not_of_the_predecessors_list(cast: Cast) -> None:
    """``/active?role=pic`` lists requests, not reminders of them."""
    with time_machine.travel(NOON, tick=False):
        planned(cast, 0)
        before = len(cast.api("agus").read("/api/notifications/active?role=pic"))
        remind_of_tasks()
        after = len(cast.api("agus").read("/api/notifications/active?role=pic"))
    assert (before, after) == (1, 1)


def test_the_daily_summary_comes_once_and_only_with_something_in_it(
    cast: Cast, post: MailServer
) -> None:
    with time_machine.travel(NOON, tick=False):
        save_wishes(
            by=cast.agus, email="agus@example.com", phone="", digest=True, ways={}
        )
        mark_all_read(by=cast.agus, newest=cast.agus.notices.latest("pk").pk)
        assert send_digests() == 0
        task = planned(cast, -1)
        assert send_digests() == 1
        send_digests()
        assert Delivery.objects.count() == 1
        deliver_due()
    (letter,) = post.letters
    assert letter.to == ["agus@example.com"]
    assert str(task) in letter.text
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        send_digests()
    assert Delivery.objects.count() == 2
