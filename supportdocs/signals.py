"""Signals of documents, sent inside the transaction of their cause; and the kinds of event of its history."""

from django.dispatch import Signal
from django.utils.translation import gettext_noop as _

from core.ledger.history import EventKind, kinds_of_import, register

document_added = Signal()  # document, by, event
version_added = Signal()  # document, version, by, event
document_renamed = Signal()  # document, by, event
document_deleted = Signal()  # document, by, event
document_restored = Signal()  # document, by, event
document_damaged = Signal()  # document, version, event
job_documents_changed = Signal()  # job, by, event

register(
    *kinds_of_import("document"),
    *kinds_of_import("job"),
    EventKind("document.added", _("added it"), _("added the document"), "ok"),
    EventKind("document.filled", _("uploaded the file"), _("uploaded the file of")),
    EventKind(
        "document.replaced",
        _("uploaded a new version"),
        _("uploaded a new version of"),
        "note",
    ),
    EventKind(
        "document.renamed", _("renamed it"), _("renamed the document"), is_edit=True
    ),
    EventKind(
        "document.listed", _("put it into the checklist"), _("put on the checklist:")
    ),
    EventKind(
        "document.unlisted",
        _("took it out of the checklist"),
        _("took off the checklist:"),
    ),
    EventKind("document.deleted", _("deleted it"), _("deleted the document"), "no"),
    EventKind("document.restored", _("restored it"), _("restored the document")),
    EventKind(
        "document.read_again", _("had it read again"), _("had the document read again:")
    ),
    EventKind(
        "document.damaged",
        _("found the file damaged"),
        _("found the file damaged:"),
        "no",
    ),
    EventKind(
        "document.sound",
        _("found the file sound again"),
        _("found the file sound again:"),
    ),
    EventKind(
        "job.documents_set",
        _("changed the documents"),
        _("set the documents of"),
        is_edit=True,
    ),
    EventKind(
        "job.removed",
        _("took the job out of the checklist"),
        _("removed from the checklist:"),
        "no",
    ),
    EventKind(
        "job.restored",
        _("took the job back into the checklist"),
        _("put back on the checklist:"),
    ),
)
