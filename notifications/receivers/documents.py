"""News of documents: new versions, damaged files, what is put away."""

from typing import Any

from django.urls import reverse

from core.accounts.models import Role, User
from core.accounts.queries import holders_of
from core.ledger.models import Event
from core.talk.services import give_up_on
from notifications.receivers.talk import tell_followers
from notifications.services import notify
from supportdocs.models import DocumentVersion, SupportTable


def on_version_added(
    document: SupportTable, version: DocumentVersion, by: User, event: Event, **_: Any
) -> None:
    """Who follows it hears of a new version; the first file of a name is none."""
    if version.number > 1:
        facts = {
            "title": document.name,
            "version": str(version.number),
            "by": str(by),
        }
        tell_followers(document, event, "follow.version", facts)


def on_document_deleted(document: SupportTable, **_: Any) -> None:
    """Nobody is asked about it any more."""
    give_up_on(SupportTable, [document.pk])


def on_document_damaged(
    document: SupportTable, version: DocumentVersion, event: Event, **_: Any
) -> None:
    """Administrators, managers and the uploader hear of it (docs/threats.md#f50).

    It is sent when a file becomes damaged, not each night that it still is.
    """
    admins = User.objects.filter(is_active=True, is_superuser=True)
    managers = holders_of([Role.MANAGER])
    people = {person.pk for person in (*admins, *managers)} | {version.uploaded_by_id}
    notify(
        [person for person in people if person],
        event=event,
        kind="document.damaged",
        facts={
            "title": document.name,
            "file": version.name,
            "number": str(version.number),
        },
        url=reverse("supportdocs:document_detail", args=[document.pk]),
    )
