"""Administrators hear, once, of a change that only its own authors could decide."""

import pytest
from django.utils import translation

from core.accounts.models import User
from core.accounts.services import grant_role
from core.approvals.models import ApprovalRule, ApprovalStep
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change, withdraw_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from notifications.models import Notification
from notifications.queries.texts import message_of, title_of

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    """The states of what a person was told of stuck changes, oldest first."""
    rows = Notification.objects.filter(recipient=user, kind="change.stuck")
    return list(rows.order_by("id").values_list("status", flat=True))


def edit(change: ChangeNotice, by: User, words: str) -> None:
    """A new revision."""
    fields = {"engineering": words}
    edit_change(change_id=change.pk, by=by, fields=fields, facts=NOTHING_KNOWN)


def test_administrators_hear_of_it_when_it_is_raised(
    rina: User, admin: User, agus: User
) -> None:
    change = a_change(rina)
    assert told(admin) == ["OnGoing"]
    assert told(rina) == told(agus) == []
    notice = Notification.objects.get(recipient=admin, kind="change.stuck")
    assert notice.url == f"/changes/{change.pk}/"
    assert change.number in notice.title


def test_nobody_is_bothered_where_somebody_else_decides(
    rina: User, ratna: User, admin: User, agus: User
) -> None:
    a_change(rina)
    a_change(agus)
    assert told(admin) == []


def test_a_role_that_nobody_holds_is_told_too(agus: User, admin: User) -> None:
    a_change(agus)  # there is no manager at all
    assert told(admin) == ["OnGoing"]
    assert told(agus) == []  # the page that answers says so


def test_further_edits_say_nothing_new(rina: User, admin: User) -> None:
    change = a_change(rina)
    for words in ("satu", "dua", "tiga"):
        edit(change, rina, words)
    assert told(admin) == ["OnGoing"]


def test_an_edit_can_bring_it_about(rina: User, agus: User, admin: User) -> None:
    """The only manager becomes the requester."""
    change = a_change(agus)
    assert told(admin) == []
    fields = {"ext_user_id": rina.ext_id}
    edit_change(change_id=change.pk, by=rina, fields=fields, facts=NOTHING_KNOWN)
    assert told(admin) == ["OnGoing"]


def test_it_is_over_when_somebody_can_decide(
    rina: User, admin: User, agus: User
) -> None:
    change = a_change(rina)
    grant_role(user_id=agus.ext_id or 0, role="manager", by=admin)
    edit(change, rina, "lain")
    assert told(admin) == ["Completed"]


def test_it_is_over_when_it_is_withdrawn(rina: User, admin: User) -> None:
    withdraw_change(change_id=a_change(rina).pk, by=rina)
    assert told(admin) == ["Completed"]


def test_a_later_step_can_be_stuck(
    rina: User, hendi: User, ratna: User, admin: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    ApprovalStep.objects.create(rule=rule, order=1, role="spv")
    ApprovalStep.objects.create(rule=rule, order=2).people.add(rina)
    change = a_change(rina)
    assert told(admin) == []
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert told(admin) == ["OnGoing"]
    assert told(ratna) == []


def test_a_new_administrator_hears_of_it_at_the_next_edit(
    rina: User, admin: User, agus: User
) -> None:
    change = a_change(rina)
    User.objects.filter(pk=agus.pk).update(is_superuser=True)
    edit(change, rina, "lain")
    assert told(admin) == told(agus) == ["OnGoing"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_its_words_name_the_change_and_what_to_do(
    rina: User, admin: User, language: str
) -> None:
    change = a_change(rina)
    notice = Notification.objects.get(recipient=admin, kind="change.stuck")
    with translation.override(language):
        title = title_of(notice.kind, notice.facts)
        message = message_of(notice.kind, notice.facts)
    assert change.number in title
    assert change.title in message
    assert {"id": "aturan persetujuan", "en": "approval rule"}[language] in message
