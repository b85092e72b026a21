"""Guards of a decision, whatever record is decided: a change or a BOM."""

from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from core.approvals.models import Decision, Status
from core.errors import DomainError, invalid

MAX_REMARK = 4000
D = TypeVar("D", bound=Decision)


class Decidable(Protocol):
    """A record under approval: its state, and the content that a decision is about."""

    revision: int
    digest: str

    @property
    def status(self) -> int: ...

    def get_status_display(self) -> str: ...


def checked_remark(status: int, remark: str, *, why: str = "") -> str:
    """The remark as it is stored: without blanks around it, line ends as one character.

    ``why`` is the sentence for a reject without a remark. Raises DomainError ``invalid``: no such
    status, a reject without a remark, a remark that is too long.
    """
    # A browser sends a line end as two characters.
    text = remark.replace("\r\n", "\n").strip()
    if status not in {Status.ACCEPTED, Status.REJECTED}:
        raise invalid("status", _("A decision is 1 (approve) or 2 (reject)."))
    if status == Status.REJECTED and not text:
        raise invalid("remark", why or _("Say why you reject it."))
    if len(text) > MAX_REMARK:
        raise invalid("remark", _("A remark has at most %d characters.") % MAX_REMARK)
    return text


def require_shown(record: Decidable, revision: int | None, digest: str) -> None:
    """The locked record must be what was shown; ``None`` and ``""`` name nothing.

    Raises DomainError ``stale_revision`` with what the record is now.
    """
    is_current = revision in {None, record.revision} and digest in {"", record.digest}
    if not is_current:
        raise DomainError(
            _(
                "%(record)s was changed since you opened it: it is at revision %(revision)d now. "
                "Read it again, then decide."
            )
            % {"record": record, "revision": record.revision},
            "stale_revision",
            extra={"currentRevision": record.revision, "currentDigest": record.digest},
        )


def same_or_refuse(given: D, status: int) -> D:
    """The decision given before, if it was the same. Raises DomainError ``already_decided``."""
    if given.status != status:
        raise DomainError(
            _("You decided already: %s. A decision stands.")
            % given.get_status_display(),
            "already_decided",
        )
    return given


def already_settled(record: Decidable) -> DomainError:
    """The refusal of a decision on a record that is approved or rejected."""
    return DomainError(
        _("%(record)s is %(status)s already.")
        % {"record": record, "status": record.get_status_display()},
        "illegal_transition",
    )
