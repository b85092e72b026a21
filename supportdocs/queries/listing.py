"""The library: documents found by name and content, filtered, sorted, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import (
    Coalesce,
    Greatest,
    Length,
    Lower,
    Replace,
    StrIndex,
    Substr,
)
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.db.paging import Page, in_order, sliced_ids
from core.db.ranking import Match, beginning_with, best_of, newest_with_words
from core.db.search import keys_having_words, number_of, searched_words
from core.text.formatting import NOTHING, day
from supportdocs.models import (
    DocumentContent,
    DocumentIndex,
    DocumentVersion,
    SupportEngineeringDocument,
    SupportTable,
)

# What a list can be sorted by: a column of the document, or one of its current file.
NAME = "name"
FILE_SORTS = {"size": "size", "type": "extension", "uploaded": "uploaded_at"}
# Columns of a line: a third of those of a document, its current file and its uploader.
LINE_COLUMNS = (
    "name",
    "deleted_at",
    "in_checklist",
    "current__number",
    "current__name",
    "current__extension",
    "current__size",
    "current__sha256",
    "current__uploaded_at",
    "current__is_damaged",
    "current__text_state",
    "current__uploaded_by__name",
    "current__uploaded_by__username",
)
BEFORE, SHOWN = 50, 180
Text = DocumentVersion.Text
PAGE_BREAK = "\f"


def found_documents(rows: QuerySet[SupportTable], text: str) -> QuerySet[SupportTable]:
    """Those in whose name or content every word of the text begins a word."""
    return rows.filter(pk__in=keys_having_words(DocumentContent, text, DocumentIndex))


def best_documents(text: str, limit: int) -> list[tuple[SupportTable, Match]]:
    """The live documents that fit best: by the beginning of the name, by words of name and content."""
    rows = SupportTable.objects.alive()
    words = newest_with_words(rows, text, DocumentContent, DocumentIndex)
    tiers = (
        (Match.NAME, beginning_with(rows, "name", text)),
        (Match.WORDS, words),
    )
    return best_of(tiers, limit)


def sorted_documents(rows: QuerySet[SupportTable], sort: str) -> QuerySet[SupportTable]:
    """By one of the allowed columns, ``-`` for descending; newest first otherwise.

    What has no file comes last, whichever way its column is sorted.
    """
    name, sign = sort.removeprefix("-"), "-" if sort.startswith("-") else ""
    if name == NAME:
        return rows.order_by(f"{sign}name", f"{sign}id")
    if name not in FILE_SORTS:
        return rows.order_by("-id")
    columns = F(f"current__{FILE_SORTS[name]}"), F("current")
    if sign:
        return rows.order_by(*(each.desc(nulls_last=True) for each in columns))
    return rows.order_by(*(each.asc(nulls_last=True) for each in columns))


def sorted_ids(
    rows: QuerySet[SupportTable], sort: str, page: Page, total: int
) -> list[int]:
    """Keys of one page of a list that is narrowed by nothing else, in the order of
    ``sorted_documents``.

    By a column of the file they are read along the index of the files: a join would gather all
    documents and sort them. ``total``: of the list; on the first page it may be less.
    """
    column = FILE_SORTS.get(sort.removeprefix("-"))
    if column is None:
        return sliced_ids(sorted_documents(rows, sort), page, total)
    sign = "-" if sort.startswith("-") else ""
    bare = rows.filter(current=None).order_by("-id")
    shown = rows.order_by().filter(current=OuterRef("pk"))
    files = DocumentVersion.objects.filter(Exists(shown))
    files = files.order_by(f"{sign}{column}", f"{sign}id")
    filed = max(total - bare.count(), 0) if page.offset else page.limit
    ids = sliced_ids(files, page, filed, "document") if filed else []
    missing, start = page.limit - len(ids), max(page.offset - filed, 0)
    rest = bare.values_list("pk", flat=True)
    return [*ids, *rest[start if page.offset else 0 :][:missing]] if missing else ids


@dataclass(frozen=True, slots=True)
class Hit:
    """Place of a search result: the page, from 1, and the words around it."""

    page: int
    text: str


@dataclass(frozen=True, slots=True)
class State:
    """State of a document as a tone, a word and an icon; all empty when all is well."""

    tone: str = ""
    word: str = ""
    icon: str = ""


def state_of(document: SupportTable, version: DocumentVersion | None) -> State:
    """The one thing that people should know first."""
    if document.deleted_at:
        return State("mute", _("Deleted"), "trash")
    if version is None:
        return State("wait", _("No file yet"))
    found = _state_of_file(version)
    if not found.tone and document.in_checklist:
        return State("note", _("In the checklist"), "check")
    return found


def _state_of_file(version: DocumentVersion) -> State:
    if version.is_damaged:
        return State("no", _("Damaged"))
    if version.text_state == Text.WAITING:
        return State("wait", _("Being read"))
    if version.text_state == Text.FAILED:
        return State("mute", _("Not searchable"), "warning")
    return State()


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One row of the list, its words ready: a template that makes them takes twice as long.

    ``path`` and ``file`` continue the address of the list, ``path`` to where the search found
    the document. ``jobs``: how many have it.
    """

    document: SupportTable
    version: DocumentVersion | None
    hit: Hit | None
    state: State
    key: str
    path: str
    jobs: int
    file: str = ""
    kind: str = ""
    size: str = ""
    day: str = ""
    by: str = ""
    number: str = ""


def document_lines(ids: Sequence[int], search: str = "") -> list[DocumentLine]:
    """What the list shows of these documents; two queries however many rows."""
    jobs = (
        SupportEngineeringDocument.objects.filter(
            document=OuterRef("pk"), job__deleted_at=None
        )
        .order_by()
        .values("document")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = (
        SupportTable.objects.filter(pk__in=ids)
        .select_related("current__uploaded_by")
        .only(*LINE_COLUMNS)
        .annotate(jobs=Coalesce(Subquery(jobs, output_field=IntegerField()), 0))
    )
    words = searched_words(search)
    hits = _hits(ids, words)
    return [
        DocumentLine(
            document=row,
            version=row.current,
            hit=hits.get(row.pk),
            state=state_of(row, row.current),
            key=str(row.pk),
            path=f"{row.pk}/{_place(hits.get(row.pk), search) if words else ''}",
            jobs=getattr(row, "jobs", 0),
            **_file_words(row, row.current),
        )
        for row in in_order(rows, ids)
    ]


def _place(hit: Hit | None, search: str) -> str:
    """The query of the record: what was looked for, and the page where it is known."""
    page = {"page": hit.page} if hit else {}
    return f"?{urlencode({'q': search} | page)}"


def _file_words(row: SupportTable, version: DocumentVersion | None) -> dict[str, str]:
    if version is None:
        return {}
    return {
        "file": "" if row.deleted_at else f"{row.pk}/{version.number}/file/",
        "kind": version.extension.upper(),
        "size": filesizeformat(version.size),
        "day": day(version.uploaded_at),
        "by": version.uploaded_by.name if version.uploaded_by else NOTHING,
        "number": str(version.number),
    }


def _hits(ids: Sequence[int], words: Sequence[str]) -> dict[int, Hit]:
    """A passage per document, cut out by the database: a text may be megabytes long.

    Where the word stands is asked first: in one query it would be looked for once per use.
    """
    if not words:
        return {}
    rows = DocumentContent.objects.filter(document__in=ids)
    places = rows.annotate(place=StrIndex(Lower("text"), Value(words[0])))
    begins = {key: at for key, at in places.values_list("pk", "place") if at}
    if not begins:
        return {}
    at = number_of("pk", begins)
    start = Greatest(at - Value(BEFORE), Value(1))
    before = Substr("text", 1, at)
    breaks = Length(before) - Length(Replace(before, Value(PAGE_BREAK), Value("")))
    found = rows.filter(pk__in=begins).values_list(
        "pk", breaks + 1, Substr("text", start, SHOWN)
    )
    return {key: Hit(page, _one_line(passage)) for key, page, passage in found}


def _one_line(passage: str) -> str:
    return " ".join(passage.split())


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """How many documents a list holds, and their current files in bytes."""

    count: int
    size: int


def document_totals(rows: QuerySet[SupportTable]) -> DocumentTotals:
    """Counts over a whole list, in one query."""
    found: dict[str, Any] = rows.order_by().aggregate(
        count=Count("pk"), size=Sum("current__size")
    )
    return DocumentTotals(found["count"], found["size"] or 0)
