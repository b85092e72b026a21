"""Roles at the predecessor's paths, and their trace in the ledger."""

from typing import Any

import pytest

from core.accounts.models import UserRole
from core.ledger.models import Event
from tests.people import Cast

PATH = "/api/userroles"


def test_a_role_is_given_changed_and_taken(cast: Cast) -> None:
    api = cast.api("admin")
    made = api.write(PATH, {"userId": "101", "role": "PIC"}, 201)
    assert made["userId"] == 101
    assert made["role"] == "pic"
    one = f"{PATH}/{made['id']}"
    api.write(one, {"role": "Spv"}, 204, method="PUT")
    assert api.read(one)["role"] == "spv"
    assert api.read(f"{PATH}/byUserId/101") == [api.read(one)]
    assert api.call("DELETE", one).status_code == 204
    api.read(one, 404)
    api.read(f"{PATH}/byUserId/101", 404)
    kinds = Event.objects.filter(record_id=101, record_type="accounts.UserRole")
    assert [event.kind for event in kinds] == [
        "role.granted",
        "role.revoked",
        "role.granted",
        "role.revoked",
    ]
    assert {event.actor for event in kinds} == {cast.admin}


def test_giving_it_twice_is_one_row(cast: Cast) -> None:
    api = cast.api("admin")
    rows = [api.write(PATH, {"userId": 101, "role": "pic"}, 201) for _ in range(2)]
    assert rows[0] == rows[1]
    assert UserRole.objects.filter(user_id=101).count() == 1


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "once"}])
def test_a_role_is_for_somebody_whom_the_directory_knows(
    cast: Cast, key: dict[str, str]
) -> None:
    """An id that nobody has is refused at every door; who stood there before may stay."""
    gone = UserRole.objects.create(user_id=901, role="pic")
    api, count = cast.api("admin"), UserRole.objects.count()
    for body, path, method in (
        ({"userId": 902, "role": "spv"}, PATH, "POST"),
        ({"userId": 902}, f"{PATH}/{gone.pk}", "PUT"),
    ):
        answer = api.call(method, path, body, headers=key)
        assert answer.status_code == 400
        assert "userId" in answer.json()["errors"]
    page = {"user_id": "902", "role": "spv"}
    browser = cast.browser("admin")
    for path in ("add/", f"{gone.pk}/change/"):
        form = browser.post(f"/admin/accounts/userrole/{path}", page)
        assert "user_id" in form.context["adminform"].form.errors
    assert UserRole.objects.count() == count
    api.write(f"{PATH}/{gone.pk}", {"userId": 901, "role": "spv"}, 204, method="PUT")
    same = {"user_id": "901", "role": "manager"}
    browser.post(f"/admin/accounts/userrole/{gone.pk}/change/", same)
    gone.refresh_from_db()
    assert gone.role == "manager"


@pytest.mark.parametrize(
    ("body", "member"),
    [
        ({"role": "pic"}, "userId"),
        ({"userId": 101}, "role"),
        ({"userId": 101, "role": None}, "role"),
        ({"userId": 101, "role": ""}, "role"),
        ({"userId": 101, "role": "boss"}, "role"),
        ({"userId": 101, "role": ["pic"]}, "role"),
        ({"userId": 101, "role": "x" * 30}, "role"),
        ({"userId": 0, "role": "pic"}, "userId"),
        ({"userId": -3, "role": "pic"}, "userId"),
        ({"userId": 2**63, "role": "pic"}, "userId"),
        ({"userId": "abc", "role": "pic"}, "userId"),
    ],
)
def test_nonsense_is_400(cast: Cast, body: dict[str, Any], member: str) -> None:
    refused = cast.api("admin").write(PATH, body, 400)
    assert refused["errors"].keys() == {member}
    assert UserRole.objects.count() == 4


def test_a_role_that_the_person_holds_is_refused_on_change(cast: Cast) -> None:
    api = cast.api("admin")
    made = api.write(PATH, {"userId": 12, "role": "spv"}, 201)
    refused = api.write(f"{PATH}/{made['id']}", {"role": "pic"}, 400, method="PUT")
    assert refused["errors"].keys() == {"role"}


def test_the_id_of_the_path_wins(cast: Cast) -> None:
    api = cast.api("admin")
    first, second = api.read(PATH)[:2]
    body = {"id": second["id"], "role": "manager"}
    api.write(f"{PATH}/{first['id']}", body, 204, method="PUT")
    assert api.read(f"{PATH}/{second['id']}") == second


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("key", [999_999, 2**63, 10**30])
def test_an_unknown_row_is_404(cast: Cast, method: str, key: int) -> None:
    api = cast.api("admin", strict=False)
    body = {"role": "pic"} if method == "PUT" else None
    assert api.call(method, f"{PATH}/{key}", body).status_code == 404


def test_nobody_makes_himself_manager(cast: Cast) -> None:
    for name in ("budi", "agus", "hendi", "rina"):
        api, ext_id = cast.api(name), cast.people[name].ext_id
        api.write(PATH, {"userId": ext_id, "role": "manager"}, 403)
        (row,) = cast.api("admin").read(f"{PATH}/byUserId/7")
        body = {"userId": ext_id, "role": "manager"}
        api.write(f"{PATH}/{row['id']}", body, 403, method="PUT")
        assert api.call("DELETE", f"{PATH}/{row['id']}").status_code == 403
    assert UserRole.objects.count() == 4
