"""The filter chips of the list: which there are, and the views beside the list."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.filters import ActivityFilter
from core.accounts.queries import everybody
from core.pages.filter_chips import Chip, chips_of
from core.pages.periods import period_chips

# Too many lines for a menu.
SELECTS = frozenset({"department", "person"})


def chips(query: QueryDict, chosen: ActivityFilter) -> list[Chip]:
    """All chips, in the order of the page."""
    people = everybody()
    departments = {str(f.department_id): f.department_name for f in people}
    departments.pop("None", None)
    given: dict[str, Iterable[tuple[Any, Any]]] = {
        "status": chosen.form.fields["status"].choices,
        "kind": chosen.form.fields["kind"].choices,
        "mine": chosen.form.fields["mine"].choices,
        "department": sorted(departments.items(), key=lambda pair: pair[1].casefold()),
        "person": [(str(f.ext_id), _titled(f)) for f in people],
    }
    found = chips_of(query, chosen, given, SELECTS)
    return [*found, *period_chips(query, chosen, "first", "last")]


def _titled(face: Any) -> str:
    return (
        f"{face.name} ({face.department_name})" if face.department_name else face.name
    )


def tabs_of(active: str) -> list[dict[str, Any]]:
    """The views of planned work side by side."""
    names = {
        "activity_list": _("List"),
        "calendar": _("Calendar"),
        "gantt": _("Gantt"),
        "workload": _("Workload"),
        "manpower": _("Dashboard MP"),
    }
    return [
        {
            "label": label,
            "url": reverse(f"activities:{name}"),
            "active": name == active,
        }
        for name, label in names.items()
    ]
