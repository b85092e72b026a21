"""Analyses in the Django admin: to be looked through, never changed there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from aianalyzer.models import InquiryAiGeneration


@admin.register(InquiryAiGeneration)
class GenerationAdmin(admin.ModelAdmin[InquiryAiGeneration]):
    """Who analysed what with which model; the answer itself is read in the portal."""

    list_display = (
        "id",
        "file_name",
        "provider",
        "model",
        "state",
        "document_class",
        "asked_by",
        "created_at",
    )
    list_filter = ("state", "provider", "document_class")
    search_fields = ("file_name", "subject", "=sha256")
    list_select_related = ("asked_by",)
    show_full_result_count = False
    exclude = ("content", "facts", "citations")
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the answers, which are long."""
        return super().get_queryset(request).defer("content", "facts", "citations")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody here: an analysis is asked for in the portal."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The office."""
        return bool(getattr(request.user, "is_staff", False))
