"""What the predecessor's dialog sends and reads: days, empty bodies, stray members."""

from typing import Any

import pytest

from activities.models import Activity
from tests.factories import an_activity
from tests.people import Cast

pytestmark = pytest.mark.django_db
LIST = "/api/dashboard/activities"


@pytest.fixture
def activity(cast: Cast) -> Activity:
    """Planned by Hendi."""
    return an_activity(cast.hendi)


@pytest.mark.parametrize(
    "body", [{}, {"tasks": []}, {"type": "Others"}, {"description": " ", "tasks": [{}]}]
)
def test_nothing_said_is_no_activity(cast: Cast, body: dict[str, Any]) -> None:
    refused = cast.api("hendi").write(LIST, body, 400)
    assert refused["errors"].keys() == {"description"}
    assert not Activity.objects.exists()


def test_a_job_that_ppic_does_not_have_is_400(cast: Cast) -> None:
    body = {"type": "PostPO", "description": "x", "extJobId": "999999"}
    refused = cast.api("hendi").write(LIST, body, 400)
    assert refused["errors"].keys() == {"extJobId"}


@pytest.mark.parametrize(
    "day", ["2026-12-02", "2026-12-02T00:00:00Z", "2026-12-02T00:00:00"]
)
def test_a_day_reads_the_same_before_its_t(cast: Cast, day: str) -> None:
    task = {"description": "x", "from": day, "to": day}
    made = cast.api("hendi").write(LIST, {"description": "x", "tasks": [task]})
    for text in (made["tasks"][0]["from"], made["tasks"][0]["to"], made["fromCache"]):
        assert text.startswith("2026-12-02T00:00:00")


def test_a_day_of_the_portals_form_reads_the_same_before_its_t(cast: Cast) -> None:
    data = {
        "kind": "2",
        "description": "x",
        "tasks-TOTAL_FORMS": "1",
        "tasks-INITIAL_FORMS": "0",
        "tasks-0-description": "y",
        "tasks-0-starts": "2026-12-02",
        "tasks-0-ends": "2026-12-04",
        "tasks-0-ORDER": "1",
    }
    assert cast.browser("agus").post("/activities/new/", data).status_code == 302
    row = cast.api("agus").read(f"{LIST}/{Activity.objects.get().pk}")
    assert row["fromCache"].startswith("2026-12-02T")
    assert row["toCache"].startswith("2026-12-04T")


def test_the_old_dialogs_null_customer_says_nothing(
    cast: Cast, activity: Activity
) -> None:
    api, body = cast.api("hendi"), {"id": activity.pk, "customer": "PT Nusa Lentera"}
    api.write(LIST, body)
    old = {"id": activity.pk, "customer": None, "customerId": None}
    assert api.write(LIST, old)["customer"] == "PT Nusa Lentera"
    bare = {"id": activity.pk, "customer": None}
    assert api.write(LIST, bare)["customer"] == ""
