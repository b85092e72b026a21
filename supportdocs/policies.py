"""The state of a document that a person saw, as a tag."""

from django.utils.translation import gettext as _

from core.http.etags import refuse_lost_write
from supportdocs.models import SupportTable


def document_tag(document: SupportTable) -> str:
    """Names this state of the record: name, file, whether it is deleted."""
    return f'"{document.pk}-{document.updated_at.timestamp():.6f}"'


def require_tag(document: SupportTable, if_match: str) -> None:
    """Raises DomainError ``precondition_failed``."""
    refuse_lost_write(
        if_match,
        lambda: document_tag(document),
        sentence=_("Somebody changed this document in the meantime. Load it again."),
    )
