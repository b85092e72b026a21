"""Signals of talk, sent inside the transaction of their cause; and the kinds of event of its history.

The events hang on the comment and not on its record: what is said is no part of what is signed.
"""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, register

# comment, record, event, told: frozenset[int] of user ids who are named in it, is_answer: it closed
# the question that it replies to
comment_added = Signal()
comment_edited = Signal()  # comment, record, event, told: those who are newly named
# question, record, event: whom it asked has left, or the record was taken away
question_given_up = Signal()

register(
    EventKind("comment.added", _("wrote it"), _("commented on"), "note"),
    EventKind(
        "comment.edited", _("changed it"), _("changed a comment on"), is_edit=True
    ),
    EventKind("comment.struck", _("struck it"), _("struck a comment on"), "no"),
    EventKind("question.asked", _("asked it"), _("asked a question about"), "note"),
    EventKind(
        "question.answered", _("answered it"), _("answered a question about"), "ok"
    ),
    EventKind("question.given_up", _("closed it without an answer"), is_quiet=True),
)
