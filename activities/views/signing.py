"""Sign many tasks at once: each by itself, and what became of each is said."""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from activities.forms import SignManyForm, Turn
from activities.models import Task
from activities.services import sign_off
from activities.views.tasks import confirmed_by, page_before
from core.accounts.models import User
from core.accounts.permissions import person
from core.errors import DomainError

SAID = 10  # refusals that are named; the rest is a number


class Outcome(NamedTuple):
    """What became of the ticked tasks: how many are signed, and a sentence for each that is not."""

    signed: int
    refused: list[str]


@sensitive_post_parameters("password")
@login_required
@require_POST
def tasks_sign(request: HttpRequest) -> HttpResponse:
    """Sign the ticked tasks as myself, or for those whom I stand in for."""
    form = SignManyForm(request.POST)
    back = redirect(page_before(request, reverse("inbox")))
    if not form.is_valid():
        sentences = [str(each) for rows in form.errors.values() for each in rows]
        messages.error(request, " ".join(sentences))
        return back
    try:
        confirmed = confirmed_by(request, form.cleaned_data["password"])
    except DomainError as error:
        messages.error(request, error.sentence)
        return back
    _say(request, sign_each(form.cleaned_data["sign"], person(request), confirmed))
    return back


def sign_each(turns: Sequence[Turn], by: User, confirmed: str) -> Outcome:
    """Sign each in a transaction of its own, so that one refusal takes nothing else with it."""
    names = Task.objects.in_bulk([turn.task for turn in turns])
    refused = []
    for turn in turns:
        try:
            sign_off(
                task_id=turn.task,
                stage=turn.stage,
                by=by,
                confirmed=confirmed,
                on_behalf_of=turn.on_behalf_of,
            )
        except DomainError as error:
            name = str(names.get(turn.task, f"#{turn.task}"))
            refused.append(
                _("“%(task)s”: %(why)s") % {"task": name, "why": error.sentence}
            )
    return Outcome(len(turns) - len(refused), refused)


def _say(request: HttpRequest, found: Outcome) -> None:
    if found.signed:
        words = ngettext("You signed %d task.", "You signed %d tasks.", found.signed)
        messages.success(request, words % found.signed)
    for sentence in found.refused[:SAID]:
        messages.error(request, sentence)
    rest = len(found.refused) - SAID
    if rest > 0:
        words = ngettext("%d more was not signed.", "%d more were not signed.", rest)
        messages.error(request, words % rest)
