"""Rows of simple tables: who may, what is refused, and an event with what was and what is."""

from typing import Any

import pytest
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import Event
from core.ledger.services import remove_row, save_row
from engineering.models import Configuration, DepartmentConfig, PanelProcess
from tests.people import make_person

pytestmark = pytest.mark.django_db
ROW = {"panel_type": "LVMDP", "process_name": "SLD", "minutes": 60}


def save(by: User, **data: Any) -> PanelProcess:
    """A process of a panel."""
    return save_row(model=PanelProcess, data=data, by=by)


def last() -> tuple[str, Any, Any]:
    """Kind, before and after of the newest event."""
    event = Event.objects.latest("pk")
    return event.kind, event.before, event.after


def test_a_row_is_added_changed_and_removed_with_its_event(rina: User) -> None:
    row = save(rina, **ROW)
    assert last()[0::2] == ("row.added", ROW)
    save(rina, id=row.pk, minutes=90)
    assert last() == ("row.changed", {"minutes": "60"}, {"minutes": 90})
    remove_row(row=PanelProcess.objects.get(), by=rina)
    kind, before, after = last()
    assert (kind, after) == ("row.removed", None)
    assert before["panel_type"] == "LVMDP"
    assert not PanelProcess.objects.exists()


def test_nothing_changed_is_no_event(rina: User) -> None:
    row = save(rina, **ROW)
    count = Event.objects.count()
    save(rina, id=row.pk, process_name="SLD")
    assert Event.objects.count() == count


def test_what_the_server_owns_is_not_taken(rina: User) -> None:
    old = timezone.now().replace(year=2001)
    data = {"name": "X", "created_at": old, "updated_at": old}
    row = save_row(model=Configuration, data=data, by=rina)
    assert row.created_at.year > 2001
    assert last()[2] == {"name": "X"}


def test_a_soft_removal_has_the_servers_time(rina: User) -> None:
    row = save_row(model=Configuration, data={"name": "X"}, by=rina)
    gone = {"id": row.pk, "deleted_at": timezone.now().replace(year=2001)}
    removed = save_row(model=Configuration, data=gone, by=rina)
    assert removed.deleted_at is not None
    assert removed.deleted_at.year > 2001


@pytest.mark.parametrize(
    ("roles", "verb", "is_allowed"),
    [
        ("", "keep_tables", False),
        ("pic", "keep_tables", False),
        ("spv", "keep_tables", True),
        ("manager", "keep_tables", True),
        ("spv", "set_up", False),
        ("manager", "set_up", False),
    ],
)
def test_who_keeps_a_table(
    rina: User, roles: str, verb: str, *, is_allowed: bool
) -> None:
    row = save(rina, **ROW)
    by = make_person(60, "Somebody", *roles.split())
    before = Event.objects.count()
    verbs: list[Any] = [
        lambda: save_row(
            model=PanelProcess, data=ROW | {"minutes": 1}, by=by, verb=verb
        ),
        lambda: save_row(
            model=PanelProcess, data={"id": row.pk, "minutes": 2}, by=by, verb=verb
        ),
        lambda: remove_row(row=row, by=by, verb=verb),
    ]
    codes = []
    for call in verbs:
        try:
            call()
            codes.append("done")
        except DomainError as error:
            codes.append(error.code)
    assert codes == ["done" if is_allowed else "forbidden"] * 3
    assert Event.objects.count() - before == (3 if is_allowed else 0)


def test_a_row_that_is_not_there_is_not_found(rina: User) -> None:
    with pytest.raises(DomainError) as caught:
        save(rina, id=12_345, minutes=1)
    assert caught.value.code == "not_found"


def test_a_value_that_is_taken_is_refused_and_leaves_the_transaction_whole(
    rina: User,
) -> None:
    save_row(model=DepartmentConfig, data={"department_id": 4}, by=rina)
    other = save_row(model=DepartmentConfig, data={"department_id": 5}, by=rina)
    for data in ({"department_id": 4}, {"id": other.pk, "department_id": 4}):
        with pytest.raises(DomainError) as caught:
            save_row(model=DepartmentConfig, data=data, by=rina)
        assert caught.value.code == "invalid"
    assert sorted(DepartmentConfig.objects.values_list("department_id", flat=True)) == [
        4,
        5,
    ]
    assert Event.objects.count() == 2
