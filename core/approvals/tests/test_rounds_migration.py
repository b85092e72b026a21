"""Decisions of the two former engines become rounds: nothing of them is lost, and the same people are asked."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from core.approvals.models import (
    ApprovalRule,
    ApprovalStep,
    Assignment,
    Decision,
    Round,
)
from core.ledger.models import Event

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE = [("engineering", "0012_labels"), ("bom", "0006_labels")]
NOW = timezone.now().replace(microsecond=0)
AGUS, HENDI, RINA, RATNA, GONE = 12, 7, 3, 4, 50
CHANGE, BOM = "engineering.ChangeNotice", "bom.BomApproval"


class Old:
    """The tables as they were, and what the tests put into them."""

    def __init__(self, apps: Any) -> None:
        self.apps = apps
        self.users: dict[int, Any] = {}
        for ext_id, name, role in (
            (AGUS, "agus", ""),
            (HENDI, "hendi", "spv"),
            (RINA, "rina", "manager"),
            (RATNA, "ratna", "manager"),
            (GONE, "gone", "manager"),
        ):
            self.users[ext_id] = self.model("accounts", "User").create(
                username=name,
                name=name.title(),
                ext_id=ext_id,
                is_active=ext_id != GONE,
            )
            if role:
                self.model("accounts", "UserRole").create(user_id=ext_id, role=role)
        self.count = 0

    def model(self, app: str, name: str) -> Any:
        return self.apps.get_model(app, name).objects

    def change(self, **fields: Any) -> Any:
        self.count += 1
        given = {"created_by": self.users[AGUS], "requester": self.users[AGUS]}
        return self.model("engineering", "ChangeNotice").create(
            number=f"ECN-{self.count}",
            date=NOW.date(),
            digest=f"{self.count}" * 8,
            **given | {"ext_user_id": AGUS} | fields,
        )

    def decided(self, change: Any, by: int, status: int = 1, **more: Any) -> Any:
        given = {"revision": change.revision, "digest": change.digest, "step": 0} | more
        return self.model("engineering", "ChangeDecision").create(
            change=change,
            approver=self.users[by],
            status=status,
            remark=f"{by}",
            decided_at=NOW,
            **given,
        )

    def rule(self, kind: int, *steps: tuple[str, str]) -> None:
        rule = ApprovalRule.objects.create(kind=kind)
        for order, (mode, role) in enumerate(steps, 1):
            ApprovalStep.objects.create(rule=rule, order=order, mode=mode, role=role)

    def bom(self, pics: list[int], *, outcome: int = 0, **fields: Any) -> Any:
        self.count += 1
        approval = self.model("bom", "BomApproval").create(
            ext_bom_leveled_id=self.count,
            digest=f"{self.count}" * 8,
            status=outcome,
            opened_at=NOW,
            source=fields.pop("source", "webhook"),
            **fields,
        )
        for number in range(1, approval.revision + 1):
            is_last = number == approval.revision
            self.model("bom", "BomRevision").create(
                approval=approval,
                number=number,
                digest=approval.digest if is_last else "old",
                content={"children": []},
                line_count=1,
                opened_at=NOW + timedelta(hours=number),
                source=approval.source,
                outcome=outcome if is_last else 0,
                closed_at=NOW if is_last and outcome else None,
            )
        for person in pics:
            self.model("bom", "BomApprovalPic").create(
                approval=approval, ext_user_id=person
            )
        return approval

    def bom_decided(self, approval: Any, by: int, status: int = 1, **more: Any) -> Any:
        given = {"revision": approval.revision, "digest": approval.digest} | more
        return self.model("bom", "BomDecision").create(
            approval=approval,
            approver=self.users[by],
            status=status,
            remark=f"{by}",
            decided_at=NOW,
            **given,
        )


def migrate(targets: Any) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def old() -> Iterator[Old]:
    yield Old(migrate(BEFORE))
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def move_on() -> None:
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def asked(label: str, record: Any) -> set[int | None]:
    """Auth server ids of those who are asked about a record now."""
    rows = Assignment.objects.open().filter(
        round__record_type=label, round__record_id=record.pk, round__state="open"
    )
    return set(rows.values_list("person__ext_id", flat=True))


def states(label: str, record: Any) -> list[tuple[int, str]]:
    rows = Round.objects.filter(record_type=label, record_id=record.pk)
    return list(rows.order_by("revision").values_list("revision", "state"))


COLUMNS = ("approver_id", "revision", "digest", "status", "remark", "decided_at")


def test_every_decision_on_a_change_keeps_its_id_and_what_it_says(old: Old) -> None:
    rows = []
    for status in (0, 1, 2):
        change = old.change(status=status, approval_date=NOW if status else None)
        if status:
            rows.append(old.decided(change, RINA, status, by_author=status == 1))
    edited = old.change(revision=2)
    rows += [
        old.decided(edited, HENDI, revision=1, digest="old", voided_at=NOW),
        old.decided(edited, RATNA, 2, revision=1, digest="old", voided_at=NOW, step=1),
    ]
    wanted = {
        row.pk: (
            *(getattr(row, name) for name in COLUMNS),
            row.change_id,
            row.step,
            row.voided_at,
            row.by_author,
        )
        for row in rows
    }
    move_on()
    more = ("record_id", "step", "voided_at", "by_author")
    found = Decision.objects.filter(record_type=CHANGE).values_list(
        "pk", *COLUMNS, *more
    )
    assert {row[0]: row[1:] for row in found} == wanted
    later = Decision.objects.order_by("-pk")[0].pk
    assert later == max(wanted)
    for row in Decision.objects.all():
        assert row.assignment.person_id == row.approver_id
        assert row.assignment.closed_because == "decided"


def test_the_same_people_are_asked_about_a_change(old: Old) -> None:
    old.rule(1, ("any", "spv"), ("everyone", "manager"))
    plain = old.change()
    own = old.change(requester=old.users[RINA], ext_user_id=RINA)
    first, second = old.change(kind=1), old.change(kind=1)
    old.decided(second, HENDI)
    both = old.change(kind=1)
    old.decided(both, HENDI)
    old.decided(both, RINA, step=1)
    settled = old.change(status=1)
    withdrawn = old.change(deleted_at=NOW)
    move_on()
    found = [
        asked(CHANGE, each)
        for each in (plain, own, first, second, both, settled, withdrawn)
    ]
    assert found == [
        {RINA, RATNA},
        {RATNA},
        {HENDI},
        {RINA, RATNA},
        {RATNA},
        set(),
        set(),
    ]
    assert states(CHANGE, withdrawn) == [(1, "withdrawn")]
    assert states(CHANGE, both) == [(1, "open")]
    steps = Round.objects.get(record_id=both.pk, record_type=CHANGE).steps.all()
    assert [(step.mode, step.role) for step in steps] == [
        ("any", "spv"),
        ("everyone", "manager"),
    ]


@pytest.mark.parametrize(
    ("setting", "expected"), [("when_alone", {RATNA}), ("always", {RINA, RATNA})]
)
def test_four_eyes_hold_on(
    old: Old, settings: Any, setting: str, expected: set[int]
) -> None:
    settings.AUTHOR_MAY_DECIDE = setting
    change = old.change(revision=2)
    Event.objects.create(
        record_type=CHANGE,
        record_id=change.pk,
        seq=1,
        kind="change.edited",
        actor_id=old.users[RINA].pk,
        actor_name="Rina",
        at=NOW,
        revision=2,
        digest=change.digest,
        before={"customer": "a"},
        after={"customer": "b"},
        previous_hash="",
        hash="x",
    )
    move_on()
    assert asked(CHANGE, change) == expected


def test_boms_keep_their_decisions_and_ask_the_same_pics(old: Old) -> None:
    open_ = old.bom([AGUS, HENDI, 99])
    old.bom_decided(open_, AGUS)
    approved, rejected = old.bom([AGUS], outcome=1), old.bom([AGUS], outcome=2)
    old.bom_decided(approved, AGUS)
    old.bom_decided(rejected, AGUS, 2)
    revised = old.bom([AGUS, HENDI], revision=2)
    old.bom_decided(revised, AGUS, revision=1, digest="old", voided_at=NOW)
    again = old.bom([AGUS, HENDI])
    old.bom_decided(again, AGUS, 2, voided_at=NOW)
    old.bom_decided(again, AGUS, 1)
    alone = old.bom([HENDI], source="person", ext_user_id=HENDI)
    kept = sorted(
        (
            row.approval_id,
            row.approver_id,
            row.revision,
            row.status,
            row.voided_at is None,
        )
        for row in old.model("bom", "BomDecision").all()
    )
    highest = old.decided(old.change(), RINA).pk
    move_on()
    boms = (open_, approved, rejected, revised, again, alone)
    assert [asked(BOM, each) for each in boms] == [
        {HENDI, 99},
        set(),
        set(),
        {AGUS, HENDI},
        {HENDI},
        set(),
    ]
    rows = Decision.objects.filter(record_type=BOM)
    assert kept == sorted(
        (
            row.record_id,
            row.approver_id,
            row.revision,
            row.status,
            row.voided_at is None,
        )
        for row in rows
    )
    assert min(row.pk for row in rows) > highest
    assert states(BOM, revised) == [(1, "superseded"), (2, "open")]
    assert [states(BOM, each)[0][1] for each in (approved, rejected)] == [
        "approved",
        "rejected",
    ]
