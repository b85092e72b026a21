"""The only writers of the ledger: record, answer once, owe, deliver, keep a table."""

from core.ledger.services.deliveries import (
    create_delivery,
    deliver_due,
    resend,
    resend_parked,
)
from core.ledger.services.events import LIVE_CHANNEL, record
from core.ledger.services.idempotency import StoredAnswer, answer_once, forget_answers
from core.ledger.services.simple_rows import remove_row, save_row

__all__ = [
    "LIVE_CHANNEL",
    "StoredAnswer",
    "answer_once",
    "create_delivery",
    "deliver_due",
    "forget_answers",
    "record",
    "remove_row",
    "resend",
    "resend_parked",
    "save_row",
]
