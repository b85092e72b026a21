"""The only writers of the ledger: record, answer once, owe, deliver, keep a table."""

from core.ledger.services.deliveries import deliver_due, owe, resend, resend_parked
from core.ledger.services.events import LIVE_CHANNEL, record
from core.ledger.services.idempotency import Answer, answer_once, forget_answers
from core.ledger.services.simple_rows import remove_row, save_row

__all__ = [
    "LIVE_CHANNEL",
    "Answer",
    "answer_once",
    "deliver_due",
    "forget_answers",
    "owe",
    "record",
    "remove_row",
    "resend",
    "resend_parked",
    "save_row",
]
