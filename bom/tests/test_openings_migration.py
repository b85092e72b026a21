"""Who has opened which content of a BOM is kept, row by row, where it is for any record."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from bom.models import BomApproval
from core.accounts.models import User
from core.approvals.models import Opening
from core.approvals.queries.openings import has_opened, unopened
from core.approvals.tests.test_rounds_migration import migrate, move_on

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [
    ("bom", "0008_without_bom_decisions"),
    ("approvals", "0007_decision_links"),
]
MOVE = import_module("bom.migrations.0009_openings_of_any_record")
NOON = datetime(2026, 3, 17, 5, tzinfo=UTC)
LABEL = "bom.BomApproval"


@pytest.fixture
def old() -> Iterator[Any]:
    """The apps as they were when BOMs alone kept their openings."""
    yield migrate(BEFORE)
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def openings(apps: Any, people: int, boms: int) -> list[tuple[Any, ...]]:
    """Each person has opened each revision of each BOM, a minute after the last; what is to be found."""
    users = [
        apps.get_model("accounts", "User").objects.create(
            username=f"u{number}", name=f"U{number}", ext_id=900 + number
        )
        for number in range(people)
    ]
    wanted: list[tuple[Any, ...]] = []
    for number in range(boms):
        approval = apps.get_model("bom", "BomApproval").objects.create(
            ext_bom_leveled_id=700 + number,
            digest="d" * 64,
            revision=2,
            opened_at=NOON,
            source="person",
        )
        for user in users:
            for revision in (1, 2)[: 1 + (user.pk + number) % 2]:
                row = apps.get_model("bom", "BomOpening").objects.create(
                    approval=approval, person=user, revision=revision
                )
                at = NOON + timedelta(minutes=len(wanted))
                type(row).objects.filter(pk=row.pk).update(at=at)
                wanted.append((user.pk, LABEL, approval.pk, revision, at))
    return wanted


def found() -> list[tuple[Any, ...]]:
    columns = ("person_id", "record_type", "record_id", "revision", "at")
    return list(Opening.objects.order_by("at").values_list(*columns))


@pytest.mark.parametrize("at_once", [4, 2000])
def test_every_opening_is_kept_with_its_time(
    old: Any, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the rows come in several steps, and the last step is not a full one."""
    monkeypatch.setattr(MOVE, "AT_ONCE", at_once)
    wanted = openings(old, people=3, boms=3)
    assert len(wanted) in {13, 14}
    move_on()
    assert found() == wanted


def test_who_had_opened_it_need_not_open_it_again(old: Any) -> None:
    openings(old, people=2, boms=2)
    move_on()
    approvals = list(BomApproval.objects.all())
    for user in User.objects.filter(username__startswith="u"):
        for approval in approvals:
            rows = Opening.objects.filter(person=user, record_id=approval.pk)
            is_open = rows.filter(revision=approval.revision).exists()
            assert has_opened(approval, user) is is_open
        assert 0 < len(unopened(approvals, user)) < len(approvals)
