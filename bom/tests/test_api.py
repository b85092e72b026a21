"""The given paths: open, read, decide, and the predecessor's one POST."""

from typing import Any

import pytest
from django.db import connection
from django.utils.translation import override

from bom.models import BomApproval
from bom.queries.approval import waiting_for
from bom.serializers import HookSerializer
from bom.tests.conftest import with_qty
from core.http.api import flatten
from core.ledger.models import Delivery
from core.ledger.queries import events_about
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db
LIST = "/bomapprovals"


@pytest.fixture
def opened(cast: Cast) -> dict[str, Any]:
    """700, opened by Hendi for Agus and Rina, as the API shows it."""
    pics = [{"extUserId": 12}, {"extUserId": 3}]
    body = {"extBomLeveledId": "700", "pics": pics}
    cast.api("hendi").write(LIST, body)
    return dict(cast.api("budi").read(f"{LIST}/700"))


def shown(row: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A decision on what was read."""
    return {"status": 1, "revision": row["revision"], "digest": row["digest"]} | more


def test_it_opens_reads_decides_and_owes(cast: Cast, opened: dict[str, Any]) -> None:
    assert {pic["extUserId"] for pic in opened["pics"]} == {3, 12}
    assert opened["content"]["children"]
    assert opened["totals"]
    one = cast.api("agus").write(f"{LIST}/700/decision", shown(opened, remark="ok"))
    assert one["status"] == 0
    two = cast.api("rina").write(f"{LIST}/700/decision", shown(opened))
    assert two["status"] == Delivery.objects.count() == 1
    rows = cast.api("budi").read(LIST)
    assert rows == cast.api("budi").read(f"{LIST}?limit=10")


def test_a_bom_that_ppic_does_not_know_is_null_and_only_bosses_open(cast: Cast) -> None:
    assert cast.api("budi").read(f"{LIST}/424242") is None
    cast.api("hendi").write(LIST, {"extBomLeveledId": 424242}, 404)
    for name in ("budi", "agus", "admin"):
        cast.api(name).write(LIST, {"extBomLeveledId": 700}, 403)
    cast.api("hendi").write(LIST, {}, 400)
    cast.api("hendi").write(LIST, {"id": 999}, 404)
    assert not BomApproval.objects.exists()


@pytest.mark.parametrize(
    ("name", "more", "status"),
    [
        ("budi", {}, 403),
        ("agus", {"revision": 2}, 409),
        ("agus", {"digest": "f" * 64}, 409),
        ("agus", {"revision": None}, 400),
        ("agus", {"status": 2}, 400),
        ("agus", {"status": None}, 400),
        ("agus", {"status": 7}, 400),
    ],
)
def test_it_refuses(
    cast: Cast, opened: dict[str, Any], name: str, more: dict[str, Any], status: int
) -> None:
    found = cast.api(name).write(f"{LIST}/700/decision", shown(opened, **more), status)
    if status == 409:
        assert found["currentRevision"] == 1


def legacy(row: dict[str, Any], *pics: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A row posted back in the predecessor's form."""
    return {"id": row["id"], **{k: row[k] for k in ("revision", "digest")}} | {
        "pics": list(pics),
        **more,
    }


def test_a_bom_that_nobody_has_put_up_is_shown_and_signed_in_one(cast: Cast) -> None:
    """The old page reads first, and posts back what it read with the caller's own row."""
    hendi = cast.api("hendi")
    row = hendi.read(f"{LIST}/700")
    assert "id" not in row
    assert (row["status"], row["revision"], row["pics"]) == (0, 1, [])
    assert row["content"]["children"]
    assert not BomApproval.objects.exists()
    mine = {"extUserId": 7, "status": 1, "approvalDate": "2026-11-28T22:42:31.380Z"}
    other = {"extUserId": 12}
    saved = hendi.write(LIST, row | {"extBomLeveledId": "700", "pics": [mine, other]})
    assert saved["digest"] == row["digest"]
    assert [pic["status"] for pic in saved["pics"] if pic["extUserId"] == 7] == [1]
    stale = row | {"digest": "f" * 64, "extBomLeveledId": 702, "pics": [mine, other]}
    assert hendi.write(LIST, stale, 409)["code"] == "stale_revision"
    assert BomApproval.objects.count() == 1


def test_an_unopened_bom_is_503_while_ppic_is_away(cast: Cast) -> None:
    cast.sandbox.ppic.faults.set("/", "reset")
    assert cast.api("hendi").read(f"{LIST}/700", 503)["code"] == "unavailable"


def test_a_remark_alone_is_refused_and_not_dropped(
    cast: Cast, opened: dict[str, Any]
) -> None:
    agus, mine = cast.api("agus"), {"extUserId": 12, "remark": "catatan"}
    assert "pics" in agus.write(LIST, legacy(opened, mine), 400)["errors"]
    agus.write(f"{LIST}/700/decision", shown(opened, remark="ok"))
    assert agus.write(LIST, legacy(opened, mine), 409)["code"] == "already_decided"
    agus.write(LIST, legacy(opened, mine | {"remark": "ok"}))


def test_the_words_of_the_framework_are_translated() -> None:
    hook, nothing = (
        HookSerializer(data={"picIds": list(range(1, 52))}),
        HookSerializer(data=None),
    )
    with override("id"):
        assert not hook.is_valid()
        assert not nothing.is_valid()
        assert "paling banyak 50 isian" in str(hook.errors["picIds"])
        assert flatten(nothing.errors) == {"body": ["Tidak ada isi yang dikirim."]}


@pytest.mark.parametrize(
    ("kind", "status"), [("status", 503), ("truncated", 502), ("html", 502)]
)
def test_a_ppic_that_is_away_is_503_and_one_that_talks_nonsense_502(
    cast: Cast, kind: str, status: int
) -> None:
    away = 503 if kind == "status" else None
    cast.sandbox.ppic.faults.set("/bomleveleds-proto-detailed", kind, away)
    told = cast.api("hendi").write(LIST, {"extBomLeveledId": 700}, status)
    assert "PPIC" in told["message"]
    assert not BomApproval.objects.exists()


def test_the_legacy_post_executes_the_own_row_only(
    cast: Cast, opened: dict[str, Any]
) -> None:
    mine, other = {"extUserId": 12, "status": 1}, {"extUserId": 3, "status": 1}
    agus = cast.api("agus")
    agus.write(LIST, legacy(opened, mine, other), 403)
    assert waiting_for(BomApproval.objects.get()) == {3, 12}
    agus.write(LIST, legacy(opened, mine, status=1), 409)
    agus.write(LIST, {"id": opened["id"], "pics": [mine]}, 400)
    agus.write(LIST, legacy(opened, mine, extBomLeveledId=701), 400)
    found = agus.write(LIST, legacy(opened, mine, {"extUserId": 3, "status": 0}))
    assert waiting_for(BomApproval.objects.get()) == {3}
    agus.write(LIST, found)  # posted back as it came: nothing happens
    agus.write(LIST, legacy(opened, {"extUserId": 28}), 403)
    agus.write(LIST, legacy(opened, {}), 400)
    cast.api("budi").write(LIST, {"extBomLeveledId": 700}, 403)


def test_the_legacy_post_invites_removes_and_finds_a_new_content(
    cast: Cast, opened: dict[str, Any]
) -> None:
    hendi = cast.api("hendi")
    gone = {"extUserId": 3, "deletedAt": "2026-01-01T00:00:00Z"}
    # The old button gives no reason; the history says so.
    hendi.write(LIST, legacy(opened, gone, {"extUserId": 28}))
    removed = events_about(BomApproval.objects.get()).get(kind="bom.pic_removed")
    assert removed.note == "(tanpa alasan, lewat klien lama)"
    assert waiting_for(BomApproval.objects.get()) == {12, 28}
    cast.sandbox.ppic.change_bom("700", {"children": with_qty(9)["children"]})
    assert hendi.write(LIST, {"extBomLeveledId": 700})["revision"] == 2
    mine = {"extUserId": 7, "status": 1}
    row = cast.api("hendi").read(f"{LIST}/700")
    hendi.write(LIST, legacy(row, mine))  # hendi invites hendi and signs
    assert waiting_for(BomApproval.objects.get()) == {12, 28}


def test_a_row_without_a_status_changes_none(
    cast: Cast, opened: dict[str, Any]
) -> None:
    agus, hendi = cast.api("agus"), cast.api("hendi")
    agus.write(f"{LIST}/700/decision", shown(opened))
    mine, more = {"extUserId": 12}, {"extUserId": 8, "status": None}
    hendi.write(LIST, legacy(opened, mine, {"extUserId": 3}, more))
    agus.write(LIST, legacy(opened, mine))
    assert waiting_for(BomApproval.objects.get()) == {3, 8}
    hendi.write(LIST, legacy(opened, mine | {"status": 0}), 403)
    agus.write(LIST, legacy(opened, mine | {"status": 0}), 400)
    gone = {"deletedAt": "2026-01-07", "remark": "cuti"}
    row = hendi.write(LIST, legacy(opened, mine | gone))
    assert [pic["extUserId"] for pic in row["pics"]] == [3, 8]


def test_a_write_that_lost_the_race_is_412(cast: Cast) -> None:
    pics = [{"extUserId": 12}, {"extUserId": 3}]
    body = {"extBomLeveledId": 700, "pics": pics}
    cast.api("hendi").write(LIST, body, 404, headers={"If-Match": '"x"'})
    first = cast.api("hendi").call("POST", LIST, body)["ETag"]
    shown_to = cast.api("rina").call("GET", f"{LIST}/700")
    assert shown_to["ETag"] == first
    given, own = shown(cast.api("rina").read(f"{LIST}/700")), {"If-Match": first}
    done = cast.api("agus").call("POST", f"{LIST}/700/decision", given, own)
    assert done.status_code == 200
    assert done["ETag"] == cast.api("rina").call("GET", f"{LIST}/700")["ETag"] != first
    lost = cast.api("rina").write(f"{LIST}/700/decision", given, 412, headers=own)
    assert (lost["code"], lost["currentRevision"]) == ("precondition_failed", 1)
    cast.api("hendi").write(LIST, body, 412, headers=own)
    now = {"If-Match": f'"other", {done["ETag"]}'}
    cast.api("rina").write(f"{LIST}/700/decision", given, headers=now)
    cast.api("hendi").write(LIST, body, headers={"If-Match": "*"})


def test_a_key_replays_the_answer(cast: Cast) -> None:
    key = {"Idempotency-Key": "k1"}
    body = {"extBomLeveledId": 701, "pics": [{"extUserId": 12}]}
    hendi = cast.api("hendi")
    first, again = (hendi.call("POST", LIST, body, key) for _ in range(2))
    assert first.content == again.content
    assert again["Idempotency-Replayed"] == "true"
    assert hendi.call("POST", LIST, {"extBomLeveledId": 702}, key).status_code == 422


def test_t12_over_the_api(cast: Cast, opened: dict[str, Any], settings: Any) -> None:
    settings.SIGNATURE_REAUTH = "each"
    agus, path = cast.api("agus"), f"{LIST}/700/decision"
    assert agus.write(path, shown(opened), 401)["code"] == "reauth_required"
    agus.write(path, shown(opened, password="salah"), 401)
    key = {"Idempotency-Key": "k"}
    agus.write(path, shown(opened, password=PASSWORD), headers=key)


def test_nobody_invites_a_person_who_does_not_exist(
    cast: Cast, opened: dict[str, Any]
) -> None:
    pics = [{"extUserId": 12}, {"extUserId": 999_999}]
    body = {"extBomLeveledId": 700, "pics": pics}
    refusal = cast.api("hendi").write(LIST, body, 400)
    assert "999999" in refusal["errors"]["pics"][0]
    assert waiting_for(BomApproval.objects.get()) == {3, 12}


@pytest.mark.parametrize("status", [1, 2, 3])
def test_the_answer_to_a_decision_is_what_a_look_after_it_gets(
    cast: Cast, opened: dict[str, Any], status: int
) -> None:
    """It is made from the rows that the verb held; nothing that it wrote may be missing there."""
    said = shown(opened, remark="lihat trafo") | {"status": status}
    for name in ("agus", "agus", "rina"):
        if not (status != 1 and name == "rina"):
            answer = cast.api(name).write(f"{LIST}/700/decision", said)
            assert answer == cast.api("budi").read(f"{LIST}/700")


def test_a_decision_by_api_asks_the_database_little(
    cast: Cast, opened: dict[str, Any], django_assert_max_num_queries: Any
) -> None:
    """Token, 13 for the verb and its transaction, and PICs and content for the answer; PostgreSQL is
    asked to tell open pages, too."""
    api = cast.api("agus")
    with django_assert_max_num_queries(16 + (connection.vendor == "postgresql")):
        api.write(f"{LIST}/700/decision", shown(opened))
