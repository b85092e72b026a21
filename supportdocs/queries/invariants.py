"""Invariants of documents and their files (docs/threats.md#inv-11); reads only.

Each check yields a sentence per breach. INV-11 reads every file: it takes as long as the night's scrub.
"""

from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db.models import Exists, F, OuterRef

from core.files.uploaded import digest_of, orphans
from core.ledger.models import Event
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.wire import stored_names

FOLDER = "documents"
# By then the sweep, which comes every hour and takes what is six hours old, was here.
ORPHAN_HOURS = 24.0


def inv_11() -> Iterator[str]:
    """A version that counts as sound has its file, of its size and digest; no upload that failed
    left a row, and no file is without one for a day."""
    for version in DocumentVersion.objects.order_by("pk").iterator():
        fault = "" if version.is_damaged else _fault(version)
        if fault:
            yield f"version {version.pk} ({version.stored_name}): {fault}"
    yield from _untold()
    yield from _misplaced()
    for name in orphans(FOLDER, stored_names, ORPHAN_HOURS):
        yield f"{name}: no version names this file, and it was not removed in a day"


def _fault(version: DocumentVersion) -> str:
    """What is wrong with its file; damage that was found and told is no breach."""
    try:
        size = default_storage.size(version.stored_name)
    except FileNotFoundError:
        return "the file is missing"
    if size != version.size:
        return f"the file has {size} bytes instead of {version.size}"
    is_same = digest_of(version.stored_name) == version.sha256
    return "" if is_same else "the file differs from its SHA-256"


def _untold() -> Iterator[str]:
    told = Event.objects.filter(
        record_type=SupportTable._meta.label,
        record_id=OuterRef("document_id"),
        digest=OuterRef("sha256"),
    )
    rows = DocumentVersion.objects.filter(~Exists(told))
    for key in rows.values_list("pk", flat=True):
        yield f"version {key}: the history does not know of its upload"


def _misplaced() -> Iterator[str]:
    """The current version is the document's own, and the last."""
    last = DocumentVersion.objects.filter(document=OuterRef("document_id"))
    later = last.filter(number__gt=OuterRef("number"))
    shown = SupportTable.objects.filter(
        current=OuterRef("pk"), pk=F("current__document")
    )
    has_none = ~Exists(shown)
    for key in DocumentVersion.objects.filter(~Exists(later), has_none).values_list(
        "document", flat=True
    ):
        yield f"document {key}: what it shows is not its last version"


CHECKS = {"INV-11": inv_11}
