"""The mail server: one plain-text message at a time, through Django's mail (EMAIL_URL)."""

import smtplib
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from core.integrations.errors import SENTENCES, Reason, UpstreamError
from core.integrations.http import UpstreamAnswer

NAME = "mail server"
TIMEOUT = 10.0
SENT, GONE, PERMANENT = 200, 410, 500


class MailServer:
    """Sends what the ledger owes by e-mail; speaks the language of its relays."""

    def send(
        self,
        method: str,  # noqa: ARG002  (as other relays have it)
        path: str,
        *,
        json: Any = None,
        headers: dict[str, str] | None = None,
    ) -> UpstreamAnswer:
        """Send ``{"subject", "text"}`` to the address ``path``.

        The Idempotency-Key becomes the Message-ID, by which mail systems know a second copy. An
        address that the server refuses for good answers 410; a server that is away raises
        UpstreamError, and the ledger tries again.
        """
        key = (headers or {}).get("Idempotency-Key", "")
        try:
            count = _message(path, json or {}, key).send()
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            return _refused(code, words)
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, refused.smtp_error)
        except TimeoutError:
            raise _error(Reason.TIMEOUT) from None
        except (OSError, smtplib.SMTPException):
            raise _error(Reason.UNREACHABLE) from None
        except ValueError:
            count = 0
        if not count:
            return UpstreamAnswer(GONE, b"not an address")
        return UpstreamAnswer(SENT, b"accepted")


def _message(address: str, given: Any, key: str) -> EmailMessage:
    headers = {"Auto-Submitted": "auto-generated"}
    if key:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "ems"
        headers["Message-ID"] = f"<{sha256(key.encode()).hexdigest()}@{domain}>"
    # A header has one line, whatever a title holds.
    subject = " ".join(str(given.get("subject", "")).split())
    text = str(given.get("text", ""))
    server = get_connection(timeout=TIMEOUT)
    return EmailMessage(subject, text, to=[address], headers=headers, connection=server)


def _refused(code: int, words: bytes | str) -> UpstreamAnswer:
    """5xx is for good (410 parks it), 4xx is for now."""
    body = words if isinstance(words, bytes) else words.encode()
    return UpstreamAnswer(GONE if code >= PERMANENT else 503, body)


def _error(reason: Reason) -> UpstreamError:
    return UpstreamError(NAME, reason, SENTENCES[reason].format(NAME))
