"""Decide from a message: the link, its page, each refusal, and what it must never do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from bom.tests.conftest import put_up, with_qty
from core.accounts.models import User
from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
    Decision,
    DecisionLink,
)
from core.approvals.queries.links import link_of, token_of
from core.approvals.services import (
    forward,
)
from core.approvals.services.links import LIFE
from core.approvals.tests.conftest import (
    BROWSER,
    PIN,
    WRONG,
    a_link,
    address,
    look,
    press,
    refused,
    tables,
    with_pin,
)
from engineering.models import ChangeNotice
from engineering.services import decide_change, edit_change, withdraw_change
from engineering.tests.conftest import NOTHING_KNOWN, a_change

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
# --- The way through ------------------------------------------------------------------------


def test_the_page_shows_what_is_decided_and_changes_nothing(link: DecisionLink) -> None:
    before = tables()
    for method in ("get", "head", "get"):
        answer = getattr(Client(headers=BROWSER), method)(address(link))
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store, private"
        assert "noindex" in answer["X-Robots-Tag"]
    assert tables() == before
    page = look(link).content.decode()
    change = ChangeNotice.objects.get()
    for shown in (change.number, change.title, "Arus naik", "4.170.000", "6.990.000"):
        assert shown in page, shown
    assert "Log in instead" in page
    assert f"next=%2Fchanges%2F{change.pk}%2F" in page


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_refused(link: DecisionLink, method: str) -> None:
    before = tables()
    assert getattr(Client(), method)(address(link)).status_code == 405
    assert tables() == before


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"status": "1"}, 1),
        ({"status": "2", "remark": "terlalu mahal"}, 2),
        ({"status": "3", "remark": "lengkapi gambar"}, 3),
    ],
)
def test_each_decision_is_taken_with_door_and_confirmation(
    link: DecisionLink, rina: User, given: dict[str, str], state: int
) -> None:
    answer = press(link, **given)
    assert answer.status_code == 200
    assert not answer.cookies
    decision = Decision.objects.get()
    assert (decision.approver, decision.status) == (rina, state)
    assert (decision.door, decision.confirmed) == ("link", "pin")
    assert decision.remark == given.get("remark", "")
    assert ChangeNotice.objects.get().status == state
    link.refresh_from_db()
    assert link.used_at is not None


def test_who_is_logged_in_is_not_told_otherwise(
    link: DecisionLink, rina: User, as_person: Callable[[User], Client]
) -> None:
    url, given = address(link) + "?language=en", {"status": "1", "pin": PIN}
    page = as_person(rina).post(url, given).content.decode()
    assert "The link is used" in page
    assert "not logged in" not in page


def test_who_is_not_logged_in_is_told_so(link: DecisionLink) -> None:
    page = Client().post(address(link) + "?language=en", {"status": "1", "pin": PIN})
    assert "You are not logged in" in page.content.decode()


def test_a_bom_is_shown_and_decided(agus: User, hendi: User) -> None:
    approval = put_up(700, with_pin(agus), hendi)
    link = a_link(approval, agus)
    page = look(link).content.decode()
    assert "BOM LVMDP" in page
    assert "1001" in page
    assert press(link).status_code == 200
    assert Decision.objects.get().approver == agus
    approval.refresh_from_db()
    assert approval.is_pending


def test_a_bom_shows_what_changed_since_it_was_approved(agus: User) -> None:
    approval = put_up(700, with_pin(agus))
    assert press(a_link(approval, agus)).status_code == 200
    approval = put_up(700, agus, raw=with_qty(9))
    page = look(a_link(approval, agus)).content.decode()
    assert "What changed" in page


def test_route_and_earlier_remarks_are_shown(agus: User, rina: User) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=3, remark="gambar belum ada")
    edit_change(
        change_id=change.pk,
        by=agus,
        fields={"engineering": "Ganti ACB"},
        facts=NOTHING_KNOWN,
    )
    page = look(a_link(change, with_pin(rina))).content.decode()
    assert "gambar belum ada" in page
    assert "Earlier remarks" in page


def test_a_yes_counts_at_each_step_that_asks_the_same_person(
    agus: User, rina: User
) -> None:
    rule = ApprovalRule.objects.create(kind=0)
    for order in (1, 2):
        step = ApprovalStep.objects.create(rule=rule, order=order)
        step.people.add(rina)
    assert press(a_link(a_change(agus), with_pin(rina))).status_code == 200
    assert Decision.objects.count() == 2


# --- Refusals -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token", ["x", "1", "1-", "-", "0-abc", "99999-abc", "9" * 40 + "-a", "%00", "é-ü"]
)
def test_a_token_that_is_not_ours(link: DecisionLink, token: str) -> None:
    answer = look(f"/decide/{token}/")
    assert answer.status_code in {400, 404}
    if answer.status_code == 404:
        refused(press(f"/decide/{token}/"), 404)
    assert not Decision.objects.exists()


def test_a_seal_of_another_link_opens_nothing(
    link: DecisionLink, agus: User, rina: User
) -> None:
    other = a_link(a_change(agus), rina)
    _key, _dash, seal = token_of(other).partition("-")
    assert link_of(f"{link.pk}-{seal}") is None
    assert link_of(f"{token_of(link)}x") is None
    assert link_of(token_of(link)) == link
    refused(look(f"/decide/{link.pk}-{seal}/"), 404, "not known here")


def test_a_restored_table_does_not_revive_a_token(link: DecisionLink) -> None:
    token = token_of(link)
    DecisionLink.objects.filter(pk=link.pk).update(nonce="0" * 32)
    assert link_of(token) is None


def test_an_older_secret_still_opens_it(link: DecisionLink, settings: Any) -> None:
    token = token_of(link)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
    assert link_of(token) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert link_of(token) == link


def test_used(link: DecisionLink) -> None:
    press(link)
    refused(look(link), 410, "was used on")
    refused(press(link, status="2", remark="x"), 410)
    assert Decision.objects.get().status == 1


def test_expired(link: DecisionLink) -> None:
    with time_machine.travel(timezone.now() + LIFE - timedelta(minutes=1), tick=False):
        assert look(link).status_code == 200
    with time_machine.travel(timezone.now() + LIFE, tick=False):
        refused(look(link), 410, "has expired")
        refused(press(link), 410)
    assert not Decision.objects.exists()


def _edited(change: ChangeNotice, agus: User, **_: Any) -> None:
    fields = {"engineering": "Ganti ACB"}
    edit_change(change_id=change.pk, by=agus, fields=fields, facts=NOTHING_KNOWN)


def _decided(change: ChangeNotice, rina: User, **_: Any) -> None:
    decide_change(change_id=change.pk, by=rina, status=1)


def _withdrawn(change: ChangeNotice, agus: User, **_: Any) -> None:
    withdraw_change(change_id=change.pk, by=agus)


def _forwarded(change: ChangeNotice, rina: User, hendi: User, **_: Any) -> None:
    label = change._meta.label
    forward(record_type=label, record_id=change.pk, by=rina, to=hendi, reason="dinas")


def _left(rina: User, **_: Any) -> None:
    User.objects.filter(pk=rina.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (_edited, (409, "content was changed")),
        (_decided, (409, "Nothing is left to decide")),
        (_withdrawn, (409, "Nothing is left to decide")),
        (_forwarded, (409, "Somebody else is asked")),
        (_left, (410, "account")),
    ],
)
def test_what_happened_meanwhile_is_said(
    link: DecisionLink, hendi: User, happens: Callable[..., None], said: tuple[int, str]
) -> None:
    status, words = said
    change = ChangeNotice.objects.get()
    people = {"agus": change.created_by, "rina": link.person, "hendi": hendi}
    happens(change=change, **people)
    before = tables()
    refused(look(link), status, words)
    refused(press(link), status)
    assert tables()[:4] == before[:4]


def test_somebody_else_who_is_logged_in_reads_nothing(
    link: DecisionLink, hendi: User, rina: User, as_person: Callable[[User], Client]
) -> None:
    refused(look(link, as_person(hendi)), 403, "somebody else")
    assert look(link, as_person(rina)).status_code == 200


def test_a_remark_is_needed_to_reject_and_what_was_typed_stays(
    link: DecisionLink,
) -> None:
    for status in ("2", "3"):
        assert press(link, status=status, remark="  ").status_code == 400
    answer = press(link, status="2", remark="terlalu mahal", pin=WRONG)
    assert answer.status_code == 400
    assert "terlalu mahal" in answer.content.decode()
    assert WRONG not in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"status": ""},
        {"status": "9"},
        {"status": "x"},
        {"remark": "x" * 8001},
        {"status": "2", "remark": "x" * 4001},
        {"pin": ""},
        {"pin": "x" * 200},
        {"pin": "\x00"},
    ],
)
def test_what_makes_no_sense_is_refused(
    link: DecisionLink, given: dict[str, str]
) -> None:
    assert press(link, **given).status_code == 400
    assert not Decision.objects.exists()
