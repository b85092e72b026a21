"""Links to decide: their tokens, and whether one may still be used."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.signing import Signer
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from core.approvals.models import Assignment, Decision, DecisionLink, Round
from core.approvals.queries.inbox import people_covered
from core.errors import DomainError
from core.text.formatting import moment
from core.text.ids import as_id

SALT = "core.approvals.decision_link"
JOINED = ("person", "assignment__person", "assignment__round", "assignment__step")
Closed = Assignment.Closed


def token_of(link: DecisionLink) -> str:
    """The token of a link: its id, and a seal that only this server can make."""
    return f"{link.pk}-{_seal(link, settings.SECRET_KEY)}"


def _seal(link: DecisionLink, secret: str) -> str:
    return Signer(key=secret, salt=SALT).signature(f"{link.pk}:{link.nonce}")


def link_of(token: str) -> DecisionLink | None:
    """The link of a token; None where the seal is not ours."""
    text, _dash, seal = token.partition("-")
    key = as_id(text)
    if key is None:
        return None
    link = DecisionLink.objects.select_related(*JOINED).filter(pk=key).first()
    if link is None:
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    # Each is compared, in constant time: an answer says nothing of how much of a seal was right.
    fits = [constant_time_compare(seal, _seal(link, each)) for each in secrets]
    return link if any(fits) else None


def line_of_link(key: int) -> str:
    """The lines of a message that lead to a link; empty where it is of no use any more."""
    link = DecisionLink.objects.select_related(*JOINED).filter(pk=key).first()
    try:
        if link is None:
            raise unknown_link()
        require_usable(link)
    except DomainError:
        return ""
    path = reverse("decide", args=[token_of(link)])
    words = _("Decide without a login, with your PIN (once, until %(at)s):")
    return (
        f"{words % {'at': moment(link.expires_at)}}\n{settings.PUBLIC_BASE_URL}{path}"
    )


def unknown_link() -> DomainError:
    """The refusal of a token that is not ours."""
    return DomainError(
        _(
            "This link is not known here. Was it copied whole? Open the message again, or log in:"
            " what waits for you is in your inbox."
        ),
        "not_found",
    )


def require_usable(link: DecisionLink) -> None:
    """Raises DomainError ``gone`` (used, expired, a closed account), ``locked``,
    ``illegal_transition`` (nothing is asked there any more), ``stale_revision`` (other content) or
    ``forbidden`` (no substitute any more); the sentence tells nothing of the record."""
    problem = _of_person(link) or _of_link(link, timezone.now()) or _of_round(link)
    if problem is not None:
        raise problem


def _of_person(link: DecisionLink) -> DomainError | None:
    if not link.person.is_active:
        return DomainError(
            _(
                "This link is of no use any more: the account that it was sent to is closed. If that"
                " is a mistake, tell an administrator."
            ),
            "gone",
        )
    return None


def _of_link(link: DecisionLink, now: datetime) -> DomainError | None:
    if link.used_at is not None:
        return DomainError(
            _(
                "This link was used on %(at)s: a decision was given with it, and it stands. Log in to"
                " read the record."
            )
            % {"at": moment(link.used_at)},
            "gone",
        )
    if link.locked_at is not None:
        return DomainError(
            _(
                "This link is locked after five wrong tries. Log in to decide; it waits in your inbox."
            ),
            "locked",
        )
    if link.expires_at <= now:
        return DomainError(
            _(
                "This link has expired: it is good for 72 hours. Log in to decide; what still waits is"
                " in your inbox."
            ),
            "gone",
        )
    return None


def _of_round(link: DecisionLink) -> DomainError | None:
    place, found = link.assignment, link.assignment.round
    if found.state == Round.State.SUPERSEDED or found.digest != link.digest:
        return DomainError(
            _(
                "The content was changed after this message was sent, so this link does not hold for it."
                " Use the link in the newest message, or log in."
            ),
            "stale_revision",
        )
    if found.is_open and place.closed_because in {Closed.REPLACED, Closed.LEFT}:
        return DomainError(
            _(
                "Somebody else is asked in the meantime; there is nothing to do for you."
            ),
            "illegal_transition",
        )
    if not (found.is_open and place.is_open):
        return DomainError(
            _(
                "Nothing is left to decide here: it was decided or withdrawn in the meantime. Log in to"
                " read how it ended."
            ),
            "illegal_transition",
        )
    if not link.is_own and place.person_id not in people_covered(
        link.person, found.kind
    ):
        return DomainError(
            _(
                "You do not stand in for this person any more; there is nothing to do for you."
            ),
            "forbidden",
        )
    return None


def open_assignments(record_type: str, record_id: int) -> Sequence[Assignment]:
    """Assignments of a record's open round on which somebody may decide."""
    rows = Assignment.objects.waiting_on(record_type, record_id)
    return list(rows.select_related("round", "person"))


def earlier_remarks(link: DecisionLink) -> list[Decision]:
    """What was said of the record in earlier revisions and rounds, the newest first."""
    found = link.assignment.round
    rows = Decision.objects.filter(
        record_type=found.record_type, record_id=found.record_id
    ).exclude(remark="")
    earlier = Q(revision__lt=found.revision) | ~Q(voided_at=None)
    joined = rows.filter(earlier).select_related("approver", "on_behalf_of")
    return list(joined.order_by("-id")[:20])
