"""Each kind of fault strikes, strikes what it was set for, and ends when cleared."""

import json
import threading
import time
import zlib
from http.client import HTTPConnection, HTTPException

import pytest

from sandbox.mischief import KINDS, MEBIBYTE
from sandbox.server import Sandbox
from sandbox.tests.wire import PATIENCE, ask, await_that, dial, get

ITEMS = "/ext-items"
BROKEN = (OSError, HTTPException)  # all that a cut connection may raise


def test_latency_delays_the_answer(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "latency", 0.15)
    start = time.monotonic()
    assert get(box.ppic, ITEMS).status == 200
    assert time.monotonic() - start >= 0.15


def test_latency_and_another_fault_add_up(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "latency", 0.1)
    box.ppic.faults.set(ITEMS, "status", 500)
    start = time.monotonic()
    assert get(box.ppic, ITEMS).status == 500
    assert time.monotonic() - start >= 0.1


def test_status_carries_body_and_headers(box: Sandbox) -> None:
    headers = {"Retry-After": "120"}
    box.ppic.faults.set(ITEMS, "status", 429, body="slow down", headers=headers)
    answer = get(box.ppic, ITEMS)
    assert (answer.status, answer.body) == (429, b"slow down")
    assert answer.headers["Retry-After"] == "120"


def test_status_ends_after_its_times(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "status", 503, times=3)
    assert [get(box.ppic, ITEMS).status for _ in range(5)] == [503, 503, 503, 200, 200]


def test_a_status_does_no_work(box: Sandbox) -> None:
    box.ppic.faults.set("/snapshot-bom", "status", 503, times=1)
    assert ask(box.ppic, "POST", "/snapshot-bom/700", {}).status == 503
    assert box.ppic.snapshots.effects == []


def test_a_fault_strikes_only_its_prefix(box: Sandbox) -> None:
    box.ppic.faults.set("/ext-i", "status", 503)
    assert get(box.ppic, ITEMS).status == 503
    assert get(box.ppic, "/ext-inventory").status == 503
    assert get(box.ppic, "/jobs-proto-simple").status == 200
    assert get(box.crm, "/api/external/customers").status == 200


def test_html_is_a_login_page(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "html")
    answer = get(box.ppic, ITEMS)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"<form" in answer.body


def test_empty_has_no_body(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "empty")
    answer = get(box.ppic, ITEMS)
    assert (answer.status, answer.body) == (200, b"")


def test_truncated_is_cut_json(box: Sandbox) -> None:
    whole = get(box.ppic, ITEMS).body
    box.ppic.faults.set(ITEMS, "truncated")
    cut = get(box.ppic, ITEMS)
    assert whole.startswith(cut.body)
    with pytest.raises(json.JSONDecodeError):
        cut.json()


def test_garbage_is_no_text(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "garbage", 500)
    answer = get(box.ppic, ITEMS)
    assert len(answer.body) == 500
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()


@pytest.mark.parametrize("path", [ITEMS, "/jobs-proto-simple"])
def test_wrong_charset_is_not_the_utf8_it_claims(box: Sandbox, path: str) -> None:
    box.ppic.faults.set(path, "wrong_charset")
    answer = get(box.ppic, path)
    assert "utf-8" in answer.headers["Content-Type"]
    assert json.loads(answer.body.decode("latin-1"))
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()


def test_wrong_charset_spoils_plain_text_too(box: Sandbox) -> None:
    box.auth.faults.set("/login", "wrong_charset")
    login = {"username": "agus", "password": "panel-2026"}
    assert ask(box.auth, "POST", "/login", login).body.endswith(b"\xe9")


def test_gzip_bomb_is_small_until_unpacked(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "gzip_bomb", 8 * MEBIBYTE)
    answer = get(box.ppic, ITEMS)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.body) < 16_384
    assert len(zlib.decompress(answer.body, wbits=31)) == 8 * MEBIBYTE


def test_endless_never_ends(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "endless")
    connection = dial(box.ppic)
    connection.request("GET", ITEMS)
    reply = connection.getresponse()
    assert reply.getheader("Transfer-Encoding") == "chunked"
    assert len(reply.read(4 * MEBIBYTE)) == 4 * MEBIBYTE
    connection.close()


def test_endless_ends_when_cleared(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "endless")
    connection = dial(box.ppic)
    connection.request("GET", ITEMS)
    reply = connection.getresponse()
    reply.read(1)
    box.ppic.faults.clear()
    with pytest.raises(BROKEN):
        reply.read()
    connection.close()


def test_huge_has_as_many_bytes_as_told(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "huge", 3_000_001)
    answer = get(box.ppic, ITEMS)
    assert answer.headers["Content-Length"] == "3000001"
    assert len(answer.body) == 3_000_001


def test_slow_sends_headers_at_once_and_the_body_byte_by_byte(box: Sandbox) -> None:
    box.ppic.faults.set("/nothing", "slow", 0.005)
    connection = dial(box.ppic)
    start = time.monotonic()
    connection.request("GET", "/nothing")
    reply = connection.getresponse()
    headers_after = time.monotonic() - start
    body = reply.read()
    connection.close()
    assert time.monotonic() - start >= 0.005 * len(body) > headers_after


def test_slow_headers_drips_from_the_first_byte(box: Sandbox) -> None:
    box.ppic.faults.set("/nothing", "slow_headers", 0.001)
    start = time.monotonic()
    assert get(box.ppic, "/nothing").status == 404
    assert time.monotonic() - start >= 0.1


def test_slow_hurries_when_cleared(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "slow", 60.0)
    connection = dial(box.ppic)
    connection.request("GET", ITEMS)
    reply = connection.getresponse()
    box.ppic.faults.clear()
    assert len(json.loads(reply.read())) == 400
    connection.close()


def test_half_open_never_answers(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "half_open")
    with pytest.raises(TimeoutError):
        get(box.ppic, ITEMS, timeout=0.1)
    assert [call.path for call in box.ppic.calls] == [ITEMS]


def test_half_open_hangs_up_when_cleared(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "half_open", times=1)
    connection = dial(box.ppic)
    connection.request("GET", ITEMS)
    await_that(lambda: not box.ppic.faults.active())
    box.ppic.faults.clear()
    with pytest.raises(ConnectionError):
        connection.getresponse()
    connection.close()


def test_reset_is_a_reset(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "reset")
    connection = dial(box.ppic)
    connection.request("GET", ITEMS)
    # Below HTTP, because there a plain close looks like a reset too.
    with pytest.raises(ConnectionResetError):
        connection.sock.recv(1)
    connection.close()


def test_refuse_closes_the_port_until_cleared(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "refuse")
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            get(box.ppic, "/jobs-proto-simple")
    box.ppic.faults.clear()
    assert get(box.ppic, ITEMS).status == 200


def test_refuse_ends_a_connection_that_was_open(box: Sandbox) -> None:
    connection = dial(box.ppic)
    connection.request("GET", ITEMS)
    connection.getresponse().read()
    box.ppic.faults.set("/", "refuse")
    with pytest.raises(BROKEN):
        _again(connection, ITEMS)
    connection.close()


def _again(connection: HTTPConnection, path: str) -> None:
    connection.request("GET", path)
    connection.getresponse()


def test_redirect_points_where_told(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "redirect", ("https://elsewhere.example/x", 307))
    answer = get(box.ppic, ITEMS)
    assert answer.status == 307
    assert answer.headers["Location"] == "https://elsewhere.example/x"


def test_redirect_without_a_target_is_a_loop(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "redirect")
    answer = get(box.ppic, ITEMS)
    assert (answer.status, answer.headers["Location"]) == (302, ITEMS)


def test_reshape_changes_the_answer(box: Sandbox) -> None:
    operations = ["shrink:2", "rename:partNum:partNumber"]
    box.ppic.faults.set(ITEMS, "reshape", operations)
    rows = get(box.ppic, ITEMS).json()
    assert len(rows) == 2
    assert all("partNumber" in row and "partNum" not in row for row in rows)


def test_reshape_leaves_the_data_alone(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "reshape", "null_list", times=1)
    assert get(box.ppic, ITEMS).json() is None
    assert len(get(box.ppic, ITEMS).json()) == 400


def test_drop_after_effect_does_the_work_and_hangs_up(box: Sandbox) -> None:
    box.ppic.faults.set("/snapshot-bom", "drop_after_effect", times=1)
    key = {"Idempotency-Key": "bom:700:rev:1"}
    with pytest.raises(BROKEN):
        ask(box.ppic, "POST", "/snapshot-bom/700", {}, key)
    assert len(box.ppic.snapshots.effects) == 1
    assert ask(box.ppic, "POST", "/snapshot-bom/700", {}, key).status == 200
    assert len(box.ppic.snapshots.receipts) == 2
    assert len(box.ppic.snapshots.effects) == 1


def test_flapping_is_up_and_down_in_turn(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "flapping", (0.05, 0.05))
    seen: list[bool] = []
    end = time.monotonic() + PATIENCE
    while seen != [True, False, True] and time.monotonic() < end:
        is_up = _answers(box)
        if seen[-1:] != [is_up]:
            seen.append(is_up)
    assert seen == [True, False, True]


def _answers(box: Sandbox) -> bool:
    try:
        return get(box.ppic, ITEMS).status == 200
    except ConnectionResetError:
        return False


def test_an_unknown_kind_is_refused(box: Sandbox) -> None:
    with pytest.raises(ValueError, match="gremlins"):
        box.ppic.faults.set(ITEMS, "gremlins")


def test_token_faults_belong_to_the_auth_server(box: Sandbox) -> None:
    with pytest.raises(ValueError, match="wrong_jti"):
        box.ppic.faults.set("/", "wrong_jti")


def test_clearing_one_path_leaves_the_others(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "status", 503)
    box.ppic.faults.set("/jobs", "status", 503)
    box.ppic.faults.clear(ITEMS)
    assert get(box.ppic, ITEMS).status == 200
    assert get(box.ppic, "/jobs-proto-simple").status == 503


def test_one_stuck_call_does_not_hold_up_others(box: Sandbox) -> None:
    box.ppic.faults.set(ITEMS, "half_open")
    threads = [threading.Thread(target=_stuck, args=(box,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    await_that(lambda: len(box.ppic.calls) == 20)
    assert get(box.ppic, "/jobs-proto-simple", timeout=1).status == 200
    box.ppic.faults.clear()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)


def _stuck(box: Sandbox) -> None:
    try:
        get(box.ppic, ITEMS)
    except BROKEN:
        return


def test_every_kind_of_fault_has_a_test_here() -> None:
    tested = " ".join(name for name in globals() if name.startswith("test_"))
    assert [kind for kind in KINDS if kind not in tested] == []
