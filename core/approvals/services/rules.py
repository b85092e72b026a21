"""Set up who must decide what: an administrator's verbs, each with its event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.accounts.models import Role, User
from core.accounts.permissions import require
from core.approvals.models import ApprovalRule, ApprovalStep, Duty, Needed
from core.approvals.queries.rule_words import band_words
from core.approvals.queries.rules import (
    PLACE,
    people_of,
    place_fields,
    with_people,
)
from core.db.locking import locked
from core.errors import DomainError, from_validation_error, invalid
from core.ledger.services import record

MAX_STEPS = 10
LAST = 10**6  # a step without a place comes last
MAX_HOURS = 1000
HEADER = ("kind", "net_from", "net_below", "is_active")


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
    """The steps of a form's lines, which have the names of ``StepWanted``, sorted by their ``order``.

    Lines without a mode and those marked for removal are none.
    """
    kept = [row for row in rows if row.get("mode") and not row.get("DELETE")]
    return [
        StepWanted(
            row["mode"],
            row["role"],
            frozenset(row["people"]),
            **{name: row[name] for name in PLACE[2:] if row.get(name)},
        )
        for row in sorted(kept, key=lambda row: row.get("order") or LAST)
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
    it got. Raises DomainError ``forbidden``, ``not_found``, ``invalid``.
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
        row = ApprovalStep.objects.create(rule=rule, order=order, **place_fields(step))
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
    _refuse_twin(rule)
    if not 1 <= len(steps) <= MAX_STEPS:
        raise invalid("steps", _("A rule has one step at least, and ten at most."))
    for place, step in enumerate(steps):
        _require_known(place, step)
        _require_somebody(place, step)
        _require_target(place, step)
    if all(step.duty != Duty.REQUIRED for step in steps):
        raise invalid("steps", _("One step at least must decide."))


def _refuse_twin(rule: ApprovalRule) -> None:
    """No two rules in force have the same kind and limits: of others the narrower one counts."""
    if not rule.is_active:
        return
    others = ApprovalRule.objects.filter(kind=rule.kind, is_active=True)
    # Locked, so that of two that are saved at once the second sees the first.
    for other in others.exclude(pk=rule.pk).select_for_update():
        if (other.net_from, other.net_below) == (rule.net_from, rule.net_below):
            raise invalid(
                "netFrom" if rule.net_below is None else "netBelow",
                _(
                    "The rule “%s” has these limits already. Change that one, or switch it off."
                )
                % band_words(other.kind, other.net_from, other.net_below),
            )


def _refused(place: int, field: str, sentence: str) -> DomainError:
    """A refusal of one field of a step, by its place from 0."""
    return invalid(f"steps.{place}.{field}", sentence)


def _require_known(place: int, step: StepWanted) -> None:
    words = _("A step asks any one or everyone, of a known role.")
    for field, value, known in (
        ("mode", step.mode, Needed.values),
        ("role", step.role, ["", *Role.values]),
        ("duty", step.duty, Duty.values),
        ("escalateRole", step.escalate_role, ["", *Role.values]),
    ):
        if value not in known:
            raise _refused(place, field, words)
    target = step.escalate_person_id
    wanted = step.people | ({target} if target else frozenset())
    active = set(
        User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)
    )
    if step.people - active:
        raise _refused(
            place, "people", _("One of these people has no account any more.")
        )
    if wanted - active:
        raise _refused(
            place, "escalatePerson", _("This person has left and cannot decide.")
        )


def _require_somebody(place: int, step: StepWanted) -> None:
    """Somebody is named, and as many people are there as must agree."""
    if not (step.role or step.people or step.of_head):
        raise _refused(place, "role", _("Each step needs a role or a person."))
    if step.mode != Needed.SOME:
        return
    if step.number < 1:
        raise _refused(place, "number", _("Say how many of them must agree."))
    there = len(people_of(with_people(step, step.people))) + step.of_head
    if step.number > there:
        raise _refused(
            place,
            "number",
            ngettext(
                "Only %d person is asked here; no more can agree.",
                "Only %d people are asked here; no more can agree.",
                there,
            )
            % there,
        )


def _require_target(place: int, step: StepWanted) -> None:
    """An escalation has a time and a target that may decide and is not asked already."""
    has_target = bool(step.escalate_role or step.escalate_person_id)
    if step.escalate_after is None:
        if has_target:
            raise _refused(
                place, "escalateAfter", _("Say after how many working hours.")
            )
        return
    if not 1 <= step.escalate_after <= MAX_HOURS:
        raise _refused(
            place, "escalateAfter", _("From 1 to %d working hours.") % MAX_HOURS
        )
    if not has_target:
        raise _refused(
            place, "escalateRole", _("Say to which role or person it escalates.")
        )
    if step.duty == Duty.INFORMED:
        raise _refused(
            place, "escalateAfter", _("Nobody decides here, so nothing can be late.")
        )
    if step.escalate_person_id in step.people:
        raise _refused(
            place, "escalatePerson", _("This person is asked at this step already.")
        )
    if step.role and step.escalate_role == step.role:
        raise _refused(
            place, "escalateRole", _("This role is asked at this step already.")
        )
