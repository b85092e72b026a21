"""Entity tags: which state of an approval somebody saw."""

from bom.models import BomApproval
from bom.queries.wire import bom_row
from core.http.api import tag_of
from core.http.etags import refuse_lost_write


def require_tag(approval: BomApproval, if_match: str) -> None:
    """The approval is locked. Raises DomainError ``precondition_failed`` with what it is now."""
    refuse_lost_write(
        if_match,
        lambda: tag_of(bom_row(approval)),
        currentRevision=approval.revision,
        currentDigest=approval.digest,
    )
