"""The home page as each person likes it: the order of its parts, and those that are hidden."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core.accounts.models import User
from core.accounts.permissions import person
from core.lists.queries import home_choice
from core.lists.services import arrange_home, reset_home

LABELS = {
    "waiting": _("Waiting for me"),
    "mine": _("My work, late or due this week"),
    "moved": _("Figures"),
    "recent": _("Just now"),
}
STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the page in its place."""

    name: str
    label: Any
    is_hidden: bool

    @property
    def template(self) -> str:
        """What shows it."""
        return f"ems/_home_{self.name}.html"


def places(order: Collection[str], hidden: Collection[str]) -> list[Place]:
    """The parts in a person's order; one that is new stands at the end."""
    known = [name for name in order if name in LABELS]
    names = list(dict.fromkeys([*known, *LABELS]))
    return [Place(name, LABELS[name], name in hidden) for name in names]


def columns(found: list[Place]) -> list[list[Place]]:
    """Those that are shown, in two columns: the first half on the left."""
    shown = [place for place in found if not place.is_hidden]
    middle = (len(shown) + 1) // 2
    return [shown[:middle], shown[middle:]]


@login_required
@require_POST
def arrange(request: HttpRequest) -> HttpResponse:
    """Move a part up or down, hide or show it, or go back to how it is for everybody."""
    verb, _colon, name = request.POST.get("do", "").partition(":")
    by = person(request)
    if verb == "reset":
        reset_home(by=by)
    elif name in LABELS:
        _change(by, verb, name)
    return redirect(f"{reverse('home')}?arrange")


def _change(by: User, verb: str, name: str) -> None:
    choice = home_choice(by)
    found = places(choice.order, choice.hidden)
    order = [place.name for place in found]
    hidden = {place.name for place in found if place.is_hidden}
    if verb in STEPS:
        here = order.index(name)
        there = min(len(order) - 1, max(0, here + STEPS[verb]))
        order.insert(there, order.pop(here))
    elif verb == "hide":
        hidden.add(name)
    elif verb == "show":
        hidden.discard(name)
    arrange_home(by=by, order=order, hidden=hidden)
