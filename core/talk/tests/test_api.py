"""Comments and follows over the API: who, what, and refusals that name the field."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from core.talk.models import Comment, Follow
from core.talk.services import add_comment
from core.talk.subjects import Place, place_of
from engineering.models import ChangeNotice
from tests.contract.paths import PDF
from tests.factories import a_change, a_document, an_activity
from tests.people import Cast, content_of, told

pytestmark = pytest.mark.django_db
COMMENTS, FOLLOWS = "/api/comments", "/api/follows"


@pytest.fixture
def change(cast: Cast) -> ChangeNotice:
    """Raised by Agus; Rina may decide."""
    return a_change(cast.agus)


@pytest.fixture
def place(change: ChangeNotice) -> Place:
    return place_of(change)


@pytest.fixture
def record(place: Place) -> str:
    return f"change:{place.wire_id}"


def test_say_read_change_and_strike(cast: Cast, record: str) -> None:
    rina = cast.api("rina")
    made = rina.write(
        COMMENTS,
        {"record": record, "text": "@Agus Wijaya cek", "tellExtUserIds": [7]},
        201,
    )
    assert {row["extUserId"] for row in made["told"]} == {7, 12}
    assert made["author"]["extUserId"] == 3
    assert cast.api("budi").read(f"{COMMENTS}?record={record}")[0]["id"] == made["id"]
    path = f"{COMMENTS}/{made['id']}"
    assert rina.write(path, {"text": "Lain"}, method="PUT")["text"] == "Lain"
    cast.api("agus").write(path, {"text": "x"}, 403, method="PUT")
    struck = rina.write(f"{path}/strike", {"reason": "keliru"})
    assert (struck["strikeReason"], struck["struckBy"]["extUserId"]) == ("keliru", 3)
    assert "editableUntil" not in struck
    rina.write(path, {"text": "x"}, 409, method="PUT")
    rina.write(f"{path}/strike", {"reason": "keliru"}, 409)


def test_ask_and_answer(cast: Cast, record: str) -> None:
    rina, agus = cast.api("rina"), cast.api("agus")
    asked = rina.write(
        COMMENTS, {"record": record, "text": "Berapa?", "ask": True}, 201
    )
    assert asked["asked"]["extUserId"] == 12
    waits = [row for row in agus.read("/api/inbox") if row["kind"] == "question"]
    assert [(row["recordType"], row["title"]) for row in waits] == [
        ("change", "Berapa?")
    ]
    body = {"record": record, "text": "400A", "replyTo": asked["id"]}
    cast.api("budi").write(COMMENTS, body | {"answers": True}, 403)
    reply = agus.write(COMMENTS, body, 201)
    found = agus.read(f"{COMMENTS}/{asked['id']}")
    assert found["answerId"] == reply["id"]
    assert found["closedAt"]
    agus.write(COMMENTS, body | {"answers": True}, 409)
    assert [row for row in agus.read("/api/inbox") if row["kind"] == "question"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 4_001}, "text"),
        ({"text": "@Agus Wijaya " * 21}, "text"),
        ({"text": "x", "record": "user:1"}, "record"),
        ({"text": "x", "record": "change:0x1"}, "record"),
        ({"text": "x", "record": ""}, "record"),
        ({"text": "x", "replyTo": 999_999}, "replyTo"),
        ({"text": "x", "replyTo": 2**63}, "replyTo"),
        ({"text": "x", "replyTo": 0}, "replyTo"),
        ({"text": "x", "answers": True}, "replyTo"),
        ({"text": "x", "line": "99"}, "line"),
        ({"text": "x", "tellExtUserIds": [7, 999_999]}, "tellExtUserIds"),
        ({"text": "x", "tellExtUserIds": [None]}, "tellExtUserIds[0]"),
        ({"text": "x", "askExtUserId": 999_999}, "askExtUserId"),
        ({"text": "x", "askExtUserId": 3}, "ask"),
        ({"text": ["x"]}, "text"),
    ],
)
def test_a_refusal_names_the_field(
    cast: Cast, record: str, body: dict[str, Any], field: str
) -> None:
    answer = cast.api("rina").write(COMMENTS, {"record": record} | body, 400)
    assert list(answer["errors"]) == [field]
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "query", ["", "?record=", "?record=person:1", "?record=change:"]
)
def test_a_list_needs_a_record(cast: Cast, query: str) -> None:
    assert list(cast.api("rina").read(COMMENTS + query, 400)["errors"]) == ["record"]


def test_what_is_not_there_is_404(cast: Cast, record: str) -> None:
    rina = cast.api("rina")
    rina.read(f"{COMMENTS}?record=change:999999", 404)
    rina.read(f"{COMMENTS}/999999", 404)
    rina.write(f"{COMMENTS}/999999", {"text": "x"}, 404, method="PUT")
    rina.write(f"{COMMENTS}/999999/strike", {"reason": "x"}, 404)
    rina.read(f"{COMMENTS}/999999/files/1", 404)
    rina.write(FOLLOWS, {"record": "bom:999999"}, 404)


def test_files_come_and_go(cast: Cast, record: str) -> None:
    rina = cast.api("rina")
    file = SimpleUploadedFile("SLD.pdf", PDF)
    body = encode_multipart(BOUNDARY, {"record": record, "text": "Lihat", "file": file})
    answer = rina.call("POST", COMMENTS, body, content_type=MULTIPART_CONTENT)
    assert answer.status_code == 201
    sent = told(answer)["files"][0]
    assert (sent["name"], sent["size"]) == ("SLD.pdf", len(PDF))
    got = cast.api("budi").call("GET", sent["url"])
    assert content_of(got) == PDF
    other = rina.write(COMMENTS, {"record": record, "text": "x"}, 201)
    rina.read(f"{COMMENTS}/{other['id']}/files/{sent['id']}", 404)


def test_the_same_key_says_it_once(cast: Cast, record: str) -> None:
    rina = cast.api("rina")
    body, key = {"record": record, "text": "satu"}, {"Idempotency-Key": "abc"}
    first = rina.write(COMMENTS, body, 201, headers=key)
    assert rina.write(COMMENTS, body, 201, headers=key) == first
    assert Comment.objects.count() == 1


def test_each_kind_by_the_id_of_its_own_paths(cast: Cast, record: str) -> None:
    activity = an_activity(cast.hendi)
    task = activity.tasks.order_by("pk")[0]
    document = a_document(cast.agus)
    rina = cast.api("rina")
    for reference in (
        record,
        f"activity:{activity.pk}",
        f"task:{task.pk}",
        f"document:{document.pk}",
    ):
        made = rina.write(COMMENTS, {"record": reference, "text": "Baik"}, 201)
        assert made["record"] == reference
        assert rina.read(f"{COMMENTS}?record={reference}") != []


def test_follow_and_stop(cast: Cast, record: str) -> None:
    budi = cast.api("budi")
    path = f"{FOLLOWS}?record={record}"
    assert budi.read(path)[0]["follows"] is False
    for _ in range(2):
        assert budi.write(FOLLOWS, {"record": record})["follows"] is True
    assert [row["record"] for row in budi.read(FOLLOWS)] == [record]
    assert told(budi.call("DELETE", path))["follows"] is False
    assert budi.read(FOLLOWS) == []
    assert Follow.objects.count() == 1
    agus = cast.api("agus").read(path)[0]
    assert (agus["follows"], agus["chosen"]) == (True, False)
    assert list(budi.write(FOLLOWS, {}, 400)["errors"]) == ["record"]


def test_many_cost_what_few_do(cast: Cast, place: Place, record: str) -> None:
    rina = cast.api("rina")
    counts = []
    for _ in range(2):
        for _each in range(5):
            add_comment(place=place, by=cast.hendi, text="@Agus Wijaya cek")
        with CaptureQueriesContext(connection) as found:
            rina.read(f"{COMMENTS}?record={record}")
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_page_of_the_list(cast: Cast, place: Place, record: str) -> None:
    for number in range(5):
        add_comment(place=place, by=cast.hendi, text=f"nomor {number}")
    answer = cast.api("rina").call(
        "GET", f"{COMMENTS}?record={record}&limit=2&offset=2"
    )
    assert [row["text"] for row in told(answer)] == ["nomor 2", "nomor 3"]
    assert answer["X-Total-Count"] == "5"
