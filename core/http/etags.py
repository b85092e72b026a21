"""Entity tags: a write may name the state that its sender saw."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.text.wire_json import to_bytes


def version_tag(*parts: object) -> str:
    """The tag of a record whose state has a name, as its id and its revision."""
    return f'"{"-".join(map(_part, parts))}"'


def _part(value: object) -> str:
    """A moment counts to the microsecond."""
    return f"{value.timestamp():.6f}" if isinstance(value, datetime) else str(value)


def digest_tag(data: object) -> str:
    """The tag of a record whose parts change each by itself: a digest of what is sent."""
    return f'"{hashlib.sha256(to_bytes(data)).hexdigest()[:32]}"'


def refuse_lost_write(
    if_match: str, tag: Callable[[], str], *, sentence: str = "", **extra: object
) -> None:
    """Refuse a write whose sender saw another state than the present one, ``tag``.

    ``if_match`` is the header, a list of tags or ``*``; without it the state is not even read.
    ``extra`` says what the record is now. Raises DomainError ``precondition_failed``.
    """
    seen = {each.strip() for each in if_match.split(",") if each.strip()}
    # ``*`` asks for no more than that there is one (RFC 9110).
    if not seen or "*" in seen or tag() in seen:
        return
    raise DomainError(
        sentence or _("Somebody changed this record in the meantime. Load it again."),
        "precondition_failed",
        extra=extra,
    )
