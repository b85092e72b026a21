"""One box for everything: the first finds of each area, and the way to all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.queries.listing import found_activities
from aianalyzer.queries.inquiries import inquiries
from bom.queries.listing import found_boms
from core.text.formatting import day
from engineering.queries.listing import found_changes
from supportdocs.models import SupportTable
from supportdocs.queries.listing import found_documents

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Find:
    """One line: what it is called, where it is, and what is said beside it."""

    title: str
    url: str
    note: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """The finds of one area; ``more`` is the address of all of them."""

    title: str
    icon: str
    finds: list[Find]
    more: str


def search_everywhere(text: str) -> list[Area]:
    """The areas that hold every word, the newest finds first; none for a blank text."""
    if not text.strip():
        return []
    areas = [
        Area(
            _("ECN and CCN"),
            "changes",
            _changes(text),
            _all("engineering:change_list", text),
        ),
        Area(_("BOM approvals"), "bom", _boms(text), _all("bom:bom_list", text)),
        Area(
            _("Activities"),
            "activities",
            _activities(text),
            _all("activities:activity_list", text),
        ),
        Area(
            _("Documents"),
            "documents",
            _documents(text),
            _all("supportdocs:document_list", text),
        ),
        Area(
            _("Inquiries"),
            "analyzer",
            _inquiries(text),
            _all("aianalyzer:inquiry_list", text),
        ),
    ]
    return [area for area in areas if area.finds]


def _all(view: str, text: str) -> str:
    return f"{reverse(view)}?{urlencode({'q': text})}"


def _note(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _changes(text: str) -> list[Find]:
    rows = found_changes(text).defer("search_text").order_by("-id")[:SHOWN]
    return [
        Find(
            row.title,
            reverse("engineering:change_detail", args=[row.pk]),
            _note(row.number, row.customer, row.po_number, day(row.date)),
            row.status,
        )
        for row in rows
    ]


def _boms(text: str) -> list[Find]:
    rows = found_boms(text).order_by("-id")[:SHOWN]
    return [
        Find(
            str(row),
            reverse("bom:bom_detail", args=[row.ext_bom_leveled_id]),
            _note(row.ext_bom_leveled_id, day(row.opened_at)),
            row.status,
        )
        for row in rows
    ]


def _activities(text: str) -> list[Find]:
    return [
        Find(
            str(row),
            reverse("activities:activity_detail", args=[row.pk]),
            _note(row.get_kind_display(), row.customer, day(row.to_cache)),
        )
        for row in found_activities(text)[:SHOWN]
    ]


def _documents(text: str) -> list[Find]:
    rows = found_documents(SupportTable.objects.alive(), text)
    found: Iterable[SupportTable] = rows.order_by("-id")[:SHOWN]
    return [
        Find(
            str(row),
            reverse("supportdocs:document_detail", args=[row.pk]),
            day(row.updated_at),
        )
        for row in found
    ]


def _inquiries(text: str) -> list[Find]:
    return [
        Find(
            row.title or row.number,
            reverse("aianalyzer:inquiry_detail", args=[row.ext_id]),
            _note(row.number, row.account.name if row.account else ""),
        )
        for row in inquiries(text).rows[:SHOWN]
    ]
