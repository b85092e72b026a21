"""Lists of the API: bare arrays, pages, what goes out when an upstream is away."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import a_change, a_withdrawn_change, an_approved_change
from tests.people import Cast, content_of, forget_upstreams, told

PATH = "/engineeringDetailProblems"
PAGED = (
    PATH,
    "/engineering-notes",
    f"{PATH}/byPoId/201",
    "/panelprocess",
    "/engineerSupports",
)


def test_a_list_is_a_bare_array_that_is_streamed(cast: Cast) -> None:
    for _ in range(3):
        a_change(cast.agus)
    answer = cast.api("agus").call("GET", PATH)
    assert answer.streaming
    assert answer["Content-Type"] == "application/json"
    assert content_of(answer).startswith(b"[{")
    assert len(told(answer)) == 3


@pytest.mark.parametrize("path", PAGED)
def test_an_empty_list_is_an_empty_array(cast: Cast, path: str) -> None:
    assert cast.api("budi").read(path) == []
    answer = cast.api("budi").call("GET", f"{path}?limit=10")
    assert told(answer) == []
    assert answer["X-Total-Count"] == "0"


def test_pages_hold_everything_once_and_in_order(cast: Cast) -> None:
    ids = [a_change(cast.agus, items=()).pk for _ in range(7)]
    api, seen, links = cast.api("agus"), [], []
    for offset in range(0, 9, 3):
        answer = api.call("GET", f"{PATH}?limit=3&offset={offset}")
        assert answer["X-Total-Count"] == "7"
        seen += [row["id"] for row in told(answer)]
        links.append(answer["Link"])
    assert seen == ids
    assert 'offset=3>; rel="next"' in links[0]
    assert 'rel="prev"' not in links[0]
    assert 'offset=6>; rel="last"' in links[0]
    assert 'rel="next"' not in links[2]


def test_a_page_beyond_the_end_is_empty(cast: Cast) -> None:
    a_change(cast.agus)
    answer = cast.api("agus").call("GET", f"{PATH}?limit=3&offset=500")
    assert answer.status_code == 200
    assert told(answer) == []
    assert answer["X-Total-Count"] == "1"


@pytest.mark.parametrize("path", PAGED)
@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=-1",
        "limit=abc",
        "limit=1.5",
        "limit=%D9%A3",
        "offset=-1",
        "offset=9999999999999",
        f"limit={'9' * 400}",
        "limit=1&limit=2",
        "limit=%00",
    ],
)
def test_nonsense_in_the_page_is_400(cast: Cast, path: str, query: str) -> None:
    refused = cast.api("agus").read(f"{path}?{query}", 400)
    assert refused["code"] == "invalid"


@pytest.mark.parametrize("query", ["limit=", "offset=", "limit=&offset="])
def test_an_empty_parameter_is_an_absent_one(cast: Cast, query: str) -> None:
    a_change(cast.agus)
    answer = cast.api("agus").call("GET", f"{PATH}?{query}")
    assert len(told(answer)) == 1
    assert not answer.has_header("X-Total-Count")


def test_unknown_parameters_change_nothing(cast: Cast) -> None:
    a_change(cast.agus)
    api = cast.api("agus")
    hostile = "filter=created_by__password__startswith&depth=9&fields=token&expand=*"
    assert api.read(f"{PATH}?{hostile}") == api.read(PATH)


def _queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)


@pytest.mark.parametrize("query", ["", "?limit=100"])
def test_the_number_of_queries_does_not_grow_with_the_rows(
    cast: Cast, query: str
) -> None:
    api, path = cast.api("agus"), f"{PATH}{query}"
    an_approved_change(cast.agus, cast.rina)
    api.read(path)
    one = _queries(lambda: api.read(path))
    for _ in range(5):
        an_approved_change(cast.agus, cast.rina)
    api.read(path)  # counts anew
    assert _queries(lambda: api.read(path)) == one


def test_withdrawn_changes_and_removed_lines_do_not_go_out(cast: Cast) -> None:
    change = a_change(cast.agus)
    gone = a_withdrawn_change(cast.agus)
    line = change.items.all()[0]
    body = {"id": change.pk, "items": [{"id": line.pk, "deletedAt": "2026-01-01"}]}
    api = cast.api("agus")
    api.write(PATH, body)
    for path in (PATH, f"{PATH}/byPoId/201"):
        (row,) = api.read(path)
        assert row["id"] == change.pk
        assert [each["id"] for each in row["items"]] != [line.pk]
    assert [row["id"] for row in api.read("/engineering-notes")] == [change.pk]
    for path in (
        f"{PATH}/{gone.pk}",
        f"{PATH}/{gone.pk}/all",
        f"{PATH}/{gone.pk}/photo",
        f"/engineering-notes/{gone.pk}",
        f"/api/ecn-page-detail-data/{gone.pk}",
    ):
        assert api.read(path, 404)["code"] == "not_found"


def test_all_has_what_the_list_has(cast: Cast) -> None:
    change = an_approved_change(cast.agus, cast.rina)
    api = cast.api("agus")
    (row,) = api.read(PATH)
    whole = api.read(f"{PATH}/{change.pk}/all")
    assert whole.pop("round")["state"] == "approved"
    assert whole.pop("priceDeviations")
    assert whole == row


def test_notes_of_one_kind_carry_both_spellings(cast: Cast) -> None:
    a_change(cast.agus, kind=0)
    note = a_change(cast.agus, kind=1, engineering="Tambah metering")
    api = cast.api("agus")
    wanted = {
        "id": note.pk,
        "engineeringNotes": "Tambah metering",
        "engineerNotes": "Tambah metering",
        "typeNote": 1,
    }
    assert api.read("/engineering-notes?type-note=1") == [wanted]
    assert api.read(f"/engineering-notes/{note.pk}") == wanted
    assert len(api.read("/engineering-notes?type-note=")) == 2
    for nonsense in ("4", "-1", "abc", "1.0", "%D9%A1"):
        api.read(f"/engineering-notes?type-note={nonsense}", 400)


def test_the_material_request_leads_to_its_change(cast: Cast) -> None:
    change = a_change(cast.agus)
    cast.sandbox.ppic.material_requests[0]["extEngineeringProblemId"] = change.pk
    mr = cast.sandbox.ppic.material_requests[0]["id"]
    api = cast.api("agus")
    assert [row["id"] for row in api.read(f"{PATH}/byMrId/{mr}")] == [change.pk]
    assert api.read(f"{PATH}/byMrId/999999") == []


# --- An upstream is away ---------------------------------------------------------


@pytest.mark.parametrize("upstream", ["auth", "crm", "ppic"])
@pytest.mark.parametrize("query", ["", "?limit=5"])
def test_the_list_is_200_and_says_so_when_an_upstream_is_away(
    cast: Cast, upstream: str, query: str
) -> None:
    change = a_change(cast.agus)
    api = cast.api("rina")
    forget_upstreams()
    getattr(cast.sandbox, upstream).faults.set("/", "status", 500)
    answer = api.call("GET", f"{PATH}{query}")
    assert answer.status_code == 200
    assert [row["id"] for row in told(answer)] == [change.pk]
    assert answer["X-Data-Stale"] == "true"


@pytest.mark.parametrize(
    "path",
    [
        f"{PATH}/{{id}}",
        f"{PATH}/{{id}}/all",
        "/api/ecn-page-detail-data/{id}",
        "/api/dashboard/metrics",
    ],
)
def test_a_record_is_200_when_every_upstream_is_away(cast: Cast, path: str) -> None:
    change = a_change(cast.agus)
    api = cast.api("rina")
    forget_upstreams()
    for server in cast.sandbox.servers.values():
        server.faults.set("/", "reset")
    answer = api.call("GET", path.format(id=change.pk))
    assert answer.status_code == 200
    if "metrics" not in path:
        assert answer["X-Data-Stale"] == "true"


def test_what_belongs_to_a_request_is_known_or_503_and_never_a_guess(
    cast: Cast,
) -> None:
    api = cast.api("rina")
    first = api.read(f"{PATH}/byMrId/1")
    for server in cast.sandbox.servers.values():
        server.faults.set("/", "reset")
    assert api.read(f"{PATH}/byMrId/1") == first
    assert api.read(f"{PATH}/byMrId/999", 503)["code"] == "unavailable"
    forget_upstreams()
    assert api.read(f"{PATH}/byMrId/1", 503)["code"] == "unavailable"


def test_the_page_keeps_its_shape_when_every_upstream_is_away(cast: Cast) -> None:
    change = a_change(cast.agus)
    api = cast.api("rina")
    forget_upstreams()
    for server in cast.sandbox.servers.values():
        server.faults.set("/", "html")
    found = api.read(f"/api/ecn-page-detail-data/{change.pk}")
    assert found["ecn"]["id"] == change.pk
    lists = ("pos", "items", "users", "departments", "inventory")
    assert all(found[name] == [] for name in lists)
    assert found["jobs"] == {"jobs": []}


def test_a_change_is_raised_while_every_upstream_is_away(cast: Cast) -> None:
    api = cast.api("agus")
    forget_upstreams()
    for server in cast.sandbox.servers.values():
        server.faults.set("/", "reset")
    body = {"engineering": "x", "items": [{"extItemId": 1001, "partNumber": "LV1"}]}
    made = api.write(PATH, body)
    assert made["items"][0]["partNumber"] == "LV1"


def test_fresh_data_say_nothing(cast: Cast) -> None:
    a_change(cast.agus)
    answer = cast.api("agus").call("GET", f"{PATH}?limit=1")
    assert not answer.has_header("X-Data-Stale")


# --- The wire ------------------------------------------------------------------------


def test_nulls_are_left_out_and_dates_end_in_z(cast: Cast) -> None:
    a_change(cast.agus)
    text = content_of(cast.api("agus").call("GET", f"{PATH}?limit=1")).decode()
    assert "null" not in text
    (row,) = cast.api("agus").read(f"{PATH}?limit=1")
    dates = [row["createdAt"], row["updatedAt"], row["tgl"]]
    assert all(date.endswith("Z") for date in dates)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("1250000.5", b"1250000.5"),
        ("9999999999999.99", b"9999999999999.99"),
        ("0.10", b"0.1"),
        ("100", b"100"),
        (0.1, b"0.1"),
        (1e3, b"1000"),
        ("1e3", b"1000"),
    ],
)
def test_money_is_exact(cast: Cast, sent: object, written: bytes) -> None:
    body = {"items": [{"extItemId": 1001, "qty": 1, "snapshotPrice": sent}]}
    answer = cast.api("agus").call("POST", PATH, body)
    assert b'"snapshotPrice":' + written + b"," in content_of(answer)


@pytest.mark.parametrize(
    "line",
    [
        {"snapshotPrice": "10000000000000"},
        {"qty": "100000000000"},
        {"qty": "99999999999", "snapshotPrice": "9999999999999.99"},
        {"snapshotPrice": "1e9999999"},
    ],
)
def test_what_no_database_keeps_exactly_is_refused(
    cast: Cast, line: dict[str, str]
) -> None:
    refused = cast.api("agus").write(PATH, {"items": [line]}, 400)
    assert all(name.startswith("items") for name in refused["errors"])
    assert cast.api("agus").read(PATH) == []


def test_sums_are_exact(cast: Cast) -> None:
    lines = [{"qty": "0.1", "snapshotPrice": "0.1", "extItemId": 1001}] * 3
    answer = cast.api("agus").call("POST", PATH, {"items": lines})
    assert b'"net":0.03,' in content_of(answer)
