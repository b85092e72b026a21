"""What happens to leave, and how it reads in a history."""

from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, register

register(
    # Of no concern to the home feed: the calendar shows who is away.
    EventKind("leave.entered", _("entered the leave"), is_quiet=True),
    EventKind("leave.removed", _("removed the leave"), tone="no", is_quiet=True),
)
