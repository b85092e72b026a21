"""Entity tags: which state of a change somebody saw."""

from django.utils.translation import gettext as _

from core.common.errors import DomainError
from engineering.models import ChangeNotice


def entity_tag(change: ChangeNotice) -> str:
    """Names this state of the record: content, decision and files."""
    return f'"{change.pk}-{change.revision}-{change.updated_at.timestamp():.6f}"'


def require_tag(change: ChangeNotice, if_match: str) -> None:
    """Refuse a write that lost the race; ``if_match`` is the header, a list of tags or ``*``.

    Raises DomainError ``precondition_failed`` with the current revision.
    """
    tags = {tag.strip() for tag in if_match.split(",") if tag.strip()}
    if tags and not tags & {"*", entity_tag(change)}:
        raise DomainError(
            _("Somebody changed this record in the meantime. Load it again."),
            "precondition_failed",
            extra={"currentRevision": change.revision},
        )
