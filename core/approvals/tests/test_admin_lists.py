"""The administration's lists of decisions: what they show, and what can be pressed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.models import (
    Decision,
    Opening,
    RoundStep,
    Substitution,
)
from core.approvals.queries.ballots import ballot_of
from core.approvals.services import note_opening
from core.approvals.tests.admin_pages import (
    BOMS,
    LIST,
    MINE,
    Log,
    english,
    page_of,
    row,
)
from core.integrations import upstreams
from core.text.formatting import rupiah
from engineering.models import ChangeNotice
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from tests.people import text_of

pytestmark = pytest.mark.django_db
# --- The list -----------------------------------------------------------------------


def test_a_row_shows_what_one_decides_by(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus, priority=1)
    RoundStep.objects.update(due_at=timezone.now() - timedelta(hours=2))
    text = text_of(english(as_person(rina)).get(MINE))
    for column in ("priority", "net_rupiah", "age", "due"):
        assert f"column-{column}" in text
        assert f"field-{column}" in text
    assert "above the threshold" in text
    assert "· late" in text
    assert change.number in text


def test_a_bom_shows_its_cost_and_what_that_leaves_out(
    agus: User, hendi: User, as_person: Log, sandbox: object
) -> None:
    """Part 1001 costs Rp 4.170.000 in the sandbox; PPIC knows no part 99999999."""
    parts = [{"extItemId": 1001, "qty": 2}, {"extItemId": 99999999, "qty": 1}]
    nested = [{"name": "Panel", "qty": 3, "children": [parts[0]]}, parts[1]]
    known = put_up(700, agus, hendi, raw={"children": [parts[0]]})
    partly = put_up(701, agus, hendi, raw={"children": nested})
    older = put_up(702, agus, hendi, raw={"children": parts})
    put_up(702, agus, hendi, raw={"children": [parts[0] | {"qty": 5}]})
    client = english(as_person(hendi))
    text = text_of(client.get(f"{BOMS}?waiting=me"))
    cells = re.findall(r'field-cost_rupiah">([^<]*)<', text)
    price = upstreams.ppic().inventory().value[1001]
    assert [each.replace("\xa0", " ") for each in cells] == [
        rupiah(price * 2).replace("\xa0", " "),
        rupiah(price * 6).replace("\xa0", " ") + " · 1 line without a price",
        rupiah(price * 5).replace("\xa0", " "),
    ]
    asked = {
        "action": "reject_selected",
        "_selected_action": [known.pk, partly.pk, older.pk],
    }
    page = text_of(client.post(f"{BOMS}?waiting=me", asked))
    assert all(cell in page for cell in cells)


def test_what_costs_little_and_is_in_time_is_not_marked(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus)
    ChangeNotice.objects.filter(pk=change.pk).update(net=10)
    text = text_of(english(as_person(rina)).get(MINE))
    assert "above the threshold" not in text
    assert "· late" not in text


def test_a_list_of_what_is_over_has_no_due_time(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=1)
    text = text_of(english(as_person(rina)).get(f"{LIST}?waiting=all"))
    assert re.search(r'field-due">\s*–', text)  # noqa: RUF001


def test_a_substitute_sees_what_waits_for_the_other(
    agus: User, rina: User, hendi: User, as_person: Log, sandbox: object
) -> None:
    change, day = a_change(agus), timezone.localdate()
    Substitution.objects.create(
        person=rina, substitute=hendi, first_day=day, last_day=day, made_by=rina
    )
    client = as_person(hendi)
    assert change.number in text_of(client.get(MINE))
    assert "Rina" in text_of(client.get(page_of(change)))
    client.post(f"{LIST}decide/", row(change, 1))
    given = Decision.objects.get()
    assert (given.approver, given.on_behalf_of) == (hendi, rina)
    assert given.door == Decision.Door.ADMIN


# --- Deciding ------------------------------------------------------------------------


@pytest.mark.parametrize("status", [1, 2, 3])
def test_each_decision_is_pressed_on_the_record(
    agus: User, rina: User, as_person: Log, sandbox: object, status: int
) -> None:
    change, client = a_change(agus), as_person(rina)
    page = text_of(client.get(page_of(change)))
    for value in (1, 2, 3):
        assert re.search(rf'name="status"\s+value="{value}"', page)
    answer = client.post(f"{LIST}decide/", row(change, status, "sebab"))
    # The filter stays, though nothing waits any more.
    assert answer.headers["Location"] == MINE
    change.refresh_from_db()
    assert change.status == status


def test_rework_needs_its_reason(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change, client = a_change(agus), english(as_person(rina))
    answer = client.post(f"{LIST}decide/", row(change, 3), follow=True)
    assert "Say what must be reworked." in text_of(answer)
    change.refresh_from_db()
    assert change.is_pending


@pytest.mark.parametrize("status", ["0", "4", "x", "", "1 "])
def test_an_unknown_status_decides_nothing(
    agus: User, rina: User, as_person: Log, sandbox: object, status: str
) -> None:
    change = a_change(agus)
    note_opening(record=change, by=rina)
    as_person(rina).post(f"{LIST}decide/", row(change, 1) | {"status": status})
    assert not Decision.objects.exists()


def test_a_yes_needs_an_opening_of_this_revision(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change, client = a_change(agus), english(as_person(rina))
    answer = client.post(f"{LIST}decide/", row(change, 1), follow=True)
    assert "You have not opened its content yet" in text_of(answer)
    assert not Decision.objects.exists()
    client.get(f"/changes/{change.pk}/")  # the portal's page counts as well
    assert Opening.objects.filter(person=rina, record_id=change.pk).count() == 1
    client.post(f"{LIST}decide/", row(change, 1))
    assert Decision.objects.count() == 1


def test_a_no_needs_none(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus)
    as_person(rina).post(f"{LIST}decide/", row(change, 2, "sebab"))
    change.refresh_from_db()
    assert change.status == 2


def test_what_an_open_page_fetches_by_itself_is_no_opening(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus)
    as_person(rina).get(f"/changes/{change.pk}/", headers={"HX-Request": "true"})
    assert not Opening.objects.exists()


# --- Many at once ---------------------------------------------------------------------


def test_many_at_once_are_those_that_were_opened(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    first, second = a_change(agus), a_change(agus)
    client = english(as_person(rina))
    client.get(page_of(first))
    asked = {
        "action": "approve_selected",
        "_selected_action": [first.pk, second.pk],
    }
    page = text_of(client.post(MINE, asked))
    assert page.count('name="shown"') == 1
    assert f'value="{first.pk}:1:{first.digest}"' in page
    assert "Approve 1 record" in page
    assert "You have not opened its content yet" in page
    no = text_of(client.post(MINE, asked | {"action": "reject_selected"}))
    assert no.count('name="shown"') == 2
    assert "Reject 2 records" in no


@pytest.mark.parametrize("is_bom", [False, True])
def test_many_are_sent_back_at_once_and_each_outcome_is_said(
    agus: User, rina: User, as_person: Log, sandbox: object, is_bom: bool
) -> None:
    """Nobody need have opened them; who was decided meanwhile is named."""
    first, second, third = (
        put_up(700 + number, agus, rina) if is_bom else a_change(agus)
        for number in range(3)
    )
    client, path = english(as_person(rina)), BOMS if is_bom else LIST
    asked = {
        "action": "return_selected",
        "_selected_action": [first.pk, second.pk, third.pk],
    }
    page = text_of(client.post(f"{path}?waiting=me", asked))
    assert "Send back for rework?" in page
    assert "Send back 3 records" in page
    assert re.search(r'data-needs="remark"', page)
    client.post(f"{path}decide/", row(third, 2, "sudah lain"), follow=True)
    shown = [row(each, 3)["shown"] for each in (first, second, third)]
    given = {"shown": shown, "status": "3", "remark": "lengkapi gambar"}
    answer = client.post(f"{path}decide/", given, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said[:2] == [f"{first}: Returned", f"{second}: Returned"]
    assert len(said) == 3
    assert said[2].startswith(f"{third}: ")
    assert "Returned" not in said[2]
    states = [type(each).objects.get(pk=each.pk).status for each in (first, third)]
    assert states == [3, 2]
    remarks = Decision.objects.filter(status=3).values_list("remark", "door")
    assert set(remarks) == {("lengkapi gambar", Decision.Door.ADMIN)}


def test_sending_many_back_without_a_reason_sends_none_back(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    changes = [a_change(agus), a_change(agus)]
    shown = [row(each, 3)["shown"] for each in changes]
    given = {"shown": shown, "status": "3", "remark": "  "}
    answer = english(as_person(rina)).post(f"{LIST}decide/", given, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == [f"{each}: Say what must be reworked." for each in changes]
    assert not Decision.objects.exists()


def test_the_rows_above_the_limit_are_named(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    dear, cheap = a_change(agus), a_change(agus)
    ChangeNotice.objects.filter(pk=cheap.pk).update(net=10)
    client = english(as_person(rina))
    asked = {"action": "reject_selected", "_selected_action": [dear.pk, cheap.pk]}
    page = text_of(client.post(MINE, asked))
    assert re.search(rf"Above the threshold:\s*<b>{dear.number}</b>", page)
    assert f"<b>{cheap.number}</b>" not in page


def test_nothing_opened_leaves_no_button(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    change = a_change(agus)
    asked = {"action": "approve_selected", "_selected_action": [change.pk]}
    page = text_of(english(as_person(rina)).post(MINE, asked))
    assert 'name="shown"' not in page
    assert "Approve 0" not in page


# --- On with the next ------------------------------------------------------------------


def test_the_record_leads_on_to_the_next_that_waits(
    agus: User, rina: User, as_person: Log, sandbox: object
) -> None:
    first, second, third = (a_change(agus) for _ in range(3))
    client = as_person(rina)

    def onward(change: ChangeNotice) -> Any:
        return client.get(page_of(change)).context.get("next_url")

    assert onward(first).startswith(page_of(second))
    assert onward(third).startswith(page_of(first))
    for change in (second, third):
        decide_change(change_id=change.pk, by=rina, status=1)
    assert onward(first) is None
    assert onward(second).startswith(page_of(first))


def test_a_bom_leads_on_as_well(
    agus: User, hendi: User, as_person: Log, sandbox: object
) -> None:
    first, second = put_up(700, agus, hendi), put_up(701, agus, hendi)
    answer = as_person(agus).get(page_of(first))
    assert answer.context["next_url"].startswith(page_of(second))
    assert answer.context["waiting_count"] == 2


# --- Somebody else ---------------------------------------------------------------------


def test_forward_from_the_administration(
    agus: User, rina: User, hendi: User, as_person: Log, sandbox: object
) -> None:
    change, client = a_change(agus), as_person(rina)
    assert f'action="{LIST}forward/' in text_of(client.get(page_of(change)))
    given = {"record": str(change.pk), "to": str(hendi.ext_id), "reason": "cuti"}
    answer = client.post(f"{LIST}forward/", given)
    assert answer.headers["Location"] == MINE
    assert ballot_of(change).deciders == {hendi.pk}


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"to": "x"}, {"to": "12"}, {"to": ""}, {"to": "9" * 30}]
)
def test_a_refused_forwarding_comes_back_to_the_record(
    agus: User, rina: User, as_person: Log, sandbox: object, wrong: dict[str, str]
) -> None:
    change = a_change(agus)
    given = {"record": str(change.pk), "to": "7", "reason": "cuti"} | wrong
    answer = as_person(rina).post(f"{LIST}forward/", given)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(page_of(change))
    assert ballot_of(change).deciders == {rina.pk}


@pytest.mark.parametrize("record", ["", "x", "0", "9" * 30, "-1"])
def test_a_damaged_forwarding_is_not_found(
    rina: User, as_person: Log, sandbox: object, record: str
) -> None:
    given = {"record": record, "to": "7", "reason": "cuti"}
    assert as_person(rina).post(f"{LIST}forward/", given).status_code == 404
    assert as_person(rina).get(f"{LIST}forward/").headers["Location"] == MINE
