"""Raise, edit, withdraw a change."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.accounts.services import NamedFile, stored_files
from core.approvals.models import Round, Status
from core.approvals.services.routes import end_rounds, supersede
from core.db.locking import locked
from core.errors import DomainError, invalid
from core.files.uploaded import StoredFile
from core.http.etags import refuse_lost_write
from core.ledger.services import record
from core.text.normal_form import plain_text
from engineering.models import (
    ChangeAttachment,
    ChangeItem,
    ChangeNotice,
    NumberSequence,
)
from engineering.permissions import require_editor
from engineering.queries.approval import asked_about
from engineering.queries.upstream_names import UpstreamNames, read_upstream_names
from engineering.services.approval import put_up
from engineering.services.content import (
    Snapshot,
    content_digest,
    difference,
    search_text,
    snapshot,
    totals,
)
from engineering.services.field_values import (
    ITEM_FIELDS,
    PART_FACTS,
    apply_header,
    fill_names,
    merge_lines,
    new_line,
    require_content,
)
from engineering.services.files import add_files, settle_files
from engineering.signals import change_edited, change_submitted, change_withdrawn

MAX_ITEMS = 500
MAX_NOTE = 4000
MAX_SUM = Decimal(10) ** 13  # IDR; with its cents the 15 digits that SQLite keeps
PREFIX = {
    ChangeNotice.Kind.ECN: "ECN",
    ChangeNotice.Kind.CCN: "CCN",
    ChangeNotice.Kind.OTHERS: "OTH",
    ChangeNotice.Kind.FAB: "FAB",
}


def raise_change(
    *,
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]] = (),
    files: Sequence[NamedFile] = (),
    facts: UpstreamNames | None = None,
    origin: str = "",
) -> ChangeNotice:
    """Raise a change, with its lines and files; it stands open for decision at once.

    ``fields`` holds column values (unknown names are ignored), ``items`` a mapping per line.
    Missing facts (customer, PO number, project, part names) come from ``facts``; without it
    the upstreams' caches are read, which must not happen inside a transaction. ``origin`` names what
    filled the form in (``analysis:12``); it is kept and is no part of what is signed.
    Raises DomainError ``invalid`` with wire names.
    """
    require(by, "raise_change")
    known = facts or read_upstream_names(fields, items)
    # Files first, rows after: a process that is killed leaves a file for the sweep, never a row
    # without its file (docs/decisions/0006-documents.md).
    with stored_files(files, by) as kept, transaction.atomic():
        change = _insert(by, fields, items, known, origin, kept)
        add_files(change, kept, by)
    return change


def _insert(
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    facts: UpstreamNames,
    origin: str,
    files: Sequence[StoredFile],
) -> ChangeNotice:
    change = ChangeNotice(created_by=by, origin=origin[:60])
    apply_header(change, {"ext_user_id": by.ext_id, **_sent(fields)}, by)
    require_content(change, items)
    fill_names(change, facts)
    change.number = _number(change, str(fields.get("number") or "").strip())
    lines = [
        new_line(change, data, facts) for data in items if not data.get("deleted_at")
    ]
    _refuse_many(lines)
    _recompute(change, lines, snapshot(change, _numbered(lines), files))
    change.save(force_insert=True)
    ChangeItem.objects.bulk_create(lines)
    event = record(
        change,
        "change.submitted",
        by=by,
        after={"number": change.number, "net": change.net, "items": len(lines)},
        revision=change.revision,
        digest=change.digest,
    )
    asked = asked_about(put_up(change, lines, by))
    change_submitted.send(ChangeNotice, change=change, by=by, event=event, asked=asked)
    return change


def _sent(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A null requester means the person who raises it."""
    return {
        name: value for name, value in fields.items() if name != "ext_user_id" or value
    }


def _numbered(lines: Sequence[ChangeItem]) -> list[ChangeItem]:
    """Unsaved lines all lack an id; number them so that none hides another in the snapshot."""
    for place, line in enumerate(lines, 1):
        line.pk = -place
    return list(lines)


def _number(change: ChangeNotice, wanted: str) -> str:
    """The typed number if it is free, else the next one of its kind and year."""
    if wanted:
        if ChangeNotice.objects.filter(number=wanted).exists():
            raise invalid(
                "no", _("This number is used already. Leave it empty for a new one.")
            )
        return wanted[:40]
    place = {
        "prefix": PREFIX[ChangeNotice.Kind(change.kind)],
        "year": timezone.localdate().year,
    }
    rows = NumberSequence.objects.filter(**place)
    while True:
        # The row lock of this UPDATE serialises the takers.
        if not rows.update(last=F("last") + 1):
            first = NumberSequence(**place)
            NumberSequence.objects.bulk_create([first], ignore_conflicts=True)
            continue
        number = str(rows.get())
        # Somebody may have typed this number before its turn came.
        if not ChangeNotice.objects.filter(number=number).exists():
            return number


def edit_change(
    *,
    change_id: int,
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]] = (),
    files: Sequence[NamedFile] = (),
    without_files: Collection[int] = (),
    if_match: str = "",
    revision: int | None = None,
    facts: UpstreamNames | None = None,
) -> ChangeNotice:
    """Change what was sent; a changed content is a new revision and voids its decisions.

    Lines: without ``id`` added, with ``id`` updated, with ``deleted_at`` removed, absent ones
    stay. ``files`` are added, content files with the ids ``without_files`` removed. Nothing changed is no event and no revision. Raises DomainError ``not_found``,
    ``forbidden``, ``illegal_transition`` (decided), ``precondition_failed`` (``if_match`` lost),
    ``stale_revision`` (``revision`` is what the form showed).
    """
    known = facts or read_upstream_names(fields, items)
    with stored_files(files, by) as kept, transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        # Compared under the lock: another edit could come between the check and the write.
        refuse_lost_write(
            if_match, lambda: change.etag, currentRevision=change.revision
        )
        _require_revision(change, revision)
        stays = change.attachments.signed().exclude(pk__in=list(without_files))
        files_now = [*stays, *kept]
        edited = _update(change, by, fields, items, known, files_now)
        if edited is change:  # a new revision
            settle_files(change, kept, by, without_files)
    return edited


def _require_revision(change: ChangeNotice, shown: int | None) -> None:
    if shown not in {None, change.revision}:
        raise DomainError(
            _(
                "Somebody changed %(number)s while you typed: it is at revision %(revision)d now."
            )
            % {"number": change, "revision": change.revision},
            "stale_revision",
            extra={"currentRevision": change.revision, "currentDigest": change.digest},
        )


def _update(
    change: ChangeNotice,
    by: User,
    fields: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    facts: UpstreamNames,
    files: Sequence[ChangeAttachment | StoredFile],
) -> ChangeNotice:
    stored = list(change.items.alive())
    before = snapshot(change, stored, change.attachments.signed())
    apply_header(change, fields, by)
    fill_names(change, facts, before)
    lines = merge_lines(change, stored, items, facts)
    added = [line for line in lines if line._state.adding]
    _numbered(added)
    after = snapshot(change, lines, files)
    # Asked before the right to edit: an old client posts the whole record back to decide or to
    # send a file (docs/contract.md#decisions-by-post). What was set above is not handed on.
    if content_digest(after) == content_digest(before):
        return ChangeNotice.objects.get(pk=change.pk)
    require_editor(by, change)
    _refuse_many([line for line in lines if line.deleted_at is None])
    _save_revision(change, by, lines, added, before, after)
    return change


def _save_revision(
    change: ChangeNotice,
    by: User,
    lines: list[ChangeItem],
    added: list[ChangeItem],
    before: Snapshot,
    after: Snapshot,
) -> None:
    # Nobody has agreed to what is new (docs/threats.md#t09).
    voided = supersede(change)
    change.revision += 1
    change.status = Status.PENDING
    _recompute(change, lines, after)
    change.save()
    for line in lines if after["items"] != before["items"] else ():
        if not line._state.adding:
            line.save(
                update_fields=[*ITEM_FIELDS, *PART_FACTS, "deleted_at", "updated_at"]
            )
    ChangeItem.objects.bulk_create(added)
    was, is_now = difference(before, after)
    event = record(
        change,
        "change.edited",
        by=by,
        before=was,
        after={**is_now, "voided": voided},
        revision=change.revision,
        digest=change.digest,
    )
    asked = asked_about(put_up(change, lines, by))
    change_edited.send(ChangeNotice, change=change, by=by, event=event, asked=asked)


def revise_files(
    change: ChangeNotice,
    by: User,
    kept: Sequence[StoredFile] = (),
    without: Collection[int] = (),
) -> list[ChangeAttachment]:
    """Add and remove content files of a locked change: a new revision, as any edit; returns the new.

    Raises DomainError ``illegal_transition`` (decided), ``forbidden``.
    """
    require_editor(by, change)
    lines, files = list(change.items.alive()), list(change.attachments.signed())
    stays = [file for file in files if file.pk not in without]
    before = snapshot(change, lines, files)
    after = snapshot(change, lines, [*stays, *kept])
    _save_revision(change, by, lines, [], before, after)
    return settle_files(change, kept, by, without)


def withdraw_change(*, change_id: int, by: User, if_match: str = "") -> ChangeNotice:
    """Take a pending change back; it stays in the history. Everybody who may edit may withdraw."""
    with transaction.atomic():
        change = locked(ChangeNotice.objects.alive(), change_id)
        refuse_lost_write(
            if_match, lambda: change.etag, currentRevision=change.revision
        )
        require_editor(by, change)
        change.deleted_at = timezone.now()
        change.save(update_fields=["deleted_at", "updated_at"])
        end_rounds(change, Round.State.WITHDRAWN)
        event = record(change, "change.withdrawn", by=by, revision=change.revision)
        change_withdrawn.send(ChangeNotice, change=change, by=by, event=event)
    return change


@transaction.atomic
def resubmit_change(*, change_id: int, by: User, note: str = "") -> ChangeNotice:
    """Put a change that was sent back for rework up again, as it is, with an answer to who sent it.

    An edit of a returned change does the same with its new content. Raises DomainError
    ``not_found``, ``illegal_transition`` (it was not sent back), ``forbidden``, ``invalid`` (no
    answer).
    """
    change = locked(ChangeNotice.objects.alive(), change_id)
    if change.status != Status.RETURNED:
        raise DomainError(
            _("%s was not sent back for rework.") % change, "illegal_transition"
        )
    require_editor(by, change)
    if not note.strip():
        raise invalid("note", _("Say why it is put up again as it is."))
    voided = supersede(change)
    change.revision, change.status = change.revision + 1, Status.PENDING
    change.save(update_fields=["revision", "status", "updated_at"])
    event = record(
        change,
        "change.resubmitted",
        by=by,
        after={"voided": voided},
        revision=change.revision,
        digest=change.digest,
        note=note.strip()[:MAX_NOTE],
    )
    asked = asked_about(put_up(change, change.items.alive(), by))
    change_edited.send(ChangeNotice, change=change, by=by, event=event, asked=asked)
    return change


def _refuse_many(lines: Sequence[ChangeItem]) -> None:
    if len(lines) > MAX_ITEMS:
        raise invalid("items", _("A change has at most %d lines.") % MAX_ITEMS)


def _recompute(
    change: ChangeNotice, lines: Sequence[ChangeItem], content: Snapshot
) -> None:
    """Sums, digest and search text of the present content; new lines get their id on saving."""
    change.digest = content_digest(content)
    for name, value in totals(lines).items():
        if value.copy_abs() >= MAX_SUM:
            raise invalid("items", _("The sum of the lines is too large."))
        setattr(change, name, value)
    change.search_text = search_text(change, lines)
    change.customer_plain = plain_text(change.customer)[:200]
    for line in lines:
        if line._state.adding:
            line.pk = None
