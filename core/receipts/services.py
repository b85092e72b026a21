"""Issue receipts, and keep the public keys that check them."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from core.approvals.models import Decision, Status
from core.errors import DomainError
from core.receipts.models import Receipt, ReceiptKey
from core.receipts.policies import key_id, private_key, public_text, to_text
from core.receipts.queries import closing_event, receipt_of, signed_route
from core.text.canonical_json import canonical

CODE_BYTES = 16  # nobody guesses 128 bits


@dataclass(frozen=True, slots=True)
class Settled:
    """A revision of a record that was decided, as its app knows it.

    kind: ECN, CCN, FAB, BOM, … ; wire_id: its id on the wire; status: 1 approved, 2 rejected;
    digest: SHA-256 (hex) of the content that was signed; facts: more for the reader, by wire name.
    """

    record: Model
    kind: str
    wire_id: int
    number: str
    title: str
    revision: int
    digest: str
    status: int
    decided_at: datetime | None
    decisions: Iterable[Decision]
    facts: Mapping[str, Any] = field(default_factory=dict)


def issue_receipt(settled: Settled) -> Receipt:
    """The receipt of a settled revision: issued at the first call, the same row ever after.

    Raises DomainError ``illegal_transition`` while nothing is decided.
    """
    if settled.status not in {Status.ACCEPTED, Status.REJECTED}:
        raise DomainError(
            _(
                "%s is not decided yet. There is a receipt once it is approved or rejected."
            )
            % settled.number,
            "illegal_transition",
        )
    found = receipt_of(settled.record, settled.revision)
    return found or _issue(settled)


@transaction.atomic
def _issue(settled: Settled) -> Receipt:
    now, key = timezone.now(), current_key()
    payload = canonical(_payload(settled, now))
    signature = _signing_key().sign(payload)
    Receipt.objects.bulk_create(
        [
            Receipt(
                code=_code(signature),
                record_type=settled.record._meta.label,
                record_id=settled.record.pk,
                revision=settled.revision,
                payload=payload.decode(),
                signature=to_text(signature),
                key=key,
                issued_at=now,
            )
        ],
        # Of two that ask at once, one writes; both get what is written.
        ignore_conflicts=True,
    )
    found = receipt_of(settled.record, settled.revision)
    assert found is not None  # noqa: S101 - just written, by us or by the other one
    return found


def _code(signature: bytes) -> str:
    """The name of a receipt: who has not seen its signature cannot know it."""
    return to_text(hashlib.sha256(signature).digest()[:CODE_BYTES]).rstrip("=")


def _payload(settled: Settled, now: datetime) -> dict[str, Any]:
    event = closing_event(settled.record, settled.revision)
    return {
        "issuer": settings.PUBLIC_BASE_URL,
        "issuedAt": now,
        "kind": settled.kind,
        "id": settled.wire_id,
        "number": settled.number,
        "title": settled.title,
        "revision": settled.revision,
        "digest": settled.digest,
        "status": int(settled.status),
        "decidedAt": settled.decided_at,
        "route": signed_route(settled.record, settled.revision),
        "decisions": [_decision(row) for row in settled.decisions],
        # The head of the record's chain when it was settled: what a later look must find again.
        "ledger": {"seq": event.seq, "hash": event.hash} if event else None,
        **settled.facts,
    }


def _decision(row: Decision) -> dict[str, Any]:
    more: dict[str, Any] = {"byAuthor": True} if row.by_author else {}
    other = row.on_behalf_of
    if other is not None:
        more |= {"onBehalfOfExtUserId": other.ext_id, "onBehalfOfName": str(other)}
    return {
        "step": row.step + 1,
        "extUserId": row.approver.ext_id,
        "name": str(row.approver),
        "status": row.status,
        "remark": row.remark,
        "decidedAt": row.decided_at,
        "door": row.door,
    } | more


# --- Keys ---------------------------------------------------------------------


def _signing_key() -> Ed25519PrivateKey:
    return private_key(settings.RECEIPT_KEY, settings.SECRET_KEY)


def current_key() -> ReceiptKey:
    """The row of the key that signs now; another key than before ends the one before.

    A receipt of the older key stays good: its public half is kept.
    """
    public = public_text(_signing_key())
    found = ReceiptKey.objects.filter(key_id=key_id(public), valid_until=None).first()
    return found or _take_over(public)


@transaction.atomic
def revoke_key(key: str) -> int:
    """Forget a key whose private half is known to others; returns how many receipts go with it.

    They are issued anew, with another key, when they are asked for. Raises DomainError ``not_found``,
    ``illegal_transition`` (it signs now).
    """
    row = ReceiptKey.objects.filter(key_id=key).first()
    if row is None:
        raise DomainError(_("There is no receipt key %s.") % key[:40], "not_found")
    if row.public_key == public_text(_signing_key()):
        raise DomainError(
            _("This key signs now. Set another RECEIPT_KEY and restart first."),
            "illegal_transition",
        )
    count, _by_model = row.receipts.all().delete()
    row.delete()
    return count


@transaction.atomic
def _take_over(public: str) -> ReceiptKey:
    now = timezone.now()
    ReceiptKey.objects.filter(valid_until=None).update(valid_until=now)
    row, _made = ReceiptKey.objects.update_or_create(
        key_id=key_id(public),
        defaults={"valid_until": None},
        create_defaults={"public_key": public, "valid_from": now},
    )
    return row
