"""Changes as the engine of approvals knows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from core.accounts.models import User
from core.approvals.models import Decision, RecordKind
from core.approvals.queries.ballots import Ballot
from core.approvals.queries.rules import (
    PlannedStep,
    chosen,
    route,
    rules_in_force,
)
from core.approvals.services.routes import open_round
from core.approvals.subjects import Description, Subject
from core.db.locking import locked
from engineering.models import ChangeItem, ChangeNotice
from engineering.queries.approval import able_among, able_to_decide
from engineering.queries.record import change_record
from engineering.services.decisions import decide_change


def put_up(change: ChangeNotice, lines: Iterable[ChangeItem], by: User) -> Ballot:
    """Open a round for the present content, by the rule that holds for its kind and net cost.

    While a line has no price the cost is not known, and the widest route is taken.
    """
    is_known = all(
        line.snapshot_price is not None for line in lines if line.deleted_at is None
    )
    return open_round(
        change,
        kind=RecordKind[ChangeNotice.Kind(change.kind).name],
        steps=route(change.kind, change.net if is_known else None),
        by=by,
        priority=change.priority,
    )


def routes_today(changes: Sequence[ChangeNotice]) -> dict[int, list[PlannedStep]]:
    """The steps of today's rules for these changes, by id; two queries."""
    rules = list(rules_in_force())
    unpriced = set(
        ChangeItem.objects.alive()
        .filter(change__in=changes, snapshot_price=None)
        .values_list("change_id", flat=True)
    )
    return {
        row.pk: chosen(rules, row.kind, None if row.pk in unpriced else row.net)
        for row in changes
    }


def _locked(change_id: int) -> ChangeNotice:
    return locked(ChangeNotice.objects.alive(), change_id)


def _described(ids: Iterable[int]) -> dict[int, Description]:
    rows = ChangeNotice.objects.filter(pk__in=list(ids)).only(
        "number", "engineering", "detail_problem", "project_name"
    )
    # One address is made, and the ids put in: a full inbox has hundreds.
    before, _, after = reverse("engineering:change_detail", args=[0]).rpartition("0")
    return {
        row.pk: Description(row.number, row.title, f"{before}{row.pk}{after}", row.pk)
        for row in rows
    }


def _requesters(change: ChangeNotice) -> frozenset[int]:
    people = {change.requester_id, change.created_by_id}
    return frozenset(person for person in people if person is not None)


def _department(change: ChangeNotice) -> int | None:
    return change.requester.department_ext_id if change.requester else None


def _decide(change_id: int, **said: Any) -> Decision:
    return decide_change(change_id=change_id, **said)


def _shown(change: ChangeNotice, user: User) -> dict[str, Any]:
    return {"record": change_record(change, user), "change": change}


CHANGES = Subject(
    name="change",
    model=ChangeNotice,
    lock=_locked,
    able=able_to_decide,
    able_among=able_among,
    joined=("requester",),
    describe=_described,
    decide=_decide,
    template="engineering/_change_by_link.html",
    shown=_shown,
    requesters=_requesters,
    department=_department,
    routes=routes_today,
)
