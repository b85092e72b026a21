"""Decide: the guards of a decision, and its effect on the round."""

from dataclasses import dataclass
from typing import Any, Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.approvals.models import Assignment, Decision, Round, Status
from core.approvals.policies import PENDING
from core.approvals.queries.ballots import STATUS, Ballot
from core.approvals.services.routes import close_assignments, close_round, open_steps
from core.errors import DomainError, invalid

MAX_REMARK = 4000
# Which state of the round a decision that ends it brings about.
ENDS = {
    status: Round.State(state) for state, status in STATUS.items() if status != PENDING
}


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
    # A browser sends a line end as two characters; PostgreSQL keeps no NUL.
    text = remark.replace("\r\n", "\n").replace("\0", "").strip()
    if status not in ENDS:
        raise invalid(
            "status",
            _("A decision is 1 (approve), 2 (reject) or 3 (back for rework)."),
        )
    if status == Status.RETURNED and not text:
        raise invalid("remark", _("Say what must be reworked."))
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


def same_or_refuse(given: Decision, status: int) -> Decision:
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


# --- The effect ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person says about one revision, and how it was said.

    status: 1, 2 or 3; door and confirmed: ``Decision.Door`` and ``Decision.Confirmed``.
    by_author: the person asked for the content, or wrote part of it.
    """

    by: User
    status: int
    remark: str = ""
    door: str = Decision.Door.PORTAL
    confirmed: str = ""
    by_author: bool = False


def sign(record: Any, ballot: Ballot, place: Assignment, said: Signature) -> Decision:
    """Write a decision on an open assignment and move the round on.

    The caller holds the record's lock since before ``ballot`` was read, has asked whether this
    person may decide, and writes the event.
    """
    now = timezone.now()
    step = next(row for row in ballot.steps if row.pk == place.step_id)
    is_own = place.person_id == said.by.pk
    decision = Decision.objects.create(
        assignment=place,
        record_type=ballot.round.record_type,
        record_id=ballot.round.record_id,
        revision=ballot.round.revision,
        digest=ballot.round.digest,
        step=step.order,
        approver=said.by,
        on_behalf_of=None if is_own else place.person,
        status=said.status,
        remark=said.remark,
        decided_at=now,
        door=said.door,
        confirmed=said.confirmed,
        by_author=said.by_author,
    )
    close_assignments([place], Assignment.Closed.DECIDED, now)
    _move_on(record, ballot)
    return decision


def _move_on(record: Any, ballot: Ballot) -> None:
    """Close what is settled, and open what comes next."""
    result = ballot.outcome
    if result.status != PENDING:
        close_round(ballot, ENDS[Status(result.status)])
        return
    current = ballot.current
    if current is not None and current.order < result.step:
        open_steps(record, ballot, closed=current)


def on_behalf(decision: Decision) -> dict[str, Any]:
    """What an event says of a substitute's decision, beside the actor's name."""
    other = decision.on_behalf_of
    return {"onBehalfOf": other.ext_id, "onBehalfOfName": str(other)} if other else {}
