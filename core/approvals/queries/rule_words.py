"""An approval rule in a sentence: "FAB from Rp 10 million: one SPV, then one manager"."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.accounts.models import Role, User
from core.approvals.models import ApprovalRule, Duty, Needed
from core.approvals.queries.rules import Place, PlannedStep, planned
from core.text.formatting import quantity, rupiah

Names = Mapping[int, str]
UNITS = (
    (Decimal(10) ** 9, gettext_lazy("billion")),
    (Decimal(10) ** 6, gettext_lazy("million")),
)


def names_in(steps: Iterable[Place]) -> dict[int, str]:
    """Names of the people whom these steps name, in one query."""
    ids = {
        key for step in steps for key in (*step.people, step.escalate_person_id) if key
    }
    if not ids:
        return {}
    return {row.pk: str(row) for row in User.objects.filter(pk__in=ids)}


def rule_sentences(rules: Iterable[ApprovalRule]) -> dict[int, str]:
    """The sentence of each rule, by its id; steps and their people were read with them."""
    steps = {rule.pk: [planned(step) for step in rule.steps.all()] for rule in rules}
    names = names_in(step for rows in steps.values() for step in rows)
    return {
        rule.pk: sentence(
            rule.kind, rule.net_from, rule.net_below, steps[rule.pk], names
        )
        for rule in rules
    }


def sentence(
    kind: int,
    net_from: Decimal | None,
    net_below: Decimal | None,
    steps: Sequence[Place],
    names: Names,
) -> str:
    """A rule in words."""
    what = band_words(kind, net_from, net_below)
    return _("%(what)s: %(route)s") % {
        "what": what,
        "route": route_words(steps, names),
    }


def route_words(steps: Sequence[Place], names: Names) -> str:
    """The steps of a rule or of a round in words, in their order."""
    then = _(", then %s")
    first, *rest = [step_words(step, names) for step in steps] or [_("nobody")]
    return first + "".join(then % each for each in rest)


def band_words(kind: int, low: Decimal | None, high: Decimal | None) -> str:
    """What a rule is for: its kind and its limits."""
    values = {
        "kind": ApprovalRule.Kind(kind).label,
        "low": short_rupiah(low),
        "high": short_rupiah(high),
    }
    if low is not None and high is not None:
        return _("%(kind)s from %(low)s to below %(high)s") % values
    if low is not None:
        return _("%(kind)s from %(low)s") % values
    if high is not None:
        return _("%(kind)s below %(high)s") % values
    return _("%(kind)s of any cost") % values


def short_rupiah(amount: Decimal | None) -> str:
    """``Rp 12,5 million``; in full where that would leave something out."""
    for unit, word in UNITS:
        count = None if amount is None else amount / unit
        if count is not None and count.copy_abs() >= 1 and count == round(count, 2):
            return f"Rp\u00a0{quantity(count.normalize())}\u00a0{word}"
    return rupiah(amount)


def step_words(step: Place, names: Names) -> str:
    """Who is asked at a step, how many of them must agree, and what follows when they are late."""
    words = _needed(step, _parts(step, names))
    if step.duty != Duty.REQUIRED:
        duty = str(Duty(step.duty).label)
        words = _("%(who)s (%(duty)s)") % {"who": words, "duty": duty}
    if not step.escalate_after:
        return words
    return _("%(who)s (after %(hours)d working hours also %(other)s)") % {
        "who": words,
        "hours": step.escalate_after,
        "other": _target(step, names),
    }


def _parts(step: Place, names: Names) -> list[str]:
    """The role, the head and the people of a step."""
    role = [_role(step.role)] if step.role in Role.values else []
    head = [_("head of the requester's department")] if step.of_head else []
    return [*role, *head, *(names.get(key, f"#{key}") for key in step.people)]


def _role(role: str) -> str:
    """A role within a sentence."""
    if role == Role.MANAGER:
        return pgettext("within a sentence", "manager")
    return str(Role(role).label)


def _needed(step: Place, parts: list[str]) -> str:
    if not parts:
        return _("nobody")
    is_one = len(parts) == 1 and not step.role
    if is_one and step.mode != Needed.SOME:
        return parts[0]
    if len(parts) == 1 and step.mode != Needed.SOME:
        one = _("one %s") if step.mode == Needed.ANY else _("every %s")
        return one % parts[0]
    who = ", ".join(parts)
    if step.mode == Needed.SOME:
        return _("%(number)d of: %(who)s") % {"number": step.number, "who": who}
    return (
        _("one of: %s") % who if step.mode == Needed.ANY else _("everyone of: %s") % who
    )


def _target(step: Place, names: Names) -> str:
    role = [_role(step.escalate_role)] if step.escalate_role else []
    one = step.escalate_person_id
    return ", ".join([*([names.get(one, f"#{one}")] if one else []), *role])


def steps_said(rows: Iterable[dict[str, Any]] | None) -> str:
    """The steps of a rule as its events keep them, in words."""
    steps = [PlannedStep(**row) for row in rows or ()]
    return route_words(steps, names_in(steps))
