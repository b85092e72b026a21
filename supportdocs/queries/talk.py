"""Documents as people talk about them."""

from django.db.models import Q

from core.talk.subjects import TalkSubject
from supportdocs.models import DocumentVersion, SupportTable


def _concerned(document: SupportTable) -> Q:
    uploads = DocumentVersion.objects.filter(document=document)
    by = uploads.exclude(uploaded_by=None).values("uploaded_by")
    return Q(pk=document.created_by_id or 0) | Q(pk__in=by)


def _requester(document: SupportTable) -> int | None:
    """Who uploaded the present file, else who put the name here."""
    current = document.current
    return (current.uploaded_by_id if current else None) or document.created_by_id


DOCUMENTS = TalkSubject(
    name="document",
    model=SupportTable,
    rows=lambda: SupportTable.objects.alive().select_related("current"),
    view="supportdocs:document_detail",
    number=str,
    requester=_requester,
    concerned=_concerned,
)
