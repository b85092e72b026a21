"""Signals of rounds, sent inside the transaction of their cause; and their kinds of event."""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, register

people_asked = Signal()  # record, by: User | None, event, assignments: list[Assignment]
people_released = Signal()  # record, event, people: frozenset[int] of user ids
nobody_left = Signal()  # record, by: User | None, event: nobody may take the round on
people_reminded = Signal()  # record, event, assignments
link_locked = Signal()  # link: DecisionLink, after five wrong PINs
substitute_named = Signal()  # row: Substitution, by, event

register(
    EventKind("approval.forwarded", _("forwarded it"), _("handed on"), "note"),
    EventKind("approval.asked", _("asked somebody else, too"), _("asked for"), "note"),
    EventKind("approval.reminded", _("reminded"), is_quiet=True),
    EventKind(
        "approval.escalated", _("asked beside, because it is late"), is_quiet=True
    ),
    EventKind("approval.rerouted", _("applied today's rule"), is_quiet=True),
    EventKind("substitution.named", _("named a substitute")),
    EventKind("substitution.ended", _("ended a substitution")),
    EventKind(
        "link.locked", _("locked a link after five wrong PINs"), _("locked a link of")
    ),
    EventKind("approval.left", _("replaced somebody who left"), is_quiet=True),
)
