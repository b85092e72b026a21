"""Read the text of what was uploaded, in the background, so that it can be found."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from core.accounts.models import User
from core.accounts.permissions import require
from core.db.locking import locked
from core.db.search import plain_words
from core.documents.extraction import EXTENSIONS, Extract, ExtractionError, extract
from core.files.storages import local_copy
from core.ledger.services import record
from supportdocs.models import DocumentContent, DocumentVersion, SupportTable

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=3)
MOST_TRIES = 2
# PostgreSQL keeps no more than a megabyte of words of one text.
MOST_WORDS = 300_000
PAGE_BREAK = "\f"
State = DocumentVersion.Text


def read_waiting(limit: int = 50) -> int:
    """Read the versions that wait; returns how many were tried.

    People take turns, and of each the oldest is first: many files of one hold up no other (L19).
    A version is leased by one conditional UPDATE, so that two workers never read it together; one
    whose worker died is tried once more after the lease, and then given up (docs/threats.md#f44). While
    the store does not answer nothing is tried, and none is given up: raises its OSError.
    """
    tried = person = 0
    while tried < limit and (version := _claim(person)):
        person = version.uploaded_by_id or 0
        _read(version)
        tried += 1
    return tried


def _claim(person: int) -> DocumentVersion | None:
    """One of the next person's after this one, by their ids in a circle."""
    now = timezone.now()
    is_free = Q(text_lease=None) | Q(text_lease__lt=now)
    waiting = DocumentVersion.objects.filter(is_free, text_state=State.WAITING)
    is_behind = Case(When(uploaded_by__gt=person, then=0), default=1)
    for version in waiting.order_by(is_behind, "uploaded_by_id", "id")[:5]:
        row = waiting.filter(pk=version.pk)
        if row.update(text_lease=now + LEASE, text_tries=F("text_tries") + 1):
            version.refresh_from_db()
            return version
    return None


def _read(version: DocumentVersion) -> None:
    if version.text_tries > MOST_TRIES:
        _settle(version, State.FAILED, "time")
        return
    if version.extension not in EXTENSIONS:
        _settle(version, State.SKIPPED, "unsupported")
        return
    try:
        with local_copy(version.stored_name) as path:
            found = extract(path, extension=version.extension)
    except ExtractionError as error:
        _settle(version, State.FAILED, error.reason)
    except FileNotFoundError:
        _settle(version, State.FAILED, "missing")
    except OSError:
        # The store is away: this try does not count (docs/threats.md#f49).
        mine = DocumentVersion.objects.filter(pk=version.pk, text_state=State.WAITING)
        mine.update(text_tries=F("text_tries") - 1)
        raise
    else:
        _keep(version, found)


@transaction.atomic
def _settle(version: DocumentVersion, state: int, problem: str = "") -> bool:
    """Note how it ended, unless somebody else did in between; clears what an older file said."""
    rows = DocumentVersion.objects.filter(pk=version.pk, text_state=State.WAITING)
    if not rows.update(
        text_state=state, text_problem=problem, text_lease=None, pages=version.pages
    ):
        return False
    document = SupportTable.objects.select_for_update().get(pk=version.document_id)
    if document.current_id == version.pk and state != State.READ:
        _index(document, "")
    return True


@transaction.atomic
def _keep(version: DocumentVersion, found: Extract) -> None:
    version.pages = len(found.pages)
    if not _settle(version, State.READ):
        return
    document = SupportTable.objects.select_for_update().get(pk=version.document_id)
    # A newer version may have come while this one was read.
    if document.current_id == version.pk:
        _index(document, PAGE_BREAK.join(page.text for page in found.pages))


def _index(document: SupportTable, text: str) -> None:
    words = plain_words(f"{document.name} {text}")[:MOST_WORDS]
    DocumentContent.objects.update_or_create(
        document=document, defaults={"text": text, "words": words}
    )


@transaction.atomic
def read_again(*, version_id: int, by: User) -> DocumentVersion:
    """Let a version be read anew, after it could not be; raises DomainError ``not_found``."""
    require(by, "upload_document")
    version = locked(DocumentVersion.objects.all(), version_id)
    if version.text_state == State.WAITING:
        return version
    version.text_state, version.text_tries, version.text_lease = State.WAITING, 0, None
    version.text_problem = ""
    version.save(
        update_fields=["text_state", "text_tries", "text_lease", "text_problem"]
    )
    record(version.document, "document.read_again", by=by, revision=version.number)
    return version
