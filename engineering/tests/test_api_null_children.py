"""Lists of children with something else than children in them."""

from typing import Any

import pytest

from tests.people import Cast

pytestmark = pytest.mark.django_db
WRONG: list[object] = [None, 1, "x", [], True]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("member", ["items", "approvals"])
def test_a_child_that_is_none_is_400(cast: Cast, member: str, wrong: object) -> None:
    cast.api("agus").write("/engineeringDetailProblems", {member: [wrong]}, 400)


@pytest.mark.parametrize("member", ["items", "approvals"])
def test_no_list_at_all_is_fine(cast: Cast, member: str) -> None:
    body = {"engineering": "x", member: None}
    cast.api("agus").write("/engineeringDetailProblems", body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"engineering": "  ", "detailProblem": None},
        {"typeEcnCcn": 0, "tgl": "2026-01-07"},
        {"items": [{"extItemId": 1001, "deletedAt": "2026-01-07"}]},
    ],
)
def test_nothing_said_is_no_change(cast: Cast, body: dict[str, Any]) -> None:
    refused = cast.api("agus").write("/engineeringDetailProblems", body, 400)
    assert refused["errors"].keys() == {"engineering", "detailProblem"}


def test_a_status_against_the_own_entry_is_400(cast: Cast) -> None:
    made = cast.api("agus").write("/engineeringDetailProblems", {"engineering": "x"})
    own = {"extUserId": 3, "status": 2}
    body = {"id": made["id"], "status": 1, "approvals": [own], "approvalRemark": "x"}
    cast.api("rina").write("/engineeringDetailProblems", body, 400)


@pytest.mark.parametrize(
    "qty", ["1_0", "1<" + " " * 70 + "junk", "\uff11\uff12", "1e9999", "--1"]
)
def test_a_number_that_is_none_is_400(cast: Cast, qty: str) -> None:
    body = {"items": [{"extItemId": 1001, "qty": qty}]}
    cast.api("agus").write("/engineeringDetailProblems", body, 400)
