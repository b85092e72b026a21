"""Read the text of what was uploaded, in the background, so that it can be found."""

import re
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone

from core.accounts.models import User
from core.accounts.permissions import require
from core.db.locking import locked
from core.db.search import plain_words
from core.documents.extraction import (
    EXTENSIONS,
    VERSIONS,
    Extract,
    ExtractionError,
    extract,
)
from core.files.storages import local_copy
from core.ledger.services import record
from supportdocs.models import DocumentContent, DocumentVersion, SupportTable

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=3)
MOST_TRIES = 2
# PostgreSQL keeps no more than a megabyte of words of one text.
MOST_WORDS = 300_000
PAGE_BREAK = "\f"
# A small letter before capitals: "berlakuKONDENSATOR".
GLUED, JOINT = re.compile(r"\w*[a-z][A-Z]{3}\w*"), re.compile(r"(?<=[a-z])(?=[A-Z])")
MOST_GLUED = 2000
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
        found, problem = _extracted(version)
    except OSError:
        # The store is away: this try does not count (docs/threats.md#f49).
        mine = DocumentVersion.objects.filter(pk=version.pk, text_state=State.WAITING)
        mine.update(text_tries=F("text_tries") - 1)
        raise
    if found:
        _keep(version, found)
    else:
        _settle(version, State.FAILED, problem)


def _extracted(version: DocumentVersion) -> tuple[Extract | None, str]:
    """What stands in a file, or why it cannot be read; raises the store's OSError."""
    try:
        with local_copy(version.stored_name) as path:
            return extract(path, extension=version.extension), ""
    except ExtractionError as error:
        return None, error.reason
    except FileNotFoundError:
        return None, "missing"


@transaction.atomic
def _settle(
    version: DocumentVersion,
    state: int,
    problem: str = "",
    found: Extract | None = None,
) -> bool:
    """Note how it ended, unless somebody else did in between; clears what an older file said."""
    rows = DocumentVersion.objects.filter(pk=version.pk, text_state=State.WAITING)
    if not rows.update(
        text_state=state,
        text_problem=problem,
        text_lease=None,
        text_reader=VERSIONS.get(version.extension, 0),
        text_notes=list(found.said) if found else [],
        pages=len(found.pages) if found else version.pages,
    ):
        return False
    document = SupportTable.objects.select_for_update().get(pk=version.document_id)
    if document.current_id == version.pk and state != State.READ:
        _index(document, "")
    return True


@transaction.atomic
def _keep(version: DocumentVersion, found: Extract) -> None:
    if _settle(version, State.READ, found=found):
        _index_version(version, found)


def _index_version(version: DocumentVersion, found: Extract) -> None:
    document = SupportTable.objects.select_for_update().get(pk=version.document_id)
    # A newer version may have come while this one was read.
    if document.current_id == version.pk:
        _index(document, PAGE_BREAK.join(page.text for page in found.pages))


def _index(document: SupportTable, text: str) -> None:
    words = plain_words(f"{document.name} {text} {_grown_together(text)}")[:MOST_WORDS]
    DocumentContent.objects.update_or_create(
        document=document, defaults={"text": text, "words": words}
    )


def _grown_together(text: str) -> str:
    """Words that a drawing or a PDF shows without a space between them, so that each is found."""
    found = {match.group() for match in GLUED.finditer(text)}
    return " ".join(JOINT.sub(" ", word) for word in sorted(found)[:MOST_GLUED])


# --- Read again by a new reader -------------------------------------------------------------


def read_outdated(limit: int = 3) -> int:
    """Read again what an older reader read, the newest documents first; returns how many.

    A few in each round, and none while an upload waits, so that people never wait for it. Until the
    new text is there the old one is found; where the new reader fails, the old text stays. Raises
    the store's OSError.
    """
    read = 0
    while read < limit and not _is_anything_waiting():
        version = _claim_outdated()
        if version is None:
            break
        _read_anew(version)
        read += 1
    return read


def _is_anything_waiting() -> bool:
    return DocumentVersion.objects.filter(text_state=State.WAITING).exists()


def _claim_outdated() -> DocumentVersion | None:
    now = timezone.now()
    is_old = Q()
    for extension, number in VERSIONS.items():
        is_old |= Q(extension=extension, text_reader__lt=number)
    is_free = Q(text_lease=None) | Q(text_lease__lt=now)
    rows = DocumentVersion.objects.filter(is_old, is_free).exclude(
        text_state=State.WAITING
    )
    # Only what a document says today is kept; of older versions there is no text.
    rows = rows.filter(document__current_id=F("pk"), document__deleted_at=None)
    for version in rows.order_by("-id")[:5]:
        row = DocumentVersion.objects.filter(is_free, pk=version.pk)
        if row.exclude(text_state=State.WAITING).update(text_lease=now + LEASE):
            return version
    return None


def _read_anew(version: DocumentVersion) -> None:
    mine = DocumentVersion.objects.filter(pk=version.pk)
    try:
        found, problem = _extracted(version)
    except OSError:
        mine.update(text_lease=None)
        raise
    with transaction.atomic():
        values: dict[str, object] = {
            "text_lease": None,
            "text_reader": VERSIONS[version.extension],
        }
        if found:
            values |= {
                "text_state": State.READ,
                "text_problem": "",
                "text_notes": list(found.said),
                "pages": len(found.pages),
            }
        elif version.text_state != State.READ:
            values |= {"text_state": State.FAILED, "text_problem": problem}
        # Somebody may have asked for it to be read in between: then that is done instead.
        is_mine = mine.exclude(text_state=State.WAITING).update(**values)
        if is_mine and found:
            _index_version(version, found)


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
