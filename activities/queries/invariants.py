"""Invariants of planned work (docs/threats.md#invariants); reads only.

Each check yields a sentence per breach.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from activities.models import STAGES, Activity, Task
from activities.queries.live_tasks import sums_of
from core.ledger.models import Event

SIGNED = {
    f"task.{stage}_{verb}": (stage, verb)
    for stage in STAGES
    for verb in ("done", "undone")
}
# What was taken over from the old system: the history begins from what it claims.
BEGINNINGS = ("task.imported", "task.reimported")
# Signed, and nobody knows by whom.
NOBODY = 0
State = dict[str, int | None]


def inv_9() -> Iterator[str]:
    """Sign-off order, and every signature is what the history of its task says."""
    wrong = Q(completed_date_spv__isnull=False, completed_date_pic=None)
    wrong |= Q(completed_date_manager__isnull=False, completed_date_spv=None)
    for key in Task.objects.filter(wrong).values_list("pk", flat=True):
        yield f"task {key}: a later stage is signed and an earlier one is not"
    told, steps = _replayed()
    yield from steps
    for task in Task.objects.filter(completed_date_pic__isnull=False).iterator():
        state = {stage: _signer(task, stage) for stage in STAGES}
        if told.pop(task.pk, None) != state:
            yield f"task {task.pk}: the history does not say who has signed it"
    for key, state in told.items():
        if any(person is not None for person in state.values()):
            yield f"task {key}: the history says that it is signed"


def _signer(task: Task, stage: str) -> int | None:
    """A stage is signed by its date: the old system kept some without a person."""
    if task.signed_at(stage) is None:
        return None
    return task.signed_by(stage) or NOBODY


def _beginning(after: dict[str, Any]) -> State:
    signed = after.get("signed", {})
    return {
        stage: (signed[stage]["by"] or NOBODY) if stage in signed else None
        for stage in STAGES
    }


def _replayed() -> tuple[dict[int, State], list[str]]:
    """The signers of each task by its events, and events that were out of turn."""
    kinds = [*SIGNED, *BEGINNINGS]
    rows = Event.objects.filter(record_type=Task._meta.label, kind__in=kinds)
    states: dict[int, State] = {}
    faults = []
    columns = ("record_id", "seq", "kind", "actor__ext_id", "after")
    for key, seq, kind, person, after in (
        rows.order_by("record_id", "seq").values_list(*columns).iterator()
    ):
        if kind in BEGINNINGS:
            states[key] = _beginning(after)
            continue
        stage, verb = SIGNED[kind]
        state = states.setdefault(key, dict.fromkeys(STAGES))
        level = sum(signer is not None for signer in state.values())
        expected = level if verb == "done" else level - 1
        if STAGES.index(stage) != expected:
            faults.append(f"task {key}: event {seq} ({kind}) is out of turn")
        state[stage] = person if verb == "done" else None
    return states, faults


def spans() -> Iterator[str]:
    """Span, counts and hours of an activity are those of its stored live tasks."""
    for activity in Activity.objects.order_by("pk").iterator():
        for name, value in sums_of(activity).items():
            if getattr(activity, name) != value:
                yield f"activity {activity.pk}: {name} is not that of its tasks"


CHECKS = {"INV-9": inv_9, "SPANS": spans}
