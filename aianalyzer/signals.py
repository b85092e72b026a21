"""Signals of an analysis, sent inside the transaction of their cause; and the kinds of event of its history."""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, register

analysis_ended = Signal()  # generation: done or failed, event

register(
    EventKind(
        "analysis.asked", _("asked for the analysis"), _("asked for the analysis of")
    ),
    EventKind("analysis.done", _("finished it"), _("finished the analysis of"), "ok"),
    EventKind(
        "analysis.failed", _("could not finish it"), _("could not analyse"), "no"
    ),
    EventKind("analysis.cancelled", _("cancelled it"), _("cancelled the analysis of")),
    EventKind(
        "analysis.retried",
        _("asked for it again"),
        _("asked again for the analysis of"),
    ),
    EventKind(
        "analysis.requeued",
        _("put it back after an interruption"),
        _("put back the analysis of"),
    ),
    EventKind(
        "generation.recorded", _("recorded it from outside"), _("recorded an answer:")
    ),
)
