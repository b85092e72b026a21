"""Signals of a change, sent inside the transaction of their cause; and the kinds of event of its history."""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, kinds_of_import, register

change_submitted = Signal()  # change, by, event, asked: Asked
change_edited = Signal()  # change, by, event, asked: Asked
change_decided = Signal()  # change, by, event, decision, asked: Asked
change_withdrawn = Signal()  # change, by, event

register(
    *kinds_of_import("change"),
    EventKind("change.submitted", _("submitted it"), _("submitted"), "note"),
    EventKind("change.edited", _("changed it"), _("changed"), is_edit=True),
    EventKind(
        "change.approved", _("approved it"), _("approved"), "ok", is_decision=True
    ),
    EventKind(
        "change.rejected", _("rejected it"), _("rejected"), "no", is_decision=True
    ),
    EventKind(
        "change.returned",
        _("sent it back for rework"),
        _("sent back for rework"),
        "no",
        is_decision=True,
    ),
    EventKind("change.resubmitted", _("put it up again"), _("put up again"), "note"),
    EventKind("change.withdrawn", _("withdrew it"), _("withdrew")),
    EventKind("change.file_attached", _("attached a file"), _("attached a file to")),
    EventKind(
        "change.evidence_attached", _("attached evidence"), _("attached evidence to")
    ),
    EventKind("note.written", _("wrote it"), _("wrote the note"), "note"),
    EventKind("note.changed", _("changed it"), _("changed the note"), is_edit=True),
    EventKind("note.removed", _("removed it"), _("removed the note")),
    EventKind("departments.chosen", _("chose the engineering departments")),
    EventKind("figures.typed", _("typed dashboard figures")),
)
