"""Which state of a document somebody saw."""

from django.utils.translation import gettext as _

from core.common.errors import DomainError
from supportdocs.models import SupportTable


def document_tag(document: SupportTable) -> str:
    """Names this state of the record: name, file, whether it is deleted."""
    return f'"{document.pk}-{document.updated_at.timestamp():.6f}"'


def require_tag(document: SupportTable, if_match: str) -> None:
    """Refuse a write that lost the race; ``if_match`` is the header, a list of tags or ``*``.

    Raises DomainError ``precondition_failed``.
    """
    tags = {tag.strip() for tag in if_match.split(",") if tag.strip()}
    if tags and not tags & {"*", document_tag(document)}:
        raise DomainError(
            _("Somebody changed this document in the meantime. Load it again."),
            "precondition_failed",
        )
