"""One box for everything: the best finds of each area, and the way to all of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.queries.listing import best_activities
from aianalyzer.queries.inquiries import best_inquiries
from bom.queries.listing import best_boms
from core.db.ranking import Match
from core.text.formatting import day
from engineering.queries.listing import best_changes
from supportdocs.queries.checklist import best_jobs
from supportdocs.queries.listing import best_documents

SHOWN = 6
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Find:
    """One line: what it is called, where it is, what is said beside it, and what of it fits."""

    id: int
    title: str
    url: str
    note: str
    match: Match
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The finds of one area, the best first; ``more`` is the address of all of them."""

    kind: str
    title: str
    icon: str
    finds: list[Find]
    more: str


def search_everywhere(text: str) -> list[Area]:
    """The areas where something fits, the one that fits best first; none for a blank text.

    Everybody who is logged in may read every record that is there (docs/decisions/0011-talk.md); what is
    deleted or withdrawn is not found.
    """
    wanted = " ".join(text[:LONGEST].split())
    if not wanted:
        return []
    areas = [
        Area(kind, _(title), icon, list(finds(wanted)), _all(view, wanted))
        for kind, title, icon, view, finds in AREAS
    ]
    found = [area for area in areas if area.finds]
    return sorted(found, key=lambda area: min(find.match for find in area.finds))


def _all(view: str, text: str) -> str:
    return f"{reverse(view)}?{urlencode({'q': text})}"


def _note(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _changes(text: str) -> Iterable[Find]:
    for row, match in best_changes(text, SHOWN):
        note = _note(row.number, row.customer, row.po_number, day(row.date))
        url = reverse("engineering:change_detail", args=[row.pk])
        yield Find(row.pk, row.title, url, note, match, row.status)


def _boms(text: str) -> Iterable[Find]:
    for row, match in best_boms(text, SHOWN):
        key = row.ext_bom_leveled_id
        note = _note(key, day(row.opened_at))
        url = reverse("bom:bom_detail", args=[key])
        yield Find(key, str(row), url, note, match, row.status)


def _activities(text: str) -> Iterable[Find]:
    for row, match in best_activities(text, SHOWN):
        note = _note(
            f"#{row.pk}", row.get_kind_display(), row.customer, day(row.to_cache)
        )
        url = reverse("activities:activity_detail", args=[row.pk])
        yield Find(row.pk, str(row), url, note, match)


def _documents(text: str) -> Iterable[Find]:
    for row, match in best_documents(text, SHOWN):
        url = reverse("supportdocs:document_detail", args=[row.pk])
        yield Find(row.pk, str(row), url, day(row.updated_at), match)


def _jobs(text: str) -> Iterable[Find]:
    for row, match in best_jobs(text, SHOWN):
        url = reverse("supportdocs:job_detail", args=[row.job_id])
        yield Find(row.job_id, str(row), url, _note(row.job_id), match)


def _inquiries(text: str) -> Iterable[Find]:
    for row, match in best_inquiries(text, SHOWN):
        note = _note(row.number, row.account.name if row.account else "")
        url = reverse("aianalyzer:inquiry_detail", args=[row.ext_id])
        yield Find(row.ext_id, row.title or row.number, url, note, match)


AREAS: tuple[tuple[str, str, str, str, Callable[[str], Iterable[Find]]], ...] = (
    (
        "change",
        gettext_noop("ECN and CCN"),
        "changes",
        "engineering:change_list",
        _changes,
    ),
    ("bom", gettext_noop("BOM approvals"), "bom", "bom:bom_list", _boms),
    (
        "activity",
        gettext_noop("Activities"),
        "activities",
        "activities:activity_list",
        _activities,
    ),
    (
        "document",
        gettext_noop("Documents"),
        "documents",
        "supportdocs:document_list",
        _documents,
    ),
    ("job", gettext_noop("Jobs"), "box", "supportdocs:job_list", _jobs),
    (
        "inquiry",
        gettext_noop("Inquiries"),
        "analyzer",
        "aianalyzer:inquiry_list",
        _inquiries,
    ),
)
