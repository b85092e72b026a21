"""Who decides for whom: named by day and kind, both names kept, never on what is their own."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from bom.services import decide_bom
from bom.tests.conftest import put_up
from core.accounts.models import User
from core.approvals.models import Decision, Substitution
from core.approvals.services import end_substitution, substitute
from core.errors import DomainError
from core.ledger.models import Delivery, Event
from engineering.models import ChangeNotice
from engineering.queries.approval import waiting_ids
from engineering.services import decide_change
from engineering.tests.conftest import a_change
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def named(person: User, stand_in: User, by: User | None = None, **more: Any) -> Any:
    today = timezone.localdate()
    given = {"first_day": today, "last_day": today + 2 * DAY, **more}
    return substitute(person=person, by=by or person, stand_in=stand_in, **given)


def refusal(call: Any, *given: Any, **more: Any) -> tuple[str, list[str]]:
    with pytest.raises(DomainError) as caught:
        call(*given, **more)
    return caught.value.code, list(caught.value.errors)


def test_both_names_stand_on_the_decision(agus: User, rina: User, hendi: User) -> None:
    change = a_change(agus)
    named(rina, hendi)
    assert waiting_ids(hendi.pk, version=0) == [change.pk]
    decide_change(change_id=change.pk, by=hendi, status=1, on_behalf_of=rina.ext_id)
    decision = Decision.objects.get()
    assert (decision.approver, decision.on_behalf_of) == (hendi, rina)
    assert str(rina) in decision.names
    assert str(hendi) in decision.names
    event = Event.objects.get(kind="change.approved")
    assert event.after is not None
    assert (event.actor, event.after["onBehalfOf"]) == (hendi, rina.ext_id)
    change.refresh_from_db()
    assert change.status == 1


def test_the_first_of_the_two_counts(agus: User, rina: User, hendi: User) -> None:
    change = a_change(agus)
    named(rina, hendi)
    decide_change(change_id=change.pk, by=rina, status=1)
    again: Any = {"change_id": change.pk, "by": hendi, "on_behalf_of": rina.ext_id}
    assert refusal(decide_change, status=2, remark="x", **again)[0] in {
        "illegal_transition",
        "forbidden",
    }
    assert Decision.objects.count() == 1


@pytest.mark.parametrize(("day", "waits"), [(-1, 0), (0, 1), (2, 1), (3, 0)])
def test_it_holds_on_its_days_only(
    agus: User, rina: User, hendi: User, day: int, waits: int
) -> None:
    a_change(agus)
    named(rina, hendi)
    with time_machine.travel(timezone.now() + day * DAY, tick=False):
        assert len(waiting_ids(hendi.pk, version=day)) == waits


def test_it_holds_for_its_kinds_only(agus: User, rina: User, hendi: User) -> None:
    ecn, ccn = a_change(agus), a_change(agus, kind=1)
    named(rina, hendi, kinds=["CCN"])
    assert waiting_ids(hendi.pk, version=0) == [ccn.pk]
    told: Any = {"by": hendi, "status": 1, "on_behalf_of": rina.ext_id}
    assert refusal(decide_change, change_id=ecn.pk, **told)[0] == "forbidden"


def test_nobody_stands_in_on_what_they_raised(
    agus: User, rina: User, hendi: User
) -> None:
    own = a_change(hendi)
    named(rina, hendi)
    assert waiting_ids(hendi.pk, version=0) == []
    told: Any = {"by": hendi, "status": 1, "on_behalf_of": rina.ext_id}
    assert refusal(decide_change, change_id=own.pk, **told)[0] == "self_approval"
    assert refusal(decide_change, change_id=own.pk, by=hendi, status=1)[0] == (
        "self_approval"
    )


def test_a_substitute_of_a_pic_is_told_to_ppic(
    agus: User, hendi: User, rina: User
) -> None:
    approval = put_up(700, agus)
    named(agus, hendi)
    decide_bom(
        ext_bom_id=700,
        by=hendi,
        status=1,
        revision=1,
        digest=approval.digest,
        on_behalf_of=agus.ext_id,
    )
    body = bytes(Delivery.objects.get(kind="bom.snapshot").body).decode()
    assert '"onBehalfOfExtUserId":12' in body
    assert '"extUserId":7' in body


# --- Naming and ending --------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"stand_in": "rina"}, "substituteExtUserId"),
        ({"stand_in": "left"}, "substituteExtUserId"),
        ({"first_day": date(2999, 1, 2), "last_day": date(2999, 1, 1)}, "until"),
        ({"first_day": date(2020, 1, 1), "last_day": date(2020, 1, 2)}, "until"),
        ({"last_day": date(2999, 1, 1)}, "until"),
        ({"kinds": ["XYZ"]}, "kinds"),
    ],
)
def test_what_makes_no_sense_is_named(
    rina: User, hendi: User, fields: dict[str, Any], wrong: str
) -> None:
    people = {
        "rina": rina,
        "hendi": hendi,
        "left": make_person(70, "Left", is_active=False),
    }
    who = people[fields.pop("stand_in", "hendi")]
    assert refusal(named, rina, who, **fields) == ("invalid", [wrong])
    assert not Substitution.objects.exists()
    assert not Event.objects.exists()


def test_nobody_stands_in_for_their_own_substitute(
    rina: User, hendi: User, agus: User
) -> None:
    named(rina, hendi)
    assert refusal(named, hendi, rina)[1] == ["substituteExtUserId"]
    named(hendi, agus)
    assert refusal(named, agus, rina)[1] == ["substituteExtUserId"]
    later = timezone.localdate() + 30 * DAY
    named(agus, rina, first_day=later, last_day=later)
    assert refusal(named, rina, agus)[1] == ["from"]


def test_for_oneself_or_by_an_administrator(
    rina: User, hendi: User, admin: User
) -> None:
    assert refusal(named, rina, hendi, by=hendi)[0] == "forbidden"
    row = named(rina, hendi, by=admin)
    assert refusal(end_substitution, substitution_id=row.pk, by=hendi)[0] == "forbidden"
    end_substitution(substitution_id=row.pk, by=rina)
    end_substitution(substitution_id=row.pk, by=rina)
    kinds = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["substitution.named", "substitution.ended"]
    assert refusal(end_substitution, substitution_id=999, by=rina)[0] == "not_found"


# --- Over the API -------------------------------------------------------------------


def test_the_inbox_says_on_whose_behalf(cast: Cast) -> None:
    change = a_change(cast.agus)
    api = cast.api("hendi")
    assert api.read("/api/inbox") == []
    today = timezone.localdate().isoformat()
    cast.api("rina").write(
        "/api/substitutions",
        {"substituteExtUserId": 7, "from": today, "until": today},
        201,
    )
    (row,) = api.read("/api/inbox")
    assert (row["kind"], row["recordType"], row["recordId"]) == (
        "ECN",
        "change",
        change.pk,
    )
    assert row["onBehalfOf"]["extUserId"] == 3
    path = f"/engineeringDetailProblems/{change.pk}"
    body = {"status": 1, "onBehalfOfExtUserId": 3, "revision": 1}
    answer = api.write(f"{path}/decision", body)
    assert answer["status"] == 1
    (given,) = answer["approvals"]
    assert (given["extUserId"], given["onBehalfOfExtUserId"]) == (7, 3)
    told = api.read(f"{path}/all")["round"]
    assert told["state"] == "approved"
    decided = [row for row in told["steps"][0]["assignments"] if "status" in row]
    assert [(row["extUserId"], row["status"]) for row in decided] == [(3, 1)]
    assert api.read("/api/inbox") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "from"),
        ({"from": "2999-01-01"}, "until"),
        ({"from": "kapan", "until": "2999-01-01"}, "from"),
        (
            {"from": "2999-01-01", "until": "2999-01-01", "substituteExtUserId": 99999},
            "substituteExtUserId",
        ),
        ({"from": "2999-01-01", "until": "2999-01-01"}, "substituteExtUserId"),
    ],
)
def test_a_wrong_body_names_its_field(
    cast: Cast, body: dict[str, Any], field: str
) -> None:
    answer = cast.api("rina").write("/api/substitutions", body, 400)
    assert field in answer["errors"]
    assert not Substitution.objects.exists()


def test_return_and_forward_over_the_api(cast: Cast) -> None:
    change = a_change(cast.agus)
    path = f"/engineeringDetailProblems/{change.pk}"
    rina = cast.api("rina")
    rina.write(f"{path}/forward", {"toExtUserId": 7, "reason": "dinas"}, 204)
    assert rina.read("/api/inbox") == []
    hendi = cast.api("hendi")
    hendi.write(f"{path}/return", {"revision": 1}, 400)
    answer = hendi.write(f"{path}/return", {"remark": "lengkapi", "revision": 1})
    assert answer["status"] == 0  # who knows no such state sees it as pending
    assert answer["approvals"][0]["status"] == 3
    assert hendi.read(f"{path}/all")["round"]["state"] == "returned"
    assert ChangeNotice.objects.get().status == 3
