"""Accepts or refuses a body by the head of its request: its length and its sender.

Django's guard against forged forms reads the whole form before any check of the sender, and a file in
it is on the disk by then. So a body above ``OPEN_TO_ALL`` is read only with a valid session or token,
and none that is longer than its path needs.
"""

import re
from collections.abc import Callable

from django.conf import settings

from core.accounts.authentication import token_in
from core.accounts.services import count_broken_off
from core.accounts.stream import user_of
from core.http.parsers import SMALL
from core.http.server_sent_events import header, in_thread
from core.service_accounts.queries import is_service_token, service_token
from core.text.ids import as_id
from ems.server.request_body import Message

KIB, MIB = 1 << 10, 1 << 20
OPEN_TO_ALL = 64 * KIB
# The fields beside a file, its name and its boundaries.
AROUND = MIB
DIGITS, BEYOND = 15, 1 << 60
TOO_LONG, STRANGER = 413, 401

PLACES: tuple[tuple[str, Callable[[], int]], ...] = (
    (r"/(login|logout|hooks/.*)/?", lambda: SMALL),
    (
        r"/(accounts/(login|logout|theme|language)|admin/login|decide/[^/]+)/?",
        lambda: OPEN_TO_ALL,
    ),
    (
        r"/(documents/(upload|\d+/replace)|supporttables(/\d+(/upload)?)?)/?",
        lambda: settings.DOCUMENT_MAX_BYTES + AROUND,
    ),
    (
        r"/(changes/(new|\d+/(edit|attach))|analyzer/start|api/generations/analyze"
        r"|talk/[a-z]+/\d+/say|api/comments)/?",
        lambda: settings.ATTACHMENT_MAX_BYTES + AROUND,
    ),
    # As base64, with a backslash before each slash.
    (
        r"/engineeringDetailProblems/\d+/photo/?",
        lambda: settings.ATTACHMENT_MAX_BYTES * 4 // 3 * 33 // 32 + AROUND,
    ),
)


def max_body_bytes(scope: Message) -> int:
    """The largest body, in bytes, that this path takes."""
    for pattern, most in PLACES:
        if re.fullmatch(pattern, scope["path"], re.IGNORECASE):
            return int(most())
    is_json = "json" in header(scope, b"content-type").lower()
    if is_json:
        return int(settings.JSON_MAX_BYTES)
    return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def declared_length(scope: Message) -> int:
    """The length that the head tells; 0 for none, which a chunked body does not tell."""
    text = header(scope, b"content-length").strip()
    if len(text) > DIGITS:
        return BEYOND
    return as_id(text) or 0


async def refusal_status(scope: Message, length: int) -> int:
    """0 for a body of this length that may come in, else the status that refuses it."""
    if length > max_body_bytes(scope):
        return TOO_LONG
    # Django's guard would write a stranger's file to the disk before anybody asks who it is.
    if length > OPEN_TO_ALL and not await is_known(scope):
        return STRANGER
    return 0


async def is_known(scope: Message) -> bool:
    """Whether a session or token that holds came with it; only then the database is asked."""
    if not header(scope, b"authorization") and not header(scope, b"cookie"):
        return False
    return bool(await in_thread(_sender, scope))


def _sender(scope: Message) -> int | None:
    """Who sends: a person, or a machine by its token."""
    text = token_in(header(scope, b"authorization"))
    if not is_service_token(text):
        return user_of(scope)
    token = service_token(text)
    return token.account.user_id if token else None


def count_against_day(scope: Message, size: int) -> None:
    """Let the sender's day know of a body that did not come whole."""
    if person := _sender(scope):
        count_broken_off(person, size)
