"""CRM, meeting and AI answer in the shapes that the predecessor consumed."""

import base64

import pytest

from sandbox.server import Sandbox
from sandbox.tests.wire import ask, get


def test_purchase_orders(box: Sandbox) -> None:
    rows = get(box.crm, "/api/external/purchase-orders/ppic").json()
    assert len(rows) == 60
    assert rows[0]["purchaseOrderNumber"] == "PO-2026-101"
    assert set(rows[0]) == {"id", "purchaseOrderNumber", "account"}
    assert set(rows[0]["account"]) == {"id", "name"}


def test_customers(box: Sandbox) -> None:
    rows = get(box.crm, "/api/external/customers").json()
    assert len(rows) == 20
    assert rows[0] == {"id": 5, "businessType": "PT", "name": "Nusa Lentera Energi"}


def test_inquiries_ascend_and_have_a_quotation(box: Sandbox) -> None:
    rows = get(box.crm, "/api/v1/external/inquiries?unknown=1").json()
    assert len(rows) == 80
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    names = {"id", "inquiryNumber", "title", "project", "account", "quotation"}
    assert all(set(row) == names for row in rows)
    assert all(set(row["quotation"]) == {"id", "name"} for row in rows)


def test_people_know_their_department(box: Sandbox) -> None:
    rows = {r["username"]: r for r in get(box.meeting, "/ext-users").json()}
    assert len(rows) == 30
    assert rows["agus"] | {"phoneNumber": "", "entryDate": ""} == {
        "id": 12,
        "username": "agus",
        "name": "Agus Wijaya",
        "departmentId": 4,
        "departmentName": "Eng Elec LV",
        "isHead": False,
        "entryDate": "",
        "phoneNumber": "",
    }
    assert rows["hendi"]["isHead"]
    assert rows["rina"]["isHead"]


def test_auth_and_meeting_know_the_same_departments(box: Sandbox) -> None:
    path = "/ext-departments"
    assert get(box.meeting, path).json() == get(box.auth, path).json()


def test_templates(box: Sandbox) -> None:
    templates = get(box.meeting, "/tasklisttemplates-proto").json()["templates"]
    assert len(templates) == 6
    assert set(templates[0]) == {"name", "items"}
    assert set(templates[0]["items"][0]) == {"name", "workingMins"}


def test_projects_have_a_leader_given_as_text(box: Sandbox) -> None:
    rows = get(box.meeting, "/projects-idname").json()
    assert all(set(row) == {"id", "name", "leader"} for row in rows)
    assert all(row["leader"].isdigit() for row in rows)


def test_the_estimator_answers_markdown_the_same_each_time(box: Sandbox) -> None:
    file = base64.b64encode(b"%PDF-1.7 tender").decode()
    question = {"file": file, "option_type": 1, "model": "claude"}
    first, again = (ask(box.ai, "POST", "/process_pdf", question) for _ in range(2))
    assert first.body == again.body
    (result,) = first.json()["results"]
    assert result.startswith("# ")
    assert "claude" in result


@pytest.mark.parametrize(
    "wrong", [{"file": "***"}, {"model": "other"}, {"option_type": "1"}]
)
def test_the_estimator_refuses_nonsense(box: Sandbox, wrong: dict[str, str]) -> None:
    question = {"file": "AAAA", "option_type": 1, "model": "gpt4"} | wrong
    assert ask(box.ai, "POST", "/process_pdf", question).status == 400


@pytest.mark.parametrize("name", ["auth", "crm", "ppic", "meeting", "ai"])
def test_an_unknown_path_is_404_in_json(box: Sandbox, name: str) -> None:
    answer = get(box.servers[name], "/no/such/thing")
    assert answer.status == 404
    assert "message" in answer.json()


def test_a_trailing_slash_changes_nothing(box: Sandbox) -> None:
    path = "/api/external/customers"
    assert get(box.crm, f"{path}/").body == get(box.crm, path).body
