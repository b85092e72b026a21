"""Set up who must decide what: an administrator's verbs, each with its event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import Role, User
from core.accounts.permissions import require
from core.approvals.models import ApprovalRule, ApprovalStep, Duty, Needed
from core.db.locking import locked
from core.errors import from_validation_error, invalid
from core.ledger.services import record

MAX_STEPS = 10
HEADER = ("kind", "net_from", "net_below", "is_active")
PLACE = (
    "mode",
    "role",
    "number",
    "duty",
    "of_head",
    "escalate_after",
    "escalate_role",
    "escalate_person_id",
)


@dataclass(frozen=True, slots=True)
class StepWanted:
    """A step as it was typed; people are user ids, the other names those of ``Place``."""

    mode: str
    role: str
    people: frozenset[int]
    number: int = 0
    duty: str = Duty.REQUIRED
    of_head: bool = False
    escalate_after: int | None = None
    escalate_role: str = ""
    escalate_person_id: int | None = None


def steps_wanted(rows: Iterable[Mapping[str, Any]]) -> list[StepWanted]:
    """The steps of a form's lines (mode, role, people, and order where it has one), in their order.

    Lines without a mode and those marked for removal are none.
    """
    kept = [row for row in rows if row.get("mode") and not row.get("DELETE")]
    return [
        StepWanted(
            row["mode"], row["role"], frozenset(each.pk for each in row["people"])
        )
        for row in sorted(kept, key=lambda row: row.get("order") or 0)
    ]


@transaction.atomic
def save_rule(
    *,
    rule_id: int | None,
    fields: Mapping[str, Any],
    steps: Sequence[StepWanted],
    by: User,
) -> ApprovalRule:
    """Make or change an approval rule and its steps, which come in their order.

    ``fields``: kind (0 ECN, 1 CCN, 2 others, 3 FAB), net_from and net_below (IDR, None for no
    bound), is_active. It holds for what is put up from this moment on; what waits keeps the route that
    it got. Raises
    DomainError ``forbidden``, ``not_found``, ``invalid``.
    """
    require(by, "set_up")
    rule = locked(ApprovalRule.objects.all(), rule_id) if rule_id else ApprovalRule()
    before = rule_values(rule) if rule_id else {}
    for name in HEADER:
        if name in fields:
            setattr(rule, name, fields[name])
    _require_sense(rule, steps)
    rule.save()
    rule.steps.all().delete()
    for order, step in enumerate(steps, 1):
        columns = {name: getattr(step, name) for name in PLACE}
        row = ApprovalStep.objects.create(rule=rule, order=order, **columns)
        row.people.set(step.people)
    after = rule_values(rule)
    if before != after:
        kind = "row.changed" if rule_id else "row.added"
        record(rule, kind, by=by, before=before, after=after)
    return rule


@transaction.atomic
def remove_rule(*, rule_id: int, by: User) -> None:
    """Remove a rule; what waits keeps the route that it got. Raises DomainError as ``save_rule``."""
    require(by, "set_up")
    rule = locked(ApprovalRule.objects.all(), rule_id)
    record(rule, "row.removed", by=by, before=rule_values(rule))
    rule.delete()


def rule_values(rule: ApprovalRule) -> dict[str, Any]:
    """A rule as its history keeps it."""
    steps = rule.steps.prefetch_related("people").order_by("order", "id")
    return {name: getattr(rule, name) for name in HEADER} | {
        "steps": [_step_values(step) for step in steps]
    }


def _step_values(step: ApprovalStep) -> dict[str, Any]:
    """Mode, role and people; the rest where it says something."""
    more = {name: getattr(step, name) for name in PLACE[2:]}
    more = {name: value for name, value in more.items() if value}
    if step.duty == Duty.REQUIRED:
        del more["duty"]
    people = sorted(person.pk for person in step.people.all())
    return {"mode": step.mode, "role": step.role, "people": people, **more}


def _require_sense(rule: ApprovalRule, steps: Sequence[StepWanted]) -> None:
    try:
        rule.full_clean()
    except ValidationError as error:
        raise from_validation_error(error) from None
    if not 1 <= len(steps) <= MAX_STEPS:
        raise invalid("steps", _("A rule has one step at least, and ten at most."))
    for step in steps:
        _require_somebody(step)
    if all(step.duty != Duty.REQUIRED for step in steps):
        raise invalid("steps", _("One step at least must decide."))


def _require_somebody(step: StepWanted) -> None:
    if step.mode not in Needed.values or step.role not in {"", *Role.values}:
        raise invalid("steps", _("A step asks any one or everyone, of a known role."))
    if step.mode == Needed.SOME and step.number < 1:
        raise invalid("steps", _("Say how many of them must agree."))
    if step.duty not in Duty.values or step.escalate_role not in {"", *Role.values}:
        raise invalid("steps", _("A step asks any one or everyone, of a known role."))
    known = User.objects.filter(pk__in=step.people, is_active=True).count()
    if known != len(step.people):
        raise invalid("steps", _("One of these people has no account any more."))
    if not (step.role or step.people or step.of_head):
        raise invalid("steps", _("Each step needs a role or a person."))
