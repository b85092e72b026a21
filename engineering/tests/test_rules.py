"""Rules of a change as tables: who edits and attaches in which state, what is refused, what is signed."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from core.accounts.models import User, UserRole
from core.approvals.models import ApprovalRule, ApprovalStep
from core.errors import DomainError
from core.ledger.models import Event
from engineering.models import (
    AnnouncedFile,
    ChangeItem,
    ChangeNotice,
    DepartmentConfig,
)
from engineering.models.dashboard_figures import FIGURES
from engineering.services import (
    attach_file,
    choose_departments,
    decide_change,
    edit_change,
    raise_change,
    type_figures,
    withdraw_change,
)
from engineering.services.files import announce_file, name_of_file
from engineering.tests.conftest import NOTHING_KNOWN, a_change
from notifications.models import Notification
from tests.people import make_person

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n"


def code_of(call: Any) -> tuple[str, list[str]]:
    """``done``, or the code and the fields of the refusal."""
    try:
        call()
    except DomainError as error:
        return error.code, list(error.errors)
    return "done", []


def traces() -> tuple[int, ...]:
    """How much is written by now."""
    kinds = (Event, Notification, ChangeNotice, ChangeItem)
    return tuple(kind.objects.count() for kind in kinds)


# --- Who may, in which state ---------------------------------------------------------------


def verbs(change: ChangeNotice, by: User) -> dict[str, Any]:
    """Each verb of a change by a person."""
    pk = change.pk
    return {
        "edit": lambda: edit_change(
            change_id=pk, by=by, fields={"engineering": "x"}, facts=NOTHING_KNOWN
        ),
        "attach": lambda: attach_file(
            change_id=pk, by=by, name="a.pdf", content=BytesIO(PDF)
        ),
        "withdraw": lambda: withdraw_change(change_id=pk, by=by),
    }


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("author", "done done done"),
        ("requester", "done done done"),
        ("stranger", "forbidden forbidden forbidden"),
        ("pic", "forbidden forbidden forbidden"),
        ("spv", "done done done"),
        ("manager", "done done done"),
        ("admin", "forbidden forbidden forbidden"),
        ("named decider", "forbidden done forbidden"),
    ],
)
def test_who_edits_attaches_and_withdraws(agus: User, who: str, expected: str) -> None:
    requester = make_person(60, "Requester")
    roles = who if who in {"pic", "spv", "manager"} else ""
    other = make_person(61, "Somebody", *roles.split(), is_superuser=who == "admin")
    if who == "named decider":
        rule = ApprovalRule.objects.create(kind=0)
        ApprovalStep.objects.create(rule=rule).people.add(other)
    change = a_change(agus, ext_user_id=requester.ext_id)
    by = {"author": agus, "requester": requester}.get(who, other)
    found = []
    for call in verbs(change, by).values():
        before = traces()
        code, _fields = code_of(call)
        found.append(code)
        assert (traces() == before) is (code != "done")
    assert found == expected.split()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("approved", "illegal_transition done illegal_transition"),
        ("rejected", "illegal_transition done illegal_transition"),
        ("withdrawn", "not_found not_found not_found"),
    ],
)
def test_what_is_over_stands(
    change: ChangeNotice, agus: User, rina: User, state: str, expected: str
) -> None:
    if state == "withdrawn":
        withdraw_change(change_id=change.pk, by=agus)
    else:
        status = 1 if state == "approved" else 2
        decide_change(change_id=change.pk, by=rina, status=status, remark="x")
    for by in (agus, rina):
        codes = [code_of(call)[0] for call in verbs(change, by).values()]
        assert codes == expected.split()


def test_a_decider_attaches_also_after_losing_the_role(
    change: ChangeNotice, rina: User
) -> None:
    """Who signed brings the signed form later."""
    decide_change(change_id=change.pk, by=rina, status=1)
    UserRole.objects.all().delete()
    by = User.objects.get(pk=rina.pk)
    assert code_of(verbs(change, by)["attach"])[0] == "done"


# --- What is refused, by its field ---------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "items", "named"),
    [
        ({"kind": 4}, [], ["typeEcnCcn"]),
        ({"kind": -1}, [], ["typeEcnCcn"]),
        ({"direction": 2}, [], ["type"]),
        ({"priority": 9}, [], ["priority"]),
        (
            {"engineering": " ", "detail_problem": ""},
            [],
            ["engineering", "detailProblem"],
        ),
        ({}, [{"direction": 3}], ["items.typeIncreaseDecrease"]),
        ({}, [{"qty": 10**11}], ["items.qty"]),
        ({}, [{"snapshot_price": 10**13}], ["items.snapshotPrice"]),
        ({}, [{"qty": 10**6, "snapshot_price": 10**8}], ["items"]),
        ({}, [{"qty": 1}] * 501, ["items"]),
        ({"number": "X-1"}, [], ["no"]),
    ],
)
def test_a_wrong_value_names_its_field_and_saves_nothing(
    agus: User, fields: dict[str, Any], items: list[Any], named: list[str]
) -> None:
    a_change(agus, number="X-1")
    before = traces()
    given = {"engineering": "x", **fields}
    code, found = code_of(
        lambda: raise_change(by=agus, fields=given, items=items, facts=NOTHING_KNOWN)
    )
    assert (code, found) == ("invalid", named)
    assert traces() == before


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"kind": None}, {"kind": 0}),
        ({"priority": None}, {"priority": ChangeNotice.Priority.MEDIUM}),
        ({"direction": None}, {"direction": None}),
        ({"date": date(2026, 3, 16)}, {"date": date(2026, 3, 16)}),
        ({"number": " X-9 "}, {"number": "X-9"}),
        ({"status": 1, "revision": 9, "net": 5}, {"status": 0, "revision": 1}),
    ],
)
def test_a_header_is_stored_as_meant(
    agus: User, sent: dict[str, Any], stored: dict[str, Any]
) -> None:
    made = raise_change(
        by=agus, fields={"engineering": "x", **sent}, facts=NOTHING_KNOWN
    )
    row = ChangeNotice.objects.get(pk=made.pk)
    assert {name: getattr(row, name) for name in stored} == stored
    assert (row.created_by, row.requester) == (agus, agus)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({}, (1, None, 0)),
        ({"qty": None}, (0, None, 0)),
        ({"qty": "1.23456"}, (Decimal("1.2346"), None, 0)),
        ({"snapshot_price": "10.005"}, (1, Decimal("10.00"), 0)),
        ({"snapshot_price": "10.015"}, (1, Decimal("10.02"), 0)),
        ({"direction": None}, (1, None, 0)),
        ({"direction": 1, "qty": 2}, (2, None, 1)),
    ],
)
def test_a_line_is_stored_as_meant(
    agus: User, sent: dict[str, Any], stored: Any
) -> None:
    raise_change(
        by=agus, fields={"engineering": "x"}, items=[sent], facts=NOTHING_KNOWN
    )
    line = ChangeItem.objects.get()
    assert (line.qty, line.snapshot_price, line.direction) == stored


# --- Names of files that came without one ---------------------------------------------------


@pytest.mark.parametrize(
    ("announced", "minutes", "expected"),
    [
        ("", 0, "number.pdf"),
        ("SLD.pdf", 0, "SLD.pdf"),
        ("SLD.PDF", 9, "SLD.PDF"),
        ("SLD.pdf", 11, "number.pdf"),
        ("SLD.png", 0, "SLD.pdf"),
        ("SLD", 0, "SLD.pdf"),
        ("  ", 0, "number.pdf"),
    ],
)
def test_the_name_of_bytes_without_a_name(
    change: ChangeNotice, agus: User, announced: str, minutes: int, expected: str
) -> None:
    announce_file(change, announced, agus)
    before = timezone.now() - timedelta(minutes=minutes)
    AnnouncedFile.objects.update(announced_at=before)
    found = name_of_file(change, BytesIO(PDF), agus)
    assert found == expected.replace("number", str(change))


def test_a_name_is_announced_for_its_own_person(
    change: ChangeNotice, agus: User, budi: User
) -> None:
    announce_file(change, "SLD.pdf", agus)
    assert name_of_file(change, BytesIO(PDF), budi) == f"{change}.pdf"
    announce_file(change, "Layout.pdf", budi)
    assert AnnouncedFile.objects.count() == 1
    assert name_of_file(change, BytesIO(PDF), budi) == "Layout.pdf"


# --- Set-up -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "wanted", "events"),
    [
        ([], [4, 5], 1),
        ([4], [5], 1),
        ([4, 5], [5, 4, 4], 0),
        ([4], [], 1),
        ([], [], 0),
    ],
)
def test_the_choice_of_departments_is_the_whole_of_it(
    admin: User, held: list[int], wanted: list[int], events: int
) -> None:
    for key in held:
        DepartmentConfig.objects.create(department_id=key)
    found = choose_departments(department_ids=wanted, by=admin)
    assert sorted(row.department_id for row in found) == sorted(set(wanted))
    rows = Event.objects.filter(kind="departments.chosen")
    assert rows.count() == events
    for row in rows:
        assert (row.before, row.after) == (
            {"departments": sorted(held)},
            {"departments": sorted(set(wanted))},
        )


@pytest.mark.parametrize("who", ["", "pic", "spv", "manager"])
def test_only_an_administrator_chooses_departments(who: str) -> None:
    by = make_person(60, "Somebody", *who.split())
    chosen = code_of(lambda: choose_departments(department_ids=[4], by=by))
    assert chosen[0] == "forbidden"
    assert not DepartmentConfig.objects.exists()


COMPUTED = dict.fromkeys(FIGURES, 3) | {"last_detected_process": None}


@pytest.mark.parametrize(
    ("stored", "sent", "typed"),
    [
        ({}, {"total_boms": 5}, {"total_boms"}),
        ({}, COMPUTED, set()),
        ({}, COMPUTED | {"total_boms": 5}, {"total_boms"}),
        ({}, {"total_boms": 3}, {"total_boms"}),
        ({"total_boms": 5}, COMPUTED | {"total_boms": 5}, {"total_boms"}),
        ({"total_boms": 5}, {"total_boms": None}, set()),
        ({"total_boms": 5}, {"total_slds": 7}, {"total_boms", "total_slds"}),
    ],
)
def test_a_figure_that_came_back_as_it_was_computed_is_not_typed(
    rina: User, hendi: User, stored: Any, sent: Any, typed: set[str]
) -> None:
    if stored:
        type_figures(data=stored, by=hendi)
    row = type_figures(data=sent, by=rina, shown=COMPUTED)
    assert row is not None
    assert set(row.marks) == typed
    kept = {name for name in FIGURES if getattr(row, name) is not None}
    assert kept == typed


@pytest.mark.parametrize(
    ("who", "is_admin", "expected"),
    [
        ("", False, "forbidden"),
        ("pic", False, "forbidden"),
        ("spv", False, "done"),
        ("manager", False, "done"),
        ("", True, "done"),
    ],
)
def test_who_types_figures(who: str, expected: str, *, is_admin: bool) -> None:
    by = make_person(60, "Somebody", *who.split(), is_superuser=is_admin)
    assert code_of(lambda: type_figures(data={"total_boms": 1}, by=by))[0] == expected
