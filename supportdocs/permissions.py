"""Permissions of one document."""

from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import may
from core.errors import DomainError
from supportdocs.models import SupportTable


def may_delete(user: User, document: SupportTable) -> bool:
    """Its uploader, a manager, an administrator."""
    first = document.versions.filter(number=1).values_list("uploaded_by", flat=True)
    return user.pk in {document.created_by_id, *first} or may(
        user, "delete_any_document"
    )


def require_remover(user: User, document: SupportTable) -> None:
    """Raises DomainError ``forbidden`` for a person who may not delete the document."""
    if not may_delete(user, document):
        raise DomainError(
            _(
                "Only the person who uploaded the document, a manager or an administrator may do this."
            ),
            "forbidden",
        )
