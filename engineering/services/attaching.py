"""Attach a file to a change, or take one away."""

from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.services import stored_files
from core.db.locking import locked
from core.errors import DomainError
from core.http.etags import refuse_lost_write
from engineering.models import AnnouncedFile, ChangeAttachment, ChangeNotice
from engineering.permissions import adds_content, may_attach
from engineering.queries.approval import people_of_route
from engineering.services.changes import revise_files
from engineering.services.files import add_evidence


def attach_file(
    *, change_id: int, by: User, name: str, content: IO[bytes], if_match: str = ""
) -> ChangeAttachment:
    """Add a file to a change, also after its decision (the signed form comes later).

    While it is open, a file of who asks for it or edits it is content: a new revision begins, and
    the decisions given so far become void. A file of somebody whom the route asks, and every file after
    the decision, is evidence and voids nothing. The same content file again has no effect. Raises
    DomainError ``not_found``, ``forbidden``, ``precondition_failed``, ``too_large``,
    ``unsupported_type``, ``invalid``.
    """
    with stored_files([(name, content)], by) as kept, transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        refuse_lost_write(
            if_match, lambda: change.etag, currentRevision=change.revision
        )
        route = people_of_route(change)
        if not may_attach(by, change, route):
            raise DomainError(
                _("Only those who raise or decide this change may attach files to it."),
                "forbidden",
            )
        AnnouncedFile.objects.filter(change=change, announced_by=by).delete()
        if not adds_content(by, change, route):
            return add_evidence(change, kept[0], by)
        # The bytes that were stored for nothing go with the orphans.
        same = change.attachments.signed().filter(
            name=kept[0].name, sha256=kept[0].sha256
        )
        return same.first() or revise_files(change, by, kept)[0]


@transaction.atomic
def remove_file(
    *, change_id: int, attachment_id: int, by: User, if_match: str = ""
) -> ChangeNotice:
    """Take a content file out of an open change: a new revision, as any edit.

    The file stays readable for who was shown it. Raises DomainError ``not_found`` (no such file of
    the present content), ``illegal_transition`` (decided), ``forbidden``, ``precondition_failed``.
    """
    change = locked(ChangeNotice.objects.alive(), change_id)
    refuse_lost_write(if_match, lambda: change.etag, currentRevision=change.revision)
    if not change.attachments.signed().filter(pk=attachment_id).exists():
        raise DomainError(_("There is no such file in this content."), "not_found")
    revise_files(change, by, without=[attachment_id])
    return change
