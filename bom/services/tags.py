"""Entity tags: which state of an approval somebody saw."""

from django.utils.translation import gettext as _

from bom.models import BomApproval
from bom.queries.wire import bom_row
from core.common.api import tag_of
from core.common.errors import DomainError


def require_tag(approval: BomApproval, if_match: str) -> None:
    """Refuse a write that lost the race; ``if_match`` is the header, a list of tags or ``*``.

    The approval is locked. Raises DomainError ``precondition_failed`` with the current revision.
    """
    tags = {tag.strip() for tag in if_match.split(",") if tag.strip()}
    if tags and "*" not in tags and tag_of(bom_row(approval)) not in tags:
        raise DomainError(
            _("Somebody changed this record in the meantime. Load it again."),
            "precondition_failed",
            extra={
                "currentRevision": approval.revision,
                "currentDigest": approval.digest,
            },
        )
