"""Everything that the page of one document shows."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may
from core.documents.extraction import REASONS, sentence_of, sentences_of
from core.ledger.history import Difference, Entry, entry_of, history_of, kind_of
from core.ledger.models import Event
from core.ledger.queries import events_about
from supportdocs.models import DocumentVersion, SupportJob, SupportTable
from supportdocs.permissions import may_delete
from supportdocs.queries.listing import State, state_of
from supportdocs.queries.text import FoundPlace, TextPage, text_pages

PREVIEWS = {"pdf": "pdf", "png": "image", "jpg": "image", "jpeg": "image"}
Text = DocumentVersion.Text


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document with its versions, jobs and history, and what I may do with it."""

    document: SupportTable
    version: DocumentVersion | None
    versions: list[DocumentVersion]
    jobs: list[SupportJob]
    history: list[Entry]
    preview: str
    place: FoundPlace
    text: list[TextPage]
    reading: str
    left_out: tuple[str, ...]
    analyse_url: str
    may_delete: bool
    may_list: bool
    state: State


def document_record(
    document: SupportTable, user: User, place: FoundPlace
) -> DocumentRecord:
    """The record as this person sees it."""
    version = document.current
    versions = document.versions.select_related("uploaded_by").order_by("-number")
    return DocumentRecord(
        document=document,
        version=version,
        versions=list(versions),
        jobs=list(jobs_with(document)),
        history=history_of(document, _entry),
        preview=PREVIEWS.get(version.extension, "") if version else "",
        place=place,
        text=text_of(document, version, place),
        reading=reading_sentence(version),
        left_out=left_out_of(version),
        analyse_url=reverse("analyse_document", args=[document.pk]) if version else "",
        may_delete=may_delete(user, document),
        may_list=may(user, "keep_tables"),
        state=state_of(document, version),
    )


def text_of(
    document: SupportTable, version: DocumentVersion | None, place: FoundPlace
) -> list[TextPage]:
    """What was read of a file that has no picture of its own."""
    if version is None or version.text_state != Text.READ or document.deleted_at:
        return []
    if version.extension in PREVIEWS:
        return []
    return text_pages(document, place)


def jobs_with(document: SupportTable) -> QuerySet[SupportJob]:
    """The jobs that have the document."""
    return (
        SupportJob.objects.alive().filter(links__document=document).order_by("-job_id")
    )


def reading_sentence(version: DocumentVersion | None) -> str:
    """Whether the content can be found, and if not, why."""
    if version is None:
        return ""
    if version.text_state == Text.WAITING:
        return _("The text is being read; in a moment it can be found by its content.")
    for reason in REASONS:
        if reason == version.text_problem:
            return sentence_of(reason)
    if version.text_problem == "missing":
        return _("The file is missing from the store. Tell IT.")
    return ""


def left_out_of(version: DocumentVersion | None) -> tuple[str, ...]:
    """What the reader says that it did not read."""
    if version is None or version.text_state != Text.READ:
        return ()
    return sentences_of(version.text_notes)


def events_of_job(job: SupportJob) -> list[Entry]:
    """The history of a job's checklist, newest first, with the names of documents."""
    events = list(events_about(job).reverse())
    ids = {key for event in events for key in _changed(event)}
    rows = SupportTable.objects.filter(pk__in=ids)
    names = dict(rows.values_list("pk", "name"))
    return [_job_entry(event, names) for event in events]


def _changed(event: Event) -> set[int]:
    was, now = event.before or {}, event.after or {}
    return set(was.get("documents", [])) ^ set(now.get("documents", []))


def _job_entry(event: Event, names: dict[int, str]) -> Entry:
    was = set((event.before or {}).get("documents", []))
    changed = sorted(_changed(event)) if kind_of(event.kind).is_edit else []
    return entry_of(
        event,
        changes=[
            Difference(
                names.get(key, str(key)),
                _("Yes") if key in was else "",
                "" if key in was else _("Yes"),
            )
            for key in changed
        ],
    )


def _entry(event: Event) -> Entry:
    was, now = event.before or {}, event.after or {}
    size = now.get("size")
    is_renamed = kind_of(event.kind).is_edit
    return entry_of(
        event,
        nobody=_("The nightly check"),
        meta=f"{now['file']}, {filesizeformat(size)}" if size else "",
        changes=[Difference(_("Name"), was["name"], now["name"])] if is_renamed else [],
    )
