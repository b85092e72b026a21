"""What makes no sense, through HTTP: 400 with its field at the API and in the form, and nothing half saved."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from bom.models import BomApproval, BomApprovalPic
from bom.tests.conftest import put_up
from core.approvals.models import Assignment, Round, Substitution
from core.approvals.services import substitute
from core.ledger.models import Event
from engineering.models import ChangeNotice
from engineering.tests.conftest import a_change
from notifications.models import Notification
from tests.people import Cast, make_person

pytestmark = pytest.mark.django_db
NOBODY = 999_999
TABLES: tuple[type[Model], ...] = (
    Assignment,
    BomApproval,
    BomApprovalPic,
    ChangeNotice,
    Event,
    Notification,
    Round,
    Substitution,
)


def kept() -> dict[str, list[Any]]:
    """Every row that a refusal must leave as it is."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in TABLES
    }


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


def days(**more: Any) -> dict[str, Any]:
    """A substitution that would be taken, but for what is said."""
    given = {"substituteExtUserId": 7, "from": day(1), "until": day(3)}
    return {name: value for name, value in (given | more).items() if value is not None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (days(substituteExtUserId=NOBODY), "substituteExtUserId"),
        (days(substituteExtUserId=3), "substituteExtUserId"),
        (days(substituteExtUserId=70), "substituteExtUserId"),
        (days(substituteExtUserId=None), "substituteExtUserId"),
        (days(**{"from": day(-9), "until": day(-8)}), "until"),
        (days(**{"from": day(3), "until": day(1)}), "until"),
        (days(until=day(900)), "until"),
        (days(**{"from": None}), "from"),
        (days(kinds=["XYZ"]), "kinds"),
        (days(extUserId=NOBODY), "extUserId"),
    ],
)
def test_a_substitution_that_makes_no_sense(
    cast: Cast, body: dict[str, Any], field: str
) -> None:
    make_person(70, "Left", is_active=False)
    api, before = cast.api("admin" if "extUserId" in body else "rina"), kept()
    answer = api.write("/api/substitutions", body, 400)
    assert list(answer["errors"]) == [field]
    assert kept() == before
    api.write("/api/substitutions", days(), 201)


def test_substitutes_in_a_circle_and_two_at_once(cast: Cast) -> None:
    today = timezone.localdate()
    for person, other, first in ((cast.hendi, cast.rina, 0), (cast.rina, cast.agus, 5)):
        substitute(
            person=person,
            by=person,
            stand_in=other,
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=first + 3),
        )
    api, before = cast.api("rina"), kept()
    circle = api.write("/api/substitutions", days(), 400)
    assert list(circle["errors"]) == ["substituteExtUserId"]
    twice = api.write(
        "/api/substitutions", days(**{"from": day(6), "until": day(7)}), 400
    )
    assert list(twice["errors"]) == ["from"]
    assert kept() == before


ASKED = {"toExtUserId": 7, "reason": "dinas"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (ASKED | {"toExtUserId": NOBODY}, "toExtUserId"),
        (ASKED | {"toExtUserId": 70}, "toExtUserId"),
        (ASKED | {"toExtUserId": 12}, "toExtUserId"),  # who raised it
        (ASKED | {"toExtUserId": 3}, "toExtUserId"),  # who is asked already
        ({"reason": "dinas"}, "toExtUserId"),
        ({"toExtUserId": 7}, "reason"),
        (ASKED | {"fromExtUserId": NOBODY}, "fromExtUserId"),
    ],
)
def test_a_forwarding_that_makes_no_sense(
    cast: Cast, body: dict[str, Any], field: str
) -> None:
    make_person(70, "Left", is_active=False)
    change = a_change(cast.agus)
    path, before = f"/engineeringDetailProblems/{change.pk}/forward", kept()
    answer = cast.api("rina").write(path, body, 400)
    assert list(answer["errors"]) == [field]
    form = {"to": str(body.get("toExtUserId", "")), "reason": body.get("reason", "")}
    if field != "fromExtUserId":
        page = cast.browser("rina").post(
            f"/approvals/change/{change.pk}/forward/", form, follow=True
        )
        (said,) = page.context["messages"]
        assert str(said) == answer["message"]
    assert kept() == before


@pytest.mark.parametrize("person", [NOBODY, 70])
def test_a_bom_for_somebody_unknown(cast: Cast, person: int) -> None:
    make_person(70, "Left", is_active=False)
    before = kept()
    body = {"extBomLeveledId": 700, "pics": [{"extUserId": person}]}
    answer = cast.api("hendi").write("/bomapprovals", body, 400)
    assert list(answer["errors"]) == ["pics"]
    assert kept() == before
    put_up(700, cast.agus, cast.rina)
    before = kept()
    answer = cast.api("hendi").write("/bomapprovals", body, 400)
    assert list(answer["errors"]) == ["pics"]
    form = {"people": str(person)}
    page = cast.browser("hendi").post("/bom/700/invite/", form, follow=True)
    (said,) = page.context["messages"]
    assert said.level_tag == "error"
    assert kept() == before


def test_a_change_for_somebody_unknown(cast: Cast) -> None:
    before = kept()
    body = {"engineering": "x", "detailProblem": "y", "extUserId": NOBODY}
    answer = cast.api("agus").write("/engineeringDetailProblems", body, 400)
    assert list(answer["errors"]) == ["extUserId"]
    assert kept() == before
