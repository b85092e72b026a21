"""What was delivered and what it did: receipts and effects, counted apart.

A receiver that honours ``Idempotency-Key`` has one effect per key however often it
receives. With ``dedupe`` off it has one per receipt: the sabotage that must turn a
test for exactly-once effects red.
"""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from sandbox.messages import Call, Reply, json_reply, refusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """One delivery as it came in."""

    id: int
    subject: str
    key: str | None
    method: str
    body: Any
    at: str

    def as_json(self) -> dict[str, Any]:
        """Spell the receipt for a list."""
        return asdict(self)


class Inbox:
    """Every delivery of one kind."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.effects: list[Receipt] = []
        self.dedupe = True
        self._answers: dict[str, tuple[Receipt, Reply]] = {}
        self._lock = threading.Lock()

    def take(
        self, call: Call, subject: str, effect: Callable[[Receipt], Reply]
    ) -> Reply:
        """Note the delivery; run its effect, or repeat the answer given before."""
        with self._lock:
            receipt = self._noted(call, subject)
            if self.dedupe and receipt.key in self._answers:
                return self._repeated(receipt, *self._answers[receipt.key])
            reply = effect(receipt)
            if reply.status == HTTPStatus.OK:
                self._remember(receipt, reply)
            return reply

    def _noted(self, call: Call, subject: str) -> Receipt:
        key = call.headers.get("idempotency-key")
        body = call.json() if call.body else None
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        number = len(self.receipts) + 1
        receipt = Receipt(number, subject, key, call.method, body, at)
        self.receipts.append(receipt)
        return receipt

    def _repeated(self, receipt: Receipt, first: Receipt, reply: Reply) -> Reply:
        if _deed(receipt) != _deed(first):
            return refusal("this Idempotency-Key came with another body", 422)
        headers = reply.headers | {"Idempotency-Replayed": "true"}
        return Reply(reply.status, reply.body, headers)

    def _remember(self, receipt: Receipt, reply: Reply) -> None:
        self.effects.append(receipt)
        if receipt.key is not None:
            self._answers[receipt.key] = (receipt, reply)

    def listed(self, subject: str | None = None) -> dict[str, Any]:
        """Return effects and receipts, of one subject or of all."""
        return {
            name: [row.as_json() for row in rows if subject in (None, row.subject)]
            for name, rows in (("effects", self.effects), ("receipts", self.receipts))
        }


def done(receipt: Receipt, **members: object) -> Reply:
    """Answer that the effect of a delivery took place."""
    return json_reply({"id": str(receipt.id), **members})


def _deed(receipt: Receipt) -> tuple[str, str, Any]:
    return receipt.method, receipt.subject, receipt.body
