"""E-mails: who wrote to whom, when, about what, and the text; attachments by their names."""

import email
import email.policy
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from core.documents.model import ReadError
from core.documents.output import ReaderOutput
from core.documents.readers.html_text import text_of_html

HEADERS = ("From", "To", "Cc", "Date", "Subject")
MOST = 30 << 20
MOST_NAMES = 200


def read(path: Path, extension: str, output: ReaderOutput) -> None:
    """Hand over one page."""
    if path.stat().st_size > MOST:
        raise ReadError("too_large")
    if extension == "msg":
        lines, names = _outlook(path)
    else:
        message = email.message_from_bytes(
            path.read_bytes(), policy=email.policy.default
        )
        lines, names = _mail(message)
    if names:
        output.note("attachments", names=names[:20])
    output.put(1, 1, "\n".join([*lines, *names[:MOST_NAMES]]))


def _mail(message: EmailMessage) -> tuple[list[str], list[str]]:
    lines = [f"{name}: {text}" for name in HEADERS if (text := _header(message, name))]
    return [*lines, "", _body(message)], list(_names(message))


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except (ValueError, IndexError, LookupError, AttributeError):
        # A header that breaks the rules of its kind breaks the library, too.
        return ""


def _body(message: EmailMessage) -> str:
    try:
        part = message.get_body(("plain", "html"))
    except (ValueError, LookupError, AttributeError):
        return ""
    if part is None:
        return ""
    text = _decoded(part)
    return text_of_html(text) if part.get_content_subtype() == "html" else text


def _decoded(part: Any) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset("utf-8")
    for each in (charset, "utf-8", "cp1252"):
        try:
            return data.decode(each)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("latin-1")


def _names(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        name = part.get_filename()
        if name and part.get_content_maintype() != "multipart":
            yield " ".join(str(name).split())


def _outlook(path: Path) -> tuple[list[str], list[str]]:
    import oxmsg

    try:
        message = oxmsg.Message.load(str(path))
        people = (person.email_address or person.name for person in message.recipients)
        rows: Iterable[tuple[str, object]] = (
            ("From", message.sender),
            ("To", ", ".join(filter(None, people))),
            ("Date", message.sent_date),
            ("Subject", message.subject),
        )
        lines = [f"{name}: {value}" for name, value in rows if value]
        body = message.body or text_of_html(message.html_body or "")
        names = [each.file_name or "" for each in message.attachments]
    except (ReadError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - the library has no error of its own
        raise ReadError("broken") from None
    return [*lines, "", body], [name for name in names if name]
