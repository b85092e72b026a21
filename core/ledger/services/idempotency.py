"""Answers to requests with an ``Idempotency-Key``: one effect, however often they are sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.errors import DomainError
from core.ledger.models import RequestKey

KEEP_ANSWERS = timedelta(hours=24)
MAX_KEY = 200


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it went over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_replay: bool = False


def answer_once(
    *, user: User, key: str, fingerprint: str, call: Callable[[], StoredAnswer]
) -> StoredAnswer:
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
    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__()
        self.answer = answer


def _claim_and_call(
    user: User, key: str, fingerprint: str, call: Callable[[], StoredAnswer]
) -> StoredAnswer:
    old = timezone.now() - KEEP_ANSWERS
    RequestKey.objects.filter(user=user, key=key, created_at__lt=old).delete()
    row = RequestKey(user=user, key=key, fingerprint=fingerprint, status=0, body=b"")
    try:
        # A savepoint: after a failed insert PostgreSQL would refuse the rest of the transaction.
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


def _replay(user: User, key: str, fingerprint: str) -> StoredAnswer:
    row = RequestKey.objects.get(user=user, key=key)
    if row.fingerprint != fingerprint:
        raise DomainError(
            _("This Idempotency-Key was used for another request. Take a new one."),
            "key_reused",
        )
    return StoredAnswer(row.status, row.headers, bytes(row.body), is_replay=True)


def forget_answers() -> int:
    """Remove answers older than 24 hours; returns how many."""
    old = timezone.now() - KEEP_ANSWERS
    count, _by_model = RequestKey.objects.filter(created_at__lt=old).delete()
    return count
