"""Today's rules on what waits: the effect first, then the rows that an administrator chose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.accounts.models import User
from core.accounts.permissions import person, require
from core.approvals.queries.rerouting import MOST, Rerouting, reroutings
from core.approvals.queries.rule_words import Names, names_in, route_words
from core.approvals.services import apply_rules
from core.approvals.subjects import Description, named_subject, subject_of
from core.errors import DomainError
from core.text.ids import as_id


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A record that waits, and the effect of today's rule on it, in words."""

    key: str
    told: Description
    old: str
    new: str
    plan: Rerouting

    @property
    def released(self) -> list[str]:
        """Who would not be asked any more, at no step."""
        still = {row.pk for step in self.plan.steps for row in step.stay}
        names = [
            str(row.person) for row in self.plan.ballot.asked if row.pk not in still
        ]
        return sorted(set(names) - set(map(str, self.plan.anew)))


def waiting_rows() -> tuple[list[WaitingRow], bool]:
    """At most a hundred rows, the oldest first, and whether there are more."""
    found = reroutings(MOST + 1)
    plans = [plan for _record, plan in found[:MOST]]
    steps = [step for plan in plans for step in plan.ballot.steps]
    names = names_in([*steps, *(each.step for plan in plans for each in plan.steps)])
    told = _described([record for record, _plan in found[:MOST]])
    rows = [_row(record, plan, told, names) for record, plan in found[:MOST]]
    return rows, len(found) > MOST


def _described(records: Iterable[Any]) -> dict[tuple[str, int], Description]:
    ids: dict[str, list[int]] = {}
    for record in records:
        ids.setdefault(subject_of(record).name, []).append(record.pk)
    return {
        (name, key): told
        for name, keys in ids.items()
        for key, told in named_subject(name).describe(keys).items()
    }


def _row(record: Any, plan: Rerouting, told: Any, names: Names) -> WaitingRow:
    name = subject_of(record).name
    return WaitingRow(
        key=f"{name}:{record.pk}:{plan.fingerprint}",
        told=told[name, record.pk],
        old=route_words(plan.ballot.steps, names),
        new=route_words([each.step for each in plan.steps], names),
        plan=plan,
    )


@login_required
@require_http_methods(["GET", "POST"])
def rules_on_waiting(request: HttpRequest) -> HttpResponse:
    """What waits on another route than today's rule; POST applies the rule to the chosen rows."""
    by = person(request)
    require(by, "set_up")
    if request.method == "POST":
        _apply(request, request.POST.getlist("rows")[: MOST * 2], by)
        return redirect("approvals:rules_on_waiting")
    rows, more = waiting_rows()
    context = {"rows": rows, "more": more}
    return render(request, "approvals/rules_on_waiting.html", context)


def _apply(request: HttpRequest, keys: list[str], by: User) -> None:
    """Each row for itself; a refusal names its record and leaves the others alone."""
    count = 0
    for key in keys:
        try:
            count += _applied(key, by)
        except DomainError as error:
            messages.error(request, error.sentence)
    if count:
        words = ngettext(
            "Today's rule holds for %d record now.",
            "Today's rules hold for %d records now.",
            count,
        )
        messages.success(request, words % count)
    elif not keys:
        messages.error(request, _("Choose at least one record."))


def _applied(key: str, by: User) -> bool:
    name, _colon, rest = key.partition(":")
    pk, _colon, shown = rest.partition(":")
    record_id = as_id(pk)
    if record_id is None or not shown:
        raise DomainError(_("There is no such record."), "not_found")
    return apply_rules(
        record_type=named_subject(name).model._meta.label,
        record_id=record_id,
        by=by,
        shown=shown,
    )
