"""Reads of receipts and keys."""

from django.db.models import Model

from core.ledger.history import KINDS
from core.ledger.models import Event
from core.ledger.queries import events_about
from core.receipts.models import Receipt, ReceiptKey


def receipt_of(record: Model, revision: int) -> Receipt | None:
    """The receipt that was issued for this revision, if there is one."""
    rows = Receipt.objects.filter(
        record_type=record._meta.label, record_id=record.pk, revision=revision
    )
    return rows.select_related("key").first()


def public_keys() -> dict[str, str]:
    """Public key (base64url) by key id: those in use, and those of before."""
    return dict(ReceiptKey.objects.values_list("key_id", "public_key"))


def closing_event(record: Model, revision: int) -> Event | None:
    """The decision that settled a revision, as the history has it; None where it was not witnessed."""
    decisions = [kind.name for kind in KINDS.values() if kind.is_decision]
    return events_about(record).filter(revision=revision, kind__in=decisions).last()


def newer_revision(receipt: Receipt) -> int | None:
    """The record's newest revision, if that is another one than the receipt's."""
    rows = Event.objects.filter(
        record_type=receipt.record_type,
        record_id=receipt.record_id,
        revision__gt=receipt.revision,
    )
    return rows.order_by("-revision").values_list("revision", flat=True).first()
