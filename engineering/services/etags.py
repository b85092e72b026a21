"""Entity tags: which state of a change somebody saw."""

from core.http.etags import refuse_lost_write
from engineering.models import ChangeNotice


def entity_tag(change: ChangeNotice) -> str:
    """Names this state of the record: content, decision and files."""
    return f'"{change.pk}-{change.revision}-{change.updated_at.timestamp():.6f}"'


def require_tag(change: ChangeNotice, if_match: str) -> None:
    """Raises DomainError ``precondition_failed`` with the current revision."""
    refuse_lost_write(
        if_match, lambda: entity_tag(change), currentRevision=change.revision
    )
