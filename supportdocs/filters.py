"""Filters of the library; typed, so that a wrong value is refused."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.db.search import MAX_LENGTH
from supportdocs.models import DocumentVersion, SupportTable
from supportdocs.queries.listing import found_documents

KINDS = {
    "pdf": ("pdf",),
    "picture": ("png", "jpg", "jpeg"),
    "word": ("docx", "txt"),
    "sheet": ("xlsx", "csv"),
    "slides": ("pptx",),
    "drawing": ("dwg", "dxf"),
    "archive": ("zip",),
}
STATES: dict[str, dict[str, object]] = {
    "listed": {"in_checklist": True},
    "nofile": {"current": None},
    "unread": {"current__text_state": DocumentVersion.Text.FAILED},
    "damaged": {"current__is_damaged": True},
}


class DocumentFilter(filters.FilterSet):  # type: ignore[misc]  # untyped library
    """Chips of the list page, all of them in the URL."""

    q = filters.CharFilter(method="by_text", label=_("Search"), max_length=MAX_LENGTH)
    kind = filters.ChoiceFilter(
        method="by_kind",
        label=_("Type"),
        choices=[
            ("pdf", "PDF"),
            ("picture", _("Picture")),
            ("word", _("Text document")),
            ("sheet", _("Table")),
            ("slides", _("Presentation")),
            ("drawing", _("Drawing")),
            ("archive", _("Archive")),
        ],
    )
    mine = filters.ChoiceFilter(
        method="by_person",
        label=_("Mine"),
        choices=[("uploaded", _("Uploaded by me"))],
    )
    state = filters.ChoiceFilter(
        method="by_state",
        label=_("State"),
        choices=[
            ("listed", _("In the checklist")),
            ("nofile", _("Without a file")),
            ("unread", _("Text could not be read")),
            ("damaged", _("Damaged")),
            ("deleted", _("Deleted")),
        ],
    )

    class Meta:
        model = SupportTable
        fields: ClassVar[list[str]] = []

    def by_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Every word, in the name or in the content."""
        return found_documents(rows, value)

    def by_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the type of the current file."""
        # Newest first, each looked at: a join would gather all of the type and sort them.
        is_kind = DocumentVersion.objects.filter(
            pk=OuterRef("current"), extension__in=KINDS[value]
        )
        return rows.filter(Exists(is_kind))

    def by_person(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Documents whose current file I uploaded."""
        user = self.request.user if self.request else None
        return (
            rows.filter(current__uploaded_by=user)
            if isinstance(user, User)
            else rows.none()
        )

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By what is missing or wrong; deleted ones are shown only here."""
        if value == "deleted":
            return rows
        return rows.filter(**STATES[value])
