"""Analyses in the Django admin: to be looked through, never changed there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from aianalyzer.models import InquiryAiGeneration
from core.pages.admin import StaffViewMixin, choice_filter, column


@admin.register(InquiryAiGeneration)
class GenerationAdmin(StaffViewMixin, admin.ModelAdmin[InquiryAiGeneration]):
    """Analyses with person and model; the answer itself is read in the portal."""

    list_display = (
        "id",
        column("file_name", _("Document")),
        column("provider", _("Provider")),
        column("model", _("Model")),
        column("state", _("State")),
        column("document_class", _("Class")),
        column("asked_by", _("Asked by")),
        column("created_at", _("When")),
    )
    list_filter = (
        ("state", choice_filter(_("State"))),
        "provider",
        ("document_class", choice_filter(_("Class"))),
    )
    search_fields = ("file_name", "subject", "=sha256")
    list_select_related = ("asked_by",)
    show_full_result_count = False
    exclude = ("content", "facts", "citations")
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the answers, which are long."""
        return super().get_queryset(request).defer("content", "facts", "citations")
