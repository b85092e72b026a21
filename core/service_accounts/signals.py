"""Kinds of event in the history of a service account."""

from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, register

# Quiet: they are for administrators, who find them at the account; the news of the department are others.
register(
    EventKind(
        "machine.made",
        _("made it"),
        _("made the service account"),
        "note",
        is_quiet=True,
    ),
    EventKind(
        "machine.ended",
        _("ended it"),
        _("ended the service account"),
        "no",
        is_quiet=True,
    ),
    EventKind(
        "machine.token_made",
        _("made a token"),
        _("made a token for the service account"),
        "note",
        is_quiet=True,
    ),
    EventKind(
        "machine.token_used",
        _("used the token for the first time"),
        _("used a token for the first time:"),
        is_quiet=True,
    ),
    EventKind(
        "machine.token_ended",
        _("ended the token"),
        _("ended a token of the service account"),
        "no",
        is_quiet=True,
    ),
)
