"""Entity tags: a write may name the state that its sender saw."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from core.errors import DomainError


def refuse_lost_write(
    if_match: str, tag: Callable[[], str], *, sentence: str = "", **extra: object
) -> None:
    """Refuse a write whose sender saw another state than the present one, ``tag``.

    ``if_match`` is the header, a list of tags or ``*``; without it the state is not even read.
    ``extra`` says what the record is now. Raises DomainError ``precondition_failed``.
    """
    seen = {each.strip() for each in if_match.split(",") if each.strip()}
    if not seen or "*" in seen or tag() in seen:
        return
    raise DomainError(
        sentence or _("Somebody changed this record in the meantime. Load it again."),
        "precondition_failed",
        extra=extra,
    )
