"""The page "Nobody can decide": which records, why, and what can be done there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from bom.tests.conftest import put_up
from core.accounts.models import User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep, Round, RoundStep
from core.approvals.queries.ballots import ballot_of
from core.approvals.queries.stuck import Stuck, nobody_can_decide
from core.approvals.services import mend_rounds
from engineering.models import ChangeNotice
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from tests.people import make_person

pytestmark = pytest.mark.django_db
LIST = "/setup/nobody/"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """The reasons as written here; pages choose their language by themselves."""
    with translation.override("en"):
        yield


def leaves(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    mend_rounds()


def only() -> Stuck:
    (row,) = nobody_can_decide(10)
    return row


def route(**step: Any) -> ApprovalStep:
    return ApprovalStep.objects.create(rule=ApprovalRule.objects.create(kind=0), **step)


# --- Why ----------------------------------------------------------------------------


def test_the_last_manager_left(agus: User, rina: User) -> None:
    change = a_change(agus)
    assert nobody_can_decide(10) == []
    before = timezone.now()
    leaves(rina)
    row = only()
    assert row.why == "Rina left, and nobody took over."
    assert (row.told.number, row.round.opened_by) == (change.number, agus)
    assert row.since >= before


def test_somebody_left_and_nothing_has_noticed_yet(agus: User, rina: User) -> None:
    a_change(agus)
    User.objects.filter(pk=rina.pk).update(is_active=False)
    assert only().why == "Rina left, and nobody took over."


def test_nobody_holds_the_role(agus: User) -> None:
    a_change(agus)
    assert only().why == "Nobody holds the role Manager."
    assert only().since == RoundStep.objects.get().opened_at


def test_four_eyes_leave_nobody(rina: User) -> None:
    a_change(rina)
    assert only().why.startswith("Four eyes")


def test_four_eyes_and_a_named_person(agus: User) -> None:
    route().people.add(agus)
    a_change(agus)
    assert only().why.startswith("Four eyes")


def test_nobody_is_named(agus: User) -> None:
    route(mode="everyone")
    a_change(agus)
    assert "names nobody" in only().why


def test_there_is_no_head(agus: User) -> None:
    route(of_head=True)
    a_change(agus)
    assert only().why == "The department of the requester has no head."


def test_more_must_agree_than_there_are(agus: User, hendi: User) -> None:
    route(mode="some", number=2, role="spv")
    change = a_change(agus)
    decide_change(change_id=change.pk, by=hendi, status=1)
    assert only().why == "2 must agree, and only 1 is there."


def test_a_bom_whose_only_pic_left(agus: User, hendi: User) -> None:
    put_up(700, agus)
    leaves(agus)
    row = only()
    assert (row.kind, row.told.title, row.round.opened_by) == (
        "bom",
        "BOM LVMDP",
        None,
    )


def test_what_is_over_does_not_stand_there(agus: User, rina: User) -> None:
    change = a_change(agus)
    decide_change(change_id=change.pk, by=rina, status=1)
    assert nobody_can_decide(10) == []


# --- The page ------------------------------------------------------------------------


def test_from_the_list_somebody_is_asked(
    agus: User, hendi: User, admin: User, as_person: Callable[[User], Client]
) -> None:
    change = a_change(agus)
    other = a_change(agus)
    client, row = as_person(admin), Round.objects.get(record_id=change.pk)
    page = client.get(LIST).content.decode()
    assert change.number in page
    assert other.number in page
    assert 'id="ask-form"' not in page
    page = client.get(f"{LIST}?ask={row.pk}").content.decode()
    assert page.count('id="ask-form"') == 1
    address = f"/approvals/change/{change.pk}/forward/"
    assert address in page
    given = {"to": str(hendi.ext_id), "reason": "manajer cuti", "of_list": "1"}
    answer = client.post(address, given, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Hendi sekarang diminta" in answer.content.decode()
    assert ballot_of(change).deciders == {hendi.pk}
    assert [row.told.number for row in nobody_can_decide(9)] == [other.number]


def test_a_refusal_comes_back_to_the_list(
    agus: User, admin: User, as_person: Callable[[User], Client]
) -> None:
    change = a_change(agus)
    given = {"to": str(agus.ext_id), "reason": "x", "of_list": "1"}
    answer = as_person(admin).post(
        f"/approvals/change/{change.pk}/forward/", given, follow=True
    )
    assert "Agus yang mengajukan atau menulisnya" in answer.content.decode()
    assert answer.redirect_chain == [(LIST, 302)]
    assert ballot_of(change).is_stuck


@pytest.mark.parametrize("ask", ["x", "0", "9" * 30, "-1", "1&ask=2"])
def test_a_hostile_row_opens_nothing(
    ask: str, agus: User, admin: User, as_person: Callable[[User], Client]
) -> None:
    a_change(agus)
    answer = as_person(admin).get(f"{LIST}?ask={ask}")
    assert answer.status_code == 200
    assert 'id="ask-form"' not in answer.content.decode()


def test_an_empty_list_says_so(
    admin: User, as_person: Callable[[User], Client]
) -> None:
    page = as_person(admin).get(LIST).content.decode()
    assert "Semua sudah ada yang dapat memutuskan" in page


def test_who_may_open_it(
    agus: User, hendi: User, rina: User, as_person: Callable[[User], Client]
) -> None:
    assert as_person(agus).get(LIST).status_code == 403
    assert as_person(hendi).get(LIST).status_code == 403
    assert as_person(rina).get(LIST).status_code == 200


# --- The menu ------------------------------------------------------------------------


def entry(client: Client) -> dict[str, Any] | None:
    cache.clear()
    nav = client.get("/setup/").context["nav"]
    return next((item for item in nav if item["key"] == "nobody"), None)


def test_the_menu_counts_it_for_administrators_while_there_is_something(
    agus: User,
    hendi: User,
    sari: User,
    admin: User,
    as_person: Callable[[User], Client],
) -> None:
    client = as_person(admin)
    assert entry(client) is None
    a_change(agus)
    found = entry(client)
    assert found is not None
    assert (found["count"], found["hot"], found["url"]) == (1, True, LIST)
    assert entry(as_person(hendi)) is None
    UserRole.objects.create(user_id=sari.ext_id or 0, role="manager")
    mend_rounds()
    assert entry(client) is None


def test_on_the_page_its_own_entry_is_marked(
    agus: User, admin: User, as_person: Callable[[User], Client]
) -> None:
    a_change(agus)
    nav = as_person(admin).get(LIST).context["nav"]
    assert [item["key"] for item in nav if item["active"]] == ["nobody"]


# --- Its cost ------------------------------------------------------------------------


def statements(client: Client) -> int:
    cache.clear()
    with CaptureQueriesContext(connection) as seen:
        assert client.get(LIST).status_code == 200
    return sum(not row["sql"].startswith(("SAVEPOINT", "RELEASE")) for row in seen)


def test_ten_queries_and_no_more_for_more_rows(
    agus: User, admin: User, as_person: Callable[[User], Client]
) -> None:
    client = as_person(admin)
    boms = [make_person(place, f"Pic{place}") for place in (501, 502)]
    a_change(agus)
    put_up(700, *boms)
    for person in boms:
        leaves(person)
    few = [row.pk for row in Round.objects.all()]
    assert len(few) == len(nobody_can_decide(50)) == 2
    with CaptureQueriesContext(connection) as seen:
        nobody_can_decide(50)
    assert len(seen) <= 10
    before = statements(client)
    for place in range(20):
        a_change(agus, engineering=f"Ganti {place}")
    with CaptureQueriesContext(connection) as many:
        assert len(nobody_can_decide(50)) == 22
    assert len(many) == len(seen)
    assert statements(client) == before


def test_the_oldest_stands_first(agus: User) -> None:
    first, second = a_change(agus), a_change(agus)
    Round.objects.filter(record_id=second.pk).update(
        opened_at=timezone.now() - timedelta(days=9)
    )
    numbers = [row.told.number for row in nobody_can_decide(9)]
    assert numbers == [second.number, first.number]
    assert ChangeNotice.objects.count() == 2
