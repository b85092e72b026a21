"""Work many rows at once: each by its own service call, and what became of each is said."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core.accounts.models import User
from core.accounts.permissions import person
from core.accounts.services import confirm_signature
from core.errors import DomainError
from core.lists.forms import BulkForm
from core.lists.policies import MOST_ROWS
from core.lists.queries import RESULT, Outcome, Result
from core.lists.subjects import EXPORT, KINDS, Act, Pick, living
from core.pages.form_fields import sentence_of
from core.pages.way_back import page_before


@sensitive_post_parameters("password")
@login_required
@require_POST
def work_rows(request: HttpRequest) -> HttpResponseBase:
    """Do one verb with each ticked row, and go back to the list, which says what became of each."""
    form, by = BulkForm(request.POST), person(request)
    if not form.is_valid():
        return _back(request, Result(error=sentence_of(form)), _sent(request))
    picks: list[Pick] = form.cleaned_data["pick"]
    verb: str = form.cleaned_data["verb"]
    try:
        if verb == EXPORT:
            return _exported(picks, by)
        outcomes = _worked(request, form, verb, picks)
    except DomainError as error:
        return _back(request, Result(error=error.sentence), _sent(request))
    left = [
        str(pick) for pick, row in zip(picks, outcomes, strict=True) if not row.is_done
    ]
    return _back(request, Result(outcomes=outcomes), left)


def _sent(request: HttpRequest) -> list[str]:
    return request.POST.getlist("pick")[: MOST_ROWS * 5]


def _worked(
    request: HttpRequest, form: BulkForm, verb: str, picks: Sequence[Pick]
) -> list[Outcome]:
    """Confirm once for all rows, prepare each kind once, then do one row after the other."""
    by, found = person(request), living(picks)
    verbs = {
        kind: KINDS[kind].verbs[verb]
        for kind in {pick.kind for pick in picks}
        if verb in KINDS[kind].verbs
    }
    confirmed = confirm_signature(
        by=by,
        secret=form.cleaned_data["password"],
        address=request.META.get("REMOTE_ADDR", ""),
        is_needed=any(
            each.needs_secret([row for pick, row in found.items() if pick.kind == kind])
            for kind, each in verbs.items()
        ),
    )
    given = replace(form.given(), confirmed=confirmed)
    acts = {kind: each.prepare(by, given) for kind, each in verbs.items()}
    return [_done(pick, found.get(pick), acts.get(pick.kind)) for pick in picks]


def _done(pick: Pick, row: object, act: Act | None) -> Outcome:
    """What became of one row; each is a transaction of its own, so that a refusal takes nothing else along."""
    if row is None:
        gone = _("It is not there any more.")
        return Outcome(f"#{pick.key}", "", sentence=gone)
    label, url = str(row), KINDS[pick.kind].url(row)
    if act is None:
        return Outcome(label, url, sentence=_("This cannot be done with it."))
    try:
        act(row, pick)
    except DomainError as error:
        return Outcome(label, url, sentence=error.sentence)
    return Outcome(label, url, is_done=True)


def _exported(picks: Sequence[Pick], by: User) -> HttpResponseBase:
    """The ticked rows as Excel. Raises DomainError ``invalid`` for rows of several kinds."""
    kinds = {pick.kind for pick in picks}
    if len(kinds) > 1:
        raise DomainError(_("Tick rows of one kind only to export them."))
    return KINDS[kinds.pop()].export([pick.key for pick in picks], by)


def _back(
    request: HttpRequest, result: Result, ticked: Sequence[str]
) -> HttpResponseBase:
    """The list again, with what was done, and with the ticks that are left."""
    token = uuid4().hex[:12]
    request.session[RESULT] = replace(result, token=token, ticked=tuple(ticked)).kept()
    page = urlsplit(page_before(request, reverse("home")))
    query = [pair for pair in parse_qsl(page.query) if pair[0] != "done"]
    return redirect(f"{page.path}?{urlencode([*query, ('done', token)])}")
