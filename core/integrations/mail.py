"""The mail server: one plain-text message at a time, with time limits (EMAIL_URL)."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from hashlib import sha256
from typing import Any

from core.integrations.errors import SENTENCES, Reason, UpstreamError
from core.integrations.http import UpstreamAnswer

NAME = "mail server"
TIMEOUT = 10.0
SENT, GONE, PERMANENT = 200, 410, 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Sends what the ledger owes by e-mail; speaks the language of its relays.

    host, port: of the server; sender: the address of our letters; user and password: empty for none; is_tls: STARTTLS;
    is_ssl: TLS from the first byte.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False
    is_ssl: bool = False

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
        message = self._message(path, json or {}, key)
        try:
            return self._hand_over(message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = next(iter(refused.recipients.values()))
            return _refused(code, words)
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, refused.smtp_error)
        except TimeoutError:
            raise _error(Reason.TIMEOUT) from None
        except (OSError, smtplib.SMTPException):
            raise _error(Reason.UNREACHABLE) from None

    def _message(self, address: str, given: Any, key: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.sender, address
        # A header has one line, whatever a title holds.
        message["Subject"] = " ".join(str(given.get("subject", "")).split())
        message["Date"] = formatdate(localtime=False)
        domain = self.sender.rpartition("@")[2].strip("> ") or "ems"
        stable = f"<{sha256(key.encode()).hexdigest()}@{domain}>"
        message["Message-ID"] = stable if key else make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(str(given.get("text", "")))
        return message

    def _hand_over(self, message: EmailMessage) -> UpstreamAnswer:
        with self._connect() as server:
            if self.is_tls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)
        return UpstreamAnswer(SENT, b"accepted")

    def _connect(self) -> smtplib.SMTP:
        """The server's certificate is checked against this machine's (or SSL_CERT_FILE's)."""
        if self.is_ssl:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=context
            )
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)


def _refused(code: int, words: bytes | str) -> UpstreamAnswer:
    """5xx is for good (410 parks it), 4xx is for now."""
    body = words if isinstance(words, bytes) else words.encode()
    return UpstreamAnswer(GONE if code >= PERMANENT else 503, body)


def _error(reason: Reason) -> UpstreamError:
    return UpstreamError(NAME, reason, SENTENCES[reason].format(NAME))
