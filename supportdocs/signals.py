"""Signals of documents; sent inside the transaction of their cause."""

from django.dispatch import Signal

document_added = Signal()  # document, by, event
version_added = Signal()  # document, version, by, event
document_renamed = Signal()  # document, by, event
document_deleted = Signal()  # document, by, event
document_restored = Signal()  # document, by, event
document_damaged = Signal()  # document, version, event
job_documents_changed = Signal()  # job, by, event
