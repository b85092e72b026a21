"""Bodies of the predecessor's clients, and decisions by post (docs/contract.md#decisions-by-post)."""

from typing import Any

import pytest

from core.approvals.models import Decision
from core.ledger.models import Event
from engineering.models import ChangeNotice
from tests.factories import a_change, an_approved_change
from tests.people import Cast, forget_upstreams

PATH = "/engineeringDetailProblems"


def test_it_takes_what_the_old_page_sends(cast: Cast) -> None:
    body = {
        "tgl": "2026-01-07T00:00:00Z",
        "typeEcnCcn": "1",
        "extJobId": "51",
        "extPanelCodeId": "2001",
        "items": [{"extItemId": 1001, "qty": 2, "pn": "x", "cost": 4, "uom": "EA"}],
        "customerId": 5,
        "username": "agus",
        "pn": "stray",
        "approvals": None,
        "deletedAt": "",
        "marginAfter": "",
    }
    made = cast.api("agus").write(PATH, body)
    assert made["tgl"] == "2026-01-07T00:00:00Z"
    assert made["typeEcnCcn"] == 1
    assert made["extJobId"] == 51
    assert made["no"].startswith("CCN-")
    assert made["projectName"].startswith("Nusa Lentera")
    assert "marginAfter" not in made


def test_names_match_in_any_letter_case(cast: Cast) -> None:
    body = {"TypeEcnCcn": 3, "ENGINEERING": "lain", "Items": [{"EXTITEMID": 1001}]}
    made = cast.api("agus").write(PATH, body)
    assert made["typeEcnCcn"] == 3
    assert made["engineering"] == "lain"
    assert made["items"][0]["extItemId"] == 1001


@pytest.mark.parametrize("tgl", ["", None, "  "])
def test_an_empty_date_is_today(cast: Cast, tgl: object) -> None:
    made = cast.api("agus").write(PATH, {"tgl": tgl, "engineering": "x"})
    assert made["tgl"].endswith("T00:00:00Z")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-07", "2026-01-07T00:00:00Z"),
        ("2026-01-07T00:00:00Z", "2026-01-07T00:00:00Z"),
        ("2026-01-07T06:30:00+07:00", "2026-01-06T00:00:00Z"),
        ("2026-01-07T00:00:00.1234560Z", "2026-01-07T00:00:00Z"),
    ],
)
def test_a_date_is_read_as_it_was_before(cast: Cast, sent: str, kept: str) -> None:
    body = {"engineering": "x", "tgl": sent}
    assert cast.api("agus").write(PATH, body)["tgl"] == kept


@pytest.mark.parametrize(
    "sent", ["0026-11-28", "0001-01-01", "1999-12-31", "2101-01-01"]
)
def test_a_year_that_nobody_means_is_400(cast: Cast, sent: str) -> None:
    body = {"engineering": "x", "tgl": sent}
    assert cast.api("agus").write(PATH, body, 400)["errors"].keys() == {"tgl"}


def test_a_remark_without_a_decision_is_refused(cast: Cast) -> None:
    change = a_change(cast.agus)
    api, body = cast.api("rina"), {"id": change.pk, "approvalRemark": "catatan"}
    assert api.write(PATH, body, 400)["errors"].keys() == {"approvalRemark"}
    api.write(PATH, body | {"status": 1})
    assert api.write(PATH, body)["approvalRemark"] == "catatan"
    other = body | {"approvalRemark": "lain"}
    assert api.write(PATH, other, 409)["code"] == "already_decided"


def test_who_left_the_directory_is_judged_only_when_named_anew(cast: Cast) -> None:
    """An old record can be edited and decided although nobody knows its requester any more."""
    change = a_change(cast.agus)
    ChangeNotice.objects.filter(pk=change.pk).update(
        ext_user_id=901, requester=None, requester_name=""
    )
    mine = {"id": change.pk, "status": 1, "approvals": [entry(3)]}
    assert cast.api("rina").write(PATH, mine)["status"] == 1
    other = a_change(cast.agus)
    named = {"id": other.pk, "extUserId": 902}
    assert cast.api("agus").write(PATH, named, 400)["errors"].keys() == {"extUserId"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"items": [{"extItemId": 99999999, "qty": 1}]}, "items.extItemId"),
        ({"extJobId": 999999}, "extJobId"),
        ({"extUserId": 999999}, "extUserId"),
    ],
)
def test_an_id_that_its_owner_does_not_know_is_400(
    cast: Cast, body: dict[str, Any], field: str
) -> None:
    refused = cast.api("agus").write(PATH, {"engineering": "x"} | body, 400)
    assert refused["errors"].keys() == {field}


def test_an_id_is_taken_while_its_owner_is_away(cast: Cast) -> None:
    api = cast.api("agus")
    forget_upstreams()
    for server in cast.sandbox.servers.values():
        server.faults.set("/", "reset")
    body = {"engineering": "x", "extJobId": 51, "items": [{"extItemId": 99999999}]}
    assert api.write(PATH, body)["extJobId"] == 51


# --- Decisions ---------------------------------------------------------------------


def entry(ext_id: int, status: int = 1, **more: Any) -> dict[str, Any]:
    """What the old page adds to ``approvals``."""
    return {"extUserId": ext_id, "status": status, "approvalDate": "2001-01-01", **more}


def test_an_own_entry_is_my_decision(cast: Cast) -> None:
    change = a_change(cast.agus)
    row = cast.api("rina").read(f"{PATH}/{change.pk}")
    row["approvals"] = [*row["approvals"], entry(3)]
    after = cast.api("rina").write(PATH, row)
    assert after["status"] == 1
    assert after["approvals"][0]["extUserId"] == 3
    assert after["approvals"][0]["approvalDate"] > "2026"
    assert Event.objects.get(kind="change.approved").actor == cast.rina


def test_a_changed_status_is_my_decision(cast: Cast) -> None:
    change = a_change(cast.agus)
    row = cast.api("rina").read(f"{PATH}/{change.pk}")
    row |= {"status": 2, "approvalRemark": "terlalu mahal", "approvalExtUserId": 28}
    after = cast.api("rina").write(PATH, row)
    assert after["status"] == 2
    assert after["approvalExtUserId"] == 3
    assert after["approvals"][0]["remark"] == "terlalu mahal"


def test_both_at_once_are_one_decision(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "status": 1, "approvals": [entry(3)]}
    cast.api("rina").write(PATH, body)
    assert Decision.objects.count() == 1


def test_a_reject_needs_a_remark(cast: Cast) -> None:
    change = a_change(cast.agus)
    refused = cast.api("rina").write(PATH, {"id": change.pk, "status": 2}, 400)
    assert refused["errors"].keys() == {"remark"}


@pytest.mark.parametrize("name", ["rina", "agus", "admin"])
def test_an_entry_in_anothers_name_is_refused_whole(cast: Cast, name: str) -> None:
    change = a_change(cast.budi)
    body = {
        "id": change.pk,
        "engineering": change.engineering,
        "approvals": [entry(28)],
    }
    refused = cast.api(name).write(PATH, body, 403)
    assert refused["code"] == "forbidden"
    assert not Decision.objects.exists()
    assert ChangeNotice.objects.get().revision == 1


def test_nobody_rewrites_anothers_standing_decision(cast: Cast) -> None:
    change = an_approved_change(cast.agus, cast.ratna)
    row = cast.api("rina").read(f"{PATH}/{change.pk}")
    row["approvals"][0]["status"] = 2
    cast.api("rina").write(PATH, row, 403)
    assert Decision.objects.get().status == 1


def test_the_requester_does_not_decide(cast: Cast) -> None:
    change = a_change(cast.rina)
    cast.api("rina").write(PATH, {"id": change.pk, "status": 1}, 403)
    cast.api("ratna").write(PATH, {"id": change.pk, "status": 1})


def test_content_and_decision_together_are_refused(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "engineering": "lain", "status": 1}
    refused = cast.api("rina").write(PATH, body, 409)
    assert refused["code"] == "stale_revision"
    assert refused["currentRevision"] == 1
    assert ChangeNotice.objects.get().engineering == change.engineering
    assert not Decision.objects.exists()


def test_an_edit_voids_what_was_decided_and_it_must_be_decided_again(
    cast: Cast,
) -> None:
    change = a_change(cast.agus)
    old = {"status": 1, "revision": 1, "digest": change.digest}
    cast.api("hendi").write(PATH, {"id": change.pk, "engineering": "lain"})
    path = f"{PATH}/{change.pk}/decision"
    refused = cast.api("rina").write(path, old, 409)
    assert refused["code"] == "stale_revision"
    assert refused["currentRevision"] == 2
    new = {"status": 1, "revision": 2, "digest": refused["currentDigest"]}
    assert cast.api("rina").write(path, new)["status"] == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"status": 0}, 400, "invalid"),
        ({"status": 3}, 400, "invalid"),
        ({"status": 2}, 400, "invalid"),
        ({"status": 2, "remark": "   "}, 400, "invalid"),
        ({"status": 1, "revision": 9}, 409, "stale_revision"),
        ({"status": 1, "digest": "0" * 64}, 409, "stale_revision"),
        ({"status": 1, "digest": None}, 200, None),
    ],
)
def test_a_decision_is_checked(
    cast: Cast, body: dict[str, Any], status: int, code: str | None
) -> None:
    change = a_change(cast.agus)
    path = f"{PATH}/{change.pk}/decision"
    assert cast.api("rina").write(path, body, status).get("code") == code


def test_a_second_decision_is_one_effect_and_another_is_refused(cast: Cast) -> None:
    change = a_change(cast.agus)
    path = f"{PATH}/{change.pk}/decision"
    first = cast.api("rina").write(path, {"status": 1})
    assert cast.api("rina").write(path, {"status": 1}) == first
    changed = {"status": 2, "remark": "tidak jadi"}
    assert cast.api("rina").write(path, changed, 409)["code"] == "already_decided"
    assert (
        cast.api("ratna").write(path, {"status": 1}, 409)["code"]
        == "illegal_transition"
    )


def test_actor_and_time_of_a_decision_are_the_servers(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"status": 1, "extUserId": 28, "approvalDate": "2001-01-01", "approver": 28}
    after = cast.api("rina").write(f"{PATH}/{change.pk}/decision", body)
    (decision,) = after["approvals"]
    assert decision["extUserId"] == 3
    assert decision["approvalDate"] > "2026"


def test_a_decided_status_cannot_be_set_back(cast: Cast) -> None:
    change = an_approved_change(cast.agus, cast.rina)
    body = {"id": change.pk, "status": 0}
    assert cast.api("rina").write(PATH, body, 409)["code"] == "illegal_transition"
