"""Deliveries to outside systems: promised with their cause, made later by the worker."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Exists, F, Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.errors import DomainError
from core.integrations import upstreams
from core.integrations.errors import Reason, UpstreamError
from core.integrations.http import Client
from core.integrations.mail import MailServer
from core.ledger.models import Delivery, DeliveryAttempt
from core.ledger.policies import LEASE, is_delivered, is_hopeless, next_try
from core.ledger.queries import parked_since
from core.ledger.services.events import record, require_transaction
from core.ledger.signals import delivery_made, delivery_parked
from core.text.canonical_json import canonical
from core.text.secret_paths import without_tokens

PAUSE = timedelta(seconds=15)
NOT_SENT = {Reason.BUSY, Reason.OPEN}
RELAYS: dict[str, Callable[[], Client | MailServer]] = {
    "ppic": lambda: upstreams.ppic().relay,
    "mail": MailServer,
    "whatsapp": upstreams.whatsapp,
}

# What a receiver can be asked before something is sent to it again, by kind of delivery.
READ_BACKS: dict[str, Callable[[Delivery], bool]] = {
    "bom.snapshot": lambda row: upstreams.ppic().has_snapshot(
        int(row.path.rpartition("/")[2]), row.key
    )
}


# What is put into a body only when it goes out, because no table may hold it; by kind of delivery.
COMPLETIONS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def create_delivery(
    about: Model,
    *,
    key: str,
    kind: str,
    method: str,
    path: str,
    payload: Mapping[str, object],
    by: User | None,
    upstream: str = "ppic",
) -> Delivery:
    """Promise a call to an outside system, in the caller's transaction.

    ``key`` is stable for the effect and goes out as ``Idempotency-Key``; owing the same key
    twice is one debt. The payload is frozen here.
    """
    require_transaction()
    # Frozen with the decision: an edit before the delivery changes nothing of it
    # (docs/threats.md#t10).
    body = canonical(payload)
    delivery, _made = Delivery.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "upstream": upstream,
            "method": method,
            "path": path,
            "body": body,
            "body_sha256": hashlib.sha256(body).hexdigest(),
            "record_type": about._meta.label,
            "record_id": about.pk,
            "created_by": by,
        },
    )
    return delivery


def deliver_due(limit: int = 20) -> int:
    """Pay what is due, oldest first, outside of any transaction; returns how many were tried.

    A row is leased for 60 seconds by one conditional UPDATE, so that two workers never send it
    at the same time; a worker that dies leaves the row to the next after the lease.
    """
    tried = 0
    for delivery in _next_due(limit):
        if _lease(delivery):
            _try_to_deliver(delivery)
            tried += 1
    return tried


def _next_due(limit: int) -> list[Delivery]:
    """Per record and receiver only the oldest: what is owed about one record arrives in its order."""
    earlier = Delivery.objects.owed().filter(
        upstream=OuterRef("upstream"),
        record_type=OuterRef("record_type"),
        record_id=OuterRef("record_id"),
        id__lt=OuterRef("id"),
    )
    return list(
        Delivery.objects.due().filter(~Exists(earlier)).order_by("next_at")[:limit]
    )


def _lease(delivery: Delivery) -> bool:
    until = timezone.now() + LEASE
    # By the lease as it was read: of two workers one finds it unchanged (docs/threats.md#f40).
    rows = Delivery.objects.owed().filter(
        pk=delivery.pk, lease_until=delivery.lease_until
    )
    if not rows.update(lease_until=until, attempts=F("attempts") + 1):
        return False
    delivery.lease_until = until
    delivery.attempts += 1
    return True


def _is_kept_already(delivery: Delivery) -> bool:
    """Whether an earlier try arrived and only its answer was lost; no answer means no."""
    read_back = READ_BACKS.get(delivery.kind)
    # Before the first sending there is nothing that could have arrived (docs/threats.md#f18).
    if read_back is None or delivery.attempts <= 1:
        return False
    try:
        return read_back(delivery)
    except UpstreamError:
        return False


def _is_overtaken(delivery: Delivery) -> bool:
    return Delivery.objects.filter(pk=delivery.pk).overtaken().exists()


def _try_to_deliver(delivery: Delivery) -> None:
    # An older state that arrives last would stand.
    if _is_overtaken(delivery):
        _park(delivery, None, _("Something newer was accepted meanwhile."))
        return
    if _is_kept_already(delivery):
        _note_success(delivery, None, _("PPIC has it already (read back)."))
        return
    try:
        answer = RELAYS[delivery.upstream]().send(
            delivery.method,
            delivery.path,
            json=_body_of(delivery),
            headers={"Idempotency-Key": delivery.key},
        )
    except UpstreamError as error:
        _note_unanswered(delivery, error)
        return
    text = answer.body.decode("utf-8", "replace")
    if is_delivered(answer.status, answer.body):
        _note_success(delivery, answer.status, text)
    elif is_hopeless(answer.status):
        _park(delivery, answer.status, text)
    else:
        _note_failure(delivery, answer.status, text)


def _body_of(delivery: Delivery) -> Any:
    """The frozen body, complete."""
    # The predecessor's form of a snapshot has no body (docs/contract.md#bom-approvals).
    if delivery.method == "GET":
        return None
    body = orjson.loads(bytes(delivery.body))
    complete = COMPLETIONS.get(delivery.kind)
    return complete(body) if complete else body


def _note_unanswered(delivery: Delivery, error: UpstreamError) -> None:
    """No answer is a failed attempt, unless nothing was sent at all: then only time passes."""
    if error.reason in NOT_SENT:
        _ours(delivery).update(
            attempts=F("attempts") - 1,
            next_at=timezone.now() + PAUSE,
            lease_until=timezone.now() + PAUSE,
        )
    else:
        _note_failure(delivery, None, error.sentence)


def _ours(delivery: Delivery) -> QuerySet[Delivery]:
    """The row while our lease holds; nothing when we slept past it and another worker took it."""
    rows = Delivery.objects.owed().filter(lease_until=delivery.lease_until)
    return rows.filter(pk=delivery.pk)


def _is_there(rows: QuerySet[Delivery]) -> bool:
    """Whether there is such a row; if so it is locked."""
    return rows.select_for_update().values_list("pk").first() is not None


@transaction.atomic
def _note_success(delivery: Delivery, status: int | None, answer: str) -> None:
    """Mark, remember the answer, and tell the others, all or nothing (docs/threats.md#k11)."""
    _note_attempt(delivery, status, answer)
    # Not only while our lease holds: what PPIC has taken is delivered, also when another worker is at it now.
    if not _is_there(Delivery.objects.undelivered().filter(pk=delivery.pk)):
        return
    delivery.state = Delivery.State.DELIVERED
    delivery.delivered_at = timezone.now()
    delivery.save(update_fields=["state", "delivered_at", "last_status", "last_answer"])
    record(
        delivery,
        "delivery.made",
        by=None,
        after={"key": delivery.key, "status": status},
    )
    delivery_made.send(Delivery, delivery=delivery)


@transaction.atomic
def _note_failure(delivery: Delivery, status: int | None, answer: str) -> None:
    wait = next_try(delivery.attempts)
    if wait is None:
        _park(delivery, status, answer)
        return
    _note_attempt(delivery, status, answer)
    if not _is_there(_ours(delivery)):
        return
    delivery.next_at = delivery.lease_until = timezone.now() + wait
    delivery.save(
        update_fields=["next_at", "lease_until", "last_status", "last_answer"]
    )


@transaction.atomic
def _park(delivery: Delivery, status: int | None, answer: str) -> None:
    _note_attempt(delivery, status, answer)
    if not _is_there(_ours(delivery)):
        return
    delivery.state = Delivery.State.PARKED
    delivery.save(update_fields=["state", "last_status", "last_answer"])
    record(
        delivery,
        "delivery.parked",
        by=None,
        after={"key": delivery.key, "status": status},
    )
    delivery_parked.send(Delivery, delivery=delivery)


def _note_attempt(delivery: Delivery, status: int | None, answer: str) -> None:
    # PostgreSQL keeps no NUL in a text.
    # A gateway may give back what it was sent, with the token of a link.
    kept = without_tokens(answer[:4000].replace("\x00", "\ufffd"))
    delivery.last_status, delivery.last_answer = status, kept
    DeliveryAttempt.objects.create(delivery=delivery, status=status, answer=kept)


@transaction.atomic
def resend(*, delivery: Delivery, by: User) -> Delivery:
    """Put a parked delivery at the start of its schedule again.

    Raises DomainError ``forbidden``, or ``illegal_transition`` when it is not parked or when
    something newer was accepted since: it would bring the old state back.
    """
    require(by, "resend_delivery")
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != Delivery.State.PARKED:
        raise DomainError(
            _("Only a parked delivery can be sent again."), "illegal_transition"
        )
    if _is_overtaken(row):
        raise DomainError(
            _(
                "Something newer was accepted since; this would bring the old state back."
            ),
            "illegal_transition",
        )
    now = timezone.now()
    row.state, row.attempts, row.next_at, row.lease_until = (
        Delivery.State.PENDING,
        0,
        now,
        now,
    )
    row.save(update_fields=["state", "attempts", "next_at", "lease_until"])
    record(row, "delivery.resent", by=by, after={"key": row.key})
    return row


@transaction.atomic
def resend_parked(*, about: Model, by: User) -> int:
    """Send again, in its order, what is parked about a record; returns how many.

    What is older than something that was accepted since stays parked. Raises DomainError
    ``forbidden``, or ``illegal_transition`` when nothing is left.
    """
    require(by, "resend_delivery")
    parked = parked_since(about)
    if not parked:
        raise DomainError(
            _("Nothing is parked that PPIC still needs."), "illegal_transition"
        )
    for delivery in parked:
        resend(delivery=delivery, by=by)
    return len(parked)
