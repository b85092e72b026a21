"""What people read for the areas of an import, which runs keep by their names."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

DONE = "done"
AREA_WORDS: Mapping[str, Any] = {
    "roles": _("Roles"),
    "settings": _("Limits and texts"),
    "departments": _("Departments"),
    "processes": _("Panel processes"),
    "figures": _("Figures of the dashboard"),
    "ecn figures": _("Figures of the dashboard"),
    "ccn figures": _("Figures of the dashboard"),
    "documents": _("Documents and files"),
    "jobs": _("Documents of jobs"),
    "changes": _("ECN and CCN"),
    "boms": "BOM",
    "activities": _("Activities and tasks"),
    "analyses": _("Answers of the analyzer"),
    "engineer supports": _("Engineer supports"),
    "support details": _("Support details"),
    "outstanding post-PO": _("Outstanding post-PO"),
    "done PO": _("Done PO"),
    "notices": _("Notifications"),
    DONE: _("done"),
}


def area_words(name: str) -> str:
    """An area in the reader's language; a name that is not known, as it is."""
    return str(AREA_WORDS.get(name, name))
