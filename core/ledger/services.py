"""The only writers of the ledger: record, answer once, owe, deliver."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import orjson
import structlog
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Exists, F, Model, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.accounts.permissions import require
from core.common.canonical import canonical, plain
from core.common.errors import DomainError
from core.common.killpoints import die_at
from core.integrations import upstreams
from core.integrations.errors import Reason, UpstreamError
from core.integrations.http import Client
from core.integrations.mail import MailServer
from core.ledger.models import Delivery, DeliveryAttempt, Event, RequestKey
from core.ledger.policies import LEASE, is_delivered, is_hopeless, next_try
from core.ledger.queries import HASHED, hash_of
from core.ledger.signals import delivery_made, delivery_parked

log = structlog.get_logger(__name__)
KEEP_ANSWERS = timedelta(hours=24)
KEEP_DELIVERED = timedelta(days=90)
MAX_KEY = 200
LIVE_CHANNEL = "ems_live"
PAUSE = timedelta(seconds=15)
NOT_SENT = {Reason.BUSY, Reason.OPEN}
RELAYS: dict[str, Callable[[], Client | MailServer]] = {
    "ppic": lambda: upstreams.ppic().relay,
    "mail": upstreams.mail,
    "whatsapp": upstreams.whatsapp,
}

# What a receiver can be asked before something is sent to it again, by kind of delivery.
READ_BACKS: dict[str, Callable[[Delivery], bool]] = {
    "bom.snapshot": lambda row: upstreams.ppic().has_snapshot(
        int(row.path.rpartition("/")[2]), row.key
    )
}


# --- What was done ------------------------------------------------------------


def record(
    about: Model,
    kind: str,
    *,
    by: User | None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    revision: int | None = None,
    digest: str = "",
    note: str = "",
) -> Event:
    """Append one event to a record's chain, in the caller's transaction.

    The caller holds the lock of the record, so that two events cannot want the same place;
    the unique constraint is the second line. ``before`` and ``after`` hold what changed.
    """
    _require_transaction()
    place = {"record_type": about._meta.label, "record_id": about.pk}
    last = Event.objects.filter(**place).order_by("-seq").first()
    context = structlog.contextvars.get_contextvars()
    event = Event(
        **place,
        seq=(last.seq if last else 0) + 1,
        kind=kind,
        actor=by,
        actor_name=str(by or ""),
        at=timezone.now(),
        address=str(context.get("ip", ""))[:64],
        request_id=str(context.get("request_id", ""))[:64],
        revision=revision,
        digest=digest,
        note=note,
        before=plain(before),
        after=plain(after),
        previous_hash=last.hash if last else "",
    )
    event.hash = hash_of({name: getattr(event, name) for name in HASHED})
    event.save(force_insert=True)
    _wake_listeners(event)
    return event


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        message = "Write to the ledger inside the transaction of the change."
        raise transaction.TransactionManagementError(message)


def _wake_listeners(event: Event) -> None:
    """A hint for open pages, sent with the commit; nothing depends on it (architecture.md)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, str(event.pk)])


# --- What we answered ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it went over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_replay: bool = False


def answer_once(
    *, user: User, key: str, fingerprint: str, call: Callable[[], Answer]
) -> Answer:
    """Run ``call`` at most once per person and key, in one transaction with its effects.

    Raises DomainError ``key_reused`` when the key came with another request before,
    ``in_flight`` when the first one is still running.
    """
    if len(key) > MAX_KEY or not key.isprintable():
        raise DomainError(_("An Idempotency-Key has at most 200 printable characters."))
    try:
        with transaction.atomic():
            return _claim_and_call(user, key, fingerprint, call)
    except _AlreadyAnswered as known:
        return known.answer


class _AlreadyAnswered(Exception):  # noqa: N818  (not an error: it carries the answer out)
    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def _claim_and_call(
    user: User, key: str, fingerprint: str, call: Callable[[], Answer]
) -> Answer:
    old = timezone.now() - KEEP_ANSWERS
    RequestKey.objects.filter(user=user, key=key, created_at__lt=old).delete()
    row = RequestKey(user=user, key=key, fingerprint=fingerprint, status=0, body=b"")
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _AlreadyAnswered(_replay(user, key, fingerprint)) from None
    except OperationalError:
        raise DomainError(
            _("The first request with this key is still running."),
            "in_flight",
            retry_after=2,
        ) from None
    answer = call()
    row.status, row.headers, row.body = answer.status, answer.headers, answer.body
    row.save(update_fields=["status", "headers", "body"])
    return answer


def _replay(user: User, key: str, fingerprint: str) -> Answer:
    row = RequestKey.objects.get(user=user, key=key)
    if row.fingerprint != fingerprint:
        raise DomainError(
            _("This Idempotency-Key was used for another request. Take a new one."),
            "key_reused",
        )
    return Answer(row.status, row.headers, bytes(row.body), is_replay=True)


def forget_answers() -> int:
    """Remove answers older than 24 hours; returns how many."""
    old = timezone.now() - KEEP_ANSWERS
    count, _by_model = RequestKey.objects.filter(created_at__lt=old).delete()
    return count


# --- What we owe outside ------------------------------------------------------


def owe(
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
    _require_transaction()
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
    if read_back is None or delivery.attempts <= 1:
        return False
    try:
        return read_back(delivery)
    except UpstreamError:
        return False


def _try_to_deliver(delivery: Delivery) -> None:
    die_at("K7")
    if _is_kept_already(delivery):
        _note_success(delivery, None, _("PPIC has it already (read back)."))
        return
    try:
        answer = RELAYS[delivery.upstream]().send(
            delivery.method,
            delivery.path,
            json=orjson.loads(bytes(delivery.body))
            if delivery.method != "GET"
            else None,
            headers={"Idempotency-Key": delivery.key},
        )
    except UpstreamError as error:
        _note_unanswered(delivery, error)
        return
    die_at("K10")
    text = answer.body.decode("utf-8", "replace")
    if is_delivered(answer.status):
        _note_success(delivery, answer.status, text)
    elif is_hopeless(answer.status):
        _park(delivery, answer.status, text)
    else:
        _note_failure(delivery, answer.status, text)


def _note_unanswered(delivery: Delivery, error: UpstreamError) -> None:
    """No answer is a failed attempt, unless nothing was sent at all: then only time passes."""
    if error.reason in NOT_SENT:
        Delivery.objects.filter(pk=delivery.pk).update(
            attempts=F("attempts") - 1,
            next_at=timezone.now() + PAUSE,
            lease_until=timezone.now() + PAUSE,
        )
    else:
        _note_failure(delivery, None, error.sentence)


@transaction.atomic
def _note_success(delivery: Delivery, status: int | None, answer: str) -> None:
    """Mark, remember the answer, and tell the others, all or nothing (kill point K11)."""
    _note_attempt(delivery, status, answer)
    delivery.state = Delivery.State.DELIVERED
    delivery.delivered_at = timezone.now()
    delivery.save(update_fields=["state", "delivered_at", "last_status", "last_answer"])
    die_at("K11")
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
    delivery.next_at = delivery.lease_until = timezone.now() + wait
    delivery.save(
        update_fields=["next_at", "lease_until", "last_status", "last_answer"]
    )


@transaction.atomic
def _park(delivery: Delivery, status: int | None, answer: str) -> None:
    _note_attempt(delivery, status, answer)
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
    delivery.last_status, delivery.last_answer = status, answer[:4000]
    DeliveryAttempt.objects.create(
        delivery=delivery, status=status, answer=answer[:4000]
    )


@transaction.atomic
def resend(*, delivery: Delivery, by: User) -> Delivery:
    """Put a parked delivery at the start of its schedule again.

    Raises DomainError ``forbidden``, or ``illegal_transition`` when it is not parked.
    """
    require(by, "resend_delivery")
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != Delivery.State.PARKED:
        raise DomainError(
            _("Only a parked delivery can be sent again."), "illegal_transition"
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
