"""Kinds of event of the switch: what a person ordered, and what a person said of an old row."""

from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, register

ORDERED = "switch.ordered"
CORRECTED = "old_row.corrected"
LEFT_OUT = "old_row.left_out"
KEPT = "old_row.kept"

# Quiet: they are for administrators, who find them at the switch; the news of the department are others.
register(
    EventKind(
        ORDERED,
        _("started it"),
        _("started the switch:"),
        "note",
        is_quiet=True,
    ),
    EventKind(
        CORRECTED,
        _("corrected a row of the old system, which was then taken over"),
        _("corrected a row of the old system:"),
        "note",
        is_quiet=True,
    ),
    EventKind(
        LEFT_OUT,
        _("left it out"),
        _("left out a row of the old system:"),
        "note",
        is_quiet=True,
    ),
    EventKind(
        KEPT,
        _("kept what EMS has; the old system says otherwise"),
        _("kept what EMS has of"),
        "note",
        is_quiet=True,
    ),
)
