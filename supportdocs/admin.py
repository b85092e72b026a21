"""Documents and jobs in the Django admin: to look up, and to delete and restore by the services."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.permissions import person
from core.errors import DomainError
from core.pages.admin import BoundedInline, StaffViewMixin, column
from core.text.formatting import NOTHING
from supportdocs.models import DocumentVersion, SupportJob, SupportTable
from supportdocs.queries.listing import found_documents
from supportdocs.services import delete_document, restore_document


class ReadOnly(StaffViewMixin, admin.ModelAdmin[Any]):
    """Everything is done in the portal; here staff look up."""


class VersionInline(
    BoundedInline, StaffViewMixin, admin.TabularInline[DocumentVersion, SupportTable]
):
    """Every file that the document had."""

    model = DocumentVersion
    fk_name = "document"
    fields = ("number", "name", "size", "sha256", "uploaded_by", "uploaded_at")
    readonly_fields = fields
    extra = 0


@admin.register(SupportTable)
class SupportTableAdmin(ReadOnly):
    """Documents, found by name and content."""

    list_display = (
        column("name", gettext_lazy("Name")),
        "file",
        "size",
        "in_checklist",
        column("deleted_at", gettext_lazy("Deleted")),
    )
    list_filter = ("in_checklist", ("deleted_at", admin.EmptyFieldListFilter))
    list_select_related = ("current",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name or words in the document…")
    fields = ("name", "in_checklist", "created_by", "created_at", "deleted_at")
    readonly_fields = fields
    inlines = (VersionInline,)
    actions = ("delete_documents", "restore_documents")
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As in the portal."""
        found = found_documents(queryset, search_term) if search_term else queryset
        return found, False

    @admin.display(description=gettext_lazy("File"))
    def file(self, row: SupportTable) -> str:
        """What the current file is called."""
        return row.current.name if row.current else NOTHING

    @admin.display(description=gettext_lazy("Size"), ordering="current__size")
    def size(self, row: SupportTable) -> str:
        """How large it is."""
        return filesizeformat(row.current.size) if row.current else NOTHING

    @admin.action(description=gettext_lazy("Delete the selected documents"))
    def delete_documents(
        self, request: HttpRequest, queryset: QuerySet[SupportTable]
    ) -> None:
        """Each by the service, so that its rules and its history hold."""
        self._each(request, queryset, delete_document)

    @admin.action(description=gettext_lazy("Restore the selected documents"))
    def restore_documents(
        self, request: HttpRequest, queryset: QuerySet[SupportTable]
    ) -> None:
        """Each by the service."""
        self._each(request, queryset, restore_document)

    def _each(
        self, request: HttpRequest, queryset: QuerySet[SupportTable], verb: Any
    ) -> None:
        done = 0
        for document in queryset:
            try:
                verb(document_id=document.pk, by=person(request))
            except DomainError as error:
                messages.error(request, f"{document}: {error.sentence}")
            else:
                done += 1
        if done:
            messages.success(request, _("%d documents are done.") % done)


@admin.register(SupportJob)
class SupportJobAdmin(ReadOnly):
    """Jobs with a checklist."""

    list_display = (
        column("job_id", gettext_lazy("Number")),
        column("job_name", gettext_lazy("Job")),
        column("deleted_at", gettext_lazy("Deleted")),
    )
    search_fields = ("job_name",)
    fields = ("job_id", "job_name", "created_at", "deleted_at")
    readonly_fields = fields
