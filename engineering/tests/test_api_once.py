"""Races and repeats: ETag and If-Match, Idempotency-Key (docs/contract.md#races)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.ledger.models import RequestKey
from engineering.models import ChangeAttachment, ChangeNotice
from engineering.serializers import ChangeSerializer
from tests.contract.paths import PDF
from tests.factories import a_change, a_file
from tests.people import Cast, content_of, told

PATH = "/engineeringDetailProblems"
NEW = {"engineering": "Ganti MCCB"}


def once(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def test_a_write_that_lost_the_race_is_412(cast: Cast) -> None:
    change = a_change(cast.agus)
    api = cast.api("agus")
    tag = api.call("GET", f"{PATH}/{change.pk}")["ETag"]
    first = api.call(
        "POST", PATH, {"id": change.pk, "engineering": "a"}, {"If-Match": tag}
    )
    assert first.status_code == 200
    assert first["ETag"] != tag
    lost = api.call(
        "POST", PATH, {"id": change.pk, "engineering": "b"}, {"If-Match": tag}
    )
    assert lost.status_code == 412
    assert told(lost)["code"] == "precondition_failed"
    won = {"If-Match": first["ETag"]}
    assert api.call("POST", PATH, {"id": change.pk, "engineering": "c"}, won)
    assert ChangeNotice.objects.get().engineering == "c"


def test_a_star_matches_any_state(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"id": change.pk, "engineering": "a"}
    cast.api("agus").write(PATH, body, headers={"If-Match": "*"})


@pytest.mark.parametrize("path", [f"{PATH}/{{}}", f"{PATH}/{{}}/all"])
def test_the_tag_names_the_state(cast: Cast, path: str) -> None:
    change = a_change(cast.agus)
    api, url = cast.api("agus"), path.format(change.pk)
    tag = api.call("GET", url)["ETag"]
    assert api.call("GET", url)["ETag"] == tag
    a_file(change, cast.agus)
    assert api.call("GET", url)["ETag"] != tag


def test_a_decision_on_a_lost_state_is_412(cast: Cast) -> None:
    change = a_change(cast.agus)
    tag = cast.api("rina").call("GET", f"{PATH}/{change.pk}")["ETag"]
    cast.api("agus").write(PATH, {"id": change.pk, "engineering": "lain"})
    answer = cast.api("rina").call(
        "POST", f"{PATH}/{change.pk}/decision", {"status": 1}, {"If-Match": tag}
    )
    assert answer.status_code == 412
    assert ChangeNotice.objects.get().status == 0


# --- Idempotency-Key -------------------------------------------------------------


def test_the_same_key_and_body_is_one_effect(cast: Cast) -> None:
    api = cast.api("agus")
    first = api.call("POST", PATH, NEW, once("k1"))
    again = api.call("POST", PATH, NEW, once("k1"))
    assert (first.status_code, again.status_code) == (200, 200)
    assert content_of(first) == content_of(again)
    assert first["ETag"] == again["ETag"]
    assert not first.has_header("Idempotency-Replayed")
    assert again["Idempotency-Replayed"] == "true"
    assert ChangeNotice.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, once("k1")])
def test_a_body_is_checked_once(
    cast: Cast, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[object] = []
    check = ChangeSerializer.run_validation

    def counting(self: ChangeSerializer, data: Any) -> Any:
        checked.append(data)
        return check(self, data)

    monkeypatch.setattr(ChangeSerializer, "run_validation", counting)
    for text in ("Ganti MCCB", "lain"):
        body = {"engineering": text}
        keyed = {name: value + text for name, value in headers.items()}
        assert cast.api("agus").write(PATH, body, headers=keyed)["engineering"] == text
    assert checked == [{"engineering": "Ganti MCCB"}, {"engineering": "lain"}]


def test_another_body_with_the_same_key_is_422(cast: Cast) -> None:
    api = cast.api("agus")
    api.write(PATH, NEW, headers=once("k1"))
    refused = api.write(PATH, {"engineering": "x"}, 422, headers=once("k1"))
    assert refused["code"] == "key_reused"
    other = api.write("/donePOs", NEW, 422, headers=once("k1"))
    assert other["code"] == "key_reused"


def test_a_key_belongs_to_one_person(cast: Cast) -> None:
    cast.api("agus").write(PATH, NEW, headers=once("k1"))
    mine = cast.api("budi").write(PATH, NEW, headers=once("k1"))
    assert mine["extUserId"] == cast.budi.ext_id
    assert ChangeNotice.objects.count() == 2


def test_a_refusal_is_not_kept(cast: Cast) -> None:
    api = cast.api("agus")
    api.write(PATH, {"tgl": "soon"}, 400, headers=once("k1"))
    api.write(PATH, NEW, headers=once("k1"))
    assert RequestKey.objects.count() == 1


def test_a_key_is_forgotten_after_a_day(cast: Cast) -> None:
    api = cast.api("agus")
    api.write(PATH, NEW, headers=once("k1"))
    RequestKey.objects.update(created_at=timezone.now() - timedelta(hours=25))
    again = api.call("POST", PATH, NEW, once("k1"))
    assert not again.has_header("Idempotency-Replayed")
    assert ChangeNotice.objects.count() == 2


def test_a_key_is_kept_for_almost_a_day(cast: Cast) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        cast.api("admin").write("/donePOs", {"outs": 1}, headers=once("k1"))
    api = cast.api("admin")
    RequestKey.objects.update(created_at=start - timedelta(hours=23, minutes=59))
    again = api.call("POST", "/donePOs", {"outs": 1}, once("k1"))
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", ["k" * 201, "a\x7fb"])
def test_a_key_that_is_none_is_400(cast: Cast, key: str) -> None:
    cast.api("agus").write(PATH, NEW, 400, headers=once(key))


def test_a_decision_and_a_role_are_replayed(cast: Cast) -> None:
    change = a_change(cast.agus)
    path = f"{PATH}/{change.pk}/decision"
    rina, admin = cast.api("rina"), cast.api("admin")
    first = rina.call("POST", path, {"status": 1}, once("d"))
    assert content_of(rina.call("POST", path, {"status": 1}, once("d"))) == content_of(
        first
    )
    body = {"userId": 101, "role": "spv"}
    made = admin.call("POST", "/api/userroles", body, once("r"))
    again = admin.call("POST", "/api/userroles", body, once("r"))
    assert (made.status_code, again.status_code) == (201, 201)
    assert again["Location"] == made["Location"]


def test_a_put_is_replayed(cast: Cast) -> None:
    admin = cast.api("admin")
    body = {"panelType": "MCC", "processName": "SLD", "minutes": 5}
    row = admin.write("/panelprocess", body, 201)
    path = f"/panelprocess/{row['id']}"
    for expected in (None, "true"):
        answer = admin.call("PUT", path, {"minutes": 6}, once("p"))
        assert answer.status_code == 200
        assert answer.headers.get("Idempotency-Replayed") == expected


def test_a_file_is_attached_once(cast: Cast) -> None:
    change = a_change(cast.agus)
    body = {"photo": "JVBERi0xLjQK", "fileName": "a.pdf"}
    for _ in range(2):
        cast.api("agus").write(f"{PATH}/{change.pk}/photo", body, headers=once("f"))
    assert ChangeAttachment.objects.count() == 1
    assert PDF.startswith(b"%PDF")


def test_a_login_is_never_kept(cast: Cast, sandbox: Any) -> None:
    body = {"username": "agus", "password": "panel-2026"}
    calls = len(sandbox.auth.calls)
    for _ in range(2):
        answer = cast.api().call("POST", "/login", body, once("l"))
        assert not answer.has_header("Idempotency-Replayed")
    assert not RequestKey.objects.exists()
    assert len(sandbox.auth.calls) >= calls + 2
