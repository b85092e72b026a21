"""Signals of a BOM approval, sent inside the transaction of their cause; and the kinds of event of its history."""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, kinds_of_import, register

bom_opened = (
    Signal()
)  # approval, by: User | None, event, asked: frozenset[int] of auth server ids
bom_invited = Signal()  # approval, by, event, asked
bom_uninvited = Signal()  # approval, by, event, asked
bom_decided = Signal()  # approval, by, event, decision, informed: frozenset[int] of auth server ids (nobody while it is
# pending), asked: frozenset[int] of user ids

register(
    *kinds_of_import("bom"),
    EventKind(
        "bom.double.imported",
        _("took over another row of this BOM from the old system"),
        _("took over another row of:"),
        is_quiet=True,
    ),
    EventKind(
        "bom.double.reimported",
        _("took over another row of this BOM from the old system"),
        _("took over another row of:"),
        is_quiet=True,
    ),
    EventKind("bom.opened", _("put it up for approval"), _("put up a BOM"), "note"),
    EventKind("bom.revised", _("put up a new revision"), _("put up a new revision of")),
    EventKind("bom.approved", _("approved it"), _("approved"), "ok", is_decision=True),
    EventKind("bom.rejected", _("rejected it"), _("rejected"), "no", is_decision=True),
    EventKind(
        "bom.returned",
        _("sent it back for rework"),
        _("sent back for rework"),
        "no",
        is_decision=True,
    ),
    EventKind("bom.pics_invited", _("invited"), _("invited PICs to")),
    EventKind("bom.pic_removed", _("removed the PIC"), _("removed a PIC of")),
)
