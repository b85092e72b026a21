"""The filter chips of the list of changes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.queries import people_choices
from core.pages.filter_chips import Chip, Option, Pair, address, chips_of
from core.pages.periods import period_chips
from engineering.filters import ChangeFilter

YEARS = 6
SWITCHES = {"late", "above"}


def chips(query: QueryDict, chosen: ChangeFilter) -> list[Chip]:
    """All chips, in the order of the page."""
    fields = chosen.form.fields
    given: dict[str, Iterable[tuple[Any, Any]]] = {
        "status": fields["status"].choices,
        "kind": fields["kind"].choices,
        "year": _years(),
        "customer": (),
        "project": (),
        "priority": fields["priority"].choices,
        "requester": (),
        "decider": people_choices(),
        "late": (),
        "above": (),
        "mine": fields["mine"].choices,
    }
    found = chips_of(query, chosen, given, frozenset({"decider"}))
    return [
        *(_switch(query, chip) if chip.name in SWITCHES else chip for chip in found),
        *period_chips(query, chosen, "since", "until"),
    ]


def _years() -> list[Pair]:
    this = timezone.localdate().year
    return [(str(year), str(year)) for year in range(this, this - YEARS, -1)]


def _switch(query: QueryDict, chip: Chip) -> Chip:
    """A chip that is only on or off."""
    on = Option(_("Yes"), address(query, chip.name, "true"), bool(chip.value))
    return replace(chip, options=[on], is_switch=True)
