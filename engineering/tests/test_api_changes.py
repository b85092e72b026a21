"""POST /engineeringDetailProblems: create, edit, lines, what the server owns."""

from typing import Any

import pytest
from django.utils import timezone

from core.ledger.models import Event
from engineering.models import ChangeItem, ChangeNotice
from tests.factories import a_change, a_withdrawn_change, an_approved_change
from tests.people import Cast

PATH = "/engineeringDetailProblems"
NEW = {"typeEcnCcn": 0, "engineering": "Ganti MCCB", "detailProblem": "Beban naik"}


@pytest.mark.parametrize("key", [{}, {"id": None}, {"id": 0}, {"id": "0"}, {"id": ""}])
def test_it_creates_without_an_id(cast: Cast, key: dict[str, Any]) -> None:
    made = cast.api("agus").write(PATH, NEW | key)
    assert made["id"] > 0
    assert ChangeNotice.objects.get().pk == made["id"]


@pytest.mark.parametrize("unknown", [999_999, -1, 2**63 - 1, "999999"])
def test_it_answers_404_to_an_unknown_id(cast: Cast, unknown: object) -> None:
    refused = cast.api("agus").write(PATH, NEW | {"id": unknown}, 404)
    assert refused["code"] == "not_found"
    assert not ChangeNotice.objects.exists()


def test_it_does_not_find_a_withdrawn_change(cast: Cast) -> None:
    gone = a_withdrawn_change(cast.agus)
    cast.api("agus").write(PATH, {"id": gone.pk, "engineering": "x"}, 404)


def test_it_changes_only_what_was_sent(cast: Cast) -> None:
    change = a_change(cast.agus, justification="perlu", has_po=True)
    before = cast.api("agus").read(f"{PATH}/{change.pk}")
    assert before.pop("priceDeviations")  # no member of the entity: PPIC's prices move
    after = cast.api("agus").write(PATH, {"id": change.pk, "engineering": "lain"})
    moved = {name for name in before if before[name] != after[name]}
    assert moved - {"items"} == {"engineering", "revision", "digest", "updatedAt"}
    assert after["revision"] == 2
    assert [_content(line) for line in after["items"]] == [
        _content(line) for line in before["items"]
    ]


def _content(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "updatedAt"}


def test_a_null_empties_a_member(cast: Cast) -> None:
    change = a_change(cast.agus, has_po=True, margin_before=22)
    body = {"id": change.pk, "hasPo": None, "marginBefore": "", "engineering": None}
    after = cast.api("agus").write(PATH, body)
    assert "hasPo" not in after
    assert "marginBefore" not in after
    assert after["engineering"] == ""


def test_the_same_content_is_no_new_revision(cast: Cast) -> None:
    change = a_change(cast.agus)
    same = {"id": change.pk, "engineering": change.engineering}
    after = cast.api("agus").write(PATH, same)
    assert after["revision"] == 1
    assert Event.objects.filter(kind="change.edited").count() == 0


@pytest.mark.parametrize("enriched", [True, False])
def test_a_row_of_the_list_can_be_posted_back_without_loss(
    cast: Cast,
    enriched: bool,
) -> None:
    change = an_approved_change(cast.agus, cast.rina, margin_before=1.5)
    a_change(cast.agus, po_number="PO-X", type=1, ext_job_id=51)
    api, events = cast.api("agus"), Event.objects.count()
    before = api.read(PATH)
    for row in before:
        sent = row if enriched else api.read(f"{PATH}/{row['id']}")
        api.write(PATH, sent)
    assert api.read(PATH) == before
    assert ChangeItem.objects.count() == 4
    assert Event.objects.count() == events
    assert ChangeNotice.objects.get(pk=change.pk).revision == 1


def test_the_list_carries_every_member_of_the_entity(cast: Cast) -> None:
    change = a_change(
        cast.agus,
        direction=1,
        margin_before=1,
        margin_after=2,
        ext_panel_code_id=2001,
        ext_job_id=51,
        has_po=False,
    )
    entity = cast.api("agus").read(f"{PATH}/{change.pk}")
    assert entity.pop("priceDeviations")
    (row,) = cast.api("agus").read(PATH)
    assert entity.keys() <= row.keys()
    assert entity["items"][0].keys() <= row["items"][0].keys()
    wanted = {"poNumber", "extPurchaseOrderId", "extUserId", "type", "updatedAt"}
    assert wanted | {"marginBefore", "marginAfter", "extPanelCodeId"} <= row.keys()


# --- Lines -----------------------------------------------------------------------


def test_a_line_with_its_id_is_changed_and_the_others_stay(cast: Cast) -> None:
    change = a_change(cast.agus)
    first, second = change.items.all()
    body = {"id": change.pk, "items": [{"id": first.pk, "qty": 7}]}
    after = cast.api("agus").write(PATH, body)
    assert [(each["id"], each["qty"]) for each in after["items"]] == [
        (first.pk, 7),
        (second.pk, 1.5),
    ]


def test_a_line_without_an_id_is_added(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "items": [{"id": 0, "extItemId": "1003", "qty": "1"}]}
    after = cast.api("agus").write(PATH, body)
    assert [each["extItemId"] for each in after["items"]] == [1001, 1002, 1003]
    assert after["items"][2]["partNumber"] == "LV848160"


def test_a_line_with_deleted_at_is_removed_softly(cast: Cast) -> None:
    change = a_change(cast.agus)
    first, second = change.items.all()
    line = {"id": first.pk, "deletedAt": "2020-01-01T00:00:00Z"}
    after = cast.api("agus").write(PATH, {"id": change.pk, "items": [line]})
    assert [each["id"] for each in after["items"]] == [second.pk]
    first.refresh_from_db()
    assert first.deleted_at is not None
    assert (timezone.now() - first.deleted_at).total_seconds() < 60


@pytest.mark.parametrize("items", [None, []])
def test_absent_lines_stay(cast: Cast, items: object) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "items": items, "engineering": "lain"}
    after = cast.api("agus").write(PATH, body)
    assert len(after["items"]) == 2


def test_a_foreign_line_is_refused_whole(cast: Cast) -> None:
    mine, other = a_change(cast.agus), a_change(cast.agus)
    line = other.items.all()[0]
    body = {
        "id": mine.pk,
        "engineering": "lain",
        "items": [{"id": line.pk, "qty": 99}],
    }
    refused = cast.api("agus").write(PATH, body, 400)
    assert refused["errors"].keys() == {"items.id"}
    line.refresh_from_db()
    assert line.qty == 2
    assert ChangeNotice.objects.get(pk=mine.pk).engineering == mine.engineering


def test_a_line_cannot_be_taken_along_into_a_new_change(cast: Cast) -> None:
    other = a_change(cast.agus)
    line = other.items.all()[0]
    made = cast.api("agus").write(PATH, NEW | {"items": [{"id": line.pk, "qty": 1}]})
    line.refresh_from_db()
    assert line.change_id == other.pk
    assert made["items"][0]["id"] != line.pk


def test_errors_name_the_member_and_its_place(cast: Cast) -> None:
    body = NEW | {"items": [{"qty": 1}, {"qty": "many"}], "tgl": "soon"}
    refused = cast.api("agus").write(PATH, body, 400)
    assert refused["errors"].keys() == {"items[1].qty", "tgl"}
    assert refused.keys() == {"message", "code", "errors", "requestId"}
    assert refused["requestId"]


# --- What the server owns --------------------------------------------------------


def test_it_ignores_times_actors_and_sums_from_outside(cast: Cast) -> None:
    old = "2001-01-01T00:00:00Z"
    stolen = {
        "createdAt": old,
        "updatedAt": old,
        "approvalDate": old,
        "approvalExtUserId": 3,
        "revision": 77,
        "digest": "f" * 64,
        "net": 1,
        "increase": 1,
        "createdBy": 3,
    }
    made = cast.api("agus").write(PATH, NEW | stolen | {"status": 0})
    assert made["createdAt"] > "2026"
    assert made["updatedAt"] > "2026"
    assert made["revision"] == 1
    assert made["digest"] != "f" * 64
    assert made["net"] == 0
    assert "approvalDate" not in made
    assert "approvalExtUserId" not in made
    assert ChangeNotice.objects.get().created_by == cast.agus


def test_created_at_survives_an_edit(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "createdAt": None, "engineering": "lain"}
    cast.api("agus").write(PATH, body)
    assert ChangeNotice.objects.get().created_at == change.created_at


def test_deleted_at_withdraws_with_the_servers_time(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "deletedAt": "2001-01-01T00:00:00Z"}
    cast.api("agus").write(PATH, body)
    change.refresh_from_db()
    assert change.deleted_at is not None
    assert change.deleted_at.year >= 2026
    assert cast.api("agus").read(PATH) == []
    cast.api("agus").read(f"{PATH}/{change.pk}", 404)


def test_a_stranger_may_not_edit(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "engineering": "lain"}
    refused = cast.api("budi").write(PATH, body, 403)
    assert refused["code"] == "forbidden"


def test_a_decided_change_stands(cast: Cast) -> None:
    change = an_approved_change(cast.agus, cast.rina)
    body = {"id": change.pk, "engineering": "lain"}
    refused = cast.api("agus").write(PATH, body, 409)
    assert refused["code"] == "illegal_transition"


def test_a_number_that_is_taken_is_refused(cast: Cast) -> None:
    change = a_change(cast.agus)
    refused = cast.api("agus").write(PATH, NEW | {"no": change.number}, 400)
    assert refused["errors"].keys() == {"no"}


def test_numbers_are_distinct_and_in_order(cast: Cast) -> None:
    numbers = [cast.api("agus").write(PATH, NEW)["no"] for _ in range(3)]
    year = timezone.localdate().year
    assert numbers == [f"ECN-{year}-{each:04d}" for each in (1, 2, 3)]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("typeEcnCcn", 9),
        ("type", 5),
        ("priority", 0),
        ("tgl", "31-12-2026"),
        ("tgl", 20260101),
        ("extJobId", 1.5),
        ("extJobId", "abc"),
        ("extJobId", True),
        ("extJobId", 2**63),
        ("hasPo", "perhaps"),
        ("hasPo", []),
        ("marginBefore", "1e9999999"),
        ("marginBefore", "NaN"),
        ("engineering", {"a": 1}),
        ("poNumber", "x" * 101),
        ("items", "none"),
        ("items", [1]),
        ("items", [{"qty": -1}]),
        ("items", [{"qty": 1, "typeIncreaseDecrease": 7}]),
        ("approvals", {"status": 1}),
    ],
)
def test_nonsense_is_400_with_the_name_of_the_member(
    cast: Cast, member: str, value: object
) -> None:
    refused = cast.api("agus").write(PATH, NEW | {member: value}, 400)
    assert all(name.startswith(member) for name in refused["errors"]), refused
    assert refused["errors"]
    assert not ChangeNotice.objects.exists()


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"3", b'"x"', b"{"])
def test_a_body_that_is_no_object_is_400(cast: Cast, body: bytes) -> None:
    answer = cast.api("agus").call("POST", PATH, body)
    assert answer.status_code == 400
    assert not ChangeNotice.objects.exists()


def test_another_content_type_is_415(cast: Cast) -> None:
    api = cast.api("agus")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        assert api.call("POST", PATH, b"a=1", content_type=kind).status_code == 415


def test_json_by_another_name_is_read(cast: Cast) -> None:
    kind = "application/vnd.ems+json; charset=utf-8"
    answer = cast.api("agus").call("POST", PATH, NEW, content_type=kind)
    assert answer.status_code == 200
