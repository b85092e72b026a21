"""What the given paths answer: rows, pages, names, and the refusal of each with its status."""

from typing import Any

import pytest

from activities.models import Activity, Task
from activities.queries.wire import activity_rows, flag_of, number_of, task_rows
from activities.services import remove_activity, remove_task
from activities.tests.conftest import a_task, an_activity, at, signed, the_task
from core.accounts.models import User
from core.errors import DomainError
from tests.people import Cast

pytestmark = pytest.mark.django_db
BASE = "/api/dashboard"
LIST, TASKS = f"{BASE}/activities", f"{BASE}/activities/task"


@pytest.fixture
def world(cast: Cast) -> dict[str, Activity]:
    """Three activities of Hendi; what was removed is beside them."""
    agus, hendi = cast.agus, cast.hendi
    made = {
        "two": an_activity(hendi, a_task("A", agus), a_task("B"), a_task("gone")),
        "one": an_activity(
            hendi, a_task("C", agus), ext_engineering_detail_problem_id=77
        ),
        "none": an_activity(hendi),
        "removed": an_activity(hendi, a_task("D", agus)),
    }
    last = made["two"].tasks.get(description="gone")
    remove_task(task_id=last.pk, by=hendi)
    remove_activity(activity_id=made["removed"].pk, by=hendi)
    return made


def titles(rows: Any) -> list[str]:
    """Descriptions of tasks."""
    return [row["description"] for row in rows]


# --- Tasks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "A B C"),
        ("?activityId={two}", "A B"),
        ("?activityId={none}", ""),
        ("?activityId={removed}", ""),
        ("?activityId=0", "A B C"),
        ("?ACTIVITYID={one}", "C"),
        ("?taskId={task}", "A"),
        ("?taskId={task}&activityId={one}", ""),
        ("?limit=2", "A B"),
        ("?limit=2&offset=2", "C"),
        ("?limit=2&offset=9", ""),
    ],
)
def test_tasks_are_listed_and_narrowed(
    cast: Cast, world: dict[str, Activity], query: str, expected: str
) -> None:
    ids = {name: row.pk for name, row in world.items()}
    path = TASKS + query.format(task=the_task(world["two"]).pk, **ids)
    answer = cast.api("budi").call("GET", path)
    assert answer.status_code == 200
    assert titles(cast.api("budi").read(path)) == expected.split()
    if "limit" in query:
        assert answer["X-Total-Count"] == "3"


@pytest.mark.parametrize("name", ["taskId", "activityId"])
@pytest.mark.parametrize("value", ["x", "1.5", "9" * 30])
def test_a_number_that_is_none_is_named(cast: Cast, name: str, value: str) -> None:
    refused = cast.api("budi").read(f"{TASKS}?{name}={value}", 400)
    assert refused["errors"].keys() == {name}


def test_a_task_comes_with_its_activity_and_no_other_task(
    cast: Cast, world: dict[str, Activity]
) -> None:
    task = the_task(world["two"])
    (row,) = cast.api("budi").read(f"{TASKS}/{task.pk}?withUserNames=true")
    assert (row["id"], titles(row["tasks"])) == (world["two"].pk, ["A"])
    assert row["tasks"][0]["inCharges"][0]["picName"] == "Agus Wijaya"


def test_the_people_of_a_task_are_named(cast: Cast, world: dict[str, Activity]) -> None:
    task = the_task(world["two"])
    (row,) = cast.api("budi").read(f"{BASE}/incharges/{task.pk}")
    assert (row["extUserId"], row["picName"], row["description"], row["taskId"]) == (
        12,
        "Agus Wijaya",
        "A",
        task.pk,
    )


@pytest.mark.parametrize(
    ("query", "has_activity"),
    [
        ("", False),
        ("?includeActivityDetails=true", True),
        ("?includeActivityDetails=0", False),
    ],
)
def test_the_tasks_of_a_change(
    cast: Cast, world: dict[str, Activity], query: str, *, has_activity: bool
) -> None:
    (row,) = cast.api("budi").read(f"/api/tasks/byecnccnid/77{query}")
    assert row["description"] == "C"
    assert ("engineeringActivity" in row) is has_activity
    if has_activity:
        assert row["engineeringActivity"]["id"] == world["one"].pk
        assert "tasks" not in row["engineeringActivity"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{LIST}/999999"),
        ("GET", f"{LIST}/{{removed}}"),
        ("PUT", f"{LIST}/999999"),
        ("PUT", f"{LIST}/{{removed}}"),
        ("DELETE", f"{LIST}/999999"),
        ("DELETE", f"{LIST}/{{removed}}"),
        ("PUT", f"{TASKS}/999999"),
        ("PUT", f"{TASKS}/{{gone}}"),
        ("GET", f"{BASE}/incharges/999999"),
        ("GET", f"{BASE}/incharges/{{gone}}"),
        ("GET", f"{BASE}/incharges/{{nobody}}"),
        ("GET", "/api/tasks/byecnccnid/1"),
    ],
)
def test_what_is_not_there_is_404(
    cast: Cast, world: dict[str, Activity], method: str, path: str
) -> None:
    ids = {
        "removed": world["removed"].pk,
        "gone": Task.objects.get(description="gone").pk,
        "nobody": Task.objects.get(description="B").pk,
    }
    body = {"pic": "x"} if method == "PUT" else None
    answer = cast.api("rina").call(method, path.format(**ids), body)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


# --- Writes at the edge -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "put", "delete", "add"),
    [
        ("agus", 200, 403, 200),
        ("budi", 403, 403, 403),
        ("hendi", 200, 200, 200),
        ("rina", 200, 200, 200),
        ("admin", 200, 200, 200),
        ("anon", 401, 401, 401),
    ],
)
def test_who_writes_at_the_given_paths(
    cast: Cast, world: dict[str, Activity], who: str, put: int, delete: int, add: int
) -> None:
    pk, api = world["one"].pk, cast.api(who)
    new = {"engineeringActivityId": pk, "description": "E"}
    codes = [
        api.call("PUT", f"{LIST}/{pk}", {"pic": who}).status_code,
        api.call("POST", "/api/tasks", new).status_code,
        api.call("DELETE", f"{LIST}/{pk}").status_code,
    ]
    assert codes == [put, add, delete]
    row = Activity.objects.get(pk=pk)
    assert row.pic == (who if put == 200 else "")
    assert row.tasks.count() == (2 if add == 200 else 1)
    assert (row.deleted_at is not None) is (delete == 200)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "engineeringActivityId"),
        ({"engineeringActivityId": None}, "engineeringActivityId"),
        ({"engineeringActivityId": "x"}, "engineeringActivityId"),
        ({"id": 5, "engineeringActivityId": 1}, "id"),
        ({"engineeringActivityId": "own", "hours": "1.000"}, "hours"),
        (
            {"engineeringActivityId": "own", "inCharges": [{"extUserId": 0}]},
            "inCharges[0].extUserId",
        ),
        ({"engineeringActivityId": "own", "from": "1999-01-01"}, "from"),
    ],
)
def test_a_task_that_cannot_be_added_names_its_field(
    cast: Cast, world: dict[str, Activity], body: dict[str, Any], field: str
) -> None:
    own = {k: world["one"].pk if v == "own" else v for k, v in body.items()}
    refused = cast.api("hendi").write("/api/tasks", own, 400)
    assert refused["errors"].keys() == {field}


def test_a_head_is_changed_without_its_tasks(
    cast: Cast, world: dict[str, Activity]
) -> None:
    pk = world["two"].pk
    body = {"pic": "Ibu Sri", "tasks": [{"description": "tidak dibaca"}]}
    answer = cast.api("hendi").write(f"{LIST}/{pk}", body, method="PUT")
    assert (answer["pic"], titles(answer["tasks"])) == ("Ibu Sri", ["A", "B"])


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"type": "postpo"}, {"kind": 1}),
        ({"type": "2"}, {"kind": 2}),
        ({"type": 1}, {"kind": 1}),
        ({"supportTableId": "4"}, {"support_table_id": 4}),
        ({"selectedSupportDocId": 5, "supportTableId": 4}, {"support_table_id": 5}),
        ({"SUPPORTTABLEID": 4}, {"support_table_id": 4}),
        ({"extInquiryId": ""}, {"ext_inquiry_id": None}),
        ({"date": "2026-03-16"}, {"date": at("2026-03-16 07:00")}),
        ({"fromCache": "2026-01-01", "origin": "x"}, {"origin": ""}),
    ],
)
def test_a_member_is_read_in_each_of_its_spellings(
    cast: Cast, world: dict[str, Activity], sent: dict[str, Any], stored: Any
) -> None:
    pk = world["none"].pk
    cast.api("hendi").write(f"{LIST}/{pk}", sent, method="PUT")
    row = Activity.objects.get(pk=pk)
    assert {name: getattr(row, name) for name in stored} == stored


@pytest.mark.parametrize(
    "sent", [{"type": True}, {"type": 3}, {"type": 1.5}, {"supportTableId": "x"}]
)
def test_a_member_that_is_none_is_refused(
    cast: Cast, world: dict[str, Activity], sent: dict[str, Any]
) -> None:
    refused = cast.api("hendi").write(
        f"{LIST}/{world['none'].pk}", sent, 400, method="PUT"
    )
    assert refused["errors"].keys() == sent.keys()


# --- Rows ---------------------------------------------------------------------------------


def test_a_row_has_no_nulls_and_both_names_of_its_document(agus: User) -> None:
    activity = an_activity(agus, {"description": "x"}, support_table_id=4)
    (row,) = activity_rows([activity.pk])
    assert (row["selectedSupportDocId"], row["supportTableId"]) == (4, 4)
    assert row["type"] == "PrePO"
    (task,) = row["tasks"]
    absent = {"from", "to", "hours", "lateReason", "completedDatePic", "extPanelCodeId"}
    assert not absent & task.keys()
    assert task["inCharges"] == []


def test_rows_come_in_the_order_that_was_asked_for(agus: User) -> None:
    first, second = an_activity(agus), an_activity(agus)
    asked = [second.pk, 99_999, first.pk]
    assert [row["id"] for row in activity_rows(asked)] == [second.pk, first.pk]


def test_a_signature_goes_out_with_its_person(agus: User, hendi: User) -> None:
    task = signed(the_task(an_activity(agus, a_task("A", agus))), agus, hendi)
    (row,) = task_rows(Task.objects.filter(pk=task.pk))
    assert (row["completedByPicId"], row["completedBySpvId"]) == (12, 7)
    assert row["completedDateSpv"] == task.completed_date_spv
    assert "completedByManagerId" not in row


@pytest.mark.parametrize("count", [1, 5])
def test_rows_cost_three_queries_however_many(
    agus: User, count: int, django_assert_num_queries: Any
) -> None:
    ids = [an_activity(agus, a_task("A", agus), a_task("B")).pk for _ in range(count)]
    with django_assert_num_queries(3):
        assert len(activity_rows(ids)) == count


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("12", 12), ("-3", -3), ("007", 7), (str(2**63 - 1), 2**63 - 1)],
)
def test_a_number_of_a_query(text: str, number: int | None) -> None:
    assert number_of({"taskid": text}, "taskId") == number
    assert number_of({"taskId": text}, "taskId") == number


@pytest.mark.parametrize(
    "text", ["x", "1.5", "--1", "1e3", "\u0663", str(2**63), "9" * 40]
)
def test_what_is_no_number_of_a_query(text: str) -> None:
    with pytest.raises(DomainError) as caught:
        number_of({"taskid": text}, "taskId")
    assert list(caught.value.errors) == ["taskId"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("", False),
        ("true", True),
        ("TRUE", True),
        ("1", True),
        ("0", False),
        ("false", False),
    ],
)
def test_a_flag_of_a_query(text: str, *, flag: bool) -> None:
    assert flag_of({"excel": text}, "excel") is flag


@pytest.mark.parametrize("text", ["yes", "2", "ya", "null"])
def test_what_is_no_flag_of_a_query(text: str) -> None:
    with pytest.raises(DomainError):
        flag_of({"excel": text}, "excel")


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("from=2026-03-16&to=2026-03-16", True),
        ("from=2026-03-15T23:59&to=2026-03-15T23:59", False),
        ("to=2026-03-15", False),
        ("to=2026-03-16T00:00", True),
        ("from=2026-03-18", True),
        ("from=2026-03-18T23:31", False),
        ("from=2026-03-19", False),
    ],
)
def test_a_period_by_days_and_by_moments(
    cast: Cast, query: str, *, is_found: bool
) -> None:
    """The span is from midnight of the 16th to half past eleven in the night of the 18th."""
    dates = {"starts_at": at("2026-03-16"), "ends_at": at("2026-03-18 23:30")}
    an_activity(cast.hendi, a_task("A", **dates))
    an_activity(cast.hendi)  # without a span it is in no period
    assert len(cast.api("budi").read(f"{LIST}?{query}")) == int(is_found)
