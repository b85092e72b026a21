"""Today's rules on what waits: the effect first, then the rows that an administrator chose."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.accounts.models import User
from core.accounts.permissions import person, require
from core.approvals.queries.rerouting import MOST, Rerouting, looked_at, reroutings
from core.approvals.queries.rule_words import Names, names_in, route_words
from core.approvals.services import apply_rules
from core.approvals.subjects import Description, Subject, described, named_subject
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
        names = {str(row.person) for row in self.plan.released}
        return sorted(names - set(map(str, self.plan.anew)))


def waiting_rows(found: Sequence[Rerouting]) -> list[WaitingRow]:
    """What a page shows, in two queries."""
    steps = [step for plan in found for step in plan.ballot.steps]
    names = names_in([*steps, *(each.step for plan in found for each in plan.steps)])
    told = described(_place(plan) for plan in found)
    return [_row(plan, *told[_place(plan)], names) for plan in found]


def _place(plan: Rerouting) -> tuple[str, int]:
    return plan.ballot.round.record_type, plan.ballot.round.record_id


def _row(
    plan: Rerouting, subject: Subject, told: Description, names: Names
) -> WaitingRow:
    return WaitingRow(
        key=f"{subject.name}:{plan.ballot.round.record_id}:{plan.fingerprint}",
        told=told,
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
    after = as_id(request.GET.get("after", "")) or 0
    if request.method == "POST":
        _apply(request, request.POST.getlist("rows")[: MOST * 2], by)
        return redirect(request.get_full_path())
    looked = reroutings(after)
    count, seen = looked_at(looked.last)
    context = {
        "rows": waiting_rows([plan for _record, plan in looked.found]),
        "after": after,
        "next": looked.last,
        "count": count,
        "seen": seen,
    }
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
