"""Asks a ClamAV daemon whether a file is known to do harm, before it is kept."""

import socket
import struct
from typing import IO

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError

log = structlog.get_logger(__name__)
PIECE = 1 << 16
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
LONGEST_ANSWER = 4096


def require_clean(content: IO[bytes]) -> None:
    """Send the file to the daemon of ``CLAMAV_ADDRESS``; nothing to do without one.

    Raises DomainError ``infected``, or ``unavailable`` when the daemon does not answer: a file
    that nobody could look at is not kept.
    """
    address = settings.CLAMAV_ADDRESS
    if not address:
        return
    content.seek(0)
    try:
        answer = _ask(address, content)
    except OSError as error:
        log.warning("virus_scan_failed", reason=str(error))
        answer = ""
    finally:
        content.seek(0)
    if answer.endswith("FOUND"):
        log.warning("virus_found", answer=answer)
        raise DomainError(
            _("The virus scanner found something in this file. It was not kept."),
            "infected",
        )
    # No answer is no permission: nobody has looked at the file.
    if not answer.endswith("OK"):
        raise DomainError(
            _("The virus scanner does not answer. Nothing was saved; try again later."),
            "unavailable",
            retry_after=30,
        )


def _ask(address: str, content: IO[bytes]) -> str:
    """One INSTREAM of clamd's protocol: pieces with their length, zero at the end."""
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        while piece := content.read(PIECE):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        said = b""
        while b"\0" not in said and len(said) < LONGEST_ANSWER:
            if not (more := line.recv(1024)):
                break
            said += more
    return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    """``host:port``, or the path of a socket."""
    if not address.startswith("/"):
        host, _colon, port = address.rpartition(":")
        line = socket.create_connection((host, int(port)), CONNECT_SECONDS)
        line.settimeout(ANSWER_SECONDS)
        return line
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(ANSWER_SECONDS)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line
